#include "plimsoll/risk/scenario_grid.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(ScenarioGrid, gives_the_two_lowest_and_two_highest_points_of_their_own) {
  std::vector<double> returns{0.01, -0.7, 0.02, 0.03, -0.01, 0.05, -0.02, 0.001, 0.002, -0.003};
  std::vector<double> volatility(11, 0.02);
  volatility[5] = 0.01;  // doubles the filtered return of row 5
  const ScenarioGrid grid = scenario_grid({returns, volatility, 1}, 0, 0, 10, 5.0);
  EXPECT_DOUBLE_EQ(grid.exact[0].value, -0.7);  // the same day in both kinds: one ulp apart
  EXPECT_DOUBLE_EQ(grid.exact[1].value, -0.7);
  EXPECT_NE(grid.exact[0].kind, grid.exact[1].kind);
  EXPECT_EQ(grid.exact[0].place, 1U);
  EXPECT_EQ(grid.exact[2].value, 0.1);
  EXPECT_EQ(grid.exact[2].place, 5U);
  EXPECT_EQ(grid.exact[3].value, 0.05);
  EXPECT_NEAR(grid.body.at(-1.0), -0.02, 1e-15);
  EXPECT_NEAR(grid.body.at(1.0), 0.03, 1e-15);
}

TEST(ScenarioGrid, reads_the_window_of_its_forecast_and_its_own_underlying) {
  std::vector<double> returns(22, 0.5);
  for (std::size_t row = 1; row < 11; ++row) returns[row * 2 + 1] = 0.001 * static_cast<double>(row);
  const std::vector<double> volatility(24, 0.02);
  const ScenarioGrid grid = scenario_grid({returns, volatility, 2}, 1, 1, 10, 5.0);
  EXPECT_EQ(grid.exact[0].value, 0.001);
  EXPECT_EQ(grid.exact[0].place, 0U);
  EXPECT_EQ(grid.exact[2].value, 0.010);
}

}  // namespace
}  // namespace plimsoll
