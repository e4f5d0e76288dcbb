#include "correlated_market.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/monte_carlo/terminal_assets.hpp>
#include <plimsoll/method/quadrature/basket.hpp>

namespace plimsoll::testing {
namespace {

const BasketOption worst_of_three{OptionType::put, Aggregate::smallest, {1.0, 0.9, 1.1}, 95.0, 1.5};
const CorrelatedBlackScholes<double> three = alike(100.0, 0.03, 0.01, {0.2, 0.3, 0.25}, 0.4);

/// The quadrature's price in a market of which one number is another.
template <class Move>
double quadrature_in(const Move& move) {
  CorrelatedBlackScholes<double> moved = three;
  move(moved);
  return *quadrature_price(worst_of_three, moved);
}

/// Central difference: the error of the quadrature is 1e-9 of 100, so a step of 1e-3 leaves 1e-4 of what is measured,
/// far below a standard error.
template <class Move>
double difference(const Move& move) {
  constexpr double step = 1e-3;
  return (quadrature_in([&](auto& m) { move(m, step); }) - quadrature_in([&](auto& m) { move(m, -step); })) /
         (2.0 * step);
}

TEST(TerminalAssets, a_worst_of_three_agrees_with_the_quadrature_and_its_differences) {
  const auto found = *monte_carlo_assets(worst_of_three, three, MonteCarlo{65536, 5, 1});
  const auto near = [](double mean, double error, double exact) { EXPECT_LT(std::abs(mean - exact), 4.0 * error); };
  const AssetGreeks& g = found.estimate.greeks;
  const AssetGreeks& e = found.standard_error.greeks;
  near(found.estimate.price, found.standard_error.price, quadrature_in([](auto&) {}));
  for (std::size_t i = 0; i < 3; ++i) {
    near(g.delta[i], e.delta[i], difference([i](auto& m, double step) { m.spots[i] += step; }));
    near(g.vega[i], e.vega[i], difference([i](auto& m, double step) { m.volatilities[i] += step; }));
  }
  near(g.total.rho, e.total.rho, difference([](auto& m, double step) { m.rate += step; }));
  // All three correlations together, which keeps one factor behind them.
  near(g.correlation[1] + g.correlation[2] + g.correlation[5], e.correlation[1] + e.correlation[2] + e.correlation[5],
       difference([](auto& m, double step) {
         for (const std::size_t k : {1U, 2U, 3U, 5U, 6U, 7U}) m.correlation[k] += step;
       }));
  EXPECT_EQ(g.gamma[1], g.gamma[3]);
  EXPECT_EQ(g.correlation[0], 0.0);
}

TEST(TerminalAssets, refuses_what_makes_no_sense_and_what_is_certain) {
  const MonteCarlo method{128, 1, 1};
  const auto refusal = [&](const BasketOption& option, const CorrelatedBlackScholes<double>& model) {
    return monte_carlo_assets(option, model, method).error();
  };
  BasketOption flawed = worst_of_three;
  flawed.strike = std::nan("");
  EXPECT_EQ(refusal(flawed, three).field, "strike");
  EXPECT_EQ(refusal(worst_of_three, alike(100.0, 0.03, 0.01, {0.2, 0.3}, 0.4)),
            (Error{ErrorCode::invalid_value, "spots", "2 underlyings", "3 as in the product",
                   "give product and model the same underlyings"}));
  EXPECT_EQ(refusal(worst_of_three, alike(100.0, 0.03, 0.01, {0.2, 0.3, -0.1}, 0.4)).field, "volatility of asset 2");
  EXPECT_EQ(refusal(worst_of_three, alike(100.0, 0.03, 0.01, {0.2, 0.3, 0.0}, 0.4)),
            (Error{ErrorCode::unsupported, "model", "0", "spots, volatilities and time above zero",
                   "value this limit by its formula"}));
  const Error tied = refusal(worst_of_three, alike(100.0, 0.03, 0.01, {0.2, 0.3, 0.1}, 1.0));
  EXPECT_EQ(tied.code, ErrorCode::unsupported);
  EXPECT_EQ(tied.field, "correlation");
  EXPECT_EQ(tied.allowed, "a positive definite matrix");
  EXPECT_EQ(monte_carlo_assets(worst_of_three, three, MonteCarlo{1, 1, 1}).error().field, "paths");
  EXPECT_EQ(monte_carlo_assets(CorrelationOption{OptionType::call, -1.0, 1.0, 1.0},
                               alike(100.0, 0.03, 0.01, {0.2, 0.3}, 0.4), method)
                .error()
                .field,
            "first_strike");
}

}  // namespace
}  // namespace plimsoll::testing
