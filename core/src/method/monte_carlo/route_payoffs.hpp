#pragma once

#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/european.hpp"

#include <cstddef>
#include <span>
#include <vector>

// Discounted payoffs along a path for the routes to a sensitivity: of the spots on the option's dates, and of what the
// model contributes besides them. Inside the floor of methods.
namespace plimsoll {

template <Real R>
R discount_after(const BlackScholes<R>& model, double expiry, const R& elapsed) {
  return exp(-model.rate * (expiry - elapsed));
}

inline std::vector<double> dates_of(const European& option) { return {option.expiry}; }
inline std::vector<double> dates_of(const Digital& option) { return {option.expiry}; }
inline std::vector<double> dates_of(const Barrier& option) {
  return {0.25 * option.expiry, 0.5 * option.expiry, 0.75 * option.expiry, option.expiry};
}
inline std::vector<double> dates_of(const ArithmeticAsian& option) { return option.fixings; }

template <Real R>
R value_along(const European& option, const BlackScholes<R>& model, const R& elapsed, std::span<const R> path) {
  return discount_after<R>(model, option.expiry, elapsed) * payoff<R>(option, path.back());
}

template <Real R>
R value_along(const ArithmeticAsian& option, const BlackScholes<R>& model, const R& elapsed, std::span<const R> path) {
  return discount_after<R>(model, option.expiry, elapsed) * payoff<R>(option, path);
}

/// What a digital pays where it ends in the money.
template <Real R>
R paid_in_the_money(const Digital& option, const R& spot) {
  if (option.payout == Payout::cash) return R{option.cash};
  if (option.payout == Payout::asset) return spot;
  return sign(option.type) * (spot - option.paid_strike);
}

template <Real R>
R value_along(const Digital& option, const BlackScholes<R>& model, const R& elapsed, std::span<const R> path) {
  const R& spot = path.back();
  const R paid = paid_in_the_money<R>(option, spot);
  return discount_after<R>(model, option.expiry, elapsed) *
         select(sign(option.type) * (spot - option.strike) > 0.0, paid, R{0.0});
}

/// A digital whose jump is a ramp of this width around the strike.
struct RampedDigital {
  Digital option;
  double width = 0.0;
};

inline std::vector<double> dates_of(const RampedDigital& ramped) { return dates_of(ramped.option); }

template <Real R>
R value_along(const RampedDigital& ramped, const BlackScholes<R>& model, const R& elapsed, std::span<const R> path) {
  const Digital& option = ramped.option;
  const R& spot = path.back();
  const R place = sign(option.type) / ramped.width * (spot - option.strike) + 0.5;
  const R share = min(R(max(place, R{0.0})), R{1.0});
  return discount_after<R>(model, option.expiry, elapsed) * share * paid_in_the_money<R>(option, spot);
}

/// Chance that a Brownian bridge between two spots does not touch the barrier; zero where one lies beyond it.
/// Source: Glasserman (2003), sec. 6.4, eq. 6.53.
template <Real R>
R bridge_survival(const Barrier& option, const R& volatility, const R& step, const R& from, const R& to) {
  const double side = option.direction == BarrierSide::down ? 1.0 : -1.0;
  const R first = max(R(side * log(from / option.barrier)), R{0.0});
  const R second = max(R(side * log(to / option.barrier)), R{0.0});
  return -expm1(-2.0 * first * second / (volatility * volatility * step));
}

template <Real R>
R value_along(const Barrier& option, const BlackScholes<R>& model, const R& elapsed, std::span<const R> path) {
  const double step = option.expiry / static_cast<double>(path.size());
  R alive{1.0};
  for (std::size_t i = 0; i < path.size(); ++i) {
    const R years = i == 0 ? R(step - elapsed) : R{step};
    alive = alive * bridge_survival<R>(option, model.volatility, years, i == 0 ? model.spot : path[i - 1], path[i]);
  }
  const R share = option.knock == Knock::knock_out ? alive : R(1.0 - alive);
  const R& spot = path.back();
  R paid = option.payout == Payout::cash ? R{option.cash} : spot;
  if (option.payout == Payout::difference)
    return discount_after<R>(model, option.expiry, elapsed) * share *
           max(R(sign(option.type) * (spot - option.strike)), R{0.0});
  paid = select(sign(option.type) * (spot - option.strike) > 0.0, paid, R{0.0});
  return discount_after<R>(model, option.expiry, elapsed) * share * paid;
}

/// The same model from a later spot on.
template <Real R>
BlackScholes<R> from_spot(const BlackScholes<R>& model, const R& spot) {
  return {spot, model.rate, model.dividend_yield, model.volatility};
}

/// The option's value at half its life, where `spot` is, discounted to today.
template <Real R>
R value_at_half(const European& option, const BlackScholes<R>& model, const R& elapsed, const R& spot) {
  const double half = 0.5 * option.expiry;
  return discount_after<R>(model, half, elapsed) *
         black_scholes_price<R>(option.type, option.strike, half, from_spot<R>(model, spot));
}

template <Real R>
R value_at_half(const Digital& option, const BlackScholes<R>& model, const R& elapsed, const R& spot) {
  const double half = 0.5 * option.expiry;
  return discount_after<R>(model, half, elapsed) * digital_price<R>(option, from_spot<R>(model, spot), R{half});
}

/// A knock-out by its formula where the bridge of the first half did not touch; a knock-in is the rest of the option
/// without a barrier.
template <Real R>
R value_at_half(const Barrier& option, const BlackScholes<R>& model, const R& elapsed, const R& spot) {
  const double half = 0.5 * option.expiry;
  const BlackScholes<R> later = from_spot<R>(model, spot);
  Barrier out = option;
  out.knock = Knock::knock_out;
  const R alive = bridge_survival<R>(option, model.volatility, R(half - elapsed), model.spot, spot);
  const R knocked_out = alive * barrier_price<R>(out, later, R{half});
  const R discount = discount_after<R>(model, half, elapsed);
  if (option.knock == Knock::knock_out) return discount * knocked_out;
  const LinearPayoff paid = linear_payoff(option.type, option.payout, option.strike, option.cash);
  const R whole =
      exp(-model.rate * half) * expected_payoff<R>(log_normal_spot<R>(later, R{half}), paid, paid.low, paid.high);
  return discount * (whole - knocked_out);
}

}  // namespace plimsoll
