#pragma once

#include "plimsoll/method/closed_form/two_normals.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"

namespace plimsoll {

/// The spot on the date of cover and, behind the barrier, at expiry: an image begins where the window does.
template <Real R>
TwoNormals<R> image_on_two_dates(const PartialTimeBarrier& option, const BlackScholes<R>& model, const R& cover,
                                 const R& years) {
  const double level = std::log(option.barrier);
  const R variance = model.volatility * model.volatility;
  const R drift = model.rate - model.dividend_yield - 0.5 * variance;
  const R tilt = 2.0 * drift / variance;
  TwoNormals<R> n = spot_on_two_dates<R>(model, cover, years);
  if (option.window == BarrierWindow::start) {
    const R shift = 2.0 * (level - log(model.spot));
    n.mean1 += shift;
    n.mean2 += shift;
    n.log_weight = 0.5 * tilt * shift;
    return n;
  }
  n.mean2 = 2.0 * level - n.mean1 + drift * (years - cover);
  n.covariance = -n.covariance;
  n.log_weight = tilt * level;
  return tilted<R>(n, R(-tilt), R{0.0});
}

/// Price per unit of an option whose barrier has not been touched, with `years` left, the window not at an end of them;
/// something must be left to chance. What is knocked in and what is left alive are sums over the sides of the barrier
/// on which the spot may be on the date of cover.
/// Source: Heynen & Kat (1994), Partial barrier options, J. Financial Engineering 3, 253-274; Haug (2007), sec. 4.17.4.
/// Accuracy: 1e-13 of the larger of spot and strike, times the weight of the image where that is larger than one.
template <Real R>
R partial_time_barrier_price(const PartialTimeBarrier& option, const BlackScholes<R>& model, const R& years) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const R cover = years - (option.expiry - option.cover);
  const LinearPayoff payoff = linear_payoff(option.type, Payout::difference, option.strike, 0.0);
  const TwoNormals<R> spot = spot_on_two_dates<R>(model, cover, years);
  const TwoNormals<R> behind = image_on_two_dates<R>(option, model, cover, years);
  const bool to_expiry = option.window != BarrierWindow::start;
  const bool is_out = option.knock == Knock::knock_out;
  const Side alive = option.direction == BarrierSide::down ? Side::above : Side::below;
  const R level{std::log(option.barrier)};
  R sum{0.0};
  for (const Side side : {Side::above, Side::below}) {
    const HalfLine<R> on_cover{side, level};
    if (side != alive && option.window != BarrierWindow::end_any_side) {
      if (!is_out) sum += expected_payoff<R>(spot, on_cover, payoff, 0.0, infinity);
      continue;
    }
    const double low = to_expiry && side == Side::above ? option.barrier : 0.0;
    const double high = to_expiry && side == Side::below ? option.barrier : infinity;
    const R lost = expected_payoff<R>(behind, on_cover, payoff, low, high);
    if (is_out) {
      sum += expected_payoff<R>(spot, on_cover, payoff, low, high) - lost;
      continue;
    }
    sum += lost;
    if (to_expiry)
      sum += side == Side::above ? expected_payoff<R>(spot, on_cover, payoff, 0.0, low)
                                 : expected_payoff<R>(spot, on_cover, payoff, high, infinity);
  }
  return exp(-model.rate * years) * sum;
}

/// Price and sensitivities for the holder of one unit; a barrier that the spot has touched while it is watched is taken
/// as touched now. Refuses terms and parameters that make no sense.
/// Limits: without time, volatility or spot it is the option on the path that is then certain; a window from today to
/// expiry is the plain barrier.
Result<PricedGreeks> closed_form(const PartialTimeBarrier& option, const BlackScholes<double>& model);

}  // namespace plimsoll
