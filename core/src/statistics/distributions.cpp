#include "plimsoll/statistics/distributions.hpp"

#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/special_functions.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace plimsoll {
namespace {

/// Half the probability of staying within +-t, with full relative accuracy near zero.
double central_half(double t, double nu) noexcept {
  return 0.5 * regularised_beta(0.5, 0.5 * nu, t * t / (nu + t * t));
}

/// Probability beyond t > 0, with full relative accuracy far out.
double tail_half(double t, double nu) noexcept { return 0.5 * regularised_beta(0.5 * nu, 0.5, nu / (nu + t * t)); }

/// First guess of the quantile's size for a two-sided tail. Source: Hill (1970), Algorithm 396.
double hill_quantile(double two_sided, double n) noexcept {
  const double a = 1.0 / (n - 0.5);
  const double b = 48.0 / (a * a);
  double c = ((20700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
  const double d = ((94.5 / (b + c) - 3.0) / b + 1.0) * std::sqrt(0.5 * a * std::numbers::pi) * n;
  double y = std::pow(d * two_sided, 2.0 / n);
  if (y <= 0.05 + a) {
    y = ((1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0) + 0.5 / (n + 4.0)) * y - 1.0) *
            (n + 1.0) / (n + 2.0) +
        1.0 / y;
    return std::sqrt(n * y);
  }
  const double x = normal_quantile(0.5 * two_sided);
  y = x * x;
  if (n < 5.0) c += 0.3 * (n - 4.5) * (x + 0.6);
  c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b;
  y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x;
  return std::sqrt(n * std::expm1(a * y * y));
}

/// Size of the quantile for a probability below one half: Halley steps on whichever of tail and centre is accurate.
double lower_quantile_size(double probability, double nu) noexcept {
  const double two_sided = 2.0 * probability;
  double t = hill_quantile(two_sided, nu);
  for (int i = 0; i < 12; ++i) {
    const double excess =
        probability < 0.25 ? probability - tail_half(t, nu) : central_half(t, nu) - (0.5 - probability);
    const double newton = excess / student_t_density(t, nu);
    const double step = newton / (1.0 + 0.5 * newton * (nu + 1.0) * t / (nu + t * t));
    t = std::max(t - step, 0.1 * t);
    if (std::abs(step) <= 1e-9 * t) break;  // the next step, cubic in this one, is below rounding
  }
  return t;
}

}  // namespace

double normal_probability(double x) noexcept { return normal_cdf(x); }

double chi_square_tail(double statistic, double degrees_of_freedom) noexcept {
  if (statistic <= 0.0) return 1.0;
  return regularised_gamma_q(0.5 * degrees_of_freedom, 0.5 * statistic);
}

double student_t_probability(double t, double degrees_of_freedom) noexcept {
  const double nu = degrees_of_freedom;
  if (t * t < nu) return 0.5 + std::copysign(central_half(t, nu), t);
  return t > 0.0 ? 1.0 - tail_half(t, nu) : tail_half(t, nu);
}

double student_t_density(double t, double degrees_of_freedom) noexcept {
  const double nu = degrees_of_freedom;
  return std::exp(log_gamma(0.5 * (nu + 1.0)) - log_gamma(0.5 * nu) - 0.5 * std::log(nu * std::numbers::pi) -
                  0.5 * (nu + 1.0) * std::log1p(t * t / nu));
}

double student_t_quantile(double probability, double degrees_of_freedom) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (probability == 0.0) return -infinity;
  if (probability == 1.0) return infinity;
  if (probability == 0.5) return 0.0;
  return probability < 0.5 ? -lower_quantile_size(probability, degrees_of_freedom)
                           : lower_quantile_size(1.0 - probability, degrees_of_freedom);
}

double binomial_probability(std::int64_t successes, std::int64_t trials, double probability) noexcept {
  if (successes < 0) return 0.0;
  if (successes >= trials) return 1.0;
  return regularised_beta(static_cast<double>(trials - successes), static_cast<double>(successes + 1),
                          1.0 - probability);
}

double binomial_tail(std::int64_t successes, std::int64_t trials, double probability) noexcept {
  if (successes <= 0) return 1.0;
  if (successes > trials) return 0.0;
  return regularised_beta(static_cast<double>(successes), static_cast<double>(trials - successes + 1), probability);
}

double jeffreys_p_value(std::int64_t events, std::int64_t trials, double rate) noexcept {
  return regularised_beta(static_cast<double>(events) + 0.5, static_cast<double>(trials - events) + 0.5, rate);
}

}  // namespace plimsoll
