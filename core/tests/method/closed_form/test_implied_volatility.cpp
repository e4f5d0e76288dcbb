#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/implied_volatility.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// Black's time value over sqrt(FK) in long double, by the difference where it keeps enough of its digits.
long double difference(long double x, long double s) {
  const auto cdf = [](long double z) { return 0.5L * std::erfc(-z / std::numbers::sqrt2_v<long double>); };
  return std::exp(-0.5L * x) * cdf(-x / s + 0.5L * s) - std::exp(0.5L * x) * cdf(-x / s - 0.5L * s);
}

TEST(ImpliedVolatility, time_value_keeps_its_digits_however_small) {
  for (const double x : {0.0, 1e-8, 1e-3, 0.1, 1.0, 5.0})
    for (const double s : {1e-3, 0.03, 0.2, 0.9, 1.1, 3.0}) {
      const long double exact = difference(x, s);
      const long double size = std::exp(-0.5L * x) * std::erfc((x / s - 0.5L * s) / std::numbers::sqrt2_v<long double>);
      if (!(exact > 1e-3L * size) || !(exact > 1e-300L)) continue;  // the difference itself loses too much
      // The exponent of the density is (x / s)^2 / 2, whose rounding counts.
      const double units = 32.0 + x * x / (s * s);
      EXPECT_NEAR(static_cast<double>(black_time_value(x, s) / exact), 1.0, units * epsilon) << x << " " << s;
    }
}

/// How far a volatility may be off: the method's roundings, and those of the price over what the price determines.
double allowed(double x, double s) {
  const double value = black_time_value(x, s);
  const double vega = std::exp(-0.5 * (x * x / (s * s) + 0.25 * s * s)) / std::sqrt(2.0 * std::numbers::pi);
  const double elasticity = s * vega / value;
  return (8.0 + (16.0 + x * x / (s * s)) / elasticity) * epsilon;
}

TEST(ImpliedVolatility, inverts_options_out_of_the_money_to_rounding_over_the_whole_domain) {
  for (const double x : {0.0, 1e-10, 1e-6, 1e-3, 0.05, 0.5, 2.0, 8.0})
    for (const double deviation : {1e-9, 1e-6, 1e-4, 1e-2, 0.1, 0.3, 1.0, 2.0, 3.0}) {
      if (x / deviation > 37.0) continue;  // the price is no normal number
      const double forward = std::exp(0.5 * x);
      const double strike = std::exp(-0.5 * x);
      const auto expect_inverse = [&](OptionType type, double k, double f) {
        const double distance = std::abs(std::log1p((k - f) / f));
        const double price = 0.9 * std::sqrt(f) * std::sqrt(k) * black_time_value(distance, deviation);
        const auto found = implied_volatility({type, k, 0.25, f, 0.9, price});
        ASSERT_TRUE(found) << found.error().message();
        EXPECT_NEAR(*found * 0.5 / deviation, 1.0, 4.0 * allowed(distance, deviation)) << x << " " << deviation;
      };
      expect_inverse(OptionType::put, strike, forward);
      expect_inverse(OptionType::call, 1.0 / strike, 1.0 / forward);
    }
}

TEST(ImpliedVolatility, inverts_what_is_left_to_the_upper_bound) {
  // A price that is its bound less a few digits still gives those digits of the volatility.
  for (const double deviation : {2.0, 4.0, 6.0, 8.0}) {
    const double price = 1.0 - 2.0 * normal_cdf(-0.5 * deviation);  // at the forward of one
    const auto found = implied_volatility({OptionType::call, 1.0, 1.0, 1.0, 1.0, price});
    const double rounding = 4.0 * epsilon / normal_pdf(0.5 * deviation) / deviation;
    EXPECT_NEAR(*found / deviation, 1.0, rounding + 8.0 * epsilon);
  }
}

TEST(ImpliedVolatility, agrees_with_the_closed_form_in_and_out_of_the_money) {
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const double strike : {60.0, 100.0, 150.0})
      for (const double volatility : {0.08, 0.3, 1.2}) {
        const BlackScholes<double> model{100.0, 0.03, 0.01, volatility};
        const double price = black_scholes_greeks(type, strike, 0.7, model).price;
        const auto greeks = black_scholes_greeks(type, strike, 0.7, model).greeks;
        const auto found =
            implied_volatility({type, strike, 0.7, forward(model, 0.7), discount_factor(model, 0.7), price});
        const double rounding = 16.0 * epsilon * 150.0 / greeks.vega;  // of a price about as large as spot or strike
        EXPECT_NEAR(*found, volatility, rounding + 8.0 * epsilon);
      }
}

TEST(ImpliedVolatility, of_bachelier_inverts_its_formula) {
  for (const double forward : {-0.01, 0.0, 0.02})
    for (const double strike : {-0.02, 0.0, 0.0200001, 0.1})
      for (const double volatility : {1e-3, 0.01, 0.5}) {
        const double deviation = volatility * std::sqrt(2.0);
        const double z = -std::abs(forward - strike) / deviation;
        if (z < -36.0) continue;
        // The time value in long double, so that the tail of the put keeps its digits.
        const long double wide = z;
        const long double density = std::exp(-0.5L * wide * wide) / std::sqrt(2.0L * std::numbers::pi_v<long double>);
        const long double tail = 0.5L * std::erfc(-wide / std::numbers::sqrt2_v<long double>);
        const double value = static_cast<double>(deviation * (density + wide * tail));
        const OptionType type = strike > forward ? OptionType::call : OptionType::put;
        const auto found = implied_normal_volatility({type, strike, 2.0, forward, 0.8, 0.8 * value});
        ASSERT_TRUE(found) << found.error().message();
        // The difference above loses z^2 long roundings; the volatility gains as many.
        EXPECT_NEAR(*found / volatility, 1.0, 64.0 * epsilon) << z;
      }
}

TEST(ImpliedVolatility, refuses_what_no_volatility_gives) {
  const auto field = [](const QuotedOption& quote) {
    const auto found = implied_volatility(quote);
    return found ? std::string("none") : found.error().field + found.error().allowed.substr(0, 10);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field({OptionType::call, 90.0, 1.0, 100.0, 1.0, 9.0}), "pricethe payoff");
  EXPECT_EQ(field({OptionType::call, 90.0, 1.0, 100.0, 1.0, 100.0}), "pricebelow 100");
  EXPECT_EQ(field({OptionType::put, 90.0, 1.0, 100.0, 0.5, 45.0}), "pricebelow 45");
  EXPECT_EQ(field({OptionType::put, 90.0, 1.0, 100.0, 0.5, nan}), "quotefinite num");
  EXPECT_EQ(field({OptionType::put, 0.0, 1.0, 100.0, 0.5, 1.0}), "quotefinite num");
  EXPECT_EQ(*implied_volatility({OptionType::call, 90.0, 1.0, 100.0, 1.0, 10.0}), 0.0);
  EXPECT_EQ(*implied_normal_volatility({OptionType::call, 90.0, 1.0, 100.0, 1.0, 10.0}), 0.0);
  EXPECT_EQ(implied_normal_volatility({OptionType::call, 90.0, 1.0, 100.0, 1.0, 9.0}).error().field, "price");
  EXPECT_EQ(implied_normal_volatility({OptionType::call, 90.0, 0.0, 100.0, 1.0, 11.0}).error().field, "quote");
  EXPECT_EQ(implied_normal_volatility({OptionType::call, nan, 1.0, 100.0, 1.0, 11.0}).error().field, "quote");
}

TEST(ImpliedVolatility, a_bad_row_spoils_no_other) {
  const std::vector<std::uint8_t> types{0, 1, 0, 7};
  const std::vector<double> strikes{100.0, 100.0, 90.0, 100.0};
  const std::vector<double> ones(4, 1.0);
  const std::vector<double> forwards(4, 100.0);
  const std::vector<double> prices{8.0, 120.0, 9.0, 8.0};
  std::vector<double> volatilities(4);
  std::vector<std::uint8_t> ends(4);
  implied_volatilities({types, strikes, ones, forwards, ones, prices}, false, volatilities, ends);
  EXPECT_EQ(ends, (std::vector<std::uint8_t>{0, 2, 1, 3}));
  EXPECT_EQ(volatilities[0], *implied_volatility({OptionType::call, 100.0, 1.0, 100.0, 1.0, 8.0}));
  for (int i = 1; i < 4; ++i) EXPECT_TRUE(std::isnan(volatilities[static_cast<std::size_t>(i)]));
  implied_volatilities({types, strikes, ones, forwards, ones, prices}, true, volatilities, ends);
  EXPECT_EQ(ends, (std::vector<std::uint8_t>{0, 0, 1, 3}));
}

}  // namespace
}  // namespace plimsoll
