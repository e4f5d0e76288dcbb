#pragma once

#include "plimsoll/method/closed_form/growth.hpp"
#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/lookback.hpp"

namespace plimsoll {

/// Today's value of what the extremum gains beyond a level that it has not passed: of the maximum above it (`upward`
/// +1, level at or above the spot) or of the minimum below it (-1).
/// Source: Conze & Viswanathan (1991), Path dependent options, J. Finance 46(5); Haug (2007), sec. 4.15.2. Where spot
/// and strike grow at almost the same rate their formula is a difference of equal numbers over zero; it is then
/// interpolated in the rate of growth.
/// Accuracy: 1e-12 of the spot. Limits: one path at a time, because the choice is one for all lanes.
template <Real R>
R extremum_gain(const BlackScholes<R>& model, const R& years, double upward, const R& level) {
  const R carry = model.rate - model.dividend_yield;
  const R variance = model.volatility * model.volatility;
  const R deviation = model.volatility * sqrt(years);
  const R discount = exp(-model.rate * years);
  const R log_ratio = log(model.spot / level);
  const R d1 = (log_ratio + (carry + 0.5 * variance) * years) / deviation;
  const R plain = model.spot * exp(-model.dividend_yield * years) * normal_cdf(upward * d1) -
                  level * discount * normal_cdf(upward * (d1 - deviation));
  // The reflected part with its growth `c` in units of half the variance.
  const auto reflected_part = [&](const R& c) -> R {
    const R growth = 0.5 * c * variance * years;
    const R d = (log_ratio + growth + 0.5 * variance * years) / deviation;
    return (exp(growth) * normal_cdf(upward * d) -
            weighted_cdf<R>(R(-c * log_ratio), R(upward * (d - c * deviation)))) /
           c;
  };
  const R reflected = divided_by_growth<R>(R(2.0 * carry / variance), reflected_part);
  return upward * plain + model.spot * discount * upward * reflected;
}

/// Price per unit with `years` left; something must be left to chance. The extremum includes today's spot.
template <Real R>
R lookback_price(const Lookback& option, const BlackScholes<R>& model, const R& years) {
  const bool is_call = option.type == OptionType::call;
  const bool is_fixed = option.kind == LookbackStrike::fixed;
  const double upward = is_call == is_fixed ? 1.0 : -1.0;
  // Today's spot is part of the extremum, so at the extremum the level moves with it.
  const double extremum = option.extremum;
  const R so_far = upward > 0.0 ? R(max(model.spot, extremum)) : R(min(model.spot, extremum));
  const R discount = exp(-model.rate * years);
  if (!is_fixed) {
    const R asset = model.spot * exp(-model.dividend_yield * years);
    return upward * (discount * so_far - asset) + extremum_gain<R>(model, years, upward, so_far);
  }
  const R level = upward > 0.0 ? R(max(so_far, option.strike)) : R(min(so_far, option.strike));
  return discount * upward * (level - option.strike) + extremum_gain<R>(model, years, upward, level);
}

/// Price and sensitivities for the holder of one unit. Refuses terms and parameters that make no sense, and an extremum
/// that today's spot has passed.
/// Source: Goldman, Sosin & Gatto (1979), Path dependent options: buy at the low, sell at the high, J. Finance 34(5);
/// Conze & Viswanathan (1991).
/// Limits: without time, volatility or spot it is the payoff of the path that is then certain.
Result<PricedGreeks> closed_form(const Lookback& option, const BlackScholes<double>& model);

}  // namespace plimsoll
