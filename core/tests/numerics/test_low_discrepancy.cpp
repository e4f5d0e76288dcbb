#include "plimsoll/numerics/low_discrepancy.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/sobol.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(RadicalInverse, mirrors_the_digits_at_the_point) {
  EXPECT_EQ(radical_inverse(0, 2), 0.0);
  EXPECT_EQ(radical_inverse(6, 2), 0.375);  // 110 -> 0.011
  EXPECT_DOUBLE_EQ(radical_inverse(5, 3), 2.0 / 3.0 + 1.0 / 9.0);
  EXPECT_EQ(radical_inverse(123456789, 10), 0.987654321);
}

TEST(Faure, three_dimensions_agree_with_printed_points) {
  // Points 2, 4, 7 and 8 of three dimensions; Thiemard (1998), table of the sequence in the order of Gray's code.
  const auto point = [](std::uint64_t number, std::uint32_t dimension) {
    return 9.0 * faure_coordinate(number, dimension, 3);
  };
  for (const std::uint32_t dimension : {1U, 2U, 3U}) EXPECT_DOUBLE_EQ(point(2, dimension), 6.0);
  EXPECT_DOUBLE_EQ(point(4, 1), 1.0);
  EXPECT_DOUBLE_EQ(point(4, 2), 4.0);
  EXPECT_DOUBLE_EQ(point(4, 3), 7.0);
  EXPECT_DOUBLE_EQ(point(7, 1), 8.0);
  EXPECT_DOUBLE_EQ(point(7, 2), 5.0);
  EXPECT_DOUBLE_EQ(point(8, 3), 5.0);
}

TEST(Faure, every_dimension_fills_every_cell_of_a_power_of_its_base_once) {
  for (std::uint32_t dimension = 1; dimension <= 5; ++dimension) {
    std::vector<int> cells(125);
    for (std::uint64_t number = 0; number < 125; ++number)
      ++cells.at(static_cast<std::size_t>(std::floor(125.0 * faure_coordinate(number, dimension, 5) + 1e-9)));
    for (const int count : cells) EXPECT_EQ(count, 1);
  }
}

TEST(Discrepancy, of_one_point_is_its_integral) {
  // One dimension, the point x: the mean of (1[x <= t] - t)^2 over t is x^2 - x + 1/3... = (1 - x) - (1 - x^2) + 1/3.
  for (const double x : {0.0, 0.3, 1.0})
    EXPECT_NEAR(*l2_star_discrepancy(std::vector{x}, 1), std::sqrt(x * x - x + 1.0 / 3.0), 1e-15);
}

TEST(Discrepancy, of_sobol_points_agrees_with_published_values_and_beats_random_points) {
  // Source: the values that QuantLib's test suite prints for Sobol points 1 to 1,023 in two and three dimensions.
  const auto of_sobol = [](std::size_t dimensions) {
    std::vector<double> points(1023 * dimensions);
    Sobol::with_dimensions(dimensions)->fill(1, points);
    return *l2_star_discrepancy(points, dimensions);
  };
  EXPECT_NEAR(of_sobol(2), 8.33e-4, 5e-7);
  EXPECT_NEAR(of_sobol(3), 1.21e-3, 5e-6);
  std::vector<double> random(2046);
  RandomStream(3, 0).fill_uniform(random);
  EXPECT_GT(*l2_star_discrepancy(random, 2), 5.0 * of_sobol(2));
}

TEST(Discrepancy, of_random_boxes_is_that_of_the_closed_form) {
  std::vector<double> points(510);
  Sobol::with_dimensions(2)->fill(1, points);
  const auto estimate = l2_star_discrepancy_by_boxes(points, 2, 4000, 7);
  ASSERT_TRUE(estimate);
  EXPECT_LT(estimate->standard_error, 0.03 * estimate->value);
  EXPECT_LT(std::abs(estimate->value - *l2_star_discrepancy(points, 2)), 3.0 * estimate->standard_error);
  EXPECT_EQ(l2_star_discrepancy_by_boxes(points, 2, 1, 7).error().field, "boxes");
  EXPECT_EQ(l2_star_discrepancy_by_boxes(std::vector{2.0}, 1, 5, 7).error().field, "points");
}

TEST(Discrepancy, refuses_what_are_no_points) {
  EXPECT_EQ(l2_star_discrepancy(std::vector<double>{}, 1).error().field, "points");
  EXPECT_EQ(l2_star_discrepancy(std::vector{0.5}, 0).error().value, "1 numbers in 0 dimensions");
  EXPECT_EQ(l2_star_discrepancy(std::vector{0.5, 0.5, 0.5}, 2).error().field, "points");
  EXPECT_EQ(l2_star_discrepancy(std::vector{1.5}, 1).error().value, "1.5");
}

}  // namespace
}  // namespace plimsoll
