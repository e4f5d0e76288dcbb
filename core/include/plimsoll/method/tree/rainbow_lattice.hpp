#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/two_asset_greeks.hpp"
#include "plimsoll/model/two_assets.hpp"
#include "plimsoll/product/rainbow.hpp"

namespace plimsoll {

/// The price alone, as below.
Result<double> rainbow_price(const Rainbow& option, const TwoAssets<double>& model, const RainbowLattice& settings);

/// Price and sensitivities on a lattice of two independent walks with probabilities of one half, the second asset
/// driven by both. Deltas and gammas come from the nine nodes around today's spots (the lattice begins two steps
/// before), theta from the Black-Scholes equation (zero where it is best to exercise now), the others from the same
/// lattice on forward-mode numbers, less the error that the strike of the better or the worse asset among the nodes
/// gives the European option there.
/// Source: Rubinstein (1994), Return to Oz, Risk 7(11) (rainbow pyramids: equal probabilities, so none is negative at
/// any correlation), with the drift that makes each forward exact and the last step of the second walk by Black's
/// formula; Pelsser & Vorst (1994). Accuracy: order 1 in 1/steps; extrapolated with half the steps, an error about ten
/// times smaller at 200 steps; order 1/2, and 1 % at 200 steps, for American calls on the worse and puts on the better
/// of two, which are exercised where the spots meet. Limits: steps 4 to 1500; the work grows with their cube. Refuses
/// terms and parameters that make no sense, and what is certain (unsupported): spots, volatilities and time above zero
/// are needed, the correlation between -1 and 1.
Result<PricedTwoAssets> on_lattice(const Rainbow& option, const TwoAssets<double>& model,
                                   const RainbowLattice& settings);

}  // namespace plimsoll
