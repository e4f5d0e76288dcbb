#pragma once

#include "plimsoll/numerics/linear_algebra.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

// The search for the greatest likelihood within bounds; inside the statistics.
namespace plimsoll::likelihood {

/// A mean log-likelihood with its derivatives by N parameters; -infinity where the sample is impossible.
template <std::size_t N>
struct Local {
  double value = 0.0;
  std::array<double, N> gradient{};
  std::array<std::array<double, N>, N> hessian{};

  /// Turns sums over a sample into means.
  void average(double n) noexcept {
    value /= n;
    for (std::size_t i = 0; i < N; ++i) {
      gradient[i] /= n;
      for (double& entry : hessian[i]) entry /= n;
    }
  }
};

/// Where the parameters may be, and the size of each, in which the gradient is measured.
template <std::size_t N>
struct Domain {
  std::array<double, N> lower{}, upper{}, scale{};
};

template <std::size_t N>
struct Top {
  std::array<double, N> parameters{};
  Local<N> at;
  double gradient_norm = 0.0;
  std::int64_t iterations = 0;
  bool converged = false;
  std::array<bool, N> held{};  // by a bound, beyond which the likelihood rises

  [[nodiscard]] bool at_bound() const noexcept { return std::ranges::find(held, true) != held.end(); }

  /// The places of the parameters that no bound holds.
  [[nodiscard]] std::vector<std::size_t> free() const {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < N; ++i)
      if (!held[i]) places.push_back(i);
    return places;
  }
};

/// Solves (damping / scale^2 - hessian) step = gradient over the parameters that are not held; empty when that matrix
/// is not positive definite.
template <std::size_t N>
std::vector<double> step_of(const Top<N>& top, const Domain<N>& domain, double damping) {
  const std::vector<std::size_t> free = top.free();
  Matrix curvature(free.size(), free.size());
  std::vector<double> slope(free.size());
  for (std::size_t i = 0; i < free.size(); ++i) {
    slope[i] = top.at.gradient[free[i]];
    for (std::size_t j = 0; j < free.size(); ++j) curvature(i, j) = -top.at.hessian[free[i]][free[j]];
    curvature(i, i) += damping / (domain.scale[free[i]] * domain.scale[free[i]]);
  }
  const auto factor = Cholesky::of(curvature);
  if (!factor) return {};
  const std::vector<double> solved = factor->solve(slope);
  std::vector<double> step(N, 0.0);
  for (std::size_t i = 0; i < free.size(); ++i) step[free[i]] = solved[i];
  return step;
}

/// Marks the parameters that a bound holds and measures the gradient of the others.
template <std::size_t N>
void look_at_bounds(Top<N>& top, const Domain<N>& domain) {
  top.gradient_norm = 0.0;
  for (std::size_t i = 0; i < N; ++i) {
    const double slope = top.at.gradient[i];
    top.held[i] =
        (top.parameters[i] <= domain.lower[i] && slope < 0.0) || (top.parameters[i] >= domain.upper[i] && slope > 0.0);
    if (!top.held[i]) top.gradient_norm = std::max(top.gradient_norm, std::abs(slope) * domain.scale[i]);
  }
}

/// Goes one step with this damping; false where the likelihood would fall.
template <std::size_t N, class F>
bool rise(Top<N>& top, const F& mean_log_likelihood, const Domain<N>& domain, double damping) {
  constexpr double rounding = 1e-14;  // of the value: a step at its top changes it by less
  const std::vector<double> step = step_of(top, domain, damping);
  if (step.empty()) return false;
  std::array<double, N> next{};
  for (std::size_t i = 0; i < N; ++i)
    next[i] = std::clamp(top.parameters[i] + step[i], domain.lower[i], domain.upper[i]);
  const Local<N> there = mean_log_likelihood(next);
  if (!(there.value >= top.at.value - rounding * std::max(1.0, std::abs(top.at.value)))) return false;
  top.parameters = next;
  top.at = there;
  return true;
}

/// Damped Newton steps, each projected on the bounds and taken only where the likelihood does not fall.
/// Source: Levenberg's damping of Newton's step; Bertsekas (1982), Projected Newton methods for optimization problems
/// with simple constraints, SIAM J. Control Optim. 20, 221-246 (the parameters that are held).
template <std::size_t N, class F>
Top<N> climb(const F& mean_log_likelihood, const std::array<double, N>& start, const Domain<N>& domain,
             double tolerance, std::int64_t most_iterations) {
  constexpr double first_damping = 1e-3;
  constexpr double most_damping = 1e12;
  Top<N> top;
  top.parameters = start;
  top.at = mean_log_likelihood(start);
  double damping = 0.0;
  for (;; ++top.iterations) {
    look_at_bounds(top, domain);
    top.converged = top.gradient_norm <= tolerance;
    if (top.converged || top.iterations == most_iterations) return top;
    while (!rise(top, mean_log_likelihood, domain, damping)) {
      if (damping > most_damping) return top;
      damping = std::max(first_damping, 8.0 * damping);
    }
    damping = damping > first_damping ? 0.1 * damping : 0.0;
  }
}

}  // namespace plimsoll::likelihood
