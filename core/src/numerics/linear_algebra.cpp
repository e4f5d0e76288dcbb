#include "plimsoll/numerics/linear_algebra.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string>

namespace plimsoll {

namespace {

std::string place(std::size_t i, std::size_t j) {
  std::string text = "row ";
  return text.append(std::to_string(i)).append(", column ").append(std::to_string(j));
}

double largest_entry(const Matrix& matrix) noexcept {
  double largest = 0.0;
  for (std::size_t i = 0; i < matrix.rows(); ++i)
    for (const double entry : matrix.row(i)) largest = std::max(largest, std::abs(entry));
  return largest;
}

double dot(std::span<const double> a, std::span<const double> b) noexcept {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// Reflects column j onto its diagonal entry, and what stands to its right and the right-hand side along with it.
void reflect(Matrix& a, std::span<double> b, std::size_t j) noexcept {
  double squares = 0.0;
  for (std::size_t i = j; i < a.rows(); ++i) squares += a(i, j) * a(i, j);
  if (squares == 0.0) return;
  const double diagonal = std::copysign(std::sqrt(squares), -a(j, j));
  const double first = a(j, j) - diagonal;
  const double factor = 1.0 / (diagonal * first);  // minus two over the squared length of the reflector
  for (std::size_t k = j + 1; k < a.columns(); ++k) {
    double product = first * a(j, k);
    for (std::size_t i = j + 1; i < a.rows(); ++i) product += a(i, j) * a(i, k);
    a(j, k) += factor * product * first;
    for (std::size_t i = j + 1; i < a.rows(); ++i) a(i, k) += factor * product * a(i, j);
  }
  if (!b.empty()) {
    double product = first * b[j];
    for (std::size_t i = j + 1; i < a.rows(); ++i) product += a(i, j) * b[i];
    b[j] += factor * product * first;
    for (std::size_t i = j + 1; i < a.rows(); ++i) b[i] += factor * product * a(i, j);
  }
  a(j, j) = diagonal;
  for (std::size_t i = j + 1; i < a.rows(); ++i) a(i, j) = 0.0;
}

struct Rotation {
  double cosine, sine;
};

/// The rotation of p and q that makes their common entry zero. Source: Golub & Van Loan (2013), alg. 8.5.1.
Rotation jacobi_rotation(const Matrix& a, std::size_t p, std::size_t q) noexcept {
  const double tau = (a(q, q) - a(p, p)) / (2.0 * a(p, q));
  const double tangent = std::copysign(1.0, tau) / (std::abs(tau) + std::hypot(1.0, tau));
  const double cosine = 1.0 / std::hypot(1.0, tangent);
  return {cosine, tangent * cosine};
}

void rotate(Matrix& a, Matrix& vectors, std::size_t p, std::size_t q, Rotation r) noexcept {
  const auto turn = [r](double& x, double& y) {
    const double old = x;
    x = r.cosine * old - r.sine * y;
    y = r.sine * old + r.cosine * y;
  };
  for (std::size_t k = 0; k < a.rows(); ++k) turn(a(k, p), a(k, q));
  for (std::size_t k = 0; k < a.rows(); ++k) turn(a(p, k), a(q, k));
  for (std::size_t k = 0; k < a.rows(); ++k) turn(vectors(p, k), vectors(q, k));  // a vector in each row
  a(p, q) = a(q, p) = 0.0;
}

SymmetricEigen in_falling_order(const Matrix& rotated, const Matrix& vectors) {
  const std::size_t n = rotated.rows();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return rotated(a, a) > rotated(b, b); });
  SymmetricEigen result{std::vector<double>(n), Matrix(n, n)};
  for (std::size_t k = 0; k < n; ++k) {
    const auto vector = vectors.row(order[k]);
    const double largest = *std::ranges::max_element(vector, {}, [](double x) { return std::abs(x); });
    result.values[k] = rotated(order[k], order[k]);
    for (std::size_t i = 0; i < n; ++i) result.vectors(i, k) = std::copysign(1.0, largest) * vector[i];
  }
  return result;
}

}  // namespace

std::optional<Error> flaw_of_symmetry(const Matrix& matrix) {
  const auto flaw = [](std::string value, std::string allowed) {
    return Error{ErrorCode::invalid_value, "matrix", std::move(value), std::move(allowed),
                 "give a covariance or correlation matrix, each entry equal to its mirror image"};
  };
  if (matrix.rows() != matrix.columns() || matrix.rows() == 0)
    return flaw(std::to_string(matrix.rows()) + " rows, " + std::to_string(matrix.columns()) + " columns",
                "as many rows as columns, at least one");
  const double allowed = 1e-12 * largest_entry(matrix);
  for (std::size_t i = 0; i < matrix.rows(); ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      if (!std::isfinite(matrix(i, j)) || !std::isfinite(matrix(j, i)))
        return flaw(text_of(matrix(i, j)) + " at " + place(i, j), "finite numbers");
      if (std::abs(matrix(i, j) - matrix(j, i)) > allowed)
        return flaw(text_of(matrix(i, j)) + " and " + text_of(matrix(j, i)) + " at " + place(i, j) + " and its mirror",
                    "a symmetric matrix");
    }
  return std::nullopt;
}

Result<Cholesky> Cholesky::of(const Matrix& matrix) {
  if (auto flaw = flaw_of_symmetry(matrix)) return *flaw;
  Matrix lower(matrix.rows(), matrix.rows());
  for (std::size_t j = 0; j < matrix.rows(); ++j) {
    const double pivot = matrix(j, j) - dot(lower.row(j).first(j), lower.row(j).first(j));
    if (!(pivot > 0.0))
      return Error{ErrorCode::invalid_value, "matrix", text_of(pivot) + " as pivot " + std::to_string(j),
                   "a positive definite matrix", "drop a variable that the others determine, or repair the matrix"};
    lower(j, j) = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < matrix.rows(); ++i)
      lower(i, j) = (matrix(i, j) - dot(lower.row(i).first(j), lower.row(j).first(j))) / lower(j, j);
  }
  return Cholesky(std::move(lower));
}

std::vector<double> Cholesky::solve(std::span<const double> b) const {
  std::vector<double> x(b.begin(), b.end());
  for (std::size_t i = 0; i < x.size(); ++i)
    x[i] = (x[i] - dot(lower_.row(i).first(i), std::span(x).first(i))) / lower_(i, i);
  for (std::size_t i = x.size(); i-- > 0;) {
    for (std::size_t k = i + 1; k < x.size(); ++k) x[i] -= lower_(k, i) * x[k];
    x[i] /= lower_(i, i);
  }
  return x;
}

Matrix Cholesky::inverse() const {
  Matrix result(lower_.rows(), lower_.rows());
  for (std::size_t j = 0; j < lower_.rows(); ++j) {
    std::vector<double> unit(lower_.rows(), 0.0);
    unit[j] = 1.0;
    const std::vector<double> column = solve(unit);
    for (std::size_t i = 0; i < lower_.rows(); ++i) result(i, j) = column[i];
  }
  return result;
}

Result<std::vector<double>> least_squares(Matrix matrix, std::vector<double> b) {
  const std::size_t n = matrix.columns();
  if (matrix.rows() < n || n == 0 || b.size() != matrix.rows())
    return Error{ErrorCode::invalid_value, "matrix",
                 std::to_string(matrix.rows()) + " rows, " + std::to_string(n) + " columns, " +
                     std::to_string(b.size()) + " numbers on the right",
                 "at least as many rows as columns, and a number on the right for each row", "give more equations"};
  for (std::size_t j = 0; j < n; ++j) reflect(matrix, b, j);
  double largest = 0.0;
  for (std::size_t j = 0; j < n; ++j) largest = std::max(largest, std::abs(matrix(j, j)));
  for (std::size_t j = n; j-- > 0;) {
    if (!(std::abs(matrix(j, j)) > 0x1p-45 * largest))
      return Error{ErrorCode::invalid_value, "matrix", "column " + std::to_string(j) + " depends on those before it",
                   "independent columns", "leave the column out"};
    b[j] = (b[j] - dot(matrix.row(j).subspan(j + 1), std::span(b).subspan(j + 1, n - j - 1))) / matrix(j, j);
  }
  b.resize(n);
  return b;
}

Matrix triangular_factor(Matrix matrix) {
  for (std::size_t j = 0; j < matrix.columns(); ++j) reflect(matrix, {}, j);
  Matrix upper(matrix.columns(), matrix.columns());
  for (std::size_t i = 0; i < upper.rows(); ++i) std::ranges::copy(matrix.row(i), upper.row(i).begin());
  return upper;
}

Result<SymmetricEigen> symmetric_eigen(Matrix matrix) {
  if (auto flaw = flaw_of_symmetry(matrix)) return *flaw;
  constexpr int most_sweeps = 60;  // convergence is quadratic: ten are many
  const std::size_t n = matrix.rows();
  Matrix vectors(n, n);
  for (std::size_t i = 0; i < n; ++i) vectors(i, i) = 1.0;
  const double negligible = 0x1p-60 * largest_entry(matrix);
  bool is_diagonal = false;
  for (int sweep = 0; sweep < most_sweeps && !is_diagonal; ++sweep) {
    is_diagonal = true;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (std::abs(matrix(p, q)) <= negligible) continue;
        is_diagonal = false;
        rotate(matrix, vectors, p, q, jacobi_rotation(matrix, p, q));
      }
  }
  return in_falling_order(matrix, vectors);
}

std::vector<double> tridiagonal_eigenvalues(std::vector<double> d, std::vector<double> e) {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const std::size_t n = d.size();
  e.push_back(0.0);
  const auto end_of_block = [&](std::size_t from) {
    std::size_t end = from;
    while (end + 1 < n && std::abs(e[end]) > epsilon * (std::abs(d[end]) + std::abs(d[end + 1]))) ++end;
    return end;
  };
  for (std::size_t first = 0; first < n; ++first) {
    for (std::size_t last = end_of_block(first); last != first; last = end_of_block(first)) {
      double g = (d[first + 1] - d[first]) / (2.0 * e[first]);
      g = d[last] - d[first] + e[first] / (g + std::copysign(std::hypot(g, 1.0), g));
      double sine = 1.0;
      double cosine = 1.0;
      double moved = 0.0;
      for (std::size_t i = last; i-- > first;) {
        const double f = sine * e[i];
        const double b = cosine * e[i];
        const double r = std::hypot(f, g);
        e[i + 1] = r;
        if (r == 0.0) {  // the block has split: carry the shift back and begin again
          d[i + 1] -= moved;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1] - moved;
        const double s = (d[i] - g) * sine + 2.0 * cosine * b;
        moved = sine * s;
        d[i + 1] = g + moved;
        g = cosine * s - b;
      }
      d[first] -= moved;
      e[first] = g;
      e[last] = 0.0;
    }
  }
  std::ranges::sort(d);
  return d;
}

}  // namespace plimsoll
