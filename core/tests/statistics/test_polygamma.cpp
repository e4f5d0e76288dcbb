#include "plimsoll/numerics/special_functions.hpp"
#include "plimsoll/statistics/polygamma.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

// Abramowitz and Stegun (1964), 6.3.2, 6.3.3, 6.4.2 and 6.4.4.
TEST(Polygamma, has_its_known_values_at_one_and_one_half) {
  EXPECT_NEAR(digamma(1.0), -std::numbers::egamma, 1e-14);
  EXPECT_NEAR(digamma(0.5), -std::numbers::egamma - 2.0 * std::numbers::ln2, 1e-14);
  EXPECT_NEAR(trigamma(1.0), std::numbers::pi * std::numbers::pi / 6.0, 1e-14);
  EXPECT_NEAR(trigamma(0.5), std::numbers::pi * std::numbers::pi / 2.0, 1e-14);
}

TEST(Polygamma, is_the_slope_of_log_gamma) {
  const double h = 1e-4;  // central difference: error of order h^2 times the third derivative
  for (const double x : {0.7, 3.0, 11.9, 12.1, 80.0}) {
    EXPECT_NEAR(digamma(x), (log_gamma(x + h) - log_gamma(x - h)) / (2.0 * h), 2e-8);
    EXPECT_NEAR(trigamma(x), (digamma(x + h) - digamma(x - h)) / (2.0 * h), 2e-7);
  }
}

}  // namespace
}  // namespace plimsoll
