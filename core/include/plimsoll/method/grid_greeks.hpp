#pragma once

#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <algorithm>

namespace plimsoll {

/// Derivative of `price(model)` to the volatility by a central difference of 0.1 % of it (at least 1e-5).
/// Accuracy: truncation below 1e-6 relative for smooth prices; rounding 1e-11 of the price scale.
/// Limits: one-sided where the lower volatility would be negative.
template <class Price>
double bumped_vega(const BlackScholes<double>& model, const Price& price) {
  const double size = std::max(1e-3 * model.volatility, 1e-5);
  BlackScholes<double> high = model;
  BlackScholes<double> low = model;
  high.volatility += size;
  low.volatility = std::max(low.volatility - size, 0.0);
  return (price(high) - price(low)) / (high.volatility - low.volatility);
}

/// Derivative of `price(model)` to the rate by a central difference of one basis point each way.
template <class Price>
double bumped_rho(const BlackScholes<double>& model, const Price& price) {
  constexpr double size = 1e-4;
  BlackScholes<double> high = model;
  BlackScholes<double> low = model;
  high.rate += size;
  low.rate -= size;
  return (price(high) - price(low)) / (high.rate - low.rate);
}

/// Whether an American price is that of exercising now, `exercised`, but for rounding of amounts of size `scale`.
inline bool is_exercised_now(Exercise exercise, double price, double exercised, double scale) noexcept {
  constexpr double rounding = 1e-12;
  return exercise == Exercise::american && price <= exercised + rounding * scale;
}

/// Change of a price per year that passes, from the equation that every price obeys where it is not best to exercise.
/// Source: Black & Scholes (1973), eq. 7; Merton (1973) for the yield.
inline double black_scholes_theta(const BlackScholes<double>& model, double price, double delta,
                                  double gamma) noexcept {
  const double diffusion = model.volatility * model.spot;
  return model.rate * price - (model.rate - model.dividend_yield) * model.spot * delta -
         0.5 * diffusion * diffusion * gamma;
}

}  // namespace plimsoll
