#pragma once

#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/payout.hpp"

#include <cmath>

// The path of a spot that nothing moves: without volatility it grows at its carry, without time it stays.
namespace plimsoll {

/// The spot after `years`.
template <Real R>
R certain_spot(const BlackScholes<R>& model, const R& years) {
  return model.spot * exp((model.rate - model.dividend_yield) * years);
}

/// Whether the path, which is monotone, ends at the level or beyond it.
inline bool reaches(const BlackScholes<double>& model, double years, BarrierSide direction, double level) {
  const double last = certain_spot(model, years);
  return direction == BarrierSide::down ? last <= level : last >= level;
}

/// Whether today's spot lies at the level or beyond it.
inline bool touches(double spot, BarrierSide direction, double level) {
  return direction == BarrierSide::down ? spot <= level : spot >= level;
}

/// When the path reaches the level, in years.
template <Real R>
R time_of_hit(const BlackScholes<R>& model, double level) {
  return (std::log(level) - log(model.spot)) / (model.rate - model.dividend_yield);
}

}  // namespace plimsoll
