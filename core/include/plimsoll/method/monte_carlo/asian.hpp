#pragma once

#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/result.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"

namespace plimsoll {

/// Simulated price of an arithmetic Asian option, per unit, with the geometric mean of the fixings to come as control
/// of the price and of every sensitivity. Fixings already made enter by their count and sum.
/// Source: Kemna & Vorst (1990) for the control; Glasserman (2003), ch. 4 and 7.
/// Limits: checked input. A fixing at time zero has just been made at today's spot: delta does not move it. Where
/// nothing is left to chance the exact limit is returned, with standard errors zero.
MonteCarloResult monte_carlo_asian(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                   const MonteCarlo& method);

}  // namespace plimsoll
