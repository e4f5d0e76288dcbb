#pragma once

#include "plimsoll/method/monte_carlo/simulation.hpp"
#include "plimsoll/model/correlated_black_scholes.hpp"
#include "plimsoll/product/autocallable.hpp"
#include "plimsoll/product/basket_option.hpp"
#include "plimsoll/product/bounded_cliquet.hpp"

namespace plimsoll {

/// The exact steps of correlated Black-Scholes spots as a source of paths on these dates, all after today.
PathSource path_source(const CorrelatedBlackScholes<double>& model, std::span<const double> dates);

/// Simulated price for the holder of one unit. Controls: the discounted forwards; the option on the geometric mean for
/// a sum of positive weights; the vanilla options on each underlying for the largest and the smallest.
/// Source: Glasserman (2003), sec. 4.1 and, for the geometric mean, example 4.1.2.
/// Limits: as of `simulate_mean`; at expiry it is the payoff.
Result<SimulatedPrice> simulated_price(const BasketOption& option, const CorrelatedBlackScholes<double>& model,
                                       const Simulation& method, const Listener& listener = {});

/// The same of a note. Controls: the discounted forwards and the puts on each underlying at the end.
Result<SimulatedPrice> simulated_price(const Autocallable& note, const CorrelatedBlackScholes<double>& model,
                                       const Simulation& method, const Listener& listener = {});

/// The same of a cliquet. Control: the returns between their local bounds, which have a formula.
Result<SimulatedPrice> simulated_price(const BoundedCliquet& option, const CorrelatedBlackScholes<double>& model,
                                       const Simulation& method, const Listener& listener = {});

}  // namespace plimsoll
