#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cmath>

namespace plimsoll {

/// How a delta of an option on an exchange rate is counted: by the spot or by the forward, with the premium in domestic
/// money or (adjusted) in foreign money.
enum class FxDelta { spot, forward, premium_adjusted_spot, premium_adjusted_forward };

/// Spot, in domestic money for one of foreign, and the value today of one unit of either money at expiry.
struct FxMarket {
  double spot = 0.0;
  double domestic_discount = 1.0;
  double foreign_discount = 1.0;
};

/// The forward of that date.
inline double forward(const FxMarket& market) {
  return market.spot * market.foreign_discount / market.domestic_discount;
}

/// Delta of a call or put struck at `strike`, per unit of foreign money; `deviation` is volatility times the root of
/// the time to expiry. Source: Castagna (2010), FX Options and Smile Risk, sec. 1.5; Clark (2011), Foreign Exchange
/// Option Pricing, ch. 3. Accuracy: 1e-15. Limits: positive strike and spot; at a deviation of zero the option is the
/// forward where it ends in the money.
Result<double> fx_delta(OptionType type, FxDelta convention, double strike, const FxMarket& market, double deviation);

/// The strike that has a delta. A premium-adjusted call has the same delta at two strikes: the higher one is meant, as
/// the market does. Source, accuracy: as `fx_delta`; 1e-14 relative.
/// Limits: refuses a delta that no strike has; positive deviation.
Result<double> fx_strike(OptionType type, FxDelta convention, double delta, const FxMarket& market, double deviation);

/// The strike at which the deltas of call and put cancel.
double fx_straddle_strike(FxDelta convention, const FxMarket& market, double deviation);

}  // namespace plimsoll
