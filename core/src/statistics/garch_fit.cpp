#include "plimsoll/statistics/garch_fit.hpp"

#include "likelihood_ascent.hpp"
#include "plimsoll/statistics/check.hpp"

#include <limits>
#include <numbers>
#include <optional>

namespace plimsoll {
namespace {

constexpr std::size_t size = 4;
using Vector = std::array<double, size>;
using Local = likelihood::Local<size>;

/// A variance with its derivatives by mean, constant, reaction and persistence.
struct Variance {
  double value = 0.0;
  Vector first{};
  std::array<Vector, size> second{};
};

/// h = constant + reaction square + persistence h, the square of a residual given as a variance is.
Variance next(const Vector& theta, const Variance& square, const Variance& h) noexcept {
  Variance result;
  result.value = theta[1] + theta[2] * square.value + theta[3] * h.value;
  for (std::size_t i = 0; i < size; ++i) {
    result.first[i] = theta[2] * square.first[i] + theta[3] * h.first[i];
    for (std::size_t j = 0; j < size; ++j)
      result.second[i][j] = theta[2] * square.second[i][j] + theta[3] * h.second[i][j];
  }
  for (std::size_t i = 0; i < size; ++i) {
    result.second[i][2] += square.first[i];
    result.second[2][i] += square.first[i];
    result.second[i][3] += h.first[i];
    result.second[3][i] += h.first[i];
  }
  result.first[1] += 1.0;
  result.first[2] += square.value;
  result.first[3] += h.value;
  return result;
}

/// The square of a residual, which falls by one with each unit of the mean.
Variance squared(double residual) noexcept {
  Variance square;
  square.value = residual * residual;
  square.first[0] = -2.0 * residual;
  square.second[0][0] = 2.0;
  return square;
}

/// What stands before the first value: the mean of the squared residuals.
Variance before(std::span<const double> y, double mean) noexcept {
  Variance result;
  double sum = 0.0;
  for (const double value : y) {
    result.value += (value - mean) * (value - mean);
    sum += value - mean;
  }
  const double n = static_cast<double>(y.size());
  result.value /= n;
  result.first[0] = -2.0 * sum / n;
  result.second[0][0] = 2.0;
  return result;
}

/// What a walk over the values brings: the mean log-likelihood, the sum of the scores' outer products, and the variance
/// after the last value.
struct Walk {
  Local mean;
  Matrix outer{size, size};
  double next_variance = 0.0;
};

/// Adds l = -(log 2 pi h + q / h) / 2 for the square q of one residual.
void add_day(Walk& sum, const Variance& h, const Variance& square) noexcept {
  const double ratio = square.value / h.value;
  sum.mean.value -= 0.5 * (std::log(2.0 * std::numbers::pi * h.value) + ratio);
  Vector score{};
  for (std::size_t i = 0; i < size; ++i) {
    score[i] = 0.5 * ((ratio - 1.0) * h.first[i] - square.first[i]) / h.value;
    sum.mean.gradient[i] += score[i];
  }
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      sum.outer(i, j) += score[i] * score[j];
      const double bends = (ratio - 1.0) * h.second[i][j] - square.second[i][j];
      const double turns =
          square.first[i] * h.first[j] + square.first[j] * h.first[i] + (1.0 - 2.0 * ratio) * h.first[i] * h.first[j];
      sum.mean.hessian[i][j] += 0.5 * (bends + turns / h.value) / h.value;
    }
}

Walk walk(std::span<const double> y, const Vector& theta) {
  Walk result;
  Variance h = before(y, theta[0]);
  Variance square = h;
  for (const double value : y) {
    h = next(theta, square, h);
    square = squared(value - theta[0]);
    add_day(result, h, square);
  }
  result.next_variance = next(theta, square, h).value;
  result.mean.average(static_cast<double>(y.size()));
  return result;
}

Garch garch_of(const Vector& v) noexcept { return {v[0], v[1], v[2], v[3]}; }

/// The roots of the diagonal of the covariance A B A, each at the place of its parameter; NaN at the others.
Garch errors_of(const Matrix& outside, const Matrix& inside, const std::vector<std::size_t>& places) {
  Vector errors;
  errors.fill(std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < places.size(); ++i) {
    double sum = 0.0;
    for (std::size_t j = 0; j < places.size(); ++j)
      for (std::size_t k = 0; k < places.size(); ++k) sum += outside(i, j) * inside(j, k) * outside(k, i);
    errors[places[i]] = std::sqrt(sum);
  }
  return garch_of(errors);
}

/// Standard errors of the parameters at these places.
void add_errors(GarchFit& fit, const Walk& at, const std::vector<std::size_t>& places, double n) {
  Matrix information(places.size(), places.size());
  Matrix outer(places.size(), places.size());
  for (std::size_t i = 0; i < places.size(); ++i)
    for (std::size_t j = 0; j < places.size(); ++j) {
      information(i, j) = -n * at.mean.hessian[places[i]][places[j]];
      outer(i, j) = at.outer(places[i], places[j]);
    }
  fit.hessian_errors = fit.outer_product_errors = fit.robust_errors = errors_of({}, {}, {});
  if (const auto factor = Cholesky::of(information)) {
    const Matrix inverse = factor->inverse();
    fit.hessian_errors = errors_of(inverse, information, places);
    fit.robust_errors = errors_of(inverse, outer, places);
  }
  if (const auto factor = Cholesky::of(outer)) fit.outer_product_errors = errors_of(factor->inverse(), outer, places);
}

std::optional<Error> flaw_of_values(std::span<const double> values) {
  if (auto flaw = check::at_least(values.size(), 50, "values")) return flaw;
  if (auto flaw = check::finite(values, "values")) return flaw;
  const auto [least, most] = std::ranges::minmax_element(values);
  const double largest = std::max(std::abs(*least), std::abs(*most));
  return check::refuse_unless(*most - *least > 1e-12 * largest, "values", "all equal", "values that differ",
                              "a variance needs a spread");
}

}  // namespace

Result<GarchFit> fit_garch(std::span<const double> values, const GarchSettings& settings) {
  if (auto flaw = check::positive(settings.tolerance, "tolerance")) return *flaw;
  if (auto flaw = check::within(settings.most_iterations, 1, 100'000, "most_iterations")) return *flaw;
  if (auto flaw = flaw_of_values(values)) return *flaw;
  const double n = static_cast<double>(values.size());
  double mean = 0.0;
  for (const double value : values) mean += value / n;
  const double variance = before(values, mean).value;
  const auto [least, most] = std::ranges::minmax_element(values);
  const likelihood::Domain<size> domain{{*least, 1e-10 * variance, 0.0, 0.0},
                                        {*most, 10.0 * variance, 1.0, 1.0},
                                        {std::sqrt(variance), variance, 1.0, 1.0}};
  const Vector start{mean, 0.1 * variance, 0.1, 0.8};
  const auto top = likelihood::climb<size>([&](const Vector& theta) { return walk(values, theta).mean; }, start, domain,
                                           settings.tolerance, settings.most_iterations);
  const Walk at = walk(values, top.parameters);
  GarchFit fit;
  fit.parameters = garch_of(top.parameters);
  fit.log_likelihood = n * at.mean.value;
  fit.gradient_norm = top.gradient_norm;
  fit.next_variance = at.next_variance;
  fit.iterations = top.iterations;
  fit.converged = top.converged;
  fit.at_bound = top.at_bound();
  add_errors(fit, at, top.free(), n);
  return fit;
}

Result<double> garch_log_likelihood(std::span<const double> values, const Garch& parameters) {
  if (auto flaw = flaw_of_values(values)) return *flaw;
  const Garch& p = parameters;
  if (auto flaw = check::refuse_unless(std::isfinite(p.mean), "mean", text_of(p.mean), "a finite number",
                                       "give the mean of the values"))
    return *flaw;
  if (auto flaw = check::positive(p.constant, "constant")) return *flaw;
  if (auto flaw = check::not_negative(p.reaction, "reaction")) return *flaw;
  if (auto flaw = check::not_negative(p.persistence, "persistence")) return *flaw;
  const Vector theta{p.mean, p.constant, p.reaction, p.persistence};
  return static_cast<double>(values.size()) * walk(values, theta).mean.value;
}

}  // namespace plimsoll
