#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/lattice_workspace.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/vanilla_case.hpp"

namespace plimsoll {

/// Price per unit, seen by the holder, on a trinomial lattice around today's spot: moves of sqrt(3) deviations of a
/// step, with the probabilities that match mean and variance of the spot.
/// Source: Boyle (1986), Option valuation using a three-jump process; Kamrad & Ritchken (1991), Multinomial
/// approximating models for options with k state variables (stretch; sqrt(3) also matches the kurtosis). Last step and
/// cash dividends as binomial_price.
/// Accuracy and limits: as binomial_price, with half its error at equal steps; NaN where |rate - yield| sqrt(years /
/// steps) is above about 0.6 of the volatility.
double trinomial_price(const VanillaCase& option, const Trinomial& settings, LatticeWorkspace& workspace) noexcept;

/// Price and sensitivities on the same lattice, as those of `binomial`; the sweep takes twice the memory.
PricedGreeks trinomial(const VanillaCase& option, const Trinomial& settings, LatticeWorkspace& workspace) noexcept;

}  // namespace plimsoll
