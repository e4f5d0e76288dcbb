#include "plimsoll/numerics/bivariate_normal.hpp"
#include "plimsoll/statistics/bivariate_student_t.hpp"
#include "plimsoll/statistics/distributions.hpp"
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

TEST(BivariateStudentT, agrees_with_seventeen_digits) {
  double worst = 0.0;
  for (const auto& row : testing::reference_table("bivariate_student_t.csv")) {
    const auto found = bivariate_student_t_probability(row.number("x"), row.number("y"),
                                                       {row.number("correlation"), row.number("degrees_of_freedom")});
    worst = std::max(worst, std::abs(*found - row.number("value")));
  }
  std::printf("[ MEASURED ] bivariate Student t: %.2g absolute\n", worst);
  EXPECT_LE(worst, 1e-12);
}

TEST(BivariateStudentT, agrees_with_the_table_of_dunnett_and_sobel) {
  // Source: Dunnett & Sobel (1954), Biometrika 41, table 1: correlation one half.
  EXPECT_NEAR(*bivariate_student_t_probability(1.0, 1.0, {0.5, 1.0}), 0.63497, 1e-5);
  EXPECT_NEAR(*bivariate_student_t_probability(0.5, 0.5, {0.5, 2.0}), 0.52017, 1e-5);
}

TEST(BivariateStudentT, origin_is_a_quadrant_of_the_ellipse) {
  for (const double r : {-0.9, -0.2, 0.0, 0.5, 0.99})
    EXPECT_NEAR(*bivariate_student_t_probability(0.0, 0.0, {r, 3.5}), 0.25 + std::asin(r) / (2.0 * std::numbers::pi),
                1e-13);
}

RC_GTEST_PROP(BivariateStudentT, tends_to_the_normal_law, ()) {
  const double x = *rc::gen::inRange(-300, 300) / 100.0;
  const double y = *rc::gen::inRange(-300, 300) / 100.0;
  const double r = *rc::gen::inRange(-99, 100) / 100.0;
  const double far = *bivariate_student_t_probability(x, y, {r, 1e7});
  RC_ASSERT(std::abs(far - bivariate_normal_cdf(x, y, r)) <= 3e-7);  // the first term is of the size of 1 / freedom
}

TEST(BivariateStudentT, has_its_limits) {
  EXPECT_EQ(*bivariate_student_t_probability(infinity, 0.4, {0.5, 3.0}), student_t_probability(0.4, 3.0));
  EXPECT_EQ(*bivariate_student_t_probability(-infinity, 0.4, {0.5, 3.0}), 0.0);
  EXPECT_EQ(*bivariate_student_t_probability(infinity, infinity, {0.5, 3.0}), 1.0);
  EXPECT_EQ(*bivariate_student_t_probability(0.7, 0.4, {1.0, 3.0}), student_t_probability(0.4, 3.0));
  EXPECT_EQ(*bivariate_student_t_probability(-0.7, 0.4, {-1.0, 3.0}), 0.0);
}

TEST(BivariateStudentT, refuses_what_is_no_law) {
  EXPECT_EQ(bivariate_student_t_probability(0.0, 0.0, {1.1, 3.0}).error().field, "correlation");
  EXPECT_EQ(bivariate_student_t_probability(0.0, 0.0, {0.1, 0.0}).error().field, "degrees_of_freedom");
  EXPECT_EQ(bivariate_student_t_probability(std::nan(""), 0.0, {0.1, 3.0}).error().field, "x and y");
}

}  // namespace
}  // namespace plimsoll
