#include "plimsoll/numerics/linear_algebra.hpp"
#include "plimsoll/numerics/quadrature.hpp"
#include "plimsoll/numerics/special_functions.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

/// A number of twice the precision as an unrounded sum.
/// Source: Dekker (1971), A floating-point technique for extending the available precision, Numer. Math. 18, 224-242.
struct TwoPart {
  double high = 0.0;
  double low = 0.0;
};

TwoPart normalised(double high, double low) noexcept {
  const double sum = high + low;
  return {sum, low - (sum - high)};
}

TwoPart operator+(const TwoPart& a, const TwoPart& b) noexcept {
  const double sum = a.high + b.high;
  const double moved = sum - a.high;
  const double lost = (a.high - (sum - moved)) + (b.high - moved);
  return normalised(sum, lost + (a.low + b.low));
}

TwoPart operator-(const TwoPart& a) noexcept { return {-a.high, -a.low}; }

TwoPart operator*(const TwoPart& a, const TwoPart& b) noexcept {
  const double high = a.high * b.high;
  return normalised(high, std::fma(a.high, b.high, -high) + (a.high * b.low + a.low * b.high));
}

TwoPart operator/(const TwoPart& a, const TwoPart& b) noexcept {
  const double first = a.high / b.high;
  const TwoPart rest = a + -(b * TwoPart{first, 0.0});
  return normalised(first, rest.high / b.high);
}

TwoPart root_of(const TwoPart& a) noexcept {
  const double first = std::sqrt(a.high);
  const TwoPart rest = a + -(TwoPart{first, 0.0} * TwoPart{first, 0.0});
  return normalised(first, rest.high / (2.0 * first));
}

/// x p_k = beside[k + 1] p_{k+1} + diagonal[k] p_k + beside[k] p_{k-1} for polynomials of weighted length one; the mean
/// of one is `mass`.
struct Recurrence {
  std::vector<TwoPart> diagonal;
  std::vector<TwoPart> beside;  // the first is not used
  TwoPart mass;
  bool is_symmetric = false;
};

/// Values of the polynomials at x: the sum of their squares below the last degree, and Newton's step to its root.
struct AtNode {
  TwoPart squares, step;
};

AtNode evaluate(const Recurrence& r, const TwoPart& x) noexcept {
  const std::size_t n = r.diagonal.size();
  TwoPart before{0.0, 0.0};
  TwoPart value{1.0, 0.0};
  TwoPart squares{0.0, 0.0};
  for (std::size_t k = 0; k < n; ++k) {
    squares = squares + value * value;
    const TwoPart next =
        ((x + -r.diagonal[k]) * value + -(k == 0 ? TwoPart{} : r.beside[k] * before)) / r.beside[k + 1];
    before = value;
    value = next;
  }
  // Christoffel & Darboux: at a root the sum of squares is beside_n p'_n p_{n-1}.
  return {squares, value * r.beside[n] * before / squares};
}

GaussRule rule_of(const Recurrence& r) {
  const std::size_t n = r.diagonal.size();
  std::vector<double> diagonal(n);
  std::vector<double> beside(n - 1);
  for (std::size_t k = 0; k < n; ++k) diagonal[k] = r.diagonal[k].high;
  for (std::size_t k = 1; k < n; ++k) beside[k - 1] = r.beside[k].high;
  GaussRule rule{tridiagonal_eigenvalues(std::move(diagonal), std::move(beside)), std::vector<double>(n)};
  const std::size_t solved = r.is_symmetric ? (n + 1) / 2 : n;
  for (std::size_t i = 0; i < solved; ++i) {
    TwoPart x{rule.nodes[i], 0.0};
    if (r.is_symmetric && 2 * i + 1 == n) x = {};
    for (int repeat = 0; repeat < 2; ++repeat) x = x + -evaluate(r, x).step;
    if (r.is_symmetric && 2 * i + 1 == n) x = {};
    rule.nodes[i] = x.high;
    rule.weights[i] = (r.mass / evaluate(r, x).squares).high;
    if (!r.is_symmetric) continue;
    rule.nodes[n - 1 - i] = 2 * i + 1 == n ? 0.0 : -x.high;
    rule.weights[n - 1 - i] = rule.weights[i];
  }
  return rule;
}

std::optional<Error> flaw_in_count(std::size_t count, std::size_t most) {
  if (count >= 1 && count <= most) return std::nullopt;
  return Error{ErrorCode::invalid_value, "count", std::to_string(count), "1 to " + std::to_string(most),
               "ask for a rule of another size"};
}

std::optional<Error> flaw_in_power(const char* field, double power) {
  if (power > -1.0 && power <= 20.0) return std::nullopt;
  return Error{ErrorCode::invalid_value, field, text_of(power), "above -1 and at most 20",
               "take what the weight cannot hold into the function"};
}

Recurrence empty_recurrence(std::size_t count, bool is_symmetric) {
  return {std::vector<TwoPart>(count), std::vector<TwoPart>(count + 1), {}, is_symmetric};
}

TwoPart exact(double x) noexcept { return {x, 0.0}; }

/// a + b without loss.
TwoPart sum_of(double a, double b) noexcept { return exact(a) + exact(b); }

}  // namespace

Result<GaussRule> gauss_legendre(std::size_t count) {
  if (auto flaw = flaw_in_count(count, 2000)) return *flaw;
  Recurrence r = empty_recurrence(count, true);
  r.mass = exact(2.0);
  for (std::size_t k = 1; k <= count; ++k) {
    const auto degree = static_cast<double>(k);
    r.beside[k] = root_of(exact(degree * degree) / exact(4.0 * degree * degree - 1.0));
  }
  return rule_of(r);
}

Result<GaussRule> gauss_hermite(std::size_t count) {
  if (auto flaw = flaw_in_count(count, 340)) return *flaw;
  Recurrence r = empty_recurrence(count, true);
  r.mass = {1.7724538509055160, -7.6665864998257994e-17};  // the root of pi
  for (std::size_t k = 1; k <= count; ++k) r.beside[k] = root_of(exact(0.5 * static_cast<double>(k)));
  return rule_of(r);
}

Result<GaussRule> gauss_laguerre(std::size_t count, double alpha) {
  if (auto flaw = flaw_in_count(count, 170)) return *flaw;
  if (auto flaw = flaw_in_power("alpha", alpha)) return *flaw;
  Recurrence r = empty_recurrence(count, false);
  r.mass = exact(alpha == 0.0 ? 1.0 : std::tgamma(alpha + 1.0));
  for (std::size_t k = 0; k <= count; ++k) {
    const auto degree = static_cast<double>(k);
    if (k < count) r.diagonal[k] = sum_of(2.0 * degree + 1.0, alpha);
    if (k > 0) r.beside[k] = root_of(exact(degree) * sum_of(degree, alpha));
  }
  return rule_of(r);
}

Result<GaussRule> gauss_jacobi(std::size_t count, double alpha, double beta) {
  if (auto flaw = flaw_in_count(count, 2000)) return *flaw;
  if (auto flaw = flaw_in_power("alpha", alpha)) return *flaw;
  if (auto flaw = flaw_in_power("beta", beta)) return *flaw;
  Recurrence r = empty_recurrence(count, alpha == beta);
  const double log_mass = (alpha + beta + 1.0) * std::numbers::ln2 + log_gamma(alpha + 1.0) + log_gamma(beta + 1.0) -
                          log_gamma(alpha + beta + 2.0);
  r.mass = exact(std::exp(log_mass));
  const TwoPart powers = sum_of(alpha, beta);
  const TwoPart spread = sum_of(beta, -alpha);
  for (std::size_t k = 0; k <= count; ++k) {
    const auto degree = static_cast<double>(k);
    const TwoPart twice = exact(2.0 * degree) + powers;
    // At degree zero the factor of both powers cancels, at degree one that of their sum plus one.
    if (k < count) r.diagonal[k] = (k == 0 ? spread : spread * powers / twice) / (twice + exact(2.0));
    if (k == 0) continue;
    const TwoPart factors = exact(4.0 * degree) * sum_of(degree, alpha) * sum_of(degree, beta);
    const TwoPart last = k == 1 ? exact(1.0) : (exact(degree) + powers) / (twice + exact(-1.0));
    r.beside[k] = root_of(factors * last / (twice * twice * (twice + exact(1.0))));
  }
  return rule_of(r);
}

}  // namespace plimsoll
