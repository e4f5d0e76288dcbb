#pragma once

#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/payout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

// What every barrier and digital option is made of: the moments of a log-normal spot between two levels, of the spot
// itself and of its images behind a barrier.
namespace plimsoll {

/// A spot at a later date that is log-normal, times exp(log_weight): the spot itself has the log weight zero, an image
/// has that of its reflection.
template <Real R>
struct LogNormalSpot {
  R log_spot;    // of today
  R drift;       // of the logarithm, a year
  R volatility;  // a year
  R years;
  R log_weight{0.0};
};

template <Real R>
LogNormalSpot<R> log_normal_spot(const BlackScholes<R>& model, const R& years) {
  return {log(model.spot), model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility,
          model.volatility, years};
}

/// The image that starts `shift` further in the logarithm and, taken off, makes the density vanish half way.
/// Source: the reflection principle with drift, e.g. Harrison (1985), Brownian Motion and Stochastic Flow Systems, 1.8.
template <Real R>
LogNormalSpot<R> image(const LogNormalSpot<R>& from, const R& shift) {
  return {from.log_spot + shift, from.drift, from.volatility, from.years,
          from.drift / (from.volatility * from.volatility) * shift};
}

/// The image behind one barrier.
template <Real R>
LogNormalSpot<R> reflected(const LogNormalSpot<R>& from, double barrier) {
  return image<R>(from, R(2.0 * (std::log(barrier) - from.log_spot)));
}

/// exp(c) times the normal distribution function of x, without overflow where c is large and x far in the lower tail.
/// Source: the continued fraction of Mills' ratio, Abramowitz & Stegun (1964) 26.2.14.
/// Accuracy: 1e-14 relative for |x| <= 10; the rounding of x * x / 2 beyond.
template <Real R>
R weighted_cdf(const R& c, const R& x) {
  constexpr double tail = -6.0;
  constexpr int depth = 40;  // at 6 the fraction has settled to 1e-17
  const auto central = x > tail;
  const R near = exp(select(central, c, R{0.0})) * normal_cdf(select(central, x, R{0.0}));
  const R distance = select(central, R{-tail}, R(-x));
  R ratio = distance;
  for (int k = depth; k >= 1; --k) ratio = distance + static_cast<double>(k) / ratio;
  const R exponent = select(central, R{0.0}, R(c - 0.5 * x * x));
  const R far = exp(exponent) * (std::numbers::inv_sqrtpi / std::numbers::sqrt2) / ratio;
  return select(central, near, far);
}

/// Expected spot to the `power` where it ends between `low` and `high`, weight included. A low of zero and an infinite
/// high are no bound.
/// Accuracy: 1e-13 relative, both tails included.
template <Real R>
R truncated_moment(const LogNormalSpot<R>& spot, double power, double low, double high) {
  if (!(low < high)) return R{0.0};
  const R variance = spot.volatility * spot.volatility;
  const R deviation = spot.volatility * sqrt(spot.years);
  const R mean = spot.log_spot + (spot.drift + power * variance) * spot.years;
  const R scale = spot.log_weight + power * (spot.log_spot + (spot.drift + 0.5 * power * variance) * spot.years);
  const bool from_below = !(low > 0.0);
  const bool to_above = std::isinf(high);
  if (from_below && to_above) return exp(scale);
  const R above_low = from_below ? R{0.0} : R((mean - std::log(low)) / deviation);
  const R above_high = to_above ? R{0.0} : R((mean - std::log(high)) / deviation);
  if (to_above) return weighted_cdf<R>(scale, above_low);
  if (from_below) return weighted_cdf<R>(scale, R(-above_high));
  // The difference of the two lower tails, or of the two upper ones where those are the small ones.
  const auto upper = above_high > 0.0;
  return weighted_cdf<R>(scale, select(upper, R(-above_high), above_low)) -
         weighted_cdf<R>(scale, select(upper, R(-above_low), above_high));
}

/// Expected payoff of the part of it that lies between two levels.
template <Real R>
R expected_payoff(const LogNormalSpot<R>& spot, const LinearPayoff& payoff, double low, double high) {
  const double from = std::max(low, payoff.low);
  const double to = std::min(high, payoff.high);
  R sum{0.0};
  if (payoff.per_asset != 0.0) sum += payoff.per_asset * truncated_moment<R>(spot, 1.0, from, to);
  if (payoff.per_cash != 0.0) sum += payoff.per_cash * truncated_moment<R>(spot, 0.0, from, to);
  return sum;
}

/// The payoff of one spot that is known.
template <Real R>
R certain_payoff(const LinearPayoff& payoff, const R& spot, double known) {
  if (!(known > payoff.low && known < payoff.high)) return R{0.0};
  return payoff.per_asset * spot + payoff.per_cash;
}

}  // namespace plimsoll
