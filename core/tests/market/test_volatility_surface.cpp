#include "plimsoll/market/volatility_surface.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(VolatilitySurface, flat_is_flat) {
  const auto surface = *VolatilitySurface::flat(0.25);
  EXPECT_EQ(surface.volatility(0.0, 100.0, 1.0), 0.25);
  EXPECT_EQ(surface.volatility(250.0, 100.0, 0.0), 0.25);
}

TEST(VolatilitySurface, negative_skew_lifts_low_strikes) {
  const auto surface = *VolatilitySurface::skewed(0.2, -0.1);
  EXPECT_EQ(surface.volatility(100.0, 100.0, 1.0), 0.2);
  EXPECT_DOUBLE_EQ(surface.volatility(80.0, 100.0, 4.0), 0.2 * (1.0 - 0.05 * std::log(0.8)));
  EXPECT_GT(surface.volatility(80.0, 100.0, 1.0), surface.volatility(120.0, 100.0, 1.0));
  EXPECT_EQ(surface.volatility(80.0, 100.0, 0.01), surface.volatility(80.0, 100.0, 1.0 / 12.0));
}

TEST(VolatilitySurface, stays_within_half_and_twice_the_level) {
  const auto surface = *VolatilitySurface::skewed(0.2, -0.5);
  EXPECT_EQ(surface.volatility(1e-9, 100.0, 0.1), 0.4);
  EXPECT_EQ(surface.volatility(1e9, 100.0, 0.1), 0.1);
  EXPECT_EQ(surface.volatility(0.0, 100.0, 0.1), 0.4);
  EXPECT_EQ(surface.volatility(100.0, 0.0, 0.1), 0.1);
  EXPECT_EQ(surface.volatility(0.0, 0.0, 0.1), 0.2);
}

TEST(VolatilitySurface, with_a_skew_too_small_for_a_double_is_flat_even_where_the_logarithm_is_infinite) {
  const auto surface = *VolatilitySurface::skewed(0.2, 5e-324);
  EXPECT_EQ(surface.volatility(0.0, 100.0, 16.0), 0.2);
}

TEST(VolatilitySurface, shifts_its_level_but_not_below_zero) {
  const auto surface = *VolatilitySurface::skewed(0.2, -0.1);
  EXPECT_DOUBLE_EQ(surface.shifted(0.01).atm(), 0.21);
  EXPECT_EQ(surface.shifted(-0.5).atm(), 0.0);
  EXPECT_EQ(surface.shifted(0.01).skew(), -0.1);
}

TEST(VolatilitySurface, refuses_negative_or_infinite_levels) {
  EXPECT_EQ(VolatilitySurface::flat(-0.2).error().value, "-0.2");
  EXPECT_EQ(VolatilitySurface::flat(std::nan("")).error().field, "volatility");
  EXPECT_EQ(VolatilitySurface::skewed(0.2, HUGE_VAL).error().field, "skew");
}

}  // namespace
}  // namespace plimsoll
