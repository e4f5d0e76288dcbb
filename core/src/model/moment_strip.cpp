#include "plimsoll/model/cumulant.hpp"

#include <cmath>

namespace plimsoll {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The time at which the moment of order s becomes infinite.
double explosion_time(const Heston<double>& model, double s) {
  const double sigma = model.volatility_of_variance;
  const double beta = model.mean_reversion - model.correlation * sigma * s;
  const double square = beta * beta - sigma * sigma * s * (s - 1.0);
  const double d = std::sqrt(std::abs(square));
  if (square < 0.0) return 2.0 * std::atan2(d, -beta) / d;
  if (!(beta < 0.0) || d >= -beta) return infinity;
  return d > 0.0 ? 2.0 * std::atanh(d / -beta) / d : 2.0 / -beta;
}

/// The order beyond 0 or 1, in the direction of `step`, from which on moments are infinite at `years`; from inside.
double critical_moment(const Heston<double>& model, double years, double start, double step) {
  constexpr double largest = 1e8;
  double inside = start;
  double outside = start + step;
  while (explosion_time(model, outside) > years) {
    inside = outside;
    step *= 2.0;
    outside = start + step;
    if (std::abs(outside) > largest) return std::copysign(infinity, step);
  }
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (inside + outside);
    (explosion_time(model, middle) > years ? inside : outside) = middle;
  }
  return inside;
}

}  // namespace

MomentStrip moment_strip(const BlackScholes<double>& /*model*/, double /*years*/) { return {}; }
MomentStrip moment_strip(const Merton<double>& /*model*/, double /*years*/) { return {}; }

MomentStrip moment_strip(const Heston<double>& model, double years) {
  if (model.volatility_of_variance == 0.0 || !(years > 0.0)) return {};
  return {critical_moment(model, years, 0.0, -1.0 / 64.0), critical_moment(model, years, 1.0, 1.0 / 64.0)};
}

MomentStrip moment_strip(const Bates<double>& model, double years) {
  return moment_strip(Heston<double>{model.spot, model.rate, model.dividend_yield, model.variance, model.mean_reversion,
                                     model.long_variance, model.volatility_of_variance, model.correlation},
                      years);
}

MomentStrip moment_strip(const VarianceGamma<double>& model, double /*years*/) {
  // The roots of 1 - rate (drift s + square s^2) by the forms that do not subtract.
  const double drift = model.variance_rate * model.drift;
  const double square = 0.5 * model.variance_rate * model.volatility * model.volatility;
  const double root = std::sqrt(drift * drift + 4.0 * square);
  return {-2.0 / (root - drift), 2.0 / (root + drift)};
}

}  // namespace plimsoll
