#pragma once

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/two_normals.hpp"
#include "plimsoll/method/two_asset_greeks.hpp"
#include "plimsoll/model/two_assets.hpp"
#include "plimsoll/product/correlation_option.hpp"
#include "plimsoll/product/exchange_option.hpp"
#include "plimsoll/product/extreme_option.hpp"
#include "plimsoll/product/two_asset_barrier.hpp"

#include <array>

namespace plimsoll {

/// The logarithms of the two spots after `years`.
template <Real R>
TwoNormals<R> spots_of(const TwoAssets<R>& model, const R& years) {
  const R variance1 = model.volatility1 * model.volatility1 * years;
  const R variance2 = model.volatility2 * model.volatility2 * years;
  return {log_spot<R>(model.spot1) + (model.rate - model.dividend_yield1) * years - 0.5 * variance1,
          log_spot<R>(model.spot2) + (model.rate - model.dividend_yield2) * years - 0.5 * variance2, variance1,
          variance2, model.correlation * model.volatility1 * model.volatility2 * years};
}

/// Price per unit of the right to exchange with `years` left.
/// Source: Margrabe (1978), eq. 7; Haug (2007), sec. 5.4. Accuracy: 1e-15 of the larger leg.
template <Real R>
R exchange_price(const ExchangeOption& option, const TwoAssets<R>& model, const R& years) {
  const R received = option.received * model.spot1 * exp(-model.dividend_yield1 * years);
  const R delivered = option.delivered * model.spot2 * exp(-model.dividend_yield2 * years);
  const R gap = model.volatility1 - model.volatility2;
  const R variance = gap * gap + 2.0 * (1.0 - model.correlation) * model.volatility1 * model.volatility2;
  return black_price<R>(Passive<R>{1.0}, received, delivered, deviation_of<R>(R(max(variance, R{0.0}) * years)));
}

/// Price per unit of an option on the smaller or the larger of two spots: what each asset pays where it is the one that
/// counts.
/// Source: Stulz (1982), Options on the minimum or the maximum of two risky assets, J. Financial Economics 10, 161-185;
/// Haug (2007), sec. 5.7. Accuracy: 1e-14 of the largest of spots and strike.
template <Real R>
R extreme_price(const ExtremeOption& option, const TwoAssets<R>& model, const R& years) {
  // Where the two are equal for certain the second counts.
  constexpr double tie = 1e-300;
  const TwoNormals<R> spots = spots_of<R>(model, years);
  const HalfLine<R> in_the_money{option.type == OptionType::call ? Side::above : Side::below,
                                 R{log_level(option.strike)}};
  const Side counts = option.of == Extreme::minimum ? Side::below : Side::above;
  R sum{0.0};
  for (const bool first : {true, false}) {
    const HalfLine<R> leads{counts, R{first ? 0.0 : -sign(counts) * tie}};
    const auto moment = [&](double power) -> R {
      const TwoNormals<R> n = first ? tilted<R>(spots, R{power}, R{0.0}) : tilted<R>(spots, R{0.0}, R{power});
      const TwoNormals<R> own_and_lead =
          first ? combined<R>(n, 1.0, 0.0, 1.0, -1.0) : combined<R>(n, 0.0, 1.0, -1.0, 1.0);
      return quadrant<R>(own_and_lead, in_the_money, leads);
    };
    sum += moment(1.0) - option.strike * moment(0.0);
  }
  return sign(option.type) * exp(-model.rate * years) * sum;
}

/// Price per unit of an option on the second spot that pays where the first ends on its side.
/// Source: Zhang (1995), Correlation digital options, J. Financial Engineering 3; Haug (2007), sec. 5.5.
/// Accuracy: 1e-14 of the larger of spot and strike.
template <Real R>
R correlation_price(const CorrelationOption& option, const TwoAssets<R>& model, const R& years) {
  const HalfLine<R> first{option.type == OptionType::call ? Side::above : Side::below,
                          R{log_level(option.first_strike)}};
  const LinearPayoff payoff = linear_payoff(option.type, Payout::difference, option.second_strike, 0.0);
  return exp(-model.rate * years) *
         expected_payoff<R>(spots_of<R>(model, years), first, payoff, 0.0, std::numeric_limits<double>::infinity());
}

/// Price per unit of an option on the first spot whose barrier on the second has not been touched; the second must
/// vary. Source: Heynen & Kat (1994), Crossing barriers, Risk 7(6), 46-51; Haug (2007), sec. 5.10. Accuracy: 1e-13 of
/// the larger of spot and strike, times the weight of the image where that is larger than one.
template <Real R>
R two_asset_barrier_price(const TwoAssetBarrier& option, const TwoAssets<R>& model, const R& years) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const LinearPayoff payoff = linear_payoff(option.type, Payout::difference, option.strike, 0.0);
  const R level{std::log(option.barrier)};
  const HalfLine<R> alive{option.direction == BarrierSide::down ? Side::above : Side::below, level};
  const TwoNormals<R> spots = combined<R>(spots_of<R>(model, years), 0.0, 1.0, 1.0, 0.0);
  const R variance2 = model.volatility2 * model.volatility2;
  const R shift = 2.0 * (level - log_spot<R>(model.spot2));
  TwoNormals<R> behind = spots;
  behind.mean1 += shift;
  behind.mean2 += model.correlation * model.volatility1 / model.volatility2 * shift;
  behind.log_weight = ((model.rate - model.dividend_yield2) / variance2 - 0.5) * shift;
  const R lost = expected_payoff<R>(behind, alive, payoff, 0.0, infinity);
  const R expected = option.knock == Knock::knock_out
                         ? R(expected_payoff<R>(spots, alive, payoff, 0.0, infinity) - lost)
                         : R(expected_payoff<R>(spots, {opposite(alive.side), level}, payoff, 0.0, infinity) + lost);
  return exp(-model.rate * years) * expected;
}

/// A price of two assets and its sensitivities, second orders by the spots included, by adjoints of tangents of the
/// formula. `price` takes the model and the years that are left, both active.
/// Limits: a spot of zero, and what nothing is left to chance in, has no sensitivity to deviations.
template <class Price>
PricedTwoAssets two_asset_greeks(const TwoAssets<double>& model, double years, const Price& price) {
  using Lane = Dual<double>;
  using R = Adjoint<Lane>;
  PricedTwoAssets result;
  std::array<std::array<double, 2>, 2> curvature{};
  for (const std::size_t direction : {std::size_t{0}, std::size_t{1}}) {
    Tape<Lane> tape;
    const auto leaf = [&](double value, double tangent) { return R::leaf(tape, Lane{value, tangent}); };
    const TwoAssets<R> leaves{leaf(model.spot1, direction == 0 ? 1.0 : 0.0),
                              leaf(model.spot2, direction == 1 ? 1.0 : 0.0),
                              leaf(model.dividend_yield1, 0.0),
                              leaf(model.dividend_yield2, 0.0),
                              leaf(model.volatility1, 0.0),
                              leaf(model.volatility2, 0.0),
                              leaf(model.correlation, 0.0),
                              leaf(model.rate, 0.0)};
    const R left = leaf(years, 0.0);
    const auto mark = tape.mark();
    const R value = price(leaves, left);
    sweep(tape, value, mark);
    curvature[direction] = {leaves.spot1.adjoint().tangent, leaves.spot2.adjoint().tangent};
    result = {
        value.value().value,
        {leaves.spot1.adjoint().value, leaves.spot2.adjoint().value, 0.0, 0.0, 0.0, leaves.volatility1.adjoint().value,
         leaves.volatility2.adjoint().value, leaves.correlation.adjoint().value, -left.adjoint().value,
         leaves.rate.adjoint().value, leaves.dividend_yield1.adjoint().value, leaves.dividend_yield2.adjoint().value}};
  }
  result.greeks.gamma1 = curvature[0][0];
  result.greeks.gamma2 = curvature[1][1];
  result.greeks.cross_gamma = curvature[0][1];
  return result;
}

/// Prices and sensitivities for the holder of one unit. Terms and parameters that make no sense are refused.
/// Limits: without time or volatility it is the payoff of the forwards; at the strike itself nothing is paid.
Result<PricedTwoAssets> closed_form(const ExchangeOption& option, const TwoAssets<double>& model);
Result<PricedTwoAssets> closed_form(const ExtremeOption& option, const TwoAssets<double>& model);
Result<PricedTwoAssets> closed_form(const CorrelationOption& option, const TwoAssets<double>& model);
Result<PricedTwoAssets> closed_form(const TwoAssetBarrier& option, const TwoAssets<double>& model);

/// The result, or a refusal where terms and parameters that make sense alone together left the range of a double.
Result<PricedTwoAssets> within_doubles(const PricedTwoAssets& priced);

}  // namespace plimsoll
