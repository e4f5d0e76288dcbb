#pragma once

#include "plimsoll/method/closed_form/two_assets.hpp"
#include "plimsoll/product/basket_option.hpp"
#include "plimsoll/product/spread.hpp"

namespace plimsoll {

/// How a spread option is valued. Exact: one integral over the second asset. The others are approximations for a strike
/// that is small beside the second asset.
enum class SpreadMethod { exact, kirk, splitting_first_order, splitting_second_order };

/// Kirk's price per unit: the second asset and the strike together are taken as log-normal.
/// Source: Kirk (1995), Correlation in the energy markets, in Managing Energy Price Risk; Haug (2007), sec. 5.3.
/// Accuracy: within 1 % of the price for strikes up to a fifth of the second asset; the distance from the exact price
/// is measured in the tests. Exact for a strike of zero. Limits: the second forward and the strike together above zero.
template <Real R>
R kirk_price(const Spread& option, const TwoAssets<R>& model, const R& years) {
  const R discount = exp(-model.rate * years);
  const R first = model.spot1 * exp(-model.dividend_yield1 * years);
  const R second = model.spot2 * exp(-model.dividend_yield2 * years);
  const R other = second + option.strike * discount;
  const R volatility = model.volatility2 * second / other;
  const R gap = model.volatility1 - volatility;
  const R variance = gap * gap + 2.0 * (1.0 - model.correlation) * model.volatility1 * volatility;
  return black_price<R>(Passive<R>{sign(option.type)}, first, other, deviation_of<R>(R(max(variance, R{0.0}) * years)));
}

/// Price per unit by a method of one's choice. Refuses terms and parameters that make no sense, and approximations
/// where the second forward and the strike are not above zero together.
Result<double> spread_price(const Spread& option, const TwoAssets<double>& model, SpreadMethod method);

/// Price and sensitivities of the exact price, or of Kirk's.
/// Source: Pearson (1995), An efficient approach for pricing spread options, J. Derivatives 3(1), 76-91: given the
/// second asset, the first is an option on a log-normal. Accuracy: 1e-12 of the larger spot. Limits: without time or
/// volatility it is the payoff of the forwards.
Result<PricedTwoAssets> spread_exact(const Spread& option, const TwoAssets<double>& model);
/// The same of a sum of two underlyings with weights of its own, the first above zero.
Result<PricedTwoAssets> basket_exact(const BasketOption& option, const TwoAssets<double>& model);
Result<PricedTwoAssets> spread_kirk(const Spread& option, const TwoAssets<double>& model);

}  // namespace plimsoll
