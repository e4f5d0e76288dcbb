#include "../option_cases.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <plimsoll/method/pde/crank_nicolson.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto american = Exercise::american;
constexpr auto european = Exercise::european;

PricedGreeks at_level(const OptionCase& option, Exercise exercise, std::int64_t level) {
  const std::int64_t space = std::int64_t{25} << level;
  return on_grid(option, exercise, space, space / 2, Extrapolation::none);
}

TEST(CrankNicolson, european_price_converges_with_order_two) {
  const auto error = [](const OptionCase& o, std::int64_t level) {
    return at_level(o, european, level).price - by_formula(o).price;
  };
  const double order = median_order(near_cases(24), error, 2, 2.0);
  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 2.0, 0.2);
}

TEST(CrankNicolson, delta_and_gamma_converge_with_order_two) {
  std::vector<double> delta;
  std::vector<double> gamma;
  for (const OptionCase& o : near_cases(24)) {
    const Greeks exact = by_formula(o).greeks;
    const Greeks coarse = at_level(o, european, 2).greeks;
    const Greeks fine = at_level(o, european, 3).greeks;
    delta.push_back(std::log2(std::abs((coarse.delta - exact.delta) / (fine.delta - exact.delta))));
    gamma.push_back(std::log2(std::abs((coarse.gamma - exact.gamma) / (fine.gamma - exact.gamma))));
  }
  EXPECT_NEAR(median(delta), 2.0, 0.3);
  EXPECT_NEAR(median(gamma), 2.0, 0.4);
}

TEST(CrankNicolson, american_price_converges_with_order_two) {
  const auto error = [](const OptionCase& o, std::int64_t level) {
    return at_level(o, american, level).price - o.expected;
  };
  std::vector<OptionCase> early;
  for (const OptionCase& option : american_reference())
    if (option.expected > by_formula(option).price + 1e-3 && option.expected > std::abs(option.strike - 100.0) + 1e-3)
      early.push_back(option);
  const double order = median_order(early, error, 2, 2.0);
  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 2.0, 0.3);
}

TEST(CrankNicolson, european_price_and_greeks_agree_with_the_closed_form_over_the_whole_range) {
  for (const OptionCase& option : wide_cases(200)) {
    const PricedGreeks exact = by_formula(option);
    const PricedGreeks grid = on_grid(option, european, 200, 100);
    // Largest measured of 300 with moneyness 0.5 to 2: price 9e-4 on spot 100, delta 1.4e-5.
    EXPECT_NEAR(grid.price, exact.price, 2e-5 * (100.0 + option.strike));
    EXPECT_NEAR(grid.greeks.delta, exact.greeks.delta, 1e-4);
    EXPECT_NEAR(grid.greeks.vega, exact.greeks.vega, 2e-3);
    EXPECT_NEAR(grid.greeks.rho, exact.greeks.rho, 2e-3);
    EXPECT_NEAR(grid.greeks.gamma, exact.greeks.gamma, 1e-3 * exact.greeks.gamma + 2e-5);
  }
}

TEST(CrankNicolson, american_price_agrees_with_the_integral_equation) {
  std::vector<double> errors;
  GridWorkspace workspace;
  for (const OptionCase& option : american_reference()) {
    const double price = crank_nicolson_price(option.type, american, option.strike, option.years, option.model, {},
                                              {400, 200, Extrapolation::richardson}, workspace);
    const double error = std::abs(price - option.expected);
    EXPECT_LT(error, 1e-3) << option.strike;
    errors.push_back(error);
  }
  EXPECT_LT(median(errors), 2e-5);
}

TEST(CrankNicolson, tree_and_grid_agree_on_american_options_over_the_whole_range) {
  std::vector<double> differences;
  GridWorkspace workspace;
  LatticeWorkspace lattice;
  for (OptionCase option : wide_cases(120)) {
    if (static_cast<int>(option.strike) % 4 == 0)
      for (double ex = 0.1; ex < option.years; ex += 0.25) option.dividends.push_back({ex, 0.8});
    const double grid = crank_nicolson_price(option.type, american, option.strike, option.years, option.model,
                                             option.dividends, {200, 100, Extrapolation::richardson}, workspace);
    const double tree = leisen_reimer_price(option.type, american, option.strike, option.years, option.model,
                                            option.dividends, {501, Extrapolation::richardson}, lattice);
    // The tree's error grows with the deviation: 5e-5 of spot and strike per unit of it at 501 steps was the largest.
    const double tolerance = 1e-4 * (100.0 + option.strike) * (0.1 + deviation(option));
    EXPECT_NEAR(tree, grid, tolerance) << option.strike << " " << option.years << " " << option.model.volatility;
    differences.push_back(std::abs(tree - grid));
  }
  RecordProperty("largest_difference", std::to_string(*std::ranges::max_element(differences)));
  EXPECT_LT(median(differences), 5e-4);
}

TEST(CrankNicolson, limits_agree_with_the_reference_table) {
  for (const ReferenceRow& row : reference_table("american_limits.csv")) {
    const OptionCase option{type_of(row.text("option_type")),
                            row.number("strike"),
                            row.number("maturity_years"),
                            {row.number("spot"), row.number("rate"), row.number("dividend_yield"), row.number("vol")},
                            {},
                            row.number("expected")};
    EXPECT_NEAR(on_grid(option, american, 400, 200).price, option.expected, row.number("tolerance"))
        << row.text("case_id");
  }
}

// Values obey the linear complementarity problem: on no node may the equation say that holding is worth more, and
// nowhere may the price lie below the payoff. A double exercise region (negative rate below a negative yield) is where
// an elimination that starts from one side goes wrong.
TEST(CrankNicolson, double_exercise_regions_are_found) {
  const OptionCase put{OptionType::put, 100.0, 5.0, {60.0, -0.02, -0.06, 0.1}, {}, 0.0};
  for (const double spot : {40.0, 60.0, 80.0, 95.0, 110.0}) {
    OptionCase at_spot = put;
    at_spot.model.spot = spot;
    const double grid = on_grid(at_spot, american, 400, 200).price;
    EXPECT_NEAR(grid, on_tree(at_spot, american, 1001).price, 5e-3) << spot;
    EXPECT_GE(grid, std::max(100.0 - spot, 0.0));
  }
}

TEST(CrankNicolson, dividend_the_day_before_expiry_is_seen) {
  const Dividends late{{1.0 - 1.0 / 365.0, 4.0}};
  const OptionCase call{OptionType::call, 90.0, 1.0, {100.0, 0.05, 0.0, 0.2}, late, 0.0};
  const OptionCase put{OptionType::put, 110.0, 1.0, {100.0, 0.05, 0.0, 0.2}, late, 0.0};
  for (const OptionCase& option : {call, put})
    for (const Exercise exercise : {european, american})
      EXPECT_NEAR(on_grid(option, exercise, 300, 200).price, on_tree(option, exercise, 1001).price, 3e-3);
  // The call is exercised on the eve of the ex-date: what is lost is a day's interest on the strike (0.0123) and the
  // last day of the put that a call holds within (0.004).
  const double without = by_formula({OptionType::call, 90.0, 1.0, call.model, {}, 0.0}).price;
  EXPECT_NEAR(on_grid(call, american, 300, 200).price, without, 90.0 * 0.05 / 365.0 + 5e-3);
  EXPECT_LT(on_grid(call, european, 300, 200).price, without - 2.0);
}

TEST(CrankNicolson, dividend_on_the_expiry_date_lowers_what_the_payoff_sees) {
  const OptionCase call{OptionType::call, 90.0, 1.0, {100.0, 0.05, 0.0, 0.2}, {{1.0, 4.0}}, 0.0};
  const double shifted = by_formula({OptionType::call, 94.0, 1.0, call.model, {}, 0.0}).price;
  EXPECT_NEAR(on_grid(call, european, 300, 200).price, shifted, 1e-3);
  // In the tree the kink, moved by the dividend, lies no longer midway between two nodes: 4e-3 at 401 steps.
  EXPECT_NEAR(on_tree(call, european, 401).price, shifted, 6e-3);
}

TEST(CrankNicolson, vega_and_rho_agree_with_the_tree_for_american_options_with_dividends) {
  for (OptionCase option : near_cases(12)) {
    option.dividends = {{0.1, 1.0}, {0.3, 1.0}};
    const Greeks grid = on_grid(option, american, 200, 100).greeks;
    const Greeks tree = on_tree(option, american, 401).greeks;
    EXPECT_NEAR(grid.delta, tree.delta, 2e-3);
    EXPECT_NEAR(grid.gamma, tree.gamma, 2e-2 * grid.gamma + 1e-4);
    EXPECT_NEAR(grid.vega, tree.vega, 0.1);
    EXPECT_NEAR(grid.rho, tree.rho, 0.2);
    EXPECT_NEAR(grid.theta, tree.theta, 0.02 * std::abs(grid.theta) + 0.02);
  }
}

TEST(CrankNicolson, spot_inside_the_exercise_region_has_the_payoff_and_its_exact_greeks) {
  const OptionCase call{OptionType::call, 50.0, 1.0, {100.0, 0.01, 0.12, 0.15}, {}, 0.0};
  EXPECT_EQ(on_grid(call, american, 200, 100), (PricedGreeks{50.0, {1.0, 0.0, 0.0, 0.0, 0.0}}));
}

RC_GTEST_PROP(CrankNicolsonProperty, american_is_worth_at_least_the_european_and_the_payoff_to_the_last_bit, ()) {
  const OptionCase option = any_case();
  const auto extrapolation = *rc::gen::element(Extrapolation::none, Extrapolation::richardson);
  const auto space = *rc::gen::element<std::int64_t>(20, 60, 100);
  const auto time = *rc::gen::element<std::int64_t>(5, 20);
  const double exercisable = on_grid(option, american, space, time, extrapolation).price;
  RC_ASSERT(exercisable >= on_grid(option, european, space, time, extrapolation).price);
  RC_ASSERT(exercisable >= sign(option.type) * (100.0 - option.strike));
}

TEST(CrankNicolson, american_on_the_floor_of_the_european_has_its_greeks_too) {
  int on_floor = 0;
  GridWorkspace workspace;
  const auto price = [&](const OptionCase& o, Exercise exercise) {
    return crank_nicolson_price(o.type, exercise, o.strike, o.years, o.model, {}, {100, 20, Extrapolation::richardson},
                                workspace);
  };
  for (const OptionCase& option : wide_cases(200)) {
    if (price(option, american) != price(option, european)) continue;
    EXPECT_EQ(on_grid(option, american, 100, 20), on_grid(option, european, 100, 20))
        << option.strike << " " << option.years;
    on_floor += is_worth_holding(option_in_market(option)) ? 0 : 1;
  }
  EXPECT_GE(on_floor, 5);
}

TEST(CrankNicolson, price_alone_is_that_of_the_price_with_greeks) {
  GridWorkspace workspace;
  for (const OptionCase& option : wide_cases(10)) {
    const CrankNicolson settings{100, 50, Extrapolation::none};
    EXPECT_EQ(
        crank_nicolson_price(option.type, american, option.strike, option.years, option.model, {}, settings, workspace),
        on_grid(option, american, 100, 50, Extrapolation::none).price);
  }
  EXPECT_NEAR(crank_nicolson_price(OptionType::call, european, 90.0, 1.0, {100.0, 0.05, 0.0, 0.0}, {}, {}, workspace),
              100.0 - 90.0 * std::exp(-0.05), 1e-12);
}

TEST(CrankNicolson, zero_strike_with_dividends_is_the_spot_less_their_value) {
  GridWorkspace workspace;
  const PricedGreeks share = crank_nicolson(OptionType::call, european, 0.0, 1.0, {100.0, 0.05, 0.0, 0.3},
                                            Dividends{{0.5, 3.0}}, {}, workspace);
  EXPECT_DOUBLE_EQ(share.price, 100.0 - 3.0 * std::exp(-0.05 * 0.5));
}

}  // namespace
}  // namespace plimsoll::testing
