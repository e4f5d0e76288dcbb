#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/real/adjoint_math.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace plimsoll {

/// Residuals of a fit and their derivatives, row by residual and column by parameter.
struct LeastSquaresProblem {
  std::size_t residual_count = 0;
  std::function<void(std::span<const double> parameters, std::span<double> residuals)> residuals;
  std::function<void(std::span<const double> parameters, Matrix& jacobian)> jacobian;
};

/// How a fit is to be made. Empty lists: no bounds, weights of one.
struct LeastSquaresSettings {
  std::vector<double> lower;
  std::vector<double> upper;
  std::vector<double> weights;        // of the squared residuals
  double gradient_tolerance = 1e-12;  // cosine of the residuals with each column of the Jacobian
  double step_tolerance = 1e-14;      // length of the scaled step beside that of the scaled parameters
  int max_iterations = 500;
};

/// Why a fit ended; all but the last are convergence. `reduction`: rounding hides what further steps gain.
enum class FitEnd { gradient, reduction, step, out_of_iterations };

/// "gradient", "reduction", "step" or "out_of_iterations".
std::string_view name(FitEnd end) noexcept;

/// A fit and its report. `at_bound` marks parameters that a bound holds; they have no standard error.
struct LeastSquaresFit {
  std::vector<double> parameters;
  std::vector<double> residuals;  // weighted
  double sum_of_squares = 0.0;    // weighted
  double gradient_norm = 0.0;     // largest cosine over the free parameters
  int iterations = 0;
  int evaluations = 0;
  FitEnd end = FitEnd::out_of_iterations;
  std::vector<bool> at_bound;
  double residual_variance = 0.0;  // per degree of freedom; NaN where there is none
  Matrix covariance;               // of the parameters, by the inverse of J'J; NaN where J'J is singular
  std::vector<double> standard_errors;

  [[nodiscard]] bool converged() const noexcept { return end != FitEnd::out_of_iterations; }
};

/// The parameters of least weighted squares within their bounds.
/// Source: Levenberg (1944); Marquardt (1963); More (1978), The Levenberg-Marquardt algorithm: implementation and
/// theory, Lecture Notes in Mathematics 630 (scaling, tests of convergence); damping of Nielsen (1999),
/// IMM-REP-1999-05; bounds by projection, with the parameters that a bound holds against the gradient left out of the
/// step. Accuracy: parameters to about the root of the machine's precision or better, the more so the smaller the
/// residuals. Limits: a local minimum; NIST's MGH10 from its far start, a valley 1e5 times as long as it is wide, is
/// not reached in thousands of iterations. Refuses lists of other lengths, bounds that cross, numbers that are not
/// finite, and residuals that are not finite at the start; a fit that runs out of iterations is returned and says so.
Result<LeastSquaresFit> levenberg_marquardt(const LeastSquaresProblem& problem, std::vector<double> start,
                                            const LeastSquaresSettings& settings = {});

/// A problem whose Jacobian the tape gives: `f(span<const R> parameters, span<R> residuals)` for R double and Adjoint.
/// The work of a Jacobian is one recording and one sweep for each residual.
template <class F>
LeastSquaresProblem recorded(F f, std::size_t residual_count) {
  LeastSquaresProblem problem;
  problem.residual_count = residual_count;
  problem.residuals = [f](std::span<const double> parameters, std::span<double> residuals) {
    f(parameters, residuals);
  };
  problem.jacobian = [f](std::span<const double> parameters, Matrix& jacobian) {
    using Number = Adjoint<double>;
    Tape<double> tape;
    std::vector<Number> leaves;
    for (const double parameter : parameters) leaves.push_back(Number::leaf(tape, parameter));
    const auto mark = tape.mark();
    std::vector<Number> residuals(jacobian.rows());
    f(std::span<const Number>(leaves), std::span<Number>(residuals));
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      sweep(tape, residuals[i], mark);
      for (std::size_t j = 0; j < leaves.size(); ++j) {
        jacobian(i, j) = leaves[j].adjoint();
        leaves[j].add_adjoint(-jacobian(i, j));  // the next row starts from zero
      }
    }
  };
  return problem;
}

}  // namespace plimsoll
