#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/tree/lattice_greeks.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/option_type.hpp"

namespace plimsoll {

/// Price and sensitivities of a barrier option, European or American, for the holder of one unit, on a trinomial
/// lattice with a row of nodes on the barrier. What is knocked in is the option on a lattice of its own that begins at
/// the barrier, at every level. An American knock-out may be exercised up to the moment at which its barrier is
/// touched, so that the touch itself is worth the rebate or the payoff there, whichever is more; an American knock-in
/// not before it begins. Delta and gamma come from six nodes around today's spot, theta from the Black-Scholes equation
/// (zero where it is best to exercise now), vega and rho from the same lattice on forward-mode numbers.
/// Source: Ritchken (1995), On pricing barrier options, J. Derivatives 3(2) (nodes on the barrier); Kamrad & Ritchken
/// (1991) (stretch); the payoff at expiry averaged over the cells of the nodes: Heston & Zhou (2000), On the rate of
/// convergence of discrete-time contingent claims, sec. 4.
/// Accuracy: order 1 in 1/steps, extrapolated with a lattice of a quarter of the steps nearly order 2.
/// Limits: the steps are rounded up to a multiple of four; `last_step` has no meaning here. Refuses terms and
/// parameters that make no sense, and too few steps for the drift or for two barriers that lie close
/// (not_converged, with how many are needed).
Result<PricedGreeks> on_lattice(const Barrier& option, Exercise exercise, const BlackScholes<double>& model,
                                const Trinomial& settings);

/// The same with a barrier on either side; the distance of the nodes divides that of the barriers.
Result<PricedGreeks> on_lattice(const DoubleBarrier& option, Exercise exercise, const BlackScholes<double>& model,
                                const Trinomial& settings);

/// The same with an error estimate.
Result<LatticeGreeks> estimated_on_lattice(const Barrier& option, Exercise exercise, const BlackScholes<double>& model,
                                           const Trinomial& settings);
Result<LatticeGreeks> estimated_on_lattice(const DoubleBarrier& option, Exercise exercise,
                                           const BlackScholes<double>& model, const Trinomial& settings);

}  // namespace plimsoll
