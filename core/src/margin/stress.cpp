#include "plimsoll/margin/stress.hpp"

#include "mark_sheet.hpp"
#include "plimsoll/base/parallel.hpp"

#include <utility>

namespace plimsoll::margin {

namespace {

Prices prices_of(const std::vector<Result<ShockedPosition>>& positions) {
  Prices prices;
  prices.reserve(positions.size());
  for (const auto& position : positions)
    prices.push_back(position ? Result<double>(position->price) : Result<double>(position.error()));
  return prices;
}

}  // namespace

StressRun stress(const StressBook& book, const Snapshot& before, std::span<const Snapshot> after, const Method& method,
                 const MarginSettings& settings, int threads) {
  StressRun run{revalue(book.trades, before, after, method, threads), {}, {}};
  std::vector<Snapshot> markets{before};
  markets.insert(markets.end(), after.begin(), after.end());
  std::vector<Prices> prices{run.positions.before};
  for (const auto& positions : run.positions.after) prices.push_back(prices_of(positions));

  const MarkSheet sheet(book.trades);
  const std::size_t count = book.accounts.size();
  std::vector<std::vector<Result<StressedMargin>>> margins(markets.size(),
                                                           std::vector<Result<StressedMargin>>(count, Error{}));
  parallel_blocks(count * markets.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t s = i / count;
      margins[s][i % count] = stressed_margin(book.accounts[i % count], markets[s], sheet, prices[s], settings);
    }
  });
  run.before = std::move(margins.front());
  margins.erase(margins.begin());
  run.after = std::move(margins);
  return run;
}

}  // namespace plimsoll::margin
