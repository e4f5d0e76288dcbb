#pragma once

#include "plimsoll/margin/leveraged/perpetual.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// The leverage that retail clients may take on one class of underlyings; the initial margin is notional over it.
struct CfdClass {
  std::string name;
  double maximum_leverage = 1.0;

  friend bool operator==(const CfdClass&, const CfdClass&) = default;
};

/// Which position a close-out closes next; ties by trade.
enum class StopOutOrder { largest_loss_first, largest_margin_first, oldest_first, all_at_once };

/// A dated set of rules on contracts for difference.
struct CfdRules {
  std::string pack_id;
  std::string revision;
  Date in_force_from;
  Date in_force_until;  ///< last day
  std::vector<CfdClass> classes;
  double close_out = 0.5;  ///< positions are closed while equity is below this fraction of the required initial margin
  MarginPrice margin_price = MarginPrice::entry;
  StopOutOrder order = StopOutOrder::largest_loss_first;
  bool negative_balance_protection = true;

  friend bool operator==(const CfdRules&, const CfdRules&) = default;
};

/// A contract for difference held (positive) or sold (negative).
struct CfdPosition {
  std::string trade_id;
  std::string instrument;
  std::string asset_class;
  double quantity = 0.0;  ///< units of the underlying
  double entry_price = 0.0;
  double mark = 0.0;
  double currency_rate = 1.0;  ///< account currency for one unit of the price's currency
  double benchmark = 0.0;      ///< annual rate that financing is quoted against, a decimal
  double spread = 0.0;         ///< what longs pay above it and shorts receive below it, a decimal
  int nights = 0;              ///< held overnight since financing was last booked
  int day_basis = 365;         ///< 360 or 365
  double dividend = 0.0;       ///< gross, per unit, that went ex since dividends were last booked
  double withheld = 0.0;       ///< fraction of it that longs do not get; shorts pay it in full
  double slippage = 0.0;       ///< fraction of the mark by which a close-out is filled worse
  std::int64_t opened = 0;     ///< orders positions by age; seconds since 1970-01-01 UTC

  friend bool operator==(const CfdPosition&, const CfdPosition&) = default;
};

/// An account of contracts for difference; `cash` counts its ledger's smallest unit, 10^-decimals.
struct CfdAccount {
  std::string account_id;
  std::string currency;
  int decimals = 2;
  Money cash;
  std::vector<CfdPosition> positions;

  friend bool operator==(const CfdAccount&, const CfdAccount&) = default;
};

/// One position at the mark. The stop-out prices are those of its instrument at which the account is closed out, the
/// others fixed; none where no price does it.
struct CfdLine {
  std::string trade_id;
  double notional = 0.0;  ///< at the mark, in the account currency
  Money profit;
  Money financing;  ///< positive was received
  Money dividend;
  Money initial;
  std::optional<double> stop_out_below;
  std::optional<double> stop_out_above;

  friend bool operator==(const CfdLine&, const CfdLine&) = default;
};

/// A position that the close-out closed, in the order of closing.
struct CfdClosure {
  std::string trade_id;
  double quantity = 0.0;
  double price = 0.0;  ///< the mark less slippage
  Money realised;
  Money equity_after;
  Money required_after;  ///< initial margin of what is left

  friend bool operator==(const CfdClosure&, const CfdClosure&) = default;
};

/// Margin of one account and what a close-out at these marks would do.
struct CfdResult {
  std::string account_id;
  std::string currency;
  int decimals = 2;
  Component equity;
  Component initial;
  Money close_out_level;               ///< equity below it closes positions
  Money free;                          ///< equity less the required initial margin
  std::optional<double> margin_level;  ///< equity over required initial margin; none without positions
  std::optional<double> leverage;      ///< notional over equity; none without equity
  std::vector<CfdLine> lines;          ///< sorted by trade
  std::vector<CfdClosure> closures;
  std::vector<std::string> left;  ///< trades that stay open
  Money equity_after;             ///< after the close-out and the protection
  Money broker_loss;              ///< negative balance that the protection takes from the customer
};

/// Margin, close-out, financing and dividend adjustments of one account.
/// Source: ESMA Decision (EU) 2018/796, art. 1-2 and annex I: leverage limits, margin close-out per account at half of
/// the initial margin, negative balance protection; national rules keep them. Accuracy: as perpetual_margin. Limits:
/// financing of several nights is on the notional at one mark; currency rates stay as they are in stop-out prices.
Result<CfdResult> cfd_margin(const CfdAccount& account, Date date, const CfdRules& rules);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::CfdClass> {
  static constexpr std::string_view name = "CfdClass";
  static constexpr auto list = std::make_tuple(field("name", &margin::CfdClass::name),
                                               field("maximum_leverage", &margin::CfdClass::maximum_leverage));
};

template <>
struct Fields<margin::CfdRules> {
  static constexpr std::string_view name = "CfdRules";
  static constexpr auto list =
      std::make_tuple(field("pack_id", &margin::CfdRules::pack_id), field("revision", &margin::CfdRules::revision),
                      field("in_force_from", &margin::CfdRules::in_force_from),
                      field("in_force_until", &margin::CfdRules::in_force_until),
                      field("classes", &margin::CfdRules::classes), field("close_out", &margin::CfdRules::close_out),
                      field("margin_price", &margin::CfdRules::margin_price), field("order", &margin::CfdRules::order),
                      field("negative_balance_protection", &margin::CfdRules::negative_balance_protection));
};

template <>
struct Fields<margin::CfdPosition> {
  static constexpr std::string_view name = "CfdPosition";
  static constexpr auto list = std::make_tuple(
      field("trade_id", &margin::CfdPosition::trade_id), field("instrument", &margin::CfdPosition::instrument),
      field("asset_class", &margin::CfdPosition::asset_class), field("quantity", &margin::CfdPosition::quantity),
      field("entry_price", &margin::CfdPosition::entry_price), field("mark", &margin::CfdPosition::mark),
      field("currency_rate", &margin::CfdPosition::currency_rate), field("benchmark", &margin::CfdPosition::benchmark),
      field("spread", &margin::CfdPosition::spread), field("nights", &margin::CfdPosition::nights),
      field("day_basis", &margin::CfdPosition::day_basis), field("dividend", &margin::CfdPosition::dividend),
      field("withheld", &margin::CfdPosition::withheld), field("slippage", &margin::CfdPosition::slippage),
      field("opened", &margin::CfdPosition::opened));
};

template <>
struct Fields<margin::CfdAccount> {
  static constexpr std::string_view name = "CfdAccount";
  static constexpr auto list = std::make_tuple(
      field("account_id", &margin::CfdAccount::account_id), field("currency", &margin::CfdAccount::currency),
      field("decimals", &margin::CfdAccount::decimals), field("cash", &margin::CfdAccount::cash),
      field("positions", &margin::CfdAccount::positions));
};

template <>
struct Fields<margin::CfdLine> {
  static constexpr std::string_view name = "CfdLine";
  static constexpr auto list =
      std::make_tuple(field("trade_id", &margin::CfdLine::trade_id), field("notional", &margin::CfdLine::notional),
                      field("profit", &margin::CfdLine::profit), field("financing", &margin::CfdLine::financing),
                      field("dividend", &margin::CfdLine::dividend), field("initial", &margin::CfdLine::initial),
                      field("stop_out_below", &margin::CfdLine::stop_out_below),
                      field("stop_out_above", &margin::CfdLine::stop_out_above));
};

template <>
struct Fields<margin::CfdClosure> {
  static constexpr std::string_view name = "CfdClosure";
  static constexpr auto list = std::make_tuple(
      field("trade_id", &margin::CfdClosure::trade_id), field("quantity", &margin::CfdClosure::quantity),
      field("price", &margin::CfdClosure::price), field("realised", &margin::CfdClosure::realised),
      field("equity_after", &margin::CfdClosure::equity_after),
      field("required_after", &margin::CfdClosure::required_after));
};

}  // namespace plimsoll
