#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/statistics/distributions.hpp"
#include "plimsoll/statistics/student_t_fit.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

std::vector<double> sample(const StudentT& t, std::size_t size, std::uint64_t seed) {
  std::vector<double> draws(size);
  RandomStream{seed, 0}.fill_uniform(draws);
  for (double& draw : draws) draw = t.location + t.scale * student_t_quantile(draw, t.degrees_of_freedom);
  return draws;
}

double log_likelihood(const std::vector<double>& values, const StudentT& t) {
  double sum = 0.0;
  for (const double value : values)
    sum += std::log(student_t_density((value - t.location) / t.scale, t.degrees_of_freedom) / t.scale);
  return sum;
}

TEST(StudentTFit, recovers_the_parameters_of_a_large_sample) {
  const StudentT truth{0.002, 0.013, 4.0};
  const auto fit = fit_student_t(sample(truth, 40'000, 7), StudentTSettings{});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->status, FitStatus::converged);
  EXPECT_LE(fit->gradient_norm, 1e-9);
  // Four standard errors from the Fisher information: sqrt(1/40000) = 0.005 times about 1.2 scales, 0.9 and 8.
  EXPECT_NEAR(fit->distribution.location, truth.location, 4.0 * 0.0061 * truth.scale);
  EXPECT_NEAR(fit->distribution.scale, truth.scale, 4.0 * 0.0045 * truth.scale);
  EXPECT_NEAR(fit->distribution.degrees_of_freedom, truth.degrees_of_freedom, 4.0 * 0.08);
}

TEST(StudentTFit, reports_the_likelihood_that_its_density_gives) {
  const auto values = sample({1.0, 2.0, 6.0}, 501, 3);
  const auto fit = fit_student_t(values, StudentTSettings{});
  EXPECT_NEAR(fit->log_likelihood, log_likelihood(values, fit->distribution), 1e-9 * std::abs(fit->log_likelihood));
}

RC_GTEST_PROP(StudentTFit, no_neighbour_is_more_likely, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
  const double nu = 2.5 + *rc::gen::inRange(0, 100) * 0.1;
  const auto values = sample({0.0, 1.0, nu}, 500, seed);
  const auto fit = fit_student_t(values, StudentTSettings{});
  RC_ASSERT(fit->status != FitStatus::not_converged);
  const StudentT best = fit->distribution;
  const double top = log_likelihood(values, best);
  for (const double step : {-0.01, 0.01}) {
    RC_ASSERT(log_likelihood(values, {best.location + step * best.scale, best.scale, best.degrees_of_freedom}) < top);
    RC_ASSERT(log_likelihood(values, {best.location, best.scale * (1.0 + step), best.degrees_of_freedom}) < top);
    if (fit->status == FitStatus::converged)
      RC_ASSERT(log_likelihood(values, {best.location, best.scale, best.degrees_of_freedom * (1.0 + step)}) < top);
  }
}

RC_GTEST_PROP(StudentTFit, follows_a_change_of_unit_and_origin, ()) {
  const auto seed = *rc::gen::inRange<std::uint64_t>(1, 1000);
  const auto values = sample({0.0, 1.0, 4.0}, 300, seed);
  std::vector<double> moved;
  for (const double value : values) moved.push_back(5.0 + 1e4 * value);
  const auto fit = fit_student_t(values, StudentTSettings{});
  const auto other = fit_student_t(moved, StudentTSettings{});
  const double tolerance = 1e-6;  // both stop at a gradient of 1e-9; the curvature is of order 0.01
  RC_ASSERT(std::abs(other->distribution.scale / (1e4 * fit->distribution.scale) - 1.0) < tolerance);
  RC_ASSERT(std::abs(other->distribution.location - 5.0 - 1e4 * fit->distribution.location) <
            tolerance * other->distribution.scale);
}

TEST(StudentTFit, rests_on_the_upper_bound_for_light_tails_and_says_so) {
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back(i % 2 == 0 ? 1.0 + 0.001 * i : -1.0 - 0.001 * i);
  const auto fit = fit_student_t(values, StudentTSettings{});
  EXPECT_EQ(fit->status, FitStatus::at_bound);
  EXPECT_NEAR(fit->distribution.degrees_of_freedom, 200.0, 1e-9);
}

TEST(StudentTFit, rests_on_the_lower_bound_for_very_heavy_tails_and_says_so) {
  const auto fit = fit_student_t(sample({0.0, 1.0, 1.0}, 2000, 5), StudentTSettings{});
  EXPECT_EQ(fit->status, FitStatus::at_bound);
  EXPECT_NEAR(fit->distribution.degrees_of_freedom, 2.1, 1e-12);
}

TEST(StudentTFit, says_when_the_iterations_do_not_suffice) {
  StudentTSettings settings;
  settings.most_iterations = 1;
  const auto fit = fit_student_t(sample({0.0, 1.0, 3.0}, 200, 5), settings);
  EXPECT_EQ(fit->status, FitStatus::not_converged);
  EXPECT_EQ(fit->iterations, 1);
  EXPECT_GT(fit->gradient_norm, settings.tolerance);
}

TEST(StudentTFit, stops_when_no_step_helps_below_rounding) {
  StudentTSettings settings;
  settings.tolerance = 1e-300;  // cannot be reached
  const auto fit = fit_student_t(sample({0.0, 1.0, 3.0}, 200, 5), settings);
  EXPECT_EQ(fit->status, FitStatus::not_converged);
  EXPECT_LT(fit->gradient_norm, 1e-12);
}

TEST(StudentTFit, survives_samples_of_mostly_one_value) {
  std::vector<double> values(60, 0.0);
  values[10] = 100.0;
  values[20] = -3.0;
  const auto fit = fit_student_t(values, StudentTSettings{});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(std::isfinite(fit->log_likelihood));
}

TEST(StudentTFit, refuses_samples_and_settings_without_sense) {
  const std::vector<double> few{1.0, 2.0};
  const std::vector<double> equal(20, 3.0);
  std::vector<double> broken = sample({0.0, 1.0, 4.0}, 20, 1);
  broken[7] = std::nan("");
  const StudentTSettings good;
  EXPECT_EQ(fit_student_t(few, good).error().allowed, "at least 10 values");
  EXPECT_EQ(fit_student_t(equal, good).error().value, "all equal");
  EXPECT_EQ(fit_student_t(broken, good).error().field, "values[7]");
  EXPECT_EQ(fit_student_t(equal, {1.0, 200.0, 1e-9, 100}).error().field, "least_degrees_of_freedom");
  EXPECT_EQ(fit_student_t(equal, {2.1, 4.0, 1e-9, 100}).error().field, "most_degrees_of_freedom");
  EXPECT_EQ(fit_student_t(equal, {2.1, 200.0, 0.0, 100}).error().field, "tolerance");
  EXPECT_EQ(fit_student_t(equal, {2.1, 200.0, 1e-9, 0}).error().field, "most_iterations");
}

// McNeil, Frey and Embrechts (2015), example 2.15: the ratio of expected shortfall to value at risk of a t with four
// degrees of freedom at 99 % is 1.39 (table 2.1 gives 1.39 at 0.99).
TEST(StudentTFit, expected_shortfall_agrees_with_the_printed_ratio) {
  const StudentT t4{0.0, 1.0, 4.0};
  EXPECT_NEAR(student_t_expected_shortfall(t4, 0.01) / student_t_value_at_risk(t4, 0.01), 1.39, 0.005);
}

TEST(StudentTFit, expected_shortfall_is_the_mean_of_the_quantiles_beyond) {
  const StudentT t{0.4, 1.5, 3.5};
  double sum = 0.0;
  const int steps = 200'000;
  for (int i = 0; i < steps; ++i) sum += student_t_value_at_risk(t, 0.025 * (i + 0.5) / steps);
  // The midpoint rule loses about (1/steps)^(1-1/nu) at the end where the quantile is unbounded.
  EXPECT_NEAR(student_t_expected_shortfall(t, 0.025), sum / steps, 5e-3);
}

}  // namespace
}  // namespace plimsoll
