#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <plimsoll/method/monotone_shift.hpp>

namespace plimsoll {
namespace {

std::vector<double> shifted(const std::vector<double>& spots, std::vector<double> values, double at_zero,
                            double amount) {
  InterpolationWorkspace workspace;
  shift_by_dividend(spots, values, at_zero, amount, workspace);
  return values;
}

TEST(MonotoneShift, straight_lines_are_moved_exactly) {
  const std::vector<double> spots{10.0, 20.0, 45.0, 80.0};
  const auto values = shifted(spots, {7.0, 12.0, 24.5, 42.0}, 2.0, 5.0);
  for (std::size_t i = 0; i < spots.size(); ++i) EXPECT_NEAR(values[i], 2.0 + 0.5 * (spots[i] - 5.0), 1e-13);
}

TEST(MonotoneShift, a_spot_below_the_amount_has_the_value_at_zero) {
  const auto values = shifted({1.0, 2.0, 50.0}, {99.0, 98.0, 50.0}, 100.0, 3.0);
  EXPECT_EQ(values[0], 100.0);
  EXPECT_EQ(values[1], 100.0);
}

TEST(MonotoneShift, no_dividend_changes_nothing) {
  const std::vector<double> values{3.0, 2.0, 1.5};
  EXPECT_EQ(shifted({1.0, 2.0, 3.0}, values, 4.0, 0.0), values);
}

TEST(MonotoneShift, error_falls_with_the_third_power_of_the_mesh) {
  const auto error = [](int cells) {
    std::vector<double> spots;
    std::vector<double> values;
    for (int i = 1; i <= cells; ++i) {
      spots.push_back(static_cast<double>(i) / cells);
      values.push_back(std::exp(-2.0 * spots.back()));
    }
    const auto moved = shifted(spots, values, 1.0, 0.37 / cells);
    double largest = 0.0;
    for (std::size_t i = 2; i + 2 < moved.size(); ++i)
      largest = std::max(largest, std::abs(moved[i] - std::exp(-2.0 * (spots[i] - 0.37 / cells))));
    return largest;
  };
  EXPECT_GT(std::log2(error(50) / error(100)), 2.8);
}

RC_GTEST_PROP(MonotoneShiftProperty, values_that_fall_keep_falling_and_stay_within_their_range, ()) {
  const auto steps = *rc::gen::container<std::vector<int>>(12, rc::gen::inRange(0, 100));
  std::vector<double> spots;
  std::vector<double> values;
  double value = 1000.0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    spots.push_back(static_cast<double>(i * i + 1));
    values.push_back(value -= steps[i]);
  }
  const auto moved = shifted(spots, values, 1000.0, *rc::gen::inRange(0, 20) + 0.5);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    RC_ASSERT(moved[i] <= 1000.0 + 1e-9);
    RC_ASSERT(moved[i] >= values[i] - 1e-9);
    if (i > 0) {
      RC_ASSERT(moved[i] <= moved[i - 1] + 1e-9);
    }
  }
}

}  // namespace
}  // namespace plimsoll
