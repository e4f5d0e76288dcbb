#include "plimsoll/numerics/principal_components.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

/// Covariance of what is built: the sum over the draws of what each alone gives.
Matrix covariance_of(const PrincipalComponents& components) {
  const std::size_t n = components.size();
  Matrix result(n, n);
  for (std::size_t k = 0; k < n; ++k) {
    std::vector<double> draws(n, 0.0);
    std::vector<double> path(n);
    draws[k] = 1.0;
    components.build(draws, path);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) result(i, j) += path[i] * path[j];
  }
  return result;
}

RC_GTEST_PROP(PrincipalComponents, covariance_of_two_times_is_the_earlier_one, ()) {
  const auto steps = *rc::gen::container<std::vector<int>>(12, rc::gen::inRange(1, 1000));
  std::vector<double> times;
  for (const int step : steps) times.push_back((times.empty() ? 0.0 : times.back()) + 1e-3 * step);
  const auto components = PrincipalComponents::of_brownian_motion(times);
  RC_ASSERT(components.has_value());
  const Matrix found = covariance_of(*components);
  for (std::size_t i = 0; i < times.size(); ++i)
    for (std::size_t j = 0; j < times.size(); ++j)
      RC_ASSERT(std::abs(found(i, j) - times[std::min(i, j)]) <= 1e-13 * times.back());
}

TEST(PrincipalComponents, equal_steps_have_their_known_variances) {
  // Source: Glasserman (2003), sec. 3.1.3: dt / (4 sin^2((2k - 1) pi / (2 (2n + 1)))).
  constexpr std::size_t n = 48;
  std::vector<double> times(n);
  for (std::size_t i = 0; i < n; ++i) times[i] = static_cast<double>(i + 1) / n;
  const auto components = PrincipalComponents::of_brownian_motion(times);
  for (std::size_t k = 1; k <= n; ++k) {
    const double sine = std::sin((2.0 * static_cast<double>(k) - 1.0) * std::numbers::pi / (2.0 * (2.0 * n + 1.0)));
    EXPECT_NEAR(components->variances()[k - 1], 0.25 / n / (sine * sine), 1e-14 * components->variances()[0]);
  }
}

TEST(PrincipalComponents, two_components_carry_nine_tenths_of_a_brownian_motion) {
  std::vector<double> times(64);
  for (std::size_t i = 0; i < 64; ++i) times[i] = static_cast<double>(i + 1) / 64.0;
  const auto components = PrincipalComponents::of_brownian_motion(times);
  // The k-th share is 8 / (pi (2k - 1))^2 in the limit: 81 %, 9 %, 3.2 %, 1.7 %, ...
  EXPECT_EQ(components->effective_dimension(0.8), 1U);
  EXPECT_EQ(components->effective_dimension(0.9), 2U);
  EXPECT_EQ(components->effective_dimension(0.99), 19U);  // 20.3 in the limit of many steps
  EXPECT_EQ(components->effective_dimension(0.0), 0U);
}

TEST(PrincipalComponents, refuses_what_is_no_covariance) {
  Matrix correlation(2, 2);
  correlation(0, 0) = correlation(1, 1) = 1.0;
  correlation(0, 1) = correlation(1, 0) = 1.5;
  EXPECT_EQ(PrincipalComponents::of(correlation).error().field, "covariance");
  EXPECT_TRUE(PrincipalComponents::of(correlation).error().value.starts_with("eigenvalue -0."));
  EXPECT_EQ(PrincipalComponents::of(Matrix(1, 2)).error().field, "matrix");
  EXPECT_EQ(PrincipalComponents::of_brownian_motion(std::vector<double>{1.0, 0.5}).error().field, "times");
}

TEST(PrincipalComponents, a_variable_that_others_determine_is_allowed) {
  Matrix covariance(2, 2);
  covariance(0, 0) = covariance(0, 1) = covariance(1, 0) = covariance(1, 1) = 4.0;
  const auto components = PrincipalComponents::of(covariance);
  ASSERT_TRUE(components);
  EXPECT_EQ(components->effective_dimension(1.0 - 1e-12), 1U);
  EXPECT_NEAR(covariance_of(*components)(0, 1), 4.0, 1e-14 * 4.0);
}

}  // namespace
}  // namespace plimsoll
