#include "plimsoll/method/closed_form/black_scholes.hpp"

#include "plimsoll/numerics/normal.hpp"

namespace plimsoll {

namespace {

/// How likely each leg is exchanged, and the density that the sensitivities to the width share.
struct Weights {
  double asset = 0.0;
  double cash = 0.0;
  double density = 0.0;
};

Weights exchange_weights(OptionType type, double asset, double cash, double deviation) noexcept {
  if (!(asset > 0.0 && cash > 0.0 && deviation > 0.0)) {
    const double exchanged = sign(type) * (asset - cash) > 0.0 ? 1.0 : 0.0;
    return {exchanged, exchanged, 0.0};
  }
  const double centre = std::log(asset / cash) / deviation;
  const double d1 = centre + 0.5 * deviation;
  const double d2 = centre - 0.5 * deviation;
  return {normal_cdf(sign(type) * d1), normal_cdf(sign(type) * d2), normal_pdf(d1)};
}

}  // namespace

PricedGreeks black_scholes_greeks(OptionType type, double strike, double years,
                                  const BlackScholes<double>& model) noexcept {
  const double asset = prepaid_forward(model, years);
  const double cash = strike * discount_factor(model, years);
  const double root = std::sqrt(years);
  const Weights weight = exchange_weights(type, asset, cash, model.volatility * root);
  const double carry = std::exp(-model.dividend_yield * years);
  const double spread = asset * weight.density;
  const double phi = sign(type);
  Greeks greeks;
  greeks.delta = phi * carry * weight.asset;
  greeks.vega = spread * root;
  greeks.rho = phi * years * cash * weight.cash;
  greeks.theta = phi * (model.dividend_yield * asset * weight.asset - model.rate * cash * weight.cash);
  if (weight.density > 0.0) {
    greeks.gamma = carry * weight.density / (model.spot * model.volatility * root);
    greeks.theta -= 0.5 * spread * model.volatility / root;
  }
  return {black_scholes_price(type, strike, years, model), greeks};
}

double elasticity(const PricedGreeks& option, double spot) noexcept {
  return option.price > 0.0 ? option.greeks.delta * spot / option.price : 0.0;
}

}  // namespace plimsoll
