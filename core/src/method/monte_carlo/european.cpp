#include "plimsoll/method/monte_carlo/european.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <array>
#include <vector>

namespace plimsoll {

namespace {

/// The discounted payoff along one lane of paths.
template <Real R>
R path_value(const European& option, const BlackScholes<R>& model, const R& elapsed, const Passive<R>& normal) {
  const std::array<double, 1> dates{option.expiry};
  std::array<R, 1> path;
  simulate<R>(model, elapsed, dates, std::span<const Passive<R>>(&normal, 1), path);
  return exp(-model.rate * (option.expiry - elapsed)) * payoff(option, path[0]);
}

BlockSums run_block(const European& option, const BlackScholes<double>& model, const Block& block) {
  RecordedModel<double> recorded(model);
  std::vector<double> normals(block.paths);
  RandomStream(block.seed, block.number).fill_normal(normals);
  BlockSums sums;
  for (const double normal : normals) {
    const auto value = path_value(option, recorded.parameters(), recorded.elapsed(), normal);
    const auto sample = recorded.differentiate(value, gamma_weight(model, option.expiry, normal));
    sums.add(sample, {}, 1);
  }
  return sums;
}

}  // namespace

MonteCarloResult monte_carlo_european(const European& option, const BlackScholes<double>& model,
                                      const MonteCarlo& method) {
  if (!(option.expiry > 0.0 && model.spot > 0.0 && model.volatility > 0.0)) {
    const PricedGreeks limit = black_scholes_greeks(option.type, option.strike, option.expiry, model);
    return {limit.price, 0.0, limit.greeks, {}, 1.0};
  }
  return run_blocks(method, [&](const Block& block) { return run_block(option, model, block); }).result();
}

}  // namespace plimsoll
