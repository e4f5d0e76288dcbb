#pragma once

#include <cstddef>
#include <vector>

namespace plimsoll {

/// Points between -1 and 1 and weights that integrate polynomials up to order 2 count - 1 exactly.
struct GaussLegendreNodes {
  std::vector<double> points;
  std::vector<double> weights;
};

/// Source: Newton's method on the recurrence of the Legendre polynomials from the asymptotic roots, Abramowitz & Stegun
/// 22.16.6 and 25.4.29.
GaussLegendreNodes gauss_legendre_nodes(std::size_t count);

}  // namespace plimsoll
