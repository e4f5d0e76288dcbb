#include "plimsoll/numerics/levenberg_marquardt.hpp"
#include "reference_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using Numbers = std::vector<double>;

LeastSquaresSettings bounded(Numbers lower, Numbers upper) {
  LeastSquaresSettings settings;
  settings.lower = std::move(lower);
  settings.upper = std::move(upper);
  return settings;
}

LeastSquaresSettings weighted(Numbers weights) {
  LeastSquaresSettings settings;
  settings.weights = std::move(weights);
  return settings;
}

/// What a NIST problem fits, and its certified answer.
struct NistProblem {
  std::string name;
  Numbers x, y;
  Numbers start_1, start_2, certified, standard_errors;
  double sum_of_squares = 0.0;
};

NistProblem nist_problem(const std::string& name) {
  NistProblem problem{
      .name = name, .x = {}, .y = {}, .start_1 = {}, .start_2 = {}, .certified = {}, .standard_errors = {}};
  for (const auto& row : testing::reference_table("nist_strd_data.csv")) {
    if (row.text("problem") != name) continue;
    problem.x.push_back(row.number("x"));
    problem.y.push_back(row.number("y"));
  }
  for (const auto& row : testing::reference_table("nist_strd_certified.csv")) {
    if (row.text("problem") != name) continue;
    problem.start_1.push_back(row.number("start_1"));
    problem.start_2.push_back(row.number("start_2"));
    problem.certified.push_back(row.number("certified"));
    problem.standard_errors.push_back(row.number("standard_error"));
    problem.sum_of_squares = row.number("sum_of_squares");
  }
  return problem;
}

/// The model of each problem, in any number.
template <class R>
R model(const std::string& name, std::span<const R> b, double x) {
  if (name == "Misra1a" || name == "BoxBOD") return b[0] * (1.0 - exp(-b[1] * x));
  if (name == "Rat42") return b[0] / (1.0 + exp(b[1] - b[2] * x));
  if (name == "MGH09") return b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]);
  return b[0] * exp(b[1] / (x + b[2]));
}

LeastSquaresProblem least_squares_of(const NistProblem& problem) {
  return recorded(
      [problem](auto parameters, auto residuals) {
        using R = typename decltype(residuals)::value_type;
        for (std::size_t i = 0; i < problem.x.size(); ++i)
          residuals[i] = model<R>(problem.name, parameters, problem.x[i]) - problem.y[i];
      },
      problem.x.size());
}

/// Digits that agree: minus the decimal logarithm of the largest relative error.
double digits(const Numbers& found, const Numbers& expected) {
  double worst = 1e-16;
  for (std::size_t j = 0; j < found.size(); ++j) worst = std::max(worst, std::abs(found[j] / expected[j] - 1.0));
  return -std::log10(worst);
}

TEST(LevenbergMarquardt, meets_the_certified_fits_of_nist) {
  for (const char* const name : {"Misra1a", "BoxBOD", "Rat42", "MGH09", "MGH10"}) {
    const NistProblem problem = nist_problem(name);
    for (const Numbers& start : {problem.start_1, problem.start_2}) {
      if (problem.name == "MGH10" && start == problem.start_1) continue;  // the test below
      const auto fit = levenberg_marquardt(least_squares_of(problem), start, {});
      ASSERT_TRUE(fit) << name;
      EXPECT_TRUE(fit->converged()) << name;
      std::printf("[ MEASURED ] %s: %.1f digits, errors %.1f, %d iterations, ended by %s, gradient %.1e\n", name,
                  digits(fit->parameters, problem.certified), digits(fit->standard_errors, problem.standard_errors),
                  fit->iterations, std::string(plimsoll::name(fit->end)).c_str(), fit->gradient_norm);
      EXPECT_GT(digits(fit->parameters, problem.certified), 9.0) << name;
      EXPECT_GT(digits(fit->standard_errors, problem.standard_errors), 9.0) << name;
      EXPECT_NEAR(fit->sum_of_squares, problem.sum_of_squares, 1e-9 * problem.sum_of_squares) << name;
    }
  }
}

TEST(LevenbergMarquardt, says_that_the_far_start_of_mgh10_is_not_reached) {
  const NistProblem problem = nist_problem("MGH10");
  const auto fit = levenberg_marquardt(least_squares_of(problem), problem.start_1);
  ASSERT_TRUE(fit);
  EXPECT_FALSE(fit->converged());
  EXPECT_GT(fit->gradient_norm, 1e-4);
}

const auto rosenbrock = [](auto x, auto residuals) {
  residuals[0] = 10.0 * (x[1] - x[0] * x[0]);
  residuals[1] = 1.0 - x[0];
};

TEST(LevenbergMarquardt, finds_the_end_of_a_curved_valley) {
  const auto fit = levenberg_marquardt(recorded(rosenbrock, 2), {-1.2, 1.0});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->converged());
  EXPECT_NEAR(fit->parameters[0], 1.0, 1e-12);
  EXPECT_NEAR(fit->parameters[1], 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(fit->residual_variance)) << "no degree of freedom is left";
}

TEST(LevenbergMarquardt, nears_a_minimum_where_the_jacobian_is_singular) {
  // Source: Powell (1962), An iterative method for finding stationary values of a function of several variables.
  const auto powell = [](auto x, auto residuals) {
    residuals[0] = x[0] + 10.0 * x[1];
    residuals[1] = std::sqrt(5.0) * (x[2] - x[3]);
    residuals[2] = (x[1] - 2.0 * x[2]) * (x[1] - 2.0 * x[2]);
    residuals[3] = std::sqrt(10.0) * (x[0] - x[3]) * (x[0] - x[3]);
  };
  const auto fit = levenberg_marquardt(recorded(powell, 4), {3.0, -1.0, 0.0, 1.0});
  ASSERT_TRUE(fit);
  EXPECT_LT(fit->sum_of_squares, 1e-30);
  for (const double parameter : fit->parameters) EXPECT_NEAR(parameter, 0.0, 1e-7);
}

TEST(LevenbergMarquardt, ends_on_a_bound_where_the_minimum_lies_beyond) {
  const auto fit = levenberg_marquardt(recorded(rosenbrock, 2), {-1.2, 1.0}, bounded({-5.0, -5.0}, {0.5, 5.0}));
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->converged());
  EXPECT_EQ(fit->parameters[0], 0.5);
  EXPECT_NEAR(fit->parameters[1], 0.25, 1e-12);
  EXPECT_TRUE(fit->at_bound[0]);
  EXPECT_FALSE(fit->at_bound[1]);
  EXPECT_EQ(fit->standard_errors[0], 0.0);
  EXPECT_GT(fit->standard_errors[1], 0.0);
  const auto corner = levenberg_marquardt(recorded(rosenbrock, 2), {0.0, 0.0}, bounded({-1.0, -1.0}, {0.5, 0.1}));
  EXPECT_EQ(corner->parameters[1], 0.1);
  EXPECT_TRUE(corner->converged());
}

TEST(LevenbergMarquardt, a_weight_of_zero_leaves_an_outlier_out) {
  const Numbers y{1.0, 3.0, 5.0, 100.0};
  const auto line = [y](auto b, auto residuals) {
    for (std::size_t i = 0; i < y.size(); ++i) residuals[i] = b[0] + b[1] * static_cast<double>(i) - y[i];
  };
  const auto fit = levenberg_marquardt(recorded(line, 4), {0.0, 0.0}, weighted({1.0, 1.0, 4.0, 0.0}));
  EXPECT_NEAR(fit->parameters[0], 1.0, 1e-12);
  EXPECT_NEAR(fit->parameters[1], 2.0, 1e-12);
}

TEST(LevenbergMarquardt, uncertainty_of_a_line_is_that_of_the_textbook) {
  // y = a + b x at x = 0..4: the variance of the slope is s^2 / sum (x - 2)^2, sum = 10.
  const Numbers y{0.1, 0.9, 2.2, 2.8, 4.1};
  const auto line = [y](auto b, auto residuals) {
    for (std::size_t i = 0; i < y.size(); ++i) residuals[i] = b[0] + b[1] * static_cast<double>(i) - y[i];
  };
  const auto fit = levenberg_marquardt(recorded(line, 5), {0.0, 0.0});
  EXPECT_NEAR(fit->residual_variance, fit->sum_of_squares / 3.0, 1e-15);
  EXPECT_NEAR(fit->covariance(1, 1), fit->residual_variance / 10.0, 1e-14);
  EXPECT_NEAR(fit->covariance(0, 1), -2.0 * fit->residual_variance / 10.0, 1e-14);
}

TEST(LevenbergMarquardt, parameters_that_nothing_tells_apart_have_no_standard_error) {
  const auto sum = [](auto b, auto residuals) {
    for (std::size_t i = 0; i < 3; ++i) residuals[i] = b[0] + b[1] - static_cast<double>(i);
  };
  const auto fit = levenberg_marquardt(recorded(sum, 3), {0.0, 0.0});
  EXPECT_NEAR(fit->parameters[0] + fit->parameters[1], 1.0, 1e-10);
  EXPECT_TRUE(std::isnan(fit->standard_errors[1]));
}

TEST(LevenbergMarquardt, says_when_the_iterations_do_not_reach) {
  LeastSquaresSettings settings;
  settings.max_iterations = 2;
  const auto fit = levenberg_marquardt(recorded(rosenbrock, 2), {-1.2, 1.0}, settings);
  ASSERT_TRUE(fit);
  EXPECT_FALSE(fit->converged());
  EXPECT_EQ(name(fit->end), "out_of_iterations");
  EXPECT_EQ(fit->iterations, 2);
}

TEST(LevenbergMarquardt, steps_back_from_where_the_residuals_are_not_finite) {
  const auto logarithm = [](auto b, auto residuals) { residuals[0] = log(b[0]) + 3.0; };
  const auto fit = levenberg_marquardt(recorded(logarithm, 1), {1.0});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->parameters[0], std::exp(-3.0), 1e-12);
}

TEST(LevenbergMarquardt, refuses_what_is_no_problem) {
  const auto problem = recorded(rosenbrock, 2);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto field = [&](Numbers start, const LeastSquaresSettings& settings) {
    return levenberg_marquardt(problem, std::move(start), settings).error().field;
  };
  EXPECT_EQ(field({}, {}), "start");
  EXPECT_EQ(field({nan, 1.0}, {}), "start");
  EXPECT_EQ(field({1.0, 1.0}, bounded({0.0}, {})), "lower");
  EXPECT_EQ(field({1.0, 1.0}, bounded({}, {0.0})), "upper");
  EXPECT_EQ(field({1.0, 1.0}, bounded({1.0, 1.0}, {0.0, 2.0})), "lower");
  EXPECT_EQ(field({1.0, 1.0}, weighted({1.0})), "weights");
  EXPECT_EQ(field({1.0, 1.0}, weighted({1.0, -1.0})), "weights");
  EXPECT_EQ(levenberg_marquardt(recorded(rosenbrock, 0), {1.0}).error().field, "residual_count");
  const auto broken = [](auto b, auto residuals) { residuals[0] = log(b[0]); };
  EXPECT_EQ(levenberg_marquardt(recorded(broken, 1), {-1.0}).error().code, ErrorCode::not_converged);
}

}  // namespace
}  // namespace plimsoll
