#include "plimsoll/market/curve.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

TEST(Curve, flat_gives_one_rate_for_every_time) {
  const Curve curve = *Curve::flat(-0.01);
  EXPECT_EQ(curve.zero_rate(0.0), -0.01);
  EXPECT_EQ(curve.zero_rate(30.0), -0.01);
  EXPECT_EQ(curve.discount_factor(0.0), 1.0);
  EXPECT_DOUBLE_EQ(curve.discount_factor(2.0), std::exp(0.02));
}

TEST(Curve, is_linear_between_pillars_and_flat_outside) {
  const Curve curve = *Curve::from_zero_rates({1.0, 3.0}, {0.02, 0.04});
  EXPECT_EQ(curve.zero_rate(0.5), 0.02);
  EXPECT_EQ(curve.zero_rate(1.0), 0.02);
  EXPECT_DOUBLE_EQ(curve.zero_rate(2.0), 0.03);
  EXPECT_EQ(curve.zero_rate(3.0), 0.04);
  EXPECT_EQ(curve.zero_rate(9.0), 0.04);
  EXPECT_EQ(curve.years().size(), curve.rates().size());
}

TEST(Curve, shifts_every_rate) { EXPECT_EQ(Curve::flat(0.01)->shifted(0.02), *Curve::flat(0.03)); }

TEST(Curve, refuses_unequal_unsorted_or_infinite_pillars) {
  const double nan = std::nan("");
  EXPECT_EQ(Curve::from_zero_rates({}, {}).error().field, "years");
  EXPECT_EQ(Curve::from_zero_rates({1.0}, {0.1, 0.2}).error().field, "years");
  EXPECT_EQ(Curve::from_zero_rates({1.0, 1.0}, {0.1, 0.2}).error().value, "1");
  EXPECT_EQ(Curve::from_zero_rates({-1.0}, {0.1}).error().value, "-1");
  EXPECT_EQ(Curve::from_zero_rates({HUGE_VAL}, {0.1}).error().value, "inf");
  EXPECT_EQ(Curve::from_zero_rates({nan}, {0.1}).error().value, "nan");
  EXPECT_EQ(Curve::flat(nan).error().field, "rates");
  EXPECT_EQ(Curve::from_zero_rates({0.0, 1.0}, {1.7e308, -1.7e308}).error().value, "1.7e+308");
}

RC_GTEST_PROP(Curve, stays_between_its_lowest_and_highest_rate, (double low, double width, double time)) {
  RC_PRE(std::isfinite(low) && std::isfinite(width) && std::isfinite(time));
  const double a = std::fmod(low, 0.2);
  const double b = a + std::fabs(std::fmod(width, 0.2));
  const Curve curve = *Curve::from_zero_rates({0.5, 2.0}, {a, b});
  const double rate = curve.zero_rate(std::fabs(std::fmod(time, 4.0)));
  RC_ASSERT(rate >= a && rate <= b);
}

}  // namespace
}  // namespace plimsoll
