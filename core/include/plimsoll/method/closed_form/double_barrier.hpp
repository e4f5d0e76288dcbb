#pragma once

#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/double_barrier.hpp"

namespace plimsoll {

/// The two series of the density between two barriers: images converge where little time is left, sines where much is.
enum class Series { images, sines };

/// The series that converges sooner: images up to a deviation of the width between the barriers.
Series faster_series(const DoubleBarrier& option, const BlackScholes<double>& model);

/// Expected payoff, not discounted, of what the barriers leave alive (`Knock::knock_out`) or what they end
/// (`Knock::knock_in`), by images. `deviation` is the passive standard deviation of the logarithm of the spot, which
/// says how many to take. Source: Kunitomo & Ikeda (1992), Pricing options with curved boundaries, Mathematical Finance
/// 2(4), flat barriers. Accuracy: terms below 1e-17 of the first are left out.
template <Real R>
R expected_by_images(const DoubleBarrier& option, const BlackScholes<R>& model, const R& years, double deviation) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double negligible = 80.0;  // twice the logarithm of 2e17
  const LinearPayoff payoff = linear_payoff(option.type, option.payout, option.strike, option.cash);
  const LogNormalSpot<R> spot = log_normal_spot<R>(model, years);
  const double width = std::log(option.upper / option.lower);
  const int count = 1 + static_cast<int>(std::ceil(std::sqrt(negligible) * deviation / (2.0 * width)));
  R images{0.0};  // all but the spot itself
  for (int n = -count; n <= count; ++n) {
    const double shift = 2.0 * n * width;
    if (n != 0) images += expected_payoff<R>(image<R>(spot, R{shift}), payoff, option.lower, option.upper);
    const R mirrored = 2.0 * (std::log(option.upper) - spot.log_spot) - shift;
    images -= expected_payoff<R>(image<R>(spot, mirrored), payoff, option.lower, option.upper);
  }
  if (option.knock == Knock::knock_out) return expected_payoff<R>(spot, payoff, option.lower, option.upper) + images;
  return expected_payoff<R>(spot, payoff, 0.0, option.lower) +
         expected_payoff<R>(spot, payoff, option.upper, infinity) - images;
}

/// Integral over y from `low` to `high` of exp(growth * y) * sin(wave * y), y being the log-distance from the lower
/// barrier.
template <Real R>
R sine_integral(const R& growth, double wave, double low, double high) {
  const R norm = growth * growth + wave * wave;
  const auto at = [&](double y) -> R {
    return exp(growth * y) * (growth * std::sin(wave * y) - wave * std::cos(wave * y)) / norm;
  };
  return at(high) - at(low);
}

/// The same as `expected_by_images` for what is left alive, by sines: an unrelated series of the same density.
/// Source: Pelsser (2000), Pricing double barrier options using Laplace transforms, Finance & Stochastics 4, eq. 17.
/// Accuracy: terms below 1e-17 of the first are left out.
template <Real R>
R alive_by_sines(const DoubleBarrier& option, const BlackScholes<R>& model, const R& years, double deviation) {
  constexpr double negligible = 80.0;
  const LinearPayoff payoff = linear_payoff(option.type, option.payout, option.strike, option.cash);
  const double from = std::max(option.lower, payoff.low);
  const double to = std::min(option.upper, payoff.high);
  if (!(from < to)) return R{0.0};
  const double width = std::log(option.upper / option.lower);
  const double low = std::log(from / option.lower);
  const double high = std::log(to / option.lower);
  const LogNormalSpot<R> spot = log_normal_spot<R>(model, years);
  const R variance = spot.volatility * spot.volatility;
  const R tilt = spot.drift / variance;
  const R start = spot.log_spot - std::log(option.lower);
  const int count =
      1 + static_cast<int>(std::ceil(std::sqrt(negligible + 4.0) * width / (std::numbers::pi * deviation)));
  R sum{0.0};
  for (int n = 1; n <= count; ++n) {
    const double wave = n * std::numbers::pi / width;
    const R decay = exp(-0.5 * (tilt * tilt + wave * wave) * variance * years - tilt * start);
    R integral{0.0};
    if (payoff.per_asset != 0.0)
      integral += payoff.per_asset * option.lower * sine_integral<R>(R(1.0 + tilt), wave, low, high);
    if (payoff.per_cash != 0.0) integral += payoff.per_cash * sine_integral<R>(tilt, wave, low, high);
    sum += decay * sin(wave * start) * integral;
  }
  return 2.0 / width * sum;
}

/// Price per unit of an option whose barriers have not been touched, with `years` left; something must be left to
/// chance.
template <Real R>
R double_barrier_price(const DoubleBarrier& option, const BlackScholes<R>& model, const R& years, Series series,
                       double deviation) {
  const R discount = exp(-model.rate * years);
  if (series == Series::images) return discount * expected_by_images<R>(option, model, years, deviation);
  const R alive = alive_by_sines<R>(option, model, years, deviation);
  if (option.knock == Knock::knock_out) return discount * alive;
  const LinearPayoff payoff = linear_payoff(option.type, option.payout, option.strike, option.cash);
  return discount * (expected_payoff<R>(log_normal_spot<R>(model, years), payoff, 0.0, payoff.high) - alive);
}

/// Price and sensitivities for the holder of one unit; a spot that is not between the barriers has touched one.
/// Refuses terms and parameters that make no sense.
/// Accuracy: 1e-13 of the larger of spot and strike, by either series.
/// Limits: without time, volatility or spot it is the option on the path that is then certain.
Result<PricedGreeks> closed_form(const DoubleBarrier& option, const BlackScholes<double>& model);

/// The same by a series of one's choice, to hold one against the other.
/// Limits: the terms make sense, no barrier is touched and something is left to chance.
PricedGreeks double_barrier_by(const DoubleBarrier& option, const BlackScholes<double>& model, Series series);

}  // namespace plimsoll
