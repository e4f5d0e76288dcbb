#pragma once

#include "plimsoll/numerics/levenberg_marquardt.hpp"
#include "plimsoll/real/dual.hpp"

#include <cmath>
#include <vector>

namespace plimsoll {

/// What a model says of quotes as a function of its parameters, with first derivatives, row by quote, and the second
/// derivatives of a weighted sum of all quotes.
struct QuoteModel {
  std::size_t quote_count = 0;
  std::function<void(std::span<const double> parameters, std::span<double> values)> values;
  std::function<void(std::span<const double> parameters, Matrix& jacobian)> jacobian;
  std::function<void(std::span<const double> parameters, std::span<const double> multipliers, Matrix& curvature)>
      curvature;
};

/// A fit to quotes, its report, and how it moves with the quotes.
/// `by_quote`: derivative of parameter i by quote j, from the implicit function theorem on the condition of least
/// squares, with the whole Hessian; rows of parameters that a bound holds are zero. `standard_errors`: what the scatter
/// of the residuals makes of that; NaN where a bound holds or where there are no more quotes than parameters.
struct QuoteFit {
  LeastSquaresFit fit;
  Matrix by_quote;
  std::vector<double> standard_errors;
  double newton_step = 0.0;  // the last step over the parameters' size: how far from stationary the fit may be

  /// Derivatives by each quote of a value whose derivatives by the parameters are these, as many as there are.
  [[nodiscard]] std::vector<double> value_by_quote(std::span<const double> by_parameter) const;

  /// Root of the residuals' variance: how far quotes lie from the fit in units of one over the root of their weights.
  [[nodiscard]] double residual_deviation() const { return std::sqrt(fit.residual_variance); }
};

/// Covariances of the fitted parameters, where the quotes err independently of each other, each by one over the root of
/// its weight; zero where a bound holds.
/// Limits: as many weights as the fit has quotes; quotes without weight do not count.
Matrix parameter_covariance(const QuoteFit& fit, std::span<const double> weights);

/// The parameters that fit quotes best in weighted squares: Levenberg and Marquardt's steps, then Newton's with the
/// whole Hessian until rounding.
/// Source: Levenberg-Marquardt as there; the implicit function theorem on J'W(v - q) = 0: Griewank & Walther (2008),
/// Evaluating Derivatives, sec. 15.1; for calibration Henrard (2014), Algorithmic Differentiation in Finance Explained.
/// Accuracy: by_quote agrees with bumps and new fits to 1e-8 where the fit is exact and to 1e-4 on noisy quotes.
/// Limits: of levenberg_marquardt; refuses a fit whose Hessian is not positive definite: the quotes do not determine
/// the parameters that are free.
Result<QuoteFit> fit_quotes(const QuoteModel& model, std::span<const double> quotes, std::vector<double> start,
                            const LeastSquaresSettings& settings = {});

/// A quote model from `f(span<const R> parameters, span<R> values)`, for R double, Adjoint<double> and
/// Adjoint<Dual<double>>: derivatives by the tape, the curvature by one forward-over-reverse sweep a parameter.
template <class F>
QuoteModel recorded_quotes(F f, std::size_t quote_count) {
  const LeastSquaresProblem problem = recorded(f, quote_count);
  QuoteModel model{quote_count, problem.residuals, problem.jacobian, {}};
  model.curvature = [f, quote_count](std::span<const double> parameters, std::span<const double> multipliers,
                                     Matrix& curvature) {
    using Number = Adjoint<Dual<double>>;
    for (std::size_t direction = 0; direction < parameters.size(); ++direction) {
      Tape<Dual<double>> tape;
      std::vector<Number> leaves;
      for (std::size_t i = 0; i < parameters.size(); ++i)
        leaves.push_back(Number::leaf(tape, {parameters[i], i == direction ? 1.0 : 0.0}));
      const auto mark = tape.mark();
      std::vector<Number> values(quote_count);
      f(std::span<const Number>(leaves), std::span<Number>(values));
      for (std::size_t j = 0; j < quote_count; ++j) values[j].add_adjoint(Dual<double>{multipliers[j]});
      tape.sweep(mark);
      for (std::size_t i = 0; i < parameters.size(); ++i) curvature(i, direction) = leaves[i].adjoint().tangent;
    }
  };
  return model;
}

}  // namespace plimsoll
