#include "plimsoll/method/monte_carlo/european.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/kernels.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"

namespace plimsoll {

namespace {

BlockSums run_block(const European& option, const BlackScholes<double>& model, const Block& block) {
  static_assert(paths_per_block == plimsoll_kernels::most_paths);
  plimsoll_kernels::BlockMoments moments{};
  kernels(chosen_instruction_set())
      .european_block({sign(option.type), option.strike, option.expiry, model.spot, model.rate, model.dividend_yield,
                       model.volatility, block.seed, block.number, block.paths},
                      moments);
  BlockSums sums;
  sums.add_block(static_cast<double>(block.paths), moments.mean, moments.squares);
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
