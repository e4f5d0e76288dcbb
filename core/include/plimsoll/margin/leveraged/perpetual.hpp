#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/component.hpp"
#include "plimsoll/margin/margin.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// How a perpetual contract turns prices into money of its settlement currency. Linear: multiplier times the price
/// difference. Inverse: multiplier, in the quote currency, times the difference of 1 / price. Quanto: as linear, but
/// the multiplier is the fixed amount of the settlement currency that one point of the price is worth.
enum class PerpetualKind { linear, inverse, quanto };

/// The price at which the margins of a position are taken: the present mark or the price of its entry.
enum class MarginPrice { mark, entry };

/// A bracket of notional value in the settlement currency, up to and with `up_to`, infinite in an open last bracket.
struct MaintenanceTier {
  double up_to = 0.0;
  double rate = 0.0;              ///< maintenance margin as a fraction of the notional
  double maximum_leverage = 1.0;  ///< initial margin is never below notional over this
  double amount = 0.0;            ///< what rate times notional exceeds the requirement by: keeps it continuous

  friend bool operator==(const MaintenanceTier&, const MaintenanceTier&) = default;
};

/// A perpetual contract as its venue lists it.
struct PerpetualContract {
  std::string name;
  std::string settlement;  ///< currency of profit, margin and notional
  PerpetualKind kind = PerpetualKind::linear;
  double multiplier = 1.0;
  double lot = 1.0;              ///< smallest step of quantity in which the venue reduces a position
  bool negative_prices = false;  ///< whether the price may be zero or below
  MarginPrice margin_price = MarginPrice::mark;
  double liquidation_fee = 0.0;  ///< fraction of the notional that a forced reduction pays to the insurance fund
  std::vector<MaintenanceTier> tiers;

  friend bool operator==(const PerpetualContract&, const PerpetualContract&) = default;
};

/// A dated set of contract parameters.
struct PerpetualRules {
  std::string pack_id;
  std::string revision;
  Date in_force_from;
  Date in_force_until;  ///< last day
  std::vector<PerpetualContract> contracts;

  friend bool operator==(const PerpetualRules&, const PerpetualRules&) = default;
};

/// One funding time: longs pay the rate times the notional at the mark to shorts, or receive where it is negative.
struct FundingFixing {
  std::int64_t time = 0;  ///< seconds since 1970-01-01 UTC
  double rate = 0.0;
  double mark = 0.0;

  friend bool operator==(const FundingFixing&, const FundingFixing&) = default;
};

/// The mark of a contract and its funding times so far.
struct PerpetualMark {
  std::string contract;
  double mark = 0.0;
  double slippage = 0.0;  ///< fraction of the mark by which a forced trade in the market is filled worse
  std::vector<FundingFixing> funding;

  friend bool operator==(const PerpetualMark&, const PerpetualMark&) = default;
};

/// Marks at one instant; the rules must be in force on its date.
struct PerpetualMarket {
  Date date;
  std::int64_t time = 0;  ///< seconds since 1970-01-01 UTC
  std::vector<PerpetualMark> marks;

  friend bool operator==(const PerpetualMarket&, const PerpetualMarket&) = default;
};

/// Contracts bought (positive) or sold (negative).
struct PerpetualPosition {
  std::string trade_id;
  std::string contract;
  double quantity = 0.0;
  double entry_price = 0.0;
  double leverage = 1.0;    ///< what the customer chose; the bracket may allow less
  bool isolated = false;    ///< whether it stands on `isolated_margin` alone instead of on the account
  Money isolated_margin;    ///< units of the account's ledger
  std::int64_t opened = 0;  ///< funding times after this are accrued; seconds since 1970-01-01 UTC
  double unpaid_fee = 0.0;  ///< rate of the opening fee on the notional at entry, where it has not left the balance yet

  friend bool operator==(const PerpetualPosition&, const PerpetualPosition&) = default;
};

/// An account in one settlement currency; amounts count its smallest unit, 10^-decimals.
struct PerpetualAccount {
  std::string account_id;
  std::string settlement;
  int decimals = 2;
  Money wallet;      ///< balance behind all positions that are not isolated
  Money order_hold;  ///< what open orders hold: not free until they are cancelled
  std::vector<PerpetualPosition> positions;

  friend bool operator==(const PerpetualAccount&, const PerpetualAccount&) = default;
};

/// One position at the mark. Prices are none where no price does it: a long without borrowed money is never liquidated.
struct PerpetualLine {
  std::string trade_id;
  std::string contract;
  double notional = 0.0;                     ///< at the mark, in the settlement currency
  int tier = 1;                              ///< bracket of the notional that margins are taken on, from 1
  double leverage = 1.0;                     ///< the chosen one or the bracket's, whichever is less
  std::optional<double> effective_leverage;  ///< notional over the equity that it stands on; none without equity
  Money profit;                              ///< unrealised
  Money funding;                             ///< accrued; positive was received
  Money fee;
  Money initial;
  Money maintenance;
  std::optional<double> liquidation_below;  ///< highest price below which its pool is liquidated, others fixed
  std::optional<double> liquidation_above;  ///< lowest price above which its pool is liquidated, others fixed
  std::optional<double> bankruptcy_price;   ///< where its pool has no equity left, others fixed

  friend bool operator==(const PerpetualLine&, const PerpetualLine&) = default;
};

/// What stands on one balance: the cross positions of an account, or one isolated position.
struct PerpetualPool {
  std::string name;  ///< "cross", or the trade of an isolated position
  Component equity;
  Component initial;
  Component maintenance;
  Money order_hold;
  Money excess;                        ///< equity less maintenance and what orders hold
  std::optional<double> margin_ratio;  ///< maintenance over equity, liquidated from 1 up; none without equity
  bool liquidated = false;             ///< whether the excess is below zero
};

/// Margin of one account of perpetual contracts.
struct PerpetualResult {
  std::string account_id;
  std::string settlement;
  int decimals = 2;
  std::vector<PerpetualPool> pools;
  std::vector<PerpetualLine> lines;  ///< sorted by trade
  Money equity;
  Money initial;
  Money maintenance;
  std::vector<Warning> warnings;
};

/// The brackets with the amounts that make the requirement continuous: lower bound times the step of the rate, summed.
/// Where a tier brings its own amount other than zero, it must agree to 1e-9 of itself.
/// Source: published tier tables of exchanges, MM = notional x rate - amount.
/// Refuses brackets that do not ascend, rates that fall or lie outside (0, 1], and leverages that rise or lie below 1.
Result<std::vector<MaintenanceTier>> continuous_tiers(std::vector<MaintenanceTier> tiers, const std::string& contract);

/// Maintenance requirement of a notional value of zero or more: rate times notional less amount, by its bracket.
/// Limits: beyond the last bracket its rate goes on.
double maintenance_of(double notional, std::span<const MaintenanceTier> tiers) noexcept;

/// Margin, liquidation and bankruptcy prices of one account. Liquidation prices are exact in their bracket: equity is
/// linear in the price (inverse: in its reciprocal) and the requirement piecewise linear and convex, so that the excess
/// has at most one root on either side. Cross positions stand on the account's balance together: the requirement and
/// the profit of the others are in the price of each. Orders are taken as cancelled in it. Accuracy: the rounding of
/// doubles before it is booked; each leaf is rounded half-up to the ledger's unit. Limits: one settlement currency;
/// collateral is that currency; closing fees and slippage are not in the prices.
Result<PerpetualResult> perpetual_margin(const PerpetualAccount& account, const PerpetualMarket& market,
                                         const PerpetualRules& rules);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::MaintenanceTier> {
  static constexpr std::string_view name = "MaintenanceTier";
  static constexpr auto list =
      std::make_tuple(field("up_to", &margin::MaintenanceTier::up_to), field("rate", &margin::MaintenanceTier::rate),
                      field("maximum_leverage", &margin::MaintenanceTier::maximum_leverage),
                      field("amount", &margin::MaintenanceTier::amount));
};

template <>
struct Fields<margin::PerpetualContract> {
  static constexpr std::string_view name = "PerpetualContract";
  static constexpr auto list = std::make_tuple(
      field("name", &margin::PerpetualContract::name), field("settlement", &margin::PerpetualContract::settlement),
      field("kind", &margin::PerpetualContract::kind), field("multiplier", &margin::PerpetualContract::multiplier),
      field("lot", &margin::PerpetualContract::lot),
      field("negative_prices", &margin::PerpetualContract::negative_prices),
      field("margin_price", &margin::PerpetualContract::margin_price),
      field("liquidation_fee", &margin::PerpetualContract::liquidation_fee),
      field("tiers", &margin::PerpetualContract::tiers));
};

template <>
struct Fields<margin::PerpetualRules> {
  static constexpr std::string_view name = "PerpetualRules";
  static constexpr auto list = std::make_tuple(field("pack_id", &margin::PerpetualRules::pack_id),
                                               field("revision", &margin::PerpetualRules::revision),
                                               field("in_force_from", &margin::PerpetualRules::in_force_from),
                                               field("in_force_until", &margin::PerpetualRules::in_force_until),
                                               field("contracts", &margin::PerpetualRules::contracts));
};

template <>
struct Fields<margin::FundingFixing> {
  static constexpr std::string_view name = "FundingFixing";
  static constexpr auto list =
      std::make_tuple(field("time", &margin::FundingFixing::time), field("rate", &margin::FundingFixing::rate),
                      field("mark", &margin::FundingFixing::mark));
};

template <>
struct Fields<margin::PerpetualMark> {
  static constexpr std::string_view name = "PerpetualMark";
  static constexpr auto list = std::make_tuple(
      field("contract", &margin::PerpetualMark::contract), field("mark", &margin::PerpetualMark::mark),
      field("slippage", &margin::PerpetualMark::slippage), field("funding", &margin::PerpetualMark::funding));
};

template <>
struct Fields<margin::PerpetualMarket> {
  static constexpr std::string_view name = "PerpetualMarket";
  static constexpr auto list =
      std::make_tuple(field("date", &margin::PerpetualMarket::date), field("time", &margin::PerpetualMarket::time),
                      field("marks", &margin::PerpetualMarket::marks));
};

template <>
struct Fields<margin::PerpetualPosition> {
  static constexpr std::string_view name = "PerpetualPosition";
  static constexpr auto list = std::make_tuple(
      field("trade_id", &margin::PerpetualPosition::trade_id), field("contract", &margin::PerpetualPosition::contract),
      field("quantity", &margin::PerpetualPosition::quantity),
      field("entry_price", &margin::PerpetualPosition::entry_price),
      field("leverage", &margin::PerpetualPosition::leverage), field("isolated", &margin::PerpetualPosition::isolated),
      field("isolated_margin", &margin::PerpetualPosition::isolated_margin),
      field("opened", &margin::PerpetualPosition::opened), field("unpaid_fee", &margin::PerpetualPosition::unpaid_fee));
};

template <>
struct Fields<margin::PerpetualAccount> {
  static constexpr std::string_view name = "PerpetualAccount";
  static constexpr auto list = std::make_tuple(field("account_id", &margin::PerpetualAccount::account_id),
                                               field("settlement", &margin::PerpetualAccount::settlement),
                                               field("decimals", &margin::PerpetualAccount::decimals),
                                               field("wallet", &margin::PerpetualAccount::wallet),
                                               field("order_hold", &margin::PerpetualAccount::order_hold),
                                               field("positions", &margin::PerpetualAccount::positions));
};

template <>
struct Fields<margin::PerpetualLine> {
  static constexpr std::string_view name = "PerpetualLine";
  static constexpr auto list = std::make_tuple(
      field("trade_id", &margin::PerpetualLine::trade_id), field("contract", &margin::PerpetualLine::contract),
      field("notional", &margin::PerpetualLine::notional), field("tier", &margin::PerpetualLine::tier),
      field("leverage", &margin::PerpetualLine::leverage),
      field("effective_leverage", &margin::PerpetualLine::effective_leverage),
      field("profit", &margin::PerpetualLine::profit), field("funding", &margin::PerpetualLine::funding),
      field("fee", &margin::PerpetualLine::fee), field("initial", &margin::PerpetualLine::initial),
      field("maintenance", &margin::PerpetualLine::maintenance),
      field("liquidation_below", &margin::PerpetualLine::liquidation_below),
      field("liquidation_above", &margin::PerpetualLine::liquidation_above),
      field("bankruptcy_price", &margin::PerpetualLine::bankruptcy_price));
};

}  // namespace plimsoll
