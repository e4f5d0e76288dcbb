#include "plimsoll/model/heston_exact.hpp"

#include "plimsoll/numerics/random_variates.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace plimsoll {

HestonExact::HestonExact(const Heston<double>& model, double step)
    : model_(model), step_(step), decay_(std::exp(-model.mean_reversion * step)) {
  const double variance = model.volatility_of_variance * model.volatility_of_variance;
  const double reversion = model.mean_reversion;
  // (1 - exp(-k t)) / k and k / sinh(k t / 2), which have limits without mean reversion.
  const double kt = reversion * step;
  const double elapsed = kt > 0.0 ? -std::expm1(-kt) / reversion : step;
  scale_ = 0.25 * variance * elapsed;
  half_freedom_ = 2.0 * reversion * model.long_variance / variance;
  bessel_ = kt > 0.0 ? 2.0 * reversion / (variance * std::sinh(0.5 * kt)) : 4.0 / (variance * step);
  const double four_pi_square = 4.0 * std::numbers::pi * std::numbers::pi;
  const auto rate = [&](double n) {
    return 4.0 * four_pi_square * n * n / (variance * step * (kt * kt + four_pi_square * n * n));
  };
  const auto width = [&](double n) { return 2.0 * variance * step * step / (kt * kt + four_pi_square * n * n); };
  for (std::size_t n = 0; n < terms; ++n) {
    rates_[n] = rate(static_cast<double>(n + 1));
    widths_[n] = width(static_cast<double>(n + 1));
  }
  // Moments of the rest: a sum, and its integral from where it is a power of n to 1e-12.
  const double last = std::max(4000.0, 10.0 * kt);
  for (double n = static_cast<double>(terms + 1); n <= last; n += 1.0) {
    tail_rate_mean_ += rate(n) * width(n);
    tail_rate_variance_ += 2.0 * rate(n) * width(n) * width(n);
    tail_shape_mean_ += width(n);
    tail_shape_variance_ += width(n) * width(n);
  }
  const double from = std::floor(last) + 0.5;
  tail_rate_mean_ += rate(from) * width(from) * from;
  tail_shape_mean_ += width(from) * from;
}

double HestonExact::integrated_variance(double from, double to, RandomStream& stream) const noexcept {
  const double ends = from + to;
  const double paired = bessel_draw(half_freedom_ - 1.0, bessel_ * std::sqrt(from * to), stream);
  const double shape = half_freedom_ + 2.0 * paired;
  double integral = 0.0;
  for (std::size_t n = 0; n < terms; ++n)
    integral += widths_[n] * gamma_draw(poisson_draw(ends * rates_[n], stream) + shape, stream);
  const double mean = ends * tail_rate_mean_ + shape * tail_shape_mean_;
  const double variance = ends * tail_rate_variance_ + shape * tail_shape_variance_;
  if (!(variance > 0.0)) return integral + mean;
  return integral + gamma_draw(mean * mean / variance, stream) * variance / mean;
}

HestonState<double> HestonExact::advance(const HestonState<double>& from, RandomStream& stream) const noexcept {
  const Heston<double>& m = model_;
  const double jumps = poisson_draw(0.5 * from.variance * decay_ / scale_, stream);
  const double variance = 2.0 * scale_ * gamma_draw(half_freedom_ + jumps, stream);
  const double integral = integrated_variance(from.variance, variance, stream);
  double normal = 0.0;
  stream.fill_normal(std::span<double>(&normal, 1));
  const double driven =
      (variance - from.variance - m.mean_reversion * (m.long_variance * step_ - integral)) / m.volatility_of_variance;
  return {from.log_spot + (m.rate - m.dividend_yield) * step_ - 0.5 * integral + m.correlation * driven +
              std::sqrt((1.0 - m.correlation * m.correlation) * integral) * normal,
          variance};
}

}  // namespace plimsoll
