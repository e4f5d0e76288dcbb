#pragma once

#include "plimsoll/base/result.hpp"

#include <cmath>

namespace plimsoll {

/// What an index did over a time: growth (last over first level) and realised volatility; and the rate at which a fund
/// borrows beyond its own money, or lends.
struct IndexPath {
  double growth = 1.0;
  double volatility = 0.0;
  double years = 1.0;
  double rate = 0.0;
};

/// Growth of a fund that is brought back to `leverage` times the index without a gap: the index's to that power, less
/// what the volatility costs. It is the limit of daily rebalancing, and depends on the path by its volatility alone.
/// Source: Avellaneda & Zhang (2010), Path-dependence of leveraged ETF returns, SIAM J. Financial Math. 1, 586-603,
/// eq. 10, without fees and lending charges.
/// Limits: refuses numbers that are not finite, a growth that is not above zero, and negative volatilities and years.
inline Result<double> leveraged_fund_growth(double leverage, const IndexPath& index) {
  const auto refuse = [](const char* field, double value, const char* allowed) {
    return Error{ErrorCode::invalid_value, field, text_of(value), allowed, "correct the input"};
  };
  if (!std::isfinite(leverage)) return refuse("leverage", leverage, "a finite number");
  if (!(index.growth > 0.0 && std::isfinite(index.growth)))
    return refuse("growth", index.growth, "a finite number above zero");
  if (!(index.volatility >= 0.0 && std::isfinite(index.volatility)))
    return refuse("volatility", index.volatility, "a finite number that is not negative");
  if (!(index.years >= 0.0 && std::isfinite(index.years)))
    return refuse("years", index.years, "a finite number that is not negative");
  if (!std::isfinite(index.rate)) return refuse("rate", index.rate, "a finite number");
  const double decay = 0.5 * leverage * (leverage - 1.0) * index.volatility * index.volatility;
  return std::exp(leverage * std::log(index.growth) + ((1.0 - leverage) * index.rate - decay) * index.years);
}

}  // namespace plimsoll
