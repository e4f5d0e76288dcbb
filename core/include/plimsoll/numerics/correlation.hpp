#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace plimsoll {

/// Refuses what is no correlation matrix: not square or symmetric, a diagonal that is not one, an entry beyond one, and
/// an eigenvalue below -1e-12 of the largest; the last names the smallest eigenvalue.
std::optional<Error> flaw_of_correlation(const Matrix& matrix);

/// The correlation matrix nearest to a given one, and how far it is from it.
struct NearestCorrelation {
  Matrix matrix;
  double distance = 0.0;             // root of the sum of the squared changes of all entries
  double largest_change = 0.0;       // of one entry
  double smallest_eigenvalue = 0.0;  // of the matrix given
  int iterations = 0;                // none where the matrix was a correlation matrix already
};

/// Source: Higham (2002), Computing the nearest correlation matrix - a problem from finance, IMA J. Numerical Analysis
/// 22, 329-343, alg. 3.3 (alternating projections with Dykstra's correction).
/// Accuracy: the last step changes no more than 1e-13 of the matrix; the result has a diagonal of ones and no
/// eigenvalue below -1e-15 times its size.
/// Limits: refuses a matrix that is not symmetric; linear convergence, so it may refuse to end within 20,000 steps.
Result<NearestCorrelation> nearest_correlation(const Matrix& matrix);

/// Writes the lower factor L, row after row, of a correlation matrix C = L L' that may be singular: a variable that
/// those before it determine to 1e-13 gets no column of its own.
/// Source: Golub & Van Loan (2013), alg. 4.2.1, with pivots that vanish left out (sec. 4.2.8).
/// Accuracy: 1e-15 times the size where no pivot is left out, else 4e-7 of one in the entries after it.
template <Real R>
void correlation_factor(std::size_t size, std::span<const R> correlation, std::span<R> factor) {
  constexpr double no_pivot = 1e-13;
  for (std::size_t j = 0; j < size; ++j) {
    for (std::size_t i = 0; i < j; ++i) factor[i * size + j] = R{0.0};
    const auto rest = [&](std::size_t i) {
      R left = correlation[i * size + j];
      for (std::size_t k = 0; k < j; ++k) left -= factor[i * size + k] * factor[j * size + k];
      return left;
    };
    const R pivot = rest(j);
    const auto carries = pivot > no_pivot;
    const R root = sqrt(select(carries, pivot, R{1.0}));
    factor[j * size + j] = select(carries, root, R{0.0});
    for (std::size_t i = j + 1; i < size; ++i) factor[i * size + j] = select(carries, R(rest(i) / root), R{0.0});
  }
}

}  // namespace plimsoll
