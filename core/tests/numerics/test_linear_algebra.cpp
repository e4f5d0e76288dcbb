#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using Numbers = std::vector<double>;

Matrix random_matrix(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Matrix result(rows, columns);
  Numbers draws(rows * columns);
  RandomStream(seed, 0).fill_normal(draws);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) result(i, j) = draws[i * columns + j];
  return result;
}

/// A'A, and a little on the diagonal.
Matrix positive_definite(std::size_t n, std::uint64_t seed) {
  const Matrix a = random_matrix(n, n, seed);
  Matrix result(n, n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t k = 0; k < n; ++k) result(i, j) += a(k, i) * a(k, j) + (i == j ? 0.01 : 0.0);
  return result;
}

Matrix matrix_of(std::initializer_list<Numbers> rows) {
  Matrix result(rows.size(), rows.begin()->size());
  std::size_t i = 0;
  for (const Numbers& row : rows) std::ranges::copy(row, result.row(i++).begin());
  return result;
}

Numbers product(const Matrix& a, const Numbers& x) {
  Numbers result(a.rows());
  for (std::size_t i = 0; i < a.rows(); ++i)
    for (std::size_t j = 0; j < a.columns(); ++j) result[i] += a(i, j) * x[j];
  return result;
}

TEST(Cholesky, factor_gives_back_the_matrix_and_solves_it) {
  const Matrix a = positive_definite(20, 3);
  const auto factor = Cholesky::of(a);
  ASSERT_TRUE(factor);
  for (std::size_t i = 0; i < 20; ++i)
    for (std::size_t j = 0; j < 20; ++j) {
      double sum = 0.0;
      for (std::size_t k = 0; k < 20; ++k) sum += factor->lower()(i, k) * factor->lower()(j, k);
      EXPECT_NEAR(sum, a(i, j), 1e-13 * 60.0);
    }
  const Numbers expected = product(a, factor->solve(Numbers(20, 1.0)));
  for (const double entry : expected) EXPECT_NEAR(entry, 1.0, 1e-11);
  const Matrix inverse = factor->inverse();
  const Numbers column = product(a, {inverse.row(4).begin(), inverse.row(4).end()});
  for (std::size_t i = 0; i < 20; ++i) EXPECT_NEAR(column[i], i == 4 ? 1.0 : 0.0, 1e-11);
}

TEST(Cholesky, refuses_what_has_no_factor_and_names_the_place) {
  EXPECT_EQ(Cholesky::of(matrix_of({{1.0, 2.0}, {2.0, 1.0}})).error().value, "-3 as pivot 1");
  EXPECT_EQ(Cholesky::of(Matrix(2, 3)).error().value, "2 rows, 3 columns");
  EXPECT_EQ(Cholesky::of(Matrix()).error().value, "0 rows, 0 columns");
  EXPECT_EQ(Cholesky::of(matrix_of({{1.0, 0.5}, {0.25, 1.0}})).error().value,
            "0.25 and 0.5 at row 1, column 0 and its mirror");
  EXPECT_EQ(Cholesky::of(matrix_of({{std::numeric_limits<double>::quiet_NaN()}})).error().value,
            "nan at row 0, column 0");
}

TEST(LeastSquares, residual_is_orthogonal_to_every_column) {
  const Matrix a = random_matrix(30, 6, 5);
  const Matrix right = random_matrix(30, 1, 6);
  Numbers b(30);
  for (std::size_t i = 0; i < 30; ++i) b[i] = right(i, 0);
  const auto x = least_squares(a, b);
  ASSERT_TRUE(x);
  const Numbers fitted = product(a, *x);
  for (std::size_t j = 0; j < 6; ++j) {
    double inner = 0.0;
    for (std::size_t i = 0; i < 30; ++i) inner += a(i, j) * (b[i] - fitted[i]);
    EXPECT_NEAR(inner, 0.0, 1e-13 * 30.0);
  }
}

TEST(LeastSquares, keeps_the_digits_that_normal_equations_lose) {
  // Lauchli's matrix with e = 1e-9: A'A is singular in double. The exact solution of A x = (2, e, e) is (1, 1).
  const double e = 1e-9;
  const auto x = least_squares(matrix_of({{1.0, 1.0}, {e, 0.0}, {0.0, e}}), {2.0, e, e});
  ASSERT_TRUE(x);
  EXPECT_NEAR((*x)[0], 1.0, 1e-6);
  EXPECT_NEAR((*x)[1], 1.0, 1e-6);
}

TEST(LeastSquares, refuses_dependent_columns_and_shapes_that_do_not_fit) {
  EXPECT_EQ(least_squares(matrix_of({{1.0, 2.0}, {2.0, 4.0}, {3.0, 6.0}}), {1.0, 2.0, 3.0}).error().value,
            "column 1 depends on those before it");
  EXPECT_EQ(least_squares(Matrix(1, 2), {1.0}).error().field, "matrix");
  EXPECT_EQ(least_squares(Matrix(2, 2), {1.0}).error().value, "2 rows, 2 columns, 1 numbers on the right");
}

TEST(TriangularFactor, has_the_squares_of_the_matrix) {
  const Matrix a = random_matrix(12, 4, 9);
  const Matrix r = triangular_factor(a);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      double squares = 0.0;
      double factored = 0.0;
      for (std::size_t k = 0; k < 12; ++k) squares += a(k, i) * a(k, j);
      for (std::size_t k = 0; k < 4; ++k) factored += r(k, i) * r(k, j);
      EXPECT_NEAR(factored, squares, 1e-13 * 12.0);
      if (j < i) {
        EXPECT_EQ(r(i, j), 0.0);
      }
    }
  EXPECT_EQ(triangular_factor(Matrix(3, 1))(0, 0), 0.0) << "a column of zeros stays";
}

TEST(SymmetricEigen, values_and_vectors_give_back_the_matrix) {
  const Matrix a = positive_definite(30, 1);
  const auto eigen = symmetric_eigen(a);
  ASSERT_TRUE(eigen);
  EXPECT_TRUE(std::ranges::is_sorted(eigen->values, std::ranges::greater{}));
  const double scale = eigen->values.front();
  for (std::size_t i = 0; i < 30; ++i)
    for (std::size_t j = 0; j < 30; ++j) {
      double sum = 0.0;
      double inner = 0.0;
      for (std::size_t k = 0; k < 30; ++k) {
        sum += eigen->vectors(i, k) * eigen->values[k] * eigen->vectors(j, k);
        inner += eigen->vectors(k, i) * eigen->vectors(k, j);
      }
      EXPECT_NEAR(sum, a(i, j), 1e-14 * scale);
      EXPECT_NEAR(inner, i == j ? 1.0 : 0.0, 1e-14);
    }
}

TEST(SymmetricEigen, second_difference_matrix_has_its_known_eigenvalues) {
  // 2 - 2 cos(k pi / (n + 1)): both solvers, which share no line.
  constexpr std::size_t n = 40;
  Matrix a(n, n);
  for (std::size_t i = 0; i < n; ++i) {
    a(i, i) = 2.0;
    if (i > 0) a(i, i - 1) = a(i - 1, i) = -1.0;
  }
  const auto jacobi = symmetric_eigen(a);
  const Numbers implicit = tridiagonal_eigenvalues(Numbers(n, 2.0), Numbers(n - 1, -1.0));
  for (std::size_t k = 0; k < n; ++k) {
    const double expected = 2.0 - 2.0 * std::cos(static_cast<double>(k + 1) * std::numbers::pi / (n + 1));
    EXPECT_NEAR(implicit[k], expected, 1e-14 * 4.0);
    EXPECT_NEAR(jacobi->values[n - 1 - k], expected, 1e-14 * 4.0);
  }
}

TEST(SymmetricEigen, a_matrix_that_falls_apart_is_solved_block_by_block) {
  const Numbers values = tridiagonal_eigenvalues({3.0, 1.0, 2.0, 5.0}, {0.0, 0.0, 0.0});
  EXPECT_EQ(values, (Numbers{1.0, 2.0, 3.0, 5.0}));
  EXPECT_EQ(tridiagonal_eigenvalues({7.0}, {}), (Numbers{7.0}));
  EXPECT_EQ(symmetric_eigen(Matrix(2, 3)).error().field, "matrix");
}

}  // namespace
}  // namespace plimsoll
