#include "plimsoll/statistics/distributions.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

void expect_relative(double value, double expected, double tolerance) {
  EXPECT_NEAR(value, expected, tolerance * std::abs(expected));
}

// The exact tails below are closed forms: two degrees of freedom of the chi-square are an exponential, one is a normal
// square; one degree of freedom of the Student-t is Cauchy, two has an algebraic form.
constexpr double exact = 1e-12;  // the promised relative accuracy

TEST(Distributions, chi_square_tail_is_exponential_for_two_degrees_of_freedom) {
  for (const double x : {0.01, 1.0, 8.0, 100.0, 600.0})
    expect_relative(chi_square_tail(x, 2.0), std::exp(-0.5 * x), exact);
}

TEST(Distributions, chi_square_tail_is_that_of_a_normal_square_for_one_degree_of_freedom) {
  for (const double x : {1e-6, 0.3, 5.0252, 90.0})
    expect_relative(chi_square_tail(x, 1.0), std::erfc(std::sqrt(0.5 * x)), exact);
}

TEST(Distributions, chi_square_tail_is_one_at_and_below_zero) {
  EXPECT_EQ(chi_square_tail(0.0, 3.0), 1.0);
  EXPECT_EQ(chi_square_tail(-1.0, 3.0), 1.0);
}

TEST(Distributions, student_t_is_cauchy_for_one_degree_of_freedom) {
  for (const double t : {-1e6, -3.0, -0.2, 0.0, 0.7, 40.0})
    expect_relative(student_t_probability(t, 1.0),
                    t < 0.0 ? std::atan(-1.0 / t) / std::numbers::pi : 0.5 + std::atan(t) / std::numbers::pi, exact);
}

TEST(Distributions, student_t_is_algebraic_for_two_degrees_of_freedom) {
  for (const double t : {-1000.0, -2.0, -0.1, 0.5, 3.0}) {
    const double tail = 1.0 / ((2.0 + t * t) + std::abs(t) * std::sqrt(2.0 + t * t));  // 1/2 - |t|/(2 sqrt(2+t^2))
    expect_relative(student_t_probability(t, 2.0), t < 0.0 ? tail : 1.0 - tail, exact);
  }
}

TEST(Distributions, student_t_tends_to_the_normal) {
  // The first correction is of order 1 / degrees of freedom.
  EXPECT_NEAR(student_t_probability(-2.0, 1e6), normal_probability(-2.0), 1e-6);
}

TEST(Distributions, student_t_quantile_meets_closed_forms) {
  for (const double p : {1e-8, 0.01, 0.2, 0.3, 0.49}) {
    expect_relative(student_t_quantile(p, 1.0), -1.0 / std::tan(std::numbers::pi * p), 1e-11);
    expect_relative(student_t_quantile(p, 2.0), (2.0 * p - 1.0) / std::sqrt(2.0 * p * (1.0 - p)), 1e-11);
    EXPECT_EQ(student_t_quantile(1.0 - p, 3.0), -student_t_quantile(1.0 - (1.0 - p), 3.0));
  }
}

TEST(Distributions, student_t_quantile_has_exact_limits) {
  EXPECT_EQ(student_t_quantile(0.0, 4.0), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(student_t_quantile(1.0, 4.0), std::numeric_limits<double>::infinity());
  EXPECT_EQ(student_t_quantile(0.5, 4.0), 0.0);
}

RC_GTEST_PROP(Distributions, student_t_quantile_inverts_the_probability, ()) {
  const double p = *rc::gen::inRange(1, 999999) * 1e-6;
  const double nu = 1.1 + *rc::gen::inRange(0, 10000) * 0.02;
  const double back = student_t_probability(student_t_quantile(p, nu), nu);
  RC_ASSERT(std::abs(back - p) <= 1e-10 * std::min(p, 1.0 - p) + 1e-15);
}

TEST(Distributions, student_t_density_is_the_slope_of_the_probability) {
  const double h = 1e-5;  // central difference: error of order h^2 = 1e-10
  for (const double t : {-3.0, 0.0, 1.5})
    EXPECT_NEAR(student_t_density(t, 4.5),
                (student_t_probability(t + h, 4.5) - student_t_probability(t - h, 4.5)) / (2 * h), 1e-9);
}

TEST(Distributions, binomial_probability_is_the_sum_of_its_terms) {
  double low = std::pow(0.7, 20);
  double high = std::pow(0.3, 20);
  double below = 0.0;
  double above = 0.0;
  for (int k = 0; k < 20; ++k) {
    below += low;
    above += high;
    expect_relative(binomial_probability(k, 20, 0.3), below, exact);
    expect_relative(binomial_tail(20 - k, 20, 0.3), above, exact);
    low *= static_cast<double>(20 - k) / static_cast<double>(k + 1) * 0.3 / 0.7;
    high *= static_cast<double>(20 - k) / static_cast<double>(k + 1) * 0.7 / 0.3;
  }
}

TEST(Distributions, binomial_has_exact_limits) {
  EXPECT_EQ(binomial_probability(-1, 10, 0.5), 0.0);
  EXPECT_EQ(binomial_probability(10, 10, 0.5), 1.0);
  EXPECT_EQ(binomial_probability(0, 10, 0.0), 1.0);
  EXPECT_EQ(binomial_probability(9, 10, 1.0), 0.0);
  EXPECT_EQ(binomial_tail(0, 10, 0.5), 1.0);
  EXPECT_EQ(binomial_tail(11, 10, 0.5), 0.0);
}

// Source: recomputed in pure Python with exact rational sums and numerical integration; printed to 7 decimals.
constexpr double seven_decimals = 5.1e-8;

TEST(Distributions, binomial_tail_agrees_with_the_printed_value) {
  EXPECT_NEAR(binomial_tail(15, 1000, 0.01), 0.0824123, seven_decimals);
}

TEST(Distributions, jeffreys_agrees_with_the_printed_values) {
  EXPECT_NEAR(jeffreys_p_value(15, 1000, 0.01), 0.0632284, seven_decimals);
  EXPECT_NEAR(jeffreys_p_value(10, 1000, 0.01), 0.4790568, seven_decimals);
  EXPECT_NEAR(jeffreys_p_value(0, 100, 0.005), 0.6839009, seven_decimals);
  EXPECT_NEAR(jeffreys_p_value(8, 250, 0.02), 0.0942684, seven_decimals);
}

}  // namespace
}  // namespace plimsoll
