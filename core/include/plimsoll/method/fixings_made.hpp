#pragma once

#include "plimsoll/product/arithmetic_asian.hpp"

#include <algorithm>

namespace plimsoll {

/// The option with its fixings at time zero, which today's spot has just made, among those that have been made.
inline ArithmeticAsian with_fixings_made(const ArithmeticAsian& option, double spot) {
  ArithmeticAsian rest = option;
  const auto made = std::ranges::upper_bound(rest.fixings, 0.0) - rest.fixings.begin();
  rest.fixings.erase(rest.fixings.begin(), rest.fixings.begin() + made);
  rest.past_count += made;
  rest.past_sum += static_cast<double>(made) * spot;
  return rest;
}

}  // namespace plimsoll
