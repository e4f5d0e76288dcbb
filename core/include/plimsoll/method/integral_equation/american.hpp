#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/integral_equation/boundary_tables.hpp"
#include "plimsoll/method/vanilla_case.hpp"

#include <array>
#include <vector>

namespace plimsoll {

/// Tables and memory of the integral equation, kept from call to call while the sizes stay. One thread at a time.
struct IntegralWorkspace {
  BoundaryTables fine;
  std::array<BoundaryTables, 2> coarse;
  std::vector<double> memory;
};

/// The relative change of the last step below which a boundary has settled: the next one would change its square.
inline constexpr double settled_change = 1e-5;

/// Whether the price needs a single exercise boundary, which the kernels find for several options side by side.
bool needs_one_boundary(const VanillaCase& option) noexcept;

/// A price and how far it may be from the exact one.
struct BoundedPrice {
  double price = 0.0;
  double error = 0.0;
};

/// Price per unit of a European or American option without cash dividends, seen by the holder.
/// A European option, and an American one that is worth holding, has the price of the formula; one whose spot lies
/// where exercise is best has that of exercising now; in the limits without chance the price is that of the
/// deterministic path. Source: Andersen, Lake & Offengenden (2016), High-performance American option pricing; Andersen
/// & Lake (2021), Fast American option pricing: the double-boundary case. Ours: Newton's method on all nodes at once,
/// and a quadrature in the angle. Accuracy: as its error estimate says: `integral_equation_bounded`. Limits: checked
/// input. Where 2 max(|rate|, |yield|) exceeds 1e5 times the variance per year the price is that of the deterministic
/// path, off by a standard deviation of the spot at most.
double integral_equation_price(const VanillaCase& option, const IntegralEquation& settings,
                               IntegralWorkspace& workspace);

/// The price with an estimate of its error: three times the sum of its distances to the prices of one and of two nodes
/// less. Accuracy: the estimate covers the error of at least 99 of 100 options over rates and yields from -10 to 30 %,
/// volatilities from 1 to 200 %, expiries up to 10 years and 2 max(|rate|, |yield|) up to 200 times the variance per
/// year; it is measured, not proved.
BoundedPrice integral_equation_bounded(const VanillaCase& option, const IntegralEquation& settings,
                                       IntegralWorkspace& workspace);

/// Price and sensitivities: delta and gamma by differentiating the integral with the boundary held, theta from the
/// Black-Scholes equation, vega and rho from central differences of the price.
PricedGreeks integral_equation(const VanillaCase& option, const IntegralEquation& settings,
                               IntegralWorkspace& workspace);

}  // namespace plimsoll
