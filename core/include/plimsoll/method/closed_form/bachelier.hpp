#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/model/bachelier.hpp"
#include "plimsoll/product/option_type.hpp"

namespace plimsoll {

/// Price today of a European option on a normal forward; the time value is that of the option out of the money, so
/// parity holds to the last digit.
/// Source: Bachelier (1900); Haug (2007), sec. 1.3.2.
/// Accuracy: 1e-15 of the larger of deviation and distance to the strike. Limits: exact without time or volatility.
template <Real R>
R bachelier_price(OptionType type, double strike, const Bachelier<R>& model, const R& years) {
  const R distance = sign(type) * (model.forward - strike);
  const R variance = model.volatility * model.volatility * years;
  const auto varies = variance > 0.0;
  const R deviation = select(varies, R(sqrt(select(varies, variance, R{1.0}))), R{1.0});
  const R out = select(distance > 0.0, R{-distance}, distance);
  const R ratio = out / deviation;
  const R time_value =
      select(varies, R(max(R(out * normal_cdf(ratio) + deviation * normal_pdf(ratio)), R{0.0})), R{0.0});
  return exp(-model.rate * years) * (max(distance, R{0.0}) + time_value);
}

/// Price and sensitivities for the holder of one unit; delta and gamma are by the forward. The strike may be negative.
Result<PricedGreeks> bachelier(OptionType type, double strike, double years, const Bachelier<double>& model);

}  // namespace plimsoll
