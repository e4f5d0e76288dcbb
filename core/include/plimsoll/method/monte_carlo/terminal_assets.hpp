#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/asset_greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/model/correlated_black_scholes.hpp"
#include "plimsoll/model/two_assets.hpp"
#include "plimsoll/product/basket_option.hpp"
#include "plimsoll/product/correlation_option.hpp"
#include "plimsoll/product/two_asset_barrier.hpp"

namespace plimsoll {

/// A simulated price with its sensitivities to several assets, and the standard error of each number.
struct SimulatedAssets {
  PricedAssets estimate;
  PricedAssets standard_error;

  friend bool operator==(const SimulatedAssets&, const SimulatedAssets&) = default;
};

/// Simulated price and sensitivities of an option that pays by the spots of its expiry alone, drawn in one exact step.
/// First derivatives by the logarithms of the spots come from each path's slope, or by likelihood ratio in a spot at
/// which the payoff jumps; second ones are those times the score of the draw, so that no kink is differentiated. All
/// other sensitivities are sums of these along each path, as the law of the spots at expiry depends on nothing but
/// their means and covariances.
/// Source: Glasserman (2003), sec. 7.3 (mixed estimators); Plackett (1954), A reduction formula for normal multivariate
/// integrals, Biometrika 41 (a derivative by a covariance is one by two means).
/// Accuracy: the standard errors; no bias. Limits: refuses flawed input; and what is certain (unsupported): spots,
/// volatilities and time above zero are needed, and a correlation matrix that is positive definite.
Result<SimulatedAssets> monte_carlo_assets(const BasketOption& option, const CorrelatedBlackScholes<double>& model,
                                           const MonteCarlo& method);
Result<SimulatedAssets> monte_carlo_assets(const CorrelationOption& option, const CorrelatedBlackScholes<double>& model,
                                           const MonteCarlo& method);

/// The same for an option whose barrier lies on the second asset. That asset alone is drawn, at expiry, from what has
/// not ended beyond the barrier; the chance that its bridge has not touched is exact, and so is what the first asset
/// then pays in the mean. A draw is thus smooth in every parameter, and its sensitivities are derivatives of the draw,
/// second orders by adjoints of tangents.
/// Source: Glasserman (2003), sec. 6.4 (bridge) and 7.2.3 (conditional expectation smooths); Boyle & Lau's bias of a
/// discrete watch does not arise. Accuracy: the standard errors; no bias. Limits: refuses flawed input and assets that
/// determine each other (unsupported); exact, without an error, where the barrier is touched or nothing is left to
/// chance.
Result<SimulatedAssets> monte_carlo_assets(const TwoAssetBarrier& option, const TwoAssets<double>& model,
                                           const MonteCarlo& method);

}  // namespace plimsoll
