#include "plimsoll/numerics/sobol.hpp"
#include "reference_table.hpp"

#include <set>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

std::vector<double> points(std::size_t dimensions, std::uint64_t first, std::size_t count) {
  std::vector<double> result(dimensions * count);
  Sobol::with_dimensions(dimensions)->fill(first, result);
  return result;
}

TEST(Sobol, first_dimension_agrees_with_the_printed_sequence) {
  for (const auto& row : testing::reference_table("sobol_dimension_1.csv")) {
    const auto number = static_cast<std::uint64_t>(row.number("point_index"));
    EXPECT_NEAR(points(1, number, 1)[0], row.number("expected"), row.number("tolerance")) << number;
  }
}

TEST(Sobol, forty_dimensions_agree_with_scipy) {
  for (const auto& row : testing::reference_table("sobol_points.csv")) {
    const auto number = static_cast<std::uint64_t>(row.number("point"));
    const auto dimension = static_cast<std::size_t>(row.number("dimension"));
    EXPECT_EQ(points(Sobol::max_dimensions, number, 1)[dimension - 1], row.number("value"))
        << "point " << number << ", dimension " << dimension;
  }
}

TEST(Sobol, any_point_is_the_same_alone_and_in_a_row) {
  const auto row = points(5, 1, 100);
  for (std::size_t i = 0; i < 100; ++i) {
    const auto alone = points(5, i + 1, 1);
    for (std::size_t d = 0; d < 5; ++d) EXPECT_EQ(alone[d], row[i * 5 + d]);
  }
}

TEST(Sobol, each_dimension_fills_every_cell_of_a_power_of_two_once) {
  constexpr std::size_t count = 1024;
  const auto all = points(Sobol::max_dimensions, 0, count);
  for (std::size_t d = 0; d < Sobol::max_dimensions; ++d) {
    std::set<int> cells;
    for (std::size_t i = 0; i < count; ++i) cells.insert(static_cast<int>(all[i * Sobol::max_dimensions + d] * count));
    EXPECT_EQ(cells.size(), count) << "dimension " << d + 1;
  }
}

TEST(Sobol, refuses_dimensions_and_points_that_it_has_not) {
  EXPECT_EQ(Sobol::with_dimensions(0).error().field, "dimensions");
  EXPECT_EQ(Sobol::with_dimensions(41).error().allowed, "1 to 40");
  EXPECT_FALSE(find_flaw(Sobol::Range{1, Sobol::max_points}));
  EXPECT_EQ(find_flaw(Sobol::Range{2, Sobol::max_points})->field, "count");
  EXPECT_TRUE(find_flaw(Sobol::Range{Sobol::max_points + 2, 1}));
}

}  // namespace
}  // namespace plimsoll
