#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/account.hpp"
#include "plimsoll/margin/stress.hpp"
#include "plimsoll/product/trade.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::margin {

using Prices = std::vector<Result<double>>;

/// Where the price of each trade stands, so that holdings can be marked by their trade ids.
class MarkSheet {
 public:
  explicit MarkSheet(std::span<const Trade> trades);

  /// The account at these prices, one for each trade; refuses it for the first position that has none.
  [[nodiscard]] Result<Account> marked(Account account, const Prices& prices) const;

  /// The trades of an account, in the order of its holdings; refuses a holding that no trade stands for.
  [[nodiscard]] Result<std::vector<Trade>> trades_of(const Account& account, std::span<const Trade> trades) const;

 private:
  [[nodiscard]] Result<std::size_t> place(const std::string& trade_id) const;
  std::map<std::string, std::size_t, std::less<>> places_;
};

/// The spots of a snapshot in place of those of the view; what the snapshot lacks stays.
MarketView at_spots_of(MarketView market, const Snapshot& snapshot);

/// The margin of an account in the snapshot, marked at these prices.
Result<StressedMargin> stressed_margin(const Account& account, const Snapshot& snapshot, const MarkSheet& sheet,
                                       const Prices& prices, const MarginSettings& settings);

}  // namespace plimsoll::margin
