#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// A tridiagonal matrix eliminated once, for many right-hand sides. With a batch for T it is one matrix in each lane,
/// solved side by side with the operations, and so the bits, of each alone.
/// Source: Thomas (1949); Golub & Van Loan (2013), Matrix Computations, sec. 4.3.
/// Limits: no pivoting, so the matrix must be diagonally dominant or positive definite.
template <class T = double>
class TridiagonalSolver {
 public:
  /// Row i reads lower[i] * x[i-1] + diagonal[i] * x[i] + upper[i] * x[i+1]; lower[0] and upper[n-1] are not read.
  TridiagonalSolver(std::span<const T> lower, std::span<const T> diagonal, std::span<const T> upper)
      : lower_(lower.begin(), lower.end()), inverse_pivot_(diagonal.size()), upper_over_pivot_(diagonal.size()) {
    T carry{0.0};
    for (std::size_t i = 0; i < diagonal.size(); ++i) {
      inverse_pivot_[i] = T{1.0} / (i == 0 ? diagonal[i] : diagonal[i] - lower[i] * carry);
      carry = upper_over_pivot_[i] = i + 1 < diagonal.size() ? upper[i] * inverse_pivot_[i] : T{0.0};
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return inverse_pivot_.size(); }

  /// Puts the solution in place of the right-hand side.
  void solve(std::span<T> x) const noexcept {
    for (std::size_t i = 0; i < x.size(); ++i) {
      x[i] = (i == 0 ? x[i] : x[i] - lower_[i] * x[i - 1]) * inverse_pivot_[i];
    }
    for (std::size_t i = x.size(); i-- > 1;) x[i - 1] = x[i - 1] - upper_over_pivot_[i - 1] * x[i];
  }

  /// The same for the transposed matrix: what a solution's adjoints become on the way back to the right-hand side.
  void solve_transposed(std::span<T> x) const noexcept {
    for (std::size_t i = 1; i < x.size(); ++i) x[i] = x[i] - upper_over_pivot_[i - 1] * x[i - 1];
    for (std::size_t i = x.size(); i-- > 0;) {
      x[i] = (i + 1 == x.size() ? x[i] : x[i] - lower_[i + 1] * x[i + 1]) * inverse_pivot_[i];
    }
  }

 private:
  std::vector<T> lower_;
  std::vector<T> inverse_pivot_;
  std::vector<T> upper_over_pivot_;
};

/// Derivatives of a number by the entries of a tridiagonal matrix and by the right-hand side that was solved.
template <class T = double>
struct TridiagonalAdjoints {
  std::vector<T> lower, diagonal, upper, right;
};

/// Carries the adjoints of a solution back through `solve` without a recorded operation: two sweeps over the rows.
/// Source: Giles (2008), Collected matrix derivative results for forward and reverse mode algorithmic differentiation,
/// Lecture Notes in Computational Science and Engineering 64, sec. 2.2.4.
template <class T>
TridiagonalAdjoints<T> adjoints_of_solve(const TridiagonalSolver<T>& matrix, std::span<const T> solution,
                                         std::span<const T> solution_adjoints) {
  const std::size_t n = matrix.size();
  TridiagonalAdjoints<T> result{std::vector<T>(n, T{0.0}), std::vector<T>(n, T{0.0}), std::vector<T>(n, T{0.0}),
                                std::vector<T>(solution_adjoints.begin(), solution_adjoints.end())};
  matrix.solve_transposed(result.right);
  for (std::size_t i = 0; i < n; ++i) {
    result.diagonal[i] = -result.right[i] * solution[i];
    if (i > 0) result.lower[i] = -result.right[i] * solution[i - 1];
    if (i + 1 < n) result.upper[i] = -result.right[i] * solution[i + 1];
  }
  return result;
}

}  // namespace plimsoll
