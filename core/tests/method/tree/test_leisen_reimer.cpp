#include "../option_cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <plimsoll/method/tree/leisen_reimer.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto american = Exercise::american;
constexpr auto european = Exercise::european;

// Odd steps of about 50, 100, 200, ...
std::int64_t steps_at(std::int64_t level) { return (std::int64_t{25} << level) + 1; }

// 101 steps, extrapolated: the error per unit of spot plus strike that the widest options were measured to have
// (largest of 300: 2.1e-8; delta 4.6e-3, from nodes half a unit of log spot apart at 150 % over three years).
constexpr double price_error = 1e-7;
constexpr double delta_error = 6e-3;

TEST(LeisenReimer, european_price_agrees_with_the_closed_form_over_the_whole_range) {
  for (const OptionCase& option : wide_cases(300)) {
    const PricedGreeks exact = by_formula(option);
    const PricedGreeks tree = on_tree(option, european, 101);
    EXPECT_NEAR(tree.price, exact.price, price_error * (100.0 + option.strike)) << option.strike;
    EXPECT_NEAR(tree.greeks.delta, exact.greeks.delta, delta_error) << option.strike;
  }
}

TEST(LeisenReimer, european_greeks_agree_with_the_closed_form_near_the_money) {
  for (const OptionCase& option : near_cases(60)) {
    const Greeks exact = by_formula(option).greeks;
    const Greeks tree = on_tree(option, european, 201).greeks;
    // Measured at 201 steps, largest of 60: delta 1.7e-5, gamma 2e-6 relative to 1e-2, vega 1.6e-5, rho 1e-5.
    EXPECT_NEAR(tree.delta, exact.delta, 1e-4);
    EXPECT_NEAR(tree.gamma, exact.gamma, 2e-3 * exact.gamma);
    EXPECT_NEAR(tree.vega, exact.vega, 1e-3);
    EXPECT_NEAR(tree.rho, exact.rho, 1e-3);
    EXPECT_NEAR(tree.theta, exact.theta, 1e-3 * (1.0 + std::abs(exact.theta)));
  }
}

TEST(LeisenReimer, european_price_converges_with_order_two) {
  const auto error = [](const OptionCase& o, std::int64_t level) {
    return on_tree(o, european, steps_at(level), Extrapolation::none).price - by_formula(o).price;
  };
  const double order = median_order(near_cases(24), error, 2, 2.0);
  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 2.0, 0.2);
}

TEST(LeisenReimer, american_price_converges_with_order_one_and_nearly_two_when_extrapolated) {
  const auto order_of = [](Extrapolation extrapolation) {
    const auto error = [=](const OptionCase& o, std::int64_t level) {
      return on_tree(o, american, steps_at(level), extrapolation).price - o.expected;
    };
    std::vector<OptionCase> early;
    for (const OptionCase& option : american_reference())
      if (option.expected > by_formula(option).price + 1e-3 && option.expected > std::abs(option.strike - 100.0) + 1e-3)
        early.push_back(option);
    return median_order(early, error, 2, 2.0);
  };
  const double plain = order_of(Extrapolation::none);
  const double extrapolated = order_of(Extrapolation::richardson);
  RecordProperty("order", std::to_string(plain));
  RecordProperty("order_extrapolated", std::to_string(extrapolated));
  EXPECT_NEAR(plain, 1.0, 0.2);
  EXPECT_GT(extrapolated, 1.3);
}

TEST(LeisenReimer, american_price_agrees_with_the_integral_equation) {
  std::vector<double> errors;
  for (const OptionCase& option : american_reference()) {
    const double error = std::abs(on_tree(option, american, 501).price - option.expected);
    // A spot at the edge of its exercise region has the largest error: 2e-3 on 100 was measured at 501 steps.
    EXPECT_LT(error, 4e-3) << option.strike;
    errors.push_back(error);
  }
  EXPECT_LT(median(errors), 2e-4);
}

TEST(LeisenReimer, limits_agree_with_the_reference_table) {
  for (const ReferenceRow& row : reference_table("american_limits.csv")) {
    const OptionCase option{type_of(row.text("option_type")),
                            row.number("strike"),
                            row.number("maturity_years"),
                            {row.number("spot"), row.number("rate"), row.number("dividend_yield"), row.number("vol")},
                            {},
                            row.number("expected")};
    EXPECT_NEAR(on_tree(option, american, 101).price, option.expected, row.number("tolerance")) << row.text("case_id");
  }
}

TEST(LeisenReimer, parity_of_european_options_holds_on_the_lattice) {
  for (const OptionCase& call : wide_cases(60)) {
    OptionCase put = call;
    put.type = call.type == OptionType::call ? OptionType::put : OptionType::call;
    const double difference = sign(call.type) * (on_tree(call, european, 51).price - on_tree(put, european, 51).price);
    const double exact =
        prepaid_forward(call.model, call.years) - call.strike * discount_factor(call.model, call.years);
    // The lattice's measure has the forward as its mean, so only rounding is left: 51 products of numbers near 1.
    EXPECT_NEAR(difference, exact, 1e-10 * (100.0 + call.strike));
  }
}

TEST(LeisenReimer, american_call_equals_put_of_mirrored_market) {
  for (const OptionCase& call : near_cases(20)) {
    if (call.type == OptionType::put) continue;
    const BlackScholes<double>& m = call.model;
    const OptionCase put{
        OptionType::put, m.spot, call.years, {call.strike, m.dividend_yield, m.rate, m.volatility}, {}, 0.0};
    const double direct = on_tree(call, american, 801).price;
    // Symmetry of McDonald & Schroder (1998); each side has its own lattice error, 1e-4 at 801 steps.
    EXPECT_NEAR(direct, on_tree(put, american, 801).price, 1e-3);
  }
}

RC_GTEST_PROP(LeisenReimerProperty, american_is_worth_at_least_the_european_and_the_payoff_to_the_last_bit, ()) {
  LatticeWorkspace workspace;
  const OptionCase option = any_case();
  const LeisenReimer settings{*rc::gen::element<std::int64_t>(3, 21, 51, 101),
                              *rc::gen::element(Extrapolation::none, Extrapolation::richardson)};
  const auto price = [&](Exercise exercise) {
    return leisen_reimer_price(option.type, exercise, option.strike, option.years, option.model, option.dividends,
                               settings, workspace);
  };
  const double alone = price(american);
  RC_ASSERT(alone >= price(european));
  RC_ASSERT(alone >= sign(option.type) * (100.0 - option.strike));
  const double with_greeks = on_tree(option, american, settings.steps, settings.extrapolation).price;
  RC_ASSERT(with_greeks >= on_tree(option, european, settings.steps, settings.extrapolation).price);
  RC_ASSERT(with_greeks >= sign(option.type) * (100.0 - option.strike));
}

TEST(LeisenReimer, american_on_the_floor_of_the_european_has_its_greeks_too) {
  int on_floor = 0;
  for (OptionCase option : wide_cases(400)) {
    for (const Dividends& dividends : {Dividends{}, Dividends{{0.4 * option.years, 0.1}}}) {
      option.dividends = dividends;
      const PricedGreeks exercisable = on_tree(option, american, 51);
      const PricedGreeks held = on_tree(option, european, 51);
      if (exercisable.price != held.price) continue;
      EXPECT_EQ(exercisable, held) << option.strike << " " << option.years;
      on_floor += is_worth_holding(option_in_market(option)) ? 0 : 1;
    }
  }
  EXPECT_GE(on_floor, 10);
}

TEST(LeisenReimer, american_that_is_worth_holding_is_the_european_or_the_payoff) {
  const OptionCase call{OptionType::call, 105.0, 0.75, {100.0, 0.04, 0.0, 0.3}, {}, 0.0};
  EXPECT_EQ(on_tree(call, american, 101), on_tree(call, european, 101));
  // Without interest and yield waiting costs nothing, and deep in the money it brings nothing but rounding.
  for (const double strike : {20.0, 50.0, 80.0}) {
    const OptionCase deep{OptionType::call, strike, 0.1, {100.0, 0.0, 0.0, 0.1}, {}, 0.0};
    EXPECT_GE(on_tree(deep, american, 101).price, 100.0 - strike);
    EXPECT_NEAR(on_tree(deep, american, 101).greeks.delta, 1.0, 1e-9);
  }
}

RC_GTEST_PROP(LeisenReimerProperty, price_is_monotone_in_strike_and_rises_with_volatility, ()) {
  const OptionCase option = wide_cases(1 + *rc::gen::inRange<std::size_t>(0, 400)).back();
  OptionCase higher_strike = option;
  higher_strike.strike *= 1.05;
  OptionCase higher_volatility = option;
  higher_volatility.model.volatility *= 1.1;
  const double price = on_tree(option, american, 101).price;
  const double slack = 1e-4 * option.strike * (1.0 + deviation(option));  // two lattices, each with its own error
  const double by_strike = on_tree(higher_strike, american, 101).price - price;
  RC_ASSERT(sign(option.type) * by_strike <= slack);
  RC_ASSERT(std::abs(by_strike) <= 0.05 * option.strike * std::exp(0.03) + slack);
  RC_ASSERT(on_tree(higher_volatility, american, 101).price >= price - slack);
}

TEST(LeisenReimer, spot_inside_the_exercise_region_has_the_payoff_and_its_exact_greeks) {
  const OptionCase put{OptionType::put, 150.0, 1.0, {100.0, 0.08, 0.0, 0.15}, {}, 0.0};
  EXPECT_EQ(on_tree(put, american, 101), (PricedGreeks{50.0, {-1.0, 0.0, 0.0, 0.0, 0.0}}));
}

TEST(LeisenReimer, volatility_beyond_the_cap_gives_the_limit_of_large_volatility) {
  const OptionCase call{OptionType::call, 120.0, 1.0, {100.0, 0.02, 0.01, 60.0}, {}, 0.0};
  const double limit = 100.0 * std::exp(-0.01);
  EXPECT_NEAR(on_tree(call, european, 101).price, limit, 1e-9);
  OptionCase put = call;
  put.type = OptionType::put;
  EXPECT_NEAR(on_tree(put, european, 101).price, 120.0 * std::exp(-0.02), 1e-9);
}

TEST(LeisenReimer, price_alone_is_that_of_the_price_with_greeks) {
  LatticeWorkspace workspace;
  for (OptionCase option : wide_cases(40)) {
    for (const Dividends& dividends : {Dividends{}, Dividends{{0.3 * option.years, 1.5}}}) {
      option.dividends = dividends;
      for (const auto extrapolation : {Extrapolation::none, Extrapolation::richardson}) {
        const LeisenReimer settings{51, extrapolation};
        const double alone = leisen_reimer_price(option.type, american, option.strike, option.years, option.model,
                                                 option.dividends, settings, workspace);
        // A longer head turns other products into the same spots, so the last bits differ.
        EXPECT_NEAR(alone, on_tree(option, american, 51, extrapolation).price, 1e-9 * (100.0 + option.strike));
      }
    }
  }
}

TEST(LeisenReimer, zero_volatility_price_alone_is_the_limit) {
  LatticeWorkspace workspace;
  EXPECT_NEAR(leisen_reimer_price(OptionType::call, european, 90.0, 1.0, {100.0, 0.05, 0.0, 0.0}, {}, {101}, workspace),
              100.0 - 90.0 * std::exp(-0.05), 1e-12);
}

TEST(LeisenReimer, european_with_one_cash_dividend_agrees_with_quadrature_of_the_formula) {
  // Just before the ex-date the option is worth the formula at the spot less the dividend; Simpson's rule over the
  // normal draw up to there is exact to 1e-9.
  for (const double share : {0.1, 0.5, 0.95}) {
    for (const double amount : {2.0, 20.0}) {
      OptionCase option{OptionType::call, 95.0, 1.0, {100.0, 0.04, 0.01, 0.3}, {{share, amount}}, 0.0};
      const int cells = 4000;
      double sum = 0.0;
      for (int i = 0; i <= cells; ++i) {
        const double x = -9.0 + 18.0 * i / cells;
        const double spot = 100.0 * std::exp((0.03 - 0.045) * share + 0.3 * std::sqrt(share) * x);
        const BlackScholes<double> after{std::max(spot - amount, 0.0), 0.04, 0.01, 0.3};
        const double weight = (i == 0 || i == cells) ? 1.0 : (i % 2 == 1 ? 4.0 : 2.0);
        sum += weight * normal_pdf(x) * black_scholes_price(option.type, 95.0, 1.0 - share, after);
      }
      const double exact = std::exp(-0.04 * share) * sum * 18.0 / (3.0 * cells);
      EXPECT_NEAR(on_tree(option, european, 401).price, exact, 2e-3) << share << " " << amount;
      EXPECT_NEAR(on_grid(option, european, 400, 200).price, exact, 1e-4) << share << " " << amount;
    }
  }
}

TEST(LeisenReimer, a_dividend_larger_than_the_spot_leaves_nothing) {
  const Dividends all{{0.5, 5000.0}};
  const OptionCase put{OptionType::put, 100.0, 1.0, {100.0, 0.05, 0.0, 0.3}, all, 0.0};
  const OptionCase call{OptionType::call, 100.0, 1.0, {100.0, 0.05, 0.0, 0.3}, all, 0.0};
  EXPECT_NEAR(on_tree(put, european, 101).price, 100.0 * std::exp(-0.05), 1e-3);
  EXPECT_NEAR(on_tree(call, european, 101).price, 0.0, 1e-12);
  EXPECT_GT(on_tree(call, american, 101).price, 5.0);  // exercised before the ex-date
  const double half_year_call = by_formula({OptionType::call, 100.0, 0.5, call.model, {}, 0.0}).price;
  EXPECT_NEAR(on_tree(call, american, 401).price, half_year_call, 5e-3);
}

TEST(LeisenReimer, dividends_in_one_step_and_outside_the_life_are_counted_once_or_not_at_all) {
  OptionCase option{OptionType::put, 100.0, 1.0, {100.0, 0.03, 0.0, 0.25}, {{0.5, 2.0}}, 0.0};
  const double one = on_tree(option, american, 51).price;
  option.dividends = {{-0.1, 7.0}, {0.0, 7.0}, {0.5, 1.0}, {0.5, 1.0}, {0.7, 0.0}, {1.2, 7.0}};
  EXPECT_NEAR(on_tree(option, american, 51).price, one, 1e-10);
}

TEST(LeisenReimer, a_second_call_on_the_same_workspace_gives_the_same_bits) {
  LatticeWorkspace workspace;
  const OptionCase option = wide_cases(7).back();
  const LeisenReimer settings{101, Extrapolation::richardson};
  const auto price = [&] {
    return leisen_reimer(option.type, american, option.strike, option.years, option.model, {}, settings, workspace);
  };
  const PricedGreeks first = price();
  (void)leisen_reimer(OptionType::put, american, 80.0, 2.0, {90.0, 0.01, 0.0, 0.5}, Dividends{{1.0, 3.0}}, {301},
                      workspace);
  EXPECT_EQ(first, price());
}

}  // namespace
}  // namespace plimsoll::testing
