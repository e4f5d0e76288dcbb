#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/lookback.hpp"
#include "plimsoll/method/closed_form/partial_lookback.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr OptionType types[] = {OptionType::call, OptionType::put};

double price(const PartialLookback& option, const BlackScholes<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced ? priced->price : std::nan("");
}

PartialLookback floating(OptionType type, double fraction, double extremum, double window, double expiry) {
  return {type, LookbackStrike::floating, 0.0, fraction, extremum, window, expiry};
}

PartialLookback fixed(OptionType type, double strike, double window, double expiry) {
  return {type, LookbackStrike::fixed, strike, 1.0, 0.0, window, expiry};
}

TEST(PartialLookback, agrees_with_the_printed_table_of_haug) {
  int cases = 0;
  for (const auto& row : testing::reference_table("lookback_partial_floating.csv")) {
    const PartialLookback option = floating(testing::type_of(row), row.number("lambda"), row.number("running_extremum"),
                                            row.number("lookback_end_years"), row.number("maturity_years"));
    EXPECT_NEAR(price(option, testing::model_of(row)), row.number("expected"), row.number("tolerance"))
        << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 25);
}

/// The floating option by the joint density of the extremum and the spot at the end of the window: `fall` is how far
/// the extremum lies from the start, `rise` how far the spot has come back from it.
double by_density(const PartialLookback& option, const BlackScholes<double>& m) {
  const double sense = option.type == OptionType::call ? 1.0 : -1.0;
  const double variance = m.volatility * m.volatility * option.window;
  const double tilt = (m.rate - m.dividend_yield) / (m.volatility * m.volatility) - 0.5;
  const double widest = 9.0 * std::sqrt(variance);
  const GaussRule rule = *gauss_legendre(32);
  const double kept = sense * std::log(m.spot / option.extremum);  // the fall that the extremum so far allows
  const auto inner = [&](double fall, double rise) {
    const double move = sense * (rise - fall);
    const double reach = fall + rise;
    const double density = 2.0 * reach / (variance * std::sqrt(2.0 * std::numbers::pi * variance)) *
                           std::exp(-0.5 * reach * reach / variance + tilt * move - 0.5 * tilt * tilt * variance);
    const double extremum = m.spot * std::exp(-sense * std::max(fall, kept));
    return density * black_scholes_price<double>(option.type, option.fraction * extremum, option.expiry - option.window,
                                                 {m.spot * std::exp(move), m.rate, m.dividend_yield, m.volatility});
  };
  double sum = 0.0;
  const double cut = std::min(kept, widest);
  for (const auto& [from, to] : {std::pair{0.0, cut}, std::pair{cut, widest}}) {
    const double half = 0.5 * (to - from);
    sum += half * rule([&](double u) {
             const double fall = from + half * (u + 1.0);
             return 0.5 * widest * rule([&](double v) { return inner(fall, 0.5 * widest * (v + 1.0)); });
           });
  }
  return std::exp(-m.rate * option.window) * sum;
}

TEST(PartialLookback, floating_agrees_with_the_joint_density_of_extremum_and_spot) {
  for (const OptionType type : types)
    for (const double carry : {0.05, 0.0, 0.0004, -0.03})
      for (const double gone : {0.0, 6.0}) {
        const BlackScholes<double> m{100.0, 0.04, 0.04 - carry, 0.3};
        const double extremum = type == OptionType::call ? 100.0 - gone : 100.0 + gone;
        const PartialLookback option = floating(type, type == OptionType::call ? 1.03 : 0.97, extremum, 0.4, 1.0);
        // 32 points over nine deviations of a Gaussian: 1e-10 of the spot.
        EXPECT_NEAR(price(option, m), by_density(option, m), 2e-8) << carry << " " << gone;
      }
}

TEST(PartialLookback, fixed_agrees_with_the_plain_lookback_on_the_day_the_window_opens) {
  for (const OptionType type : types)
    for (const double carry : {0.05, 0.0, 0.0004, -0.03})
      for (const double strike : {85.0, 100.0, 120.0}) {
        const BlackScholes<double> m{100.0, 0.04, 0.04 - carry, 0.3};
        const double later =
            testing::expected_at(m, 0.4,
                                 [&](double spot) {
                                   return closed_form(Lookback{type, LookbackStrike::fixed, strike, spot, 0.6},
                                                      {spot, m.rate, m.dividend_yield, m.volatility})
                                       ->price;
                                 },
                                 {strike});
        EXPECT_NEAR(price(fixed(type, strike, 0.4, 1.0), m), std::exp(-0.04 * 0.4) * later, 1e-8) << carry;
      }
}

TEST(PartialLookback, is_smooth_where_the_carry_vanishes) {
  for (const OptionType type : types)
    for (const PartialLookback& option : {floating(type, 1.0, 100.0, 0.5, 2.0), fixed(type, 100.0, 0.5, 2.0)}) {
      const auto at = [&](double rate) { return price(option, {100.0, rate, 0.03, 0.3}); };
      // The formula and its interpolation meet at 2 b / sigma^2 = 0.02, that is b = 0.0009.
      for (const double edge : {0.03 + 0.0009, 0.03 - 0.0009}) EXPECT_NEAR(at(edge - 1e-12), at(edge + 1e-12), 1e-9);
    }
}

TEST(PartialLookback, derivatives_agree_with_bumps) {
  for (const OptionType type : types) {
    const double extremum = type == OptionType::call ? 90.0 : 130.0;
    for (const PartialLookback& option : {floating(type, 1.1, extremum, 0.25, 1.0), fixed(type, 104.0, 0.25, 1.0)}) {
      testing::expect_derivatives(
          [&](auto x) {
            using R = std::remove_cvref_t<decltype(x[0])>;
            return partial_lookback_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4]);
          },
          {{100.0, 0.08, 0.03, 0.3, 1.0}, {112.0, -0.01, 0.05, 0.5, 1.5}});
      const auto priced = closed_form(option, {100.0, 0.08, 0.03, 0.3});
      const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.08, 0.03, 0.3})->greeks.delta; };
      testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
    }
  }
}

TEST(PartialLookback, ends_of_the_window_are_the_plain_lookback_and_the_plain_option) {
  const BlackScholes<double> m{100.0, 0.06, 0.02, 0.25};
  for (const OptionType type : types) {
    const Lookback plain{type, LookbackStrike::floating, 0.0, 100.0, 1.0};
    EXPECT_EQ(price(floating(type, 1.0, 100.0, 1.0, 1.0), m), closed_form(plain, m)->price);
    EXPECT_EQ(price(floating(type, 1.1, 100.0, 0.0, 1.0), m), black_scholes_price(type, 1.1 * 100.0, 1.0, m));
    const Lookback at_once{type, LookbackStrike::fixed, 105.0, 100.0, 1.0};
    EXPECT_EQ(price(fixed(type, 105.0, 0.0, 1.0), m), closed_form(at_once, m)->price);
    EXPECT_EQ(price(fixed(type, 105.0, 1.0, 1.0), m), black_scholes_price(type, 105.0, 1.0, m));
    // The formula itself comes near these ends as the root of the window that is left out.
    EXPECT_NEAR(price(floating(type, 1.0, 100.0, 1.0 - 1e-9, 1.0), m), closed_form(plain, m)->price, 2e-3);
    EXPECT_NEAR(price(fixed(type, 105.0, 1e-9, 1.0), m), closed_form(at_once, m)->price, 2e-3);
  }
}

TEST(PartialLookback, watched_to_expiry_with_a_fraction_agrees_with_the_touches) {
  // (S - f m)+ with the minimum over the whole life, by the sum over levels: only the image is left of the chance.
  const BlackScholes<double> m{100.0, 0.06, 0.02, 0.25};
  const double whole = price(floating(OptionType::call, 1.1, 100.0, 1.0, 1.0), m);
  EXPECT_NEAR(price(floating(OptionType::call, 1.1, 100.0, 1.0 - 1e-7, 1.0), m), whole, 1e-3);
  EXPECT_GT(whole, black_scholes_price(OptionType::call, 110.0, 1.0, m));
  EXPECT_LT(whole, price(floating(OptionType::call, 1.0, 100.0, 1.0, 1.0), m));
}

TEST(PartialLookback, path_that_is_certain_has_the_extremum_at_one_end) {
  const BlackScholes<double> rising{100.0, 0.05, 0.0, 0.0};
  const double discount = std::exp(-0.05);
  const double last = 100.0 / discount;
  const double middle = 100.0 * std::exp(0.02);
  EXPECT_NEAR(price(floating(OptionType::call, 1.0, 98.0, 0.4, 1.0), rising), discount * (last - 98.0), 1e-12);
  EXPECT_NEAR(price(floating(OptionType::put, 1.1, 100.0, 0.4, 1.0), rising), discount * (1.1 * middle - last), 1e-12);
  EXPECT_NEAR(price(fixed(OptionType::call, 101.0, 0.4, 1.0), rising), discount * (last - 101.0), 1e-12);
  EXPECT_NEAR(price(fixed(OptionType::put, 103.0, 0.4, 1.0), rising), discount * (103.0 - middle), 1e-12);
  EXPECT_EQ(price(fixed(OptionType::put, 99.0, 0.0, 0.0), rising), 0.0);
}

TEST(PartialLookback, refuses_what_makes_no_sense) {
  const BlackScholes<double> m{100.0, 0.06, 0.02, 0.25};
  const auto field_of = [&](const PartialLookback& option) { return closed_form(option, m).error().field; };
  EXPECT_EQ(field_of(floating(OptionType::call, 1.0, 101.0, 0.5, 1.0)), "extremum");
  EXPECT_EQ(field_of(floating(OptionType::put, 1.0, 99.0, 0.5, 1.0)), "extremum");
  EXPECT_EQ(field_of(floating(OptionType::put, 1.0, NAN, 0.5, 1.0)), "extremum");
  EXPECT_EQ(field_of(floating(OptionType::put, 0.0, 100.0, 0.5, 1.0)), "fraction");
  EXPECT_EQ(field_of(floating(OptionType::put, 1.0, 100.0, 1.5, 1.0)), "window");
  EXPECT_EQ(field_of(fixed(OptionType::put, 0.0, 0.5, 1.0)), "strike");
  EXPECT_EQ(field_of(fixed(OptionType::put, 100.0, 0.5, -1.0)), "expiry");
  EXPECT_EQ(closed_form(fixed(OptionType::put, 100.0, 0.5, 1.0), {NAN, 0.0, 0.0, 0.2}).error().field, "spot");
}

}  // namespace
}  // namespace plimsoll
