#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/variance_swap.hpp"

namespace plimsoll {

/// The fair variance of a year, from a strip of options: the payoff that gives realised variance when hedged is
/// replicated by straight pieces between the strikes.
/// Source: Demeterfi, Derman, Kamal & Zou (1999), More than you ever wanted to know about volatility swaps, Goldman
/// Sachs Quantitative Strategies, eqs. 27 and A.1-A.8. Accuracy: straight pieces lie above the payoff, so the variance
/// is too high by about the square of the step over the spot times a sixth of the variance a piece covers; too low by
/// what lies beyond the strip. Limits: a path without jumps; the volatility of `model` is not read.
Result<double> replicated_variance(const VarianceStrip& strip, const BlackScholes<double>& model);

}  // namespace plimsoll
