#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/lookback.hpp"
#include "plimsoll/method/closed_form/touch.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::model_of;
using testing::type_of;

const BlackScholes<double> model{100.0, 0.08, 0.03, 0.3};

double price(const Lookback& option, const BlackScholes<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced->price;
}

TEST(Lookback, agrees_with_the_printed_lookbacks) {
  int cases = 0;
  for (const auto& row : testing::reference_table("lookback_continuous.csv")) {
    const bool is_fixed = row.text("lookback_type") == "fixed_strike";
    const Lookback option{type_of(row), is_fixed ? LookbackStrike::fixed : LookbackStrike::floating,
                          row.number("strike"), row.number("running_extremum"), row.number("maturity_years")};
    EXPECT_NEAR(price(option, model_of(row)), row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 30);
}

/// What the extremum gains beyond a level, from the chances of touching each level beyond it.
double gain_by_touches(double level, bool upward, double expiry, const BlackScholes<double>& m) {
  const auto chance = [&](double at) {
    const Touch touch{
        Payout::cash, 1.0,   upward ? BarrierSide::up : BarrierSide::down, Knock::knock_in, Settlement::at_expiry,
        at,           expiry};
    return touch_price<double>(touch, m, expiry);
  };
  return upward ? testing::integral(chance, level, 5.0 * level, 8000) : testing::integral(chance, 0.0, level, 2000);
}

TEST(Lookback, is_the_sum_over_the_levels_that_may_be_touched) {
  for (const double rate : {0.08, 0.03, 0.0300001, -0.02}) {
    const BlackScholes<double> m{100.0, rate, 0.03, 0.3};
    const double discount = std::exp(-rate);
    // The midpoint rule on steps of 0.06 over chances whose slope at the start is 0.02: 3e-6; 1e-7 lies beyond 5
    // levels.
    EXPECT_NEAR(price({OptionType::call, LookbackStrike::fixed, 110.0, 105.0, 1.0}, m),
                gain_by_touches(110.0, true, 1.0, m), 1e-5);
    EXPECT_NEAR(price({OptionType::put, LookbackStrike::fixed, 96.0, 95.0, 1.0}, m),
                discount * 1.0 + gain_by_touches(95.0, false, 1.0, m), 1e-5);
    EXPECT_NEAR(price({OptionType::put, LookbackStrike::floating, 0.0, 120.0, 1.0}, m),
                discount * 120.0 - 100.0 * std::exp(-0.03) + gain_by_touches(120.0, true, 1.0, m), 1e-5);
  }
}

TEST(Lookback, is_smooth_where_the_carry_vanishes) {
  for (const LookbackStrike kind : {LookbackStrike::floating, LookbackStrike::fixed})
    for (const OptionType type : {OptionType::call, OptionType::put}) {
      const Lookback option{type, kind, 100.0, 100.0, 2.0};
      const auto at = [&](double rate) { return price(option, {100.0, rate, 0.03, 0.3}); };
      // The formula and its interpolation meet at 2 b / sigma^2 = 0.02, that is b = 0.0009.
      for (const double edge : {0.03 + 0.0009, 0.03 - 0.0009})
        EXPECT_NEAR(at(edge - 1e-12), at(edge + 1e-12), 1e-9) << edge;
      // At no carry the second difference over 2e-4 is that of a smooth function.
      EXPECT_NEAR(at(0.03 + 1e-4) + at(0.03 - 1e-4) - 2.0 * at(0.03), 0.0, 1e-5);
    }
}

TEST(Lookback, derivatives_agree_with_bumps) {
  for (const LookbackStrike kind : {LookbackStrike::floating, LookbackStrike::fixed})
    for (const OptionType type : {OptionType::call, OptionType::put}) {
      const bool upward = (type == OptionType::call) == (kind == LookbackStrike::fixed);
      const Lookback option{type, kind, 101.0, upward ? 108.0 : 92.0, 0.75};
      const auto priced = closed_form(option, model);
      testing::expect_derivatives(
          [&](auto x) {
            using R = std::remove_cvref_t<decltype(x[0])>;
            return lookback_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4]);
          },
          {{100.0, 0.08, 0.03, 0.3, 0.75}, {97.0, -0.01, 0.05, 0.5, 2.0}});
      const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.08, 0.03, 0.3})->greeks.delta; };
      testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
    }
}

TEST(Lookback, scales_with_spot_and_extremum_together) {
  const BlackScholes<double> half{50.0, 0.08, 0.03, 0.3};
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const double whole = price({type, LookbackStrike::floating, 0.0, 100.0, 1.0}, model);
    EXPECT_NEAR(price({type, LookbackStrike::floating, 0.0, 50.0, 1.0}, half), 0.5 * whole, 1e-12);
  }
}

TEST(Lookback, path_that_is_certain_has_the_extremum_at_one_end) {
  const BlackScholes<double> rising{100.0, 0.05, 0.0, 0.0};
  const double last = 100.0 * std::exp(0.05);
  const double discount = std::exp(-0.05);
  EXPECT_NEAR(price({OptionType::call, LookbackStrike::floating, 0.0, 98.0, 1.0}, rising), discount * (last - 98.0),
              1e-12);
  EXPECT_NEAR(price({OptionType::put, LookbackStrike::floating, 0.0, 103.0, 1.0}, rising), 0.0, 1e-12);
  EXPECT_NEAR(price({OptionType::call, LookbackStrike::fixed, 101.0, 103.0, 1.0}, rising), discount * (last - 101.0),
              1e-12);
  EXPECT_NEAR(price({OptionType::put, LookbackStrike::fixed, 101.0, 99.0, 0.0}, rising), 2.0, 1e-12);
}

TEST(Lookback, refuses_what_makes_no_sense) {
  EXPECT_EQ(closed_form(Lookback{OptionType::call, LookbackStrike::floating, 0.0, 101.0, 1.0}, model).error().field,
            "extremum");
  EXPECT_EQ(closed_form(Lookback{OptionType::put, LookbackStrike::floating, 0.0, 99.0, 1.0}, model).error().field,
            "extremum");
  EXPECT_EQ(closed_form(Lookback{OptionType::call, LookbackStrike::fixed, -1.0, 100.0, 1.0}, model).error().field,
            "strike");
  EXPECT_EQ(closed_form(Lookback{OptionType::call, LookbackStrike::fixed, 1.0, 0.0, 1.0}, model).error().field,
            "extremum");
  EXPECT_EQ(closed_form(Lookback{OptionType::call, LookbackStrike::fixed, 1.0, 100.0, 1.0}, {100.0, 0.0, 0.0, NAN})
                .error()
                .field,
            "volatility");
}

}  // namespace
}  // namespace plimsoll
