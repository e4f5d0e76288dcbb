#include "expect_derivatives.hpp"

#include <cmath>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/deterministic.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto american = Exercise::american;
constexpr auto european = Exercise::european;
using Dividends = std::vector<TimedDividend>;

PricedGreeks limit(OptionType type, Exercise exercise, double strike, double years, const BlackScholes<double>& model,
                   const Dividends& dividends = {}) {
  return deterministic_option(type, exercise, strike, years, model, dividends);
}

TEST(Deterministic, european_is_the_discounted_payoff_of_the_forward) {
  const BlackScholes<double> model{100.0, 0.05, 0.02, 0.0};
  const PricedGreeks call = limit(OptionType::call, european, 90.0, 2.0, model);
  EXPECT_DOUBLE_EQ(call.price, 100.0 * std::exp(-0.04) - 90.0 * std::exp(-0.10));
  EXPECT_DOUBLE_EQ(call.greeks.delta, std::exp(-0.04));
  EXPECT_NEAR(call.greeks.rho, 90.0 * 2.0 * std::exp(-0.10), 1e-12);
  EXPECT_EQ(limit(OptionType::put, european, 90.0, 2.0, model), PricedGreeks{});
}

TEST(Deterministic, at_expiry_an_option_is_worth_its_payoff_exactly) {
  const BlackScholes<double> model{100.0, 0.05, 0.02, 0.3};
  for (const Exercise exercise : {european, american}) {
    EXPECT_EQ(limit(OptionType::put, exercise, 120.0, 0.0, model), (PricedGreeks{20.0, {-1.0, 0.0, 0.0, 0.0, 0.0}}));
    EXPECT_EQ(limit(OptionType::call, exercise, 120.0, 0.0, model), PricedGreeks{});
    EXPECT_EQ(limit(OptionType::call, exercise, 100.0, 0.0, model), PricedGreeks{});
  }
}

TEST(Deterministic, american_put_waits_for_the_best_day) {
  // q exceeds r: the spot falls, and the put is best where q S exp(-q t) = r K exp(-r t).
  const BlackScholes<double> model{100.0, 0.01, 0.5, 0.0};
  const double best = std::log(0.01 * 120.0 / (0.5 * 100.0)) / (0.01 - 0.5);
  const PricedGreeks put = limit(OptionType::put, american, 120.0, 40.0, model);
  EXPECT_DOUBLE_EQ(put.price, 120.0 * std::exp(-0.01 * best) - 100.0 * std::exp(-0.5 * best));
  EXPECT_DOUBLE_EQ(put.greeks.delta, -std::exp(-0.5 * best));
}

TEST(Deterministic, american_put_on_a_worthless_spot_waits_only_under_negative_rates) {
  EXPECT_DOUBLE_EQ(limit(OptionType::put, american, 120.0, 1.0, {0.0, -0.075, 0.05, 0.25}).price,
                   120.0 * std::exp(0.075));
  EXPECT_DOUBLE_EQ(limit(OptionType::put, american, 120.0, 1.0, {0.0, 0.075, 0.05, 0.25}).price, 120.0);
  EXPECT_DOUBLE_EQ(limit(OptionType::call, american, 120.0, 1.0, {0.0, 0.075, 0.05, 0.25}).price, 0.0);
}

TEST(Deterministic, american_call_is_exercised_before_a_dividend) {
  const BlackScholes<double> model{100.0, 0.05, 0.0, 0.0};
  const Dividends dividends{{0.5, 30.0}};
  const PricedGreeks call = limit(OptionType::call, american, 90.0, 1.0, model, dividends);
  EXPECT_DOUBLE_EQ(call.price, 100.0 - 90.0 * std::exp(-0.025));
  EXPECT_EQ(limit(OptionType::call, european, 90.0, 1.0, model, dividends), PricedGreeks{});
}

TEST(Deterministic, a_dividend_beyond_the_spot_leaves_zero_and_no_delta) {
  const PricedGreeks put = limit(OptionType::put, european, 50.0, 1.0, {100.0, 0.05, 0.0, 0.0}, {{0.5, 200.0}});
  EXPECT_DOUBLE_EQ(put.price, 50.0 * std::exp(-0.05));
  EXPECT_EQ(put.greeks.delta, 0.0);
}

TEST(Deterministic, dividends_outside_the_life_do_not_count) {
  const BlackScholes<double> model{100.0, 0.05, 0.0, 0.0};
  EXPECT_EQ(limit(OptionType::call, european, 90.0, 1.0, model, {{0.0, 9.0}, {1.5, 9.0}}),
            limit(OptionType::call, european, 90.0, 1.0, model));
}

TEST(Deterministic, delta_and_rho_agree_with_bumps) {
  const Dividends dividends{{0.25, 3.0}, {0.75, 2.0}};
  const auto price = [&](std::span<const double> x) {
    return limit(OptionType::put, american, 130.0, 1.0, {x[0], x[1], 0.02, 0.0}, dividends).price;
  };
  for (const double rate : {0.03, -0.02}) {
    const Greeks greeks = limit(OptionType::put, american, 130.0, 1.0, {100.0, rate, 0.02, 0.0}, dividends).greeks;
    expect_gradient(price, {100.0, rate}, {greeks.delta, greeks.rho});
  }
}

TEST(Deterministic, theta_is_the_change_of_the_price_as_the_day_passes) {
  // Everything else fixed: the spot stays while the times to expiry and to the dividend shrink.
  const auto price = [](double passed) {
    return limit(OptionType::put, american, 130.0, 1.0 - passed, {100.0, -0.03, 0.02, 0.0}, {{0.5 - passed, 4.0}});
  };
  const double h = 1e-5;
  EXPECT_NEAR(price(0.0).greeks.theta, (price(h).price - price(-h).price) / (2.0 * h), 1e-6);
}

TEST(Deterministic, chance_matters_from_a_deviation_of_one_in_ten_billion) {
  EXPECT_TRUE(is_deterministic(100.0, 1.0, {100.0, 0.0, 0.0, 1e-11}));
  EXPECT_FALSE(is_deterministic(100.0, 1.0, {100.0, 0.0, 0.0, 1e-9}));
  EXPECT_TRUE(is_deterministic(0.0, 1.0, {100.0, 0.0, 0.0, 0.2}));
  EXPECT_TRUE(is_deterministic(100.0, 1.0, {0.0, 0.0, 0.0, 0.2}));
  EXPECT_TRUE(is_deterministic(100.0, 0.0, {100.0, 0.0, 0.0, 0.2}));
}

}  // namespace
}  // namespace plimsoll::testing
