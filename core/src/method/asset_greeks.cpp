#include "plimsoll/method/asset_greeks.hpp"

namespace plimsoll {

CorrelatedBlackScholes<double> by_asset(const TwoAssets<double>& model) {
  return {{model.spot1, model.spot2},
          model.rate,
          {model.dividend_yield1, model.dividend_yield2},
          {model.volatility1, model.volatility2},
          {1.0, model.correlation, model.correlation, 1.0}};
}

PricedAssets by_asset(const PricedTwoAssets& priced) {
  const TwoAssetGreeks& g = priced.greeks;
  PricedAssets found{priced.price,
                     {{0.0, 0.0, 0.0, g.theta, g.rho},
                      {g.delta1, g.delta2},
                      {g.vega1, g.vega2},
                      {g.dividend1, g.dividend2},
                      {g.gamma1, g.cross_gamma, g.cross_gamma, g.gamma2},
                      {0.0, g.correlation, g.correlation, 0.0}}};
  add_up(found.greeks);
  return found;
}

void add_up(AssetGreeks& greeks) noexcept {
  greeks.total.delta = greeks.total.gamma = greeks.total.vega = 0.0;
  for (const double delta : greeks.delta) greeks.total.delta += delta;
  for (const double gamma : greeks.gamma) greeks.total.gamma += gamma;
  for (const double vega : greeks.vega) greeks.total.vega += vega;
}

void complete_for_one_expiry(const CorrelatedBlackScholes<double>& m, double years, PricedAssets& priced) noexcept {
  const std::size_t n = m.spots.size();
  AssetGreeks& g = priced.greeks;
  g.total.rho = -years * priced.price;
  g.total.theta = m.rate * priced.price;
  for (std::size_t i = 0; i < n; ++i) {
    const double held = m.spots[i] * g.delta[i];
    const double spread = m.volatilities[i] * m.spots[i];
    g.total.rho += years * held;
    g.total.theta -= (m.rate - m.dividend_yields[i]) * held;
    g.dividend[i] = -years * held;
    g.vega[i] = 0.0;
    for (std::size_t j = 0; j < n; ++j) {
      const double moved = m.spots[i] * m.volatilities[j] * m.spots[j] * g.gamma[i * n + j];
      g.vega[i] += years * m.correlation[i * n + j] * moved;
      g.correlation[i * n + j] = i == j ? 0.0 : years * m.volatilities[i] * moved;
      g.total.theta -= 0.5 * m.correlation[i * n + j] * spread * m.volatilities[j] * m.spots[j] * g.gamma[i * n + j];
    }
  }
  add_up(g);
}

}  // namespace plimsoll
