#include "plimsoll/numerics/call_arbitrage.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

double black(double moneyness, double deviation) {
  const double centre = -std::log(moneyness) / deviation;
  return normal_cdf(centre + 0.5 * deviation) - moneyness * normal_cdf(centre - 0.5 * deviation);
}

/// Flat Black prices of some expiries, each at strikes of its own, with noise.
std::vector<CallQuotes> noisy(double noise, unsigned seed, std::size_t expiries = 3, int strikes = 9) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  std::vector<CallQuotes> all;
  for (std::size_t e = 0; e < expiries; ++e) {
    CallQuotes quotes{0.25 * static_cast<double>(e + 1), {}, {}};
    for (int i = 0; i < strikes; ++i) {
      const double k = 0.75 + 0.06 * i + 0.013 * static_cast<double>(e);
      quotes.moneyness.push_back(k);
      quotes.prices.push_back(black(k, 0.25 * std::sqrt(quotes.years)) + noise * uniform(random));
    }
    all.push_back(quotes);
  }
  return all;
}

TEST(CallArbitrage, none_is_found_in_prices_of_a_model) {
  EXPECT_TRUE(find_arbitrage(noisy(0.0, 1), 1e-14)->empty());
  const auto repaired = nearest_without_arbitrage(noisy(0.0, 1));
  ASSERT_TRUE(repaired);
  EXPECT_EQ(repaired->steps, 0);
  EXPECT_EQ(repaired->largest_move, 0.0);
}

TEST(CallArbitrage, every_kind_is_named_with_its_cells) {
  const std::vector<CallQuotes> quotes{{0.5, {0.9, 1.0, 1.1, 1.2}, {0.16, 0.13, 0.05, 0.06}},
                                       {1.0, {0.95, 1.05, 1.3}, {0.14, 0.09, -0.01}}};
  const auto flaws = find_arbitrage(quotes, 1e-12);
  ASSERT_TRUE(flaws);
  const auto has = [&](ArbitrageKind kind, QuoteAddress cell, std::vector<QuoteAddress> against, double excess) {
    return std::ranges::any_of(*flaws, [&](const ArbitrageFlaw& flaw) {
      return flaw.kind == kind && flaw.cell == cell && flaw.against == against &&
             std::abs(flaw.excess - excess) < 1e-15;
    });
  };
  EXPECT_TRUE(has(ArbitrageKind::butterfly, {0, 1}, {{0, 0}, {0, 2}}, 0.13 - 0.5 * (0.16 + 0.05)));
  EXPECT_TRUE(has(ArbitrageKind::spread, {0, 3}, {{0, 2}}, 0.01));
  EXPECT_TRUE(has(ArbitrageKind::bounds, {1, 2}, {}, 0.01));
  // Half a year's last call against the mean of its neighbour and of a later call.
  EXPECT_TRUE(has(ArbitrageKind::calendar, {0, 3}, {{0, 2}, {1, 2}}, 0.06 - 0.5 * (0.05 - 0.01)));
  EXPECT_EQ(name(ArbitrageKind::calendar), "calendar");
}

TEST(CallArbitrage, a_call_above_one_that_expires_later_is_a_calendar_arbitrage) {
  const std::vector<CallQuotes> quotes{{0.5, {1.0}, {0.10}}, {1.0, {1.0}, {0.08}}};
  const auto flaws = find_arbitrage(quotes, 1e-12);
  ASSERT_EQ(flaws->size(), 1U);
  EXPECT_EQ(flaws->front().kind, ArbitrageKind::calendar);
  EXPECT_EQ(flaws->front().against, (std::vector<QuoteAddress>{{1, 0}}));
  EXPECT_NEAR(flaws->front().excess, 0.02, 1e-15);
  // The nearest pair without it is the mean of both.
  const auto repaired = nearest_without_arbitrage(quotes);
  EXPECT_NEAR(repaired->expiries[0].prices[0], 0.09, 1e-15);
  EXPECT_NEAR(repaired->expiries[1].prices[0], 0.09, 1e-15);
  EXPECT_NEAR(repaired->largest_move, 0.01, 1e-15);
  EXPECT_NEAR(repaired->distance, std::sqrt(2e-4), 1e-15);
  // Weights of three to one: the later moves three times as far.
  const std::vector<std::vector<double>> weights{{3.0}, {1.0}};
  EXPECT_NEAR(nearest_without_arbitrage(quotes, weights)->moves[1][0], 0.015, 1e-15);
}

TEST(CallArbitrage, butterfly_is_mended_by_the_projection_that_a_hand_finds) {
  // One condition x1 - (x0 + x2) / 2 <= 0, broken by d: the projection moves by d / 1.5 times its factors.
  const std::vector<CallQuotes> quotes{{1.0, {0.9, 1.0, 1.1}, {0.16, 0.13, 0.06}}};
  const double d = 0.13 - 0.5 * (0.16 + 0.06);
  const auto repaired = nearest_without_arbitrage(quotes);
  ASSERT_TRUE(repaired);
  EXPECT_NEAR(repaired->moves[0][0], d / 3.0, 1e-15);
  EXPECT_NEAR(repaired->moves[0][1], -d / 1.5, 1e-15);
  EXPECT_NEAR(repaired->moves[0][2], d / 3.0, 1e-15);
}

TEST(CallArbitrage, a_price_out_of_its_bounds_is_brought_to_them) {
  const auto repaired = nearest_without_arbitrage(std::vector<CallQuotes>{{1.0, {0.8, 2.0}, {0.15, -0.01}}});
  ASSERT_TRUE(repaired);
  EXPECT_NEAR(repaired->expiries[0].prices[0], 0.2, 1e-9);
  EXPECT_GT(repaired->expiries[0].prices[1], 0.0);
  EXPECT_TRUE(CallSurface::through(repaired->expiries));
  const auto dear = nearest_without_arbitrage(std::vector<CallQuotes>{{1.0, {0.8}, {1.5}}});
  EXPECT_NEAR(dear->expiries[0].prices[0], 1.0, 1e-12);
}

double inner(const RepairedCalls& repaired, const std::vector<CallQuotes>& other,
             const std::vector<std::vector<double>>& weights) {
  double sum = 0.0;
  for (std::size_t e = 0; e < other.size(); ++e)
    for (std::size_t i = 0; i < other[e].prices.size(); ++i)
      sum += weights[e][i] * repaired.moves[e][i] * (other[e].prices[i] - repaired.expiries[e].prices[i]);
  return sum;
}

RC_GTEST_PROP(CallArbitrage, repaired_quotes_are_free_of_arbitrage_and_the_nearest, ()) {
  const auto seed = *rc::gen::inRange(0U, 1000000U);
  const auto quotes = noisy(0.01, seed);
  std::mt19937_64 random(seed + 1);
  std::uniform_real_distribution<double> uniform(0.2, 5.0);
  std::vector<std::vector<double>> weights;
  for (const CallQuotes& expiry : quotes) {
    weights.emplace_back();
    for (std::size_t i = 0; i < expiry.prices.size(); ++i) weights.back().push_back(uniform(random));
  }
  const auto repaired = nearest_without_arbitrage(quotes, weights);
  RC_ASSERT(repaired.has_value());
  RC_ASSERT(find_arbitrage(repaired->expiries, 1e-14)->empty());
  RC_ASSERT(CallSurface::through(repaired->expiries).has_value());
  // A point of a convex set is the nearest if and only if no other point of it lies further along the way back: the
  // second method, by points of the set. Both sides hold to the tolerance of the projection, 1e-12 a quote.
  for (const double deviation : {0.05, 0.25, 0.6, 1.5}) {
    auto other = quotes;
    for (CallQuotes& expiry : other)
      for (std::size_t i = 0; i < expiry.prices.size(); ++i)
        expiry.prices[i] = black(expiry.moneyness[i], deviation * std::sqrt(expiry.years));
    RC_ASSERT(inner(*repaired, other, weights) >= -1e-9);
  }
  const auto neighbour = nearest_without_arbitrage(noisy(0.01, seed + 2));
  RC_ASSERT(inner(*repaired, neighbour->expiries, weights) >= -1e-9);
  // And a repair of what is repaired changes nothing.
  RC_ASSERT(nearest_without_arbitrage(repaired->expiries)->largest_move <= 1e-14);
}

TEST(CallArbitrage, a_table_of_hundreds_of_quotes_is_repaired) {
  const auto quotes = noisy(0.004, 3, 5, 24);
  const auto repaired = nearest_without_arbitrage(quotes);
  ASSERT_TRUE(repaired) << repaired.error().message();
  EXPECT_FALSE(find_arbitrage(quotes, 1e-6)->empty());
  EXPECT_TRUE(find_arbitrage(repaired->expiries, 1e-14)->empty());
  EXPECT_LT(repaired->largest_move, 0.02);
}

TEST(CallArbitrage, refuses_tables_that_make_no_sense) {
  const auto field_of = [](const std::vector<CallQuotes>& quotes) {
    const auto repaired = nearest_without_arbitrage(quotes);
    EXPECT_EQ(find_arbitrage(quotes, 1e-12).has_value(), repaired.has_value());
    return repaired ? std::string("none") : repaired.error().field;
  };
  EXPECT_EQ(field_of({}), "expiries");
  EXPECT_EQ(field_of({{0.0, {1.0}, {0.1}}}), "expiries[0].years");
  EXPECT_EQ(field_of({{0.5, {1.0}, {0.1}}, {0.5, {1.0}, {0.1}}}), "expiries[1].years");
  EXPECT_EQ(field_of({{0.5, {1.0, 1.1}, {0.1}}}), "expiries[0].prices");
  EXPECT_EQ(field_of({{0.5, {1.0, 1.0}, {0.1, 0.1}}}), "expiries[0].moneyness");
  EXPECT_EQ(field_of({{0.5, {1.0}, {std::numeric_limits<double>::quiet_NaN()}}}), "expiries[0].prices");
  const std::vector<CallQuotes> one{{0.5, {1.0}, {0.1}}};
  using Weights = std::vector<std::vector<double>>;
  EXPECT_EQ(nearest_without_arbitrage(one, Weights{{1.0, 2.0}}).error().field, "weights");
  EXPECT_EQ(nearest_without_arbitrage(one, Weights{{0.0}}).error().field, "weights");
}

}  // namespace
}  // namespace plimsoll
