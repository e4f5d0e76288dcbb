#pragma once

#include "plimsoll/method/closed_form/given_option.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/compound.hpp"

namespace plimsoll {

/// Where the mother is exercised on her expiry.
SpotRange exercised_range(const Compound& option, const BlackScholes<double>& model);

/// Price per unit with `years` to the mother's expiry; something must be left to chance before it. Where the mother is
/// indifferent the price does not move with the bounds of `exercised`, so they are passive.
/// Source: Geske (1979), The valuation of compound options, J. Financial Economics 7, 63-81; Haug (2007), sec. 4.13.
/// Accuracy: 1e-14 of the largest of spot and strikes.
template <Real R>
R compound_price(const Compound& option, const SpotRange& exercised, const BlackScholes<R>& model, const R& years) {
  const R last = years + (option.daughter_expiry - option.expiry);
  const LinearPayoff paid{0.0, option.strike};
  return sign(option.type) *
         (given_option<R>(model, option.daughter_type, option.daughter_strike, years, last, exercised) -
          given_payoff<R>(model, paid, years, exercised));
}

/// Price and sensitivities for the holder of one unit. Refuses terms and parameters that make no sense.
/// Limits: without volatility or spot it is what the mother is worth on the path that is then certain; on her expiry it
/// is the daughter against the strike, with her sensitivities, or nothing.
Result<PricedGreeks> closed_form(const Compound& option, const BlackScholes<double>& model);

}  // namespace plimsoll
