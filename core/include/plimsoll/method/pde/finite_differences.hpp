#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/pde/spot_contract.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <cstdint>
#include <optional>

namespace plimsoll {

/// How a grid steps back in time: Crank-Nicolson, whose first two steps after each payoff or jump are four implicit
/// halves (Rannacher 1984), or the trapezoidal rule followed by the second backward difference formula, which damps in
/// every step.
enum class TimeScheme { crank_nicolson, tr_bdf2 };

/// A grid in the spot. `time_steps` are shared out among the days of dividends and monitoring, four at least to each
/// interval.
struct FiniteDifferences {
  std::int64_t space_steps = 200;
  std::int64_t time_steps = 100;
  TimeScheme scheme = TimeScheme::crank_nicolson;
  Extrapolation extrapolation = Extrapolation::richardson;

  friend bool operator==(const FiniteDifferences&, const FiniteDifferences&) = default;
};

std::optional<Error> find_flaw(const FiniteDifferences& settings);

/// Price and sensitivities for the holder of one unit; `dividend_rho` is the derivative by the dividend yield. With
/// extrapolation, which a third grid of a quarter of the steps judges, how far the price may be from the exact one.
struct GridValuation {
  PricedGreeks priced;
  double dividend_rho = 0.0;
  std::optional<double> error_estimate = std::nullopt;

  friend bool operator==(const GridValuation&, const GridValuation&) = default;
};

/// Value of a contract on a mesh that is concentrated at its strike, its levels and where dividends carry the strike.
/// A level that is monitored without a gap is a node. A payoff that has a kink or a jump between two nodes is laid on
/// them by hat functions, and so is the jump at a level on each day of monitoring. What a knock-in waits for is marched
/// beside it, so that it may be exercised early once it has begun. Delta and gamma are read from the grid, theta from
/// the Black-Scholes equation; vega, rho and dividend_rho are tangents carried through the whole sweep (forward
/// automatic differentiation), so nothing is bumped.
/// Source: Tavella & Randall (2000), Pricing Financial Instruments: The Finite Difference Method, ch. 5; Pooley, Vetzal
/// & Forsyth (2003), Convergence remedies for non-smooth payoffs, J. Computational Finance 6(4), sec. 4 (projection);
/// Rannacher (1984); Bank et al. (1985), Transient simulation of silicon devices and circuits (TR-BDF2); Reisinger &
/// Witte (2012), On the use of policy iteration as an easy way of pricing American options.
/// Accuracy: order 2 in both steps together, kinks off the nodes, levels near the spot and dividends the day before
/// expiry included (bench_pde_order prints it); with extrapolation better.
/// Limits: refuses a flawed contract, model or settings, and a volatility or spot of zero.
Result<GridValuation> finite_differences(const SpotContract& contract, const BlackScholes<double>& model,
                                         const FiniteDifferences& settings, Measures measures = Measures::with_greeks);

}  // namespace plimsoll
