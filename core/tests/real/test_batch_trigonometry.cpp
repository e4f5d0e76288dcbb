#include "plimsoll/real/batch_trigonometry.hpp"
#include "real/batch_accuracy.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using namespace testing;
using Eight = Batch<8>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t draws = 16'000;

const auto sine = [](const Eight& x) { return sin(x); };
const auto cosine = [](const Eight& x) { return cos(x); };
const auto true_sine = [](long double x) { return std::sin(x); };
const auto true_cosine = [](long double x) { return std::cos(x); };

/// The doubles nearest to every `stride`-th multiple of pi/2 up to 1e5, of either sign, and their neighbours.
std::vector<double> numbers_next_to_quarter_turns(int stride) {
  std::vector<double> numbers;
  for (int k = 1; k <= 63'661; k += stride) {
    const double nearest = static_cast<double>(std::numbers::pi_v<long double> / 2.0L * k);
    for (const double x :
         {std::nextafter(nearest, 0.0), nearest, std::nextafter(nearest, infinity), nearest * 1.0000001}) {
      numbers.push_back(x);
      numbers.push_back(-x);
    }
  }
  return numbers;
}

TEST(BatchTrigonometry, sine_and_cosine_are_off_by_less_than_one_unit_up_to_a_hundred_thousand) {
  for (const double reach : {0.8, 10.0, 1e5}) {
    const std::vector<double> angles = uniform_draws(draws, -reach, reach);
    expect_within("sin", worst_over(sine, true_sine, angles), 1.0);
    expect_within("cos", worst_over(cosine, true_cosine, angles), 1.0);
  }
  expect_within("sin towards zero", worst_over(sine, true_sine, logarithmic_draws(draws, 5e-324, 1.0)), 1.0);
}

TEST(BatchTrigonometry, next_to_every_multiple_of_a_quarter_turn_no_digit_is_lost) {
  const std::vector<double> angles = numbers_next_to_quarter_turns(7);
  expect_within("sin next to multiples of pi/2", worst_over(sine, true_sine, angles), 1.0);
  expect_within("cos next to multiples of pi/2", worst_over(cosine, true_cosine, angles), 1.0);
}

TEST(BatchTrigonometry, edges_are_those_of_the_standard_library) {
  for (const double x : {0.0, -0.0, infinity, -infinity, nan_value, 5e-324, -5e-324, 1e-310, -1e-300, 1e-9}) {
    expect_same_number(sin(Eight{x})[2], std::sin(x), x);
    expect_same_number(cos(Eight{x})[2], std::cos(x), x);
  }
}

TEST(BatchTrigonometry, an_angle_beyond_the_limit_is_no_number) {
  EXPECT_FALSE(std::isnan(sin(Eight{1e5})[0]));
  EXPECT_TRUE(std::isnan(sin(Eight{std::nextafter(1e5, 2e5)})[0]));
  EXPECT_TRUE(std::isnan(cos(Eight{-1e6})[0]));
}

}  // namespace
}  // namespace plimsoll
