#include "plimsoll/base/money.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace plimsoll {

namespace {

constexpr double largest_dollars = 1e15;
constexpr std::int64_t largest_cents = 100'000'000'000'000'000;

Error bad_money(std::string value) {
  return {ErrorCode::invalid_value, "money", std::move(value),
          "a decimal amount with at most two decimals, within +-1e15",
          "write the amount as for instance -1234.56, without exponent, currency sign or thousands separator"};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<Money> Money::round_half_up(double dollars) {
  if (!(std::fabs(dollars) <= largest_dollars)) return bad_money(text_of(dollars));
  // The shortest decimal of the double, written without exponent, then rounded digit by digit: exact and portable.
  std::array<char, 512> buffer{};
  auto* const end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(dollars), std::chars_format::fixed).ptr;
  std::int64_t cents = 0;
  int decimals = -1;  // -1 until the point has been seen
  for (const char* c = buffer.data(); c != end; ++c) {
    if (*c == '.') {
      decimals = 0;
      continue;
    }
    if (decimals >= 2) {
      if (*c >= '5') ++cents;
      break;
    }
    cents = cents * 10 + (*c - '0');
    if (decimals >= 0) ++decimals;
  }
  for (int missing = decimals < 0 ? 2 : 2 - decimals; missing > 0; --missing) cents *= 10;
  return Money{std::signbit(dollars) ? -cents : cents};
}

Result<Money> Money::parse(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);
  std::int64_t cents = 0;
  std::size_t whole = 0;
  while (whole < rest.size() && is_digit(rest[whole])) {
    if (whole == 16) return bad_money(std::string(text));
    cents = cents * 10 + (rest[whole++] - '0');
  }
  const std::string_view tail = rest.substr(whole);
  const bool tail_ok = tail.empty() || (tail.front() == '.' && tail.size() >= 2 && tail.size() <= 3);
  if (whole == 0 || !tail_ok) return bad_money(std::string(text));
  for (std::size_t i = 1; i <= 2; ++i) {
    if (i < tail.size() && !is_digit(tail[i])) return bad_money(std::string(text));
    cents = cents * 10 + (i < tail.size() ? tail[i] - '0' : 0);
  }
  if (cents > largest_cents) return bad_money(std::string(text));
  return Money{negative ? -cents : cents};
}

std::string Money::text() const {
  const std::int64_t size = cents_ < 0 ? -cents_ : cents_;
  std::array<char, 32> buffer{};
  const char* sign = cents_ < 0 ? "-" : "";
  const int length = std::snprintf(buffer.data(), buffer.size(), "%s%lld.%02lld", sign,
                                   static_cast<long long>(size / 100), static_cast<long long>(size % 100));
  return {buffer.data(), static_cast<std::size_t>(length)};
}

}  // namespace plimsoll
