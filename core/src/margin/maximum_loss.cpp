#include "plimsoll/margin/maximum_loss.hpp"

#include <algorithm>

namespace plimsoll::margin {

MaximumLoss maximum_loss(std::span<const PayoffLeg> legs) noexcept {
  MaximumLoss worst;
  for (const PayoffLeg& node : legs) {
    double value = 0.0;
    for (const PayoffLeg& leg : legs) value += leg.units * std::max(0.0, sign(leg.type) * (node.strike - leg.strike));
    if (-value > worst.loss) worst = {-value, node.strike};
  }
  return worst;
}

}  // namespace plimsoll::margin
