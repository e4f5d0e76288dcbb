#pragma once

#include "plimsoll/model/heston.hpp"
#include "plimsoll/real/real.hpp"

#include <cmath>

namespace plimsoll {

/// Spot and variance at one moment of a path.
template <Real R>
struct HestonState {
  R log_spot;
  R variance;
};

/// Steps of equal length by the quadratic-exponential scheme with the martingale correction: the mean and the variance
/// of the variance are exact, and so is the mean of the spot where the correction exists.
/// Source: Andersen (2008), Simple and efficient simulation of the Heston stochastic volatility model, J. Computational
/// Finance 11(3), sec. 3.2.4, 4.2 and 4.3 (QE-M, the switch at 1.5, central weights).
/// Accuracy: weak error of about the square of the step; see docs/models/heston-simulation.md.
/// Limits: mean reversion and volatility of variance above zero. Where the correction does not exist (large steps with
/// a positive correlation) it is left out.
template <Real R>
class QuadraticExponential {
 public:
  QuadraticExponential(const Heston<R>& m, double step)
      : decay_(exp(-step * m.mean_reversion)),
        reached_(m.long_variance * (1.0 - decay_)),
        spread_of_now_(m.volatility_of_variance * m.volatility_of_variance * decay_ * (1.0 - decay_) /
                       m.mean_reversion),
        spread_of_mean_(m.long_variance * m.volatility_of_variance * m.volatility_of_variance * (1.0 - decay_) *
                        (1.0 - decay_) / (2.0 * m.mean_reversion)),
        drift_((m.rate - m.dividend_yield) * step),
        noise_(0.5 * step * (1.0 - m.correlation * m.correlation)) {
    const R ratio = m.correlation / m.volatility_of_variance;
    const R half = 0.5 * step * (m.mean_reversion * ratio - 0.5);
    uncorrected_ = -1.0 * ratio * m.mean_reversion * m.long_variance * step;
    now_ = half - ratio;
    next_ = half + ratio;
  }

  /// The state after one step, from two independent normal draws.
  HestonState<R> advance(const HestonState<R>& from, const Passive<R>& for_variance, const Passive<R>& for_spot) const {
    const R mean = reached_ + from.variance * decay_;
    const R ratio = max(R((from.variance * spread_of_now_ + spread_of_mean_) / (mean * mean)), R{1e-12});
    const R load = next_ + 0.5 * noise_;
    // Quadratic: a (b + Z)^2.
    const auto quadratic = ratio < switch_at;
    const R two_over = select(quadratic, R(2.0 / ratio), R{4.0});
    const R b_square = two_over - 1.0 + sqrt(two_over) * sqrt(two_over - 1.0);
    const R a = mean / (1.0 + b_square);
    const R root = sqrt(b_square) + for_variance;
    const R shrunk = 1.0 - 2.0 * load * a;
    const R safe_shrunk = max(shrunk, R{1e-8});
    const R quadratic_mean = load * b_square * a / safe_shrunk - 0.5 * log(safe_shrunk);
    // Exponential: zero with probability p, else exponential.
    const R p = select(quadratic, R{0.5}, R((ratio - 1.0) / (ratio + 1.0)));
    const R beta = (1.0 - p) / mean;
    const Passive<R> above = normal_cdf(-for_variance);  // 1 - U
    const R jump = select(1.0 - p > above, R(log((1.0 - p) / above) / beta), R{0.0});
    const R safe_gap = max(R(beta - load), R(1e-8 * beta));
    const R exponential_mean = log(p + beta * (1.0 - p) / safe_gap);
    const R variance = select(quadratic, R(a * root * root), jump);
    const R log_mean = select(quadratic, quadratic_mean, exponential_mean);
    const R corrected = -1.0 * log_mean - (now_ + 0.5 * noise_) * from.variance;
    const auto exists = select(quadratic, shrunk, R(beta - load)) > select(quadratic, R{1e-6}, R(1e-6 * beta));
    const R constant = select(exists, corrected, uncorrected_);
    return {from.log_spot + drift_ + constant + now_ * from.variance + next_ * variance +
                sqrt(max(R(noise_ * (from.variance + variance)), R{0.0})) * for_spot,
            variance};
  }

 private:
  static constexpr double switch_at = 1.5;
  R decay_, reached_, spread_of_now_, spread_of_mean_, drift_;
  R uncorrected_{0.0};
  R now_{0.0};
  R next_{0.0};
  R noise_{0.0};
};

}  // namespace plimsoll
