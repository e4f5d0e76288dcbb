#include "plimsoll/method/monte_carlo/co_moments.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

Estimate plain_estimate(const CoMoments& moments) noexcept {
  if (moments.count < 2.0) return {moments.mean_x, 0.0};
  return {moments.mean_x, std::sqrt(moments.xx / (moments.count - 1.0) / moments.count)};
}

Estimate controlled_estimate(const CoMoments& moments, double control_mean) noexcept {
  if (moments.count < 3.0 || !(moments.yy > 0.0)) return plain_estimate(moments);
  const double coefficient = moments.xy / moments.yy;
  const double residual = std::max(moments.xx - coefficient * moments.xy, 0.0);
  return {moments.mean_x - coefficient * (moments.mean_y - control_mean),
          std::sqrt(residual / (moments.count - 2.0) / moments.count)};
}

}  // namespace plimsoll
