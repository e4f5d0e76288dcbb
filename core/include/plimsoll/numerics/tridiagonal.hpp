#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// A tridiagonal matrix eliminated once, for many right-hand sides.
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

 private:
  std::vector<T> lower_;
  std::vector<T> inverse_pivot_;
  std::vector<T> upper_over_pivot_;
};

}  // namespace plimsoll
