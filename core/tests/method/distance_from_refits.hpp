#pragma once

#include "plimsoll/numerics/quote_fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace plimsoll::testing {

/// How far the sensitivities to one quote are from the parameters of fits to that quote moved, by differences of fourth
/// order in the step: the worst of all parameters, each relative to the largest entry of its row. A row of zeros is
/// that of a parameter which a bound holds, and counts nothing. `moved(by)` gives the parameters of a fit to the moved
/// quote.
template <class Refit>
double distance_from_refits(const QuoteFit& fit, std::size_t quote, double step, const Refit& moved) {
  const auto a = moved(step);
  const auto b = moved(-step);
  const auto c = moved(2.0 * step);
  const auto d = moved(-2.0 * step);
  double worst = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double narrow = (a[i] - b[i]) / (2.0 * step);
    const double bumped = narrow + (narrow - (c[i] - d[i]) / (4.0 * step)) / 3.0;
    double scale = 0.0;
    for (std::size_t j = 0; j < fit.fit.residuals.size(); ++j) scale = std::max(scale, std::abs(fit.by_quote(i, j)));
    if (scale > 0.0) worst = std::max(worst, std::abs(bumped - fit.by_quote(i, quote)) / scale);
  }
  return worst;
}

}  // namespace plimsoll::testing
