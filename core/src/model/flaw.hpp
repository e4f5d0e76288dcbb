#pragma once

#include "plimsoll/base/result.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

// What no model may hold; inside the floor of models.
namespace plimsoll {

inline Error refused_parameter(std::string_view field, double value, std::string_view allowed) {
  return Error{ErrorCode::invalid_value, std::string(field), text_of(value), std::string(allowed),
               "correct the model's parameter"};
}

// Negated comparisons so that NaN is refused as well.
inline std::optional<Error> flaw_of_amount(std::string_view field, double value) {
  if (value >= 0.0 && std::isfinite(value)) return std::nullopt;
  return refused_parameter(field, value, "a finite number, zero or above");
}

inline std::optional<Error> flaw_of_positive(std::string_view field, double value) {
  if (value > 0.0 && std::isfinite(value)) return std::nullopt;
  return refused_parameter(field, value, "a finite number above zero");
}

inline std::optional<Error> flaw_of_number(std::string_view field, double value) {
  if (std::isfinite(value)) return std::nullopt;
  return refused_parameter(field, value, "a finite number");
}

inline std::optional<Error> flaw_of_correlation(double value) {
  if (value >= -1.0 && value <= 1.0) return std::nullopt;
  return refused_parameter("correlation", value, "a number from -1 to 1");
}

/// What every model of one spot carries.
template <class Model>
std::optional<Error> flaw_of_carry(const Model& model) {
  if (auto flaw = flaw_of_amount("spot", model.spot)) return flaw;
  if (auto flaw = flaw_of_number("rate", model.rate)) return flaw;
  return flaw_of_number("dividend_yield", model.dividend_yield);
}

}  // namespace plimsoll
