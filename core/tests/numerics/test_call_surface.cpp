#include "plimsoll/numerics/call_surface.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

double black_price(double moneyness, double deviation) {
  const double centre = -std::log(moneyness) / deviation;
  return normal_cdf(centre + 0.5 * deviation) - moneyness * normal_cdf(centre - 0.5 * deviation);
}

/// A mixture of log-normal laws whose means stay: free of arbitrage in strike and time, with a skew.
struct Mixture {
  std::vector<double> weights, means, volatilities;

  [[nodiscard]] double price(double moneyness, double years) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i)
      sum += weights[i] * means[i] * black_price(moneyness / means[i], volatilities[i] * std::sqrt(years));
    return sum;
  }
};

double drawn(int low, int high) { return *rc::gen::inRange(low, high) / 1000.0; }

Mixture drawn_mixture() {
  const double weight = drawn(100, 900);
  const double mean = drawn(850, 1000);
  return {{weight, 1.0 - weight}, {mean, (1.0 - weight * mean) / (1.0 - weight)}, {drawn(100, 600), drawn(100, 600)}};
}

/// Quotes of a few expiries, each at strikes of its own.
std::vector<CallQuotes> drawn_quotes(const Mixture& law) {
  std::vector<CallQuotes> expiries;
  double years = 0.0;
  for (int e = 0; e < 3; ++e) {
    years += drawn(50, 1000);
    CallQuotes quotes{years, {}, {}};
    double moneyness = drawn(500, 900);
    for (int i = 0; i < 7; ++i, moneyness += drawn(20, 200)) {
      quotes.moneyness.push_back(moneyness);
      quotes.prices.push_back(law.price(moneyness, years));
    }
    expiries.push_back(quotes);
  }
  return expiries;
}

constexpr double step = 0.01;
constexpr int grid = 250;

RC_GTEST_PROP(CallSurface, arbitrage_free_quotes_give_a_surface_without_arbitrage_on_a_dense_grid, ()) {
  const auto quotes = drawn_quotes(drawn_mixture());
  const auto surface = CallSurface::through(quotes);
  RC_ASSERT(surface.has_value());
  for (const CallQuotes& expiry : quotes)
    for (std::size_t i = 0; i < expiry.prices.size(); ++i)
      RC_ASSERT(std::abs(surface->price(expiry.moneyness[i], expiry.years) - expiry.prices[i]) <= 1e-13);
  std::vector<double> before(grid + 1, 0.0);
  for (int j = 0; j <= 12; ++j) {
    const double years = quotes.back().years * 1.1 * j / 12.0;
    std::vector<double> now(grid + 1);
    for (int i = 0; i <= grid; ++i) now[static_cast<std::size_t>(i)] = surface->price(step * i, years);
    RC_ASSERT(now[0] == 1.0);
    for (std::size_t i = 1; i <= grid; ++i) {
      RC_ASSERT(now[i] <= now[i - 1] + 1e-14);                                   // a call spread is worth something
      RC_ASSERT(now[i - 1] - now[i] <= step + 1e-14);                            // and no more than it can pay
      if (i < grid) RC_ASSERT(now[i - 1] + now[i + 1] >= 2.0 * now[i] - 1e-14);  // a butterfly too
      RC_ASSERT(now[i] >= before[i] - 1e-14);                                    // and a calendar spread
    }
    before = now;
  }
}

TEST(CallSurface, total_variance_at_the_forward_is_linear_in_time) {
  const auto quotes_at = [](double years, double volatility) {
    CallQuotes quotes{years, {0.8, 0.9, 1.0, 1.1, 1.25}, {}};
    for (const double k : quotes.moneyness) quotes.prices.push_back(black_price(k, volatility * std::sqrt(years)));
    return quotes;
  };
  const auto surface = CallSurface::through({quotes_at(0.5, 0.2), quotes_at(1.5, 0.3)});
  ASSERT_TRUE(surface);
  EXPECT_NEAR(surface->total_variance(1.0, 0.5), 0.02, 1e-14);
  EXPECT_NEAR(surface->total_variance(1.0, 1.5), 0.135, 1e-13);
  EXPECT_NEAR(surface->total_variance(1.0, 1.0), 0.5 * (0.02 + 0.135), 1e-13);
  EXPECT_NEAR(surface->total_variance(1.0, 0.25), 0.01, 1e-13);
  EXPECT_NEAR(surface->total_variance(0.9, 0.5), 0.02, 1e-13);
  EXPECT_EQ(surface->price(0.7, 0.0), 1.0 - 0.7);
  EXPECT_EQ(surface->price(1.1, 9.0), surface->price(1.1, 1.5));
}

TEST(CallSurface, lies_between_quotes_close_to_the_law_that_they_come_from) {
  const Mixture law{{0.3, 0.7}, {0.9, (1.0 - 0.27) / 0.7}, {0.35, 0.15}};
  CallQuotes quotes{1.0, {}, {}};
  for (int i = 0; i < 25; ++i) {
    quotes.moneyness.push_back(0.5 + 0.05 * i);
    quotes.prices.push_back(law.price(quotes.moneyness.back(), 1.0));
  }
  const auto curve = CallCurve::through(quotes);
  for (double k = 0.5; k < 1.7; k += 0.007) EXPECT_NEAR((*curve)(k), law.price(k, 1.0), 1e-4);
}

TEST(ImpliedTotalVariance, inverts_blacks_formula_on_either_side) {
  for (const double k : {0.2, 0.9, 1.0, 1.3, 4.0})
    for (const double deviation : {0.05, 0.3, 2.0}) {
      const double price = black_price(k, deviation);
      if (price - std::max(1.0 - k, 0.0) < 1e-9) continue;  // nothing of the variance is left in the price
      EXPECT_NEAR(implied_total_variance(k, price), deviation * deviation, 1e-6 * deviation * deviation) << k;
    }
  EXPECT_EQ(implied_total_variance(0.7, 0.3), 0.0);
  EXPECT_EQ(implied_total_variance(1.0, 1e-12), 0.0);
  EXPECT_TRUE(std::isnan(implied_total_variance(1.0, 1.0)));
}

std::string refusal(const CallQuotes& quotes) { return CallCurve::through(quotes).error().value; }

TEST(CallCurve, names_the_quotes_of_an_arbitrage) {
  EXPECT_EQ(refusal({1.0, {0.9, 1.0, 1.1}, {0.15, 0.13, 0.05}}),
            "0.13 at moneyness 1 between 0.15 at moneyness 0.9 and 0.05 at moneyness 1.1");
  EXPECT_EQ(refusal({1.0, {0.9, 1.0}, {0.15, 0.16}}), "0.15 at moneyness 0.9 and 0.16 at moneyness 1");
  EXPECT_EQ(refusal({1.0, {0.5, 0.6}, {0.61, 0.45}}), "0.61 at moneyness 0.5 and 0.45 at moneyness 0.6");
  EXPECT_EQ(refusal({1.0, {0.5}, {0.4}}), "0.4 at moneyness 0.5");
  EXPECT_EQ(refusal({1.0, {0.5}, {1.1}}), "1.1 at moneyness 0.5");
  EXPECT_EQ(refusal({1.0, {}, {}}), "0 strikes, 0 prices");
  EXPECT_EQ(refusal({1.0, {1.0, 1.0}, {0.1, 0.1}}), "1 at place 1");
}

TEST(CallCurve, quotes_on_a_line_are_joined_by_it) {
  const auto curve = CallCurve::through({1.0, {0.9, 1.0, 1.1, 1.2}, {0.16, 0.11, 0.06, 0.04}});
  ASSERT_TRUE(curve);
  EXPECT_NEAR((*curve)(0.95), 0.135, 1e-15);
  EXPECT_NEAR((*curve)(1.05), 0.085, 1e-15);
}

TEST(CallSurface, names_both_quotes_of_a_calendar_arbitrage) {
  const CallQuotes early{0.5, {0.9, 1.0, 1.1}, {0.16, 0.09, 0.045}};
  const auto surface = CallSurface::through({early, {1.0, {0.9, 1.0, 1.1}, {0.17, 0.08, 0.04}}});
  ASSERT_FALSE(surface);
  EXPECT_EQ(surface.error().field, "prices");
  EXPECT_EQ(surface.error().value, "0.08 at moneyness 1 in 1 years, below 0.09 in 0.5 years");
  const auto between = CallSurface::through({early, {1.0, {0.95}, {0.05}}});
  EXPECT_TRUE(between.error().value.ends_with("in 0.5 years"));
}

TEST(CallSurface, bends_an_earlier_curve_that_is_free_to_be_below_a_later_quote) {
  const CallQuotes early{0.5, {0.9, 1.1}, {0.16, 0.045}};
  const double freely = (*CallCurve::through(early))(1.0);
  const double later = freely - 0.002;
  const auto surface = CallSurface::through({early, {1.0, {1.0}, {later}}});
  ASSERT_TRUE(surface);
  EXPECT_NEAR(surface->price(1.0, 1.0), later, 1e-15);
  EXPECT_LE(surface->price(1.0, 0.5), later + 1e-15);
  EXPECT_NEAR(surface->price(0.9, 0.5), 0.16, 1e-15);
}

TEST(CallSurface, refuses_expiries_that_do_not_rise) {
  const CallQuotes quotes{0.5, {1.0}, {0.1}};
  EXPECT_EQ(CallSurface::through({}).error().field, "expiries");
  EXPECT_EQ(CallSurface::through({quotes, quotes}).error().field, "years");
  EXPECT_EQ(CallSurface::through({{0.0, {1.0}, {0.1}}}).error().field, "years");
  EXPECT_EQ(CallSurface::through({{1.0, {1.0}, {1.1}}}).error().field, "prices");
}

}  // namespace
}  // namespace plimsoll
