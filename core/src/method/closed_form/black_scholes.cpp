#include "plimsoll/method/closed_form/black_scholes.hpp"

namespace plimsoll {

PricedGreeks black_scholes_greeks(OptionType type, double strike, double years,
                                  const BlackScholes<double>& model) noexcept {
  const auto m = european_measures<double>(sign(type), strike, years, model);
  return {m.price, {m.delta, m.gamma, m.vega, m.theta, m.rho}};
}

double elasticity(const PricedGreeks& option, double spot) noexcept {
  return option.price > 0.0 ? option.greeks.delta * spot / option.price : 0.0;
}

}  // namespace plimsoll
