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
  constexpr auto yields = UnfitMethod::yields_to_best;
  auto at_rest = price_book(trades, std::span(&before, 1), method, threads, CrossedBarrier::is_refused, yields);
  const auto prices = price_book(trades, after, method, threads, CrossedBarrier::is_knocked, yields);
  Revaluation found{std::move(at_rest.front()), {}};
  for (const auto& shocked : prices) {
    std::vector<Result<ShockedPosition>> row;
    row.reserve(trades.size());
    for (std::size_t i = 0; i < trades.size(); ++i)
      row.push_back(shocked_position(trades[i], found.before[i], shocked[i]));
    found.after.push_back(std::move(row));
  }
  return found;
}

}  // namespace plimsoll
