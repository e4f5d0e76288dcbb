#pragma once

#include "method/asian_rows.hpp"
#include "plimsoll/product/payout.hpp"

namespace plimsoll::testing {

inline BarrierSide direction_of(const ReferenceRow& row) {
  return row.text("barrier_type").starts_with("down") ? BarrierSide::down : BarrierSide::up;
}

inline Knock knock_of(const ReferenceRow& row) {
  return row.text("barrier_type").ends_with("in") ? Knock::knock_in : Knock::knock_out;
}

/// Midpoint rule on a fine grid: slow, and unrelated to every formula.
template <class F>
double integral(const F& f, double from, double to, int steps) {
  const double width = (to - from) / steps;
  double sum = 0.0;
  for (int i = 0; i < steps; ++i) sum += f(from + (i + 0.5) * width);
  return sum * width;
}

}  // namespace plimsoll::testing
