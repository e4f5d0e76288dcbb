#include "expect_derivatives.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "reference_table.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

using Model = BlackScholes<double>;
constexpr double epsilon = std::numeric_limits<double>::epsilon();

OptionType type_of(const testing::ReferenceRow& row) {
  return row.text("option_type") == "call" ? OptionType::call : OptionType::put;
}

PricedGreeks value_of(const testing::ReferenceRow& row) {
  return black_scholes_greeks(
      type_of(row), row.number("strike"), row.number("maturity_years"),
      {row.number("spot"), row.number("rate"), row.number("dividend_yield"), row.number("vol")});
}

TEST(ClosedForm, agrees_with_the_printed_prices_of_haug) {
  const auto rows = testing::reference_table("european_black_scholes.csv");
  EXPECT_EQ(rows.size(), 30U);
  for (const auto& row : rows) {
    EXPECT_NEAR(value_of(row).price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
  }
}

double measure(const std::string& greek, const PricedGreeks& option, double spot) {
  if (greek == "delta") return option.greeks.delta;
  if (greek == "gamma") return option.greeks.gamma;
  if (greek == "vega") return option.greeks.vega;
  if (greek == "rho") return option.greeks.rho;
  if (greek == "theta") return option.greeks.theta;
  if (greek == "theta_per_day") return option.greeks.theta / 365.0;
  return elasticity(option, spot);
}

TEST(ClosedForm, agrees_with_the_printed_sensitivities_of_haug) {
  for (const auto& row : testing::reference_table("european_greeks.csv")) {
    EXPECT_NEAR(measure(row.text("greek"), value_of(row), row.number("spot")), row.number("expected"),
                row.number("tolerance"))
        << row.text("case_id");
  }
}

TEST(ClosedForm, zero_spot_strike_volatility_and_time_are_exact) {
  const double carry = std::exp(-0.02 * 1.5);
  const double discount = std::exp(-0.05 * 1.5);
  EXPECT_EQ(black_scholes_price<double>(OptionType::call, 90.0, 1.5, {0.0, 0.05, 0.02, 0.3}), 0.0);
  EXPECT_EQ(black_scholes_price<double>(OptionType::put, 90.0, 1.5, {0.0, 0.05, 0.02, 0.3}), 90.0 * discount);
  EXPECT_EQ(black_scholes_price<double>(OptionType::call, 0.0, 1.5, {100.0, 0.05, 0.02, 0.3}), 100.0 * carry);
  EXPECT_EQ(black_scholes_price<double>(OptionType::put, 0.0, 1.5, {100.0, 0.05, 0.02, 0.3}), 0.0);
  EXPECT_EQ(black_scholes_price<double>(OptionType::call, 90.0, 1.5, {100.0, 0.05, 0.02, 0.0}),
            100.0 * carry - 90.0 * discount);
  EXPECT_EQ(black_scholes_price<double>(OptionType::put, 90.0, 1.5, {100.0, 0.05, 0.02, 0.0}), 0.0);
  EXPECT_EQ(black_scholes_price<double>(OptionType::call, 0.0, 1.5, {0.0, 0.05, 0.02, 0.0}), 0.0);
}

TEST(ClosedForm, european_at_expiry_is_its_payoff) {
  EXPECT_EQ(black_scholes_price<double>(OptionType::call, 90.0, 0.0, {100.0, 0.05, 0.02, 0.3}), 10.0);
  EXPECT_EQ(black_scholes_price<double>(OptionType::put, 90.0, 0.0, {100.0, 0.05, 0.02, 0.3}), 0.0);
  EXPECT_EQ(black_scholes_price<double>(OptionType::put, 100.0, 0.0, {100.0, 0.05, 0.02, 0.3}), 0.0);
  const Greeks in_the_money = black_scholes_greeks(OptionType::put, 110.0, 0.0, {100.0, 0.05, 0.02, 0.3}).greeks;
  EXPECT_EQ(in_the_money.delta, -1.0);
  EXPECT_EQ(in_the_money.gamma, 0.0);
  EXPECT_EQ(in_the_money.vega, 0.0);
  EXPECT_EQ(in_the_money.rho, 0.0);
  EXPECT_DOUBLE_EQ(in_the_money.theta, 0.05 * 110.0 - 0.02 * 100.0);
}

TEST(ClosedForm, sensitivities_at_the_limits_are_finite_and_those_of_the_forward) {
  for (const Model& model : {Model{0.0, 0.05, 0.02, 0.3}, Model{100.0, 0.05, 0.02, 0.0}, Model{0.0, 0.0, 0.0, 0.0}}) {
    for (const double strike : {0.0, 90.0, 100.0}) {
      for (const OptionType type : {OptionType::call, OptionType::put}) {
        const PricedGreeks option = black_scholes_greeks(type, strike, 1.0, model);
        for (const double x : {option.price, option.greeks.delta, option.greeks.theta, option.greeks.rho}) {
          EXPECT_TRUE(std::isfinite(x));
        }
        EXPECT_EQ(option.greeks.gamma, 0.0);
        EXPECT_EQ(option.greeks.vega, 0.0);
      }
    }
  }
  EXPECT_EQ(black_scholes_greeks(OptionType::call, 100.0, 1.0, {100.0, 0.0, 0.0, 0.0}).greeks.delta, 0.0)
      << "at the kink, the side that pays nothing";
}

TEST(ClosedForm, derivatives_at_a_limit_are_not_poisoned_by_the_unused_formula) {
  const auto adjoint = testing::adjoint_gradient(
      [](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        return black_scholes_price<R>(OptionType::call, 90.0, 1.0, {x[0], x[1], x[2], x[3]});
      },
      {100.0, 0.05, 0.02, 0.0});
  for (const double derivative : adjoint.gradient) EXPECT_TRUE(std::isfinite(derivative));
  EXPECT_EQ(adjoint.gradient[0], std::exp(-0.02));
}

template <OptionType type>
void expect_closed_form_greeks() {
  constexpr double strike = 105.0;
  constexpr double years = 0.75;
  const auto price = [](auto x) {
    using R = std::remove_cvref_t<decltype(x[0])>;
    return black_scholes_price<R>(type, strike, years, {x[0], x[1], x[2], x[3]});
  };
  const auto closed_form = [](const testing::Point& p) {
    const Model model{p[0], p[1], p[2], p[3]};
    const PricedGreeks option = black_scholes_greeks(type, strike, years, model);
    // No name is sold for the derivative by the yield: it is minus the years times spot times delta.
    return testing::Point{option.greeks.delta, option.greeks.rho, -years * p[0] * option.greeks.delta,
                          option.greeks.vega};
  };
  testing::expect_derivatives(price, closed_form,
                              {{100.0, 0.05, 0.02, 0.25},
                               {140.0, 0.05, 0.02, 0.25},
                               {60.0, -0.01, 0.0, 0.4},
                               {105.0, 0.03, 0.03, 0.1},
                               {105.0, 0.0, 0.08, 1.5}});
}

TEST(ClosedForm, adjoint_closed_form_and_bumped_sensitivities_agree) {
  expect_closed_form_greeks<OptionType::call>();
  expect_closed_form_greeks<OptionType::put>();
}

TEST(ClosedForm, gamma_is_the_bumped_delta_and_theta_the_bumped_price_in_time) {
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const testing::Point at{100.0, 0.75};
    const auto greeks = [&](double spot, double years) {
      return black_scholes_greeks(type, 105.0, years, {spot, 0.05, 0.02, 0.25});
    };
    const auto delta = [&](auto x) { return greeks(x[0], at[1]).greeks.delta; };
    const auto price = [&](auto x) { return greeks(at[0], x[0]).price; };
    const Greeks exact = greeks(at[0], at[1]).greeks;
    testing::expect_gradient(delta, {at[0]}, {exact.gamma});
    testing::expect_gradient(price, {at[1]}, {-exact.theta});
  }
}

TEST(ClosedForm, elasticity_of_a_worthless_option_is_zero) { EXPECT_EQ(elasticity(PricedGreeks{}, 100.0), 0.0); }

/// Options over the ranges that the door admits and that validation draws from.
struct Case {
  double strike, years;
  Model model;
};

double uniform(double low, double high) { return low + (high - low) * *rc::gen::inRange(0, 1 << 20) * 0x1p-20; }

Case any_case() {
  return {
      uniform(20.0, 200.0), uniform(0.003, 3.0), {100.0, uniform(-0.01, 0.1), uniform(0.0, 0.15), uniform(0.05, 1.5)}};
}

double call(double strike, const Case& c) { return black_scholes_price(OptionType::call, strike, c.years, c.model); }
double put(double strike, const Case& c) { return black_scholes_price(OptionType::put, strike, c.years, c.model); }

/// Rounding of a price: some units in the last place of the larger leg.
double rounding(const Case& c) { return 16.0 * epsilon * (c.model.spot + c.strike) * 1.1; }

RC_GTEST_PROP(ClosedForm, call_minus_put_is_the_forward, ()) {
  const Case c = any_case();
  const double parity = prepaid_forward(c.model, c.years) - c.strike * discount_factor(c.model, c.years);
  RC_ASSERT(std::abs(call(c.strike, c) - put(c.strike, c) - parity) <= rounding(c));
}

RC_GTEST_PROP(ClosedForm, prices_stay_within_their_bounds, ()) {
  const Case c = any_case();
  const double asset = prepaid_forward(c.model, c.years);
  const double cash = c.strike * discount_factor(c.model, c.years);
  RC_ASSERT(call(c.strike, c) >= std::max(asset - cash, 0.0));
  RC_ASSERT(put(c.strike, c) >= std::max(cash - asset, 0.0));
  RC_ASSERT(call(c.strike, c) <= asset + rounding(c));
  RC_ASSERT(put(c.strike, c) <= cash + rounding(c));
}

RC_GTEST_PROP(ClosedForm, prices_are_monotone_in_strike_spot_and_volatility, ()) {
  const Case c = any_case();
  Case up = c;
  up.model.spot *= 1.01;
  Case wild = c;
  wild.model.volatility *= 1.01;
  RC_ASSERT(call(c.strike * 1.01, c) <= call(c.strike, c) + rounding(c));
  RC_ASSERT(put(c.strike * 1.01, c) >= put(c.strike, c) - rounding(c));
  RC_ASSERT(call(c.strike, up) >= call(c.strike, c) - rounding(c));
  RC_ASSERT(put(c.strike, up) <= put(c.strike, c) + rounding(c));
  RC_ASSERT(call(c.strike, wild) >= call(c.strike, c) - rounding(c));
  RC_ASSERT(put(c.strike, wild) >= put(c.strike, c) - rounding(c));
}

RC_GTEST_PROP(ClosedForm, prices_are_convex_in_strike, ()) {
  const Case c = any_case();
  const double low = c.strike * 0.9;
  const double high = c.strike * 1.1;
  RC_ASSERT(call(low, c) + call(high, c) >= 2.0 * call(c.strike, c) - 4.0 * rounding(c));
  RC_ASSERT(put(low, c) + put(high, c) >= 2.0 * put(c.strike, c) - 4.0 * rounding(c));
}

RC_GTEST_PROP(ClosedForm, sensitivities_satisfy_the_black_scholes_equation, ()) {
  const Case c = any_case();
  const Model& m = c.model;
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const PricedGreeks v = black_scholes_greeks(type, c.strike, c.years, m);
    const double variance = m.volatility * m.volatility * m.spot * m.spot;
    const double flow = v.greeks.theta + (m.rate - m.dividend_yield) * m.spot * v.greeks.delta +
                        0.5 * variance * v.greeks.gamma - m.rate * v.price;
    const double scale = 0.5 * variance * v.greeks.gamma + 0.3 * (m.spot + c.strike);
    RC_ASSERT(std::abs(flow) <= 64.0 * epsilon * scale);
  }
}

RC_GTEST_PROP(ClosedForm, price_falls_into_its_limits, ()) {
  Case c = any_case();
  c.model.volatility = 1e-9;
  const double asset = prepaid_forward(c.model, c.years);
  const double cash = c.strike * discount_factor(c.model, c.years);
  // At the money the price is 0.4 asset deviation, the largest that is left.
  RC_ASSERT(std::abs(call(c.strike, c) - std::max(asset - cash, 0.0)) <= 1e-9 * asset * std::sqrt(c.years));
  c.model.volatility = 1e3;
  c.years = std::max(c.years, 1.0);
  RC_ASSERT(std::abs(call(c.strike, c) - prepaid_forward(c.model, c.years)) <= rounding(c));
}

}  // namespace
}  // namespace plimsoll
