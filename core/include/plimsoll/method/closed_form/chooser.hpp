#pragma once

#include "plimsoll/method/closed_form/given_option.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/chooser.hpp"

namespace plimsoll {

/// Price per unit with `years` to the choice; something must be left to chance before it. The call is chosen above the
/// spot `indifferent`, where the price does not move with it, so it is passive.
/// Source: Rubinstein (1991), Options for the undecided, Risk 4(4); Haug (2007), sec. 4.12.2 (complex chooser).
/// Accuracy: 1e-14 of the largest of spot and strikes.
template <Real R>
R chooser_price(const Chooser& option, double indifferent, const BlackScholes<R>& model, const R& years) {
  const SpotRange above{indifferent};
  const SpotRange below{0.0, indifferent};
  return given_option<R>(model, OptionType::call, option.call_strike, years,
                         R(years + (option.call_expiry - option.choice)), above) +
         given_option<R>(model, OptionType::put, option.put_strike, years,
                         R(years + (option.put_expiry - option.choice)), below);
}

/// Price and sensitivities for the holder of one unit. Refuses terms and parameters that make no sense.
/// Limits: without volatility or spot it is the better option on the path that is then certain; on the date of the
/// choice it is the better one, with its sensitivities.
Result<PricedGreeks> closed_form(const Chooser& option, const BlackScholes<double>& model);

}  // namespace plimsoll
