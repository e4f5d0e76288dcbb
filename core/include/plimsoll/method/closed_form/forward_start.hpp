#pragma once

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/cliquet.hpp"
#include "plimsoll/product/forward_start.hpp"

namespace plimsoll {

/// Price per unit of an option that begins after `start` years and then lasts for `life`.
/// Source: Rubinstein (1990), Pay now, choose later, Risk 4(2); Haug (2007), sec. 4.6.
/// Accuracy: 1e-14 of the spot. Limits: exact without volatility or life; gamma is zero.
template <Real R>
R forward_start_price(OptionType type, double moneyness, double life, const BlackScholes<R>& model, const R& start) {
  const BlackScholes<R> of_one{R{1.0}, model.rate, model.dividend_yield, model.volatility};
  return model.spot * exp(-model.dividend_yield * start) * black_scholes_price<R>(type, moneyness, life, of_one);
}

/// Price and sensitivities for the holder of one unit. Refuses terms and parameters that make no sense.
Result<PricedGreeks> closed_form(const ForwardStart& option, const BlackScholes<double>& model);

/// The same for options one after the other: the sum of their prices. Source: Haug (2007), sec. 4.7 (ratchet options).
Result<PricedGreeks> closed_form(const Cliquet& option, const BlackScholes<double>& model);

}  // namespace plimsoll
