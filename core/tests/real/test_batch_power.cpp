#include "plimsoll/real/batch_power.hpp"
#include "real/batch_accuracy.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using namespace testing;
using Eight = Batch<8>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t draws = 16'000;

// The bounds are those of the comments; each search prints the largest error that it met.
TEST(BatchPower, expm1_is_off_by_little_more_than_one_unit_over_its_whole_domain) {
  const auto function = [](const Eight& x) { return expm1(x); };
  const auto truth = [](long double x) { return std::expm1(x); };
  expect_within("expm1 on [-1, 1]", worst_over(function, truth, uniform_draws(draws, -1.0, 1.0)), 1.2);
  expect_within("expm1 on [-45, 709.7]", worst_over(function, truth, uniform_draws(draws, -45.0, 709.7)), 1.2);
  for (const double sign : {-1.0, 1.0})
    expect_within("expm1 towards zero", worst_over(function, truth, logarithmic_draws(draws, 5e-324, 1.0, sign)), 1.2);
}

TEST(BatchPower, log1p_is_off_by_less_than_one_unit_over_its_whole_domain) {
  const auto function = [](const Eight& x) { return log1p(x); };
  const auto truth = [](long double x) { return std::log1p(x); };
  expect_within("log1p on (-1, 2)", worst_over(function, truth, uniform_draws(draws, -1.0 + 1e-12, 2.0)), 1.0);
  for (const double sign : {-1.0, 1.0})
    expect_within("log1p towards zero", worst_over(function, truth, logarithmic_draws(draws, 5e-324, 0.99, sign)), 1.0);
  expect_within("log1p upwards", worst_over(function, truth, logarithmic_draws(draws, 1.0, 1.7e308)), 1.0);
  std::vector<double> near_pole = logarithmic_draws(draws, 0x1p-53, 0.5);
  for (double& x : near_pole) x -= 1.0;
  expect_within("log1p next to -1", worst_over(function, truth, near_pole), 1.0);
}

/// Exponents that carry the powers of given bases over the whole range of double, overflow and underflow included.
std::vector<double> exponents_for(const std::vector<double>& bases) {
  std::vector<double> exponents = uniform_draws(bases.size(), -760.0, 720.0, 5);
  for (std::size_t i = 0; i < bases.size(); ++i) exponents[i] /= std::log(bases[i]);
  return exponents;
}

TEST(BatchPower, pow_is_off_by_less_than_one_unit_wherever_the_result_is_a_number) {
  const auto function = [](const Eight& x, const Eight& y) { return pow(x, y); };
  const auto truth = [](long double x, long double y) { return std::pow(x, y); };
  const std::vector<double> anywhere = logarithmic_draws(draws, 5e-324, 1.7e308);
  expect_within("pow of any base", worst_over(function, truth, anywhere, exponents_for(anywhere)), 1.0);
  const std::vector<double> middle = uniform_draws(draws, 0.0, 3.0);
  expect_within("pow of bases in (0, 3)", worst_over(function, truth, middle, exponents_for(middle)), 1.0);
  std::vector<double> near_one = logarithmic_draws(draws, 0x1p-52, 0.1);
  for (std::size_t i = 0; i < near_one.size(); ++i) near_one[i] = 1.0 + (i % 2 == 0 ? near_one[i] : -near_one[i]);
  expect_within("pow of bases next to one", worst_over(function, truth, near_one, exponents_for(near_one)), 1.0);
  expect_within("pow with exponents in (-3, 3)",
                worst_over(function, truth, uniform_draws(draws, 0.0, 100.0), uniform_draws(draws, -3.0, 3.0, 8)), 1.0);
}

TEST(BatchPower, pow_has_the_special_values_of_the_standard_library) {
  const std::vector<double> numbers{
      0.0,    -0.0,          infinity,     -infinity, nan_value, 1.0,          -1.0,
      2.0,    -2.0,          3.0,          -3.0,      0.5,       -0.5,         1e300,
      -1e300, 5e-324,        -5e-324,      1e-310,    1e19,      0x1p52 + 1.0, -(0x1p52 + 1.0),
      0x1p53, 1.0 + 0x1p-52, 1.0 - 0x1p-53};
  for (const double x : numbers) {
    for (const double y : numbers) {
      const double expected = std::pow(x, y);
      const double found = pow(Eight{x}, y)[3];
      if (std::isfinite(expected) && expected != 0.0) {
        EXPECT_LE(units_off(found, std::pow(static_cast<long double>(x), static_cast<long double>(y))), 1.0)
            << x << ", " << y;
      } else {
        expect_same_number(found, expected, x, y);
      }
    }
  }
  EXPECT_EQ(pow(2.0, Eight{10.0})[0], 1024.0);
  EXPECT_EQ(pow(-2.0, Eight{3.0})[0], -8.0);
}

TEST(BatchPower, whole_powers_of_small_numbers_are_exact) {
  for (int base = -12; base <= 12; ++base)
    for (int exponent = 0; exponent <= 12; ++exponent)
      EXPECT_EQ(pow(Eight{1.0 * base}, 1.0 * exponent)[1], std::pow(1.0 * base, 1.0 * exponent));
}

TEST(BatchPower, edges_are_those_of_the_standard_library) {
  for (const double x : {0.0, -0.0, infinity, -infinity, nan_value, 5e-324, -5e-324, 1e-310, -1e-300, 1e-17, -1e-17,
                         -745.0, -50.0, -37.5, 710.0, 1e300, -1e300}) {
    expect_same_number(expm1(Eight{x})[2], std::expm1(x), x);
  }
  for (const double x : {0.0, -0.0, infinity, -infinity, nan_value, 5e-324, -5e-324, 1e-310, -1e-300, 1e-17, -1e-17,
                         -1.0, -1.5, -1e300}) {
    expect_same_number(log1p(Eight{x})[2], std::log1p(x), x);
  }
  EXPECT_EQ(expm1(Eight{709.9})[0], infinity);
}

}  // namespace
}  // namespace plimsoll
