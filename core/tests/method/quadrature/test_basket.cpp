#include "method/monte_carlo/correlated_market.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/quadrature/basket.hpp"
#include "plimsoll/numerics/bivariate_normal.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::alike;

constexpr double margin = 1e-8;  // ten times the accuracy stated, on a scale of about one hundred

CorrelatedBlackScholes<double> two(double rho) {
  return {{100.0, 95.0}, 0.05, {0.02, 0.04}, {0.3, 0.2}, {1.0, rho, rho, 1.0}};
}

double price(const BasketOption& option, const CorrelatedBlackScholes<double>& model) {
  const auto found = quadrature_price(option, model);
  EXPECT_TRUE(found) << (found ? "" : found.error().message());
  return found ? *found : std::numeric_limits<double>::quiet_NaN();
}

TEST(BasketQuadrature, exchange_option_is_that_of_margrabe) {
  // Source: Margrabe (1978): the volatility of the ratio, no rate.
  for (const double rho : {-1.0, -0.5, 0.0, 0.7, 0.99}) {
    const double sigma = std::sqrt(0.09 + 0.04 - 2.0 * rho * 0.06);
    const double a = 100.0 * std::exp(-0.02 * 1.5);
    const double b = 95.0 * std::exp(-0.04 * 1.5);
    const double d = std::log(a / b) / (sigma * std::sqrt(1.5)) + 0.5 * sigma * std::sqrt(1.5);
    const double exact = a * normal_cdf(d) - b * normal_cdf(d - sigma * std::sqrt(1.5));
    EXPECT_NEAR(price({OptionType::call, Aggregate::sum, {1.0, -1.0}, 0.0, 1.5}, two(rho)), exact, margin) << rho;
  }
}

/// Source: Stulz (1982), with the yields of each asset.
double stulz_call_on_smaller(double strike, double expiry, const CorrelatedBlackScholes<double>& m) {
  const double rho = m.correlation[1];
  const double root = std::sqrt(expiry);
  const double s1 = m.volatilities[0];
  const double s2 = m.volatilities[1];
  const double s = std::sqrt(s1 * s1 + s2 * s2 - 2.0 * rho * s1 * s2);
  const auto d = [&](std::size_t i) {
    return (std::log(m.spots[i] / strike) +
            (m.rate - m.dividend_yields[i] - 0.5 * m.volatilities[i] * m.volatilities[i]) * expiry) /
           (m.volatilities[i] * root);
  };
  const double f1 = m.spots[0] * std::exp(-m.dividend_yields[0] * expiry);
  const double f2 = m.spots[1] * std::exp(-m.dividend_yields[1] * expiry);
  const double a = (std::log(f2 / f1) - 0.5 * s * s * expiry) / (s * root);
  const double b = (std::log(f1 / f2) - 0.5 * s * s * expiry) / (s * root);
  return f1 * bivariate_normal_cdf(d(0) + s1 * root, a, (rho * s2 - s1) / s) +
         f2 * bivariate_normal_cdf(d(1) + s2 * root, b, (rho * s1 - s2) / s) -
         strike * std::exp(-m.rate * expiry) * bivariate_normal_cdf(d(0), d(1), rho);
}

TEST(BasketQuadrature, call_on_the_smaller_of_two_is_that_of_stulz) {
  for (const double rho : {-0.9, -0.3, 0.0, 0.6, 0.95})
    EXPECT_NEAR(price({OptionType::call, Aggregate::smallest, {1.0, 1.0}, 98.0, 0.5}, two(rho)),
                stulz_call_on_smaller(98.0, 0.5, two(rho)), margin)
        << rho;
}

TEST(BasketQuadrature, agrees_with_the_printed_prices_of_stulz) {
  int cases = 0;
  for (const auto& row : testing::reference_table("basket_two_asset_stulz.csv")) {
    const double rho = row.number("correlation");
    const CorrelatedBlackScholes<double> model{{row.number("spot1"), row.number("spot2")},
                                               row.number("rate"),
                                               {row.number("dividend_yield1"), row.number("dividend_yield2")},
                                               {row.number("vol1"), row.number("vol2")},
                                               {1.0, rho, rho, 1.0}};
    const BasketOption option{row.text("option_type") == "call" ? OptionType::call : OptionType::put,
                              row.text("payoff_type") == "max" ? Aggregate::largest : Aggregate::smallest,
                              {1.0, 1.0},
                              row.number("strike"),
                              row.number("maturity_years")};
    EXPECT_NEAR(price(option, model), row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 8);
}

TEST(BasketQuadrature, call_and_put_on_sum_largest_and_smallest_keep_their_parities) {
  for (const double rho : {-0.8, 0.0, 0.5, 1.0}) {
    const auto model = two(rho);
    const auto both = [&](Aggregate of, OptionType type, std::vector<double> w) {
      return price({type, of, std::move(w), 90.0, 0.75}, model);
    };
    const double discounted_strike = 90.0 * std::exp(-0.05 * 0.75);
    const double forwards = 100.0 * std::exp(-0.02 * 0.75) + 95.0 * std::exp(-0.04 * 0.75);
    const double sum =
        both(Aggregate::sum, OptionType::call, {1.0, 1.0}) - both(Aggregate::sum, OptionType::put, {1.0, 1.0});
    EXPECT_NEAR(sum, forwards - discounted_strike, 2.0 * margin);
    const auto extremes = [&](OptionType type) {
      return both(Aggregate::largest, type, {1.0, 1.0}) + both(Aggregate::smallest, type, {1.0, 1.0});
    };
    EXPECT_NEAR(extremes(OptionType::call) - extremes(OptionType::put), forwards - 2.0 * discounted_strike,
                4.0 * margin);
    const BlackScholes<double> first{100.0, 0.05, 0.02, 0.3};
    const BlackScholes<double> second{95.0, 0.05, 0.04, 0.2};
    EXPECT_NEAR(extremes(OptionType::put),
                black_scholes_greeks(OptionType::put, 90.0, 0.75, first).price +
                    black_scholes_greeks(OptionType::put, 90.0, 0.75, second).price,
                4.0 * margin);
  }
}

TEST(BasketQuadrature, many_assets_by_one_factor_agree_with_two_by_conditioning) {
  // A third asset that is always far behind, or far ahead, leaves the option on the other two.
  for (const auto of : {Aggregate::largest, Aggregate::smallest})
    for (const auto type : {OptionType::call, OptionType::put}) {
      const double away = of == Aggregate::largest ? 1e-9 : 1e9;
      const CorrelatedBlackScholes<double> three{
          {100.0, 95.0, 100.0}, 0.05, {0.02, 0.04, 0.0}, {0.3, 0.2, 0.1}, {1, 0.4, 0.4, 0.4, 1, 0.4, 0.4, 0.4, 1}};
      EXPECT_NEAR(price({type, of, {1.0, 1.0, away}, 98.0, 1.0}, three),
                  price({type, of, {1.0, 1.0}, 98.0, 1.0}, two(0.4)), margin);
    }
}

TEST(BasketQuadrature, assets_that_move_as_one_are_one_asset) {
  const auto model = alike(100.0, 0.05, 0.0, {0.2, 0.2, 0.2}, 1.0);
  const double exact = black_scholes_greeks(OptionType::put, 105.0, 1.0, {100.0, 0.05, 0.0, 0.2}).price;
  EXPECT_NEAR(price({OptionType::put, Aggregate::largest, {1.0, 1.0, 1.0}, 105.0, 1.0}, model), exact, margin);
  const auto negative = CorrelatedBlackScholes<double>{
      {100.0, 100.0, 100.0}, 0.05, {0.0, 0.0, 0.0}, {0.2, 0.2, 0.2}, {1, -0.5, 0, -0.5, 1, 0, 0, 0, 1}};
  EXPECT_GT(price({OptionType::call, Aggregate::largest, {1.0, 1.0, 1.0}, 105.0, 1.0}, negative),
            price({OptionType::call, Aggregate::largest, {1.0, 1.0, 1.0}, 105.0, 1.0}, model));
}

TEST(BasketQuadrature, spread_with_a_negative_strike_and_one_asset_are_vanilla_options) {
  // (S1 - S2 + 20)+ where S2 does not move: a call on S1 at S2 - 20.
  const CorrelatedBlackScholes<double> model{{100.0, 95.0}, 0.05, {0.0, 0.05}, {0.3, 0.0}, {1.0, 0.0, 0.0, 1.0}};
  const double exact = black_scholes_greeks(OptionType::call, 75.0, 1.0, {100.0, 0.05, 0.0, 0.3}).price;
  EXPECT_NEAR(price({OptionType::call, Aggregate::sum, {1.0, -1.0}, -20.0, 1.0}, model), exact, margin);
  EXPECT_NEAR(price({OptionType::call, Aggregate::sum, {1.0}, 75.0, 1.0}, alike(100.0, 0.05, 0.0, {0.3}, 1.0)), exact,
              1e-12);
}

TEST(BasketQuadrature, basket_at_expiry_is_its_payoff) {
  EXPECT_NEAR(price({OptionType::call, Aggregate::sum, {0.5, 0.5}, 90.0, 0.0}, two(0.3)), 7.5, margin);
  EXPECT_NEAR(price({OptionType::put, Aggregate::smallest, {1.0, 1.0}, 98.0, 0.0}, two(0.3)), 3.0, margin);
}

TEST(BasketQuadrature, refuses_what_it_cannot_do) {
  const auto three = alike(100.0, 0.05, 0.0, {0.2, 0.3, 0.4}, 0.5);
  EXPECT_EQ(quadrature_price({OptionType::call, Aggregate::sum, {1.0, 1.0, 1.0}, 100.0, 1.0}, three).error().code,
            ErrorCode::unsupported);
  EXPECT_EQ(quadrature_price({OptionType::call, Aggregate::largest, {1.0, 1.0}, 100.0, 1.0}, three).error().field,
            "spots");
  auto no_factor = three;
  no_factor.correlation = {1, 0.5, 0.1, 0.5, 1, 0.9, 0.1, 0.9, 1};
  EXPECT_EQ(
      quadrature_price({OptionType::call, Aggregate::largest, {1.0, 1.0, 1.0}, 100.0, 1.0}, no_factor).error().field,
      "correlation");
  auto worthless = three;
  worthless.spots[0] = 0.0;
  EXPECT_EQ(
      quadrature_price({OptionType::call, Aggregate::largest, {1.0, 1.0, 1.0}, 100.0, 1.0}, worthless).error().field,
      "spots");
  const BasketOption expired{OptionType::call, Aggregate::largest, {1.0, 1.0, 1.0}, 100.0, -1.0};
  EXPECT_EQ(quadrature_price(expired, three).error().code, ErrorCode::expired_product);
}

}  // namespace
}  // namespace plimsoll
