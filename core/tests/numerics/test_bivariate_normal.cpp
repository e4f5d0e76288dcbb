#include "plimsoll/numerics/bivariate_normal.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/quadrature.hpp"
#include "reference_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(BivariateNormal, agrees_with_twenty_digits_to_1e_15) {
  double worst = 0.0;
  for (const auto& row : testing::reference_table("bivariate_normal.csv")) {
    const double found = bivariate_normal_cdf(row.number("x"), row.number("y"), row.number("correlation"));
    worst = std::max(worst, std::abs(found - row.number("value")));
  }
  std::printf("[ MEASURED ] bivariate normal: %.2g absolute\n", worst);
  EXPECT_LE(worst, 1e-15);
}

TEST(BivariateNormal, agrees_with_printed_values) {
  // Source: Haug (1998), The Complete Guide to Option Pricing Formulas, p. 193.
  EXPECT_NEAR(bivariate_normal_cdf(0.0, -0.5, 0.5), 0.226878, 1e-6);
  EXPECT_NEAR(bivariate_normal_cdf(-0.5, -0.5, -0.5), 0.036298, 1e-6);
  EXPECT_NEAR(bivariate_normal_cdf(0.0, 0.0, 0.5), 1.0 / 3.0, 1e-15);
}

/// Plackett's identity integrated from independence by another rule.
double by_plackett(double x, double y, double correlation) {
  const Integral rest = gauss_kronrod([&](double r) { return bivariate_normal_slopes(x, y, r).by_correlation; }, 0.0,
                                      correlation, {1e-15, 1e-14, 400});
  return normal_cdf(x) * normal_cdf(y) + rest.value;
}

RC_GTEST_PROP(BivariateNormal, agrees_with_the_integral_of_its_slope, ()) {
  const double x = *rc::gen::inRange(-400, 400) / 100.0;
  const double y = *rc::gen::inRange(-400, 400) / 100.0;
  const double correlation = *rc::gen::inRange(-995, 995) / 1000.0;
  RC_ASSERT(std::abs(bivariate_normal_cdf(x, y, correlation) - by_plackett(x, y, correlation)) <= 3e-15);
}

RC_GTEST_PROP(BivariateNormal, the_four_quadrants_add_up_to_one, ()) {
  const double x = *rc::gen::inRange(-600, 600) / 100.0;
  const double y = *rc::gen::inRange(-600, 600) / 100.0;
  const double r = *rc::gen::inRange(-1000, 1001) / 1000.0;
  const double sum = bivariate_normal_cdf(x, y, r) + bivariate_normal_cdf(x, -y, -r) + bivariate_normal_cdf(-x, y, -r) +
                     bivariate_normal_cdf(-x, -y, r);
  RC_ASSERT(std::abs(sum - 1.0) <= 4e-15);
  RC_ASSERT(std::abs(bivariate_normal_cdf(x, y, r) - bivariate_normal_cdf(y, x, r)) <= 2e-15);
}

TEST(BivariateNormal, has_its_limits) {
  EXPECT_EQ(bivariate_normal_cdf(0.3, -0.7, 1.0), normal_cdf(-0.7));
  EXPECT_NEAR(bivariate_normal_cdf(0.3, 0.7, -1.0), normal_cdf(0.3) - normal_cdf(-0.7), 1e-16);
  EXPECT_NEAR(bivariate_normal_cdf(-0.7, 1.5, -1.0), normal_cdf(-0.7) - normal_cdf(-1.5), 1e-16);
  EXPECT_EQ(bivariate_normal_cdf(-0.3, -0.7, -1.0), 0.0);
  EXPECT_EQ(bivariate_normal_cdf(infinity, 0.4, 0.5), normal_cdf(0.4));
  EXPECT_EQ(bivariate_normal_cdf(-infinity, 0.4, 0.95), 0.0);
  EXPECT_TRUE(std::isnan(bivariate_normal_cdf(0.0, 0.0, 1.01)));
  EXPECT_TRUE(std::isnan(bivariate_normal_cdf(std::nan(""), 0.0, 0.5)));
}

TEST(BivariateNormal, slopes_agree_with_bumps) {
  const double step = 1e-4;
  for (const double r : {-0.95, -0.3, 0.6, 0.94}) {
    const BivariateNormalSlopes slopes = bivariate_normal_slopes(0.4, -0.2, r);
    const auto bump = [&](double dx, double dy, double dr) {
      return (bivariate_normal_cdf(0.4 + dx, -0.2 + dy, r + dr) - bivariate_normal_cdf(0.4 - dx, -0.2 - dy, r - dr)) /
             (2.0 * step);
    };
    // A central bump is off by the third derivative times step^2 / 6, at most some hundreds here.
    EXPECT_NEAR(slopes.by_x, bump(step, 0.0, 0.0), 1e-6);
    EXPECT_NEAR(slopes.by_y, bump(0.0, step, 0.0), 1e-6);
    EXPECT_NEAR(slopes.by_correlation, bump(0.0, 0.0, step), 1e-6);
  }
}

}  // namespace
}  // namespace plimsoll
