#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// The dates and counts of the intraday rule and of the pattern-day-trader rule that it replaces.
struct IntradayRules {
  Date in_force_from;             ///< of the intraday rule
  Date phase_in_until;            ///< last day on which an account may be kept under the rule before it
  int cure_days = 0;              ///< business days after which a deficit is late
  int outstanding_days = 0;       ///< business days after which a deficit expires
  int freeze_days = 0;            ///< calendar days after the last day of cure
  double de_minimis_share = 0.0;  ///< of equity
  Money de_minimis;               ///< the lesser of the two does not count
  int practice_count = 0;         ///< late deficits that make a practice of it
  int practice_days = 0;          ///< calendar days within which they lie
  int day_trades = 0;             ///< that make a pattern
  int day_trade_window = 0;       ///< business days that they lie in
  double day_trade_share = 0.0;   ///< of all trades of the window, to be exceeded
  Money day_trader_equity;        ///< that a pattern day trader keeps
  double buying_power_multiple = 0.0;

  friend bool operator==(const IntradayRules&, const IntradayRules&) = default;
};

/// What the clock needs of one business day of an account.
struct IntradayDay {
  Date day;
  Money deficit;
  Money equity;     ///< at the moment of the deficit
  Money end_level;  ///< equity less maintenance at the end of the day
  Money net_deposits;
  bool extraordinary = false;  ///< the deficit came from extraordinary circumstances, as recorded by the firm

  friend bool operator==(const IntradayDay&, const IntradayDay&) = default;
};

enum class DeficitState { outstanding, satisfied, expired };

/// A deficit on the last day that was given.
struct DeficitStatus {
  Date day;
  Money deficit;
  DeficitState state = DeficitState::outstanding;
  Date cure_by;                      ///< the last business day on which a cure is in time
  Date expires;                      ///< it is no longer outstanding after the close of this business day
  std::optional<Date> satisfied_on;  ///< of an expired one: when it was made good after all
  bool counted = true;               ///< towards a practice: neither de minimis nor extraordinary
  bool late = false;                 ///< not satisfied by the close of `cure_by`
  std::optional<Date> frozen_from;   ///< no new short or debit balance from this calendar day on
  std::optional<Date> frozen_until;  ///< last day of the freeze

  friend bool operator==(const DeficitStatus&, const DeficitStatus&) = default;
};

/// The deficits of an account and whether it is frozen on the day after the last that was given.
struct IntradayClock {
  Date as_of;
  std::vector<DeficitStatus> deficits;
  Money outstanding;  ///< the largest outstanding deficit: one deposit may satisfy several
  bool frozen = false;

  friend bool operator==(const IntradayClock&, const IntradayClock&) = default;
};

/// The state of each deficit. It is satisfied when net deposits, or the rise of the level, from the end of its day to
/// the end of a later one reach it; it expires after `outstanding_days`; an account that makes a practice of late cure
/// and is late again is frozen for `freeze_days` from the last day of cure on, or until the deficit is satisfied.
/// `business_days` rises and goes `outstanding_days` beyond the last deficit; `days` rises and lies within it.
/// Source: FINRA Rule 4210(d)(2)(C)-(D), effective 2026-06-04.
/// Limits: the rule does not say how many late cures make a practice: the count is data of the pack.
Result<IntradayClock> intraday_clock(std::span<const IntradayDay> days, std::span<const Date> business_days,
                                     const IntradayRules& rules);

/// Trades of one business day, and how many of them bought and sold the same security within it.
struct TradeCount {
  Date day;
  int trades = 0;
  int day_trades = 0;

  friend bool operator==(const TradeCount&, const TradeCount&) = default;
};

/// An account under the rule before the intraday rule.
struct DayTrader {
  std::optional<Date> since;  ///< the day that completed the pattern; none: no pattern
  Money equity_shortfall;     ///< what a pattern day trader lacks of the least equity
  Money buying_power;         ///< of a pattern day trader, for the next day's day trades; else 0

  friend bool operator==(const DayTrader&, const DayTrader&) = default;
};

/// Whether an account is one of a pattern day trader, and what it may trade: `day_trades` within the window that are
/// more than `day_trade_share` of its trades make it one for good. Buying power is a multiple of the maintenance excess
/// at the close, and 0 below the least equity.
/// Source: FINRA Rule 4210(f)(8)(B) before its end; `business_days` rises and holds each counted day.
Result<DayTrader> day_trader(std::span<const TradeCount> counts, std::span<const Date> business_days, Money equity,
                             Money closing_excess, const IntradayRules& rules);

/// The first number of the rules that no rule could hold, if there is one.
std::optional<Error> find_flaw(const IntradayRules& rules);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::IntradayRules> {
  static constexpr std::string_view name = "IntradayRules";
  static constexpr auto list =
      std::make_tuple(field("in_force_from", &margin::IntradayRules::in_force_from),
                      field("phase_in_until", &margin::IntradayRules::phase_in_until),
                      field("cure_days", &margin::IntradayRules::cure_days),
                      field("outstanding_days", &margin::IntradayRules::outstanding_days),
                      field("freeze_days", &margin::IntradayRules::freeze_days),
                      field("de_minimis_share", &margin::IntradayRules::de_minimis_share),
                      field("de_minimis", &margin::IntradayRules::de_minimis),
                      field("practice_count", &margin::IntradayRules::practice_count),
                      field("practice_days", &margin::IntradayRules::practice_days),
                      field("day_trades", &margin::IntradayRules::day_trades),
                      field("day_trade_window", &margin::IntradayRules::day_trade_window),
                      field("day_trade_share", &margin::IntradayRules::day_trade_share),
                      field("day_trader_equity", &margin::IntradayRules::day_trader_equity),
                      field("buying_power_multiple", &margin::IntradayRules::buying_power_multiple));
};

template <>
struct Fields<margin::IntradayDay> {
  static constexpr std::string_view name = "IntradayDay";
  static constexpr auto list = std::make_tuple(
      field("day", &margin::IntradayDay::day), field("deficit", &margin::IntradayDay::deficit),
      field("equity", &margin::IntradayDay::equity), field("end_level", &margin::IntradayDay::end_level),
      field("net_deposits", &margin::IntradayDay::net_deposits),
      field("extraordinary", &margin::IntradayDay::extraordinary));
};

template <>
struct Fields<margin::DeficitStatus> {
  static constexpr std::string_view name = "DeficitStatus";
  static constexpr auto list = std::make_tuple(
      field("day", &margin::DeficitStatus::day), field("deficit", &margin::DeficitStatus::deficit),
      field("state", &margin::DeficitStatus::state), field("cure_by", &margin::DeficitStatus::cure_by),
      field("expires", &margin::DeficitStatus::expires), field("satisfied_on", &margin::DeficitStatus::satisfied_on),
      field("counted", &margin::DeficitStatus::counted), field("late", &margin::DeficitStatus::late),
      field("frozen_from", &margin::DeficitStatus::frozen_from),
      field("frozen_until", &margin::DeficitStatus::frozen_until));
};

template <>
struct Fields<margin::IntradayClock> {
  static constexpr std::string_view name = "IntradayClock";
  static constexpr auto list = std::make_tuple(
      field("as_of", &margin::IntradayClock::as_of), field("deficits", &margin::IntradayClock::deficits),
      field("outstanding", &margin::IntradayClock::outstanding), field("frozen", &margin::IntradayClock::frozen));
};

template <>
struct Fields<margin::TradeCount> {
  static constexpr std::string_view name = "TradeCount";
  static constexpr auto list =
      std::make_tuple(field("day", &margin::TradeCount::day), field("trades", &margin::TradeCount::trades),
                      field("day_trades", &margin::TradeCount::day_trades));
};

template <>
struct Fields<margin::DayTrader> {
  static constexpr std::string_view name = "DayTrader";
  static constexpr auto list = std::make_tuple(field("since", &margin::DayTrader::since),
                                               field("equity_shortfall", &margin::DayTrader::equity_shortfall),
                                               field("buying_power", &margin::DayTrader::buying_power));
};

}  // namespace plimsoll
