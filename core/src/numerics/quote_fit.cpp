#include "plimsoll/numerics/quote_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace plimsoll {

namespace {

/// The condition of least squares at some parameters, in those that are free.
struct Stationarity {
  std::vector<std::size_t> free;
  Matrix jacobian;               // of all quotes by all parameters
  std::vector<double> gradient;  // J'W(v - q)
  Matrix hessian;                // its derivative
};

double weight_of(const LeastSquaresSettings& settings, std::size_t quote) {
  return settings.weights.empty() ? 1.0 : settings.weights[quote];
}

std::vector<std::size_t> free_parameters(const std::vector<bool>& at_bound) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < at_bound.size(); ++i)
    if (!at_bound[i]) free.push_back(i);
  return free;
}

Stationarity stationarity(const QuoteModel& model, std::span<const double> quotes, const std::vector<double>& at,
                          const std::vector<std::size_t>& free, const LeastSquaresSettings& settings) {
  const std::size_t n = free.size();
  Stationarity result{free, Matrix(quotes.size(), at.size()), std::vector<double>(n, 0.0), Matrix(n, n)};
  std::vector<double> multipliers(quotes.size());
  model.values(at, multipliers);
  for (std::size_t j = 0; j < quotes.size(); ++j)
    multipliers[j] = weight_of(settings, j) * (multipliers[j] - quotes[j]);
  model.jacobian(at, result.jacobian);
  Matrix curvature(at.size(), at.size());
  model.curvature(at, multipliers, curvature);
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t j = 0; j < quotes.size(); ++j) {
      result.gradient[a] += result.jacobian(j, free[a]) * multipliers[j];
      for (std::size_t b = 0; b < n; ++b)
        result.hessian(a, b) += weight_of(settings, j) * result.jacobian(j, free[a]) * result.jacobian(j, free[b]);
    }
    for (std::size_t b = 0; b < n; ++b)
      result.hessian(a, b) += 0.5 * (curvature(free[a], free[b]) + curvature(free[b], free[a]));
  }
  return result;
}

/// The Hessian with a diagonal of ones, whatever the parameters' units.
struct Scaled {
  std::vector<double> scale;
  Cholesky factor;

  /// Nothing where the Hessian is not positive definite.
  static std::optional<Scaled> of(const Matrix& hessian) {
    std::vector<double> scale(hessian.rows());
    for (std::size_t a = 0; a < scale.size(); ++a) {
      if (!(hessian(a, a) > 0.0)) return std::nullopt;
      scale[a] = 1.0 / std::sqrt(hessian(a, a));
    }
    Matrix unit(hessian.rows(), hessian.rows());
    for (std::size_t a = 0; a < scale.size(); ++a)
      for (std::size_t b = 0; b < scale.size(); ++b) unit(a, b) = hessian(a, b) * (scale[a] * scale[b]);
    auto factor = Cholesky::of(unit);
    if (!factor) return std::nullopt;
    return Scaled{std::move(scale), *std::move(factor)};
  }

  [[nodiscard]] std::vector<double> solve(std::vector<double> b) const {
    for (std::size_t a = 0; a < b.size(); ++a) b[a] *= scale[a];
    b = factor.solve(b);
    for (std::size_t a = 0; a < b.size(); ++a) b[a] *= scale[a];
    return b;
  }
};

bool within(const std::vector<double>& at, const LeastSquaresSettings& settings) {
  for (std::size_t i = 0; i < at.size(); ++i) {
    if (!settings.lower.empty() && at[i] < settings.lower[i]) return false;
    if (!settings.upper.empty() && at[i] > settings.upper[i]) return false;
  }
  return true;
}

Error undetermined() {
  return Error{ErrorCode::not_converged, "quotes", "a Hessian that is not positive definite",
               "quotes that determine every free parameter",
               "give more quotes, hold a parameter by its bounds, or start elsewhere"};
}

/// Newton's steps while they shrink; the size of the last one that was taken or refused.
double polish(const QuoteModel& model, std::span<const double> quotes, std::vector<double>& at,
              const std::vector<std::size_t>& free, const LeastSquaresSettings& settings) {
  double last = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 12; ++i) {
    const Stationarity here = stationarity(model, quotes, at, free, settings);
    const auto hessian = Scaled::of(here.hessian);
    if (!hessian) return last;
    const std::vector<double> step = hessian->solve(here.gradient);
    double size = 0.0;
    std::vector<double> next = at;
    for (std::size_t a = 0; a < free.size(); ++a) {
      next[free[a]] -= step[a];
      size = std::max(size, std::abs(step[a]) / std::max(std::abs(at[free[a]]), 1e-8));
    }
    if (!(size < last) || size > 0.5 || !within(next, settings)) return std::min(size, last);
    at = next;
    last = size;
    if (size < 1e-15) break;
  }
  return last;
}

void add_standard_errors(QuoteFit& result, const std::vector<std::size_t>& free, std::size_t quotes,
                         const LeastSquaresSettings& settings) {
  for (const std::size_t i : free) {
    double sum = 0.0;
    for (std::size_t j = 0; j < quotes; ++j) {
      const double weight = weight_of(settings, j);
      if (weight > 0.0) sum += result.by_quote(i, j) * result.by_quote(i, j) / weight;
    }
    result.standard_errors[i] = std::sqrt(result.fit.residual_variance * sum);
  }
}

}  // namespace

std::vector<double> QuoteFit::value_by_quote(std::span<const double> by_parameter) const {
  std::vector<double> sums(by_quote.columns(), 0.0);
  for (std::size_t i = 0; i < by_parameter.size(); ++i)
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += by_parameter[i] * by_quote(i, j);
  return sums;
}

Matrix parameter_covariance(const QuoteFit& fit, std::span<const double> weights) {
  const Matrix& slopes = fit.by_quote;
  Matrix covariance(slopes.rows(), slopes.rows());
  for (std::size_t i = 0; i < slopes.rows(); ++i)
    for (std::size_t k = 0; k < slopes.rows(); ++k)
      for (std::size_t j = 0; j < weights.size(); ++j)
        if (weights[j] > 0.0) covariance(i, k) += slopes(i, j) * slopes(k, j) / weights[j];
  return covariance;
}

Result<QuoteFit> fit_quotes(const QuoteModel& model, std::span<const double> quotes, std::vector<double> start,
                            const LeastSquaresSettings& settings) {
  if (quotes.size() != model.quote_count)
    return Error{ErrorCode::invalid_value, "quotes", std::to_string(quotes.size()),
                 std::to_string(model.quote_count) + " quotes, as the model has", "give one quote for each"};
  LeastSquaresProblem problem;
  problem.residual_count = quotes.size();
  problem.residuals = [&](std::span<const double> at, std::span<double> residuals) {
    model.values(at, residuals);
    for (std::size_t j = 0; j < quotes.size(); ++j) residuals[j] -= quotes[j];
  };
  problem.jacobian = model.jacobian;
  auto fit = levenberg_marquardt(problem, std::move(start), settings);
  if (!fit) return fit.error();
  QuoteFit result{*std::move(fit), {}, {}, 0.0};
  std::vector<double>& at = result.fit.parameters;
  const std::vector<std::size_t> free = free_parameters(result.fit.at_bound);
  result.by_quote = Matrix(at.size(), quotes.size());
  result.standard_errors.assign(at.size(), std::numeric_limits<double>::quiet_NaN());
  if (free.empty()) return result;
  result.newton_step = polish(model, quotes, at, free, settings);
  const Stationarity here = stationarity(model, quotes, at, free, settings);
  const auto hessian = Scaled::of(here.hessian);
  if (!hessian) return undetermined();
  std::vector<double> column(free.size());
  for (std::size_t j = 0; j < quotes.size(); ++j) {
    for (std::size_t a = 0; a < free.size(); ++a) column[a] = weight_of(settings, j) * here.jacobian(j, free[a]);
    const std::vector<double> moved = hessian->solve(column);
    for (std::size_t a = 0; a < free.size(); ++a) result.by_quote(free[a], j) = moved[a];
  }
  add_standard_errors(result, free, quotes.size(), settings);
  return result;
}

}  // namespace plimsoll
