#include "plimsoll/method/closed_form/black_scholes.hpp"

namespace plimsoll {

PricedGreeks black_scholes_greeks(OptionType type, double strike, double years,
                                  const BlackScholes<double>& model) noexcept {
  const double side = sign(type);
  const double carry = std::exp(-model.dividend_yield * years);
  const double asset = model.spot * carry;
  const double cash = strike * discount_factor(model, years);
  const double root = std::sqrt(years);
  const double deviation = model.volatility * root;
  const auto e = exchange<double>(side, asset, cash, deviation);
  const bool by_chance = asset > 0.0 && cash > 0.0 && deviation > 0.0;
  // The weights of the side asked for are those of the side out of the money, or what is left of one.
  const bool is_out = side * e.out_sign > 0.0;
  const double exchanged = side * (asset - cash) > 0.0 ? 1.0 : 0.0;
  const double by_asset = by_chance ? (is_out ? e.by_asset : 1.0 - e.by_asset) : exchanged;
  const double by_cash = by_chance ? (is_out ? e.by_cash : 1.0 - e.by_cash) : exchanged;
  const double density = by_chance ? normal_pdf(e.centre + 0.5 * e.width) : 0.0;
  const double spread = asset * density;
  Greeks greeks;
  greeks.delta = side * carry * by_asset;
  greeks.gamma = by_chance ? carry * density / (model.spot * deviation) : 0.0;
  greeks.vega = spread * root;
  greeks.theta = side * (model.dividend_yield * asset * by_asset - model.rate * cash * by_cash) -
                 (by_chance ? 0.5 * spread * model.volatility / root : 0.0);
  greeks.rho = side * years * cash * by_cash;
  return {e.price, greeks};
}

double elasticity(const PricedGreeks& option, double spot) noexcept {
  return option.price > 0.0 ? option.greeks.delta * spot / option.price : 0.0;
}

}  // namespace plimsoll
