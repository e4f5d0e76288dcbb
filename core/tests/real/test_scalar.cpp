#include "plimsoll/real/scalar.hpp"
#include "reference_table.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::reference_table;

constexpr double smallest_normal = std::numeric_limits<double>::min();

TEST(Scalar, normal_cdf_agrees_with_fifty_digits_to_1e_15_relative_in_the_lower_tail) {
  for (const auto& row : reference_table("normal_distribution.csv")) {
    const double expected = row.number("cdf");
    // Below the normal range a double has fewer digits: half a denormal step is allowed there.
    EXPECT_NEAR(normal_cdf(row.number("x")), expected, 1e-15 * expected + smallest_normal * 1e-15) << row.text("x");
  }
}

TEST(Scalar, normal_pdf_agrees_with_fifty_digits_to_1e_15_relative) {
  for (const auto& row : reference_table("normal_distribution.csv")) {
    const double expected = row.number("pdf");
    EXPECT_NEAR(normal_pdf(row.number("x")), expected, 1e-15 * expected + smallest_normal * 1e-15) << row.text("x");
  }
}

TEST(Scalar, normal_functions_have_their_limits) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(normal_cdf(-infinity), 0.0);
  EXPECT_EQ(normal_cdf(infinity), 1.0);
  EXPECT_EQ(normal_cdf(0.0), 0.5);
  EXPECT_EQ(normal_pdf(infinity), 0.0);
  EXPECT_EQ(normal_pdf(-infinity), 0.0);
  EXPECT_TRUE(std::isnan(normal_cdf(std::numeric_limits<double>::quiet_NaN())));
  EXPECT_TRUE(std::isnan(normal_pdf(std::numeric_limits<double>::quiet_NaN())));
}

TEST(Scalar, choices_take_the_named_side) {
  EXPECT_EQ(max(1.0, 2.0), 2.0);
  EXPECT_EQ(max(2.0, 1.0), 2.0);
  EXPECT_EQ(min(1.0, 2.0), 1.0);
  EXPECT_EQ(min(2.0, 1.0), 1.0);
  EXPECT_EQ(select(true, 1.0, 2.0), 1.0);
  EXPECT_EQ(select(false, 1.0, 2.0), 2.0);
  EXPECT_TRUE(both(true, true));
  EXPECT_FALSE(both(true, false));
}

TEST(Scalar, a_double_is_one_lane_and_passive) {
  EXPECT_EQ(lane_count<double>, 1U);
  EXPECT_EQ(lane_value(3.0, 0), 3.0);
  EXPECT_EQ(passive(3.0), 3.0);
}

}  // namespace
}  // namespace plimsoll
