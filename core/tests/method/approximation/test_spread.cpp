#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/approximation/spread.hpp"
#include "plimsoll/method/quadrature/basket.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr OptionType types[] = {OptionType::call, OptionType::put};

double price(const Spread& option, const TwoAssets<double>& m, SpreadMethod method) {
  const auto priced = spread_price(option, m, method);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced ? *priced : std::nan("");
}

TEST(Spread, kirk_agrees_with_the_printed_table_of_haug) {
  int cases = 0;
  for (const auto& row : testing::reference_table("spread_kirk_futures.csv")) {
    const double rate = row.number("rate");
    const TwoAssets<double> m{row.number("futures1"), row.number("futures2"),    rate, rate, row.number("vol1"),
                              row.number("vol2"),     row.number("correlation"), rate};
    const Spread option{testing::type_of(row), row.number("strike"), row.number("maturity_years")};
    EXPECT_NEAR(price(option, m, SpreadMethod::kirk), row.number("expected"), row.number("tolerance"));
    ++cases;
  }
  EXPECT_EQ(cases, 13);
}

TwoAssets<double> model_of_two(const testing::ReferenceRow& row) {
  return {row.number("spot1"), row.number("spot2"), row.number("dividend_yield1"), row.number("dividend_yield2"),
          row.number("vol1"),  row.number("vol2"),  row.number("correlation"),     row.number("rate")};
}

TEST(Spread, splittings_agree_with_printed_values_to_ten_digits) {
  double kirk_off = 0.0;
  double second_off = 0.0;
  for (const auto& row : testing::reference_table("spread_kirk_strang_mathematica.csv")) {
    const TwoAssets<double> m = model_of_two(row);
    const Spread option{testing::type_of(row), row.number("strike"), row.number("maturity_years")};
    const double relative = row.number("tolerance_rel");
    const double exact = price(option, m, SpreadMethod::exact);
    for (const auto& [method, column] : {std::pair{SpreadMethod::kirk, "expected_kirk"},
                                         std::pair{SpreadMethod::splitting_first_order, "expected_strang_1"},
                                         std::pair{SpreadMethod::splitting_second_order, "expected_strang_2"}}) {
      const double expected = row.number(column);
      EXPECT_NEAR(price(option, m, method), expected, relative * expected) << row.text("case_id") << " " << column;
    }
    kirk_off = std::max(kirk_off, std::abs(row.number("expected_kirk") / exact - 1.0));
    second_off = std::max(second_off, std::abs(row.number("expected_strang_2") / exact - 1.0));
  }
  std::printf("[ MEASURED ] off the exact price: Kirk %.2g, splitting of second order %.2g\n", kirk_off, second_off);
  EXPECT_LT(kirk_off, 1e-2);
  EXPECT_LT(second_off, kirk_off);
}

TEST(Spread, splittings_agree_with_the_printed_table_of_lo) {
  int cases = 0;
  for (const auto& row : testing::reference_table("spread_operator_splitting_lo.csv")) {
    const TwoAssets<double> m = model_of_two(row);
    const Spread option{testing::type_of(row), row.number("strike"), row.number("maturity_years")};
    const double tolerance = row.number("tolerance");
    const double exact = price(option, m, SpreadMethod::exact);
    EXPECT_NEAR(price(option, m, SpreadMethod::splitting_first_order), row.number("expected_first_order"), tolerance);
    EXPECT_NEAR(price(option, m, SpreadMethod::splitting_second_order), row.number("expected_second_order"), tolerance);
    EXPECT_NEAR(price(option, m, SpreadMethod::splitting_second_order), exact, 5e-3);
    ++cases;
  }
  EXPECT_EQ(cases, 10);
}

/// The payoff by the density of both assets: given the second, the first by an adaptive rule.
double by_two_integrals(const Spread& option, const TwoAssets<double>& m) {
  const double years = option.expiry;
  const double rest = std::sqrt(1.0 - m.correlation * m.correlation);
  const double deviation = m.volatility1 * std::sqrt(years);
  const double expected = testing::expected_at(second_asset(m), years, [&](double second) {
    const double drift = (m.rate - m.dividend_yield2 - 0.5 * m.volatility2 * m.volatility2) * years;
    const double z = (std::log(second / m.spot2) - drift) / (m.volatility2 * std::sqrt(years));
    const double centre = std::log(m.spot1) +
                          (m.rate - m.dividend_yield1 - 0.5 * m.volatility1 * m.volatility1) * years +
                          m.correlation * deviation * z;
    const auto pays = [&](double x) {
      const double first = std::exp(centre + rest * deviation * x);
      return normal_pdf(x) * std::max(sign(option.type) * (first - second - option.strike), 0.0);
    };
    const double bend = second + option.strike > 0.0
                            ? std::clamp((std::log(second + option.strike) - centre) / (rest * deviation), -9.0, 9.0)
                            : -9.0;
    double sum = 0.0;
    if (bend > -9.0) sum += gauss_kronrod(pays, -9.0, bend, {1e-9, 1e-9, 40}).value;
    if (bend < 9.0) sum += gauss_kronrod(pays, bend, 9.0, {1e-9, 1e-9, 40}).value;
    return sum;
  });
  return std::exp(-m.rate * years) * expected;
}

TEST(Spread, exact_price_agrees_with_the_density_of_both) {
  for (const OptionType type : types)
    for (const double strike : {-30.0, 5.0}) {
      const TwoAssets<double> m{100.0, 96.0, 0.02, 0.01, 0.3, 0.2, strike > 0.0 ? 0.9 : -0.6, 0.04};
      const Spread option{type, strike, 0.8};
      EXPECT_NEAR(price(option, m, SpreadMethod::exact), by_two_integrals(option, m), 1e-6) << strike;
    }
}

TEST(Spread, without_strike_is_the_exchange_by_every_method) {
  for (const double correlation : {-1.0, -0.5, 0.0, 0.7, 0.999, 1.0}) {
    const TwoAssets<double> m{100.0, 96.0, 0.02, 0.01, 0.3, 0.2, correlation, 0.04};
    const double exchanged = exchange_price<double>(ExchangeOption{1.0, 1.0, 0.8}, m, 0.8);
    for (const SpreadMethod method : {SpreadMethod::exact, SpreadMethod::kirk, SpreadMethod::splitting_first_order,
                                      SpreadMethod::splitting_second_order})
      EXPECT_NEAR(price({OptionType::call, 0.0, 0.8}, m, method), exchanged, 2e-11) << correlation;
  }
}

TEST(Spread, call_less_put_is_the_spread_itself) {
  const TwoAssets<double> m{100.0, 96.0, 0.02, 0.01, 0.3, 0.2, 0.5, 0.04};
  const double parity = 100.0 * std::exp(-0.016) - 96.0 * std::exp(-0.008) - 7.0 * std::exp(-0.032);
  for (const SpreadMethod method : {SpreadMethod::exact, SpreadMethod::kirk, SpreadMethod::splitting_first_order,
                                    SpreadMethod::splitting_second_order})
    EXPECT_NEAR(price({OptionType::call, 7.0, 0.8}, m, method) - price({OptionType::put, 7.0, 0.8}, m, method), parity,
                1e-11);
}

// Six deviations away from the mean lies what an asset brings that moves 200 % a year for ten of them.
TEST(Spread, call_less_put_is_the_spread_itself_however_far_the_assets_move) {
  constexpr double rounding = 1e-12 * 300.0;  // of the legs together
  for (const double correlation : {-0.999, -0.5, 0.5, 0.999}) {
    const TwoAssets<double> m{100.0, 96.0, 0.0, 0.0, 2.0, 1.9, correlation, 0.0};
    for (const double strike : {-20.0, 7.0, 100.0})
      EXPECT_NEAR(price({OptionType::call, strike, 10.0}, m, SpreadMethod::exact) -
                      price({OptionType::put, strike, 10.0}, m, SpreadMethod::exact),
                  4.0 - strike, rounding)
          << correlation;
  }
}

TEST(Spread, sensitivities_agree_with_bumps) {
  const TwoAssets<double> model{100.0, 96.0, 0.02, 0.01, 0.3, 0.2, 0.5, 0.04};
  const Spread option{OptionType::call, 7.0, 0.8};
  for (const auto value : {spread_exact, spread_kirk}) {
    const auto priced = value(option, model);
    ASSERT_TRUE(priced);
    const TwoAssetGreeks& g = priced->greeks;
    const auto at = [&](auto x) {
      return value({OptionType::call, 7.0, x[4]}, {x[0], x[1], 0.02, 0.01, x[2], 0.2, x[3], 0.04})->price;
    };
    const testing::Point point{100.0, 96.0, 0.3, 0.5, 0.8};
    // The pieces of the integral move with the bumps, each to 1e-12 of the price.
    testing::expect_gradient(at, point, {g.delta1, g.delta2, g.vega1, g.correlation, -g.theta}, 1e-7);
    const auto delta = [&](auto x) {
      return value(option, {x[0], x[1], 0.02, 0.01, 0.3, 0.2, 0.5, 0.04})->greeks.delta1;
    };
    testing::expect_gradient(delta, {100.0, 96.0}, {g.gamma1, g.cross_gamma}, 1e-7);
  }
}

// The quadrature conditions on a common normal, this on the second asset; its accuracy is 1e-9 of the larger forward.
TEST(Spread, a_basket_of_two_agrees_with_the_other_quadrature_and_with_its_bumps) {
  const TwoAssets<double> model{100.0, 96.0, 0.02, 0.01, 0.3, 0.2, 0.5, 0.04};
  const CorrelatedBlackScholes<double> same{{100.0, 96.0}, 0.04, {0.02, 0.01}, {0.3, 0.2}, {1.0, 0.5, 0.5, 1.0}};
  for (const OptionType type : types)
    for (const double strike : {0.0, 60.0, 98.0, 140.0}) {
      const BasketOption option{type, Aggregate::sum, {0.7, 0.3}, strike, 0.8};
      const auto priced = basket_exact(option, model);
      ASSERT_TRUE(priced);
      EXPECT_NEAR(priced->price, *quadrature_price(option, same), 1e-7);
      const TwoAssetGreeks& g = priced->greeks;
      const auto at = [&](auto x) {
        return basket_exact(option, {x[0], x[1], x[5], 0.01, x[2], 0.2, x[3], x[4]})->price;
      };
      testing::expect_gradient(at, {100.0, 96.0, 0.3, 0.5, 0.04, 0.02},
                               {g.delta1, g.delta2, g.vega1, g.correlation, g.rho, g.dividend1}, 1e-7);
    }
}

// Deltas see the kink, so their differences are the gammas that a tangent of a tangent misses; a step of 1e-4 of the
// spot leaves 1e-8 of them, and what stands beside the limit 1e-4 of a deviation.
TEST(Spread, keeps_its_curvature_where_one_asset_decides_over_the_other) {
  const TwoAssets<double> tied{100.0, 96.0, 0.02, 0.01, 0.3, 0.2, 1.0, 0.04};
  TwoAssets<double> against = tied;
  against.correlation = -1.0;
  TwoAssets<double> still = tied;
  still.correlation = 0.5;
  still.volatility1 = 0.0;
  const Spread option{OptionType::call, 7.0, 0.8};
  for (const TwoAssets<double>& model : {tied, against, still}) {
    const auto deltas_at = [&](double spot1, double spot2) {
      TwoAssets<double> moved = model;
      moved.spot1 = spot1;
      moved.spot2 = spot2;
      return spread_exact(option, moved)->greeks;
    };
    const TwoAssetGreeks g = spread_exact(option, model)->greeks;
    const auto slope = [&](double TwoAssetGreeks::* delta, double by1, double by2) {
      return (deltas_at(100.0 + by1, 96.0 + by2).*delta - deltas_at(100.0 - by1, 96.0 - by2).*delta) / 0.02;
    };
    EXPECT_GT(g.gamma1, 1e-3);
    EXPECT_NEAR(g.gamma1, slope(&TwoAssetGreeks::delta1, 0.01, 0.0), 1e-5);
    EXPECT_NEAR(g.gamma2, slope(&TwoAssetGreeks::delta2, 0.0, 0.01), 1e-5);
    EXPECT_NEAR(g.cross_gamma, slope(&TwoAssetGreeks::delta1, 0.0, 0.01), 1e-5);
    // What a correlation moves is what two means move together (Plackett).
    EXPECT_NEAR(g.correlation, 0.8 * model.volatility1 * 0.2 * 100.0 * 96.0 * g.cross_gamma, 1e-3);
  }
}

TEST(Spread, a_basket_that_is_no_sum_of_two_is_refused) {
  const TwoAssets<double> model{100.0, 96.0, 0.02, 0.01, 0.3, 0.2, 0.5, 0.04};
  const auto refusal = [&](const BasketOption& option) { return basket_exact(option, model).error(); };
  const Error unsupported{ErrorCode::unsupported, "weights", "3 from 1",
                          "the sum of two underlyings, the first with a weight above zero",
                          "simulate what is on more, or on the best or worst of them"};
  EXPECT_EQ(refusal({OptionType::call, Aggregate::sum, {1.0, 1.0, 1.0}, 90.0, 1.0}), unsupported);
  EXPECT_EQ(refusal({OptionType::call, Aggregate::largest, {1.0, 1.0}, 90.0, 1.0}).code, ErrorCode::unsupported);
  EXPECT_EQ(refusal({OptionType::call, Aggregate::sum, {-1.0, 1.0}, 90.0, 1.0}).value, "2 from -1");
  EXPECT_EQ(refusal({OptionType::call, Aggregate::sum, {}, 90.0, 1.0}).field, "weights");
  TwoAssets<double> bad = model;
  bad.correlation = 2.0;
  EXPECT_EQ(basket_exact({OptionType::call, Aggregate::sum, {1.0, 1.0}, 90.0, 1.0}, bad).error().field, "correlation");
}

TEST(Spread, has_its_limits_and_refuses_what_makes_no_sense) {
  const TwoAssets<double> m{100.0, 96.0, 0.0, 0.0, 0.3, 0.2, 0.5, 0.0};
  for (const SpreadMethod method : {SpreadMethod::exact, SpreadMethod::kirk, SpreadMethod::splitting_second_order})
    EXPECT_NEAR(price({OptionType::call, 1.0, 0.0}, m, method), 3.0, 1e-11);
  EXPECT_EQ(spread_price({OptionType::call, NAN, 1.0}, m, SpreadMethod::exact).error().field, "strike");
  EXPECT_EQ(spread_price({OptionType::call, -97.0, 1.0}, m, SpreadMethod::kirk).error().code, ErrorCode::unsupported);
  EXPECT_EQ(spread_kirk({OptionType::call, -97.0, 1.0}, m).error().field, "strike");
  EXPECT_EQ(spread_kirk({OptionType::call, 1.0, -1.0}, m).error().field, "expiry");
  EXPECT_EQ(spread_exact({OptionType::call, 1.0, -1.0}, m).error().field, "expiry");
  TwoAssets<double> bad = m;
  bad.correlation = 2.0;
  EXPECT_EQ(spread_exact({OptionType::call, 1.0, 1.0}, bad).error().field, "correlation");
  EXPECT_EQ(spread_kirk({OptionType::call, 1.0, 1.0}, bad).error().field, "correlation");
  EXPECT_EQ(spread_price({OptionType::call, 1.0, 1.0}, bad, SpreadMethod::kirk).error().field, "correlation");
}

}  // namespace
}  // namespace plimsoll
