#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
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

  friend bool operator==(const StockRates&, const StockRates&) = default;
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

  friend bool operator==(const OptionRates&, const OptionRates&) = default;
};

/// Outright margin of one future from a date on, until a later row of the same contract replaces it.
struct FutureRate {
  std::string underlying;
  double multiplier = 0.0;
  Date in_force_from;
  Money initial;
  Money maintenance;

  friend bool operator==(const FutureRate&, const FutureRate&) = default;
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

  friend bool operator==(const RulePack&, const RulePack&) = default;
};

/// The first number of the pack that no rule could hold, if there is one.
std::optional<Error> find_flaw(const RulePack& pack);

/// The row that is in force on the date for this contract; null when the pack has none.
const FutureRate* future_rate(const RulePack& pack, const std::string& underlying, double multiplier, Date date);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::StockRates> {
  static constexpr std::string_view name = "StockRates";
  static constexpr auto list =
      std::make_tuple(field("long_initial", &margin::StockRates::long_initial),
                      field("short_initial", &margin::StockRates::short_initial),
                      field("long_maintenance", &margin::StockRates::long_maintenance),
                      field("short_maintenance", &margin::StockRates::short_maintenance),
                      field("short_minimum_per_share", &margin::StockRates::short_minimum_per_share),
                      field("low_price", &margin::StockRates::low_price),
                      field("low_price_short_maintenance", &margin::StockRates::low_price_short_maintenance),
                      field("low_price_minimum_per_share", &margin::StockRates::low_price_minimum_per_share),
                      field("boxed", &margin::StockRates::boxed));
};

template <>
struct Fields<margin::OptionRates> {
  static constexpr std::string_view name = "OptionRates";
  static constexpr auto list =
      std::make_tuple(field("equity_base", &margin::OptionRates::equity_base),
                      field("narrow_index_base", &margin::OptionRates::narrow_index_base),
                      field("broad_index_base", &margin::OptionRates::broad_index_base),
                      field("minimum", &margin::OptionRates::minimum),
                      field("long_dated_requirement", &margin::OptionRates::long_dated_requirement),
                      field("long_dated_months", &margin::OptionRates::long_dated_months),
                      field("hedged_strike_rate", &margin::OptionRates::hedged_strike_rate),
                      field("long_box_requirement", &margin::OptionRates::long_box_requirement));
};

template <>
struct Fields<margin::FutureRate> {
  static constexpr std::string_view name = "FutureRate";
  static constexpr auto list = std::make_tuple(
      field("underlying", &margin::FutureRate::underlying), field("multiplier", &margin::FutureRate::multiplier),
      field("in_force_from", &margin::FutureRate::in_force_from), field("initial", &margin::FutureRate::initial),
      field("maintenance", &margin::FutureRate::maintenance));
};

template <>
struct Fields<margin::RulePack> {
  static constexpr std::string_view name = "RulePack";
  static constexpr auto list = std::make_tuple(
      field("pack_id", &margin::RulePack::pack_id), field("revision", &margin::RulePack::revision),
      field("in_force_from", &margin::RulePack::in_force_from),
      field("in_force_until", &margin::RulePack::in_force_until), field("stock", &margin::RulePack::stock),
      field("option", &margin::RulePack::option), field("futures", &margin::RulePack::futures),
      field("minimum_equity", &margin::RulePack::minimum_equity));
};

}  // namespace plimsoll
