#pragma once

#include "plimsoll/model/heston.hpp"
#include "plimsoll/model/heston_quadratic_exponential.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <array>
#include <cstddef>

namespace plimsoll {

/// Steps of one length without bias of discretisation: the variance by its non-central chi-squared law, its integral
/// between the two ends by a series of gamma variables, then a normal log spot.
/// Source: Broadie & Kaya (2006), Exact simulation of stochastic volatility and other affine jump diffusion processes,
/// Operations Research 54, 217-231; Glasserman & Kim (2011), Gamma expansion of the Heston stochastic volatility model,
/// Finance and Stochastics 15, 267-296, thm 2.2 and sec. 3 (the tail of the series as one gamma variable).
/// Accuracy: mean and variance of the integral are exact; what the tail misses in the third moment is below 1e-5 of it.
/// Limits: volatility of variance above zero; about two microseconds a step.
class HestonExact {
 public:
  HestonExact(const Heston<double>& model, double step);

  [[nodiscard]] HestonState<double> advance(const HestonState<double>& from, RandomStream& stream) const noexcept;

  /// The integral of the variance over the step, given both ends.
  [[nodiscard]] double integrated_variance(double from, double to, RandomStream& stream) const noexcept;

 private:
  static constexpr std::size_t terms = 12;

  Heston<double> model_;
  double step_;
  double decay_;
  double scale_;                        // of the chi-squared law
  double half_freedom_;                 // of it
  double bessel_;                       // its argument over the root of both ends
  std::array<double, terms> rates_{};   // lambda of the series, for a variance of one
  std::array<double, terms> widths_{};  // one over gamma
  double tail_rate_mean_ = 0.0;
  double tail_rate_variance_ = 0.0;
  double tail_shape_mean_ = 0.0;
  double tail_shape_variance_ = 0.0;
};

}  // namespace plimsoll
