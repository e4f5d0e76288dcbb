#include "plimsoll/numerics/interpolation.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
using Numbers = std::vector<double>;

TEST(LinearInterpolant, runs_straight_between_points_and_flat_outside) {
  const auto line = LinearInterpolant::through({1.0, 2.0, 4.0}, {10.0, 20.0, 0.0});
  ASSERT_TRUE(line);
  EXPECT_EQ((*line)(0.0), 10.0);
  EXPECT_EQ((*line)(1.0), 10.0);
  EXPECT_EQ((*line)(1.5), 15.0);
  EXPECT_EQ((*line)(2.0), 20.0);
  EXPECT_EQ((*line)(3.0), 10.0);
  EXPECT_EQ((*line)(9.0), 0.0);
  EXPECT_EQ((*LinearInterpolant::through({1.0}, {5.0}))(7.0), 5.0);
}

TEST(LinearInterpolant, refuses_lists_that_make_no_line) {
  EXPECT_EQ(LinearInterpolant::through({}, {}).error().field, "points");
  EXPECT_EQ(LinearInterpolant::through({1.0, 2.0}, {1.0}).error().value, "2 points, 1 values");
  EXPECT_EQ(LinearInterpolant::through({1.0, 1.0}, {1.0, 2.0}).error().value, "1 after 1");
  EXPECT_EQ(LinearInterpolant::through({1.0, nan_value}, {1.0, 2.0}).error().field, "points");
  EXPECT_EQ(LinearInterpolant::through({1.0, 2.0}, {1.0, nan_value}).error().field, "values");
}

MonotoneCubic reference_curve() {
  return *MonotoneCubic::through({0.0, 0.5, 1.5, 2.0, 4.0, 4.25}, {1.0, 3.0, 3.5, 2.0, 2.0, 7.0});
}

TEST(MonotoneCubic, agrees_with_scipy) {
  const MonotoneCubic curve = reference_curve();
  for (const auto& row : testing::reference_table("monotone_cubic.csv")) {
    EXPECT_NEAR(curve(row.number("x")), row.number("value"), 1e-13) << row.text("x");
    EXPECT_NEAR(curve.slope(row.number("x")), row.number("slope"), 1e-12) << row.text("x");
  }
}

TEST(MonotoneCubic, is_flat_outside_and_straight_through_two_points) {
  const MonotoneCubic curve = reference_curve();
  EXPECT_EQ(curve(-1.0), 1.0);
  EXPECT_EQ(curve(9.0), 7.0);
  EXPECT_EQ(curve.slope(-1.0), 0.0);
  EXPECT_EQ(curve.slope(9.0), 0.0);
  const auto line = MonotoneCubic::through({0.0, 2.0}, {1.0, 5.0});
  EXPECT_DOUBLE_EQ((*line)(0.5), 2.0);
  EXPECT_DOUBLE_EQ(line->slope(0.5), 2.0);
}

TEST(MonotoneCubic, holds_a_steep_end_to_three_times_its_chord) {
  const auto curve = MonotoneCubic::through({0.0, 1.0, 2.0}, {0.0, 1.0, -9.0});
  EXPECT_DOUBLE_EQ(curve->slope(0.0), 3.0);
}

TEST(MonotoneCubic, refuses_what_is_no_curve) {
  EXPECT_EQ(MonotoneCubic::through({1.0}, {1.0}).error().field, "points");
  EXPECT_EQ(MonotoneCubic::through({2.0, 1.0}, {1.0, 1.0}).error().fix, "sort the points and drop duplicates");
}

RC_GTEST_PROP(MonotoneCubic, rises_wherever_its_points_rise, ()) {
  Numbers x{0.0};
  Numbers y{0.0};
  for (int i = 0; i < 8; ++i) {
    x.push_back(x.back() + *rc::gen::inRange(1, 1000) / 100.0);
    y.push_back(y.back() + *rc::gen::inRange(0, 1000) / 100.0);
  }
  const auto curve = MonotoneCubic::through(x, y);
  double before = (*curve)(0.0);
  for (int i = 1; i <= 500; ++i) {
    const double value = (*curve)(x.back() * i / 500.0);
    RC_ASSERT(value >= before - 1e-12);
    before = value;
  }
}

TEST(Chebyshev, points_run_from_end_to_end_and_are_symmetric) {
  const Numbers points = chebyshev_points(5, -1.0, 1.0);
  EXPECT_EQ(points.front(), -1.0);
  EXPECT_EQ(points.back(), 1.0);
  EXPECT_EQ(points[2], 0.0);
  EXPECT_EQ(points[1], -points[3]);
  EXPECT_DOUBLE_EQ(points[3], std::sqrt(0.5));
}

double error_of_chebyshev(std::size_t count) {
  const auto profile = [](double x) { return std::exp(x) * std::cos(3.0 * x); };
  Numbers values;
  for (const double x : chebyshev_points(count, 0.0, 2.0)) values.push_back(profile(x));
  const auto curve = ChebyshevInterpolant::through(0.0, 2.0, values);
  double worst = 0.0;
  for (int i = 0; i <= 1000; ++i) {
    const double x = 2.0 * i / 1000.0;
    worst = std::max(worst, std::abs((*curve)(x)-profile(x)));
  }
  return worst;
}

TEST(Chebyshev, error_of_an_analytic_profile_falls_geometrically) {
  EXPECT_LT(error_of_chebyshev(9), 1e-3);
  EXPECT_LT(error_of_chebyshev(13), 1e-6);
  EXPECT_LT(error_of_chebyshev(25), 5e-14);
}

TEST(Chebyshev, gives_back_its_values_at_its_points) {
  const auto curve = ChebyshevInterpolant::through(0.0, 2.0, {1.0, 5.0, 2.0});
  EXPECT_EQ((*curve)(0.0), 1.0);
  EXPECT_EQ((*curve)(1.0), 5.0);
  EXPECT_EQ((*curve)(2.0), 2.0);
}

TEST(Chebyshev, refuses_what_is_no_profile) {
  EXPECT_EQ(ChebyshevInterpolant::through(0.0, 1.0, {1.0}).error().field, "values");
  EXPECT_EQ(ChebyshevInterpolant::through(1.0, 1.0, {1.0, 2.0}).error().field, "points");
  EXPECT_EQ(ChebyshevInterpolant::through(0.0, 1.0, {1.0, nan_value}).error().field, "values");
}

}  // namespace
}  // namespace plimsoll
