#include "plimsoll/method/monte_carlo/worst_of_heston.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"
#include "plimsoll/method/path_kernels.hpp"

#include <cmath>
#include <optional>
#include <string>

namespace plimsoll {

namespace {

using plimsoll_kernels::most_assets;
using plimsoll_kernels::WorstOfBlock;
using plimsoll_kernels::WorstOfMoments;

std::optional<Error> flaw_of_case(const BasketOption& option, const CorrelatedHeston& model, std::int64_t steps) {
  if (option.of != Aggregate::smallest)
    return Error{ErrorCode::unsupported, "of", "sum or largest", "the smallest",
                 "price other aggregates by the general simulation"};
  if (option.weights.size() != model.assets.size())
    return Error{ErrorCode::invalid_value, "weights", std::to_string(option.weights.size()) + " of them",
                 "as many as there are assets: " + std::to_string(model.assets.size()), "give a weight for each asset"};
  if (!(option.expiry > 0.0))
    return Error{ErrorCode::expired_product, "expiry", text_of(option.expiry), "after today", "take the payoff"};
  if (steps < 1)
    return Error{ErrorCode::invalid_value, "steps", std::to_string(steps), "one or more",
                 "give the number of Euler steps up to the expiry"};
  for (const Heston<double>& asset : model.assets)
    if (!(asset.spot > 0.0))
      return Error{ErrorCode::invalid_value, "spot", text_of(asset.spot), "above zero",
                   "correct the model's parameter"};
  return std::nullopt;
}

WorstOfBlock block_of(const BasketOption& option, const CorrelatedHeston& model, const Cholesky& factor,
                      std::int64_t steps) {
  WorstOfBlock block{};
  block.side = sign(option.type);
  block.strike = option.strike;
  block.assets = model.assets.size();
  block.steps = static_cast<std::size_t>(steps);
  block.step = option.expiry / static_cast<double>(steps);
  for (std::size_t a = 0; a < block.assets; ++a) {
    const Heston<double>& asset = model.assets[a];
    block.log_start[a] = std::log(option.weights[a] * asset.spot);
    block.drift[a] = (asset.rate - asset.dividend_yield) * block.step;
    block.variance[a] = asset.variance;
    block.mean_reversion[a] = asset.mean_reversion;
    block.long_variance[a] = asset.long_variance;
    block.volatility_of_variance[a] = asset.volatility_of_variance;
  }
  std::size_t entry = 0;
  for (std::size_t i = 0; i < 2 * block.assets; ++i)
    for (std::size_t k = 0; k <= i; ++k) block.factor[entry++] = factor.lower()(i, k) * std::sqrt(block.step);
  return block;
}

WorstOfValuation simulated(const WorstOfBlock& terms, const std::vector<Heston<double>>& assets, double discount,
                           const MonteCarlo& method) {
  const std::vector<Block> blocks = split(method);
  std::vector<WorstOfMoments> found(blocks.size());
  const auto& kernels = path_kernels(chosen_instruction_set());
  parallel_blocks(blocks.size(), 1, method.threads, [&](std::size_t i, std::size_t) {
    WorstOfBlock block = terms;
    block.seed = blocks[i].seed;
    block.stream = blocks[i].number;
    block.paths = blocks[i].paths;
    kernels.worst_of_block(block, found[i]);
  });
  const auto estimate = [&](std::size_t quantity, double unit) {
    CoMoments total;
    for (std::size_t i = 0; i < blocks.size(); ++i)
      total.merge({.count = static_cast<double>(blocks[i].paths),
                   .mean_x = found[i].mean[quantity],
                   .xx = found[i].squares[quantity]});
    const Estimate plain = plain_estimate(total);
    return Estimate{unit * plain.mean, unit * plain.standard_error};
  };
  WorstOfValuation result{estimate(0, discount), {}};
  for (std::size_t a = 0; a < assets.size(); ++a) result.deltas.push_back(estimate(1 + a, discount / assets[a].spot));
  return result;
}

}  // namespace

std::optional<Error> find_flaw(const CorrelatedHeston& model) {
  const std::size_t count = model.assets.size();
  if (count < 1 || count > most_assets)
    return Error{ErrorCode::unsupported, "assets", std::to_string(count), "from one to six assets",
                 "leave out assets, or price by the general simulation"};
  for (const Heston<double>& asset : model.assets) {
    if (auto flaw = find_flaw(asset)) return flaw;
    if (asset.rate != model.assets.front().rate)
      return Error{ErrorCode::invalid_value, "rate", text_of(asset.rate), "the rate of the first asset",
                   "give all assets one rate; their yields may differ"};
  }
  if (model.correlation.rows() != 2 * count || model.correlation.columns() != 2 * count)
    return Error{ErrorCode::invalid_value, "correlation", std::to_string(model.correlation.rows()) + " rows",
                 "two rows and two columns for each asset", "give the correlation of every spot and every variance"};
  for (std::size_t a = 0; a < count; ++a)
    if (model.correlation(2 * a, 2 * a + 1) != model.assets[a].correlation)
      return Error{ErrorCode::invalid_value, "correlation", text_of(model.correlation(2 * a, 2 * a + 1)),
                   "the asset's own correlation " + text_of(model.assets[a].correlation),
                   "let the matrix and the asset agree"};
  for (std::size_t i = 0; i < 2 * count; ++i)
    if (model.correlation(i, i) != 1.0)
      return Error{ErrorCode::invalid_value, "correlation", text_of(model.correlation(i, i)), "ones on the diagonal",
                   "give correlations, not covariances"};
  const auto factor = Cholesky::of(model.correlation);
  if (!factor) return factor.error();
  return std::nullopt;
}

Result<WorstOfValuation> monte_carlo_worst_of(const BasketOption& option, const CorrelatedHeston& model,
                                              const MonteCarlo& method, std::int64_t steps) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw(Method{method})) return *flaw;
  if (auto flaw = flaw_of_case(option, model, steps)) return *flaw;
  const auto factor = Cholesky::of(model.correlation);
  const double discount = discount_factor(model.assets.front(), option.expiry);
  return simulated(block_of(option, model, *factor, steps), model.assets, discount, method);
}

}  // namespace plimsoll
