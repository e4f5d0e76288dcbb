#pragma once

#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/method/monte_carlo/result.hpp"
#include "plimsoll/method/path_kernels.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/real/real.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace plimsoll {

/// What one lane of paths says of the price and of each sensitivity.
template <class Lane>
struct PathSample {
  Lane price, delta, gamma, vega, theta, rho;
};

/// Likelihood-ratio weight that turns a path's delta into its gamma. The delta of a path is its payoff's slope times
/// path / spot: the path is moved through the density of its first step, the 1 / spot directly, and no kink is
/// differentiated.
/// Source: Glasserman (2003), sec. 7.3.3 (mixed estimators; European gamma, pathwise then likelihood ratio).
/// Limits: its variance grows as 1 / first step; spot, volatility and first step above zero.
template <class Lane>
Lane gamma_weight(const BlackScholes<double>& model, double first_step, const Lane& first_normal) noexcept {
  return (first_normal / (model.volatility * std::sqrt(first_step)) - 1.0) / model.spot;
}

/// The parameters of a model as independent variables on a tape of its own, with the time since valuation among them.
template <class Lane>
class RecordedModel {
 public:
  using R = Adjoint<Lane>;

  explicit RecordedModel(const BlackScholes<double>& model)
      : parameters_{R::leaf(tape_, Lane{model.spot}), R::leaf(tape_, Lane{model.rate}),
                    R::leaf(tape_, Lane{model.dividend_yield}), R::leaf(tape_, Lane{model.volatility})},
        elapsed_(R::leaf(tape_, Lane{0.0})),
        leaves_(tape_.mark()) {}

  const BlackScholes<R>& parameters() const noexcept { return parameters_; }
  const R& elapsed() const noexcept { return elapsed_; }

  /// What the value, just recorded, says of every measure. The recording is dropped.
  PathSample<Lane> differentiate(const R& value, const Lane& weight) noexcept {
    sweep(tape_, value, leaves_);
    const Lane delta = parameters_.spot.adjoint();
    const PathSample<Lane> sample{value.value(),      delta,
                                  delta * weight,     parameters_.volatility.adjoint(),
                                  elapsed_.adjoint(), parameters_.rate.adjoint()};
    tape_.rewind(leaves_);
    tape_.clear_adjoints();
    return sample;
  }

 private:
  Tape<Lane> tape_;
  BlackScholes<R> parameters_;
  R elapsed_;
  typename Tape<Lane>::Mark leaves_;
};

/// Moments of the price and of each sensitivity, paired with those of a control.
class BlockSums {
 public:
  /// Adds the first `paths` paths of a lane.
  template <class Lane>
  void add(const PathSample<Lane>& sample, const PathSample<Lane>& control, std::size_t paths) noexcept {
    for (std::size_t k = 0; k < paths; ++k) {
      const auto pair = [k](CoMoments& moments, const Lane& x, const Lane& y) {
        moments.add(lane_value(x, k), lane_value(y, k));
      };
      pair(measures_[0], sample.price, control.price);
      pair(measures_[1], sample.delta, control.delta);
      pair(measures_[2], sample.gamma, control.gamma);
      pair(measures_[3], sample.vega, control.vega);
      pair(measures_[4], sample.theta, control.theta);
      pair(measures_[5], sample.rho, control.rho);
    }
  }

  /// Adds a block of paths that a kernel summed up: the mean and the squared deviations of each measure.
  void add_block(double paths, const double (&mean)[6], const double (&squares)[6]) noexcept {
    for (std::size_t i = 0; i < measures_.size(); ++i)
      measures_[i].merge({.count = paths, .mean_x = mean[i], .xx = squares[i]});
  }

  /// Adds a block of paths that a kernel summed up together with their controls.
  void add_block(double paths, const plimsoll_kernels::PairedMoments& block) noexcept {
    for (std::size_t i = 0; i < measures_.size(); ++i)
      measures_[i].merge({paths, block.mean_x[i], block.mean_y[i], block.xx[i], block.xy[i], block.yy[i]});
  }

  void merge(const BlockSums& other) noexcept;

  /// The plain means.
  [[nodiscard]] MonteCarloResult result() const noexcept;

  /// The means corrected by a control whose exact values are known.
  [[nodiscard]] MonteCarloResult result(const PricedGreeks& control) const noexcept;

 private:
  std::array<CoMoments, 6> measures_;
};

}  // namespace plimsoll
