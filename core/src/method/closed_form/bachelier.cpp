#include "plimsoll/method/closed_form/bachelier.hpp"

#include <cmath>

namespace plimsoll {

Result<PricedGreeks> bachelier(OptionType type, double strike, double years, const Bachelier<double>& model) {
  if (auto flaw = find_flaw(model)) return *flaw;
  if (!std::isfinite(strike))
    return Error{ErrorCode::invalid_value, "strike", text_of(strike), "a finite number",
                 "give the strike as a price of either sign"};
  if (!(years >= 0.0 && std::isfinite(years)))
    return Error{years < 0.0 ? ErrorCode::expired_product : ErrorCode::invalid_value, "years", text_of(years),
                 "a finite number >= 0", "give the time to expiry in years"};
  using R = Adjoint<double>;
  Tape<double> tape;
  const Bachelier<R> leaves{R::leaf(tape, model.forward), R::leaf(tape, model.rate), R::leaf(tape, model.volatility)};
  const R left = R::leaf(tape, years);
  const auto mark = tape.mark();
  const R value = bachelier_price<R>(type, strike, leaves, left);
  sweep(tape, value, mark);
  PricedGreeks priced{
      value.value(),
      {leaves.forward.adjoint(), 0.0, leaves.volatility.adjoint(), -left.adjoint(), leaves.rate.adjoint()}};
  // The discounted price solves the heat equation: gamma follows from theta.
  const double half_variance = 0.5 * model.volatility * model.volatility;
  if (half_variance > 0.0 && years > 0.0)
    priced.greeks.gamma = (model.rate * priced.price - priced.greeks.theta) / half_variance;
  return priced;
}

}  // namespace plimsoll
