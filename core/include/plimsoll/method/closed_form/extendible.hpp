#pragma once

#include "plimsoll/method/closed_form/given_option.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/extendible.hpp"

namespace plimsoll {

/// Where the option is extended on its first expiry, and where it is exercised.
struct ExtensionRanges {
  SpotRange extended;
  SpotRange exercised;
};

/// Limits: by the holder, with a dividend yield that is not negative.
ExtensionRanges extension_ranges(const Extendible& option, const BlackScholes<double>& model);

/// Price per unit with `years` to the first expiry; something must be left to chance before it. The holder is
/// indifferent at the bounds of the ranges, and the writer's is the strike, so they are passive.
/// Source: Longstaff (1990), Pricing options with extendible maturities: analysis and applications, J. Finance 45,
/// 935-957; Haug (2007), sec. 4.14.
/// Accuracy: 1e-14 of the largest of spot and strikes.
template <Real R>
R extendible_price(const Extendible& option, const ExtensionRanges& ranges, const BlackScholes<R>& model,
                   const R& years) {
  const R last = years + (option.extended_expiry - option.expiry);
  R price = given_payoff<R>(model, linear_payoff(option.type, Payout::difference, option.strike, 0.0), years,
                            ranges.exercised) +
            given_option<R>(model, option.type, option.extended_strike, years, last, ranges.extended);
  if (option.premium != 0.0) price -= given_payoff<R>(model, LinearPayoff{0.0, option.premium}, years, ranges.extended);
  return price;
}

/// Price and sensitivities for the holder of one unit. Refuses terms and parameters that make no sense, and a negative
/// dividend yield where the holder extends and something is left to chance.
/// Limits: without volatility or spot it is the best that the path allows that is then certain; on its first expiry it
/// is what is then had, with its sensitivities.
Result<PricedGreeks> closed_form(const Extendible& option, const BlackScholes<double>& model);

}  // namespace plimsoll
