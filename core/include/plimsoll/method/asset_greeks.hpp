#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/two_asset_greeks.hpp"
#include "plimsoll/model/correlated_black_scholes.hpp"
#include "plimsoll/model/two_assets.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll {

/// Sensitivities of a price to several assets, for the holder of one unit; units as in `Greeks`. `total` has those to
/// all spots, or all volatilities, moved together by the same amount, and theta and rho. `delta`, `vega` and `dividend`
/// (per 1.00 of its yield) have one number an asset; `gamma` (cross-gammas off the diagonal) and `correlation`
/// (per 1.00, none on the diagonal) are matrices, row after row.
struct AssetGreeks {
  Greeks total;
  std::vector<double> delta;
  std::vector<double> vega;
  std::vector<double> dividend;
  std::vector<double> gamma;
  std::vector<double> correlation;

  friend bool operator==(const AssetGreeks&, const AssetGreeks&) = default;
};

/// A price with its sensitivities to several assets.
struct PricedAssets {
  double price = 0.0;
  AssetGreeks greeks;

  friend bool operator==(const PricedAssets&, const PricedAssets&) = default;
};

/// Two assets in the words of any number of them.
CorrelatedBlackScholes<double> by_asset(const TwoAssets<double>& model);
PricedAssets by_asset(const PricedTwoAssets& priced);

/// Puts the sums over the assets into the deltas, gammas and vegas of `total`.
void add_up(AssetGreeks& greeks) noexcept;

/// Fills in, from price, deltas and gammas, all other sensitivities of what pays once, by the spots of that day alone:
/// their law depends on nothing but the means and covariances of their logarithms, and a derivative by a covariance is
/// one by two means. Theta is that of the Black-Scholes equation.
/// Source: Plackett (1954), A reduction formula for normal multivariate integrals, Biometrika 41, 351-360.
/// Limits: `vega`, `dividend` and `correlation` have their sizes; nothing is exercised early, nothing watched before
/// the expiry.
void complete_for_one_expiry(const CorrelatedBlackScholes<double>& model, double years, PricedAssets& priced) noexcept;

}  // namespace plimsoll
