#include "expect_derivatives.hpp"
#include "method/asian_rows.hpp"
#include "plimsoll/method/closed_form/geometric_asian.hpp"
#include "plimsoll/method/fourier/riccati.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::asian_of;
using testing::model_of;

const BlackScholes<double> model{100.0, 0.06, 0.03, 0.2};
const std::vector<double> monthly{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};

TEST(GeometricAsian, agrees_with_the_printed_price_of_clewlow_and_strickland) {
  int cases = 0;
  for (const auto& row : testing::reference_table("asian_discrete.csv")) {
    if (row.text("averaging") != "geometric_discrete") continue;
    const auto option = geometric_asian(asian_of(row), model_of(row));
    ASSERT_TRUE(option);
    EXPECT_NEAR(option->price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 1);
}

TEST(GeometricAsian, times_of_one_fixing_are_its_date) {
  const std::vector<double> one{0.7};
  EXPECT_DOUBLE_EQ(average_times(one).mean, 0.7);
  EXPECT_DOUBLE_EQ(average_times(one).variance, 0.7);
}

TEST(GeometricAsian, times_of_many_fixings_are_those_of_a_continuous_mean) {
  std::vector<double> daily;
  for (int i = 1; i <= 10000; ++i) daily.push_back(i / 10000.0);
  // Mean 1/2 and variance 1/3, each with a first-order rest of half a step.
  EXPECT_NEAR(average_times(daily).mean, 0.5, 1e-4);
  EXPECT_NEAR(average_times(daily).variance, 1.0 / 3.0, 1e-4);
}

TEST(GeometricAsian, with_one_fixing_is_the_european_option) {
  const std::vector<double> one{1.0};
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const PricedGreeks asian = geometric_asian_greeks(type, 95.0, one, 1.0, model);
    const PricedGreeks european = black_scholes_greeks(type, 95.0, 1.0, model);
    EXPECT_NEAR(asian.price, european.price, 1e-13);
    EXPECT_NEAR(asian.greeks.delta, european.greeks.delta, 1e-14);
    EXPECT_NEAR(asian.greeks.gamma, european.greeks.gamma, 1e-15);
    EXPECT_NEAR(asian.greeks.vega, european.greeks.vega, 1e-12);
    EXPECT_NEAR(asian.greeks.theta, european.greeks.theta, 1e-12);
    EXPECT_NEAR(asian.greeks.rho, european.greeks.rho, 1e-12);
  }
}

TEST(GeometricAsian, adjoint_derivatives_agree_with_bumps_elapsed_time_included) {
  testing::expect_derivatives(
      [](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        return geometric_asian_price<R>(OptionType::put, 98.0, average_times(monthly), 1.1, {x[0], x[1], x[2], x[3]},
                                        x[4]);
      },
      {{100.0, 0.06, 0.03, 0.2, 0.0}, {80.0, -0.01, 0.1, 0.5, 0.05}});
}

TEST(GeometricAsian, gamma_is_the_bumped_delta) {
  const auto delta = [](auto x) {
    return geometric_asian_greeks(OptionType::call, 105.0, monthly, 1.0, {x[0], 0.06, 0.03, 0.2}).greeks.delta;
  };
  testing::expect_gradient(delta, {100.0},
                           {geometric_asian_greeks(OptionType::call, 105.0, monthly, 1.0, model).greeks.gamma});
}

TEST(GeometricAsian, gamma_is_zero_where_nothing_is_left_to_chance) {
  const BlackScholes<double> still{100.0, 0.06, 0.03, 0.0};
  EXPECT_EQ(geometric_asian_greeks(OptionType::call, 90.0, monthly, 1.0, still).greeks.gamma, 0.0);
  EXPECT_EQ(geometric_asian_greeks(OptionType::call, 0.0, monthly, 1.0, model).greeks.gamma, 0.0);
}

TEST(GeometricAsian, refuses_an_average_that_has_begun) {
  ArithmeticAsian option{OptionType::call, 100.0, monthly, 1.0, 1, 100.0};
  EXPECT_EQ(geometric_asian(option, model).error().code, ErrorCode::unsupported);
  option = {OptionType::call, 100.0, {0.0, 0.5}, 1.0, 0, 0.0};
  EXPECT_EQ(geometric_asian(option, model).error().field, "fixings");
  option.fixings.clear();
  EXPECT_FALSE(geometric_asian(option, model));
}

// Source: Haug (1998), The complete guide to option pricing formulas, p. 96-97.
TEST(GeometricAsian, of_a_mean_without_a_gap_agrees_with_the_printed_price_and_the_transform) {
  const auto printed = geometric_asian(ContinuousAsian{OptionType::put, 85.0, 0.25}, {80.0, 0.05, -0.03, 0.2});
  EXPECT_NEAR(printed->price, 4.6922, 5e-5);
  const ContinuousAsian option{OptionType::call, 98.0, 0.8};
  const auto found = geometric_asian(option, model);
  // Heston's model with a variance that moves by 1e-4: its price differs by the square, and by the steps of the method.
  const Heston<double> nearly{100.0, 0.06, 0.03, 0.04, 1.0, 0.04, 1e-4, 0.0};
  const auto transform = geometric_asian(StrikeLadder{OptionType::call, 0.8, {98.0}}, nearly);
  ASSERT_TRUE(transform);
  EXPECT_NEAR(found->price, transform->front().price, transform->front().error + 1e-6);
  const auto at = [&](double spot, double expiry) {
    return geometric_asian(ContinuousAsian{OptionType::call, 98.0, expiry}, {spot, 0.06, 0.03, 0.2})->price;
  };
  // Differences err by a sixth of the step's square times the next derivative but one: here below 1e-7 and 1e-6.
  EXPECT_NEAR(found->greeks.delta, (at(100.01, 0.8) - at(99.99, 0.8)) / 0.02, 1e-7);
  EXPECT_NEAR(found->greeks.gamma, (at(100.01, 0.8) - 2.0 * at(100.0, 0.8) + at(99.99, 0.8)) / 1e-4, 1e-6);
}

TEST(GeometricAsian, with_a_fixing_today_is_the_limit_of_one_that_is_near) {
  ArithmeticAsian option{OptionType::put, 101.0, {1e-9, 0.3, 0.6}, 0.7, 0, 0.0};
  const double near = geometric_asian(option, model)->price;
  option.fixings.front() = 0.0;
  EXPECT_NEAR(*geometric_asian_today(option, model), near, 1e-7);
  const Error begun{ErrorCode::unsupported, "fixings", "0 made", "fixings after the valuation date, none made",
                    "take the simulation for an average that has begun"};
  EXPECT_EQ(geometric_asian(option, model).error(), begun);
  EXPECT_EQ(geometric_asian(ContinuousAsian{OptionType::call, 98.0, 0.8, 0.1, 99.0}, model).error().value, "0.1 years");
  EXPECT_EQ(geometric_asian(ContinuousAsian{OptionType::call, -1.0, 0.8}, model).error().field, "strike");
  EXPECT_EQ(geometric_asian(ContinuousAsian{OptionType::call, 98.0, 0.8}, {100.0, 0.0, 0.0, -0.1}).error().field,
            "volatility");
  EXPECT_EQ(geometric_asian_today(option, {100.0, 0.0, 0.0, -0.1}).error().field, "volatility");
  option.past_count = 1;
  EXPECT_EQ(geometric_asian_today(option, model).error().value, "1 made");
  option.strike = -1.0;
  EXPECT_EQ(geometric_asian_today(option, model).error().field, "strike");
}

}  // namespace
}  // namespace plimsoll
