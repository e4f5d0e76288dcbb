#include "plimsoll/risk/volatility_filter.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

TEST(VolatilityFilter, log_returns_are_logarithms_of_ratios) {
  EXPECT_EQ(*log_returns(std::vector<double>{100.0, 110.0, 99.0}),
            (std::vector<double>{std::log(110.0 / 100.0), std::log(99.0 / 110.0)}));
}

TEST(VolatilityFilter, log_returns_refuse_closes_that_are_no_prices) {
  EXPECT_EQ(log_returns(std::vector<double>{100.0}).error().field, "closes");
  EXPECT_EQ(log_returns(std::vector<double>{100.0, 0.0}).error().field, "closes[1]");
  EXPECT_EQ(log_returns(std::vector<double>{-1.0, 2.0}).error().value, "-1");
}

TEST(VolatilityFilter, seed_is_the_root_of_the_mean_square) {
  EXPECT_DOUBLE_EQ(*seed_volatility(std::vector<double>{0.03, -0.04}), std::sqrt(0.00125));
  EXPECT_EQ(seed_volatility({}).error().field, "returns");
  EXPECT_EQ(seed_volatility(std::vector<double>{0.0, 0.0}).error().value, "all zero");
  EXPECT_EQ(seed_volatility(std::vector<double>{std::nan("")}).error().field, "returns[0]");
}

TEST(VolatilityFilter, follows_the_recursion_by_hand) {
  const auto v = ewma_volatility(std::vector<double>{0.02, -0.01}, 0.94, 0.01);
  ASSERT_EQ(v->size(), 3U);
  EXPECT_EQ((*v)[0], 0.01);
  EXPECT_DOUBLE_EQ((*v)[1], std::sqrt(0.94 * 0.0001 + 0.06 * 0.0004));
  EXPECT_DOUBLE_EQ((*v)[2], std::sqrt(0.94 * (0.94 * 0.0001 + 0.06 * 0.0004) + 0.06 * 0.0001));
}

RC_GTEST_PROP(VolatilityFilter, does_not_look_ahead, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(2, 60);
  std::vector<double> returns;
  for (std::size_t i = 0; i < n; ++i) returns.push_back(*rc::gen::inRange(-100, 100) * 1e-3);
  const auto cut = *rc::gen::inRange<std::size_t>(0, n);
  auto changed = returns;
  for (std::size_t i = cut; i < n; ++i) changed[i] += 1.0;
  const auto before = *ewma_volatility(returns, 0.9, 0.02);
  const auto after = *ewma_volatility(changed, 0.9, 0.02);
  for (std::size_t i = 0; i <= cut; ++i) RC_ASSERT(before[i] == after[i]);
  RC_ASSERT(before[cut + 1] != after[cut + 1]);
}

TEST(VolatilityFilter, refuses_settings_without_sense) {
  const std::vector<double> r{0.01};
  EXPECT_EQ(ewma_volatility(r, 1.0, 0.01).error().field, "decay");
  EXPECT_EQ(ewma_volatility(r, 0.9, 0.0).error().field, "initial");
  EXPECT_EQ(ewma_volatility(std::vector<double>{std::numeric_limits<double>::infinity()}, 0.9, 0.1).error().field,
            "returns[0]");
}

TEST(VolatilityFilter, filtered_returns_have_the_current_volatility) {
  const auto filtered = filtered_returns(std::vector<double>{0.02, -0.01}, std::vector<double>{0.01, 0.02}, 0.03);
  EXPECT_DOUBLE_EQ((*filtered)[0], 0.06);
  EXPECT_DOUBLE_EQ((*filtered)[1], -0.015);
}

TEST(VolatilityFilter, filtered_returns_refuse_what_does_not_match) {
  const std::vector<double> two{0.1, 0.2};
  EXPECT_EQ(filtered_returns(two, std::vector<double>{0.1}, 0.1).error().field, "volatility");
  EXPECT_EQ(filtered_returns(two, std::vector<double>{0.1, 0.0}, 0.1).error().field, "volatility[1]");
  EXPECT_EQ(filtered_returns(two, two, -1.0).error().field, "current");
  EXPECT_EQ(filtered_returns(std::vector<double>{std::nan(""), 0.0}, two, 1.0).error().field, "returns[0]");
}

}  // namespace
}  // namespace plimsoll
