#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/shout.hpp"

namespace plimsoll {

/// Price and sensitivities of a shout option, for the holder of one unit, on a trinomial lattice on which shouting
/// exchanges the option for the discounted amount in the money and an option at the money, by the formula.
/// Source: Thomas (1993), Something to shout about, Risk 6(5); Hull (2018), Options, Futures, and Other Derivatives,
/// sec. 26.12.
/// Accuracy: order 1 in 1/steps, extrapolated with a lattice of a quarter of the steps nearly order 2.
/// Limits: the steps are rounded up to a multiple of four. Refuses terms and parameters that make no sense, a spot
/// without chance (unsupported), and too few steps for the drift (not_converged).
Result<PricedGreeks> on_lattice(const Shout& option, const BlackScholes<double>& model, const Trinomial& settings);

}  // namespace plimsoll
