#include "plimsoll/numerics/normal.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

using testing::reference_table;

TEST(Normal, quantile_agrees_with_fifty_digits_to_1e_15_relative) {
  for (const auto& row : reference_table("normal_quantile.csv")) {
    const double expected = row.number("x");
    EXPECT_NEAR(normal_quantile(row.number("p")), expected, 1e-15 * std::abs(expected)) << row.text("p");
  }
}

TEST(Normal, quantile_has_its_limits) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(normal_quantile(0.0), -infinity);
  EXPECT_EQ(normal_quantile(1.0), infinity);
  EXPECT_EQ(normal_quantile(0.5), 0.0);
  EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
  EXPECT_TRUE(std::isnan(normal_quantile(std::numeric_limits<double>::quiet_NaN())));
}

RC_GTEST_PROP(Normal, cdf_of_the_quantile_is_the_probability, ()) {
  const double probability = std::exp2(-0.001 * *rc::gen::inRange(1000, 900000));
  const double back = normal_cdf(normal_quantile(probability));
  const double x = normal_quantile(probability);
  // The distribution function turns one rounding of x into x^2 roundings of the probability.
  RC_ASSERT(std::abs(back - probability) <= 1e-15 * (2.0 + x * x) * probability);
}

RC_GTEST_PROP(Normal, quantile_rises_and_is_odd, ()) {
  const double a = (*rc::gen::inRange(1, 1 << 20)) * 0x1p-20;
  const double b = (*rc::gen::inRange(1, 1 << 20)) * 0x1p-20;
  RC_PRE(a < b);
  RC_ASSERT(normal_quantile(a) < normal_quantile(b));
  RC_ASSERT(normal_quantile(a) == -normal_quantile(1.0 - a));
}

TEST(Normal, log_cdf_agrees_with_fifty_digits_far_below_the_smallest_double) {
  for (const auto& row : reference_table("normal_distribution.csv")) {
    const double expected = row.number("log_cdf");
    EXPECT_NEAR(log_normal_cdf(row.number("x")), expected, 1e-14 * std::abs(expected)) << row.text("x");
  }
  // -x^2/2 - log(-x) - log(2 pi)/2 - 1/x^2 + ..., x = -1000.
  EXPECT_NEAR(log_normal_cdf(-1000.0), -500007.82669481218, 1e-9);
}

}  // namespace
}  // namespace plimsoll
