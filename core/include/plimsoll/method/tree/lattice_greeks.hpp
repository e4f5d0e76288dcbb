#pragma once

#include "plimsoll/method/greeks.hpp"

#include <optional>

namespace plimsoll {

/// Price and sensitivities on a lattice; with extrapolation, which a third lattice judges, how far the price may be
/// from the exact one.
struct LatticeGreeks {
  PricedGreeks priced;
  std::optional<double> error_estimate = std::nullopt;
};

}  // namespace plimsoll
