#pragma once

#include "plimsoll/margin/leveraged/perpetual.hpp"

#include <span>
#include <string>
#include <vector>

namespace plimsoll::margin {

/// The stages of a forced liquidation, in their order.
enum class LiquidationStage { orders_cancelled, reduced, taken_over, deleveraged, uncovered };

/// One act of the waterfall; amounts are changes, seen from whom they are named after, at the marks.
struct LiquidationStep {
  LiquidationStage stage = LiquidationStage::orders_cancelled;
  std::string account_id;
  std::string trade_id;      ///< empty where the whole account is meant
  std::string counterparty;  ///< account that was closed against, in deleveraging
  double quantity = 0.0;     ///< signed change of the position
  std::optional<double> price;
  Money account;
  Money fund;
  Money market;  ///< of whoever traded with the liquidation outside the accounts
  Money other;   ///< of the counterparty, or of the venue in an uncovered loss

  friend bool operator==(const LiquidationStep&, const LiquidationStep&) = default;
};

/// An account after the waterfall; entry prices of what is left are as they were.
struct AccountAfter {
  PerpetualAccount account;  ///< balances with what was realised, funding and fees booked
  Money equity_before;       ///< at the same marks
  Money equity_after;
  bool liquidated = false;  ///< whether it, or an isolated position of it, was taken over

  friend bool operator==(const AccountAfter&, const AccountAfter&) = default;
};

/// What became of a set of accounts: gains of all accounts, of the fund and of the market, less what is uncovered, are
/// zero to the unit.
struct WaterfallResult {
  std::vector<Result<AccountAfter>> accounts;
  std::vector<LiquidationStep> steps;
  Money fund;       ///< after
  Money market;     ///< gain of whoever traded with the liquidation outside the accounts
  Money uncovered;  ///< loss that neither the fund nor a counterparty bears
};

/// What would be left for a counterparty queue: the fund, in units of the ledger that all accounts share.
struct InsuranceFund {
  std::string settlement;
  int decimals = 2;
  Money amount;

  friend bool operator==(const InsuranceFund&, const InsuranceFund&) = default;
};

/// Liquidates, worst first, every account and isolated position whose excess is below zero: its orders are cancelled;
/// its positions are reduced bracket by bracket at the mark less slippage, the largest requirement first, in whole
/// lots, paying the liquidation fee to the fund; if that does not cure it, or its equity is gone, the fund takes the
/// rest over at the bankruptcy price and sells it in the market. If the fund cannot bear that, the positions are closed
/// at the bankruptcy price against the opposite positions of others, by unrealised profit over entry value times
/// effective leverage (over it for losses), highest first; what no position stands against is sold in the market, at
/// the expense of the fund and then of the venue. Nothing flips and no requirement rises. An account that cannot be
/// margined is refused and takes no part, as does one of another ledger than the fund's.
WaterfallResult liquidate(std::span<const PerpetualAccount> accounts, const PerpetualMarket& market,
                          const PerpetualRules& rules, const InsuranceFund& fund);

/// The marks moved by fractions of themselves, one for each mark in their order.
/// Refuses another number of moves, and moves that are not finite.
Result<PerpetualMarket> moved(PerpetualMarket market, std::span<const double> moves);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::LiquidationStep> {
  static constexpr std::string_view name = "LiquidationStep";
  static constexpr auto list = std::make_tuple(
      field("stage", &margin::LiquidationStep::stage), field("account_id", &margin::LiquidationStep::account_id),
      field("trade_id", &margin::LiquidationStep::trade_id),
      field("counterparty", &margin::LiquidationStep::counterparty),
      field("quantity", &margin::LiquidationStep::quantity), field("price", &margin::LiquidationStep::price),
      field("account", &margin::LiquidationStep::account), field("fund", &margin::LiquidationStep::fund),
      field("market", &margin::LiquidationStep::market), field("other", &margin::LiquidationStep::other));
};

template <>
struct Fields<margin::AccountAfter> {
  static constexpr std::string_view name = "AccountAfter";
  static constexpr auto list = std::make_tuple(field("account", &margin::AccountAfter::account),
                                               field("equity_before", &margin::AccountAfter::equity_before),
                                               field("equity_after", &margin::AccountAfter::equity_after),
                                               field("liquidated", &margin::AccountAfter::liquidated));
};

template <>
struct Fields<margin::InsuranceFund> {
  static constexpr std::string_view name = "InsuranceFund";
  static constexpr auto list = std::make_tuple(field("settlement", &margin::InsuranceFund::settlement),
                                               field("decimals", &margin::InsuranceFund::decimals),
                                               field("amount", &margin::InsuranceFund::amount));
};

}  // namespace plimsoll
