#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/product/option_type.hpp"

#include <span>

// The option on the geometric mean under Heston's model: a control variate; inside the simulation.
namespace plimsoll {

/// Expected payoff, not discounted, of an option on the geometric mean of the spots on these dates, by Fourier
/// inversion.
/// Source: Kim, Kim, Kim & Wee (2016), A recursive method for discretely monitored geometric Asian option prices, Bull.
/// Korean Math. Soc. 53 (a step of the transform from date to date); Lewis (2000) for the integral.
/// Accuracy: 1e-8 of the mean.
/// Limits: refuses an integral that does not converge.
Result<double> expected_geometric_payoff(OptionType type, double strike, std::span<const double> dates,
                                         const Heston<double>& model);

}  // namespace plimsoll
