#pragma once

#include "plimsoll/base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace plimsoll {

/// A calendar day of the proleptic Gregorian calendar, counted in days since 1970-01-01.
struct Date {
  std::int32_t days = 0;

  /// Reads "YYYY-MM-DD"; refuses days that no calendar has, such as 2023-02-29.
  static Result<Date> parse(std::string_view text);

  /// The day as "YYYY-MM-DD".
  [[nodiscard]] std::string iso() const;

  friend auto operator<=>(const Date&, const Date&) = default;
};

/// Calendar days from one date to the other; negative when `to` is earlier.
constexpr int days_between(Date from, Date to) noexcept { return to.days - from.days; }

constexpr Date operator+(Date date, int days) noexcept { return Date{date.days + days}; }

}  // namespace plimsoll
