#include "plimsoll/numerics/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

constexpr int most_iterations = 20'000;
constexpr double settled = 1e-13;
constexpr double least_eigenvalue = -1e-12;

double norm_of(const Matrix& a) noexcept {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (const double entry : a.row(i)) sum += entry * entry;
  return std::sqrt(sum);
}

Matrix difference(const Matrix& a, const Matrix& b) {
  Matrix result(a.rows(), a.columns());
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.columns(); ++j) result(i, j) = a(i, j) - b(i, j);
  return result;
}

/// The matrix of these eigenvectors without its negative eigenvalues: the nearest one that has none.
Matrix without_negative(const SymmetricEigen& eigen) {
  const std::size_t n = eigen.values.size();
  Matrix result(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = 0.0;
      for (std::size_t k = 0; k < n && eigen.values[k] > 0.0; ++k)
        sum += eigen.values[k] * eigen.vectors(i, k) * eigen.vectors(j, k);
      result(i, j) = result(j, i) = sum;
    }
  return result;
}

/// The same without negative eigenvalues, scaled to a diagonal of ones: both constraints hold to rounding.
Matrix scaled_to_ones(const Matrix& a) {
  Matrix result = a;
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.rows(); ++j)
      result(i, j) = i == j ? 1.0 : std::clamp(a(i, j) / std::sqrt(a(i, i) * a(j, j)), -1.0, 1.0);
  return result;
}

Error no_correlation(std::string value, std::string allowed) {
  return {ErrorCode::invalid_value, "correlation", std::move(value), std::move(allowed),
          "correct the matrix, or repair it to the nearest correlation matrix and report the distance"};
}

/// The flaw of the entries, eigenvalues left out.
std::optional<Error> flaw_of_entries(const Matrix& matrix) {
  if (auto flaw = flaw_of_symmetry(matrix)) return flaw;
  for (std::size_t i = 0; i < matrix.rows(); ++i) {
    if (std::abs(matrix(i, i) - 1.0) > 1e-12)
      return no_correlation(text_of(matrix(i, i)) + " on the diagonal, row " + std::to_string(i),
                            "ones on the diagonal");
    for (const double entry : matrix.row(i))
      if (std::abs(entry) > 1.0 + 1e-12) return no_correlation(text_of(entry), "correlations from -1 to 1");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Error> flaw_of_correlation(const Matrix& matrix) {
  if (auto flaw = flaw_of_entries(matrix)) return flaw;
  const auto eigen = symmetric_eigen(matrix);
  if (!eigen) return eigen.error();
  const double smallest = eigen->values.back();
  if (smallest < least_eigenvalue * eigen->values.front())
    return no_correlation("smallest eigenvalue " + text_of(smallest), "no eigenvalue below zero");
  return std::nullopt;
}

Result<NearestCorrelation> nearest_correlation(const Matrix& matrix) {
  auto eigen = symmetric_eigen(matrix);
  if (!eigen) return eigen.error();
  NearestCorrelation found{matrix, 0.0, 0.0, eigen->values.back(), 0};
  if (!flaw_of_correlation(matrix)) return found;
  Matrix correction(matrix.rows(), matrix.rows());
  Matrix previous = matrix;
  for (found.iterations = 1; found.iterations <= most_iterations; ++found.iterations) {
    const Matrix corrected = difference(found.matrix, correction);
    eigen = symmetric_eigen(corrected);
    if (!eigen) return eigen.error();
    const Matrix positive = without_negative(*eigen);
    correction = difference(positive, corrected);
    found.matrix = positive;
    for (std::size_t i = 0; i < matrix.rows(); ++i) found.matrix(i, i) = 1.0;
    const double change = norm_of(difference(positive, found.matrix)) + norm_of(difference(previous, found.matrix));
    if (change <= settled * norm_of(found.matrix)) {
      found.matrix = scaled_to_ones(positive);
      const Matrix moved = difference(found.matrix, matrix);
      found.distance = norm_of(moved);
      for (std::size_t i = 0; i < moved.rows(); ++i)
        for (const double entry : moved.row(i)) found.largest_change = std::max(found.largest_change, std::abs(entry));
      return found;
    }
    previous = found.matrix;
  }
  return Error{ErrorCode::not_converged, "correlation", std::to_string(most_iterations) + " projections",
               "a matrix that settles to 1e-13", "check the matrix for entries far beyond one"};
}

}  // namespace plimsoll
