#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/margin.hpp"
#include "plimsoll/margin/portfolio/portfolio_pack.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/valuation/value.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace plimsoll::margin {

/// Profits at the valuation points in whole cents, seen from the account. Sums of whole numbers below 2^53 are exact,
/// so that neither the order of positions nor the number of threads changes a bit.
using PointProfits = std::array<double, valuation_points>;

/// A portfolio group of an account: its profit at each point after all offsets, and what it comes to.
struct PortfolioGroupResult {
  std::string name;
  PointProfits profits{};
  std::size_t worst_point = 0;
  Money risk;     ///< greatest loss over the points, 0 when there is none
  Money minimum;  ///< for each option and future contract
  Money requirement;
};

/// Portfolio margin of one account at one date, seen from the customer's side.
struct PortfolioMargin {
  std::string account_id;
  Date valuation_date;
  Component equity_tree;
  Money equity;
  Component requirement_tree;  ///< by portfolio group, product group, class group and position, at the worst point
  Money requirement;
  Money excess;  ///< equity less the requirement; long options count in full, their loss is part of the risk
  Money call;    ///< what is missing to the requirement
  std::vector<PortfolioGroupResult> groups;
  std::vector<Warning> warnings;  ///< below_equity_tier, class_not_listed
};

/// What portfolio margin is computed with; of `market` the spots are not read, they come from the snapshot.
struct PortfolioSettings {
  MarketView market;
  PortfolioPack pack;
};

/// Portfolio margin of every account: each series is valued by the door at the ten points of its class, with dividends
/// and early exercise, at the implied volatility that it has today; a requirement is the worst point after offsets, and
/// never below the minimum for each contract. A bad account never ends the run. The same bits for any number of
/// threads. Source: FINRA 4210(g); Cboe Rule 10.4; SEC release 34-46576 for the ranges of broad-based indices. Limits:
/// one currency; stock, listed options and futures.
std::vector<Result<PortfolioMargin>> portfolio_margin(std::span<const Account> accounts, const Snapshot& snapshot,
                                                      const Method& method, const PortfolioSettings& settings,
                                                      int threads);

}  // namespace plimsoll::margin
