#include "bindings.hpp"
#include "field_list.hpp"
#include "margin_tree.hpp"
#include "money_caster.hpp"

#include <string>
#include <vector>

#include <plimsoll/margin/leveraged/cfd.hpp>
#include <plimsoll/margin/leveraged/fund.hpp>
#include <plimsoll/margin/leveraged/leverage.hpp>
#include <plimsoll/margin/leveraged/waterfall.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

nb::list warnings_of(const std::vector<margin::Warning>& warnings) {
  nb::list out;
  for (const margin::Warning& warning : warnings) {
    nb::dict entry;
    entry["code"] = warning.code;
    entry["contract"] = warning.underlying;
    entry["text"] = warning.text;
    out.append(entry);
  }
  return out;
}

nb::dict pool_of(const margin::PerpetualPool& pool) {
  nb::dict out;
  out["name"] = pool.name;
  out["equity"] = tree_of(pool.equity);
  out["initial"] = tree_of(pool.initial);
  out["maintenance"] = tree_of(pool.maintenance);
  out["order_hold"] = pool.order_hold;
  out["excess"] = pool.excess;
  out["margin_ratio"] = pool.margin_ratio;
  out["liquidated"] = pool.liquidated;
  return out;
}

nb::object answer_of(const Result<margin::PerpetualResult>& result) {
  if (!result) return nb::cast(result.error());
  nb::list pools;
  for (const auto& pool : result->pools) pools.append(pool_of(pool));
  nb::dict out;
  out["account_id"] = result->account_id;
  out["settlement"] = result->settlement;
  out["decimals"] = result->decimals;
  out["equity"] = result->equity;
  out["initial"] = result->initial;
  out["maintenance"] = result->maintenance;
  out["pools"] = pools;
  out["positions"] = plain(result->lines);
  out["warnings"] = warnings_of(result->warnings);
  return out;
}

nb::object answer_of(const Result<margin::CfdResult>& result) {
  if (!result) return nb::cast(result.error());
  nb::dict out;
  out["account_id"] = result->account_id;
  out["currency"] = result->currency;
  out["decimals"] = result->decimals;
  out["equity"] = tree_of(result->equity);
  out["initial"] = tree_of(result->initial);
  out["close_out_level"] = result->close_out_level;
  out["free"] = result->free;
  out["margin_level"] = result->margin_level;
  out["leverage"] = result->leverage;
  out["positions"] = plain(result->lines);
  out["closures"] = plain(result->closures);
  out["left"] = result->left;
  out["equity_after"] = result->equity_after;
  out["broker_loss"] = result->broker_loss;
  return out;
}

nb::list perpetual_accounts(const std::vector<margin::PerpetualAccount>& accounts,
                            const margin::PerpetualMarket& market, const margin::PerpetualRules& rules) {
  nb::list out;
  for (const auto& account : accounts) out.append(answer_of(margin::perpetual_margin(account, market, rules)));
  return out;
}

nb::list cfd_accounts(const std::vector<margin::CfdAccount>& accounts, Date date, const margin::CfdRules& rules) {
  nb::list out;
  for (const auto& account : accounts) out.append(answer_of(margin::cfd_margin(account, date, rules)));
  return out;
}

nb::dict waterfall(const std::vector<margin::PerpetualAccount>& accounts, const margin::PerpetualMarket& market,
                   const margin::PerpetualRules& rules, const margin::InsuranceFund& fund) {
  const auto result = margin::liquidate(accounts, market, rules, fund);
  nb::list after;
  for (const auto& account : result.accounts) after.append(account ? plain(*account) : nb::cast(account.error()));
  nb::dict out;
  out["accounts"] = after;
  out["steps"] = plain(result.steps);
  out["fund"] = result.fund;
  out["market"] = result.market;
  out["uncovered"] = result.uncovered;
  return out;
}

nb::list leverages(const std::vector<Trade>& trades, const std::vector<margin::Account>& accounts,
                   const Snapshot& snapshot, const Method& method, const margin::MarketView& market,
                   const margin::RulePack& pack, const margin::SearchLimits& limits,
                   const margin::LeverageSettings& asked, int threads) {
  const auto work = [&] {
    const nb::gil_scoped_release release;
    return margin::leverage({trades, accounts}, snapshot, method, {market, pack, limits}, asked, threads);
  };
  nb::list out;
  for (const auto& result : unwrap(work())) out.append(result ? plain(*result) : nb::cast(result.error()));
  return out;
}

void bind_structs(nb::module_& rules) {
  nb::enum_<margin::PerpetualKind>(rules, "PerpetualKind")
      .value("linear", margin::PerpetualKind::linear)
      .value("inverse", margin::PerpetualKind::inverse)
      .value("quanto", margin::PerpetualKind::quanto);
  nb::enum_<margin::MarginPrice>(rules, "MarginPrice")
      .value("mark", margin::MarginPrice::mark)
      .value("entry", margin::MarginPrice::entry);
  nb::enum_<margin::StopOutOrder>(rules, "StopOutOrder")
      .value("largest_loss_first", margin::StopOutOrder::largest_loss_first)
      .value("largest_margin_first", margin::StopOutOrder::largest_margin_first)
      .value("oldest_first", margin::StopOutOrder::oldest_first)
      .value("all_at_once", margin::StopOutOrder::all_at_once);
  nb::enum_<margin::LiquidationStage>(rules, "LiquidationStage")
      .value("orders_cancelled", margin::LiquidationStage::orders_cancelled)
      .value("reduced", margin::LiquidationStage::reduced)
      .value("taken_over", margin::LiquidationStage::taken_over)
      .value("deleveraged", margin::LiquidationStage::deleveraged)
      .value("uncovered", margin::LiquidationStage::uncovered);
  bind_described<margin::MaintenanceTier>(rules);
  bind_described<margin::PerpetualContract>(rules);
  bind_described<margin::PerpetualRules>(rules);
  bind_described<margin::FundingFixing>(rules);
  bind_described<margin::PerpetualMark>(rules);
  bind_described<margin::PerpetualMarket>(rules);
  bind_described<margin::PerpetualPosition>(rules);
  bind_described<margin::PerpetualAccount>(rules);
  bind_described<margin::InsuranceFund>(rules);
  bind_described<margin::CfdClass>(rules);
  bind_described<margin::CfdRules>(rules);
  bind_described<margin::CfdPosition>(rules);
  bind_described<margin::CfdAccount>(rules);
  bind_described<margin::FundTerms>(rules);
  bind_described<margin::LeverageFactor>(rules);
  bind_described<margin::LeverageSettings>(rules);
}

}  // namespace

void bind_leveraged(nb::module_& module) {
  nb::module_ rules = nb::borrow<nb::module_>(module.attr("margin"));
  bind_structs(rules);
  rules.def(
      "continuous_tiers",
      [](std::vector<margin::MaintenanceTier> tiers, const std::string& contract) {
        return unwrap(margin::continuous_tiers(std::move(tiers), contract));
      },
      "tiers"_a, "contract"_a,
      nb::sig("def continuous_tiers(tiers: collections.abc.Sequence[MaintenanceTier], contract: str) -> "
              "list[MaintenanceTier]"),
      "The brackets with the amounts that make the requirement continuous.");
  rules.def("perpetual_accounts", &perpetual_accounts, "accounts"_a, "market"_a, "rules"_a,
            nb::sig("def perpetual_accounts(accounts: collections.abc.Sequence[PerpetualAccount], market: "
                    "PerpetualMarket, rules: PerpetualRules) -> list[typing.Any]"),
            "One outcome per account: its margin as plain data, or the Error that refused it.");
  rules.def("cfd_accounts", &cfd_accounts, "accounts"_a, "date"_a, "rules"_a,
            nb::sig("def cfd_accounts(accounts: collections.abc.Sequence[CfdAccount], date: datetime.date, rules: "
                    "CfdRules) -> list[typing.Any]"),
            "One outcome per account: its margin and close-out as plain data, or the Error that refused it.");
  rules.def(
      "moved",
      [](const margin::PerpetualMarket& market, const std::vector<double>& moves) {
        return unwrap(margin::moved(market, moves));
      },
      "market"_a, "moves"_a,
      nb::sig("def moved(market: PerpetualMarket, moves: collections.abc.Sequence[float]) -> PerpetualMarket"),
      "The marks moved by fractions of themselves.");
  rules.def("waterfall", &waterfall, "accounts"_a, "market"_a, "rules"_a, "fund"_a,
            nb::sig("def waterfall(accounts: collections.abc.Sequence[PerpetualAccount], market: PerpetualMarket, "
                    "rules: PerpetualRules, fund: InsuranceFund) -> dict[str, typing.Any]"),
            "What a forced liquidation leaves of a set of accounts, step by step.");
  rules.def(
      "fund_path",
      [](const margin::FundTerms& terms, const std::vector<double>& closes) {
        return plain(unwrap(margin::fund_path(terms, closes)));
      },
      "terms"_a, "closes"_a,
      nb::sig("def fund_path(terms: FundTerms, closes: collections.abc.Sequence[float]) -> dict[str, typing.Any]"),
      "What daily rebalancing did to a fund over the closes of its index.");
  rules.def("leverage", &leverages, "trades"_a, "accounts"_a, "snapshot"_a, "method"_a, "market"_a, "pack"_a,
            "limits"_a, "asked"_a, "threads"_a,
            nb::sig("def leverage(trades: collections.abc.Sequence[plimsoll._core.Trade], accounts: "
                    "collections.abc.Sequence[Account], snapshot: plimsoll._core.Snapshot, method: typing.Any, market: "
                    "MarketView, pack: RulePack, limits: SearchLimits, asked: LeverageSettings, threads: int) -> "
                    "list[typing.Any]"),
            "Leverage of each account as plain data, or the Error that refused it.");
}

}  // namespace plimsoll::bindings
