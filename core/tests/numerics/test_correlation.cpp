#include "plimsoll/numerics/correlation.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

Matrix matrix_of(std::size_t n, const std::vector<double>& entries) {
  Matrix matrix(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) matrix(i, j) = entries[i * n + j];
  return matrix;
}

std::vector<double> entries_of(const Matrix& matrix) {
  std::vector<double> entries;
  for (std::size_t i = 0; i < matrix.rows(); ++i)
    entries.insert(entries.end(), matrix.row(i).begin(), matrix.row(i).end());
  return entries;
}

/// A random symmetric matrix with ones on the diagonal and entries up to one, mostly no correlation matrix.
Matrix random_guess(std::size_t n, std::uint64_t seed) {
  std::vector<double> draws(n * n);
  RandomStream(seed, 0).fill_uniform(draws);
  Matrix matrix(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    matrix(i, i) = 1.0;
    for (std::size_t j = 0; j < i; ++j) matrix(i, j) = matrix(j, i) = 2.0 * draws[i * n + j] - 1.0;
  }
  return matrix;
}

/// A random correlation matrix: of rows of normal numbers scaled to length one.
Matrix random_correlation(std::size_t n, std::uint64_t seed) {
  std::vector<double> draws(n * n);
  RandomStream(seed, 1).fill_normal(draws);
  Matrix matrix(n, n);
  const auto product = [&](std::size_t i, std::size_t j) {
    double sum = 0.0;
    for (std::size_t k = 0; k < n; ++k) sum += draws[i * n + k] * draws[j * n + k];
    return sum;
  };
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      matrix(i, j) = i == j ? 1.0 : product(i, j) / std::sqrt(product(i, i) * product(j, j));
  return matrix;
}

TEST(Correlation, repair_gives_the_matrices_printed_by_higham) {
  // Source: Higham (2002), sec. 4 (tridiagonal example) and the three-by-three one of his lectures; four digits.
  const auto three = nearest_correlation(matrix_of(3, {1, 1, 0, 1, 1, 1, 0, 1, 1}));
  ASSERT_TRUE(three);
  EXPECT_NEAR(three->matrix(0, 1), 0.7607, 5e-5);
  EXPECT_NEAR(three->matrix(0, 2), 0.1573, 5e-5);
  EXPECT_NEAR(three->distance, 0.5278, 5e-5);
  EXPECT_NEAR(three->smallest_eigenvalue, 1.0 - std::sqrt(2.0), 1e-14);
  const auto four = nearest_correlation(matrix_of(4, {2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2, -1, 0, 0, -1, 2}));
  ASSERT_TRUE(four);
  EXPECT_NEAR(four->matrix(0, 1), -0.8084, 5e-5);
  EXPECT_NEAR(four->matrix(0, 2), 0.1916, 5e-5);
  EXPECT_NEAR(four->matrix(0, 3), 0.1068, 5e-5);
  EXPECT_NEAR(four->matrix(1, 2), -0.6562, 5e-5);
}

TEST(Correlation, repaired_matrix_is_a_correlation_matrix_and_no_other_one_is_nearer) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Matrix guess = random_guess(5, seed);
    const auto found = nearest_correlation(guess);
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_FALSE(flaw_of_correlation(found->matrix)) << seed;
    // The projection onto a convex set: (guess - nearest) . (other - nearest) <= 0 for every other member.
    for (std::uint64_t other = 1; other <= 20; ++other) {
      const Matrix y = random_correlation(5, other);
      double product = 0.0;
      for (std::size_t i = 0; i < 5; ++i)
        for (std::size_t j = 0; j < 5; ++j)
          product += (guess(i, j) - found->matrix(i, j)) * (y(i, j) - found->matrix(i, j));
      EXPECT_LE(product, 1e-10) << seed << " " << other;
    }
    double squares = 0.0;
    double largest = 0.0;
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 5; ++j) {
        const double change = std::abs(guess(i, j) - found->matrix(i, j));
        squares += change * change;
        largest = std::max(largest, change);
      }
    EXPECT_NEAR(found->distance, std::sqrt(squares), 1e-14);
    EXPECT_EQ(found->largest_change, largest);
  }
}

TEST(Correlation, repair_leaves_a_correlation_matrix_as_it_is) {
  const Matrix given = random_correlation(4, 3);
  const auto found = nearest_correlation(given);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->matrix, given);
  EXPECT_EQ(found->distance, 0.0);
  EXPECT_EQ(found->iterations, 0);
}

TEST(Correlation, flaw_names_the_smallest_eigenvalue_and_the_repair) {
  const auto flaw = flaw_of_correlation(matrix_of(3, {1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1}));
  ASSERT_TRUE(flaw);
  EXPECT_EQ(flaw->code, ErrorCode::invalid_value);
  EXPECT_EQ(flaw->field, "correlation");
  EXPECT_TRUE(flaw->value.starts_with("smallest eigenvalue -0.")) << flaw->value;
  EXPECT_NE(flaw->fix.find("nearest correlation matrix"), std::string::npos);
}

TEST(Correlation, refuses_what_is_no_correlation_matrix) {
  EXPECT_TRUE(flaw_of_correlation(matrix_of(2, {1, 0.5, 0.4, 1})));
  EXPECT_EQ(flaw_of_correlation(matrix_of(2, {1, 0.5, 0.5, 0.9}))->allowed, "ones on the diagonal");
  EXPECT_EQ(flaw_of_correlation(matrix_of(2, {1, 1.5, 1.5, 1}))->allowed, "correlations from -1 to 1");
  EXPECT_TRUE(flaw_of_correlation(Matrix(1, 2)));
  EXPECT_FALSE(nearest_correlation(matrix_of(2, {1, 0.5, 0.4, 1})));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(flaw_of_correlation(matrix_of(2, {1, nan, nan, 1})));
  EXPECT_FALSE(nearest_correlation(matrix_of(2, {1, nan, nan, 1})));
  EXPECT_FALSE(flaw_of_correlation(matrix_of(2, {1, -1, -1, 1})));
}

TEST(Correlation, factor_times_its_transpose_is_the_matrix_even_a_singular_one) {
  const auto check = [](const Matrix& given, double allowed) {
    const std::size_t n = given.rows();
    const std::vector<double> entries = entries_of(given);
    std::vector<double> factor(n * n);
    correlation_factor<double>(n, entries, factor);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        double sum = 0.0;
        for (std::size_t k = 0; k < n; ++k) sum += factor[i * n + k] * factor[j * n + k];
        EXPECT_NEAR(sum, given(i, j), allowed);
      }
  };
  for (std::uint64_t seed = 1; seed <= 5; ++seed) check(random_correlation(6, seed), 6e-15);
  check(matrix_of(3, {1, 1, 1, 1, 1, 1, 1, 1, 1}), 1e-15);
  check(matrix_of(3, {1, -1, 0.5, -1, 1, -0.5, 0.5, -0.5, 1}), 1e-15);
  check(nearest_correlation(random_guess(5, 2))->matrix, 4e-7);
}

TEST(Correlation, factor_carries_the_derivative_by_a_correlation) {
  using R = Adjoint<double>;
  Tape<double> tape;
  const R rho = R::leaf(tape, 0.6);
  const std::vector<R> entries{R{1.0}, rho, rho, R{1.0}};
  std::vector<R> factor(4);
  correlation_factor<R>(2, entries, factor);
  sweep(tape, factor[3], {});
  EXPECT_NEAR(rho.adjoint(), -0.6 / 0.8, 1e-15);  // of sqrt(1 - rho^2)
}

}  // namespace
}  // namespace plimsoll
