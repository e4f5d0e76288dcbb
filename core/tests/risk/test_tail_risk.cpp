#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/risk/tail_risk.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

/// Profits 1, 2, ... n in some order.
std::vector<double> ladder(int n) {
  std::vector<double> profits;
  for (int i = 0; i < n; ++i) profits.push_back(static_cast<double>((i * 7) % n + 1));
  return profits;
}

std::vector<double> draws(std::size_t n, std::uint64_t stream) {
  std::vector<double> values(n);
  RandomStream{20081010, stream}.fill_normal(values);
  return values;
}

TEST(TailRisk, of_500_profits_at_99_percent_takes_the_sixth_worst) {
  EXPECT_EQ(*value_at_risk(ladder(500), 0.99), -6.0);
}

TEST(TailRisk, of_500_profits_at_97_point_5_percent_averages_twelve_and_a_half) {
  const double sum = 78.0 + 0.5 * 13.0;                                      // 1 + ... + 12 and half of 13
  EXPECT_NEAR(*expected_shortfall(ladder(500), 0.975), -sum / 12.5, 1e-13);  // 1 - 0.975 in double
}

TEST(TailRisk, counts_the_tail_as_a_whole_number_where_only_rounding_says_otherwise) {
  EXPECT_EQ(tail_count(500, 0.99), 5.0);
  EXPECT_EQ(tail_count(1000, 0.975), 25.0);
  EXPECT_NEAR(tail_count(250, 0.99), 2.5, 1e-14);
}

TEST(TailRisk, is_positive_for_a_loss_and_negative_for_a_sure_gain) {
  const std::vector<double> gain(200, 3.0);
  EXPECT_EQ(*value_at_risk(gain, 0.99), -3.0);
  EXPECT_DOUBLE_EQ(*expected_shortfall(gain, 0.975), -3.0);
}

TEST(TailRisk, works_at_the_shortest_window_that_holds_the_tail) {
  EXPECT_EQ(*value_at_risk(ladder(100), 0.99), -2.0);
  EXPECT_EQ(*expected_shortfall(ladder(100), 0.99), -1.0);
  EXPECT_EQ(value_at_risk(ladder(99), 0.99).error().allowed, "at least 1 / (1 - level) = 100");
}

TEST(TailRisk, refuses_levels_and_profits_without_sense) {
  EXPECT_EQ(value_at_risk(ladder(100), 99.0).error().field, "level");
  EXPECT_EQ(expected_shortfall({}, 0.9).error().field, "profits");
  std::vector<double> broken = ladder(100);
  broken[3] = std::nan("");
  EXPECT_EQ(expected_shortfall(broken, 0.9).error().field, "profits[3]");
  EXPECT_EQ(value_at_risk_error(broken, 0.9).error().field, "profits[3]");
  EXPECT_EQ(expected_shortfall_error(broken, 0.9).error().field, "profits[3]");
}

TEST(TailRisk, kernel_agrees_with_the_doors) {
  std::vector<double> profits = draws(500, 1);
  const TailLevels levels;
  const double risk = *value_at_risk(profits, 0.99);
  const double shortfall = *expected_shortfall(profits, 0.975);
  EXPECT_EQ(tail_risk_of(profits, levels), (TailRisk{risk, shortfall, *value_at_risk(draws(500, 1), 0.975)}));
}

RC_GTEST_PROP(TailRisk, moves_and_stretches_with_the_profits, ()) {
  const auto profits = draws(300, *rc::gen::inRange<std::uint64_t>(0, 1000));
  const double shift = *rc::gen::inRange(-50, 50) * 0.25;
  const double scale = *rc::gen::inRange(1, 50) * 0.5;
  std::vector<double> moved;
  for (const double p : profits) moved.push_back(shift + scale * p);
  const double tolerance = 1e-12 * (std::abs(shift) + 10.0 * scale);  // rounding of sums of 8 terms
  RC_ASSERT(std::abs(*value_at_risk(moved, 0.99) - (scale * *value_at_risk(profits, 0.99) - shift)) < tolerance);
  RC_ASSERT(std::abs(*expected_shortfall(moved, 0.975) - (scale * *expected_shortfall(profits, 0.975) - shift)) <
            tolerance);
}

RC_GTEST_PROP(TailRisk, expected_shortfall_is_never_below_value_at_risk_of_the_same_level, ()) {
  const auto profits = draws(*rc::gen::inRange<std::size_t>(100, 600), *rc::gen::inRange<std::uint64_t>(0, 1000));
  const double level = *rc::gen::inRange(50, 100) * 0.01;
  RC_PRE(tail_count(profits.size(), level) >= 1.0);
  RC_ASSERT(*expected_shortfall(profits, level) >= *value_at_risk(profits, level) - 1e-15);
}

RC_GTEST_PROP(TailRisk, expected_shortfall_of_a_sum_is_at_most_the_sum, ()) {
  const auto stream = *rc::gen::inRange<std::uint64_t>(0, 1000);
  const auto one = draws(250, 2 * stream);
  auto two = draws(250, 2 * stream + 1);
  std::vector<double> both(250);
  for (std::size_t i = 0; i < 250; ++i) {
    two[i] = std::exp(2.0 * two[i]) - 3.0;  // skewed, so that value at risk would fail
    both[i] = one[i] + two[i];
  }
  const double level = 0.9 + 0.01 * *rc::gen::inRange(0, 10);
  RC_ASSERT(*expected_shortfall(both, level) <=
            *expected_shortfall(one, level) + *expected_shortfall(two, level) + 1e-12);
}

RC_GTEST_PROP(TailRisk, does_not_depend_on_the_order_of_the_scenarios, ()) {
  const auto profits = draws(257, *rc::gen::inRange<std::uint64_t>(0, 1000));
  auto turned = profits;
  std::rotate(turned.begin(), turned.begin() + *rc::gen::inRange(0, 257), turned.end());
  RC_ASSERT(*value_at_risk(turned, 0.99) == *value_at_risk(profits, 0.99));
  RC_ASSERT(*expected_shortfall(turned, 0.975) == *expected_shortfall(profits, 0.975));
}

/// Standard deviation of a figure over many independent samples.
template <class Figure>
double spread(Figure figure, std::size_t size) {
  double sum = 0.0, square = 0.0;
  const int samples = 1000;
  for (int i = 0; i < samples; ++i) {
    const double value = figure(draws(size, 5000 + static_cast<std::uint64_t>(i)));
    sum += value;
    square += value * value;
  }
  return std::sqrt(square / samples - (sum / samples) * (sum / samples));
}

TEST(TailRisk, standard_errors_agree_with_the_spread_over_independent_samples) {
  double risk_error = 0.0, shortfall_error = 0.0;
  for (std::uint64_t i = 0; i < 100; ++i) {
    risk_error += *value_at_risk_error(draws(1000, i), 0.975) / 100.0;
    shortfall_error += *expected_shortfall_error(draws(1000, i), 0.975) / 100.0;
  }
  // The estimators are biased by some per cent at 25 tail points; the simulated spreads are known to 1 / sqrt(2000) =
  // 2.2 %, the mean errors to some 1.5 %.
  EXPECT_NEAR(risk_error / spread([](const auto& v) { return *value_at_risk(v, 0.975); }, 1000), 1.0, 0.12);
  EXPECT_NEAR(shortfall_error / spread([](const auto& v) { return *expected_shortfall(v, 0.975); }, 1000), 1.0, 0.12);
}

TEST(TailRisk, standard_errors_are_zero_when_all_profits_are_one) {
  const std::vector<double> gain(200, 3.0);
  EXPECT_EQ(*value_at_risk_error(gain, 0.99), 0.0);
  EXPECT_EQ(*expected_shortfall_error(gain, 0.99), 0.0);
}

}  // namespace
}  // namespace plimsoll
