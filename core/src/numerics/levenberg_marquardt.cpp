#include "plimsoll/numerics/levenberg_marquardt.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

using Numbers = std::vector<double>;

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double sum_of_squares(std::span<const double> x) noexcept {
  return std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
}

bool all_finite(std::span<const double> x) noexcept {
  return std::ranges::all_of(x, [](double v) { return std::isfinite(v); });
}

std::optional<Error> flaw_of_length(const char* field, const Numbers& list, std::size_t wanted) {
  if (list.empty() || list.size() == wanted) return std::nullopt;
  return Error{ErrorCode::invalid_value, field, std::to_string(list.size()) + " numbers",
               "none or " + std::to_string(wanted), "give one number for each"};
}

std::optional<Error> flaw_in(const LeastSquaresProblem& problem, const Numbers& start, const LeastSquaresSettings& s) {
  if (start.empty() || !all_finite(start))
    return Error{ErrorCode::invalid_value, "start", std::to_string(start.size()) + " numbers",
                 "at least one parameter, all finite", "give a first guess of each parameter"};
  if (problem.residual_count == 0)
    return Error{ErrorCode::invalid_value, "residual_count", "0", "at least one", "give something to fit"};
  if (auto flaw = flaw_of_length("lower", s.lower, start.size())) return flaw;
  if (auto flaw = flaw_of_length("upper", s.upper, start.size())) return flaw;
  if (auto flaw = flaw_of_length("weights", s.weights, problem.residual_count)) return flaw;
  for (std::size_t j = 0; j < start.size() && !s.lower.empty() && !s.upper.empty(); ++j)
    if (!(s.lower[j] <= s.upper[j]))
      return Error{ErrorCode::invalid_value, "lower", text_of(s.lower[j]) + " above " + text_of(s.upper[j]),
                   "a lower bound not above the upper", "exchange the bounds"};
  for (const double weight : s.weights)
    if (!(weight >= 0.0) || std::isinf(weight))
      return Error{ErrorCode::invalid_value, "weights", text_of(weight), "finite numbers not below zero",
                   "weigh a residual that is not to count with zero"};
  return std::nullopt;
}

/// A fit under way: the point, its residuals and Jacobian, and what scales and damps the next step.
class Search {
 public:
  Search(const LeastSquaresProblem& problem, const LeastSquaresSettings& settings, Numbers start)
      : problem_(problem),
        settings_(settings),
        x_(within_bounds(std::move(start))),
        residuals_(residuals_at(x_)),
        jacobian_(problem.residual_count, x_.size()),
        scale_(x_.size(), 0.0),
        cost_(sum_of_squares(residuals_)) {}

  [[nodiscard]] bool starts_well() const noexcept { return std::isfinite(cost_); }

  LeastSquaresFit run() {
    LeastSquaresFit fit;
    linearise();
    for (int& i = fit.iterations; i < settings_.max_iterations; ++i) {
      if (gradient_norm() <= settings_.gradient_tolerance) {
        fit.end = FitEnd::gradient;
        break;
      }
      if (const auto end = step()) {
        fit.end = *end;
        break;
      }
    }
    fit.gradient_norm = gradient_norm();
    fit.parameters = x_;
    fit.residuals = residuals_;
    fit.sum_of_squares = cost_;
    fit.evaluations = evaluations_;
    add_uncertainty(fit);
    return fit;
  }

 private:
  Numbers within_bounds(Numbers x) const {
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = std::clamp(x[j], lower(j), upper(j));
    return x;
  }
  [[nodiscard]] double lower(std::size_t j) const { return settings_.lower.empty() ? -infinity : settings_.lower[j]; }
  [[nodiscard]] double upper(std::size_t j) const { return settings_.upper.empty() ? infinity : settings_.upper[j]; }
  [[nodiscard]] double root_of_weight(std::size_t i) const {
    return settings_.weights.empty() ? 1.0 : std::sqrt(settings_.weights[i]);
  }

  Numbers residuals_at(const Numbers& x) {
    Numbers residuals(problem_.residual_count);
    ++evaluations_;
    problem_.residuals(x, residuals);
    for (std::size_t i = 0; i < residuals.size(); ++i) residuals[i] *= root_of_weight(i);
    return residuals;
  }

  /// The Jacobian, its columns' lengths as scales, and which parameters may move.
  void linearise() {
    problem_.jacobian(x_, jacobian_);
    lengths_.assign(x_.size(), 0.0);
    gradient_.assign(x_.size(), 0.0);
    for (std::size_t i = 0; i < jacobian_.rows(); ++i)
      for (std::size_t j = 0; j < x_.size(); ++j) {
        jacobian_(i, j) *= root_of_weight(i);
        lengths_[j] += jacobian_(i, j) * jacobian_(i, j);
        gradient_[j] += jacobian_(i, j) * residuals_[i];
      }
    free_.clear();
    for (std::size_t j = 0; j < x_.size(); ++j) {
      lengths_[j] = std::sqrt(lengths_[j]);
      scale_[j] = std::max({scale_[j], lengths_[j], std::numeric_limits<double>::min()});
      const bool is_held = lower(j) == upper(j) || (x_[j] <= lower(j) && gradient_[j] > 0.0) ||
                           (x_[j] >= upper(j) && gradient_[j] < 0.0);
      if (!is_held) free_.push_back(j);
    }
  }

  [[nodiscard]] double gradient_norm() const noexcept {
    double norm = 0.0;
    const double length = std::sqrt(cost_);
    if (length == 0.0) return 0.0;
    for (const std::size_t j : free_)
      if (lengths_[j] > 0.0) norm = std::max(norm, std::abs(gradient_[j]) / (lengths_[j] * length));
    return norm;
  }

  /// The damped step of the free parameters. Source: More (1978), eq. 2.4, by orthogonal factors.
  [[nodiscard]] Numbers damped_step() const {
    const std::size_t rows = jacobian_.rows();
    Matrix augmented(rows + free_.size(), free_.size());
    Numbers right(augmented.rows(), 0.0);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t k = 0; k < free_.size(); ++k) augmented(i, k) = jacobian_(i, free_[k]) / scale_[free_[k]];
      right[i] = -residuals_[i];
    }
    for (std::size_t k = 0; k < free_.size(); ++k) augmented(rows + k, k) = std::sqrt(damping_);
    Numbers move(x_.size(), 0.0);
    const auto solved = least_squares(std::move(augmented), std::move(right));
    for (std::size_t k = 0; solved && k < free_.size(); ++k) move[free_[k]] = (*solved)[k] / scale_[free_[k]];
    return move;
  }

  /// How much the sum of squares of the linear model falls; free of the cancellation in the sums themselves.
  [[nodiscard]] double predicted_gain(const Numbers& move) const {
    double gain = 0.0;
    for (std::size_t i = 0; i < jacobian_.rows(); ++i) {
      const auto row = jacobian_.row(i);
      const double change = std::inner_product(row.begin(), row.end(), move.begin(), 0.0);
      gain -= change * change;
    }
    return gain - 2.0 * std::inner_product(gradient_.begin(), gradient_.end(), move.begin(), 0.0);
  }

  [[nodiscard]] double scaled_length(const Numbers& x) const noexcept {
    double squares = 0.0;
    for (std::size_t j = 0; j < x.size(); ++j) squares += scale_[j] * x[j] * scale_[j] * x[j];
    return std::sqrt(squares);
  }

  /// Tries one step, and says whether the search is at its end.
  std::optional<FitEnd> step() {
    Numbers trial = damped_step();
    for (std::size_t j = 0; j < x_.size(); ++j) trial[j] += x_[j];
    trial = within_bounds(std::move(trial));
    Numbers move(x_.size());
    for (std::size_t j = 0; j < x_.size(); ++j) move[j] = trial[j] - x_[j];
    const bool is_short = scaled_length(move) <= settings_.step_tolerance * scaled_length(x_);
    const double predicted = predicted_gain(move);
    Numbers residuals = residuals_at(trial);
    const double cost = sum_of_squares(residuals);
    const double gained = cost_ - cost;  // NaN and infinity gain nothing
    // Where rounding hides what a step gains, the gradient alone tells whether it was good.
    const double rounding = 1e-14 * cost_;
    const bool is_hidden = predicted >= 0.0 && predicted <= rounding && std::abs(gained) <= rounding;
    const double gradient_before = gradient_norm();
    if (is_hidden || (gained > 1e-4 * predicted && gained > 0.0)) {
      const double ratio =
          is_hidden ? 1.0 : 2.0 * gained / std::max(predicted, std::numeric_limits<double>::min()) - 1.0;
      damping_ *= std::max(1.0 / 3.0, 1.0 - ratio * ratio * ratio);
      growth_ = 2.0;
      x_ = std::move(trial);
      residuals_ = std::move(residuals);
      cost_ = cost;
      linearise();
    } else {
      damping_ *= std::exchange(growth_, 2.0 * growth_);
    }
    if (is_short) return FitEnd::step;
    return is_hidden && gradient_norm() > 0.9 * gradient_before ? std::optional(FitEnd::reduction) : std::nullopt;
  }

  /// Covariance (J'J)^-1 times the residual variance, of the parameters that no bound holds.
  void add_uncertainty(LeastSquaresFit& fit) const {
    const std::size_t n = x_.size();
    fit.at_bound.assign(n, true);
    for (const std::size_t j : free_) fit.at_bound[j] = false;
    const auto freedom = static_cast<double>(jacobian_.rows()) - static_cast<double>(free_.size());
    fit.residual_variance = freedom > 0.0 ? cost_ / freedom : nan_value;
    fit.covariance = Matrix(n, n);
    fit.standard_errors.assign(n, 0.0);
    if (free_.empty()) return;
    Matrix scaled(std::max(jacobian_.rows(), free_.size()), free_.size());
    for (std::size_t i = 0; i < jacobian_.rows(); ++i)
      for (std::size_t k = 0; k < free_.size(); ++k) scaled(i, k) = jacobian_(i, free_[k]) / scale_[free_[k]];
    const Matrix inverse = inverse_of_triangle(triangular_factor(std::move(scaled)));
    for (std::size_t a = 0; a < free_.size(); ++a)
      for (std::size_t b = 0; b < free_.size(); ++b) {
        double sum = 0.0;
        for (std::size_t k = std::max(a, b); k < free_.size(); ++k) sum += inverse(a, k) * inverse(b, k);
        fit.covariance(free_[a], free_[b]) = fit.residual_variance * sum / (scale_[free_[a]] * scale_[free_[b]]);
      }
    for (const std::size_t j : free_) fit.standard_errors[j] = std::sqrt(fit.covariance(j, j));
  }

  /// NaN where a diagonal entry is nothing beside the largest.
  static Matrix inverse_of_triangle(const Matrix& r) {
    const std::size_t n = r.rows();
    Matrix inverse(n, n);
    double largest = 0.0;
    for (std::size_t k = 0; k < n; ++k) largest = std::max(largest, std::abs(r(k, k)));
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = j + 1; i-- > 0;) {
        double sum = i == j ? 1.0 : 0.0;
        for (std::size_t k = i + 1; k <= j; ++k) sum -= r(i, k) * inverse(k, j);
        inverse(i, j) = std::abs(r(i, i)) > 0x1p-50 * largest ? sum / r(i, i) : nan_value;
      }
    }
    return inverse;
  }

  const LeastSquaresProblem& problem_;
  const LeastSquaresSettings& settings_;
  int evaluations_ = 0;
  Numbers x_;
  Numbers residuals_;
  Matrix jacobian_;
  Numbers scale_;    // the longest that each column has been
  Numbers lengths_;  // of the columns here
  Numbers gradient_;
  std::vector<std::size_t> free_;
  double cost_;
  double damping_ = 100.0;  // short first steps: a far start is not thrown onto a plateau
  double growth_ = 2.0;
};

}  // namespace

std::string_view name(FitEnd end) noexcept {
  switch (end) {
    case FitEnd::gradient:
      return "gradient";
    case FitEnd::reduction:
      return "reduction";
    case FitEnd::step:
      return "step";
    case FitEnd::out_of_iterations:
      break;
  }
  return "out_of_iterations";
}

Result<LeastSquaresFit> levenberg_marquardt(const LeastSquaresProblem& problem, std::vector<double> start,
                                            const LeastSquaresSettings& settings) {
  if (auto flaw = flaw_in(problem, start, settings)) return *flaw;
  Search search(problem, settings, std::move(start));
  if (!search.starts_well())
    return Error{ErrorCode::not_converged, "start", "residuals that are not finite", "finite residuals at the start",
                 "start inside the model's domain"};
  return search.run();
}

}  // namespace plimsoll
