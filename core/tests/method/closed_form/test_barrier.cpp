#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/closed_form/soft_barrier.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

using testing::direction_of;
using testing::knock_of;
using testing::model_of;
using testing::type_of;

constexpr OptionType types[] = {OptionType::call, OptionType::put};
const BlackScholes<double> model{100.0, 0.08, 0.04, 0.25};

double price(const auto& option, const BlackScholes<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced->price;
}

BarrierSide towards(double barrier) { return barrier < 100.0 ? BarrierSide::down : BarrierSide::up; }

TEST(Barrier, agrees_with_the_printed_single_barriers) {
  int cases = 0;
  for (const auto& row : testing::reference_table("barrier_single_haug.csv")) {
    const Barrier option{
        type_of(row),          Payout::difference,   row.number("strike"),        0.0, direction_of(row), knock_of(row),
        row.number("barrier"), row.number("rebate"), row.number("maturity_years")};
    EXPECT_NEAR(price(option, model_of(row)), row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 49);
}

TEST(Barrier, agrees_with_the_printed_binary_barriers) {
  int cases = 0;
  for (const auto& row : testing::reference_table("binary_barrier_haug.csv")) {
    const bool is_cash = row.text("payoff").starts_with("cash");
    const Barrier option{type_of(row),
                         is_cash ? Payout::cash : Payout::asset,
                         row.number("strike"),
                         row.number("cash"),
                         direction_of(row),
                         knock_of(row),
                         row.number("barrier"),
                         0.0,
                         row.number("maturity_years")};
    EXPECT_NEAR(price(option, model_of(row)), row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 29);
}

/// The option by its last spot: a density times the chance that a bridge to it stays clear of the barrier.
double by_bridges(const Barrier& option, const BlackScholes<double>& m) {
  const double deviation = m.volatility * std::sqrt(option.expiry);
  const double drift = (m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility) * option.expiry;
  const double distance = std::log(option.barrier / m.spot);
  const auto alive = [&](double move) {
    if (distance * (distance - move) <= 0.0) return 0.0;
    return -std::expm1(-2.0 * distance * (distance - move) / (deviation * deviation));
  };
  const double expected = testing::integral(
      [&](double z) {
        const double move = drift + deviation * z;
        const double payoff = std::max(sign(option.type) * (m.spot * std::exp(move) - option.strike), 0.0);
        const double weight = option.knock == Knock::knock_out ? alive(move) : 1.0 - alive(move);
        return payoff * weight * std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
      },
      -12.0, 12.0, 40000);
  return std::exp(-m.rate * option.expiry) * expected;
}

TEST(Barrier, agrees_with_bridges_to_the_last_spot) {
  for (const OptionType type : types)
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const double barrier : {70.0, 95.0, 106.0, 150.0})
        for (const double strike : {80.0, 100.0, 130.0}) {
          const Barrier option{type, Payout::difference, strike, 0.0, towards(barrier), knock, barrier, 0.0, 0.75};
          // The midpoint rule over a kink on 40 000 steps: a slope of 100 times the square of a step over 24.
          EXPECT_NEAR(price(option, model), by_bridges(option, model), 2e-6) << strike << " " << barrier;
        }
}

Barrier any_barrier() {
  const auto uniform = [](double from, double to) {
    return from + (to - from) * static_cast<double>(*rc::gen::inRange(0, 1 << 20)) / (1 << 20);
  };
  const double barrier = uniform(40.0, 220.0);
  return {*rc::gen::element(OptionType::call, OptionType::put),
          Payout::difference,
          uniform(30.0, 250.0),
          0.0,
          towards(barrier),
          Knock::knock_in,
          barrier,
          0.0,
          uniform(0.01, 3.0)};
}

RC_GTEST_PROP(BarrierProperty, in_and_out_are_the_plain_option, ()) {
  const Barrier in = any_barrier();
  Barrier out = in;
  out.knock = Knock::knock_out;
  const PricedGreeks plain = black_scholes_greeks(in.type, in.strike, in.expiry, model);
  const auto a = closed_form(in, model);
  const auto b = closed_form(out, model);
  RC_ASSERT(std::abs(a->price + b->price - plain.price) <= 1e-12 * (100.0 + in.strike));
  RC_ASSERT(std::abs(a->greeks.delta + b->greeks.delta - plain.greeks.delta) <= 1e-11);
  RC_ASSERT(a->price >= -1e-12 && b->price >= -1e-12 * (100.0 + in.strike));
  RC_ASSERT(a->price <= plain.price + 1e-12 * (100.0 + in.strike));
}

TEST(Barrier, small_knock_in_keeps_its_relative_digits) {
  // A put at 60 that must first rise to 170: the image alone, so the price is that of a put on spot H^2/S, reweighted.
  const Barrier option{
      OptionType::put, Payout::difference, 60.0, 0.0, BarrierSide::up, Knock::knock_in, 170.0, 0.0, 0.25};
  const BlackScholes<double> behind{170.0 * 170.0 / 100.0, model.rate, model.dividend_yield, model.volatility};
  const double power = 2.0 * (model.rate - model.dividend_yield) / (0.25 * 0.25) - 1.0;
  const double expected = std::pow(1.7, power) * black_scholes_greeks(OptionType::put, 60.0, 0.25, behind).price;
  EXPECT_LT(expected, 1e-30);
  EXPECT_NEAR(price(option, model) / expected, 1.0, 1e-10);
}

TEST(Barrier, derivatives_agree_with_bumps_rebates_included) {
  for (const Knock knock : {Knock::knock_in, Knock::knock_out})
    for (const double barrier : {90.0, 125.0}) {
      const Barrier option{OptionType::call, Payout::difference, 98.0, 0.0, towards(barrier), knock, barrier, 3.0, 0.5};
      const auto priced = closed_form(option, model);
      const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.08, 0.04, 0.25})->greeks.delta; };
      testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
      testing::expect_derivatives(
          [&](auto x) {
            using R = std::remove_cvref_t<decltype(x[0])>;
            return barrier_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4]);
          },
          {{100.0, 0.08, 0.04, 0.25, 0.5}, {112.0, 0.01, 0.06, 0.5, 1.5}});
    }
}

TEST(Barrier, that_is_touched_is_the_plain_option_or_the_rebate) {
  const Barrier in{OptionType::call, Payout::difference, 90.0, 0.0, BarrierSide::up, Knock::knock_in, 95.0, 2.0, 0.5};
  EXPECT_NEAR(price(in, model), black_scholes_greeks(OptionType::call, 90.0, 0.5, model).price, 1e-12);
  Barrier out = in;
  out.knock = Knock::knock_out;
  EXPECT_EQ(price(out, model), 2.0);
}

TEST(Barrier, path_that_is_certain_decides) {
  const BlackScholes<double> rising{100.0, 0.05, 0.0, 0.0};
  Barrier option{OptionType::call, Payout::difference, 90.0, 0.0, BarrierSide::up, Knock::knock_out, 102.0, 2.0, 1.0};
  EXPECT_NEAR(price(option, rising), 2.0 / 1.02, 1e-14);  // knocked out when the spot has grown by two per cent
  option.knock = Knock::knock_in;
  EXPECT_NEAR(price(option, rising), 100.0 - 90.0 * std::exp(-0.05), 1e-13);
  option.barrier = 120.0;
  EXPECT_NEAR(price(option, rising), 2.0 * std::exp(-0.05), 1e-15);
  option.knock = Knock::knock_out;
  EXPECT_NEAR(price(option, rising), 100.0 - 90.0 * std::exp(-0.05), 1e-13);
  option.expiry = 0.0;
  EXPECT_EQ(price(option, rising), 10.0);
  option.strike = 101.0;
  EXPECT_EQ(price(option, rising), 0.0);
  option.barrier = 99.0;
  option.knock = Knock::knock_in;
  EXPECT_EQ(price(option, rising), 0.0);
}

TEST(Barrier, refuses_what_makes_no_sense_or_has_no_formula) {
  Barrier option{OptionType::call, Payout::difference, 90.0, 0.0, BarrierSide::up, Knock::knock_out, 120.0, 2.0, 1.0};
  EXPECT_EQ(closed_form(option, {100.0, -0.05, -0.1, 0.3}).error().field, "rebate");
  EXPECT_EQ(closed_form(option, {-1.0, 0.05, 0.0, 0.3}).error().field, "spot");
  option.barrier = -1.0;
  EXPECT_EQ(closed_form(option, model).error().field, "barrier");
  option.barrier = 120.0;
  option.rebate = NAN;
  EXPECT_EQ(closed_form(option, model).error().field, "rebate");
  option.rebate = 0.0;
  option.cash = -2.0;
  EXPECT_EQ(closed_form(option, model).error().field, "cash");
}

TEST(Barrier, numbers_that_leave_the_range_of_a_double_are_refused) {
  const BlackScholes<double> wild{1e308, 300.0, -300.0, 5.0};
  Barrier option{
      OptionType::call, Payout::difference, 1e307, 0.0, BarrierSide::down, Knock::knock_out, 1e306, 0.0, 30.0};
  EXPECT_EQ(closed_form(option, wild).error().code, ErrorCode::invalid_value);
  EXPECT_EQ(closed_form(SoftBarrier{OptionType::call, 100.0, BarrierSide::down, Knock::knock_out, 80.0, 90.0, 1.0},
                        {100.0, 0.0, 0.0, NAN})
                .error()
                .field,
            "volatility");
}

TEST(DoubleBarrier, agrees_with_the_printed_double_barriers) {
  int cases = 0;
  for (const auto& row : testing::reference_table("double_barrier_haug.csv")) {
    const DoubleBarrier option{
        type_of(row),  Payout::difference,        row.number("strike"),       0.0,
        knock_of(row), row.number("barrier_low"), row.number("barrier_high"), row.number("maturity_years")};
    EXPECT_NEAR(price(option, model_of(row)), row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 61);
}

TEST(DoubleBarrier, two_unrelated_series_agree) {
  for (const OptionType type : types)
    for (const Payout payout : {Payout::difference, Payout::cash, Payout::asset})
      for (const Knock knock : {Knock::knock_in, Knock::knock_out})
        for (const double expiry : {0.05, 0.3, 1.0, 3.0}) {
          const DoubleBarrier option{type, payout, 103.0, 5.0, knock, 80.0, 130.0, expiry};
          const PricedGreeks images = double_barrier_by(option, model, Series::images);
          const PricedGreeks sines = double_barrier_by(option, model, Series::sines);
          EXPECT_NEAR(images.price, sines.price, 2e-12) << expiry;
          EXPECT_NEAR(images.greeks.delta, sines.greeks.delta, 1e-12);
          EXPECT_NEAR(images.greeks.vega, sines.greeks.vega, 1e-10);
          EXPECT_NEAR(images.greeks.theta, sines.greeks.theta, 1e-10);
          EXPECT_NEAR(images.greeks.rho, sines.greeks.rho, 1e-10);
        }
}

TEST(DoubleBarrier, with_one_barrier_far_away_is_the_single_barrier) {
  for (const OptionType type : types)
    for (const Knock knock : {Knock::knock_in, Knock::knock_out}) {
      const double single =
          price(Barrier{type, Payout::difference, 100.0, 0.0, BarrierSide::down, knock, 85.0, 0.0, 0.5}, model);
      EXPECT_NEAR(price(DoubleBarrier{type, Payout::difference, 100.0, 0.0, knock, 85.0, 1e5, 0.5}, model), single,
                  1e-12);
    }
}

TEST(DoubleBarrier, derivatives_agree_with_bumps_by_both_series) {
  const DoubleBarrier option{OptionType::call, Payout::difference, 98.0, 0.0, Knock::knock_out, 80.0, 130.0, 0.5};
  for (const Series series : {Series::images, Series::sines})
    testing::expect_derivatives(
        [&](auto x) {
          using R = std::remove_cvref_t<decltype(x[0])>;
          return double_barrier_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4], series, 0.25);
        },
        {{100.0, 0.08, 0.04, 0.25, 0.7}, {112.0, 0.01, 0.06, 0.3, 0.5}});
  const auto priced = closed_form(option, model);
  const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.08, 0.04, 0.25})->greeks.delta; };
  testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
}

TEST(DoubleBarrier, touched_certain_and_senseless_ones_are_told_apart) {
  DoubleBarrier option{OptionType::call, Payout::difference, 90.0, 0.0, Knock::knock_out, 80.0, 99.0, 0.5};
  EXPECT_EQ(price(option, model), 0.0);
  option.knock = Knock::knock_in;
  EXPECT_NEAR(price(option, model), black_scholes_greeks(OptionType::call, 90.0, 0.5, model).price, 1e-12);
  const BlackScholes<double> rising{100.0, 0.05, 0.0, 0.0};
  option = {OptionType::call, Payout::difference, 90.0, 0.0, Knock::knock_in, 80.0, 101.0, 1.0};
  EXPECT_NEAR(price(option, rising), 100.0 - 90.0 * std::exp(-0.05), 1e-13);
  const BlackScholes<double> falling{100.0, 0.0, 0.3, 0.0};
  EXPECT_NEAR(price(option, falling), 0.0, 1e-13);
  option.knock = Knock::knock_out;
  option.upper = 120.0;
  EXPECT_NEAR(price(option, rising), 100.0 - 90.0 * std::exp(-0.05), 1e-13);
  EXPECT_NEAR(
      price(DoubleBarrier{OptionType::call, Payout::difference, 140.0, 0.0, Knock::knock_out, 80.0, 130.0, 9.0}, model),
      0.0, 0.0);
  option.lower = 120.0;
  EXPECT_EQ(closed_form(option, model).error().field, "lower");
  option.lower = 80.0;
  option.cash = -1.0;
  EXPECT_EQ(closed_form(option, model).error().field, "cash");
  option.cash = 0.0;
  EXPECT_EQ(closed_form(option, {100.0, NAN, 0.0, 0.2}).error().field, "rate");
}

TEST(SoftBarrier, agrees_with_the_printed_soft_barriers) {
  int cases = 0;
  for (const auto& row : testing::reference_table("soft_barrier_haug.csv")) {
    const SoftBarrier option{type_of(row),
                             row.number("strike"),
                             direction_of(row),
                             knock_of(row),
                             row.number("barrier_lower"),
                             row.number("barrier_upper"),
                             row.number("maturity_years")};
    EXPECT_NEAR(price(option, model_of(row)), row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 40);
}

TEST(SoftBarrier, is_the_mean_of_its_barriers) {
  for (const Knock knock : {Knock::knock_in, Knock::knock_out}) {
    const SoftBarrier option{OptionType::call, 95.0, BarrierSide::down, knock, 80.0, 105.0, 0.5};
    const double mean = testing::integral(
                            [&](double barrier) {
                              return price(Barrier{OptionType::call, Payout::difference, 95.0, 0.0, BarrierSide::down,
                                                   knock, barrier, 0.0, 0.5},
                                           model);
                            },
                            80.0, 105.0, 1000) /
                        25.0;
    EXPECT_NEAR(price(option, model), mean, 2e-5);  // the midpoint rule over a kink on 1 000 steps
  }
}

TEST(SoftBarrier, in_and_out_are_the_plain_option_and_derivatives_agree_with_bumps) {
  SoftBarrier option{OptionType::put, 105.0, BarrierSide::up, Knock::knock_in, 110.0, 140.0, 0.75};
  const auto in = closed_form(option, model);
  option.knock = Knock::knock_out;
  const auto out = closed_form(option, model);
  const PricedGreeks plain = black_scholes_greeks(OptionType::put, 105.0, 0.75, model);
  EXPECT_NEAR(in->price + out->price, plain.price, 1e-12);
  EXPECT_NEAR(in->greeks.gamma + out->greeks.gamma, plain.greeks.gamma, 1e-12);
  testing::expect_gradient([&](auto x) { return closed_form(option, {x[0], x[1], 0.04, x[2]})->price; },
                           {100.0, 0.08, 0.25}, {out->greeks.delta, out->greeks.rho, out->greeks.vega});
  EXPECT_EQ(closed_form(option, {100.0, 0.0, 0.0, -1.0}).error().field, "volatility");
  option.upper = 100.0;
  EXPECT_EQ(closed_form(option, model).error().field, "lower");
}

}  // namespace
}  // namespace plimsoll
