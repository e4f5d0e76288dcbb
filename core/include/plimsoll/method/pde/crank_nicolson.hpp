#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monotone_shift.hpp"
#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <span>
#include <vector>

namespace plimsoll {

/// Memory that a grid works in, handed from call to call so that none allocates. One thread at a time.
struct GridWorkspace {
  std::vector<double> spots;
  std::vector<double> payoffs;
  std::vector<double> values;
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> known;
  std::vector<double> pivots;
  std::vector<char> exercised;
  std::vector<TimedDividend> dividends_left;
  InterpolationWorkspace interpolation;
};

/// Price per unit, seen by the holder, on a grid in the spot that is finest at the strike and begins at zero.
/// Source: Tavella & Randall (2000), Pricing Financial Instruments: The Finite Difference Method, ch. 5 (grid, dividend
/// jumps); Rannacher (1984), Finite element solution of diffusion problems with irregular data (implicit start);
/// Pooley, Vetzal & Forsyth (2003), Convergence remedies for non-smooth payoffs, sec. 4 (payoff averaged over the cell
/// of the strike); Reisinger & Witte (2012), On the use of policy iteration as an easy way of pricing American options
/// (exercise solved exactly in each step, whatever the shape of its region).
/// Accuracy: order 2 in both steps for European options; American as measured in its tests.
/// Limits: checked input as for leisen_reimer_price; space_steps 20 to 5000, time_steps 5 to 5000.
double crank_nicolson_price(OptionType type, Exercise exercise, double strike, double years,
                            const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                            const CrankNicolson& settings, GridWorkspace& workspace) noexcept;

/// Price and sensitivities: delta and gamma from the grid, theta from the Black-Scholes equation (zero where it is best
/// to exercise now), vega and rho from central differences on the unchanged grid.
PricedGreeks crank_nicolson(OptionType type, Exercise exercise, double strike, double years,
                            const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                            const CrankNicolson& settings, GridWorkspace& workspace) noexcept;

/// The same with a workspace of its own.
PricedGreeks crank_nicolson(OptionType type, Exercise exercise, double strike, double years,
                            const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                            const CrankNicolson& settings) noexcept;

}  // namespace plimsoll
