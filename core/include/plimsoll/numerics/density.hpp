#pragma once

namespace plimsoll {

/// Total variance at a log-strike over the forward and its first two derivatives by it.
struct VarianceJet {
  double value = 0.0;
  double slope = 0.0;
  double bend = 0.0;
};

/// The density that a smile implies, over the normal one of the same total variance at the same place: negative where a
/// butterfly has a negative price.
/// Source: Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, Quant. Finance 14, 59-71, eq. 2.1.
/// Limits: total variance above zero.
constexpr double density_ratio(double log_strike, const VarianceJet& variance) noexcept {
  const double tilt = 1.0 - 0.5 * log_strike * variance.slope / variance.value;
  return tilt * tilt - 0.25 * variance.slope * variance.slope * (1.0 / variance.value + 0.25) + 0.5 * variance.bend;
}

}  // namespace plimsoll
