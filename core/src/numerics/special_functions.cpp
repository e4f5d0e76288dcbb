#include "plimsoll/numerics/special_functions.hpp"

#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/roots.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace plimsoll {

namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double half_log_two_pi = 0.9189385332046728;
constexpr double stirling_from = 15.0;
constexpr int max_terms = 200000;  // sqrt(a) terms are needed near the mean: enough for a = 1e9

/// Stirling's series: what log Gamma(x) exceeds (x - 1/2) log x - x + log(2 pi) / 2 by, x >= stirling_from.
double stirling_series(double x) noexcept {
  const double w = 1.0 / (x * x);
  return (1.0 / 12 +
          w * (-1.0 / 360 +
               w * (1.0 / 1260 + w * (-1.0 / 1680 + w * (1.0 / 1188 + w * (-691.0 / 360360 + w * (1.0 / 156))))))) /
         x;
}

/// The same excess for every x > 0.
double stirling_excess(double x) noexcept {
  if (x >= stirling_from) return stirling_series(x);
  return log_gamma(x) - ((x - 0.5) * std::log(x) - x + half_log_two_pi);
}

/// log(ratio) - excess where ratio = 1 + excess, without cancellation next to one.
double log_minus_excess(double ratio, double excess) noexcept {
  if (std::abs(excess) > 0.5) return std::log(ratio) - excess;
  const double s = excess / (2.0 + excess);
  const double s2 = s * s;
  double sum = 0.0;
  double power = 1.0;
  for (int k = 3; k < 45; k += 2, power *= s2) sum += power / k;
  return -excess * s + 2.0 * s * s2 * sum;
}

/// x^a e^-x / Gamma(a + 1).
double gamma_term(double a, double x) noexcept {
  if (a < stirling_from) return std::pow(x, a) * std::exp(-x) / std::tgamma(a + 1.0);
  const double exponent = a * log_minus_excess(x / a, (x - a) / a) - stirling_series(a);
  return std::exp(exponent) / std::sqrt(2.0 * std::numbers::pi * a);
}

double gamma_p_by_series(double a, double x) noexcept {
  double sum = 1.0;
  double term = 1.0;
  for (int n = 1; n < max_terms && term > epsilon * sum / 4; ++n) sum += term *= x / (a + n);
  return gamma_term(a, x) * sum;
}

/// Evaluates b0 + a1 / (b1 + a2 / (b2 + ...)) forward.
/// Source: Thompson & Barnett (1986), the modified algorithm of Lentz.
template <class Coefficients>
double continued_fraction(double b0, const Coefficients& coefficients) noexcept {
  constexpr double tiny = 1e-300;
  double value = b0 == 0.0 ? tiny : b0;
  double c = value;
  double d = 0.0;
  for (int n = 1; n < max_terms; ++n) {
    const auto [a, b] = coefficients(n);
    d = b + a * d;
    c = b + a / c;
    d = 1.0 / (d == 0.0 ? tiny : d);
    c = c == 0.0 ? tiny : c;
    const double factor = c * d;
    value *= factor;
    if (std::abs(factor - 1.0) <= epsilon) break;
  }
  return value;
}

struct Coefficient {
  double a, b;
};

double gamma_q_by_fraction(double a, double x) noexcept {
  const double denominator =
      continued_fraction(x + 1.0 - a, [=](int n) { return Coefficient{-n * (n - a), x + 2.0 * n + 1.0 - a}; });
  return gamma_term(a, x) * a / denominator;
}

bool outside_gamma_domain(double a, double x) noexcept { return !(a > 0.0) || !(x >= 0.0) || std::isinf(a); }

bool small_side(double a, double x) noexcept { return x < (a < 1.0 ? 1.0 : a + 1.0); }

/// Solves P(a, x) = p, or Q(a, x) = q where `tail` is the smaller of the two, in log x and log probability.
double inverse_gamma(double a, double tail, bool lower) noexcept {
  const double z = (lower ? 1.0 : -1.0) * normal_quantile(tail);
  const double cube_root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * std::sqrt(a));  // Wilson & Hilferty (1931)
  const double leading = (std::log(tail) + log_gamma(a + 1.0)) / a;           // P(a, x) = x^a / Gamma(a + 1) near zero
  const double guess = a > 0.5 && cube_root > 0.1 ? std::log(a) + 3.0 * std::log(cube_root) : std::min(leading, 6.0);
  const auto mismatch = [=](double u) -> ValueAndSlope {
    const double x = std::exp(u);
    const double probability = lower ? regularised_gamma_p(a, x) : regularised_gamma_q(a, x);
    const double density = a * gamma_term(a, x);  // x times the density of x
    if (probability == 0.0) return {lower ? -1e300 : 1e300, 0.0};
    const double difference = std::log(probability / tail);
    return {lower ? difference : -difference, density / probability};
  };
  const auto root = increasing_newton(mismatch, -745.0, std::log(a + 1.0) + 709.0, guess);
  return root ? std::exp(root->x) : nan_value;
}

double beta_fraction(double a, double b, double x) noexcept {
  const double fraction = continued_fraction(1.0, [=](int n) {
    const double m = std::floor(0.5 * n);
    const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
    return Coefficient{n % 2 == 0 ? even : odd, 1.0};
  });
  return 1.0 / (a * fraction);
}

/// x^a y^b / B(a, b), where y = 1 - x.
double beta_term(double a, double b, double x, double y) noexcept {
  const double offset = x * b - y * a;  // the mean is a / (a + b)
  const double exponent = a * log_minus_excess(x * (a + b) / a, offset / a) +
                          b * log_minus_excess(y * (a + b) / b, -offset / b) + stirling_excess(a + b) -
                          stirling_excess(a) - stirling_excess(b);
  return std::exp(exponent) * std::sqrt(a / (a + b) * b / (2.0 * std::numbers::pi));
}

bool outside_beta_domain(double a, double b, double x) noexcept {
  return !(a > 0.0) || !(b > 0.0) || !(x >= 0.0 && x <= 1.0) || std::isinf(a) || std::isinf(b);
}

/// I_x(a, b) with both x and y = 1 - x given, so that neither loses digits.
double beta_from_both(double a, double b, double x, double y) noexcept {
  if (x == 0.0 || y == 0.0) return x == 0.0 ? 0.0 : 1.0;
  const double term = beta_term(a, b, x, y);
  if (x * (a + b + 2.0) <= a + 1.0) return term * beta_fraction(a, b, x);
  return 1.0 - term * beta_fraction(b, a, y);
}

/// Solves I_x(a, b) = p, p <= 1/2, in logit x and log probability; x / (1 - x).
double inverse_beta_odds(double a, double b, double p) noexcept {
  const auto mismatch = [=](double u) -> ValueAndSlope {
    const double x = 1.0 / (1.0 + std::exp(-u));
    const double y = 1.0 / (1.0 + std::exp(u));
    const double probability = beta_from_both(a, b, x, y);
    if (probability == 0.0) return {-1e300, 0.0};
    return {std::log(probability / p), beta_term(a, b, x, y) / probability};
  };
  const double leading = (std::log(p * a) + log_gamma(a) + log_gamma(b) - log_gamma(a + b)) / a;
  const auto root = increasing_newton(mismatch, -700.0, 700.0, std::min(leading, std::log(a / b)));
  return root ? std::exp(root->x) : nan_value;
}

}  // namespace

double log_gamma(double x) noexcept {
  if (!(x > 0.0)) return nan_value;
  if (x < 1.0) return std::log(std::tgamma(x + 1.0)) - std::log(x);
  if (x < stirling_from) return std::log(std::tgamma(x));
  return (x - 0.5) * std::log(x) - x + half_log_two_pi + stirling_series(x);
}

double digamma(double x) noexcept {
  if (!(x > 0.0)) return nan_value;
  double shift = 0.0;
  for (; x < stirling_from; x += 1.0) shift -= 1.0 / x;
  const double w = 1.0 / (x * x);
  const double series =
      w * (1.0 / 12 - w * (1.0 / 120 - w * (1.0 / 252 - w * (1.0 / 240 - w * (1.0 / 132 - w * (691.0 / 32760))))));
  return shift + std::log(x) - 0.5 / x - series;
}

double trigamma(double x) noexcept {
  if (!(x > 0.0)) return nan_value;
  double shift = 0.0;
  for (; x < stirling_from; x += 1.0) shift += 1.0 / (x * x);
  const double w = 1.0 / (x * x);
  const double series =
      w * (1.0 / 6 - w * (1.0 / 30 - w * (1.0 / 42 - w * (1.0 / 30 - w * (5.0 / 66 - w * (691.0 / 2730))))));
  return shift + (1.0 + 0.5 / x + series) / x;
}

double regularised_gamma_p(double a, double x) noexcept {
  if (outside_gamma_domain(a, x)) return nan_value;
  if (x == 0.0 || std::isinf(x)) return x == 0.0 ? 0.0 : 1.0;
  return small_side(a, x) ? gamma_p_by_series(a, x) : 1.0 - gamma_q_by_fraction(a, x);
}

double regularised_gamma_q(double a, double x) noexcept {
  if (outside_gamma_domain(a, x)) return nan_value;
  if (x == 0.0 || std::isinf(x)) return x == 0.0 ? 1.0 : 0.0;
  return small_side(a, x) ? 1.0 - gamma_p_by_series(a, x) : gamma_q_by_fraction(a, x);
}

double inverse_regularised_gamma_p(double a, double p) noexcept {
  if (outside_gamma_domain(a, p) || p > 1.0) return nan_value;
  if (p == 0.0 || p == 1.0) return p == 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
  return p <= 0.5 ? inverse_gamma(a, p, true) : inverse_gamma(a, 1.0 - p, false);
}

double inverse_regularised_gamma_q(double a, double q) noexcept {
  if (outside_gamma_domain(a, q) || q > 1.0) return nan_value;
  if (q == 0.0 || q == 1.0) return q == 1.0 ? 0.0 : std::numeric_limits<double>::infinity();
  return q <= 0.5 ? inverse_gamma(a, q, false) : inverse_gamma(a, 1.0 - q, true);
}

double regularised_beta(double a, double b, double x) noexcept {
  return outside_beta_domain(a, b, x) ? nan_value : beta_from_both(a, b, x, 1.0 - x);
}

double inverse_regularised_beta(double a, double b, double p) noexcept {
  if (outside_beta_domain(a, b, p)) return nan_value;
  if (p == 0.0 || p == 1.0) return p;
  if (p <= 0.5) {
    const double odds = inverse_beta_odds(a, b, p);
    return odds / (1.0 + odds);
  }
  return 1.0 / (1.0 + inverse_beta_odds(b, a, 1.0 - p));
}

}  // namespace plimsoll
