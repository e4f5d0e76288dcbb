#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/tridiagonal.hpp"
#include "plimsoll/real/batch.hpp"
#include "plimsoll/real/real.hpp"
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

/// One diagonally dominant system with a right-hand side, from a seed.
struct System {
  std::vector<double> lower, diagonal, upper, right;

  explicit System(std::size_t n, std::uint64_t seed) : lower(n), diagonal(n), upper(n), right(n) {
    std::vector<double> draws(4 * n);
    RandomStream(seed, 0).fill_uniform(draws);
    for (std::size_t i = 0; i < n; ++i) {
      lower[i] = draws[4 * i] - 0.5;
      upper[i] = draws[4 * i + 1] - 0.5;
      diagonal[i] = 1.2 + draws[4 * i + 2];
      right[i] = draws[4 * i + 3];
    }
  }
};

TEST(TridiagonalSolver, eight_systems_side_by_side_give_the_bits_of_each_alone) {
  constexpr std::size_t n = 33;
  std::vector<System> systems;
  for (std::uint64_t seed = 0; seed < 8; ++seed) systems.emplace_back(n, seed);
  const auto lanes_of = [&](std::vector<double> System::* list) {
    std::vector<Batch<8>> lanes(n);
    for (std::size_t i = 0; i < n; ++i) {
      std::array<double, 8> numbers{};
      for (std::size_t k = 0; k < 8; ++k) numbers[k] = (systems[k].*list)[i];
      lanes[i] = Batch<8>::load(numbers.data());
    }
    return lanes;
  };
  const auto lower = lanes_of(&System::lower);
  const auto diagonal = lanes_of(&System::diagonal);
  const auto upper = lanes_of(&System::upper);
  auto x = lanes_of(&System::right);
  TridiagonalSolver<Batch<8>>(lower, diagonal, upper).solve(x);
  for (std::size_t k = 0; k < 8; ++k) {
    const System& alone = systems[k];
    std::vector<double> y = alone.right;
    TridiagonalSolver<>(alone.lower, alone.diagonal, alone.upper).solve(y);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(x[i][k], y[i]) << "system " << k << ", row " << i;
  }
}

TEST(TridiagonalSolver, adjoints_of_a_solve_are_those_of_the_recorded_operations) {
  constexpr std::size_t n = 12;
  const System system(n, 99);
  const TridiagonalSolver<> solver(system.lower, system.diagonal, system.upper);
  std::vector<double> x = system.right;
  solver.solve(x);
  std::vector<double> seeds(n);
  for (std::size_t i = 0; i < n; ++i) seeds[i] = std::cos(1.0 * static_cast<double>(i));
  const auto found = adjoints_of_solve<double>(solver, x, seeds);

  using Number = Adjoint<double>;
  Tape<double> tape;
  const auto recorded = [&](const std::vector<double>& list) {
    std::vector<Number> leaves;
    for (const double value : list) leaves.push_back(Number::leaf(tape, value));
    return leaves;
  };
  const auto lower = recorded(system.lower);
  const auto diagonal = recorded(system.diagonal);
  const auto upper = recorded(system.upper);
  const auto right = recorded(system.right);
  const auto mark = tape.mark();
  auto y = right;
  TridiagonalSolver<Number>(lower, diagonal, upper).solve(y);
  for (std::size_t i = 0; i < n; ++i) y[i].add_adjoint(seeds[i]);
  tape.sweep(mark);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(found.right[i], right[i].adjoint(), 1e-14);
    EXPECT_NEAR(found.diagonal[i], diagonal[i].adjoint(), 1e-14);
    EXPECT_NEAR(found.lower[i], lower[i].adjoint(), 1e-14);
    EXPECT_NEAR(found.upper[i], upper[i].adjoint(), 1e-14);
  }
}

}  // namespace
}  // namespace plimsoll
