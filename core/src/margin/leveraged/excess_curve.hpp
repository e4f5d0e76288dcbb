#pragma once

#include "plimsoll/margin/leveraged/perpetual.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll::margin {

/// What a pool has beyond its requirement as a function of the coordinate of one contract: linear equity less a
/// bracketed requirement for each size. Brackets that ascend in rate make it concave, so that it has at most one root
/// on each side.
struct ExcessCurve {
  double constant = 0.0;
  double slope = 0.0;
  std::vector<double> sizes;  ///< positive; a position's notional is its size times the coordinate's size
  std::span<const MaintenanceTier> tiers;
  double low = -std::numeric_limits<double>::infinity();  ///< open ends of the coordinate
  double high = std::numeric_limits<double>::infinity();
};

/// Where the excess turns from below to above zero, and where it turns back.
struct ExcessRoots {
  std::optional<double> rises;
  std::optional<double> falls;
};

ExcessRoots roots(const ExcessCurve& curve);

}  // namespace plimsoll::margin
