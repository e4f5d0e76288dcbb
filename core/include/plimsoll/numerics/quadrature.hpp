#pragma once

#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace plimsoll {

/// Nodes, rising, and their weights.
struct GaussRule {
  std::vector<double> nodes;
  std::vector<double> weights;

  /// The weighted sum of a function over the nodes.
  template <class F>
  double operator()(const F& f) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < nodes.size(); ++i) sum += weights[i] * f(nodes[i]);
    return sum;
  }
};

/// The rule of `count` nodes on [-1, 1]; a polynomial of degree 2 count - 1 is integrated exactly.
/// Source: eigenvalues of the Jacobi matrix, Golub & Welsch (1969), Calculation of Gauss quadrature rules, Math. Comp.
/// 23, 221-230; then Newton's step and Christoffel's weights in twice the precision.
/// Accuracy: nodes 1 ulp, weights 2 ulp.
/// Limits: 1 to 2,000 nodes.
Result<GaussRule> gauss_legendre(std::size_t count);

/// The rule on the whole line for the weight exp(-x^2): the mean of g(Z) over the normal distribution is the sum of
/// weight * g(sqrt(2) node) over sqrt(pi). Source, accuracy: as `gauss_legendre`.
/// Limits: 1 to 340 nodes, beyond which weights are no normal numbers.
Result<GaussRule> gauss_hermite(std::size_t count);

/// The rule on the half line for the weight x^alpha exp(-x). Source, accuracy: as `gauss_legendre`.
/// Limits: 1 to 170 nodes; -1 < alpha <= 20.
Result<GaussRule> gauss_laguerre(std::size_t count, double alpha = 0.0);

/// The rule on [-1, 1] for the weight (1 - x)^alpha (1 + x)^beta. Source, accuracy: as `gauss_legendre`; the weights'
/// common factor is as exact as `log_gamma`.
/// Limits: 1 to 2,000 nodes; -1 < alpha, beta <= 20.
Result<GaussRule> gauss_jacobi(std::size_t count, double alpha, double beta);

/// How an integration ended.
enum class IntegralEnd {
  converged,
  out_of_pieces,  // the most intervals or levels allowed do not reach the tolerance
  rounding,       // rounding, or a singularity at a limit that is not zero, hides what is left
  not_finite,     // the function is not finite at `at`
};

/// An integral, an estimate of its error from above, and how it ended. The value holds whatever the end, but for
/// not_finite.
struct Integral {
  double value = 0.0;
  double error = 0.0;
  int evaluations = 0;
  IntegralEnd end = IntegralEnd::converged;
  double at = 0.0;
};

/// The refusal that an integral stands for; nothing where it converged.
std::optional<Error> find_flaw(const Integral& integral);

/// When an integration ends: the error is below `absolute + relative * |value|`.
struct IntegralTolerance {
  double absolute = 1e-13;
  double relative = 1e-13;
  int most_pieces = 400;
};

using Integrand = std::function<double(double)>;

/// The integral between two limits, either or both of which may be infinite, from intervals halved where the error is
/// largest. Source: the 10-point Gauss and 21-point Kronrod rules and their error estimate of QUADPACK; Piessens, de
/// Doncker-Kapenga, Ueberhuber & Kahaner (1983), QUADPACK (QAG).
/// Accuracy: the error estimate is larger than the error for functions smooth on some scale that the pieces reach.
/// Limits: the function is not evaluated at the limits.
Integral gauss_kronrod(const Integrand& f, double low, double high, const IntegralTolerance& tolerance = {});

/// The integral between two finite limits, at which the function may be singular, by the trapezoidal rule after a
/// change of variable that flattens both ends doubly exponentially.
/// Source: Takahasi & Mori (1974), Double exponential formulas for numerical integration, Publ. RIMS Kyoto 9, 721-741.
/// Accuracy: the error estimate is the change by the last halving, far above the error itself.
/// Limits: a singularity is resolved to the spacing of the numbers about the limit: put it at zero. At most 10 levels.
Integral tanh_sinh(const Integrand& f, double low, double high, const IntegralTolerance& tolerance = {});

}  // namespace plimsoll
