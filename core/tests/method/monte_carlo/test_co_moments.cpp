#include "plimsoll/method/monte_carlo/co_moments.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(CoMoments, gather_mean_and_central_moments) {
  CoMoments moments;
  moments.add(1.0, 10.0);
  moments.add(2.0, 30.0);
  moments.add(6.0, 20.0);
  EXPECT_DOUBLE_EQ(moments.mean_x, 3.0);
  EXPECT_DOUBLE_EQ(moments.mean_y, 20.0);
  EXPECT_DOUBLE_EQ(moments.xx, 14.0);
  EXPECT_DOUBLE_EQ(moments.yy, 200.0);
  EXPECT_DOUBLE_EQ(moments.xy, 10.0);
}

TEST(CoMoments, merged_are_those_of_all_pairs) {
  CoMoments whole;
  CoMoments left;
  CoMoments right;
  for (int i = 0; i < 20; ++i) {
    const double x = std::sin(i);
    const double y = std::cos(2.0 * i);
    whole.add(x, y);
    (i < 7 ? left : right).add(x, y);
  }
  left.merge(right);
  EXPECT_EQ(left.count, 20.0);
  EXPECT_NEAR(left.mean_x, whole.mean_x, 1e-15);
  EXPECT_NEAR(left.xx, whole.xx, 1e-13);
  EXPECT_NEAR(left.xy, whole.xy, 1e-13);
  EXPECT_NEAR(left.yy, whole.yy, 1e-13);
  CoMoments nothing;
  nothing.merge({});
  EXPECT_EQ(nothing.count, 0.0);
}

TEST(CoMoments, plain_estimate_has_the_textbook_standard_error) {
  CoMoments moments;
  EXPECT_EQ(plain_estimate(moments).standard_error, 0.0);
  moments.add(3.0, 0.0);
  EXPECT_EQ(plain_estimate(moments).mean, 3.0);
  EXPECT_EQ(plain_estimate(moments).standard_error, 0.0);
  moments.add(5.0, 0.0);
  EXPECT_DOUBLE_EQ(plain_estimate(moments).mean, 4.0);
  EXPECT_DOUBLE_EQ(plain_estimate(moments).standard_error, 1.0);
}

TEST(CoMoments, a_perfect_control_leaves_no_error) {
  CoMoments moments;
  for (int i = 0; i < 10; ++i) moments.add(2.0 * i + 1.0, i);
  const Estimate estimate = controlled_estimate(moments, 5.0);
  EXPECT_DOUBLE_EQ(estimate.mean, 11.0);
  EXPECT_NEAR(estimate.standard_error, 0.0, 1e-7);
}

TEST(CoMoments, a_constant_control_or_too_few_samples_leave_the_plain_mean) {
  CoMoments constant;
  for (int i = 0; i < 10; ++i) constant.add(i, 1.0);
  EXPECT_EQ(controlled_estimate(constant, 7.0).mean, 4.5);
  CoMoments few;
  few.add(1.0, 2.0);
  few.add(2.0, 5.0);
  EXPECT_EQ(controlled_estimate(few, 7.0).mean, 1.5);
}

}  // namespace
}  // namespace plimsoll
