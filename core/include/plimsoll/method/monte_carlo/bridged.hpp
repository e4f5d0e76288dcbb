#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/result.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/chooser.hpp"
#include "plimsoll/product/compound.hpp"
#include "plimsoll/product/digital.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/double_touch.hpp"
#include "plimsoll/product/extendible.hpp"
#include "plimsoll/product/forward_start.hpp"
#include "plimsoll/product/lookback.hpp"
#include "plimsoll/product/partial_lookback.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"
#include "plimsoll/product/soft_barrier.hpp"
#include "plimsoll/product/touch.hpp"

namespace plimsoll {

/// Simulated price and sensitivities for the holder of one unit: the spot at expiry is drawn, and what happens before
/// is averaged by the law of the Brownian bridge to it, so a barrier is watched and an extremum taken without a gap and
/// without bias. The levels of a soft barrier are drawn, one a path. What is paid at the hit is drawn under the drift
/// under which its discounting is no chance. Draws come from a mixture of normals about the forward, the strike and
/// the levels, with the weights of the mixture, so a payoff in a tail is met by as many paths as one in the middle.
/// Sensitivities are likelihood ratios at the drawn spot times slopes of what the bridge gives, by forward automatic
/// differentiation, gamma by its second order: no kink or jump is differentiated. Theta is the Black-Scholes equation's
/// of each path. The control is the payoff without what the path adds, by the same weights.
/// Source: Glasserman (2003), sec. 4.1, 6.4 and 7.3; Beaglehole, Dybvig & Zhou (1997), Going to extremes, FAJ 53;
/// Veach & Guibas (1995), Optimally combining sampling techniques, SIGGRAPH (weights of a mixture).
/// Accuracy: unbiased but for the control's O(1 / paths); the standard errors.
/// Limits: refuses what the closed form refuses; checked method; no barrier touched and an extremum that includes
/// today's spot. Where nothing is left to chance it is the closed form, with standard errors of zero.
Result<MonteCarloResult> monte_carlo_bridged(const Digital& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const Touch& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const Barrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const DoubleBarrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const SoftBarrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const Lookback& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const DoubleTouch& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);

/// The same for options with a first date, whose spot is drawn: there the holder, or the writer, does what is best, and
/// an option that is then left is worth its Black-Scholes price. Of a forward start the spot on the start is drawn as
/// well, pathwise, and the weights are those of what follows; its payoff is in proportion to the spot, so gamma is zero
/// on each path.
/// Limits: a double touch that is paid at the hit is refused (unsupported); an option that its holder extends is valued
/// below a dividend yield of zero too, where no formula is.
Result<MonteCarloResult> monte_carlo_bridged(const ForwardStart& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const Chooser& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const Compound& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const Extendible& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);

/// The same where a barrier or an extremum is watched over part of the life: the spot is drawn where the window ends or
/// begins. After a window that has ended an option is left at its Black-Scholes price; the record of a floating
/// lookback is split from what lies beyond it, of which one level a path is drawn by the law of the bridge's extremum.
/// In a window to come the spot at expiry is drawn too, from a mixture about the drift, the strike and the level, and
/// the bridge between the two dates averaged. Limits: a barrier's window does not begin at expiry. A window that begins
/// or ends today is the closed form.
Result<MonteCarloResult> monte_carlo_bridged(const PartialTimeBarrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);
Result<MonteCarloResult> monte_carlo_bridged(const PartialLookback& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method);

}  // namespace plimsoll
