#pragma once

#include "plimsoll/method/monte_carlo/simulation.hpp"
#include "plimsoll/model/gjr_garch.hpp"
#include "plimsoll/product/european.hpp"

namespace plimsoll {

/// Simulated price for the holder of one unit, day by day, without bias. Controls: the discounted forward, and the
/// option on a spot of the mean variance that the same draws move, by its formula.
/// Accuracy: the standard error.
/// Limits: refuses flaws, an expiry that is not at the end of a day, and a mean variance beyond a double; the fourth
/// moment, and with it the standard error, may be infinite where that of the variance is.
Result<SimulatedPrice> simulated_price(const European& option, const GjrGarch<double>& model, const Simulation& method,
                                       const Listener& listener = {});

}  // namespace plimsoll
