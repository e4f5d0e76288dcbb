#pragma once

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/growth.hpp"
#include "plimsoll/method/closed_form/two_normals.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/partial_lookback.hpp"

namespace plimsoll {

namespace partial_lookback {

/// Today's spot mirrored at the two dates, in logarithms from today's spot: how far a path came, told backwards. The
/// drift is that of the `growth`.
template <Real R>
TwoNormals<R> mirrored(const R& volatility, const R& growth, const R& window, const R& years, double shift) {
  const R variance = volatility * volatility;
  const R drift = 0.5 * variance * (growth - 1.0);
  return {-drift * window, shift - drift * years, variance * window, variance * years, variance * window};
}

/// Expected exp(power * X) where the variable X of `n`, the first or the second, lies beyond `bound` on a side and
/// further out than the other variable.
template <Real R>
R furthest(const TwoNormals<R>& n, int which, const R& power, Side side, const R& bound) {
  const bool is_first = which == 1;
  const TwoNormals<R> weighted = is_first ? tilted<R>(n, power, R{0.0}) : tilted<R>(n, R{0.0}, power);
  const TwoNormals<R> own_and_lead =
      is_first ? combined<R>(weighted, 1.0, 0.0, 1.0, -1.0) : combined<R>(weighted, 0.0, 1.0, -1.0, 1.0);
  return quadrant<R>(own_and_lead, {side, bound}, {side, R{0.0}});
}

/// The sum over levels y on the near side of `bound` of exp(y), while the first variable is not beyond y and the second
/// is: E[exp(power * second)] less E[exp(power * first)], both cut off at the bound.
template <Real R>
R between(const TwoNormals<R>& n, const R& power, Side near, const R& bound) {
  const Side far = opposite(near);
  const TwoNormals<R> by_first = combined<R>(tilted<R>(n, power, R{0.0}), 1.0, 0.0, -1.0, 1.0);
  const TwoNormals<R> by_second = combined<R>(tilted<R>(n, R{0.0}, power), 0.0, 1.0, -1.0, 1.0);
  return quadrant<R>(by_second, {near, bound}, {far, R{0.0}}) - quadrant<R>(by_first, {near, bound}, {far, R{0.0}}) +
         exp(power * bound) * quadrant<R>(n, {near, bound}, {far, bound});
}

}  // namespace partial_lookback

/// What an extremum watched from today to `window` adds to an option struck at `fraction` times the extremum so far:
/// the sum over all levels beyond it of the chance that the level is touched while it is watched and that the last spot
/// then ends in the money. `upward` -1 is a call on the minimum, +1 a put on the maximum.
/// Source: Heynen & Kat (1995), Lookback options with discrete and partial monitoring of the underlying price, Applied
/// Mathematical Finance 2, 273-284; Haug (2007), sec. 4.15.4; here summed over levels as in Conze & Viswanathan (1991).
/// Accuracy: 1e-12 of the spot.
template <Real R>
R partial_extremum_gain(const PartialLookback& option, const BlackScholes<R>& model, const R& years,
                        const R& extremum) {
  using namespace partial_lookback;
  const bool is_call = option.type == OptionType::call;
  const double sense = is_call ? 1.0 : -1.0;
  const Side near = is_call ? Side::below : Side::above;
  const R window = years - (option.expiry - option.window);
  const double shift = std::log(option.fraction);
  const R start = log(model.spot);
  const R bound = log(extremum) - start;
  TwoNormals<R> ahead = spot_on_two_dates<R>(model, window, years);
  ahead.mean1 -= start;
  ahead.mean2 -= start + shift;
  const auto reflected_part = [&](const R& growth) -> R {
    const TwoNormals<R> back = mirrored<R>(model.volatility, growth, window, years, shift);
    const R both_near = exp(growth * bound) * quadrant<R>(back, {near, bound}, {near, bound});
    // The further one of the two, away from the bound, is the one that counts: each leads the other on the far side.
    const auto led = [&](int which) -> R {
      const bool is_first = which == 1;
      const TwoNormals<R> weighted = is_first ? tilted<R>(back, growth, R{0.0}) : tilted<R>(back, R{0.0}, growth);
      const TwoNormals<R> own_and_gap =
          is_first ? combined<R>(weighted, 1.0, 0.0, -1.0, 1.0) : combined<R>(weighted, 0.0, 1.0, 1.0, -1.0);
      return quadrant<R>(own_and_gap, {near, bound}, {near, R{0.0}});
    };
    return (both_near - led(1) - led(2)) / growth;
  };
  const R variance = model.volatility * model.volatility;
  const R growth = 2.0 * (model.rate - model.dividend_yield) / variance;
  const R sum = between<R>(ahead, R{1.0}, near, bound) + divided_by_growth<R>(growth, reflected_part);
  return sense * option.fraction * model.spot * exp(-model.rate * years) * sum;
}

/// Price per unit of an option on the extremum from `window` to expiry, summed over levels in the same way.
/// Source, accuracy: as `partial_extremum_gain`; Haug (2007), sec. 4.15.5.
template <Real R>
R late_extremum_price(const PartialLookback& option, const BlackScholes<R>& model, const R& years) {
  using namespace partial_lookback;
  const bool is_call = option.type == OptionType::call;
  const double sense = is_call ? 1.0 : -1.0;
  const Side far = is_call ? Side::above : Side::below;
  const R window = years - (option.expiry - option.window);
  const R start = log(model.spot);
  const R bound = std::log(option.strike) - start;
  TwoNormals<R> ahead = spot_on_two_dates<R>(model, window, years);
  ahead.mean1 -= start;
  ahead.mean2 -= start;
  R ends{0.0};  // what the spot on either date alone is beyond the strike
  for (const int which : {1, 2})
    ends += furthest<R>(ahead, which, R{1.0}, far, bound) - exp(bound) * furthest<R>(ahead, which, R{0.0}, far, bound);
  const auto reflected_part = [&](const R& growth) -> R {
    const TwoNormals<R> back = mirrored<R>(model.volatility, growth, window, years, 0.0);
    const TwoNormals<R> by_first = combined<R>(tilted<R>(back, growth, R{0.0}), 1.0, 0.0, -1.0, 1.0);
    const TwoNormals<R> by_second = combined<R>(tilted<R>(back, R{0.0}, growth), 0.0, 1.0, -1.0, 1.0);
    return (quadrant<R>(by_second, {far, bound}, {far, R{0.0}}) - quadrant<R>(by_first, {far, bound}, {far, R{0.0}}) -
            exp(growth * bound) * quadrant<R>(back, {opposite(far), bound}, {far, bound})) /
           growth;
  };
  const R variance = model.volatility * model.volatility;
  const R growth = 2.0 * (model.rate - model.dividend_yield) / variance;
  return sense * model.spot * exp(-model.rate * years) * (ends + divided_by_growth<R>(growth, reflected_part));
}

/// Price per unit with `years` left, the window not at an end of them; something must be left to chance.
template <Real R>
R partial_lookback_price(const PartialLookback& option, const BlackScholes<R>& model, const R& years) {
  if (option.kind == LookbackStrike::fixed) return late_extremum_price<R>(option, model, years);
  // Today's spot is part of the extremum, so at the extremum the level moves with it.
  const R extremum =
      option.type == OptionType::call ? R(min(model.spot, option.extremum)) : R(max(model.spot, option.extremum));
  const R plain =
      black_price<R>(Passive<R>{sign(option.type)}, R(model.spot * exp(-model.dividend_yield * years)),
                     R(option.fraction * extremum * exp(-model.rate * years)), R(model.volatility * sqrt(years)));
  return plain + partial_extremum_gain<R>(option, model, years, extremum);
}

/// Price and sensitivities for the holder of one unit. Refuses terms and parameters that make no sense, and an extremum
/// that today's spot has passed.
/// Limits: without time, volatility or spot it is the payoff of the path that is then certain; a window that lasts to
/// expiry, or begins today, is the plain lookback.
Result<PricedGreeks> closed_form(const PartialLookback& option, const BlackScholes<double>& model);

}  // namespace plimsoll
