#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/account.hpp"
#include "plimsoll/margin/component.hpp"
#include "plimsoll/margin/group.hpp"
#include "plimsoll/margin/rule_pack.hpp"

#include <string>
#include <vector>

namespace plimsoll::margin {

/// Futures of one contract month, netted.
struct FutureHolding {
  Date expiry;
  double multiplier = 0.0;
  double quantity = 0.0;
  double mark = 0.0;
  double variation = 0.0;  ///< dollars since entry
};

/// All holdings of one underlying in canonical order, so that lots and their order leave no trace.
struct UnderlyingHoldings {
  UnderlyingBook book;
  std::vector<FutureHolding> futures;
};

/// Checks the account against the market and nets it by underlying (sorted by name) and series.
Result<std::vector<UnderlyingHoldings>> canonical_holdings(const Account& account, const MarketView& market,
                                                           const RulePack& pack);

/// The market value of the holdings of one underlying, position by position.
Component equity_of(const UnderlyingHoldings& own);

/// What would be left if everything were closed at the marks.
Component equity_of(Money cash, const std::vector<UnderlyingHoldings>& holdings);

}  // namespace plimsoll::margin
