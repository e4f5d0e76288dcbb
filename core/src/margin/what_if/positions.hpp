#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/what_if/change.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::margin {

const std::string& underlying_of(const Position& position);
const std::string& trade_id_of(const Position& position);

Error unknown_underlying(const std::string& name);

/// The account in parts, each with the positions of one underlying and without cash.
std::map<std::string, Account> by_underlying(const Account& account);

/// Adds the positions of one account to another.
void append(Account& to, const Account& from);

/// Every position: stocks, then options, then futures.
std::vector<Position> positions_of(const Account& account);

Account without_trade(Account account, const std::string& trade_id);

/// What the trade costs in cash; a future costs nothing.
Result<Money> cost_of(const TradeChange& trade);

/// Puts the trade among the positions: stock closes the other side first, a held series keeps its mark.
void add_trade(Account& to, const TradeChange& trade);

/// Marks the series of each named position; refuses a name that is not there.
std::optional<Error> take_marks(Account& account, const std::vector<MarkChange>& marks);

/// The trade with this size on its side.
TradeChange sized(TradeChange trade, std::int64_t quantity);

/// The quantities of a trade at which the set of legs changes: where it has closed what is held on the other side, and
/// where stock begins or ceases to be enough to hedge a contract.
std::vector<std::int64_t> piece_starts(const Account& own, const TradeChange& trade);

/// The limit, or the largest quantity whose notional the door takes.
std::int64_t within_notional(const TradeChange& trade, double spot, std::int64_t limit);

}  // namespace plimsoll::margin
