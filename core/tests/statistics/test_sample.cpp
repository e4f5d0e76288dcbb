#include "plimsoll/statistics/sample.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(SampleStatistics, agree_with_published_values) {
  // Source: the sample and values of QuantLib's statistics test; skewness and kurtosis as Excel's SKEW and KURT.
  const auto s = sample_statistics(std::vector{3.0, 4.0, 5.0, 2.0, 3.0, 4.0, 5.0, 6.0, 4.0, 7.0});
  ASSERT_TRUE(s);
  EXPECT_EQ(s->count, 10);
  EXPECT_NEAR(s->mean, 4.3, 1e-12);
  EXPECT_NEAR(s->variance, 2.23333333333, 1e-11);
  EXPECT_NEAR(s->deviation, 1.4944341181, 1e-10);
  EXPECT_NEAR(s->skewness, 0.359543071407, 1e-12);
  EXPECT_NEAR(s->excess_kurtosis, -0.151799637209, 1e-12);
  EXPECT_EQ(s->smallest, 2.0);
  EXPECT_EQ(s->largest, 7.0);
}

TEST(SampleStatistics, a_constant_sample_has_no_shape) {
  const auto s = sample_statistics(std::vector{2.0, 2.0, 2.0, 2.0});
  EXPECT_EQ(s->variance, 0.0);
  EXPECT_EQ(s->skewness, 0.0);
  EXPECT_EQ(s->excess_kurtosis, 0.0);
}

TEST(SampleStatistics, few_values_have_no_higher_moments) {
  const auto two = sample_statistics(std::vector{1.0, 3.0});
  EXPECT_EQ(two->variance, 2.0);
  EXPECT_EQ(two->skewness, 0.0);
  const auto three = sample_statistics(std::vector{0.0, 0.0, 3.0});
  EXPECT_NEAR(three->skewness, std::sqrt(3.0), 1e-15);
  EXPECT_EQ(three->excess_kurtosis, 0.0);
}

TEST(SampleStatistics, refuse_one_value_and_missing_ones) {
  EXPECT_EQ(sample_statistics(std::vector{1.0}).error().value, "1 values");
  EXPECT_EQ(sample_statistics(std::vector{1.0, std::nan("")}).error().value, "nan");
}

}  // namespace
}  // namespace plimsoll
