#include "plimsoll/numerics/random_variates.hpp"

#include "plimsoll/numerics/special_functions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace plimsoll {

namespace {

double uniform_draw(RandomStream& stream) noexcept {
  double draw = 0.0;
  stream.fill_uniform(std::span<double>(&draw, 1));
  return draw;
}

double poisson_by_inversion(double mean, RandomStream& stream) noexcept {
  double left = uniform_draw(stream);
  double probability = std::exp(-mean);
  double count = 0.0;
  while (left > probability && count < 200.0) {
    left -= probability;
    count += 1.0;
    probability *= mean / count;
  }
  return count;
}

/// The weight of the next count over that of this one, in the Bessel law.
double rise(double n, double nu, double quarter) noexcept { return quarter / ((n + 1.0) * (n + 1.0 + nu)); }

}  // namespace

double gamma_draw(double shape, RandomStream& stream) noexcept {
  if (!(shape > 0.0)) return 0.0;
  if (shape < 1.0) {
    const double larger = gamma_draw(shape + 1.0, stream);
    return larger * std::exp(std::log(uniform_draw(stream)) / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    double x = 0.0;
    stream.fill_normal(std::span<double>(&x, 1));
    const double root = 1.0 + c * x;
    if (!(root > 0.0)) continue;
    const double v = root * root * root;
    if (std::log(uniform_draw(stream)) < 0.5 * x * x + d * (1.0 - v + std::log(v))) return d * v;
  }
}

double poisson_draw(double mean, RandomStream& stream) noexcept {
  if (!(mean > 0.0)) return 0.0;
  if (mean < 10.0) return poisson_by_inversion(mean, stream);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double squeeze = 0.9277 - 3.6224 / (b - 2.0);
  const double log_mean = std::log(mean);
  while (true) {
    std::array<double, 2> draws{};
    stream.fill_uniform(draws);
    const double u = draws[0] - 0.5;
    const double side = 0.5 - std::abs(u);
    const double count = std::floor((2.0 * a / side + b) * u + mean + 0.43);
    if (side >= 0.07 && draws[1] <= squeeze) return count;
    if (count < 0.0 || (side < 0.013 && draws[1] > side)) continue;
    if (std::log(draws[1] * inverse_alpha / (a / (side * side) + b)) <=
        count * log_mean - mean - log_gamma(count + 1.0))
      return count;
  }
}

double bessel_draw(double nu, double z, RandomStream& stream) noexcept {
  const double quarter = 0.25 * z * z;
  const double mode = std::max(std::floor(0.5 * (std::sqrt(z * z + nu * nu) - nu)), 0.0);
  constexpr double nothing = 1e-17;
  double above = 0.0;
  for (double n = mode, weight = 1.0; weight > nothing; n += 1.0) above += weight *= rise(n, nu, quarter);
  double below = 0.0;
  for (double n = mode, weight = 1.0; n > 0.0 && weight > nothing; n -= 1.0)
    below += weight /= rise(n - 1.0, nu, quarter);
  double left = uniform_draw(stream) * (1.0 + above + below) - 1.0;
  if (left <= 0.0) return mode;
  const bool is_above = left <= above;
  if (!is_above) left -= above;
  double n = mode;
  for (double weight = 1.0; left > 0.0 && weight > nothing && (is_above || n > 0.0);) {
    weight *= is_above ? rise(n, nu, quarter) : 1.0 / rise(n - 1.0, nu, quarter);
    n += is_above ? 1.0 : -1.0;
    left -= weight;
  }
  return n;
}

}  // namespace plimsoll
