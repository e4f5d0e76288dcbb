#include "plimsoll/risk/return_grid.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(ReturnGrid, ends_at_both_returns) {
  const ReturnGrid grid = ReturnGrid::between(-0.3, 0.12, 0.04);
  EXPECT_NEAR(grid.at(-1.0), -0.3, 1e-15);
  EXPECT_NEAR(grid.at(1.0), 0.12, 1e-15);
  EXPECT_NEAR(grid.position(-0.3), -1.0, 1e-14);
  EXPECT_NEAR(grid.position(grid.at(0.37)), 0.37, 1e-14);
}

TEST(ReturnGrid, gives_a_single_return_an_interval_about_it) {
  const ReturnGrid grid = ReturnGrid::between(0.01, 0.01, 0.04);
  EXPECT_NEAR(grid.position(0.01), 0.0, 1e-12);
  EXPECT_LT(grid.at(-1.0), 0.01);
  EXPECT_GT(grid.at(1.0), 0.01);
}

TEST(ReturnGrid, points_run_from_one_to_minus_one_and_mirror) {
  const auto points = chebyshev_points(7);
  EXPECT_EQ(points.front(), 1.0);
  EXPECT_EQ(points.back(), -1.0);
  EXPECT_EQ(points[3], 0.0);
  for (std::size_t j = 0; j < 7; ++j) EXPECT_EQ(points[j], -points[6 - j]);
}

TEST(ReturnGrid, polynomial_passes_through_its_values) {
  const std::size_t nodes = 9;
  const auto points = chebyshev_points(nodes);
  const auto transform = chebyshev_transform(nodes);
  std::vector<double> values, coefficients(nodes);
  for (const double x : points) values.push_back(std::exp(x) * std::cos(3.0 * x));
  chebyshev_coefficients(transform, values, coefficients);
  for (std::size_t j = 0; j < nodes; ++j) EXPECT_NEAR(chebyshev_value(coefficients, points[j]), values[j], 1e-14);
}

TEST(ReturnGrid, reproduces_polynomials_of_lower_degree) {
  const std::size_t nodes = 5;
  const auto transform = chebyshev_transform(nodes);
  std::vector<double> values, coefficients(nodes);
  for (const double x : chebyshev_points(nodes)) values.push_back(1.0 + x * (2.0 - x * (3.0 - x * (4.0 - 5.0 * x))));
  chebyshev_coefficients(transform, values, coefficients);
  for (double x = -1.0; x <= 1.0; x += 0.125)
    EXPECT_NEAR(chebyshev_value(coefficients, x), 1.0 + x * (2.0 - x * (3.0 - x * (4.0 - 5.0 * x))), 1e-13);
}

}  // namespace
}  // namespace plimsoll
