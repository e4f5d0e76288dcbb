#include "plimsoll/scenario/revaluation.hpp"

#include "plimsoll/valuation/value.hpp"

#include <utility>

namespace plimsoll {

namespace {

Result<ShockedPosition> shocked_position(const Trade& trade, const Result<double>& before,
                                         const Result<double>& after) {
  if (!before) return before.error();
  if (!after) return after.error();
  const auto profit = Money::round_half_up((*after - *before) * trade.quantity * trade.multiplier);
  if (!profit) return profit.error();
  return ShockedPosition{*after, *profit};
}

}  // namespace

Revaluation revalue(std::span<const Trade> trades, const Snapshot& before, std::span<const Snapshot> after,
                    const Method& method, int threads) {
  std::vector<Snapshot> markets{before};
  markets.insert(markets.end(), after.begin(), after.end());
  auto prices = price_book(trades, markets, method, threads);
  Revaluation found{std::move(prices.front()), {}};
  for (std::size_t s = 1; s < prices.size(); ++s) {
    std::vector<Result<ShockedPosition>> row;
    row.reserve(trades.size());
    for (std::size_t i = 0; i < trades.size(); ++i)
      row.push_back(shocked_position(trades[i], found.before[i], prices[s][i]));
    found.after.push_back(std::move(row));
  }
  return found;
}

}  // namespace plimsoll
