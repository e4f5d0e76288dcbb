#include "plimsoll/numerics/brownian_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

/// The motion is linear in the draws: column k is what draw k alone gives.
std::vector<std::vector<double>> columns_of(const BrownianBridge& bridge) {
  std::vector<std::vector<double>> columns;
  for (std::size_t k = 0; k < bridge.size(); ++k) {
    std::vector<double> draws(bridge.size(), 0.0);
    std::vector<double> path(bridge.size());
    draws[k] = 1.0;
    bridge.build(draws, path);
    columns.push_back(path);
  }
  return columns;
}

RC_GTEST_PROP(BrownianBridge, covariance_of_two_times_is_the_earlier_one, ()) {
  const auto steps = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1000)));
  std::vector<double> times;
  for (const int step : steps) times.push_back((times.empty() ? 0.0 : times.back()) + 1e-3 * step);
  const auto bridge = BrownianBridge::on(times);
  RC_ASSERT(bridge.has_value());
  const auto columns = columns_of(*bridge);
  for (std::size_t i = 0; i < times.size(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double covariance = 0.0;
      for (const auto& column : columns) covariance += column[i] * column[j];
      // The weights of a point are at most one: each of the draws that reach it adds a rounding.
      RC_ASSERT(std::abs(covariance - times[j]) <= 1e-15 * static_cast<double>(times.size()) * times.back());
    }
}

TEST(BrownianBridge, first_draw_settles_the_end_and_the_second_the_middle) {
  const auto columns = columns_of(*BrownianBridge::on(std::vector<double>{1.0, 2.0, 3.0, 4.0}));
  EXPECT_EQ(columns[0], (std::vector<double>{0.5, 1.0, 1.5, 2.0}));
  EXPECT_EQ(columns[1], (std::vector<double>{0.5, 1.0, 0.5, 0.0}));  // deviation sqrt(2 * 2 / 4) at time two
  EXPECT_EQ(columns[2], (std::vector<double>{std::sqrt(0.5), 0.0, 0.0, 0.0}));
  EXPECT_EQ(columns[3], (std::vector<double>{0.0, 0.0, std::sqrt(0.5), 0.0}));
}

TEST(BrownianBridge, increments_add_up_to_the_path) {
  const std::vector<double> times{0.1, 0.25, 0.7, 1.0, 1.1};
  const std::vector<double> draws{0.3, -1.2, 0.7, 2.1, -0.4};
  const auto bridge = BrownianBridge::on(times);
  std::vector<double> path(5);
  std::vector<double> increments(5);
  bridge->build(draws, path);
  bridge->build_increments(draws, increments);
  double sum = 0.0;
  for (std::size_t i = 0; i < 5; ++i) {
    sum += increments[i] * std::sqrt(times[i] - (i == 0 ? 0.0 : times[i - 1]));
    EXPECT_NEAR(sum, path[i], 1e-15 * 8.0);
  }
}

TEST(BrownianBridge, times_that_do_not_rise_are_refused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const std::vector<double>& times :
       {std::vector<double>{}, {0.0, 1.0}, {1.0, 1.0}, {2.0, 1.0}, {nan}, {std::numeric_limits<double>::infinity()}}) {
    const auto refused = BrownianBridge::on(times);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().field, "times");
  }
}

}  // namespace
}  // namespace plimsoll
