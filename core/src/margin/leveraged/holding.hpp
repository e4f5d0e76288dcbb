#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/leveraged/ledger.hpp"
#include "plimsoll/margin/leveraged/perpetual.hpp"

#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plimsoll::margin {

/// A flaw of one position of an account.
Error bad_position(ErrorCode code, const std::string& trade_id, const std::string& field, std::string value,
                   std::string allowed, std::string fix);

/// The coordinate in which profit is linear and that rises with the price: the price, or -1 / price of inverse
/// contracts.
inline double coordinate(PerpetualKind kind, double price) noexcept {
  return kind == PerpetualKind::inverse ? -1.0 / price : price;
}

/// The price of a coordinate; none where an inverse contract has none.
std::optional<double> price_at(PerpetualKind kind, double coordinate) noexcept;

/// A position that has passed the door, with what its contract and the marks say of it.
struct Holding {
  PerpetualPosition position;
  const PerpetualContract* contract = nullptr;
  const PerpetualMark* mark = nullptr;
  Ledger ledger;
  Money funding;
  Money fee;

  [[nodiscard]] double size() const noexcept { return position.quantity * contract->multiplier; }
  [[nodiscard]] double entry() const noexcept { return coordinate(contract->kind, position.entry_price); }
  [[nodiscard]] double now() const noexcept { return coordinate(contract->kind, mark->mark); }
  /// Unrealised profit at the mark, before rounding.
  [[nodiscard]] double profit() const noexcept { return size() * (now() - entry()); }
  /// Notional at the mark.
  [[nodiscard]] double notional() const noexcept { return std::fabs(size() * now()); }
  /// Notional that margins are taken on.
  [[nodiscard]] double margin_notional() const noexcept {
    return std::fabs(size() * (contract->margin_price == MarginPrice::mark ? now() : entry()));
  }
  [[nodiscard]] Money booked_profit() const { return ledger.booked(profit()); }
  [[nodiscard]] Money booked_maintenance() const {
    return ledger.booked(maintenance_of(margin_notional(), contract->tiers));
  }
  /// What a forced trade of so many contracts loses to the market.
  [[nodiscard]] Money slippage_cost(double contracts) const;
  /// The price of such a trade, selling where the position is long.
  [[nodiscard]] double fill_price() const noexcept;
};

/// The bracket of a notional, from 0; the last one beyond its end.
std::size_t tier_of(double notional, std::span<const MaintenanceTier> tiers) noexcept;

/// Rules whose brackets are continuous and that are in force.
Result<PerpetualRules> checked_rules(PerpetualRules rules, Date date);

/// The positions of an account, sorted by trade, or the first flaw. The rules must have been checked.
Result<std::vector<Holding>> holdings_of(const PerpetualAccount& account, const PerpetualMarket& market,
                                         const PerpetualRules& rules);

}  // namespace plimsoll::margin
