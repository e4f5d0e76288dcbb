#include "plimsoll/statistics/student_t_fit.hpp"

#include "plimsoll/numerics/special_functions.hpp"
#include "plimsoll/statistics/check.hpp"
#include "plimsoll/statistics/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>

namespace plimsoll {
namespace {

// Parameters of the search: location, log scale, log degrees of freedom. Symbols of Lange, Little and Taylor (1989):
// nu degrees of freedom, z standardised value, d = nu + z^2.
using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;

struct Likelihood {
  double value = 0.0;
  Vector gradient{};
  Matrix hessian{};
};

/// log Gamma((nu+1)/2) - log Gamma(nu/2) - log(nu)/2 with its two derivatives in nu.
struct Normalisation {
  double value, first, second;
};

Normalisation normalisation(double nu) noexcept {
  const double upper = 0.5 * (nu + 1.0);
  const double lower = 0.5 * nu;
  return {log_gamma(upper) - log_gamma(lower) - 0.5 * std::log(nu), 0.5 * (digamma(upper) - digamma(lower) - 1.0 / nu),
          0.25 * (trigamma(upper) - trigamma(lower)) + 0.5 / (nu * nu)};
}

/// Mean log-likelihood at theta, leaving out the constant -log(pi)/2.
Likelihood likelihood(std::span<const double> x, const Vector& theta) noexcept {
  const double scale = std::exp(theta[1]);
  const double nu = std::exp(theta[2]);
  double sum_log = 0.0, m = 0.0, t = 0.0, v = 0.0, mm = 0.0, mt = 0.0, tt = 0.0, mv = 0.0, tv = 0.0, vv = 0.0;
  double product = 1.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double z = (x[i] - theta[0]) / scale;
    const double zz = z * z;
    const double d = nu + zz;
    const double inverse = 1.0 / d;
    const double g = (nu + 1.0) * z * inverse;
    const double slope = (nu + 1.0) * (nu - zz) * inverse * inverse;
    const double cross = z * (zz - 1.0) * inverse * inverse;
    product *= d / nu;  // one logarithm for several factors; each factor is below 1e30 for any |z| < 1e15
    if ((i & 7U) == 7U) {
      sum_log += std::log(product);
      product = 1.0;
    }
    m += g;
    t += g * z - 1.0;
    v += zz * inverse;
    mm -= slope;
    mt -= g + slope * z;
    tt -= z * (slope * z + g);
    mv += cross;
    tv += z * cross;
    vv += zz * (nu * d - (nu + 1.0) * (2.0 * nu + zz)) * inverse * inverse;
  }
  sum_log += std::log(product);
  const double n = static_cast<double>(x.size());
  const Normalisation c = normalisation(nu);
  Likelihood result;
  result.value = c.value - theta[1] - 0.5 * (nu + 1.0) * sum_log / n;
  const double by_nu = c.first - 0.5 * sum_log / n + 0.5 * (nu + 1.0) / nu * v / n;
  const double by_nu_nu = c.second + (0.5 * v / nu + 0.5 * vv / (nu * nu)) / n;
  result.gradient = {m / (n * scale), t / n, nu * by_nu};
  result.hessian[0] = {mm / (n * scale * scale), mt / (n * scale), nu * mv / (n * scale)};
  result.hessian[1] = {result.hessian[0][1], tt / n, nu * tv / n};
  result.hessian[2] = {result.hessian[0][2], result.hessian[1][2], nu * nu * by_nu_nu + nu * by_nu};
  return result;
}

/// Solves (damping * D - hessian) step = gradient by Cholesky factors, D the scales of the parameters; empty when the
/// matrix is not positive definite. `free` is the number of leading parameters that move.
std::optional<Vector> ascent_step(const Likelihood& at, const Vector& scales, double damping,
                                  std::size_t free) noexcept {
  Matrix factor{};
  for (std::size_t i = 0; i < free; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = -at.hessian[i][j] + (i == j ? damping * scales[i] : 0.0);
      for (std::size_t k = 0; k < j; ++k) sum -= factor[i][k] * factor[j][k];
      if (i != j) {
        factor[i][j] = sum / factor[j][j];
      } else if (sum > 0.0) {
        factor[i][i] = std::sqrt(sum);
      } else {
        return std::nullopt;
      }
    }
  Vector step{};
  for (std::size_t i = 0; i < free; ++i) {
    double sum = at.gradient[i];
    for (std::size_t k = 0; k < i; ++k) sum -= factor[i][k] * step[k];
    step[i] = sum / factor[i][i];
  }
  for (std::size_t i = free; i-- > 0;) {
    double sum = step[i];
    for (std::size_t k = i + 1; k < free; ++k) sum -= factor[k][i] * step[k];
    step[i] = sum / factor[i][i];
  }
  return step;
}

/// Greatest component of the gradient with each parameter in its own scale.
double gradient_norm(const Likelihood& at, double scale, std::size_t free) noexcept {
  double norm = std::max(std::abs(at.gradient[0]) * scale, std::abs(at.gradient[1]));
  if (free == 3) norm = std::max(norm, std::abs(at.gradient[2]));
  return norm;
}

/// Where the search begins: the mean, the scale that five degrees of freedom give the standard deviation.
Vector start(std::span<const double> x) noexcept {
  const double n = static_cast<double>(x.size());
  double mean = 0.0;
  for (const double value : x) mean += value;
  mean /= n;
  double square = 0.0;
  for (const double value : x) square += (value - mean) * (value - mean);
  return {mean, 0.5 * std::log(0.6 * square / n), std::log(5.0)};
}

struct Search {
  std::span<const double> x;
  const StudentTSettings& settings;
  Vector theta;
  Likelihood at;
  double damping = 0.0;
  double norm = 0.0;

  /// The degrees of freedom rest on a bound while the likelihood still rises beyond it.
  [[nodiscard]] std::size_t free() const noexcept {
    const bool at_most = theta[2] >= std::log(settings.most_degrees_of_freedom) && at.gradient[2] > 0.0;
    const bool at_least = theta[2] <= std::log(settings.least_degrees_of_freedom) && at.gradient[2] < 0.0;
    return at_most || at_least ? 2 : 3;
  }

  /// One damped step that raises the likelihood; false when even a tiny step does not.
  bool climb() noexcept {
    const double scale = std::exp(theta[1]);
    const Vector scales{1.0 / (scale * scale), 1.0, 0.1};
    for (int attempt = 0; attempt < 40; ++attempt) {
      if (const auto step = ascent_step(at, scales, damping, free())) {
        Vector next = theta;
        for (std::size_t i = 0; i < 3; ++i) next[i] += (*step)[i];
        next[1] = std::clamp(next[1], theta[1] - 2.0, theta[1] + 2.0);
        next[2] = std::clamp(next[2], std::log(settings.least_degrees_of_freedom),
                             std::log(settings.most_degrees_of_freedom));
        const Likelihood there = likelihood(x, next);
        // A step at the top changes the value by less than its rounding, so equality up to that counts as a rise.
        if (there.value >= at.value - 1e-14 * std::max(1.0, std::abs(at.value))) {
          theta = next;
          at = there;
          damping *= 0.1;
          if (damping < 1e-6) damping = 0.0;
          return true;
        }
      }
      damping = damping == 0.0 ? 1e-3 : damping * 8.0;
    }
    return false;
  }
};

std::optional<Error> find_flaw(const StudentTSettings& s) {
  if (auto flaw = check::positive(s.tolerance, "tolerance")) return flaw;
  if (auto flaw = check::within(s.most_iterations, 1, 100'000, "most_iterations")) return flaw;
  if (auto flaw = check::refuse_unless(s.least_degrees_of_freedom > 1.0 && s.least_degrees_of_freedom <= 5.0,
                                       "least_degrees_of_freedom", text_of(s.least_degrees_of_freedom),
                                       "above 1, at most 5", "the mean beyond a quantile exists above 1 only"))
    return flaw;
  return check::refuse_unless(s.most_degrees_of_freedom > 5.0 && s.most_degrees_of_freedom <= 1e4,
                              "most_degrees_of_freedom", text_of(s.most_degrees_of_freedom), "above 5, at most 10000",
                              "beyond 200 the distribution is normal for every practical purpose");
}

}  // namespace

StudentTFit student_t_maximum_likelihood(std::span<const double> values, const StudentTSettings& settings) noexcept {
  const Vector first = start(values);
  Search search{values, settings, first, likelihood(values, first)};
  StudentTFit fit;
  for (;;) {
    search.norm = gradient_norm(search.at, std::exp(search.theta[1]), search.free());
    if (search.norm <= settings.tolerance) {
      fit.status = search.free() == 3 ? FitStatus::converged : FitStatus::at_bound;
      break;
    }
    if (fit.iterations == settings.most_iterations || !search.climb()) break;
    ++fit.iterations;
  }
  const double n = static_cast<double>(values.size());
  fit.distribution = {search.theta[0], std::exp(search.theta[1]), std::exp(search.theta[2])};
  fit.log_likelihood = n * (search.at.value - 0.5 * std::log(std::numbers::pi));
  fit.gradient_norm = search.norm;
  return fit;
}

Result<StudentTFit> fit_student_t(std::span<const double> values, const StudentTSettings& settings) {
  if (auto flaw = find_flaw(settings)) return *flaw;
  if (auto flaw = check::at_least(values.size(), 10, "values")) return *flaw;
  if (auto flaw = check::finite(values, "values")) return *flaw;
  const auto [least, most] = std::ranges::minmax_element(values);
  const double size = std::max(std::abs(*least), std::abs(*most));
  if (auto flaw = check::refuse_unless(*most - *least > 1e-12 * size, "values", "all equal", "values that differ",
                                       "a distribution needs a spread"))
    return *flaw;
  return student_t_maximum_likelihood(values, settings);
}

double student_t_value_at_risk(const StudentT& profit, double tail_probability) noexcept {
  return -(profit.location + profit.scale * student_t_quantile(tail_probability, profit.degrees_of_freedom));
}

double student_t_expected_shortfall(const StudentT& profit, double tail_probability) noexcept {
  const double nu = profit.degrees_of_freedom;
  const double q = student_t_quantile(tail_probability, nu);
  const double beyond = student_t_density(q, nu) / tail_probability * (nu + q * q) / (nu - 1.0);
  return -profit.location + profit.scale * beyond;
}

}  // namespace plimsoll
