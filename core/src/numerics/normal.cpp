#include "plimsoll/numerics/normal.hpp"

#include <cmath>

namespace plimsoll {

double log_normal_cdf(double x) noexcept {
  if (x > -30.0) return x > -0.5 ? std::log1p(-normal_cdf(-x)) : std::log(normal_cdf(x));
  // The asymptotic series of Mills' ratio; at 30 its seventh term is 3e-17. Source: Abramowitz & Stegun 26.2.12.
  constexpr double half_log_two_pi = 0.9189385332046728;
  const double w = 1.0 / (x * x);
  const double series =
      1.0 - w * (1.0 - 3.0 * w * (1.0 - 5.0 * w * (1.0 - 7.0 * w * (1.0 - 9.0 * w * (1.0 - 11.0 * w)))));
  return -0.5 * x * x - half_log_two_pi - std::log(-x) + std::log(series);
}

}  // namespace plimsoll
