#pragma once

#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/digital.hpp"

namespace plimsoll {

/// The payoff of the option as one that is linear beyond its strike.
LinearPayoff linear_payoff(const Digital& option);

/// Price per unit with `years` left; something must be left to chance.
/// Source: Rubinstein & Reiner (1991), Unscrambling the binary code, Risk 4(9); Haug (2007), sec. 4.19.
/// Accuracy: 1e-13 relative to the larger of its two parts.
template <Real R>
R digital_price(const Digital& option, const BlackScholes<R>& model, const R& years) {
  const LinearPayoff payoff = linear_payoff(option);
  return exp(-model.rate * years) * expected_payoff<R>(log_normal_spot<R>(model, years), payoff, 0.0, payoff.high);
}

/// Price and sensitivities for the holder of one unit. Refuses terms and parameters that make no sense.
/// Limits: without time, volatility or spot it is the payoff of the forward; at the strike itself nothing is paid.
Result<PricedGreeks> closed_form(const Digital& option, const BlackScholes<double>& model);

}  // namespace plimsoll
