#pragma once

#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/product/double_touch.hpp"

namespace plimsoll {

/// Today's distance in logarithms from the level that pays, the width to the other one, and the tilt of the measure
/// towards it.
template <Real R>
struct FirstHit {
  R distance;
  double width;
  R tilt;   // drift over variance, seen towards the level that pays
  R decay;  // square root of tilt squared plus twice the rate over variance
};

template <Real R>
FirstHit<R> first_hit(const DoubleTouch& option, const BlackScholes<R>& model) {
  const bool is_lower = option.order == TouchOrder::lower_first;
  const R variance = model.volatility * model.volatility;
  const R towards_upper = (model.rate - model.dividend_yield) / variance - 0.5;
  const R tilt = is_lower ? R(-towards_upper) : towards_upper;
  const R start = log(model.spot);
  return {is_lower ? R(start - std::log(option.lower)) : R(std::log(option.upper) - start),
          std::log(option.upper / option.lower), tilt, sqrt(tilt * tilt + 2.0 * model.rate / variance)};
}

/// Value of one unit paid when the one level is touched, if the other has not been and time is not over, by images of
/// the level. `deviation` is the passive standard deviation of the logarithm of the spot.
/// Source: the reflection principle at two barriers, e.g. Kunitomo & Ikeda (1992); the hit of one barrier by Rubinstein
/// & Reiner (1991). Accuracy: terms below 1e-17 of the first are left out.
template <Real R>
R first_hit_by_images(const DoubleTouch& option, const BlackScholes<R>& model, const R& years, double deviation) {
  constexpr double negligible = 80.0;
  const FirstHit<R> hit = first_hit<R>(option, model);
  const R spread = model.volatility * sqrt(years);
  const auto one_level = [&](const R& distance) -> R {
    const R along = hit.tilt * hit.distance;
    return weighted_cdf<R>(R(along - hit.decay * distance), R(hit.decay * spread - distance / spread)) +
           weighted_cdf<R>(R(along + hit.decay * distance), R(-hit.decay * spread - distance / spread));
  };
  const int count = 1 + static_cast<int>(std::ceil(std::sqrt(negligible) * deviation / (2.0 * hit.width)));
  R sum{0.0};
  for (int n = 0; n <= count; ++n) {
    const double shift = 2.0 * n * hit.width;
    sum += one_level(R(hit.distance + shift)) - one_level(R(2.0 * hit.width + shift - hit.distance));
  }
  return sum;
}

/// The same by sines: what is paid if time never ends, less what the sines of the width still hold at expiry.
/// Source: Hui (1996), One-touch double barrier binary option values, Applied Financial Economics 6, 343-346, with the
/// limit in time summed in closed form. Accuracy: terms below 1e-17 of the first are left out.
template <Real R>
R first_hit_by_sines(const DoubleTouch& option, const BlackScholes<R>& model, const R& years, double deviation) {
  constexpr double negligible = 80.0;
  const FirstHit<R> hit = first_hit<R>(option, model);
  const R decay_squares = hit.decay * hit.decay;
  const R half_variance = 0.5 * model.volatility * model.volatility * years;
  const R along = exp(hit.tilt * hit.distance);
  // sinh(decay (width - distance)) / sinh(decay width), without overflow.
  const R forever = exp(-hit.decay * hit.distance) * expm1(R(-2.0 * hit.decay * (hit.width - hit.distance))) /
                    expm1(R(-2.0 * hit.decay * hit.width));
  const int count =
      1 + static_cast<int>(std::ceil(std::sqrt(negligible + 4.0) * hit.width / (std::numbers::pi * deviation)));
  R held{0.0};
  for (int n = 1; n <= count; ++n) {
    const double wave = n * std::numbers::pi / hit.width;
    const R rate = decay_squares + wave * wave;
    held += 2.0 * wave / hit.width / rate * sin(wave * hit.distance) * exp(-rate * half_variance);
  }
  return along * (forever - held);
}

/// Price per unit of a touch whose levels have not been touched, with `years` left; something must be left to chance.
template <Real R>
R double_touch_price(const DoubleTouch& option, const BlackScholes<R>& model, const R& years, Series series,
                     double deviation) {
  if (option.order == TouchOrder::neither || option.order == TouchOrder::either) {
    const Knock knock = option.order == TouchOrder::neither ? Knock::knock_out : Knock::knock_in;
    const DoubleBarrier always{OptionType::call, Payout::cash, 0.0,          option.cash, knock,
                               option.lower,     option.upper, option.expiry};
    return double_barrier_price<R>(always, model, years, series, deviation);
  }
  return option.cash * (series == Series::images ? first_hit_by_images<R>(option, model, years, deviation)
                                                 : first_hit_by_sines<R>(option, model, years, deviation));
}

/// Price and sensitivities for the holder of one unit; a spot that is not between the levels touches one now. Refuses
/// terms and parameters that make no sense, and a payment at the hit where `has_first_hit_discount` is false.
/// Accuracy: 1e-13 of the cash, by either series.
/// Limits: without time, volatility or spot it is the touch on the path that is then certain.
Result<PricedGreeks> closed_form(const DoubleTouch& option, const BlackScholes<double>& model);

/// The same by a series of one's choice, to hold one against the other.
/// Limits: the terms make sense, no level is touched and something is left to chance.
PricedGreeks double_touch_by(const DoubleTouch& option, const BlackScholes<double>& model, Series series);

}  // namespace plimsoll
