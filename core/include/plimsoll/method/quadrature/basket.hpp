#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/model/correlated_black_scholes.hpp"
#include "plimsoll/product/basket_option.hpp"

namespace plimsoll {

/// Price for the holder of one unit, by quadrature over one normal variable that the underlyings have in common. Given
/// it, an option on two assets is a sum of vanilla options on the second one; the largest or smallest of any number of
/// assets has a distribution function that is a product, and is integrated once more.
/// Source: Stulz (1982), Options on the minimum or the maximum of two risky assets, J. Financial Economics 10; Laurent
/// & Gregory (2005), Basket default swaps, CDOs and factor copulas, J. Risk 7 (conditional independence).
/// Accuracy: 1e-9 of the larger of the forwards and the strike.
/// Limits: refuses a sum of more than two assets, and a correlation of more than two that no single factor makes: each
/// entry off the diagonal has to be a product of two loadings.
Result<double> quadrature_price(const BasketOption& option, const CorrelatedBlackScholes<double>& model);

}  // namespace plimsoll
