#pragma once

#include "plimsoll/method/vanilla.hpp"

namespace plimsoll {

/// Prices between which every model without arbitrage must stay.
struct PriceBounds {
  double low = 0.0;
  double high = 0.0;
};

/// Bounds of an option's price that follow from its payoff, the rate, the yield and the dividends alone.
/// Source: Merton (1973), Theory of rational option pricing, sec. 2 and 4.
/// Limits: with cash dividends a put's lower bound takes the spot without its dividends (the spot stops at zero, so the
/// forward is at least the one that they leave), which is the weaker one.
PriceBounds no_arbitrage_bounds(const VanillaCase& option) noexcept;

}  // namespace plimsoll
