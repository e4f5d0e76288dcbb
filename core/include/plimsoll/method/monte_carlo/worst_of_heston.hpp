#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/product/basket_option.hpp"

#include <cstdint>
#include <vector>

namespace plimsoll {

/// Several assets of Heston under one rate. `correlation` is that of the Brownian motions of spot and variance, asset
/// after asset: two rows for each.
struct CorrelatedHeston {
  std::vector<Heston<double>> assets;
  Matrix correlation;
};

/// The first parameter that makes no sense, if there is one: the model's own correlation of an asset must be that of
/// the matrix, and the matrix positive definite.
std::optional<Error> find_flaw(const CorrelatedHeston& model);

/// A simulated price with its delta by each asset, for the holder of one unit.
struct WorstOfValuation {
  Estimate price;
  std::vector<Estimate> deltas;
};

/// Simulated price of an option on the smallest of several spots, each times its weight, in equal Euler steps with full
/// truncation of the variances. Deltas are derivatives of each path.
/// Source: Heston (1993), RFS 6, 327-343; Lord, Koekkoek & van Dijk (2010), Quantitative Finance 10, 177-194.
/// Accuracy: the bias of the steps is of the order of their length and is not in the standard error; it is largest
/// where Feller's condition fails. Limits: refuses flawed input, more than six assets, another aggregate than the
/// smallest, an option at its expiry.
Result<WorstOfValuation> monte_carlo_worst_of(const BasketOption& option, const CorrelatedHeston& model,
                                              const MonteCarlo& method, std::int64_t steps);

}  // namespace plimsoll
