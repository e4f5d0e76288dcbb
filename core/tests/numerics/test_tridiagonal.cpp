#include "plimsoll/numerics/tridiagonal.hpp"
#include "real/two_lanes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

using Numbers = std::vector<double>;

TEST(Tridiagonal, solves_a_system_worked_by_hand) {
  // [2 1 0; 1 3 1; 0 1 2] x = [4; 10; 8] has x = [1; 2; 3].
  const Numbers lower{0.0, 1.0, 1.0};
  const Numbers diagonal{2.0, 3.0, 2.0};
  const Numbers upper{1.0, 1.0, 0.0};
  const TridiagonalSolver<double> solver(lower, diagonal, upper);
  Numbers x{4.0, 10.0, 8.0};
  solver.solve(x);
  EXPECT_EQ(solver.size(), 3U);
  EXPECT_DOUBLE_EQ(x[0], 1.0);
  EXPECT_DOUBLE_EQ(x[1], 2.0);
  EXPECT_DOUBLE_EQ(x[2], 3.0);
}

TEST(Tridiagonal, solves_one_equation) {
  const Numbers none{0.0};
  const Numbers diagonal{4.0};
  Numbers x{2.0};
  TridiagonalSolver<double>(none, diagonal, none).solve(x);
  EXPECT_EQ(x[0], 0.5);
}

TEST(Tridiagonal, solves_two_systems_side_by_side) {
  using testing::TwoLanes;
  const std::vector<TwoLanes> lower{{0.0, 0.0}, {1.0, 2.0}};
  const std::vector<TwoLanes> diagonal{{2.0, 5.0}, {3.0, 4.0}};
  const std::vector<TwoLanes> upper{{1.0, 1.0}, {0.0, 0.0}};
  std::vector<TwoLanes> x{{3.0, 6.0}, {4.0, 6.0}};
  TridiagonalSolver<TwoLanes>(lower, diagonal, upper).solve(x);
  for (const TwoLanes& lane : x) {
    EXPECT_DOUBLE_EQ(lane.a, 1.0);
    EXPECT_DOUBLE_EQ(lane.b, 1.0);
  }
}

RC_GTEST_PROP(Tridiagonal, solution_satisfies_its_diagonally_dominant_system, ()) {
  const auto n = static_cast<std::size_t>(*rc::gen::inRange(1, 40));
  const auto draw = [&] {
    Numbers numbers(n);
    for (double& number : numbers) number = *rc::gen::inRange(-1000, 1000) / 1000.0;
    return numbers;
  };
  const Numbers lower = draw();
  const Numbers upper = draw();
  const Numbers right = draw();
  Numbers diagonal = draw();
  for (double& d : diagonal) d = d < 0.0 ? d - 2.1 : d + 2.1;
  Numbers x = right;
  TridiagonalSolver<double>(lower, diagonal, upper).solve(x);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = diagonal[i] * x[i];
    if (i > 0) sum += lower[i] * x[i - 1];
    if (i + 1 < n) sum += upper[i] * x[i + 1];
    // |x| <= 10: the smallest excess of the diagonal over its row is 0.1.
    RC_ASSERT(std::abs(sum - right[i]) <= 1e-13);
  }
}

}  // namespace
}  // namespace plimsoll
