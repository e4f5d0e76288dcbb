#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <span>

namespace plimsoll {

/// Whether the spot of this model moves by so little until `years` that the limit without chance is the answer: zero
/// spot, strike, time or volatility, or a standard deviation of log spot below 1e-10.
bool is_deterministic(double strike, double years, const BlackScholes<double>& model) noexcept;

/// Price and sensitivities of an option when nothing is left to chance: the best discounted payoff over the expiry
/// (European) or over every time up to it (American) along the forward path of the spot, which falls by each dividend
/// and stops at zero. Vega is zero; at a kink (forward at the strike) delta is that of the side that pays nothing.
/// Accuracy: exact but for rounding.
/// Limits: checked input; dividends in order of time.
PricedGreeks deterministic_option(OptionType type, Exercise exercise, double strike, double years,
                                  const BlackScholes<double>& model, std::span<const TimedDividend> dividends) noexcept;

}  // namespace plimsoll
