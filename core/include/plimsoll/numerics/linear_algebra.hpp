#pragma once

#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace plimsoll {

/// A dense matrix of doubles, stored row after row.
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t columns) : columns_(columns), entries_(rows * columns, 0.0) {}

  [[nodiscard]] std::size_t rows() const noexcept { return columns_ == 0 ? 0 : entries_.size() / columns_; }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }

  double& operator()(std::size_t i, std::size_t j) noexcept { return entries_[i * columns_ + j]; }
  double operator()(std::size_t i, std::size_t j) const noexcept { return entries_[i * columns_ + j]; }

  [[nodiscard]] std::span<double> row(std::size_t i) noexcept { return {&entries_[i * columns_], columns_}; }
  [[nodiscard]] std::span<const double> row(std::size_t i) const noexcept {
    return {&entries_[i * columns_], columns_};
  }

  friend bool operator==(const Matrix&, const Matrix&) = default;

 private:
  std::size_t columns_ = 0;
  std::vector<double> entries_;
};

/// The lower factor L of a symmetric positive definite matrix A = L L'.
/// Source: Golub & Van Loan (2013), Matrix Computations, 4th ed., alg. 4.2.1.
/// Accuracy: backward stable; the relative error of a solution is the condition number times n roundings.
class Cholesky {
 public:
  /// Refuses a matrix that is not square, not symmetric or not positive definite, and names the place.
  static Result<Cholesky> of(const Matrix& matrix);

  [[nodiscard]] const Matrix& lower() const noexcept { return lower_; }

  /// The x with A x = b.
  [[nodiscard]] std::vector<double> solve(std::span<const double> b) const;

  /// The inverse of A.
  [[nodiscard]] Matrix inverse() const;

 private:
  explicit Cholesky(Matrix lower) : lower_(std::move(lower)) {}

  Matrix lower_;
};

/// The x that minimises |A x - b|, for A with at least as many rows as columns.
/// Source: Householder reflections; Golub & Van Loan (2013), alg. 5.3.2.
/// Accuracy: backward stable.
/// Limits: refuses fewer rows than columns, a right-hand side of another length, and columns that depend on each other
/// to 2^-45 of the largest.
Result<std::vector<double>> least_squares(Matrix matrix, std::vector<double> b);

/// The upper factor R of A = Q R, for A with at least as many rows as columns: R'R = A'A.
Matrix triangular_factor(Matrix matrix);

/// Eigenvalues in falling order, and their eigenvectors as columns, each of length one with its largest entry positive.
struct SymmetricEigen {
  std::vector<double> values;
  Matrix vectors;
};

/// Source: cyclic Jacobi rotations; Golub & Van Loan (2013), alg. 8.5.3.
/// Accuracy: eigenvalues and orthogonality to 1e-14 of the largest eigenvalue.
/// Limits: refuses a matrix that is not square or not symmetric; about 10 n^3 operations, so for a few hundred rows.
Result<SymmetricEigen> symmetric_eigen(Matrix matrix);

/// Eigenvalues, rising, of a symmetric tridiagonal matrix with these diagonals; `beside` has one number less.
/// Source: implicit QL; Golub & Van Loan (2013), sec. 8.3.3.
/// Accuracy: 1e-14 of the largest.
std::vector<double> tridiagonal_eigenvalues(std::vector<double> diagonal, std::vector<double> beside);

/// Refuses a matrix that is not square, holds a number that is not finite, or differs from its transpose by more than
/// 1e-12 of its largest entry.
std::optional<Error> flaw_of_symmetry(const Matrix& matrix);

}  // namespace plimsoll
