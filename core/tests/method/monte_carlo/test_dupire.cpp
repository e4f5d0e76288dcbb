#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/path_greeks.hpp"
#include "plimsoll/model/dupire.hpp"
#include "plimsoll/numerics/tridiagonal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const Ssvi<double> smile{{0.25, 1.0}, {0.012, 0.045}, -0.5, 0.8, 0.4};

constexpr double nan_spot = std::numeric_limits<double>::quiet_NaN();

/// Rows that are the closer the nearer to today, where the smile bends most.
LocalVolatilityPlan plan_of(int rows, std::size_t columns) {
  LocalVolatilityPlan plan{100.0, 0.03, 0.01, {}, 25.0, 400.0, columns};
  for (int i = 1; i <= rows; ++i) plan.times.push_back(std::pow(static_cast<double>(i) / rows, 2));
  return plan;
}

double forward_at(double years) { return 100.0 * std::exp(0.02 * years); }

double price_on(const Ssvi<double>& surface, double strike, double years) {
  const double forward = forward_at(years);
  const double variance =
      total_variance<double>(surface, variance_at_forward(surface, years), std::log(strike / forward));
  return std::exp(-0.03 * years) * forward * black_call(strike / forward, variance);
}

/// Volatility of a row as the model says: linear in the log of the spot between columns, flat beyond.
double volatility_at(const LocalVolatilityGrid& grid, std::size_t row, double log_spot) {
  const double low = std::log(grid.low_spot);
  const double last = static_cast<double>(grid.columns - 1);
  const double place = std::clamp((log_spot - low) / (std::log(grid.high_spot) - low) * last, 0.0, last);
  const auto cell = std::min(static_cast<std::size_t>(place), grid.columns - 2);
  const double* const v = &grid.volatilities[row * grid.columns + cell];
  return v[0] + (place - static_cast<double>(cell)) * (v[1] - v[0]);
}

/// Calls at one year, by log of the strike, from Dupire's forward equation in the log of the strike: implicit steps.
/// A second method: it uses nothing of how the table was made.
std::vector<double> forward_calls(const LocalVolatilityGrid& grid, const std::vector<double>& log_strikes,
                                  int steps_of_row) {
  const std::size_t n = log_strikes.size();
  const double h = log_strikes[1] - log_strikes[0];
  std::vector<double> calls(n);
  for (std::size_t i = 0; i < n; ++i) calls[i] = std::max(grid.spot - std::exp(log_strikes[i]), 0.0);
  double start = 0.0;
  for (std::size_t row = 0; row < grid.times.size(); ++row) {
    const double step = (grid.times[row] - start) / steps_of_row;
    std::vector<double> lower(n, 0.0);
    std::vector<double> diagonal(n, 1.0);
    std::vector<double> upper(n, 0.0);
    for (std::size_t i = 1; i + 1 < n; ++i) {
      const double half = 0.5 * std::pow(volatility_at(grid, row, log_strikes[i]), 2);
      const double drift = half + grid.rate - grid.dividend_yield;
      lower[i] = -step * (half / (h * h) + 0.5 * drift / h);
      upper[i] = -step * (half / (h * h) - 0.5 * drift / h);
      diagonal[i] = 1.0 + step * (2.0 * half / (h * h) + grid.dividend_yield);
    }
    const TridiagonalSolver<double> solver(lower, diagonal, upper);
    for (int s = 0; s < steps_of_row; ++s) {
      const double years = start + (s + 1) * step;
      calls.front() =
          grid.spot * std::exp(-grid.dividend_yield * years) - std::exp(log_strikes.front() - grid.rate * years);
      calls.back() = 0.0;
      solver.solve(calls);
    }
    start = grid.times[row];
  }
  return calls;
}

double worst_repricing(const LocalVolatilityGrid& grid, const Ssvi<double>& surface, int nodes, int steps_of_row) {
  std::vector<double> log_strikes;
  for (int i = 0; i <= nodes; ++i) log_strikes.push_back(std::log(20.0) + std::log(25.0) * i / nodes);
  const auto calls = forward_calls(grid, log_strikes, steps_of_row);
  double worst = 0.0;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const double strike = std::exp(log_strikes[i]);
    if (strike < 60.0 || strike > 150.0) continue;
    const double vega = black_scholes_greeks(OptionType::call, strike, 1.0, {100.0, 0.03, 0.01, 0.2}).greeks.vega;
    worst = std::max(worst, std::abs(calls[i] - price_on(surface, strike, 1.0)) / std::max(vega, 5.0));
  }
  return worst;
}

TEST(Dupire, a_surface_flat_in_strike_gives_its_forward_volatilities_exactly) {
  const Ssvi<double> flat{{0.25, 1.0}, {0.01, 0.07}, -0.5, 0.0, 0.4};
  LocalVolatilityPlan plan{100.0, 0.03, 0.01, {0.125, 0.25, 0.5, 1.0}, 60.0, 180.0, 23};
  const auto made = dupire(flat, plan);
  ASSERT_TRUE(made) << made.error().message();
  for (std::size_t c = 0; c < plan.columns; ++c)
    for (std::size_t r = 0; r < 4; ++r)
      EXPECT_NEAR(made->grid.volatilities[r * plan.columns + c], r < 2 ? 0.2 : std::sqrt(0.08), 1e-15);
  EXPECT_EQ(made->grid.times, plan.times);
}

TEST(Dupire, table_of_a_smile_reprices_its_options_by_finite_differences) {
  const auto coarse = dupire(smile, plan_of(30, 81));
  const auto fine = dupire(smile, plan_of(60, 161));
  ASSERT_TRUE(coarse) << coarse.error().message();
  const double worst = worst_repricing(coarse->grid, smile, 400, 2);
  const double half = worst_repricing(fine->grid, smile, 800, 4);
  // Both the table and the differences are of second order: half the distances leave a quarter of the error, in
  // volatility, and of the coarse one a quarter of a point.
  EXPECT_LT(worst, 2.5e-3);
  EXPECT_LT(half, worst / 3.0);
}

TEST(Dupire, table_of_a_smile_reprices_its_options_by_simulation) {
  const auto made = dupire(smile, plan_of(60, 161));
  for (const double strike : {80.0, 110.0}) {
    const European option{OptionType::call, strike, 1.0};
    const auto found = monte_carlo_by_inputs(option, made->grid, MonteCarlo{1 << 13, 5, 1}, 0.01);
    ASSERT_TRUE(found) << found.error().message();
    // The bias of steps of a hundredth of a year is below a tenth of the standard error.
    EXPECT_NEAR(found->price.mean, price_on(smile, strike, 1.0), 3.5 * found->price.standard_error);
  }
}

/// Calls over the forward on a surface of total variances, as quotes at 0.4 to 2.5 times the forward.
std::vector<CallQuotes> calls_on(const Ssvi<double>& surface) {
  std::vector<CallQuotes> expiries;
  for (const double years : {0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0}) {
    CallQuotes quotes{years, {}, {}};
    for (int i = -40; i <= 40; ++i) {
      const double k = 0.05 * i * std::sqrt(years);
      quotes.moneyness.push_back(std::exp(k));
      quotes.prices.push_back(
          black_call(std::exp(k), total_variance<double>(surface, variance_at_forward(surface, years), k)));
    }
    expiries.push_back(quotes);
  }
  return expiries;
}

TEST(Dupire, table_of_a_surface_of_calls_reprices_its_options) {
  const auto surface = CallSurface::through(calls_on(smile));
  ASSERT_TRUE(surface) << surface.error().message();
  const auto made = dupire(*surface, plan_of(30, 81));
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_GT(made->held, 0U);
  // The coarse table of the smile itself is off by up to a quarter of a point, and so may this one be: what the curves
  // between quotes and expiries add is of the same order as what the columns' differences smooth.
  EXPECT_LT(worst_repricing(made->grid, smile, 400, 2), 2.5e-3);
}

TEST(Dupire, refuses_what_makes_no_sense) {
  const auto field_of = [](const Ssvi<double>& surface, const auto& damage) {
    LocalVolatilityPlan plan = plan_of(4, 9);
    damage(plan);
    const auto made = dupire(surface, plan);
    return made ? std::string("none") : made.error().field;
  };
  using Plan = LocalVolatilityPlan;
  const auto as_it_is = [](Plan&) {};
  EXPECT_EQ(field_of(smile, as_it_is), "none");
  EXPECT_EQ(field_of({{1.0}, {0.04}, 0.0, 2.0, 0.4}, as_it_is), "steepness");
  EXPECT_EQ(field_of(smile, [](Plan& plan) { plan.columns = 1; }), "columns");
  EXPECT_EQ(field_of(smile, [](Plan& plan) { plan.times[0] = 0.0; }), "times");
  EXPECT_EQ(field_of(smile, [](Plan& plan) { plan.columns = std::size_t{1} << 62U; }), "columns");
  const auto calls = *CallSurface::through(calls_on(smile));
  for (const std::size_t columns : {std::size_t{0}, std::size_t{1}, std::size_t{1} << 62U}) {
    auto plan = plan_of(4, columns);
    EXPECT_EQ(dupire(calls, plan).error().field, "columns");
    plan.low_spot = nan_spot;
    EXPECT_EQ(dupire(calls, plan).error().field, "low_spot");
  }
  // Rows times columns that overflow to no cells are no table either.
  const LocalVolatilityGrid endless{100.0, 0.0, 0.0, {0.5, 1.0}, 50.0, 200.0, std::size_t{1} << 63U, {}};
  EXPECT_EQ(find_flaw(endless)->field, "columns");
  EXPECT_EQ(field_of(smile, [](Plan& plan) { plan.low_spot = 390.0; }), "times");
}

}  // namespace
}  // namespace plimsoll
