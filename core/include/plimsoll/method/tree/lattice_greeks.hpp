#pragma once

#include "plimsoll/method/greeks.hpp"

#include <optional>

namespace plimsoll {

/// Price and sensitivities on a lattice. The error estimate is how far the extrapolation moved the price: the error of
/// the finer lattice, which is that of the result or more where the order holds.
struct LatticeGreeks {
  PricedGreeks priced;
  std::optional<double> error_estimate = std::nullopt;
};

}  // namespace plimsoll
