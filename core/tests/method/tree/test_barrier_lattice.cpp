#include "../closed_form/exotic_rows.hpp"
#include "../option_cases.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/tree/barrier_lattice.hpp>

namespace plimsoll::testing {
namespace {

const BlackScholes<double> market{100.0, 0.08, 0.04, 0.25};
constexpr Trinomial fine{100, Extrapolation::richardson, LastStep::payoff};
constexpr Trinomial finer{200, Extrapolation::richardson, LastStep::payoff};
constexpr auto american = Exercise::american;
constexpr auto european = Exercise::european;

Barrier barrier(OptionType type, double strike, Knock knock, double level, double rebate) {
  return {
      type, Payout::difference, strike, 0.0, level < 100.0 ? BarrierSide::down : BarrierSide::up, knock, level, rebate,
      0.5};
}

PricedGreeks priced(const auto& option, Exercise exercise, const Trinomial& settings = fine,
                    const BlackScholes<double>& model = market) {
  const auto found = on_lattice(option, exercise, model, settings);
  EXPECT_TRUE(found) << found.error().message();
  return *found;
}

/// Expects the lattice to give what the formula gives. Measured at 100 steps, largest: price 7e-4, delta 3e-4,
/// gamma 2.3e-4, vega 4e-3, theta 4.4e-2, rho 2e-3.
void expect_formula(const PricedGreeks& found, const PricedGreeks& exact, double units) {
  EXPECT_NEAR(found.price, exact.price, 1e-3 * units);
  EXPECT_NEAR(found.greeks.delta, exact.greeks.delta, 5e-4 * units);
  EXPECT_NEAR(found.greeks.gamma, exact.greeks.gamma, 4e-4 * units);
  EXPECT_NEAR(found.greeks.vega, exact.greeks.vega, 5e-2 * units);
  EXPECT_NEAR(found.greeks.theta, exact.greeks.theta, 1e-1 * units);
  EXPECT_NEAR(found.greeks.rho, exact.greeks.rho, 5e-2 * units);
}

TEST(BarrierLattice, european_single_barriers_agree_with_the_formula) {
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const double level : {90.0, 99.5, 107.0})
        for (const double strike : {95.0, 104.0}) {
          const Barrier option = barrier(type, strike, knock, level, 3.0);
          SCOPED_TRACE(::testing::Message() << level << " " << strike);
          expect_formula(priced(option, european), *closed_form(option, market), 1.0);
        }
}

TEST(BarrierLattice, european_double_barriers_agree_with_the_formula) {
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const double upper : {112.0, 130.0}) {
        const DoubleBarrier option{type, Payout::difference, 99.0, 0.0, knock, 84.0, upper, 0.5};
        expect_formula(priced(option, european), *closed_form(option, market), 2.0);
      }
}

TEST(BarrierLattice, cash_and_asset_payouts_agree_with_the_formula) {
  for (const Payout payout : {Payout::cash, Payout::asset}) {
    Barrier option = barrier(OptionType::call, 102.0, Knock::knock_out, 90.0, 0.0);
    option.payout = payout;
    option.cash = 15.0;
    // A jump of up to 102 at the strike; measured 2.2e-3 at 400 steps.
    EXPECT_NEAR(priced(option, european, finer).price, closed_form(option, market)->price, 1e-2);
  }
}

TEST(BarrierLattice, european_price_converges_with_order_one_and_more_when_extrapolated) {
  std::vector<double> plain;
  std::vector<double> extrapolated;
  for (const double strike : {93.0, 97.0, 101.0, 106.0, 109.0})
    for (const double level : {88.0, 92.5, 96.0}) {
      const Barrier option = barrier(OptionType::put, strike, Knock::knock_out, level, 0.0);
      const double exact = closed_form(option, market)->price;
      const auto error = [&](std::int64_t steps, Extrapolation extrapolation) {
        return std::abs(priced(option, european, {steps, extrapolation, LastStep::payoff}).price - exact);
      };
      const auto order = [&](Extrapolation e) { return 0.5 * std::log2(error(48, e) / error(192, e)); };
      plain.push_back(order(Extrapolation::none));
      extrapolated.push_back(order(Extrapolation::richardson));
    }
  EXPECT_NEAR(median(plain), 1.0, 0.25);
  EXPECT_GT(median(extrapolated), 1.2);
}

TEST(BarrierLattice, american_agrees_with_the_printed_prices_or_with_a_strategy_that_beats_them) {
  int agreed = 0;
  int beaten = 0;
  for (const auto& row : reference_table("barrier_single_american_exercise.csv")) {
    const Barrier option{type_of(row.text("option_type")),
                         Payout::difference,
                         row.number("strike"),
                         0.0,
                         direction_of(row),
                         knock_of(row),
                         row.number("barrier"),
                         row.number("rebate"),
                         row.number("maturity_years")};
    const BlackScholes<double> model{row.number("spot"), row.number("rate"), row.number("dividend_yield"),
                                     row.number("vol")};
    const double found = priced(option, american, finer, model).price;
    if (std::abs(found - row.number("expected")) <= row.number("tolerance")) {
      ++agreed;
      continue;
    }
    // Who exercises as the barrier is touched, and else at expiry, is paid the payoff at the barrier as a rebate.
    Barrier strategy = option;
    strategy.rebate = std::max(option.rebate, sign(option.type) * (option.barrier - option.strike));
    const double bound = closed_form(strategy, model)->price;
    EXPECT_GT(bound, row.number("expected") + row.number("tolerance")) << row.text("case_id");
    EXPECT_GT(found, bound - 5e-4) << row.text("case_id");
    ++beaten;
  }
  EXPECT_EQ(agreed, 14);
  EXPECT_EQ(beaten, 3);
}

TEST(BarrierLattice, american_is_worth_the_european_the_payoff_and_no_more_than_without_barriers) {
  VanillaWorkspace workspace;
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const double level : {85.0, 96.0, 104.0, 120.0}) {
      const Barrier out = barrier(type, 101.0, Knock::knock_out, level, 0.0);
      const double price = priced(out, american).price;
      const VanillaCase plain{type, american, 101.0, 0.5, market, {}};
      const double free = price_vanilla(plain, Trinomial{200}, Measures::price_only, workspace)->price;
      EXPECT_GE(price, priced(out, european).price - 1e-3);
      EXPECT_GE(price, sign(type) * (100.0 - 101.0));
      EXPECT_LE(price, free + 1e-3);
      Barrier in = out;
      in.knock = Knock::knock_in;
      EXPECT_LE(priced(in, american).price, free + 1e-3);
      EXPECT_GE(priced(in, american).price, priced(in, european).price - 1e-3);
    }
}

TEST(BarrierLattice, american_far_from_its_barriers_is_the_plain_one) {
  VanillaWorkspace workspace;
  const PricedGreeks free = *price_vanilla({OptionType::put, american, 104.0, 0.5, market, {}},
                                           IntegralEquation::accurate(), Measures::with_greeks, workspace);
  expect_formula(priced(barrier(OptionType::put, 104.0, Knock::knock_out, 400.0, 0.0), american), free, 4.0);
  expect_formula(
      priced(DoubleBarrier{OptionType::put, Payout::difference, 104.0, 0.0, Knock::knock_out, 20.0, 500.0, 0.5},
             american),
      free, 4.0);
  // A touched knock-in is the plain option.
  Barrier begun = barrier(OptionType::put, 104.0, Knock::knock_in, 100.0, 1.0);
  expect_formula(priced(begun, american), free, 4.0);
  expect_formula(
      priced(DoubleBarrier{OptionType::put, Payout::difference, 104.0, 0.0, Knock::knock_in, 101.0, 500.0, 0.5},
             american),
      free, 4.0);
  begun.strike = 150.0;
  EXPECT_EQ(priced(begun, american), (PricedGreeks{50.0, {-1.0, 0.0, 0.0, 0.0, 0.0}}));
}

TEST(BarrierLattice, vega_and_rho_are_the_derivatives_of_a_bumped_price) {
  const Barrier option = barrier(OptionType::call, 98.0, Knock::knock_in, 95.0, 2.0);
  const auto price = [&](double volatility, double rate) {
    return priced(option, american, finer, {100.0, rate, 0.04, volatility}).price;
  };
  const Greeks found = priced(option, american, finer).greeks;
  // The nodes move with the bumped volatility: two lattices, each with an error of 1e-4, over the bump of 0.02.
  EXPECT_NEAR(found.vega, (price(0.26, 0.08) - price(0.24, 0.08)) / 0.02, 3e-2);
  EXPECT_NEAR(found.rho, (price(0.25, 0.09) - price(0.25, 0.07)) / 0.02, 3e-2);
}

TEST(BarrierLattice, what_is_touched_or_certain_has_its_worth) {
  EXPECT_EQ(priced(barrier(OptionType::call, 90.0, Knock::knock_out, 100.0, 3.0), american).price, 3.0);
  EXPECT_EQ(priced(DoubleBarrier{OptionType::call, Payout::difference, 90.0, 0.0, Knock::knock_out, 101.0, 120.0, 0.5},
                   american)
                .price,
            0.0);
  const BlackScholes<double> still{100.0, 0.08, 0.04, 0.0};
  const Barrier option = barrier(OptionType::call, 90.0, Knock::knock_out, 95.0, 0.0);
  EXPECT_EQ(priced(option, european, fine, still).price, closed_form(option, still)->price);
  const DoubleBarrier between{OptionType::call, Payout::difference, 90.0, 0.0, Knock::knock_out, 95.0, 120.0, 0.5};
  EXPECT_EQ(priced(between, european, fine, still).price, closed_form(between, still)->price);
  const Barrier deep = barrier(OptionType::put, 150.0, Knock::knock_out, 105.0, 0.0);
  EXPECT_EQ(priced(deep, american), (PricedGreeks{50.0, {-1.0, 0.0, 0.0, 0.0, 0.0}}));
}

TEST(BarrierLattice, what_makes_no_sense_is_refused) {
  const Barrier option = barrier(OptionType::call, 90.0, Knock::knock_out, 95.0, 0.0);
  const auto code = [](const auto& result) { return result ? ErrorCode{} : result.error().code; };
  const auto field = [](const auto& result) { return result ? std::string() : result.error().field; };
  EXPECT_EQ(field(on_lattice(option, american, {100.0, 0.08, 0.04, -0.1}, fine)), "volatility");
  EXPECT_EQ(code(on_lattice(option, american, {100.0, 0.08, 0.04, 0.0}, fine)), ErrorCode::unsupported);
  EXPECT_EQ(field(on_lattice(option, american, market, {3, Extrapolation::none, LastStep::payoff})), "steps");
  Barrier late = option;
  late.expiry = -1.0;
  EXPECT_EQ(code(on_lattice(late, american, market, fine)), ErrorCode::expired_product);
  late = option;
  late.barrier = std::nan("");
  EXPECT_EQ(field(on_lattice(late, american, market, fine)), "barrier");
  // A drift that four steps cannot follow, with one barrier, with two, and with none left.
  const BlackScholes<double> steep{100.0, 2.0, 0.0, 0.02};
  const Trinomial few{4, Extrapolation::richardson, LastStep::payoff};
  EXPECT_EQ(code(on_lattice(option, american, steep, few)), ErrorCode::not_converged);
  EXPECT_EQ(code(on_lattice(barrier(OptionType::call, 90.0, Knock::knock_in, 100.0, 0.0), american, steep, few)),
            ErrorCode::not_converged);
  const DoubleBarrier narrow{OptionType::call, Payout::difference, 90.0, 0.0, Knock::knock_out, 99.0, 101.0, 0.5};
  EXPECT_EQ(code(on_lattice(narrow, american, market, few)), ErrorCode::not_converged);
  EXPECT_EQ(field(on_lattice(narrow, american, {100.0, 0.08, std::nan(""), 0.2}, fine)), "dividend_yield");
  DoubleBarrier crossed = narrow;
  crossed.lower = 110.0;
  EXPECT_EQ(field(on_lattice(crossed, american, market, fine)), "lower");
}

}  // namespace
}  // namespace plimsoll::testing
