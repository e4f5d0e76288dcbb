#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plimsoll::margin {

/// Rates on stock; a rate is a fraction of current market value, a minimum is in dollars per share.
struct StockRates {
  double long_initial = 0.0;
  double short_initial = 0.0;  ///< beyond the proceeds: 0.50 for Regulation T's "150 per cent"
  double long_maintenance = 0.0;
  double short_maintenance = 0.0;
  double short_minimum_per_share = 0.0;
  double low_price = 0.0;  ///< below this price the two low-price figures replace the two above
  double low_price_short_maintenance = 0.0;
  double low_price_minimum_per_share = 0.0;
  double boxed = 0.0;  ///< long and short the same security, on the long market value
};

/// Rates on options; fractions of the underlying's or the strike's value as the rule says.
struct OptionRates {
  double equity_base = 0.0;
  double narrow_index_base = 0.0;
  double broad_index_base = 0.0;
  double minimum = 0.0;  ///< on the underlying for calls, on the exercise price for puts
  double long_dated_requirement = 0.0;
  int long_dated_months = 0;  ///< listed options with more than this to run have loan value
  double hedged_strike_rate = 0.0;
  double long_box_requirement = 0.0;  ///< of the strike difference, European cash-settled index boxes
};

/// Outright margin of one future from a date on, until a later row of the same contract replaces it.
struct FutureRate {
  std::string underlying;
  double multiplier = 0.0;
  Date from;
  Money initial;
  Money maintenance;
};

/// A dated set of margin parameters: the rules' numbers as data.
struct RulePack {
  std::string pack_id;
  std::string revision;
  Date in_force_from;
  Date in_force_until;  ///< last day
  StockRates stock;
  OptionRates option;
  std::vector<FutureRate> futures;
  Money minimum_equity;
};

/// The first number of the pack that no rule could hold, if there is one.
std::optional<Error> find_flaw(const RulePack& pack);

/// The row that is in force on the date for this contract; null when the pack has none.
const FutureRate* future_rate(const RulePack& pack, const std::string& underlying, double multiplier, Date date);

}  // namespace plimsoll::margin
