#include "plimsoll/base/result.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace plimsoll {

std::string_view name(ErrorCode code) noexcept {
  constexpr std::array<std::string_view, 8> names{"invalid_value", "missing_field", "missing_quote", "expired_product",
                                                  "unsupported",   "not_converged", "not_in_force",  "integrity"};
  return names[static_cast<std::size_t>(code)];
}

std::string Error::message() const {
  std::string text{name(code)};
  text += ": " + field + " = " + value;
  if (!allowed.empty()) text += "; allowed: " + allowed;
  if (!fix.empty()) text += "; fix: " + fix;
  return text;
}

std::string text_of(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0.0 ? "inf" : "-inf";
  std::array<char, 32> buffer{};
  auto* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return std::string(buffer.data(), end);
}

}  // namespace plimsoll
