#pragma once

#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/barrier.hpp"

namespace plimsoll {

/// Price per unit of an option whose barrier has not been touched, with `years` left; something must be left to chance.
/// What is knocked out is the payoff less that of the image; what is knocked in is the image, and the payoff beyond the
/// barrier: neither is a difference of larger numbers.
/// Source: Reiner & Rubinstein (1991), Breaking down the barriers, Risk 4(8); Haug (2007), sec. 4.17 and 4.19.5.
/// Accuracy: 1e-13 of the larger of spot, strike and rebate.
template <Real R>
R barrier_price(const Barrier& option, const BlackScholes<R>& model, const R& years) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const bool is_down = option.direction == BarrierSide::down;
  const double low = is_down ? option.barrier : 0.0;
  const double high = is_down ? infinity : option.barrier;
  const LinearPayoff payoff = linear_payoff(option.type, option.payout, option.strike, option.cash);
  const LogNormalSpot<R> spot = log_normal_spot<R>(model, years);
  const LogNormalSpot<R> behind = reflected<R>(spot, option.barrier);
  const R discount = exp(-model.rate * years);
  if (option.knock == Knock::knock_out) {
    R price = discount * (expected_payoff<R>(spot, payoff, low, high) - expected_payoff<R>(behind, payoff, low, high));
    if (option.rebate != 0.0) price += option.rebate * first_hit_discount<R>(model, years, option.barrier);
    return price;
  }
  R price = expected_payoff<R>(behind, payoff, low, high) +
            (is_down ? expected_payoff<R>(spot, payoff, 0.0, low) : expected_payoff<R>(spot, payoff, high, infinity));
  if (option.rebate != 0.0)
    price += option.rebate * (truncated_moment<R>(spot, 0.0, low, high) - truncated_moment<R>(behind, 0.0, low, high));
  return discount * price;
}

/// Price and sensitivities for the holder of one unit; a barrier that the spot has touched is taken as touched now.
/// Refuses terms and parameters that make no sense, and a rebate at the hit where `has_first_hit_discount` is false.
/// Limits: without time, volatility or spot it is the option on the path that is then certain.
Result<PricedGreeks> closed_form(const Barrier& option, const BlackScholes<double>& model);

}  // namespace plimsoll
