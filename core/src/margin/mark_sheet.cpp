#include "mark_sheet.hpp"

#include <algorithm>
#include <optional>

namespace plimsoll::margin {

MarkSheet::MarkSheet(std::span<const Trade> trades) {
  for (std::size_t i = 0; i < trades.size(); ++i) places_.emplace(trades[i].id, i);
}

Result<std::size_t> MarkSheet::place(const std::string& trade_id) const {
  const auto found = places_.find(trade_id);
  if (found != places_.end()) return found->second;
  return Error{ErrorCode::missing_quote, "positions[" + trade_id + "].mark", "none",
               "a trade of the same id beside every holding", "value the book that is margined"};
}

Result<Account> MarkSheet::marked(Account account, const Prices& prices) const {
  const auto price_of = [&](const std::string& trade_id) -> Result<double> {
    const auto at = place(trade_id);
    if (!at) return at.error();
    if (prices[*at]) return *prices[*at];
    Error refusal = prices[*at].error();
    refusal.field = "positions[" + trade_id + "]." + refusal.field;
    return refusal;
  };
  const auto mark_all = [&](auto& positions) -> std::optional<Error> {
    for (auto& position : positions) {
      const auto price = price_of(position.trade_id);
      if (!price) return price.error();
      position.mark = *price;
    }
    return std::nullopt;
  };
  for (const StockPosition& stock : account.stocks)
    if (const auto price = price_of(stock.trade_id); !price) return price.error();
  if (auto flaw = mark_all(account.options)) return *flaw;
  if (auto flaw = mark_all(account.futures)) return *flaw;
  return account;
}

Result<std::vector<Trade>> MarkSheet::trades_of(const Account& account, std::span<const Trade> trades) const {
  std::vector<std::string> ids;
  for (const auto& position : account.stocks) ids.push_back(position.trade_id);
  for (const auto& position : account.options) ids.push_back(position.trade_id);
  for (const auto& position : account.futures) ids.push_back(position.trade_id);
  std::vector<Trade> own;
  for (const std::string& id : ids) {
    const auto at = place(id);
    if (!at) return at.error();
    own.push_back(trades[*at]);
  }
  return own;
}

MarketView at_spots_of(MarketView market, const Snapshot& snapshot) {
  for (UnderlyingView& view : market.underlyings)
    if (const auto found = snapshot.underlying(view.name)) view.spot = (*found)->spot;
  return market;
}

Result<StressedMargin> stressed_margin(const Account& account, const Snapshot& snapshot, const MarkSheet& sheet,
                                       const Prices& prices, const MarginSettings& settings) {
  const auto marked = sheet.marked(account, prices);
  if (!marked) return marked.error();
  const auto found = margin(*marked, at_spots_of(settings.market, snapshot), settings.pack, settings.limits);
  if (!found) return found.error();
  return StressedMargin{found->equity,
                        found->initial.amount,
                        found->maintenance.amount,
                        found->maintenance.excess,
                        found->call,
                        std::max(Money{}, -found->equity)};
}

}  // namespace plimsoll::margin
