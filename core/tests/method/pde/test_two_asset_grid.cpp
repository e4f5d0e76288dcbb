#include "reference_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

#include <plimsoll/method/closed_form/black_scholes.hpp>
#include <plimsoll/method/pde/finite_differences.hpp>
#include <plimsoll/method/pde/two_asset_grid.hpp>
#include <plimsoll/numerics/quadrature.hpp>

namespace plimsoll::testing {
namespace {

using Model = TwoAssets<double>;
using enum RainbowUnderlying;
constexpr auto call = OptionType::call;
constexpr auto european = Exercise::european;
constexpr auto american = Exercise::american;
const Model market{100.0, 95.0, 0.02, 0.03, 0.25, 0.3, 0.4, 0.05};

double price(const Rainbow& option, const Model& model, const AlternatingGrid& settings = {64, 64, 32}) {
  const auto found = two_asset_grid(option, model, settings, Measures::price_only);
  EXPECT_TRUE(found) << found.error().message();
  return found ? found->price : std::nan("");
}

/// A European call by the second spot: the formula for the first given the second, averaged.
double by_second_spot(const Rainbow& o, const Model& m) {
  const double root = std::sqrt(o.expiry);
  const double rest = m.volatility1 * std::sqrt(1.0 - m.correlation * m.correlation);
  const auto given = [&](double z) {
    const double two =
        m.spot2 * std::exp((m.rate - m.dividend_yield2 - 0.5 * m.volatility2 * m.volatility2) * o.expiry +
                           m.volatility2 * root * z);
    const double moved = m.correlation * m.volatility1;
    const BlackScholes<double> one{m.spot1 * std::exp(moved * root * z - 0.5 * moved * moved * o.expiry), m.rate,
                                   m.dividend_yield1, rest};
    const double paid = two - o.strike;
    const double discount = std::exp(-m.rate * o.expiry);
    const double strike = o.underlying == spread ? two + o.strike : std::max(two, o.strike);
    const double value = black_scholes_price(call, strike, o.expiry, one);
    return (value + (o.underlying == best_of ? discount * std::max(paid, 0.0) : 0.0)) * normal_pdf(z);
  };
  const double bend = (std::log(std::max(o.strike, 1e-9) / m.spot2) -
                       (m.rate - m.dividend_yield2 - 0.5 * m.volatility2 * m.volatility2) * o.expiry) /
                      (m.volatility2 * root);
  const double middle = std::clamp(bend, -9.0, 9.0);
  return gauss_kronrod(given, -9.0, middle).value + gauss_kronrod(given, middle, 9.0).value;
}

TEST(TwoAssetGrid, european_prices_agree_with_quadrature) {
  for (const RainbowUnderlying underlying : {spread, best_of})
    for (const double strike : {8.0, 90.0}) {
      const Rainbow option{call, underlying, strike, 1.0, 1.0, european, 0, 0.75};
      // Largest measured with 64, 96 and 128 steps: 1.0e-2, 2.9e-3 and 1.1e-3.
      EXPECT_NEAR(price(option, market, {64, 64, 32, AlternatingScheme::hundsdorfer_verwer, Extrapolation::richardson}),
                  by_second_spot(option, market), 1.2e-2)
          << strike;
    }
}

TEST(TwoAssetGrid, error_falls_with_the_square_of_the_steps) {
  const Rainbow option{call, spread, 4.3, 1.0, 1.0, european, 0, 0.75};
  const double exact = by_second_spot(option, market);
  for (const AlternatingScheme scheme : {AlternatingScheme::craig_sneyd, AlternatingScheme::modified_craig_sneyd,
                                         AlternatingScheme::hundsdorfer_verwer}) {
    const auto error = [&](std::int64_t steps) {
      return std::abs(price(option, market, {steps, steps, steps / 2, scheme}) - exact);
    };
    const double order = std::log2(error(32) / error(64));
    std::printf("[ MEASURED ] scheme %d: order %.2f\n", static_cast<int>(scheme), order);
    EXPECT_NEAR(order, 2.0, 0.3);
  }
}

TEST(TwoAssetGrid, best_and_worst_together_are_the_two_options) {
  const auto of = [](RainbowUnderlying underlying) {
    return price({OptionType::put, underlying, 97.0, 1.0, 1.0, european, 0, 0.5}, market);
  };
  const BlackScholes<double> one{100.0, market.rate, market.dividend_yield1, market.volatility1};
  const BlackScholes<double> two{95.0, market.rate, market.dividend_yield2, market.volatility2};
  const double apart =
      black_scholes_price(OptionType::put, 97.0, 0.5, one) + black_scholes_price(OptionType::put, 97.0, 0.5, two);
  // The grid's own error: a third of the difference of 64 and 32 steps.
  EXPECT_NEAR(of(best_of) + of(worst_of), apart, 2e-2);
}

TEST(TwoAssetGrid, american_call_on_the_better_of_two_agrees_with_printed_values) {
  // Andersen & Broadie (2004), Primal-dual simulation algorithm for pricing multidimensional American options, table 2:
  // nine dates in three years, two assets; the binomial value.
  for (const auto& [spot, expected] : {std::pair{100.0, 13.902}}) {
    const Model model{spot, spot, 0.1, 0.1, 0.2, 0.2, 0.0, 0.05};
    const Rainbow option{call, best_of, 100.0, 1.0, 1.0, american, 9, 3.0};
    EXPECT_NEAR(price(option, model, {80, 80, 54}), expected, 3e-2) << spot;
  }
}

TEST(TwoAssetGrid, american_exchange_is_worth_more_than_the_european_and_its_payoff) {
  const Rainbow option{call, spread, 0.0, 1.0, 1.0, american, 0, 0.75};
  Model model = market;
  model.dividend_yield1 = 0.08;
  const double exact = by_second_spot({call, spread, 0.0, 1.0, 1.0, european, 0, 0.75}, model);
  EXPECT_GT(price(option, model), exact);
  model.spot1 = 200.0;
  EXPECT_EQ(price(option, model), 105.0);
}

TEST(TwoAssetGrid, american_exchange_is_an_american_call_on_the_ratio) {
  // In units of the second asset: a call at one on the ratio, which yields what the first does, at the second's yield
  // as the rate. Source: Bjerksund & Stensland (1993), American exchange options and a put-call transformation.
  Model model = market;
  model.dividend_yield1 = 0.08;
  const double variance = 0.25 * 0.25 + 0.3 * 0.3 - 2.0 * 0.4 * 0.25 * 0.3;
  const auto ratio = finite_differences(
      spot_contract(American{call, 1.0, 0.75}),
      {100.0 / 95.0, model.dividend_yield2, model.dividend_yield1, std::sqrt(variance)}, {}, Measures::price_only);
  EXPECT_NEAR(price({call, spread, 0.0, 1.0, 1.0, american, 0, 0.75}, model, {80, 80, 40}), 95.0 * ratio->priced.price,
              2e-2);
}

TEST(TwoAssetGrid, sensitivities_agree_with_differences_of_the_quadrature) {
  const Rainbow option{call, spread, 5.0, 1.0, 1.0, european, 0, 0.75};
  const auto found =
      two_asset_grid(option, market, {48, 48, 20, AlternatingScheme::modified_craig_sneyd, Extrapolation::richardson});
  const auto bumped = [&](double Model::* field, double size) {
    Model high = market;
    Model low = market;
    high.*field += size;
    low.*field -= size;
    return (by_second_spot(option, high) - by_second_spot(option, low)) / (2.0 * size);
  };
  for (const auto& [field, size] : {std::pair{&Model::spot1, 0.01},
                                    {&Model::spot2, 0.01},
                                    {&Model::dividend_yield1, 1e-4},
                                    {&Model::dividend_yield2, 1e-4},
                                    {&Model::volatility1, 1e-4},
                                    {&Model::volatility2, 1e-4},
                                    {&Model::correlation, 1e-4},
                                    {&Model::rate, 1e-4}}) {
    const double exact = bumped(field, size);
    EXPECT_NEAR(found->sensitivities.*field, exact, 1e-2 * std::abs(exact) + 1e-3);
  }
  const auto at = [&](double one, double two) {
    Model moved = market;
    moved.spot1 += one;
    moved.spot2 += two;
    return by_second_spot(option, moved);
  };
  EXPECT_NEAR(found->gamma_one, at(1.0, 0.0) - 2.0 * at(0.0, 0.0) + at(-1.0, 0.0), 2e-4);
  EXPECT_NEAR(found->gamma_two, at(0.0, 1.0) - 2.0 * at(0.0, 0.0) + at(0.0, -1.0), 2e-4);
  EXPECT_NEAR(found->cross_gamma, 0.25 * (at(1.0, 1.0) - at(1.0, -1.0) - at(-1.0, 1.0) + at(-1.0, -1.0)), 2e-4);
  Rainbow shorter = option;
  shorter.expiry -= 1e-3;
  Rainbow longer = option;
  longer.expiry += 1e-3;
  EXPECT_NEAR(found->theta, (by_second_spot(shorter, market) - by_second_spot(longer, market)) / 2e-3, 2e-2);
}

TEST(TwoAssetGrid, refuses_what_makes_no_sense) {
  const Rainbow good{call, spread, 5.0, 1.0, 1.0, european, 0, 0.75};
  const auto field = [](const Rainbow& o, const Model& m, const AlternatingGrid& g = {}) {
    return two_asset_grid(o, m, g).error().field;
  };
  Rainbow bad = good;
  bad.strike = NAN;
  EXPECT_EQ(field(bad, market), "strike");
  bad = good;
  bad.expiry = 0.0;
  EXPECT_EQ(field(bad, market), "expiry");
  Model model = market;
  model.correlation = -1.1;
  EXPECT_EQ(field(good, model), "correlation");
  model = market;
  model.volatility2 = 0.0;
  EXPECT_EQ(field(good, model), "volatility2");
  EXPECT_EQ(field(good, market, {64, 64, 1}), "time_steps");
}

}  // namespace
}  // namespace plimsoll::testing
