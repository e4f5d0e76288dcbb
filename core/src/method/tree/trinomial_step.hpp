#pragma once

#include "plimsoll/model/black_scholes.hpp"

#include <array>

namespace plimsoll {

/// Probabilities of moves down, none and up by `move` in log spot that match the mean and the variance of the spot
/// after `years`.
/// Source: Boyle (1986), Option valuation using a three-jump process, eq. 8-10, without differences of numbers near
/// one.
template <Real R>
std::array<R, 3> trinomial_probabilities(const BlackScholes<R>& model, double years, const R& move) {
  const R drift = (model.rate - model.dividend_yield) * years;
  const R variance = model.volatility * model.volatility * years;
  const R mean = expm1(drift);                            // less one
  const R square = exp(drift) * expm1(drift + variance);  // mean of the square, less the mean
  const R up = exp(move);
  const R scale = expm1(move) * expm1(2.0 * move);
  const R rise = (up * square - mean) / scale;
  const R fall = up * up * (square - up * mean) / scale;
  return {fall, 1.0 - rise - fall, rise};
}

}  // namespace plimsoll
