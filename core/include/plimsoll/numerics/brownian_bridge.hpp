#pragma once

#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace plimsoll {

/// A Brownian motion on given times, built from the far end inwards: the first draw settles its last value, each
/// further one the middle of what is still the widest gap. So the first coordinates of a point of low discrepancy carry
/// most of the path. Source: Moskowitz & Caflisch (1996), Smoothness and dimension reduction in quasi-Monte Carlo
/// methods; Glasserman (2003), sec. 3.1.
class BrownianBridge {
 public:
  /// Refuses no times, and times that do not rise from above zero.
  static Result<BrownianBridge> on(std::span<const double> times);

  [[nodiscard]] std::size_t size() const noexcept { return steps_.size(); }

  /// Writes the motion at each time, from as many standard normal draws.
  void build(std::span<const double> normals, std::span<double> path) const noexcept;

  /// The same as increments over the square root of each step: standard normal draws in the order of time, as a path
  /// of independent steps takes them.
  void build_increments(std::span<const double> normals, std::span<double> increments) const noexcept;

 private:
  /// One point of the motion, between two that are settled; `left` is one more than its place, zero for the start.
  struct Step {
    std::size_t place = 0;
    std::size_t left = 0;
    std::size_t right = 0;
    double left_weight = 0.0;
    double right_weight = 0.0;
    double deviation = 0.0;
  };

  BrownianBridge(std::vector<Step> steps, std::vector<double> roots) noexcept
      : steps_(std::move(steps)), step_roots_(std::move(roots)) {}

  std::vector<Step> steps_;
  std::vector<double> step_roots_;  // of the time from one point to the next
};

}  // namespace plimsoll
