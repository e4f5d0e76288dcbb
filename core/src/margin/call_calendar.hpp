#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/result.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace plimsoll::margin {

/// Refuses business days that do not rise.
inline std::optional<Error> flaw_of_calendar(std::span<const Date> business_days) {
  const auto place = std::ranges::adjacent_find(business_days, std::ranges::greater_equal{});
  if (place == business_days.end()) return std::nullopt;
  return Error{ErrorCode::invalid_value, "business_days", (place + 1)->iso(), "days that rise, each once",
               "take the sessions of the exchange in their order"};
}

/// The business day so many after a date, which need not be one itself.
inline Result<Date> business_day_after(std::span<const Date> business_days, Date date, int count) {
  const auto next = std::ranges::upper_bound(business_days, date);
  const auto place = static_cast<std::size_t>(next - business_days.begin()) + static_cast<std::size_t>(count) - 1;
  if (place < business_days.size()) return business_days[place];
  return Error{ErrorCode::missing_field, "business_days",
               business_days.empty() ? "none" : "up to " + business_days.back().iso(),
               std::to_string(count) + " business days after " + date.iso(), "give a longer calendar"};
}

}  // namespace plimsoll::margin
