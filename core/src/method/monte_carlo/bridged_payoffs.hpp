#pragma once

#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/method/monte_carlo/bridge_survival.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/double_touch.hpp"
#include "plimsoll/product/lookback.hpp"
#include "plimsoll/product/soft_barrier.hpp"
#include "plimsoll/product/touch.hpp"
#include "plimsoll/real/batch_math.hpp"
#include "plimsoll/real/dual.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <vector>

// What products pay given the spot at expiry, averaged over the bridge to it; inside the simulation of bridged paths.
namespace plimsoll {

using Paths = Batch<8>;

/// A number that does not move, as any Real over paths.
template <class R>
struct Still {
  static R of(const Paths& x) noexcept { return R(x); }
};

template <class Lane>
struct Still<Dual<Lane>> {
  static Dual<Lane> of(const Paths& x) noexcept { return {Still<Lane>::of(x), Lane{0.0}}; }
};

/// Where paths end, and a uniform draw beside.
struct Ends {
  Paths log_spot;
  Paths spot;
  Paths draw;
};

/// The law of the logarithm of the spot up to expiry.
template <Real R>
struct LogLaw {
  BlackScholes<R> model;
  double years;
  R start;     // today's logarithm
  R drift;     // a year
  R variance;  // of the whole
  R discount;

  LogLaw(const BlackScholes<R>& m, double expiry)
      : model(m),
        years(expiry),
        start(log(m.spot)),
        drift(m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility),
        variance(m.volatility * m.volatility * expiry),
        discount(exp(-m.rate * expiry)) {}

  /// The density of the end under a drift, but for the root of two pi.
  [[nodiscard]] R density(const R& end, const R& under) const {
    const R distance = end - start - under * years;
    return exp(-0.5 * distance * distance / variance) / sqrt(variance);
  }
};

/// Chance that the bridge touches a level.
template <Real R>
R touch_chance(const LogLaw<R>& law, BarrierSide direction, const R& level, const R& end) {
  const double side = direction == BarrierSide::down ? 1.0 : -1.0;
  const R from = side * (law.start - level);
  const R to = side * (end - level);
  const auto alive = both(from > 0.0, to > 0.0);
  return select(alive, R(exp(select(alive, R(-2.0 * from * to / law.variance), R{0.0}))), R{1.0});
}

/// Density times value of one unit paid when the level is first touched. The drift is turned so that the discount
/// factor goes into the measure: exp((drift - turned) * distance / volatility^2) is all that is left of it.
/// Source: Girsanov's theorem; Karatzas & Shreve (1991), Brownian Motion and Stochastic Calculus, sec. 3.5.C.
template <Real R>
R turned_drift(const LogLaw<R>& law, BarrierSide direction) {
  const R volatility = law.model.volatility;
  const R root = sqrt(law.drift * law.drift + 2.0 * law.model.rate * volatility * volatility);
  return direction == BarrierSide::up ? root : R(-root);
}

template <Real R>
R first_hit(const LogLaw<R>& law, BarrierSide direction, double level, const R& end) {
  const R place{std::log(level)};
  const R turned = turned_drift<R>(law, direction);
  const R weight = exp((law.drift - turned) * (place - law.start) / (law.model.volatility * law.model.volatility));
  return weight * law.density(end, turned) * touch_chance<R>(law, direction, place, end);
}

inline Paths paid_between(const LinearPayoff& payoff, const Ends& ends) {
  const auto inside = both(ends.spot > payoff.low, ends.spot < payoff.high);
  return select(inside, payoff.per_asset * ends.spot + payoff.per_cash, Paths{0.0});
}

/// The amount of a touch, in cash or in the asset.
inline Paths paid_after(const Touch& option, const Ends& ends) {
  return option.payout == Payout::cash ? Paths(option.cash) : ends.spot;
}

/// Density times discounted payoff, averaged over the bridge.
template <Real R>
R weighed_value(const Digital& option, const LogLaw<R>& law, const Ends& ends) {
  const R end = Still<R>::of(ends.log_spot);
  return law.density(end, law.drift) * law.discount * Still<R>::of(paid_between(linear_payoff(option), ends));
}

template <Real R>
R weighed_value(const Touch& option, const LogLaw<R>& law, const Ends& ends) {
  const R end = Still<R>::of(ends.log_spot);
  if (option.settlement == Settlement::at_hit)
    return (option.payout == Payout::cash ? option.cash : option.level) *
           first_hit<R>(law, option.direction, option.level, end);
  const R chance = touch_chance<R>(law, option.direction, R{std::log(option.level)}, end);
  const R share = option.knock == Knock::knock_in ? chance : R(1.0 - chance);
  return law.density(end, law.drift) * law.discount * share * Still<R>::of(paid_after(option, ends));
}

template <Real R>
R weighed_value(const Barrier& option, const LogLaw<R>& law, const Ends& ends) {
  const R end = Still<R>::of(ends.log_spot);
  const R chance = touch_chance<R>(law, option.direction, R{std::log(option.barrier)}, end);
  const bool is_in = option.knock == Knock::knock_in;
  const LinearPayoff payoff = linear_payoff(option.type, option.payout, option.strike, option.cash);
  const R paid = Still<R>::of(paid_between(payoff, ends));
  R value = is_in ? R(chance * paid + option.rebate * (1.0 - chance)) : R((1.0 - chance) * paid);
  value = law.density(end, law.drift) * law.discount * value;
  if (!is_in && option.rebate > 0.0)
    value = value + option.rebate * first_hit<R>(law, option.direction, option.barrier, end);
  return value;
}

/// Chance that the bridge stays between two levels.
template <Real R>
R stay_chance(const LogLaw<R>& law, double lower, double upper, const R& end) {
  const double low = std::log(lower);
  const double width = std::log(upper) - low;
  const double deviations = std::sqrt(lane_value(passive(law.variance), 0)) / width;
  return bridge_stays_between<R>(R(law.start - low), R(end - low), R{width}, R(law.variance), deviations);
}

/// Limits: paid at expiry.
template <Real R>
R weighed_value(const DoubleTouch& option, const LogLaw<R>& law, const Ends& ends) {
  const R end = Still<R>::of(ends.log_spot);
  const R alive = stay_chance<R>(law, option.lower, option.upper, end);
  const R share = option.order == TouchOrder::neither ? alive : R(1.0 - alive);
  return law.density(end, law.drift) * law.discount * share * option.cash;
}

template <Real R>
R weighed_value(const DoubleBarrier& option, const LogLaw<R>& law, const Ends& ends) {
  const R end = Still<R>::of(ends.log_spot);
  const R alive = stay_chance<R>(law, option.lower, option.upper, end);
  const R share = option.knock == Knock::knock_in ? R(1.0 - alive) : alive;
  const LinearPayoff payoff = linear_payoff(option.type, option.payout, option.strike, option.cash);
  return law.density(end, law.drift) * law.discount * share * Still<R>::of(paid_between(payoff, ends));
}

/// One level of the range a path. A level that the extremum has reached is touched.
template <Real R>
R weighed_value(const SoftBarrier& option, const LogLaw<R>& law, const Ends& ends) {
  const R end = Still<R>::of(ends.log_spot);
  const Paths level = option.lower + (option.upper - option.lower) * ends.draw;
  const bool is_down = option.direction == BarrierSide::down;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double passed = option.extremum.value_or(is_down ? infinity : -infinity);
  const auto is_open = is_down ? level < passed : level > passed;
  const R chance = select(is_open, touch_chance<R>(law, option.direction, Still<R>::of(log(level)), end), R{1.0});
  const R share = option.knock == Knock::knock_in ? chance : R(1.0 - chance);
  const LinearPayoff payoff = linear_payoff(option.type, Payout::difference, option.strike, 0.0);
  return law.density(end, law.drift) * law.discount * share * Still<R>::of(paid_between(payoff, ends));
}

/// Mean of the larger of the bridge's maximum and a level (`upward` 1), or of the smaller of its minimum and the level
/// (-1). The extremum lies beyond m, outside both ends, with chance exp(-2 (m - start) (m - end) / variance).
/// Source: Beaglehole, Dybvig & Zhou (1997); the integral over m is Gaussian.
template <Real R>
R mean_extremum(const LogLaw<R>& law, double upward, double level, const R& end) {
  // At the level itself, which is then today's record, the record stands still.
  const R outer =
      upward > 0.0 ? R(max(max(law.start, end), R{std::log(level)})) : R(min(min(law.start, end), R{std::log(level)}));
  const R middle = 0.5 * (law.start + end);
  const R half_gap = 0.5 * (end - law.start);
  const R deviation = 0.5 * sqrt(law.variance);
  const R scale = middle + law.variance / 8.0 + 2.0 * half_gap * half_gap / law.variance;
  const R beyond = upward * (middle + 0.25 * law.variance - outer) / deviation;
  const double root_two_pi = std::numbers::sqrt2 / std::numbers::inv_sqrtpi;
  return exp(outer) + upward * root_two_pi * deviation * weighted_cdf<R>(scale, beyond);
}

inline double upward_of(const Lookback& option) {
  return (option.type == OptionType::call) == (option.kind == LookbackStrike::fixed) ? 1.0 : -1.0;
}

/// The level beyond which the extremum counts.
inline double level_of(const Lookback& option) {
  if (option.kind == LookbackStrike::floating) return option.extremum;
  return upward_of(option) > 0.0 ? std::max(option.extremum, option.strike) : std::min(option.extremum, option.strike);
}

template <Real R>
R weighed_value(const Lookback& option, const LogLaw<R>& law, const Ends& ends) {
  const R end = Still<R>::of(ends.log_spot);
  const double upward = upward_of(option);
  const R extremum = mean_extremum<R>(law, upward, level_of(option), end);
  const R against = option.kind == LookbackStrike::fixed ? R{option.strike} : Still<R>::of(ends.spot);
  return law.density(end, law.drift) * law.discount * upward * (extremum - against);
}

/// Where, besides the forward, paths may matter.
inline std::vector<double> places_of(const Digital& option) { return {option.strike}; }
inline std::vector<double> places_of(const Touch& option) { return {option.level}; }
inline std::vector<double> places_of(const Barrier& option) { return {option.strike, option.barrier}; }
inline std::vector<double> places_of(const DoubleBarrier& option) {
  return {option.strike, option.lower, option.upper};
}
inline std::vector<double> places_of(const DoubleTouch& option) { return {option.lower, option.upper}; }
inline std::vector<double> places_of(const SoftBarrier& option) { return {option.strike, option.lower, option.upper}; }
inline std::vector<double> places_of(const Lookback& option) { return {level_of(option)}; }

/// What is paid at the hit, and in which direction the level lies.
inline std::optional<BarrierSide> paid_at_hit(const Touch& option) {
  return option.settlement == Settlement::at_hit ? std::optional(option.direction) : std::nullopt;
}
inline std::optional<BarrierSide> paid_at_hit(const Barrier& option) {
  return option.knock == Knock::knock_out && option.rebate > 0.0 ? std::optional(option.direction) : std::nullopt;
}
template <class P>
std::optional<BarrierSide> paid_at_hit(const P& /*option*/) {
  return std::nullopt;
}

/// The control: what the end alone pays, as a digital, whose formula is known. Of a digital and a touch it is the
/// asset, sure to be paid: cash that is sure is no chance to learn from.
inline Digital control_of(const Digital& option) {
  return {OptionType::call, Payout::asset, 0.0, 0.0, 0.0, option.expiry};
}
inline Digital control_of(const Touch& option) {
  return {OptionType::call, Payout::asset, 0.0, 0.0, 0.0, option.expiry};
}
inline Digital control_of(const DoubleTouch& option) {
  return {OptionType::call, Payout::asset, 0.0, 0.0, 0.0, option.expiry};
}
inline Digital control_of(const Barrier& option) {
  return {option.type, option.payout, option.strike, option.cash, option.strike, option.expiry};
}
inline Digital control_of(const DoubleBarrier& option) {
  return {option.type, option.payout, option.strike, option.cash, option.strike, option.expiry};
}
inline Digital control_of(const SoftBarrier& option) {
  return {option.type, Payout::difference, option.strike, 0.0, option.strike, option.expiry};
}
inline Digital control_of(const Lookback& option) {
  const OptionType type = upward_of(option) > 0.0 ? OptionType::call : OptionType::put;
  const double level = level_of(option);
  return {type, Payout::difference, level, 0.0, level, option.expiry};
}

}  // namespace plimsoll
