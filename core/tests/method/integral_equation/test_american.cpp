#include "../option_cases.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <plimsoll/method/integral_equation/american.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto american = Exercise::american;
constexpr auto put = OptionType::put;
constexpr auto call = OptionType::call;
const IntegralEquation accurate = IntegralEquation::accurate();

VanillaCase option_of(OptionType type, double spot, double strike, double years, double rate, double yield,
                      double volatility) {
  return {type, american, strike, years, {spot, rate, yield, volatility}, {}};
}

double price(const VanillaCase& option, const IntegralEquation& settings = accurate) {
  static IntegralWorkspace workspace;
  return integral_equation_price(option, settings, workspace);
}

BoundedPrice bounded(const VanillaCase& option, const IntegralEquation& settings = accurate) {
  static IntegralWorkspace workspace;
  return integral_equation_bounded(option, settings, workspace);
}

/// Finite differences, extrapolated by hand from two grids.
double on_fine_grids(const VanillaCase& o, std::int64_t space) {
  GridWorkspace workspace;
  const auto at = [&](std::int64_t steps) {
    return crank_nicolson_price(o.type, o.exercise, o.strike, o.years, o.model, {},
                                {steps, steps / 2, Extrapolation::none}, workspace);
  };
  const double fine = at(2 * space);
  return fine + (fine - at(space)) / 3.0;
}

TEST(IntegralEquation, price_agrees_with_printed_values) {
  // Andersen, Lake & Offengenden (2016), the standard example: their two schemes print premiums of 0.2386475 and
  // 0.2386597, which enclose ours.
  const VanillaCase option = option_of(put, 100.0, 95.0, 1.0, 0.075, 0.05, 0.25);
  const double premium = price(option) - black_scholes_price(put, 95.0, 1.0, option.model);
  EXPECT_GT(premium, 0.2386475283369327);
  EXPECT_LT(premium, 0.2386596962737606);
  // QuantLib's high-precision engine, at the money.
  EXPECT_NEAR(price(option_of(put, 100.0, 100.0, 1.0, 0.03, 0.01, 0.2)), 7.0639833897, 1e-7);
}

TEST(IntegralEquation, price_agrees_with_an_engine_of_another_house) {
  for (const OptionCase& o : american_reference()) {
    const BoundedPrice found = bounded(option_in_market(o));
    EXPECT_NEAR(found.price, o.expected, 2e-6) << o.strike;
    EXPECT_LT(found.error, 1e-4);
  }
}

TEST(IntegralEquation, limits_agree_with_the_reference_table) {
  for (const ReferenceRow& row : reference_table("american_limits.csv")) {
    const VanillaCase option =
        option_of(type_of(row.text("option_type")), row.number("spot"), row.number("strike"),
                  row.number("maturity_years"), row.number("rate"), row.number("dividend_yield"), row.number("vol"));
    EXPECT_NEAR(price(option), row.number("expected"), row.number("tolerance")) << row.text("case_id");
  }
}

TEST(IntegralEquation, price_is_continuous_where_the_rate_the_yield_or_their_difference_changes_sign) {
  constexpr double step = 1e-11;
  for (const OptionType type : {put, call})
    for (const double spot : {95.0, 140.0})
      for (const double other : {-0.04, 0.0, 0.06}) {
        const auto at_rate = [&](double rate) { return price(option_of(type, spot, 100.0, 2.0, rate, other, 0.25)); };
        const auto at_yield = [&](double yield) {
          return price(option_of(type, spot, 100.0, 2.0, other, yield, 0.25));
        };
        for (const double at : {0.0, other}) {
          EXPECT_NEAR(at_rate(at - step), at_rate(at + step), 1e-8) << spot << ' ' << other << ' ' << at;
          EXPECT_NEAR(at_rate(at), at_rate(at + step), 1e-8) << spot << ' ' << other << ' ' << at;
          EXPECT_NEAR(at_yield(at - step), at_yield(at + step), 1e-8) << spot << ' ' << other << ' ' << at;
        }
      }
}

TEST(IntegralEquation, call_is_the_put_on_cash_paid_in_shares) {
  for (const OptionCase& o : wide_cases(40)) {
    const auto& m = o.model;
    const VanillaCase as_call = option_of(call, m.spot, o.strike, o.years, m.rate, m.dividend_yield, m.volatility);
    const VanillaCase as_put = option_of(put, o.strike, m.spot, o.years, m.dividend_yield, m.rate, m.volatility);
    EXPECT_NEAR(price(as_call), price(as_put), 1e-10);
  }
}

TEST(IntegralEquation, two_boundaries_agree_with_extrapolated_finite_differences) {
  struct Band {
    VanillaCase option;
    const char* where;
  };
  const std::vector<Band> cases{
      {option_of(put, 90.0, 100.0, 1.0, -0.01, -0.03, 0.1), "between them"},
      {option_of(put, 25.0, 100.0, 1.0, -0.01, -0.03, 0.1), "below both"},
      {option_of(put, 100.0, 100.0, 3.0, -0.02, -0.05, 0.15), "after they have met"},
  };
  for (const auto& [option, where] : cases) {
    EXPECT_NEAR(price(option, IntegralEquation::high_precision()), on_fine_grids(option, 800), 1e-6) << where;
    EXPECT_LT(std::abs(price(option) - price(option, IntegralEquation::high_precision())), 1e-6) << where;
  }
}

TEST(IntegralEquation, exercise_between_two_boundaries_pays_the_payoff) {
  const VanillaCase option = option_of(put, 60.0, 100.0, 5.0, -0.01, -0.03, 0.1);
  EXPECT_EQ(price(option), 40.0);
  // Volatility above the difference of the roots of twice yield and rate: the boundaries meet, and far from expiry the
  // option is held wherever the spot is.
  const VanillaCase later = option_of(put, 60.0, 100.0, 60.0, -0.01, -0.03, 0.25);
  EXPECT_GT(price(later), 40.0);
}

TEST(IntegralEquation, strong_drift_against_the_volatility_is_covered_by_the_error_estimate) {
  for (const double rate : {0.02, 0.04, 0.09})
    for (const double yield : {0.0, 0.05, 0.09})
      for (const double moneyness : {0.999, 1.002}) {
        const double volatility = std::sqrt(2.0 * std::max(rate, yield) / 200.0);
        const VanillaCase option = option_of(put, 100.0 * moneyness, 100.0, 1.0, rate, yield, volatility);
        const BoundedPrice found = bounded(option);
        const double exact = price(option, {24, 32, 8, 192});
        EXPECT_LE(std::abs(found.price - exact), found.error + 1e-9) << rate << ' ' << yield;
        EXPECT_NEAR(found.price, exact, 1e-5) << rate << ' ' << yield;
      }
}

TEST(IntegralEquation, never_exercised_early_is_the_formula_to_the_last_bit) {
  for (const auto& [rate, yield] : {std::pair{0.0, 0.02}, {-0.02, 0.0}, {-0.03, -0.01}, {-0.02, -0.02}}) {
    const VanillaCase option = option_of(put, 90.0, 100.0, 2.0, rate, yield, 0.3);
    EXPECT_EQ(price(option), std::max(black_scholes_price(put, 100.0, 2.0, option.model), 10.0));
    EXPECT_LT(bounded(option).error, 1e-11);
  }
}

TEST(IntegralEquation, european_option_has_the_formulas_price_and_sensitivities) {
  VanillaCase option = option_of(put, 90.0, 100.0, 2.0, 0.05, 0.01, 0.3);
  option.exercise = Exercise::european;
  IntegralWorkspace workspace;
  EXPECT_EQ(integral_equation(option, accurate, workspace), black_scholes_greeks(put, 100.0, 2.0, option.model));
}

TEST(IntegralEquation, no_time_or_chance_gives_the_deterministic_limit) {
  EXPECT_EQ(price(option_of(put, 100.0, 120.0, 0.0, 0.05, 0.0, 0.25)), 20.0);
  EXPECT_EQ(price(option_of(put, 100.0, 120.0, 1.0, 0.05, 0.01, 0.0)), 20.0);
  // So little volatility that chance decides nothing: the error says by how much it might.
  const BoundedPrice driven = bounded(option_of(put, 100.0, 120.0, 40.0, 0.01, 0.5, 1e-6));
  EXPECT_NEAR(driven.price, 108.980920365700442, driven.error);
  EXPECT_LT(driven.error, 2e-3);
}

TEST(IntegralEquation, spot_beyond_the_boundary_has_the_payoff_and_its_sensitivities) {
  IntegralWorkspace workspace;
  const PricedGreeks exercised =
      integral_equation(option_of(put, 60.0, 100.0, 1.0, 0.08, 0.0, 0.2), accurate, workspace);
  EXPECT_EQ(exercised, (PricedGreeks{40.0, {-1.0, 0.0, 0.0, 0.0, 0.0}}));
}

TEST(IntegralEquation, delta_and_gamma_are_the_derivatives_of_the_price) {
  IntegralWorkspace workspace;
  for (const OptionCase& o : near_cases(4)) {
    const VanillaCase option = option_in_market(o);
    const PricedGreeks found = integral_equation(option, IntegralEquation::high_precision(), workspace);
    const auto at = [&](double spot) {
      VanillaCase moved = option;
      moved.model.spot = spot;
      return price(moved, IntegralEquation::high_precision());
    };
    const double step = 0.05;
    const double spot = option.model.spot;
    // Truncation of the differences: step^2 / 6 times the third derivative.
    EXPECT_NEAR(found.greeks.delta, (at(spot + step) - at(spot - step)) / (2.0 * step), 2e-6);
    EXPECT_NEAR(found.greeks.gamma, (at(spot + step) - 2.0 * at(spot) + at(spot - step)) / (step * step), 2e-6);
  }
}

TEST(IntegralEquation, theta_is_the_change_of_the_price_with_time) {
  IntegralWorkspace workspace;
  for (const OptionCase& o : near_cases(4)) {
    const VanillaCase option = option_in_market(o);
    const PricedGreeks found = integral_equation(option, IntegralEquation::high_precision(), workspace);
    const auto at = [&](double years) {
      VanillaCase moved = option;
      moved.years = years;
      return price(moved, IntegralEquation::high_precision());
    };
    const double step = 1e-4 * option.years;
    const double difference = (at(option.years - step) - at(option.years + step)) / (2.0 * step);
    EXPECT_NEAR(found.greeks.theta, difference, 1e-5 * (1.0 + std::abs(difference)));
  }
}

TEST(IntegralEquation, sensitivities_agree_with_the_grid) {
  IntegralWorkspace workspace;
  for (const OptionCase& o : near_cases(6)) {
    const PricedGreeks found = integral_equation(option_in_market(o), accurate, workspace);
    const PricedGreeks grid = on_grid(o, american, 400, 200);
    EXPECT_NEAR(found.greeks.delta, grid.greeks.delta, 1e-4);
    EXPECT_NEAR(found.greeks.gamma, grid.greeks.gamma, 1e-4);
    EXPECT_NEAR(found.greeks.vega, grid.greeks.vega, 1e-2);
    EXPECT_NEAR(found.greeks.rho, grid.greeks.rho, 1e-1);
  }
}

TEST(IntegralEquation, vega_and_rho_are_the_derivatives_of_the_price) {
  IntegralWorkspace workspace;
  const VanillaCase option = option_of(put, 98.0, 100.0, 1.5, 0.05, 0.02, 0.3);
  const PricedGreeks found = integral_equation(option, IntegralEquation::high_precision(), workspace);
  const auto slope = [&](double BlackScholes<double>::* parameter, double step) {
    const auto at = [&](double move) {
      VanillaCase moved = option;
      moved.model.*parameter += move;
      return price(moved, IntegralEquation::high_precision());
    };
    // Two central differences, extrapolated: what is left of their truncation is of the fourth order.
    const auto central = [&](double h) { return (at(h) - at(-h)) / (2.0 * h); };
    return (4.0 * central(0.5 * step) - central(step)) / 3.0;
  };
  EXPECT_NEAR(found.greeks.vega, slope(&BlackScholes<double>::volatility, 0.01), 1e-4);
  EXPECT_NEAR(found.greeks.rho, slope(&BlackScholes<double>::rate, 2e-3), 1e-3);
}

TEST(IntegralEquation, tree_and_grid_agree_over_the_whole_range) {
  for (const OptionCase& o : wide_cases(60)) {
    const double found = price(option_in_market(o));
    const double scale = 100.0 + o.strike;
    EXPECT_NEAR(found, on_tree(o, american, 201).price, 2e-4 * scale) << o.strike;
    EXPECT_NEAR(found, on_grid(o, american, 100, 50).price, 2e-4 * scale) << o.strike;
  }
}

TEST(IntegralEquation, price_falls_and_is_convex_as_the_spot_of_a_put_rises) {
  std::vector<double> prices;
  for (int i = 0; i <= 20; ++i)
    prices.push_back(
        price(option_of(put, 60.0 + 4.5 * i, 100.0, 1.5, 0.06, 0.02, 0.3), IntegralEquation::high_precision()));
  for (std::size_t i = 1; i + 1 < prices.size(); ++i) {
    EXPECT_LE(prices[i], prices[i - 1]);
    EXPECT_GE(prices[i - 1] - 2.0 * prices[i] + prices[i + 1], -1e-8) << i;
  }
}

TEST(IntegralEquation, more_nodes_bring_the_price_nearer) {
  std::vector<double> rough;
  std::vector<double> better;
  for (const OptionCase& o : near_cases(10)) {
    const VanillaCase option = option_in_market(o);
    const double exact = price(option, IntegralEquation::high_precision());
    rough.push_back(std::abs(price(option, IntegralEquation::fast()) - exact));
    better.push_back(std::abs(price(option) - exact));
  }
  EXPECT_LT(median(rough), 1e-4);
  EXPECT_LT(median(better), 1e-6);
}

RC_GTEST_PROP(IntegralEquationProperty, american_is_worth_at_least_the_european_and_the_payoff, ()) {
  OptionCase o = any_case();
  o.dividends.clear();
  const VanillaCase option = option_in_market(o);
  const double found = price(option, IntegralEquation::fast());
  RC_ASSERT(found >= black_scholes_price(o.type, o.strike, o.years, o.model));
  RC_ASSERT(found >= sign(o.type) * (o.model.spot - o.strike));
  RC_ASSERT(found <= (o.type == call ? o.model.spot * std::exp(std::max(-o.model.dividend_yield * o.years, 0.0))
                                     : o.strike * std::exp(std::max(-o.model.rate * o.years, 0.0))) *
                         (1.0 + 1e-9));
}

}  // namespace
}  // namespace plimsoll::testing
