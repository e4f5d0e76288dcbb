#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/quadrature.hpp"
#include "plimsoll/statistics/garch_fit.hpp"
#include "plimsoll/statistics/pareto_fit.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

/// Logarithms of the densities by the recursion of the textbook, without derivatives.
std::vector<double> naive_log_densities(const std::vector<double>& y, const Garch& p) {
  double h = 0.0;
  for (const double value : y) h += (value - p.mean) * (value - p.mean) / static_cast<double>(y.size());
  double square = h;
  std::vector<double> found;
  for (const double value : y) {
    h = p.constant + p.reaction * square + p.persistence * h;
    square = (value - p.mean) * (value - p.mean);
    found.push_back(-0.5 * std::log(2.0 * std::numbers::pi) - 0.5 * std::log(h) - 0.5 * square / h);
  }
  return found;
}

double naive_log_likelihood(const std::vector<double>& y, const Garch& p) {
  double sum = 0.0;
  for (const double density : naive_log_densities(y, p)) sum += density;
  return sum;
}

std::vector<double> simulated(const Garch& p, std::size_t days, std::uint64_t seed) {
  std::vector<double> values(days);
  RandomStream{seed, 0}.fill_normal(values);
  double h = p.constant / (1.0 - p.reaction - p.persistence);
  for (double& value : values) {
    const double residual = std::sqrt(h) * value;
    value = p.mean + residual;
    h = p.constant + p.reaction * residual * residual + p.persistence * h;
  }
  return values;
}

using Parameters = std::array<double, 4>;

Parameters listed(const Garch& p) { return {p.mean, p.constant, p.reaction, p.persistence}; }

Garch beside(const Garch& p, std::size_t which, double move) {
  Parameters moved = listed(p);
  moved[which] += move;
  return {moved[0], moved[1], moved[2], moved[3]};
}

/// The information and the outer products of the scores, by central differences of the textbook's recursion in steps of
/// a share of each error.
struct Differenced {
  Matrix information{4, 4};
  Matrix outer{4, 4};

  Differenced(const std::vector<double>& y, const Garch& at, const Parameters& steps) {
    std::array<std::vector<double>, 4> scores;
    for (std::size_t i = 0; i < 4; ++i) {
      scores[i] = naive_log_densities(y, beside(at, i, steps[i]));
      const auto below = naive_log_densities(y, beside(at, i, -steps[i]));
      for (std::size_t t = 0; t < y.size(); ++t) scores[i][t] = (scores[i][t] - below[t]) / (2.0 * steps[i]);
    }
    const auto corner = [&](std::size_t i, double a, std::size_t j, double b) {
      return naive_log_likelihood(y, beside(beside(at, i, a * steps[i]), j, b * steps[j]));
    };
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j) {
        const double bend = corner(i, 1, j, 1) - corner(i, 1, j, -1) - corner(i, -1, j, 1) + corner(i, -1, j, -1);
        information(i, j) = -bend / (4.0 * steps[i] * steps[j]);
        for (std::size_t t = 0; t < y.size(); ++t) outer(i, j) += scores[i][t] * scores[j][t];
      }
  }
};

/// Errors of the covariance outside * inside * outside.
Parameters errors_of(const Matrix& outside, const Matrix& inside) {
  Parameters errors{};
  for (std::size_t i = 0; i < 4; ++i) {
    double variance = 0.0;
    for (std::size_t j = 0; j < 4; ++j)
      for (std::size_t k = 0; k < 4; ++k) variance += outside(i, j) * inside(j, k) * outside(k, i);
    errors[i] = std::sqrt(variance);
  }
  return errors;
}

// The published benchmark of Fiorentini, Calzolari & Panattoni is checked by `plimsoll reference check`, beside the
// returns, which are not ours to carry.
TEST(GarchFit, parameters_and_the_three_kinds_of_errors_agree_with_differences_of_the_textbook_recursion) {
  const std::vector<double> values = simulated({0.1, 0.2, 0.15, 0.7}, 2000, 4);
  const auto fit = fit_garch(values, GarchSettings{});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->converged);
  EXPECT_FALSE(fit->at_bound);
  const Garch elsewhere{0.12, 0.25, 0.1, 0.6};
  EXPECT_NEAR(*garch_log_likelihood(values, elsewhere), naive_log_likelihood(values, elsewhere), 1e-9);
  EXPECT_NEAR(fit->log_likelihood, naive_log_likelihood(values, fit->parameters), 1e-9);
  const Parameters errors = listed(fit->hessian_errors);
  Parameters steps{};
  for (std::size_t i = 0; i < 4; ++i) {
    // At a step of 1e-3 errors the likelihood falls by 5e-7, of which rounding 3,000 leaves 1e-6; its third
    // derivatives, of an order of ten in errors since the parameters are tied, move the top by 1e-5 errors.
    steps[i] = 1e-3 * errors[i];
    const double above = naive_log_likelihood(values, beside(fit->parameters, i, steps[i]));
    const double below = naive_log_likelihood(values, beside(fit->parameters, i, -steps[i]));
    EXPECT_NEAR((above - below) / 2e-3, 0.0, 1e-5) << i;
  }
  const Differenced by_differences{values, fit->parameters, steps};
  const auto information = Cholesky::of(by_differences.information);
  const auto outer = Cholesky::of(by_differences.outer);
  ASSERT_TRUE(information && outer);
  const Matrix inverse = information->inverse();
  // Differences at 1e-3 errors are wrong by 1e-6 times fourth derivatives, which are of an order of ten in errors, and
  // by the rounding of 3,000 at a fall of 1e-6.
  constexpr double step_error = 1e-5;
  const auto near = [&](const Garch& found, const Parameters& differenced) {
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(listed(found)[i], differenced[i], step_error * differenced[i]) << i;
  };
  near(fit->hessian_errors, errors_of(inverse, by_differences.information));
  near(fit->robust_errors, errors_of(inverse, by_differences.outer));
  near(fit->outer_product_errors, errors_of(outer->inverse(), by_differences.outer));
}

TEST(GarchFit, finds_the_parameters_of_simulated_values_and_forecasts_the_next_variance) {
  const Garch truth{0.05, 0.1, 0.1, 0.8};
  const std::vector<double> values = simulated(truth, 6000, 9);
  const auto fit = fit_garch(values, GarchSettings{});
  ASSERT_TRUE(fit);
  constexpr double errors = 4.0;  // 6 of 100,000 normal estimates lie beyond
  EXPECT_NEAR(fit->parameters.mean, truth.mean, errors * fit->robust_errors.mean);
  EXPECT_NEAR(fit->parameters.constant, truth.constant, errors * fit->robust_errors.constant);
  EXPECT_NEAR(fit->parameters.reaction, truth.reaction, errors * fit->robust_errors.reaction);
  EXPECT_NEAR(fit->parameters.persistence, truth.persistence, errors * fit->robust_errors.persistence);
  // One day more adds the log-density of that day under the forecast, but for the move of the start.
  const double last = values.back();
  const std::vector<double> before(values.begin(), values.end() - 1);
  const double added = naive_log_likelihood(values, fit->parameters) - naive_log_likelihood(before, fit->parameters);
  const auto ahead = fit_garch(before, GarchSettings{});
  const double residual = last - ahead->parameters.mean;
  const double density =
      -0.5 * (std::log(2.0 * std::numbers::pi * ahead->next_variance) + residual * residual / ahead->next_variance);
  EXPECT_NEAR(added, density, 0.01);
}

TEST(GarchFit, a_reaction_below_zero_rests_on_its_bound_without_an_error) {
  std::vector<double> values(400);
  RandomStream{3, 0}.fill_normal(values);
  // A large day is followed by a small one.
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= i % 2 == 0 ? 1.5 : 0.5;
  const auto fit = fit_garch(values, GarchSettings{});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->at_bound);
  EXPECT_EQ(fit->parameters.reaction, 0.0);
  EXPECT_TRUE(std::isnan(fit->robust_errors.reaction));
  EXPECT_GT(fit->hessian_errors.mean, 0.0);
}

TEST(GarchFit, refuses_what_makes_no_sense) {
  const std::vector<double> good = simulated({0.0, 0.1, 0.1, 0.8}, 60, 1);
  std::vector<double> broken = good;
  broken[7] = std::nan("");
  EXPECT_EQ(fit_garch(std::vector{1.0, 2.0}, {}).error().allowed, "at least 50 values");
  EXPECT_EQ(fit_garch(broken, {}).error().field, "values[7]");
  EXPECT_EQ(fit_garch(std::vector<double>(60, 1.0), {}).error().value, "all equal");
  EXPECT_EQ(fit_garch(good, {0.0, 10}).error().field, "tolerance");
  EXPECT_EQ(fit_garch(good, {1e-9, 0}).error().field, "most_iterations");
  EXPECT_EQ(garch_log_likelihood(broken, {}).error().field, "values[7]");
  EXPECT_EQ(garch_log_likelihood(good, {std::nan(""), 0.1, 0.1, 0.1}).error().field, "mean");
  EXPECT_EQ(garch_log_likelihood(good, {0.0, 0.0, 0.1, 0.1}).error().field, "constant");
  EXPECT_EQ(garch_log_likelihood(good, {0.0, 0.1, -0.1, 0.1}).error().field, "reaction");
  EXPECT_EQ(garch_log_likelihood(good, {0.0, 0.1, 0.1, -0.1}).error().field, "persistence");
  const auto short_of = fit_garch(good, {1e-10, 1});
  EXPECT_FALSE(short_of->converged);
}

/// Sample of a tail by its quantiles.
std::vector<double> pareto_sample(const ParetoTail& tail, double threshold, std::size_t size, std::uint64_t seed) {
  std::vector<double> draws(size);
  RandomStream{seed, 0}.fill_uniform(draws);
  for (double& u : draws)
    u = threshold +
        tail.scale * (tail.shape == 0.0 ? -std::log(u) : std::expm1(-tail.shape * std::log(u)) / tail.shape);
  return draws;
}

/// The greatest value of the likelihood over the scale for a shape given by their ratio, as in Grimshaw (1993),
/// Computing maximum likelihood estimates for the generalized Pareto distribution, Technometrics 35.
ParetoTail by_profile(const std::vector<double>& excess) {
  const double n = static_cast<double>(excess.size());
  const auto shape_at = [&](double ratio) {
    double sum = 0.0;
    for (const double y : excess) sum += std::log1p(ratio * y) / n;
    return sum;
  };
  const auto profile = [&](double ratio) {
    const double shape = shape_at(ratio);
    return -std::log(shape / ratio) - shape - 1.0;
  };
  double low = 1e-4;
  double high = 1.0;
  for (int i = 0; i < 200; ++i) {
    const double a = low + 0.382 * (high - low);
    const double b = low + 0.618 * (high - low);
    (profile(a) < profile(b) ? low : high) = profile(a) < profile(b) ? a : b;
  }
  const double ratio = 0.5 * (low + high);
  return {shape_at(ratio), shape_at(ratio) / ratio};
}

TEST(ParetoFit, agrees_with_the_likelihood_maximised_over_one_parameter) {
  std::vector<double> excess = pareto_sample({0.3, 2.0}, 0.0, 500, 5);
  const auto fit = fit_pareto_tail(excess, 0.0);
  const ParetoTail profile = by_profile(excess);
  // A search by values finds a maximum to the root of the rounding.
  EXPECT_NEAR(fit->tail.shape, profile.shape, 1e-6);
  EXPECT_NEAR(fit->tail.scale, profile.scale, 1e-6);
}

double naive_log_likelihood(const std::vector<double>& excess, double shape, double scale) {
  double sum = 0.0;
  for (const double y : excess) sum -= std::log(scale) + (1.0 + 1.0 / shape) * std::log(1.0 + shape * y / scale);
  return sum;
}

// McNeil's fit of the Danish fires is checked by `plimsoll reference check`, beside the losses.
TEST(ParetoFit, errors_agree_with_differences_of_the_textbook_likelihood) {
  const std::vector<double> excess = pareto_sample({0.3, 2.0}, 0.0, 500, 5);
  const auto fit = fit_pareto_tail(excess, 0.0);
  ASSERT_TRUE(fit);
  const auto [shape, scale] = fit->tail;
  EXPECT_NEAR(fit->log_likelihood, naive_log_likelihood(excess, shape, scale), 1e-9);
  const double a = 1e-2 * fit->errors.shape;
  const double b = 1e-2 * fit->errors.scale;
  const auto at = [&](double i, double j) { return naive_log_likelihood(excess, shape + i * a, scale + j * b); };
  const double by_shape = (2.0 * at(0, 0) - at(1, 0) - at(-1, 0)) / (a * a);
  const double by_scale = (2.0 * at(0, 0) - at(0, 1) - at(0, -1)) / (b * b);
  const double by_both = (at(1, -1) + at(-1, 1) - at(1, 1) - at(-1, -1)) / (4.0 * a * b);
  const double determinant = by_shape * by_scale - by_both * by_both;
  constexpr double step_error = 3e-4;  // the square of a step, times fourth derivatives of an order of one in errors
  EXPECT_NEAR(fit->errors.shape, std::sqrt(by_scale / determinant), step_error * fit->errors.shape);
  EXPECT_NEAR(fit->errors.scale, std::sqrt(by_shape / determinant), step_error * fit->errors.scale);
}

TEST(ParetoFit, finds_the_tail_of_simulated_losses_either_way_and_passes_shape_zero) {
  for (const double shape : {-0.2, 0.0, 0.4}) {
    const ParetoTail truth{shape, 1.5};
    const auto fit = fit_pareto_tail(pareto_sample(truth, 4.0, 20'000, 11), 4.0);
    ASSERT_TRUE(fit);
    EXPECT_TRUE(fit->converged);
    EXPECT_NEAR(fit->tail.shape, shape, 4.0 * fit->errors.shape);
    EXPECT_NEAR(fit->tail.scale, truth.scale, 4.0 * fit->errors.scale);
    // Moments are less efficient, by a factor below two for these shapes (Hosking & Wallis 1987, table 2).
    EXPECT_NEAR(fit->by_moments.shape, shape, 8.0 * fit->errors.shape);
    EXPECT_NEAR(fit->by_moments.scale, truth.scale, 8.0 * fit->errors.scale);
  }
}

TEST(ParetoFit, shortfall_is_the_mean_of_the_values_at_risk_beyond) {
  ParetoFit fit;
  fit.observations = 1000;
  fit.exceedances = 100;
  fit.threshold = 3.0;
  for (const double shape : {-0.3, 0.0, 1e-9, 0.5}) {
    fit.tail = {shape, 2.0};
    const double tail = 0.02;
    const auto beyond = [&](double share) { return *pareto_value_at_risk(fit, tail * share); };
    EXPECT_NEAR(*pareto_expected_shortfall(fit, tail), tanh_sinh(beyond, 0.0, 1.0).value, 1e-9) << shape;
    EXPECT_EQ(*pareto_value_at_risk(fit, 0.1), 3.0);
  }
}

TEST(ParetoFit, a_tail_shorter_than_likelihood_can_fit_rests_on_the_bound) {
  const auto fit = fit_pareto_tail(pareto_sample({-1.0, 1.0}, 0.0, 200, 2), 0.0);
  EXPECT_TRUE(fit->at_bound);
  EXPECT_EQ(fit->tail.shape, -0.5);
  EXPECT_TRUE(std::isnan(fit->errors.shape));
}

TEST(ParetoFit, refuses_what_makes_no_sense) {
  const std::vector<double> losses = pareto_sample({0.2, 1.0}, 0.0, 40, 2);
  EXPECT_EQ(fit_pareto_tail(std::vector{1.0, std::nan("")}, 0.0).error().field, "losses[1]");
  EXPECT_EQ(fit_pareto_tail(losses, std::nan("")).error().field, "threshold");
  EXPECT_EQ(fit_pareto_tail(losses, 1e9).error().value, "0 values");
  EXPECT_EQ(fit_pareto_tail(std::vector<double>(20, 1.0), 0.0).error().value, "all equal");
  auto fit = *fit_pareto_tail(losses, 0.0);
  EXPECT_EQ(pareto_value_at_risk(fit, 0.0).error().field, "tail_probability");
  fit.observations = 4000;
  EXPECT_EQ(pareto_value_at_risk(fit, 0.02).error().allowed, "at most 0.01, the share above the threshold");
  EXPECT_EQ(pareto_expected_shortfall(fit, 0.02).error().field, "tail_probability");
  fit.tail.shape = 1.0;
  const Error infinite{ErrorCode::invalid_value, "shape", "1", "below 1",
                       "read the value at risk: the mean of this tail is infinite"};
  EXPECT_EQ(pareto_expected_shortfall(fit, 0.005).error(), infinite);
}

}  // namespace
}  // namespace plimsoll
