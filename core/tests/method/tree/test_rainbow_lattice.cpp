#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "reference_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/approximation/bjerksund_stensland.hpp>
#include <plimsoll/method/tree/rainbow_lattice.hpp>

namespace plimsoll::testing {
namespace {

using Model = TwoAssets<double>;

const Model market{22.0, 20.0, 0.06, 0.04, 0.2, 0.25, 0.3, 0.1};

Rainbow exchange_option(double years, Exercise exercise) {
  return {OptionType::call, RainbowUnderlying::spread, 0.0, 1.0, 1.0, exercise, 0, years};
}

/// The exchange as an option on the ratio of the assets, whose interest is the second one's yield.
/// Source: Margrabe (1978), sec. 2; for American exercise Bjerksund & Stensland (1993).
VanillaCase on_ratio(const Model& m, double years, Exercise exercise) {
  const double variance = m.volatility1 * m.volatility1 + m.volatility2 * m.volatility2 -
                          2.0 * m.correlation * m.volatility1 * m.volatility2;
  return {OptionType::call,
          exercise,
          m.spot2,
          years,
          {m.spot1, m.dividend_yield2, m.dividend_yield1, std::sqrt(variance)},
          {}};
}

Model model_of(const ReferenceRow& row) {
  return {row.number("spot1") * row.number("quantity1"),
          row.number("spot2") * row.number("quantity2"),
          row.number("dividend_yield1"),
          row.number("dividend_yield2"),
          row.number("vol1"),
          row.number("vol2"),
          row.number("correlation"),
          row.number("rate")};
}

TEST(RainbowLattice, american_exchange_agrees_with_the_integral_equation_on_the_ratio) {
  IntegralWorkspace workspace;
  for (const auto& row : reference_table("exchange_margrabe_american.csv")) {
    const Model model = model_of(row);
    const double years = row.number("maturity_years");
    const VanillaCase ratio = on_ratio(model, years, Exercise::american);
    const double exact = integral_equation_price(ratio, IntegralEquation::accurate(), workspace);
    const double found = *rainbow_price(exchange_option(years, Exercise::american), model, {80});
    // Measured 1e-4 at 80 steps.
    EXPECT_NEAR(found, exact, 5e-4) << row.text("case_id");
    // The printed price is that of an approximation, which is a lower bound.
    EXPECT_NEAR(*bjerksund_stensland_price(ratio, BoundaryEdition::flat_1993), row.number("expected"),
                row.number("tolerance"));
    EXPECT_GT(exact, row.number("expected"));
  }
}

TEST(RainbowLattice, calls_on_the_better_asset_agree_with_the_printed_prices) {
  for (const auto& row : reference_table("basket_american_max_call.csv")) {
    const Rainbow option{OptionType::call,
                         RainbowUnderlying::best_of,
                         row.number("strike"),
                         1.0,
                         1.0,
                         Exercise::american,
                         static_cast<std::int64_t>(row.number("exercise_dates")),
                         row.number("maturity_years")};
    const double spot = row.number("spot_each");
    const double yield = row.number("dividend_yield");
    const double volatility = row.number("vol_each");
    const Model model{spot, spot, yield, yield, volatility, volatility, row.number("correlation"), row.number("rate")};
    EXPECT_NEAR(*rainbow_price(option, model, {108}), row.number("expected"), row.number("tolerance"));
    Rainbow at_any_time = option;
    at_any_time.exercise_dates = 0;
    EXPECT_GT(*rainbow_price(at_any_time, model, {54}), *rainbow_price(option, model, {54}));
  }
}

TEST(RainbowLattice, european_exchange_agrees_with_the_formula_and_converges_with_order_one) {
  std::vector<double> orders;
  for (const double correlation : {-0.6, -0.2, 0.3, 0.7})
    for (const double spot : {18.3, 20.9, 22.0}) {
      Model model = market;
      model.correlation = correlation;
      model.spot1 = spot;
      const VanillaCase ratio = on_ratio(model, 0.5, Exercise::european);
      const double exact = black_scholes_price(ratio.type, ratio.strike, ratio.years, ratio.model);
      const auto error = [&](std::int64_t steps) {
        return std::abs(*rainbow_price(exchange_option(0.5, Exercise::european), model, {steps, Extrapolation::none}) -
                        exact);
      };
      orders.push_back(0.5 * std::log2(error(16) / error(64)));
      EXPECT_NEAR(*rainbow_price(exchange_option(0.5, Exercise::european), model, {100}), exact, 5e-4);
    }
  std::sort(orders.begin(), orders.end());
  EXPECT_NEAR(orders[orders.size() / 2], 1.0, 0.35);
}

TEST(RainbowLattice, best_and_worst_of_two_are_the_two_together) {
  Rainbow best = exchange_option(0.5, Exercise::european);
  best.underlying = RainbowUnderlying::best_of;
  best.strike = 21.0;
  Rainbow worst = best;
  worst.underlying = RainbowUnderlying::worst_of;
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    best.type = worst.type = type;
    const double sum = *rainbow_price(best, market, {100}) + *rainbow_price(worst, market, {100});
    const double one = black_scholes_price(type, 21.0, 0.5, BlackScholes<double>{22.0, 0.1, 0.06, 0.2});
    const double two = black_scholes_price(type, 21.0, 0.5, BlackScholes<double>{20.0, 0.1, 0.04, 0.25});
    // Where the first asset alone decides, its kink lies across the nodes: measured 9.9e-3.
    EXPECT_NEAR(sum, one + two, 2e-2);
  }
}

TEST(RainbowLattice, the_forward_is_exact_on_the_lattice) {
  Rainbow forward = exchange_option(0.5, Exercise::european);
  forward.quantity_two = 0.0;  // the first asset for nothing
  EXPECT_NEAR(*rainbow_price(forward, market, {20, Extrapolation::none}), 22.0 * std::exp(-0.03), 1e-12);
  Rainbow second = forward;
  second.type = OptionType::put;
  second.quantity_one = 0.0;
  second.quantity_two = 1.0;
  EXPECT_NEAR(*rainbow_price(second, market, {20, Extrapolation::none}), 20.0 * std::exp(-0.02), 1e-12);
}

TEST(RainbowLattice, greeks_agree_with_those_of_the_option_on_the_ratio) {
  IntegralWorkspace workspace;
  const VanillaCase ratio = on_ratio(market, 0.5, Exercise::american);
  const PricedGreeks exact = integral_equation(ratio, IntegralEquation::accurate(), workspace);
  const PricedTwoAssets found = *on_lattice(exchange_option(0.5, Exercise::american), market, {64});
  // Errors of order one at 64 steps, partly extrapolated.
  EXPECT_NEAR(found.price, exact.price, 6e-3);
  EXPECT_NEAR(found.greeks.delta1, exact.greeks.delta, 6e-3);
  EXPECT_NEAR(found.greeks.gamma1, exact.greeks.gamma, 6e-3);
  // The price is homogeneous in the two spots: Euler's equation for the price and for its slope.
  EXPECT_NEAR(22.0 * found.greeks.delta1 + 20.0 * found.greeks.delta2, found.price, 2e-2);
  EXPECT_NEAR(22.0 * found.greeks.gamma1 + 20.0 * found.greeks.cross_gamma, 0.0, 6e-2);
  EXPECT_NEAR(22.0 * found.greeks.cross_gamma + 20.0 * found.greeks.gamma2, 0.0, 6e-2);
  const double volatility = ratio.model.volatility;
  const auto& m = market;
  const double by_one = (m.volatility1 - m.correlation * m.volatility2) / volatility;
  const double by_two = (m.volatility2 - m.correlation * m.volatility1) / volatility;
  EXPECT_NEAR(found.greeks.vega1, exact.greeks.vega * by_one, 3e-2);
  EXPECT_NEAR(found.greeks.vega2, exact.greeks.vega * by_two, 3e-2);
  EXPECT_NEAR(found.greeks.correlation, -exact.greeks.vega * m.volatility1 * m.volatility2 / volatility, 1e-2);
  EXPECT_NEAR(found.greeks.rho, 0.0, 1e-10);
  EXPECT_NEAR(found.greeks.theta, exact.greeks.theta, 5e-2);
}

TEST(RainbowLattice, what_is_best_exercised_now_has_its_payoff) {
  Model deep = market;
  deep.spot1 = 60.0;
  deep.dividend_yield1 = 0.3;
  const PricedTwoAssets found = *on_lattice(exchange_option(0.5, Exercise::american), deep, {20});
  EXPECT_NEAR(found.price, 40.0, 1e-12);
  EXPECT_NEAR(found.greeks.delta1, 1.0, 0.05);  // from nodes some of which lie two steps ahead of today's
  EXPECT_EQ(found.greeks.theta, 0.0);
  EXPECT_NEAR(*rainbow_price(exchange_option(0.5, Exercise::american), deep, {20}), 40.0, 1e-12);
}

TEST(RainbowLattice, what_makes_no_sense_is_refused) {
  const Rainbow option = exchange_option(0.5, Exercise::american);
  const auto field = [](const auto& result) { return result ? std::string() : result.error().field; };
  const auto with = [](double Model::* parameter, double value) {
    Model model = market;
    model.*parameter = value;
    return model;
  };
  EXPECT_EQ(field(on_lattice(option, with(&Model::volatility1, -0.1), {20})), "volatility1");
  EXPECT_EQ(field(on_lattice(option, with(&Model::spot2, std::nan("")), {20})), "spot2");
  EXPECT_EQ(field(on_lattice(option, with(&Model::dividend_yield2, std::nan("")), {20})), "dividend_yield2");
  EXPECT_EQ(field(on_lattice(option, with(&Model::rate, std::nan("")), {20})), "rate");
  EXPECT_EQ(field(on_lattice(option, with(&Model::correlation, 1.5), {20})), "correlation");
  EXPECT_EQ(field(on_lattice(option, with(&Model::correlation, 1.0), {20})), "model");
  EXPECT_EQ(field(rainbow_price(option, market, {3})), "steps");
  Rainbow bad = option;
  bad.quantity_one = -1.0;
  EXPECT_EQ(field(rainbow_price(bad, market, {20})), "quantity_one");
  bad = option;
  bad.quantity_two = std::nan("");
  EXPECT_EQ(field(rainbow_price(bad, market, {20})), "quantity_two");
  bad = option;
  bad.exercise_dates = -1;
  EXPECT_EQ(field(rainbow_price(bad, market, {20})), "exercise_dates");
  bad = option;
  bad.expiry = -1.0;
  EXPECT_EQ(rainbow_price(bad, market, {20}).error().code, ErrorCode::expired_product);
}

}  // namespace
}  // namespace plimsoll::testing
