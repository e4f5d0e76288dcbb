#pragma once

#include "plimsoll/real/batch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

// How far a function of a batch is off, in units of the last place of the result, against extended precision.
namespace plimsoll::testing {

/// Distance of a number from the truth in units of the last place that the truth has in double. A result beyond the
/// largest double must be infinite, which counts as exact.
inline double units_off(double found, long double truth) {
  if (std::abs(truth) > static_cast<long double>(std::numeric_limits<double>::max()))
    return std::isinf(found) && std::signbit(found) == std::signbit(truth) ? 0.0
                                                                           : std::numeric_limits<double>::infinity();
  const int exponent = truth == 0.0L ? -1074 : std::max(std::ilogb(truth) - 52, -1074);
  return static_cast<double>(std::abs(static_cast<long double>(found) - truth) / std::ldexp(1.0L, exponent));
}

/// The worst case of a search.
struct WorstCase {
  double units = 0.0;
  double at = 0.0;
  double second = 0.0;

  void see(double found, long double truth, double x, double y = 0.0) {
    const double off = units_off(found, truth);
    if (off <= units) return;
    units = off;
    at = x;
    second = y;
  }
};

/// Runs a function over arguments eight at a time; the count is a multiple of eight.
template <class F, class Exact>
WorstCase worst_over(F function, Exact exact, std::span<const double> arguments) {
  WorstCase worst;
  for (std::size_t i = 0; i + 8 <= arguments.size(); i += 8) {
    std::array<double, 8> found{};
    function(Batch<8>::load(&arguments[i])).store(found.data());
    for (std::size_t k = 0; k < 8; ++k)
      worst.see(found[k], exact(static_cast<long double>(arguments[i + k])), arguments[i + k]);
  }
  return worst;
}

/// The same for a function of two numbers.
template <class F, class Exact>
WorstCase worst_over(F function, Exact exact, std::span<const double> first, std::span<const double> second) {
  WorstCase worst;
  for (std::size_t i = 0; i + 8 <= first.size(); i += 8) {
    std::array<double, 8> found{};
    function(Batch<8>::load(&first[i]), Batch<8>::load(&second[i])).store(found.data());
    for (std::size_t k = 0; k < 8; ++k)
      worst.see(found[k], exact(static_cast<long double>(first[i + k]), static_cast<long double>(second[i + k])),
                first[i + k], second[i + k]);
  }
  return worst;
}

inline std::vector<double> uniform_draws(std::size_t count, double low, double high, std::uint64_t seed = 20261122) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> distribution(low, high);
  std::vector<double> draws(count);
  for (double& x : draws) x = distribution(generator);
  return draws;
}

/// Numbers whose logarithms are uniform, with either sign where `low` is negative in sign.
inline std::vector<double> logarithmic_draws(std::size_t count, double low, double high, double sign = 1.0,
                                             std::uint64_t seed = 20261122) {
  std::vector<double> draws = uniform_draws(count, std::log(low), std::log(high), seed);
  for (double& x : draws) x = sign * std::clamp(std::exp(x), low, high);
  return draws;
}

/// Says what was measured and expects the bound of the comment.
inline void expect_within(const char* what, const WorstCase& worst, double bound) {
  std::printf("[ MEASURED ] %s: %.3f ulp at %.17g %.17g\n", what, worst.units, worst.at, worst.second);
  EXPECT_LE(worst.units, bound) << what << " at " << worst.at << ", " << worst.second;
}

/// Expects the bits of the other number, or NaN for NaN.
inline void expect_same_number(double found, double expected, double x, double y = 0.0) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(found)) << x << ", " << y;
  } else {
    EXPECT_EQ(found, expected) << x << ", " << y;
    EXPECT_EQ(std::signbit(found), std::signbit(expected)) << x << ", " << y;
  }
}

}  // namespace plimsoll::testing
