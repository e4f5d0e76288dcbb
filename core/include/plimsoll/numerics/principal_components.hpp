#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace plimsoll {

/// Normal numbers of a given covariance, built from their principal components: the first draw carries as much of the
/// total variance as one draw can, the second as much of what is left, and so on.
/// Source: Acworth, Broadie & Glasserman (1998), A comparison of some Monte Carlo and quasi Monte Carlo techniques for
/// option pricing; Glasserman (2003), sec. 3.1.3 and 5.5.2.
/// Accuracy: the covariance is reproduced to 1e-13 of its largest entry.
class PrincipalComponents {
 public:
  /// Refuses a matrix that is not symmetric, and one with an eigenvalue below -1e-12 of the largest: no covariance.
  static Result<PrincipalComponents> of(const Matrix& covariance);

  /// The Brownian motion on these times, as BrownianBridge builds it in another order.
  static Result<PrincipalComponents> of_brownian_motion(std::span<const double> times);

  [[nodiscard]] std::size_t size() const noexcept { return variances_.size(); }

  /// Variance of each component, in falling order.
  [[nodiscard]] std::span<const double> variances() const noexcept { return variances_; }

  /// Writes the numbers from as many standard normal draws.
  void build(std::span<const double> normals, std::span<double> numbers) const noexcept;

  /// The least number of components that carry this share of the total variance: the effective dimension in the sense
  /// of superposition of one factor. Source: Caflisch, Morokoff & Owen (1997), Valuation of mortgage-backed securities
  /// using Brownian bridges to reduce effective dimension, J. Computational Finance 1.
  [[nodiscard]] std::size_t effective_dimension(double share) const noexcept;

 private:
  PrincipalComponents(std::vector<double> variances, Matrix factor)
      : variances_(std::move(variances)), factor_(std::move(factor)) {}

  std::vector<double> variances_;
  Matrix factor_;  // eigenvectors times the roots of their variances, one in each column
};

}  // namespace plimsoll
