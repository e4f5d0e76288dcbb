#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/pde/heston_grid.hpp"
#include "plimsoll/model/two_assets.hpp"
#include "plimsoll/product/rainbow.hpp"

namespace plimsoll {

/// Price for the holder of one unit, its derivatives by each parameter of the model, second derivatives by the spots,
/// and theta per year.
struct TwoAssetValuation {
  double price = 0.0;
  TwoAssets<double> sensitivities{};
  double gamma_one = 0.0;
  double gamma_two = 0.0;
  double cross_gamma = 0.0;
  double theta = 0.0;

  friend bool operator==(const TwoAssetValuation&, const TwoAssetValuation&) = default;
};

/// Value of an option on two assets, European, American or exercised on equally spaced dates, on a plane of their spots
/// (`spot_steps` for the first, `variance_steps` for the second). The payoff is averaged under each node's hat function
/// where it bends. Deltas and gammas are read from the plane, theta from the equation, the other derivatives are
/// tangents carried through the whole sweep (forward automatic differentiation).
/// Source: In 't Hout & Foulon (2010) for the schemes; Pooley, Vetzal & Forsyth (2003), sec. 4 (averaged payoff);
/// Haentjens & In 't Hout (2015) for exercise.
/// Accuracy: order 2 in all steps together for European options.
/// Limits: refuses flawed input, and a spot, volatility or expiry of zero.
Result<TwoAssetValuation> two_asset_grid(const Rainbow& option, const TwoAssets<double>& model,
                                         const AlternatingGrid& settings, Measures measures = Measures::with_greeks);

}  // namespace plimsoll
