#pragma once

#include "plimsoll/method/best_held.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

// How today's price and sensitivities are read off a lattice; inside the method floor.
namespace plimsoll {

/// Nodes of today needed beside the spot: two on each side for the sensitivities, and enough that the spot less all
/// dividends still falls inside.
inline std::size_t lattice_head(const VanillaCase& option, double log_spacing, Measures measures) noexcept {
  constexpr double most_nodes = 16384.0;
  constexpr double largest_fall = 0.98;
  double fall = 0.0;
  for (const TimedDividend& dividend : option.dividends)
    if (dividend.years > 0.0 && dividend.years <= option.years) fall += dividend.amount;
  if (!(fall > 0.0)) return measures == Measures::with_greeks ? 4 : 0;
  const double reach = -std::log1p(-std::min(fall / option.model.spot, largest_fall)) / log_spacing;
  const double nodes =
      reach < most_nodes ? std::ceil(reach) : most_nodes;  // also where steps without width reach nowhere
  return 2 * static_cast<std::size_t>(nodes) + 4;
}

/// Today's price and its first two derivatives from five nodes equally spaced in log spot, the third of which is `v`.
inline SpotPrice read_nodes(const double* v, double spot, double spacing) noexcept {
  const double first = (v[-2] - 8.0 * v[-1] + 8.0 * v[1] - v[2]) / (12.0 * spacing);
  const double second = (-v[-2] + 16.0 * v[-1] - 30.0 * v[0] + 16.0 * v[1] - v[2]) / (12.0 * spacing * spacing);
  return {v[0], first / spot, (second - first) / (spot * spot)};
}

/// The finer of two values without its leading error of the given order in 1/steps.
inline double extrapolate(double coarse, double fine, double step_ratio, int order) noexcept {
  const double factor = order == 2 ? step_ratio * step_ratio : step_ratio;
  return fine + (fine - coarse) / (factor - 1.0);
}

}  // namespace plimsoll
