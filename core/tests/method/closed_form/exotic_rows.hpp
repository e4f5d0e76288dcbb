#pragma once

#include "method/asian_rows.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/quadrature.hpp"
#include "plimsoll/product/payout.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

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

/// Expectation of a function of the spot after `years`, by adaptive quadrature between the spots where it bends.
template <class F>
double expected_at(const BlackScholes<double>& m, double years, const F& f, std::vector<double> bends = {}) {
  const double deviation = m.volatility * std::sqrt(years);
  const double centre = std::log(m.spot) + (m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility) * years;
  std::vector<double> ends{-10.0, 10.0};
  for (const double bend : bends) ends.push_back(std::clamp((std::log(bend) - centre) / deviation, -10.0, 10.0));
  std::ranges::sort(ends);
  double sum = 0.0;
  for (std::size_t i = 1; i < ends.size(); ++i)
    if (ends[i - 1] < ends[i])
      sum += gauss_kronrod([&](double z) { return normal_pdf(z) * f(std::exp(centre + deviation * z)); }, ends[i - 1],
                           ends[i], {1e-10, 1e-10, 40})
                 .value;
  return sum;
}

}  // namespace plimsoll::testing
