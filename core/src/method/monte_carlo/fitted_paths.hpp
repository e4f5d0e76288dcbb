#pragma once

#include "plimsoll/method/fitted_prices.hpp"

#include <string_view>

namespace plimsoll {

/// The refusal of a product that a model has no method for.
Error has_no_method(std::string_view model, std::string_view product);

/// The mean along paths of the model: Andersen's quadratic-exponential steps of a variance, Euler steps of the
/// logarithm under local volatility, exact steps of the rest; jumps fall at the end of a step. A level is watched
/// between the ends of a step along a Brownian bridge of the step's variance. Controls: the forward, and the payoff
/// without the levels. Source: Glasserman (2003), Monte Carlo Methods in Financial Engineering, sec. 3.5 (jumps), 6.2.3
/// and 6.4 (bridge); sources of the steps at their models. Accuracy: where a check is asked for, the error is the
/// standard error and what half the steps change or, where the dates leave no fewer, twice what the double changes.
/// Limits: checked terms; refuses a level that the spot has crossed, more than 100,000 steps, what pays the asset at a
/// hit, and levels under variance gamma.
Result<FittedPrice> price_along_paths(const ArithmeticAsian& option, const FittedModel& model,
                                      const ImpliedCarry& carry, const PathPlan& plan, Checked checked);
Result<FittedPrice> price_along_paths(const Barrier& option, const FittedModel& model, const ImpliedCarry& carry,
                                      const PathPlan& plan, Checked checked);
Result<FittedPrice> price_along_paths(const DoubleBarrier& option, const FittedModel& model, const ImpliedCarry& carry,
                                      const PathPlan& plan, Checked checked);
Result<FittedPrice> price_along_paths(const Touch& option, const FittedModel& model, const ImpliedCarry& carry,
                                      const PathPlan& plan, Checked checked);

}  // namespace plimsoll
