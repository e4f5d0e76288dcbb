#pragma once

#include "plimsoll/method/fourier/fourier.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/model/rough_heston.hpp"

#include <vector>

namespace plimsoll {

/// A price and how far it may be off: what a finer solution of the equation moved it by, and the integral's own error.
struct RiccatiPrice {
  double price = 0.0;
  double error = 0.0;
};

/// How finely an equation without a closed solution is solved. The price is that of twice as many steps.
struct RiccatiSettings {
  int steps = 128;
};

/// Options on the geometric mean of the spot from now to expiry, monitored without a gap, paid at expiry. The mean's
/// cumulant is that of the log-spot with an order that falls from the whole at the start to nothing at the end.
/// Source: Kim & Wee (2014), Pricing of geometric Asian options under Heston's stochastic volatility model, Quant.
/// Finance 14, 1795-1809, for the transform; here its Riccati equations by Runge and Kutta's fourth-order steps, and
/// the contour of `contour`.
/// Accuracy: 1e-9 of the spot; the error is given.
/// Limits: refuses what makes no sense; no expiry of zero.
Result<std::vector<RiccatiPrice>> geometric_asian(const StrikeLadder& ladder, const Heston<double>& model,
                                                  const RiccatiSettings& settings = {});

/// European options under rough Heston: the fractional Riccati equation by Adams's and Moulton's fractional steps, each
/// of which is a quadratic equation, and the contour of `contour` between the poles.
/// Source: El Euch & Rosenbaum (2019); Diethelm, Ford & Freed (2004), Detailed error analysis for a fractional Adams
/// method, Numer. Algorithms 36, 31-52 (the corrector, here solved and not iterated, so that no step is too long).
/// Accuracy: falls with the power hurst + 3/2 of the steps; 1e-4 of the spot with the default; the error is given.
/// Limits: refuses what makes no sense; no expiry of zero; work grows with the square of the steps.
Result<std::vector<RiccatiPrice>> rough_heston(const StrikeLadder& ladder, const RoughHeston<double>& model,
                                               const RiccatiSettings& settings = {});

}  // namespace plimsoll
