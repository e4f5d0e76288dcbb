#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/margin.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/product/trade.hpp"
#include "plimsoll/scenario/revaluation.hpp"
#include "plimsoll/valuation/value.hpp"

#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// A book as stress needs it: its positions as trades, which are valued, and as holdings of accounts, which are
/// margined at the prices of the trades of the same id. The marks that the holdings come with are not read.
struct StressBook {
  std::vector<Trade> trades;
  std::vector<Account> accounts;
};

/// What margin is computed with; of `market` the spots are not read, they come from each snapshot.
struct MarginSettings {
  MarketView market;
  RulePack pack;
  SearchLimits limits;
};

/// An account at the prices of one market, seen from the customer's side.
struct StressedMargin {
  Money equity;
  Money initial;      ///< requirement
  Money maintenance;  ///< requirement
  Money excess;       ///< equity with loan value less the maintenance requirement
  Money call;         ///< what is missing to the maintenance requirement
  Money shortfall;    ///< what equity is below zero: what the broker would lose

  friend bool operator==(const StressedMargin&, const StressedMargin&) = default;
};

/// A book before and after each change of the market: positions, and one figure or refusal for each account.
struct StressRun {
  Revaluation positions;
  std::vector<Result<StressedMargin>> before;
  std::vector<std::vector<Result<StressedMargin>>> after;  ///< by snapshot, then by account
};

/// Values every position of a book in full after each change of the market and margins every account at those prices.
/// A position without a price refuses its account and no other. The results have the same bits for any number of
/// threads.
/// Limits: nothing is sold or paid in on the way; rules and their numbers are those of the snapshot's date.
StressRun stress(const StressBook& book, const Snapshot& before, std::span<const Snapshot> after, const Method& method,
                 const MarginSettings& settings, int threads);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::StressedMargin> {
  static constexpr std::string_view name = "StressedMargin";
  static constexpr auto list = std::make_tuple(
      field("equity", &margin::StressedMargin::equity), field("initial", &margin::StressedMargin::initial),
      field("maintenance", &margin::StressedMargin::maintenance), field("excess", &margin::StressedMargin::excess),
      field("call", &margin::StressedMargin::call), field("shortfall", &margin::StressedMargin::shortfall));
};

}  // namespace plimsoll
