#pragma once

#include "plimsoll/base/result.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace plimsoll::check {

// Each check gives the refusal in the caller's words, or nothing when the value may be used.

inline std::optional<Error> refuse_unless(bool holds, std::string field, std::string value, std::string allowed,
                                          std::string fix) {
  if (holds) return std::nullopt;
  return Error{ErrorCode::invalid_value, std::move(field), std::move(value), std::move(allowed), std::move(fix)};
}

/// A probability strictly between 0 and 1.
inline std::optional<Error> open_probability(double value, const char* field) {
  return refuse_unless(value > 0.0 && value < 1.0, field, text_of(value), "above 0 and below 1",
                       "give a probability such as 0.01, not a percentage");
}

/// A finite number above zero.
inline std::optional<Error> positive(double value, const char* field) {
  return refuse_unless(std::isfinite(value) && value > 0.0, field, text_of(value), "finite and above 0",
                       "give a positive number");
}

/// A finite number that is zero or above.
inline std::optional<Error> not_negative(double value, const char* field) {
  return refuse_unless(std::isfinite(value) && value >= 0.0, field, text_of(value), "finite and not below 0",
                       "give zero or a positive number");
}

/// A whole number within both bounds.
inline std::optional<Error> within(std::int64_t value, std::int64_t low, std::int64_t high, const char* field) {
  return refuse_unless(value >= low && value <= high, field, std::to_string(value),
                       std::to_string(low) + " to " + std::to_string(high), "give a count in that range");
}

/// Every element finite; the refusal names the first that is not.
inline std::optional<Error> finite(std::span<const double> values, const std::string& field) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      return refuse_unless(false, field + "[" + std::to_string(i) + "]", text_of(values[i]), "finite numbers",
                           "remove or repair the value before calling");
  return std::nullopt;
}

/// At least so many elements.
inline std::optional<Error> at_least(std::size_t size, std::size_t least, const std::string& field) {
  return refuse_unless(size >= least, field, std::to_string(size) + " values",
                       "at least " + std::to_string(least) + " values", "give a longer series");
}

/// Exactly so many elements.
inline std::optional<Error> sized(std::size_t size, std::size_t expected, const std::string& field) {
  return refuse_unless(size == expected, field, std::to_string(size) + " values", std::to_string(expected) + " values",
                       "give arrays whose shapes agree");
}

}  // namespace plimsoll::check
