#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/approximation/continuous_asian.hpp"
#include "plimsoll/method/closed_form/turnbull_wakeman.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const BlackScholes<double> model{100.0, 0.06, 0.02, 0.3};

ContinuousAsian fresh(OptionType type, double strike, double years) { return {type, strike, years, 0.0, 0.0}; }

TEST(ContinuousAsian, levy_agrees_with_the_printed_table_of_haug) {
  double furthest = 0.0;
  int cases = 0;
  for (const auto& row : testing::reference_table("asian_levy_continuous.csv")) {
    const double elapsed = row.number("elapsed_days_360") / 360.0;
    const ContinuousAsian option{testing::type_of(row), row.number("strike"),
                                 row.number("length_days_360") / 360.0 - elapsed, elapsed,
                                 row.number("average_so_far")};
    const auto priced = levy(option, testing::model_of(row));
    ASSERT_TRUE(priced);
    EXPECT_NEAR(priced->price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    const auto exact = vecer(option, testing::model_of(row), 50);
    ASSERT_TRUE(exact);
    furthest = std::max(furthest, std::abs(priced->price - exact->price) / row.number("spot"));
    ++cases;
  }
  std::printf("[ MEASURED ] Levy is off the exact price by at most %.2g of the spot\n", furthest);
  EXPECT_EQ(cases, 14);
  EXPECT_LT(furthest, 1e-3);
}

TEST(ContinuousAsian, vecer_agrees_with_the_seven_cases_and_lies_above_its_lower_bound) {
  int cases = 0;
  for (const auto& row : testing::reference_table("asian_continuous_arithmetic_vecer.csv")) {
    const ContinuousAsian option = fresh(OptionType::call, row.number("strike"), row.number("maturity_years"));
    const BlackScholes<double> m = testing::model_of(row);
    const auto exact = vecer(option, m, 100);
    const auto below = asian_lower_bound(option, m);
    ASSERT_TRUE(exact && below);
    EXPECT_NEAR(exact->price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    EXPECT_LE(*below, exact->price + exact->error);
    EXPECT_GE(*below, exact->price - 2e-3 * m.spot * std::pow(m.volatility * std::sqrt(option.expiry), 3.0));
    ++cases;
  }
  EXPECT_EQ(cases, 5);
  // Source: Linetsky (2004), Spectral expansions for Asian options, Operations Research 52, table 3: ten digits.
  const auto exact = vecer(fresh(OptionType::call, 2.0, 1.0), {1.9, 0.05, 0.0, 0.5}, 400);
  EXPECT_NEAR(exact->price, 0.1931737903, exact->error);
  EXPECT_LT(exact->error, 1e-6);
}

TEST(ContinuousAsian, lower_bound_is_sharp_where_little_is_left_to_chance) {
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const double strike : {98.0, 101.0, 106.0}) {
      const BlackScholes<double> calm{100.0, 0.06, 0.02, 0.05};
      const auto exact = vecer(fresh(type, strike, 1.0), calm, 100);
      const auto below = asian_lower_bound(fresh(type, strike, 1.0), calm);
      ASSERT_TRUE(exact && below);
      // Unrelated to the grid; at a deviation of 5 % the bound lies within 2e-3 * 100 * 0.05^3 = 2.5e-5.
      EXPECT_NEAR(exact->price, *below, 2.5e-5 + exact->error) << strike;
      EXPECT_GE(exact->price + exact->error, *below);
    }
}

TEST(ContinuousAsian, moments_agree_with_many_fixings) {
  std::vector<double> dates;
  constexpr int count = 1000;
  for (int i = 0; i < count; ++i) dates.push_back(2.0 * (i + 0.5) / count);
  for (const double carry : {0.05, 0.0, -0.04}) {
    const BlackScholes<double> m{1.0, 0.03, 0.03 - carry, 0.35};
    const auto discrete = average_moments<double>(m, dates);
    const auto continuous = continuous_moments<double>(m, 2.0);
    // Midpoints of steps of 2e-3, and the diagonal of the square: the variance of a step over 6.
    EXPECT_NEAR(continuous.first, discrete.first, 1e-6);
    EXPECT_NEAR(continuous.second, discrete.second, 2e-4);
  }
}

TEST(ContinuousAsian, calls_and_puts_are_parity) {
  const ContinuousAsian call{OptionType::call, 104.0, 0.6, 0.4, 101.0};
  ContinuousAsian put = call;
  put.type = OptionType::put;
  const double ahead = 100.0 * relative_growth<double>(0.04 * 0.6);
  const double parity = std::exp(-0.036) * (0.4 * 101.0 + 0.6 * ahead - 104.0);
  EXPECT_NEAR(levy(call, model)->price - levy(put, model)->price, parity, 1e-11);
  EXPECT_NEAR(vecer(call, model, 100)->price - vecer(put, model, 100)->price, parity, 1e-6);
}

TEST(ContinuousAsian, strike_that_is_passed_already_is_certain) {
  ContinuousAsian option{OptionType::call, 40.0, 0.5, 0.5, 100.0};
  const double ahead = 100.0 * relative_growth<double>(0.04 * 0.5);
  const double sure = std::exp(-0.03) * (50.0 + 0.5 * ahead - 40.0);
  EXPECT_NEAR(levy(option, model)->price, sure, 1e-12);
  EXPECT_NEAR(vecer(option, model)->price, sure, 1e-12);
  option.type = OptionType::put;
  EXPECT_EQ(levy(option, model)->price, 0.0);
  EXPECT_EQ(vecer(option, model)->price, 0.0);
}

TEST(ContinuousAsian, derivatives_agree_with_bumps) {
  const ContinuousAsian option{OptionType::put, 104.0, 0.6, 0.4, 101.0};
  testing::expect_derivatives(
      [&](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        return levy_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4]);
      },
      {{100.0, 0.06, 0.02, 0.3, 0.6}, {120.0, 0.02, 0.02, 0.5, 1.2}});
  const auto priced = levy(option, model);
  const auto delta = [&](auto x) { return levy(option, {x[0], 0.06, 0.02, 0.3})->greeks.delta; };
  testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
  // A day later: the period is the same, and today's spot has joined the average.
  const double day = 1e-4;
  const ContinuousAsian later{OptionType::put, 104.0, 0.6 - day, 0.4 + day, (0.4 * 101.0 + day * 100.0) / (0.4 + day)};
  EXPECT_NEAR((levy(later, model)->price - priced->price) / day, priced->greeks.theta, 1e-2);
}

TEST(ContinuousAsian, has_its_limits_and_refuses_what_makes_no_sense) {
  const BlackScholes<double> certain{100.0, 0.06, 0.02, 0.0};
  const double average = 100.0 * relative_growth<double>(0.04);
  EXPECT_NEAR(vecer(fresh(OptionType::call, 95.0, 1.0), certain)->price, std::exp(-0.06) * (average - 95.0), 1e-12);
  EXPECT_NEAR(levy(fresh(OptionType::call, 95.0, 1.0), certain)->price, std::exp(-0.06) * (average - 95.0), 1e-12);
  EXPECT_EQ(levy({OptionType::call, 95.0, 0.0, 1.0, 97.0}, model)->price, 2.0);
  EXPECT_EQ(levy(fresh(OptionType::call, 95.0, 0.0), model)->price, 5.0);
  EXPECT_EQ(levy(fresh(OptionType::call, -1.0, 1.0), model).error().field, "strike");
  EXPECT_EQ(vecer({OptionType::call, 1.0, 1.0, -1.0, 0.0}, model).error().field, "elapsed");
  EXPECT_EQ(vecer({OptionType::call, 1.0, 1.0, 1.0, NAN}, model).error().field, "average");
  EXPECT_EQ(vecer(fresh(OptionType::call, 1.0, 1.0), model, 10).error().field, "space_steps");
  EXPECT_EQ(vecer(fresh(OptionType::call, 1.0, 1.0), {100.0, 0.0, 0.0, 4.0}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(levy(fresh(OptionType::call, 1.0, 1.0), {100.0, 0.0, NAN, 0.2}).error().field, "dividend_yield");
  EXPECT_EQ(asian_lower_bound({OptionType::call, 1.0, 1.0, 1.0, 1.0}, model).error().field, "elapsed");
  EXPECT_EQ(asian_lower_bound(fresh(OptionType::call, NAN, 1.0), model).error().field, "strike");
  EXPECT_EQ(*asian_lower_bound(fresh(OptionType::call, 1e9, 1.0), model), 0.0);
}

TEST(TurnbullWakemanByDates, agrees_with_the_printed_term_structures_of_haug) {
  int cases = 0;
  for (const auto& row : testing::reference_table("asian_turnbull_wakeman_term_vol.csv")) {
    ArithmeticAsian option{testing::type_of(row), row.number("strike"), {}, row.number("maturity_years"), 0, 0.0};
    const auto count = static_cast<int>(row.number("n_fixings"));
    const double first = row.number("first_fixing_years");
    const std::string& shape = row.text("vol_term_structure");
    const double slope = shape == "flat" ? 0.0 : shape == "up" ? 0.005 : -0.005;
    std::vector<double> volatilities;
    for (int i = 0; i < count; ++i) {
      option.fixings.push_back(first + (option.expiry - first) * i / (count - 1));
      volatilities.push_back(row.number("vol_at_expiry") - slope * (count - 1 - i));
    }
    const double rate = row.number("rate");
    const auto priced = turnbull_wakeman_by_dates(
        option, {row.number("spot"), rate, rate - row.number("cost_of_carry"), 0.0}, volatilities);
    ASSERT_TRUE(priced) << priced.error().message();
    EXPECT_NEAR(*priced, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 21);
}

TEST(TurnbullWakemanByDates, at_one_volatility_is_the_plain_one_and_refuses_what_makes_no_sense) {
  const ArithmeticAsian option{OptionType::call, 101.0, {0.25, 0.5, 1.0}, 1.0, 1, 99.0};
  const std::vector<double> same{0.3, 0.3, 0.3};
  EXPECT_NEAR(*turnbull_wakeman_by_dates(option, model, same), turnbull_wakeman_price<double>(option, model), 1e-13);
  const auto field_of = [&](const std::vector<double>& volatilities) {
    return turnbull_wakeman_by_dates(option, model, volatilities).error().field;
  };
  EXPECT_EQ(field_of({0.3, 0.3}), "volatilities");
  EXPECT_EQ(field_of({0.3, NAN, 0.3}), "volatilities");
  EXPECT_EQ(field_of({-0.1, 0.3, 0.3}), "volatilities");
  ArithmeticAsian bad = option;
  bad.strike = -1.0;
  EXPECT_EQ(turnbull_wakeman_by_dates(bad, model, same).error().field, "strike");
  EXPECT_EQ(turnbull_wakeman_by_dates(option, {NAN, 0.0, 0.0, 0.2}, same).error().field, "spot");
}

}  // namespace
}  // namespace plimsoll
