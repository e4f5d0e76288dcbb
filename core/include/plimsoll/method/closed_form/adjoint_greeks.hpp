#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <cmath>

namespace plimsoll {

/// A price and its sensitivities by adjoints of the formula, for the holder of one unit. `price` takes the model and
/// the years that are left, both active. Between the dates of its contract a price solves the Black-Scholes equation,
/// so gamma follows from the others to rounding: no formula is differenced. Source: Black & Scholes (1973), eq. 7.
/// Limits: gamma is zero where the spot or the volatility is zero or no time is left.
template <class Price>
PricedGreeks adjoint_greeks(const BlackScholes<double>& model, double years, const Price& price) {
  using R = Adjoint<double>;
  Tape<double> tape;
  const BlackScholes<R> leaves{R::leaf(tape, model.spot), R::leaf(tape, model.rate),
                               R::leaf(tape, model.dividend_yield), R::leaf(tape, model.volatility)};
  const R left = R::leaf(tape, years);
  const auto mark = tape.mark();
  const R value = price(leaves, left);
  sweep(tape, value, mark);
  PricedGreeks priced{
      value.value(), {leaves.spot.adjoint(), 0.0, leaves.volatility.adjoint(), -left.adjoint(), leaves.rate.adjoint()}};
  const double half_variance = 0.5 * model.volatility * model.volatility * model.spot * model.spot;
  if (half_variance > 0.0 && years > 0.0) {
    const double carry = (model.rate - model.dividend_yield) * model.spot * priced.greeks.delta;
    priced.greeks.gamma = (model.rate * priced.price - carry - priced.greeks.theta) / half_variance;
  }
  return priced;
}

/// The result, or a refusal where terms and parameters that make sense alone together left the range of a double.
inline Result<PricedGreeks> within_doubles(const PricedGreeks& priced) {
  const Greeks& g = priced.greeks;
  if (std::isfinite(priced.price + g.delta + g.gamma + g.vega + g.theta + g.rho)) return priced;
  return Error{ErrorCode::invalid_value, "model", "price " + text_of(priced.price),
               "terms and parameters whose results stay within the range of a double",
               "look at the largest of spot, strike, time, rate, yield and volatility"};
}

/// Whether anything is left to chance.
inline bool is_certain(const BlackScholes<double>& model, double years) {
  return !(model.spot > 0.0 && model.volatility > 0.0 && years > 0.0);
}

}  // namespace plimsoll
