#pragma once

#include "plimsoll/base/date.hpp"

namespace plimsoll {

/// Years from one date to the other, Act/365 Fixed: calendar days divided by 365.
/// Source: ISDA (2006), 2006 ISDA Definitions, sec. 4.16(d).
constexpr double year_fraction_act365f(Date from, Date to) noexcept {
  return static_cast<double>(days_between(from, to)) / 365.0;
}

}  // namespace plimsoll
