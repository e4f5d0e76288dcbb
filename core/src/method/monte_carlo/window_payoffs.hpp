#pragma once

#include "first_date_payoffs.hpp"
#include "plimsoll/product/partial_lookback.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

// What is paid where a barrier or an extremum is watched over part of the life; inside the simulation of bridged paths.
namespace plimsoll {

inline double drawn_date(const PartialTimeBarrier& option) { return option.cover; }
inline double drawn_date(const PartialLookback& option) { return option.window; }
inline Digital control_of(const PartialTimeBarrier& option) { return control_of_drawn(option); }
inline Digital control_of(const PartialLookback& option) { return control_of_drawn(option); }

/// Where the likeliest path to a place at expiry is on an earlier date.
inline double on_the_way(double place, double share, const BlackScholes<double>& model) {
  return model.spot * std::pow(place / model.spot, share);
}

inline std::vector<double> places_of(const PartialTimeBarrier& option, const BlackScholes<double>& model) {
  if (option.window == BarrierWindow::start) return {option.strike, option.barrier};
  const double share = option.cover / option.expiry;
  return {on_the_way(option.strike, share, model), on_the_way(option.barrier, share, model), option.barrier};
}
inline std::vector<double> places_of(const PartialLookback& option, const BlackScholes<double>& model) {
  if (option.kind == LookbackStrike::fixed)
    return {on_the_way(option.strike, option.window / option.expiry, model), option.strike};
  return {option.extremum, option.fraction * option.extremum};
}

/// The law from a drawn spot to the expiry, which discounts from there to today.
template <Real R>
LogLaw<R> law_from(const LogLaw<R>& law, const Ends& ends, double years) {
  LogLaw<R> later = law;
  later.start = Still<R>::of(ends.log_spot);
  later.years = years;
  later.variance = law.model.volatility * law.model.volatility * years;
  later.discount = law.discount * exp(-law.model.rate * years);
  return later;
}

/// Spots at expiry drawn from a mixture about the drift and some places, and the density of the mixture there, but for
/// the root of two pi. What is left of the draw of the first date chooses, and what is left of that is drawn with.
struct SecondDraw {
  Ends ends;
  Paths density;
};

template <Real R>
SecondDraw second_draw(const LogLaw<R>& later, const Ends& first, const std::vector<double>& places) {
  constexpr double least_draw = 0x1p-50;  // a draw of zero has no normal
  constexpr double far = 30.0;            // deviations; beyond, no double is left of the density
  const Paths deviation = sqrt(Paths(passive(later.variance)));
  const Paths drifted = first.log_spot + Paths(passive(later.drift)) * later.years;
  std::vector<Paths> centres{drifted};
  for (const double place : places)
    if (place > 0.0)
      centres.push_back(
          min(max(Paths(std::log(place)), Paths(drifted - far * deviation)), Paths(drifted + far * deviation)));
  const auto count = static_cast<double>(centres.size());
  const Paths scaled = count * first.draw;
  Paths centre = centres.back();
  Paths rest = scaled - (count - 1.0);
  for (std::size_t k = centres.size() - 1; k-- > 0;) {
    const auto is_chosen = scaled < static_cast<double>(k + 1);
    centre = select(is_chosen, centres[k], centre);
    rest = select(is_chosen, Paths(scaled - static_cast<double>(k)), rest);
  }
  const Paths uniform = min(max(rest, Paths(least_draw)), Paths(1.0 - least_draw));
  const Paths log_spot = centre + deviation * normal_quantile(uniform);
  Paths sum{0.0};
  for (const Paths& each : centres) {
    const Paths distance = (log_spot - each) / deviation;
    sum += exp(-0.5 * distance * distance);
  }
  return {{log_spot, exp(log_spot), uniform}, sum / (deviation * count)};
}

/// Chance that the bridge from the drawn spot to the expiry touches the barrier, from its own side or from either.
template <Real R>
R touch_chance(const PartialTimeBarrier& option, const LogLaw<R>& later, const R& end) {
  const R level{std::log(option.barrier)};
  if (option.window == BarrierWindow::end_from_side) return touch_chance<R>(later, option.direction, level, end);
  const R distances = (later.start - level) * (end - level);
  const auto one_side = distances > 0.0;
  return select(one_side, R(exp(select(one_side, R(-2.0 * distances / later.variance), R{0.0}))), R{1.0});
}

template <Real R>
R weighed_value(const PartialTimeBarrier& option, const LogLaw<R>& law, const Ends& ends) {
  const double years = option.expiry - option.cover;
  const bool is_in = option.knock == Knock::knock_in;
  const R at_cover = Still<R>::of(ends.log_spot);
  if (option.window == BarrierWindow::start) {
    const R chance = touch_chance<R>(law, option.direction, R{std::log(option.barrier)}, at_cover);
    const R share = is_in ? chance : R(1.0 - chance);
    return weighed<R>(law, ends, R(share * left_price<R>(option.type, option.strike, years, law, ends)));
  }
  const LogLaw<R> later = law_from<R>(law, ends, years);
  const SecondDraw drawn = second_draw<R>(later, ends, {option.strike, option.barrier});
  const R end = Still<R>::of(drawn.ends.log_spot);
  const R chance = touch_chance<R>(option, later, end);
  const R share = is_in ? chance : R(1.0 - chance);
  const LinearPayoff payoff = linear_payoff(option.type, Payout::difference, option.strike, 0.0);
  const R paid = Still<R>::of(Paths(paid_between(payoff, drawn.ends) / drawn.density));
  return law.density(at_cover, law.drift) * later.density(end, later.drift) * later.discount * share * paid;
}

/// The extremum from the drawn spot to the expiry, against the strike.
template <Real R>
R late_extremum(const PartialLookback& option, const LogLaw<R>& law, const Ends& ends) {
  const double years = option.expiry - option.window;
  const double upward = sign(option.type);
  if (years == 0.0) return weighed<R>(law, ends, left_price<R>(option.type, option.strike, years, law, ends));
  const LogLaw<R> later = law_from<R>(law, ends, years);
  const SecondDraw drawn = second_draw<R>(later, ends, {option.strike});
  const R end = Still<R>::of(drawn.ends.log_spot);
  const R paid = upward * (mean_extremum<R>(later, upward, option.strike, end) - option.strike);
  return law.density(Still<R>::of(ends.log_spot), law.drift) * later.density(end, later.drift) /
         Still<R>::of(drawn.density) * later.discount * paid;
}

/// What an option struck at a share of a level gains when the logarithm of the level moves by one in its favour.
template <Real R>
R gain_by_level(double side, const Passive<R>& strike, double years, const BlackScholes<R>& then) {
  const R cash = strike * exp(-then.rate * years);
  const R asset = then.spot * exp(-then.dividend_yield * years);
  if (years == 0.0) return select(side * (asset - cash) > 0.0, cash, R{0.0});
  const R deviation = then.volatility * std::sqrt(years);
  return cash * normal_cdf(R(side * (log(asset / cash) / deviation - 0.5 * deviation)));
}

/// The extremum up to the drawn spot in place of the strike. The bridge's lies beyond the record, or beyond the drawn
/// spot where that has passed it, by a chance whose law one level is drawn from: all levels beyond are summed by what
/// each adds, and by the chance that it is touched.
template <Real R>
R early_extremum(const PartialLookback& option, const LogLaw<R>& law, const Ends& ends) {
  constexpr double least_draw = 0x1p-50;  // at a draw of zero the level is infinitely far away
  constexpr double least_lead = 0x1p-60;  // a level on both ends has no density
  const double side = sign(option.type);
  const double upward = -side;
  const double years = option.expiry - option.window;
  const Paths record(std::log(option.extremum));
  const Paths start(passive(law.start));
  const Paths variance(passive(law.variance));
  const Paths passed = upward > 0.0 ? max(ends.log_spot, record) : min(ends.log_spot, record);
  const Paths gap = (start - passed) * (ends.log_spot - passed);
  const Paths between = ends.log_spot - start;
  const Paths uniform = max(ends.draw, Paths(least_draw));
  const Paths lead =
      max(Paths(sqrt(Paths(between * between + 4.0 * max(gap, Paths{0.0}) - 2.0 * variance * log(uniform)))),
          Paths(least_lead));
  const Paths level = 0.5 * (start + ends.log_spot + upward * lead);
  const R place = Still<R>::of(level);
  const R end = Still<R>::of(ends.log_spot);
  const R chance = touch_chance<R>(law, upward > 0.0 ? BarrierSide::up : BarrierSide::down, place, end);
  const R share = chance * Still<R>::of(Paths(variance / (2.0 * uniform * lead)));
  const auto struck_at = [&](const Paths& logarithm) { return Paths(option.fraction * exp(logarithm)); };
  const R at_record = on_drawn_date<R>(law, ends, [&]<class Then>(const BlackScholes<Then>& then) -> Then {
    return black_scholes_price<Then>(Passive<Then>(side), struck_at(passed), Passive<Then>(years), then);
  });
  const R beyond = on_drawn_date<R>(law, ends, [&]<class Then>(const BlackScholes<Then>& then) -> Then {
    return gain_by_level<Then>(side, struck_at(level), years, then);
  });
  return weighed<R>(law, ends, R(at_record + share * beyond));
}

template <Real R>
R weighed_value(const PartialLookback& option, const LogLaw<R>& law, const Ends& ends) {
  return option.kind == LookbackStrike::fixed ? late_extremum<R>(option, law, ends)
                                              : early_extremum<R>(option, law, ends);
}

}  // namespace plimsoll
