#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/monte_carlo/simulation.hpp"
#include "plimsoll/numerics/brownian_bridge.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/sobol.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// Standard normal draws of paths; inside the simulation.
namespace plimsoll {

/// Scrambled Sobol points as draws of paths: the first coordinates settle the ends of the Brownian paths.
class SobolDraws {
 public:
  /// Refuses more than 2,560 draws a path and times that do not rise.
  static Result<SobolDraws> of(std::uint64_t seed, std::span<const double> times, std::size_t factors);

  /// Writes the draws of `count` points from number `first` on, under one scrambling, one path after the other.
  void fill(std::size_t scrambling, std::uint64_t first, std::size_t count, std::vector<double>& normals) const;

 private:
  SobolDraws(std::vector<Sobol> points, BrownianBridge bridge, std::size_t factors)
      : points_(std::move(points)), bridge_(std::move(bridge)), factors_(factors) {}

  std::vector<Sobol> points_;  // one for each scrambling
  BrownianBridge bridge_;
  std::size_t factors_;
};

}  // namespace plimsoll
