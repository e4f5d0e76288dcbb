#pragma once

#include "plimsoll/method/boundary_plan.hpp"
#include "plimsoll/method/method.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll {

/// Nodes, weights and interpolation of the integral equation for one set of sizes.
/// Source: collocation at the extrema of Chebyshev polynomials in the root of time and interpolation by barycentric
/// weights: Berrut & Trefethen (2004), Barycentric Lagrange interpolation, SIAM Review 46, sec. 5; Gauss-Legendre
/// points in the angle whose squared sine is the share of time that has passed.
class BoundaryTables {
 public:
  BoundaryTables() = default;
  explicit BoundaryTables(const IntegralEquation& settings);

  [[nodiscard]] const IntegralEquation& settings() const noexcept { return settings_; }
  /// Pointers into the tables: valid as long as they live where they are.
  [[nodiscard]] plimsoll_kernels::BoundaryPlan plan() const noexcept;

 private:
  IntegralEquation settings_{0, 0, 0, 0};
  std::vector<double> roots_;
  std::vector<double> sines_, weights_, cardinals_;
  std::vector<double> price_sines_, price_weights_, price_cardinals_;
};

}  // namespace plimsoll
