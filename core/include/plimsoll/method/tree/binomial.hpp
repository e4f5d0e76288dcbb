#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/lattice_workspace.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/vanilla_case.hpp"

namespace plimsoll {

/// Price per unit, seen by the holder, on a binomial lattice of the textbooks.
/// Source: Cox, Ross & Rubinstein (1979), Option pricing: a simplified approach; Jarrow & Rudd (1983), Option Pricing,
/// ch. 13; Tian (1993), A modified lattice approach to option pricing; the last step by the formula: Broadie & Detemple
/// (1996), American option valuation: new bounds, approximations, and a comparison of existing methods, sec. 4; cash
/// dividends as leisen_reimer_price.
/// Accuracy: order 1 in 1/steps, with jumps from step to step where the last step is the payoff. Where it is the
/// formula, extrapolation makes the error about ten times smaller at 100 steps. Limits: checked input as for
/// leisen_reimer_price; steps 4 to 4000. NaN where a probability would leave [0, 1] (Cox-Ross-Rubinstein alone: |rate -
/// yield| sqrt(years / steps) above the volatility) or the highest spot the numbers.
double binomial_price(const VanillaCase& option, const Binomial& settings, LatticeWorkspace& workspace) noexcept;

/// Price and sensitivities on the same lattice: delta and gamma from the five nodes around today's spot, theta from the
/// Black-Scholes equation (zero where it is best to exercise now), vega and rho by an adjoint sweep through the lattice
/// (with cash dividends by central differences).
/// Source: Pelsser & Vorst (1994), The binomial model and the Greeks, sec. 3 (lattice begun before today).
/// Limits: as binomial_price; memory of the sweep 4 steps^1.5 numbers.
PricedGreeks binomial(const VanillaCase& option, const Binomial& settings, LatticeWorkspace& workspace) noexcept;

/// Whether the lattice has its meaning for this option: not all is certain, and its weights are probabilities.
bool has_binomial_lattice(const VanillaCase& option, const Binomial& settings) noexcept;

/// How far an extrapolated European price may lie above the formula, per unit of spot plus strike: infinite where
/// nothing is known. Measured over 2,000 wide options where the last step is the formula: 0.64 / steps^2 at 50 steps,
/// 0.91 / steps^2 at 400; the bound is 12 / steps^2.
double extrapolated_european_error(std::int64_t steps, LastStep last_step) noexcept;

}  // namespace plimsoll
