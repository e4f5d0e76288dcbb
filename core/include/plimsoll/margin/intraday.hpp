#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/account.hpp"
#include "plimsoll/margin/integer_program.hpp"
#include "plimsoll/margin/rule_pack.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// What happened in an account; a mark is a move of the market and no transaction.
enum class LedgerKind { trade, deposit, withdrawal, expiry, exercise, mark };

/// A new price: the spot of an underlying by its name, or the mark of a series by the id of any position in it.
struct PriceMark {
  std::string of;
  double price = 0.0;

  friend bool operator==(const PriceMark&, const PriceMark&) = default;
};

/// One entry of the day. Quantities and cash are changes: a sale has negative shares and positive cash, an exercise
/// takes the option out, brings the shares in and pays the strike.
struct LedgerEvent {
  std::string event_id;
  LedgerKind kind = LedgerKind::trade;
  std::optional<std::int64_t> time;  ///< microseconds since midnight; none when it was not recorded
  std::string together_with;         ///< name shared by the legs of one order, or by an exercise and its sale; or empty
  Money cash;
  std::vector<StockPosition> stocks;
  std::vector<OptionPosition> options;  ///< mark: that of the series at the start of the day
  std::vector<FuturePosition> futures;  ///< mark: that of the contract at the start of the day
  std::vector<PriceMark> spots;         ///< of a mark
  std::vector<PriceMark> marks;         ///< of a mark

  friend bool operator==(const LedgerEvent&, const LedgerEvent&) = default;
};

/// A margin account through one day; `market` holds the prices at its start.
struct DayLedger {
  Account start;
  MarketView market;
  std::vector<LedgerEvent> events;

  friend bool operator==(const DayLedger&, const DayLedger&) = default;
};

/// What 4210(d)(2)(B) leaves to the member, and how far the search for the worst order may go.
struct IntradayChoices {
  bool end_of_day_only = false;      ///< one calculation at the end of the day
  bool transfers_at_start = false;   ///< transfers and closings of the start's positions count right after the start
  bool together_as_one = false;      ///< entries that share a name are one transaction
  std::int64_t together_within = 0;  ///< microseconds that such entries may lie apart
  int most_unordered = 0;            ///< transactions whose order is not known, at one moment
  std::int64_t most_states = 0;      ///< accounts that the search may margin

  friend bool operator==(const IntradayChoices&, const IntradayChoices&) = default;
};

/// The intraday margin of a day. A level is equity less the maintenance requirement, without uncounted options.
struct DayDeficit {
  Date day;
  Money deficit;  ///< 0 or positive
  Money equity;   ///< at the moment of the deficit; at the end of the day when there is none
  Money start_level;
  Money end_level;
  Money net_deposits;              ///< cash paid in less cash paid out
  std::vector<std::string> order;  ///< entries up to the moment of the deficit, in the order that makes it highest
  std::int64_t states = 0;         ///< accounts that were margined to prove it

  friend bool operator==(const DayDeficit&, const DayDeficit&) = default;
};

/// The intraday margin deficit of a day: the lowest level right after a transaction that lowered it. A recovery later
/// in the day does not take it back, and a move of the market alone makes none. Entries without a time, and those of
/// one moment, take the order that gives the highest deficit.
/// Source: FINRA Rule 4210(a)(17)-(19), (d)(2)(A)-(B), effective 2026-06-04.
/// Accuracy: exact over all orders, because an account depends on which entries it has seen and not on their order.
/// Limits: a sale closes long shares before it opens a short position; at most `most_unordered` transactions of unknown
/// order and `most_states` accounts, else a refusal that asks for times.
Result<DayDeficit> intraday_deficit(const DayLedger& ledger, const RulePack& pack, const IntradayChoices& choices,
                                    const SearchLimits& limits);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::PriceMark> {
  static constexpr std::string_view name = "PriceMark";
  static constexpr auto list =
      std::make_tuple(field("of", &margin::PriceMark::of), field("price", &margin::PriceMark::price));
};

template <>
struct Fields<margin::LedgerEvent> {
  static constexpr std::string_view name = "LedgerEvent";
  static constexpr auto list = std::make_tuple(
      field("event_id", &margin::LedgerEvent::event_id), field("kind", &margin::LedgerEvent::kind),
      field("time", &margin::LedgerEvent::time), field("together_with", &margin::LedgerEvent::together_with),
      field("cash", &margin::LedgerEvent::cash), field("stocks", &margin::LedgerEvent::stocks),
      field("options", &margin::LedgerEvent::options), field("futures", &margin::LedgerEvent::futures),
      field("spots", &margin::LedgerEvent::spots), field("marks", &margin::LedgerEvent::marks));
};

template <>
struct Fields<margin::DayLedger> {
  static constexpr std::string_view name = "DayLedger";
  static constexpr auto list =
      std::make_tuple(field("start", &margin::DayLedger::start), field("market", &margin::DayLedger::market),
                      field("events", &margin::DayLedger::events));
};

template <>
struct Fields<margin::IntradayChoices> {
  static constexpr std::string_view name = "IntradayChoices";
  static constexpr auto list =
      std::make_tuple(field("end_of_day_only", &margin::IntradayChoices::end_of_day_only),
                      field("transfers_at_start", &margin::IntradayChoices::transfers_at_start),
                      field("together_as_one", &margin::IntradayChoices::together_as_one),
                      field("together_within", &margin::IntradayChoices::together_within),
                      field("most_unordered", &margin::IntradayChoices::most_unordered),
                      field("most_states", &margin::IntradayChoices::most_states));
};

template <>
struct Fields<margin::DayDeficit> {
  static constexpr std::string_view name = "DayDeficit";
  static constexpr auto list = std::make_tuple(
      field("day", &margin::DayDeficit::day), field("deficit", &margin::DayDeficit::deficit),
      field("equity", &margin::DayDeficit::equity), field("start_level", &margin::DayDeficit::start_level),
      field("end_level", &margin::DayDeficit::end_level), field("net_deposits", &margin::DayDeficit::net_deposits),
      field("order", &margin::DayDeficit::order), field("states", &margin::DayDeficit::states));
};

}  // namespace plimsoll
