#pragma once

#include "plimsoll/base/result.hpp"

#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What no product may hold; inside the floor of products.
namespace plimsoll {

// Negated comparisons so that NaN is refused as well.
inline std::optional<Error> flaw_of_amount(std::string_view field, double value, std::string_view fix) {
  if (value >= 0.0 && std::isfinite(value)) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), text_of(value), "a finite number >= 0", std::string(fix)};
}

inline std::optional<Error> flaw_of_expiry(double years) {
  if (years < 0.0)
    return Error{ErrorCode::expired_product, "expiry", text_of(years), "years from the valuation date, >= 0",
                 "remove the expired trade or value it as of a date on or before its expiry"};
  return flaw_of_amount("expiry", years, "give the time to expiry in years");
}

inline std::optional<Error> flaw_of_option(double strike, double expiry,
                                           std::string_view fix = "give the strike as a price >= 0") {
  if (auto flaw = flaw_of_amount("strike", strike, fix)) return flaw;
  return flaw_of_expiry(expiry);
}

/// A level that the spot may touch.
inline std::optional<Error> flaw_of_level(std::string_view field, double value) {
  if (value > 0.0 && std::isfinite(value)) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), text_of(value), "a finite price > 0",
               "give the level as a price above zero"};
}

/// Whether the first of some dates may be today.
enum class Earliest { today, later };

/// Dates in years that must rise; at least one.
inline std::optional<Error> flaw_of_dates(std::string_view field, std::span<const double> dates, Earliest first) {
  if (dates.empty())
    return Error{ErrorCode::missing_field, std::string(field), "[]", "at least one date", "give the dates in years"};
  if (dates.front() < 0.0 || (dates.front() == 0.0 && first == Earliest::later))
    return Error{ErrorCode::expired_product, std::string(field), text_of(dates.front()),
                 "dates after the valuation date", "move what is past into the state of the product"};
  for (std::size_t i = 0; i < dates.size(); ++i)
    if (!std::isfinite(dates[i]) || (i > 0 && !(dates[i] > dates[i - 1])))
      return Error{ErrorCode::invalid_value, std::string(field), text_of(dates[i]), "finite years that rise",
                   "sort the dates and give each once"};
  return std::nullopt;
}

/// A range of two levels, which may be equal only where `equal` says so.
inline std::optional<Error> flaw_of_range(double lower, double upper, bool equal) {
  if (auto flaw = flaw_of_level("lower", lower)) return flaw;
  if (auto flaw = flaw_of_level("upper", upper)) return flaw;
  if (lower < upper || (equal && lower == upper)) return std::nullopt;
  return Error{ErrorCode::invalid_value, "lower", text_of(lower), "below the upper level " + text_of(upper),
               "exchange the levels"};
}

/// A date that must not lie after another one.
inline std::optional<Error> flaw_of_order(std::string_view field, double years, std::string_view last, double end) {
  if (auto flaw = flaw_of_amount(field, years, "give the date in years from the valuation date")) return flaw;
  if (auto flaw = flaw_of_amount(last, end, "give the date in years from the valuation date")) return flaw;
  if (years <= end) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::string(field), text_of(years),
               "not after " + std::string(last) + " " + text_of(end), "bring the dates into order"};
}

}  // namespace plimsoll
