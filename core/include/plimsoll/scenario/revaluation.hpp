#pragma once

#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/product/trade.hpp"
#include "plimsoll/valuation/value.hpp"

#include <span>
#include <vector>

namespace plimsoll {

/// A position after a change of the market: the price of one unit of the underlying's contract, and the profit of the
/// whole position seen from its account, rounded half-up to the cent, so that profits of parts add up to those of
/// wholes exactly.
struct ShockedPosition {
  double price = 0.0;
  Money profit;

  friend bool operator==(const ShockedPosition&, const ShockedPosition&) = default;
};

/// A book before and after: prices by trade, then positions by snapshot and trade. A trade that has no price on either
/// side is refused there with the reason, and stands beside the others.
struct Revaluation {
  std::vector<Result<double>> before;
  std::vector<std::vector<Result<ShockedPosition>>> after;
};

/// Values every trade in full before and after each change of the market, by the same method through the door, or by
/// the best that the door has for what the method does not value. The results have the same bits for any number of
/// threads.
Revaluation revalue(std::span<const Trade> trades, const Snapshot& before, std::span<const Snapshot> after,
                    const Method& method, int threads);

}  // namespace plimsoll
