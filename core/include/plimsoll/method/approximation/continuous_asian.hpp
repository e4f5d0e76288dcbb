#pragma once

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/product/continuous_asian.hpp"

#include <algorithm>

namespace plimsoll {

/// (exp(x) - 1) / x, smooth through zero. Accuracy: 1e-15 relative.
template <Real R>
R relative_growth(const R& x) {
  constexpr double small = 1e-3;
  const auto is_small = both(x < small, -1.0 * x < small);
  const R safe = select(is_small, R{1.0}, x);
  const R series = 1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x / 720.0))));
  return select(is_small, series, R(expm1(safe) / safe));
}

/// Mean and mean square of what is left of the average, for one unit of spot: the spot's own over `years` to come.
template <Real R>
struct ContinuousMoments {
  R first;
  R second;
};

/// Source: Levy (1992), eqs. 9 and 10, with the square as an integral over the earlier of two dates, which has no
/// special case where a rate of growth is zero. Accuracy: 1e-14 relative for growth times years up to 10.
template <Real R>
ContinuousMoments<R> continuous_moments(const BlackScholes<R>& model, const R& years) {
  // Nodes and weights of eight Gauss points on [0, 1], on eight pieces. Source: Abramowitz & Stegun (1964) 25.4.30.
  constexpr double node[] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363};
  constexpr double weight[] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};
  constexpr int pieces = 8;
  const R carry = (model.rate - model.dividend_yield) * years;
  const R growth = 2.0 * carry + model.volatility * model.volatility * years;
  R second{0.0};
  for (int piece = 0; piece < pieces; ++piece)
    for (int i = 0; i < 4; ++i)
      for (const double side : {-1.0, 1.0}) {
        const double at = (piece + 0.5 + 0.5 * side * node[i]) / pieces;
        second += weight[i] / pieces * exp(growth * at) * (1.0 - at) * relative_growth<R>(R(carry * (1.0 - at)));
      }
  return {relative_growth<R>(carry), second};
}

/// Approximate price per unit with `years` left: what is left of the average is taken as log-normal with its true first
/// two moments.
/// Source: Levy (1992), Pricing European average rate currency options, J. International Money & Finance 11, 474-491;
/// Haug (2007), sec. 4.20.2.
/// Accuracy: 5e-3 of the price for deviations up to 20 %, at the money; the distance from the exact price is measured
/// in the tests. Limits: exact without volatility; a strike that the average has passed already is exact.
template <Real R>
R levy_price(const ContinuousAsian& option, const BlackScholes<R>& model, const R& years) {
  const R discount = exp(-model.rate * years);
  // The period is fixed: what time takes from the years to come it adds to those over, at today's spot.
  const double whole = option.expiry + option.elapsed;
  const R passed = option.elapsed * option.average + (option.expiry - years) * model.spot;
  const auto moments = continuous_moments<R>(model, years);
  // The average of the years to come must beat what is left of the strike.
  const R left_over = (option.strike * whole - passed) / years;
  const R variance = log(moments.second / (moments.first * moments.first));
  const auto varies = variance > 0.0;
  const R deviation = select(varies, R(sqrt(select(varies, variance, R{1.0}))), R{0.0});
  const R exchanged = black_price<R>(Passive<R>{sign(option.type)}, R(model.spot * moments.first * discount),
                                     R(max(left_over, R{0.0}) * discount), deviation);
  const R sure = option.type == OptionType::call ? R(max(R(-left_over), R{0.0})) : R{0.0};
  return (exchanged + sure * discount) * years / whole;
}

/// Price and sensitivities by Levy's approximation. Refuses terms and parameters that make no sense.
/// Limits: without time left it is the payoff of the average, and without volatility that of the certain path; there
/// the sensitivities are left out.
Result<PricedGreeks> levy(const ContinuousAsian& option, const BlackScholes<double>& model);

/// A price, and an estimate of its error.
struct PriceAndError {
  double price = 0.0;
  double error = 0.0;

  friend bool operator==(const PriceAndError&, const PriceAndError&) = default;
};

template <>
struct Fields<PriceAndError> {
  static constexpr std::string_view name = "PriceAndError";
  static constexpr auto list =
      std::make_tuple(field("price", &PriceAndError::price), field("error", &PriceAndError::error));
};

/// Exact price per unit, by a grid in the one variable that is left when wealth is counted in shares.
/// Source: Vecer (2001), A new PDE approach for pricing arithmetic average Asian options, J. Computational Finance
/// 4(4), 105-113; Vecer (2002), Unified pricing of Asian options, Risk 15(6). Accuracy: the error given is the change
/// by halving both steps, above what Richardson's extrapolation leaves. Limits: 50 to 5,000 space steps, deviations up
/// to 3; without time or volatility it is the payoff of the certain path.
Result<PriceAndError> vecer(const ContinuousAsian& option, const BlackScholes<double>& model, int space_steps = 400);

/// A price that the exact one is not below: what the average is worth given the mean of the logarithm, the call being
/// exercised by that mean alone.
/// Source: Rogers & Shi (1995), The value of an Asian option, J. Applied Probability 32, 1077-1088; Curran (1994) for
/// the mean of the logarithm. Accuracy: below the exact price by less than 1e-3 of the spot times the cube of the
/// deviation. Limits: nothing of the average is over; volatility and time above zero.
Result<double> asian_lower_bound(const ContinuousAsian& option, const BlackScholes<double>& model);

}  // namespace plimsoll
