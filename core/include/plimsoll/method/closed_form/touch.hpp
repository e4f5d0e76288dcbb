#pragma once

#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/touch.hpp"

namespace plimsoll {

/// Whether the value of one unit paid at the first hit has a real formula: the rate is not too far below zero.
inline bool has_first_hit_discount(const BlackScholes<double>& model) {
  const double variance = model.volatility * model.volatility;
  const double drift = (model.rate - model.dividend_yield) / variance - 0.5;
  return drift * drift + 2.0 * model.rate / variance > 0.0;
}

/// Value of one unit paid when the spot first touches the level, if it does before `years` are over.
/// Source: Rubinstein & Reiner (1991), Unscrambling the binary code, Risk 4(9); Haug (2007), eq. 4.93.
/// Accuracy: 1e-13 relative. Limits: `has_first_hit_discount`; the level is not touched yet.
template <Real R>
R first_hit_discount(const BlackScholes<R>& model, const R& years, double level) {
  const R variance = model.volatility * model.volatility;
  const R drift = (model.rate - model.dividend_yield) / variance - 0.5;
  const R root = sqrt(drift * drift + 2.0 * model.rate / variance);
  const R distance = std::log(level) - log(model.spot);
  const R deviation = model.volatility * sqrt(years);
  // Above the spot or below it: the sign of the distance turns the tails round.
  const R side = select(distance < 0.0, R{1.0}, R{-1.0});
  const R centre = side * distance / deviation;
  return weighted_cdf<R>(R((drift + root) * distance), R(centre + side * root * deviation)) +
         weighted_cdf<R>(R((drift - root) * distance), R(centre - side * root * deviation));
}

/// Price per unit of a touch whose level has not been touched, with `years` left; something must be left to chance.
/// Source: Rubinstein & Reiner (1991); Haug (2007), sec. 4.19.4 and 4.19.5.
/// Accuracy: 1e-13 relative for a one-touch, of the amount for a no-touch.
template <Real R>
R touch_price(const Touch& option, const BlackScholes<R>& model, const R& years) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (option.settlement == Settlement::at_hit)
    return (option.payout == Payout::cash ? option.cash : option.level) *
           first_hit_discount<R>(model, years, option.level);
  const bool is_down = option.direction == BarrierSide::down;
  const double low = is_down ? option.level : 0.0;
  const double high = is_down ? infinity : option.level;
  const double power = option.payout == Payout::cash ? 0.0 : 1.0;
  const LogNormalSpot<R> spot = log_normal_spot<R>(model, years);
  const R behind = truncated_moment<R>(reflected<R>(spot, option.level), power, low, high);
  R expected = behind + (is_down ? truncated_moment<R>(spot, power, 0.0, low)
                                 : truncated_moment<R>(spot, power, high, infinity));
  if (option.knock == Knock::knock_out) expected = truncated_moment<R>(spot, power, low, high) - behind;
  return (option.payout == Payout::cash ? option.cash : 1.0) * exp(-model.rate * years) * expected;
}

/// Price and sensitivities for the holder of one unit; a level that the spot has touched is taken as touched now.
/// Refuses terms and parameters that make no sense, and payment at the hit where `has_first_hit_discount` is false.
/// Limits: without time, volatility or spot it is the touch of the path that is then certain.
Result<PricedGreeks> closed_form(const Touch& option, const BlackScholes<double>& model);

}  // namespace plimsoll
