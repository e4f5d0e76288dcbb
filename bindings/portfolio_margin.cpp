#include "bindings.hpp"
#include "field_list.hpp"
#include "margin_tree.hpp"
#include "money_caster.hpp"
#include "what_if.hpp"

#include <span>
#include <vector>

#include <plimsoll/margin/portfolio/portfolio_margin.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

nb::dict result_of(const margin::PortfolioMargin& result) {
  nb::list groups;
  for (const margin::PortfolioGroupResult& group : result.groups) {
    nb::dict entry;
    nb::list profits;
    for (const double cents : group.profits) profits.append(Money::from_cents(static_cast<std::int64_t>(cents)));
    entry["name"] = group.name;
    entry["profits"] = profits;
    entry["worst_point"] = group.worst_point;
    entry["risk"] = group.risk;
    entry["minimum"] = group.minimum;
    entry["requirement"] = group.requirement;
    groups.append(entry);
  }
  nb::dict out;
  out["account_id"] = result.account_id;
  out["valuation_date"] = result.valuation_date;
  out["equity"] = result.equity;
  out["equity_tree"] = tree_of(result.equity_tree);
  out["requirement"] = result.requirement;
  out["requirement_tree"] = tree_of(result.requirement_tree);
  out["excess"] = result.excess;
  out["call"] = result.call;
  out["groups"] = groups;
  out["warnings"] = warnings_of(result.warnings);
  return out;
}

nb::list outcomes_of(const std::vector<margin::Account>& accounts, const Snapshot& snapshot, const Method& method,
                     const margin::MarketView& market, const margin::PortfolioPack& pack, int threads) {
  std::vector<Result<margin::PortfolioMargin>> results;
  {
    const nb::gil_scoped_release release;
    results = margin::portfolio_margin(accounts, snapshot, method, {market, pack}, threads);
  }
  nb::list out;
  for (const auto& result : results) {
    if (result)
      out.append(result_of(*result));
    else
      out.append(nb::cast(result.error()));
  }
  return out;
}

}  // namespace

void bind_portfolio_margin(nb::module_& module) {
  nb::module_ rules = nb::borrow<nb::module_>(module.attr("margin"));
  bind_described<margin::ClassType>(rules);
  bind_described<margin::ClassRow>(rules);
  bind_described<margin::OffsetGroup>(rules);
  bind_described<margin::EquityTier>(rules);
  bind_described<margin::PortfolioPack>(rules);
  rules.def("portfolio_margin", &outcomes_of, "accounts"_a, "snapshot"_a, "method"_a, "market"_a, "pack"_a, "threads"_a,
            nb::sig("def portfolio_margin(accounts: collections.abc.Sequence[Account], snapshot: "
                    "plimsoll._core.Snapshot, method: plimsoll._core.ClosedForm | plimsoll._core.LeisenReimer | "
                    "plimsoll._core.CrankNicolson | plimsoll._core.MonteCarlo | plimsoll._core.IntegralEquation | "
                    "plimsoll._core.BaroneAdesiWhaley | plimsoll._core.BjerksundStensland | "
                    "plimsoll._core.JuQuadratic | plimsoll._core.Binomial | plimsoll._core.Trinomial | "
                    "plimsoll._core.RainbowLattice, market: MarketView, pack: PortfolioPack, threads: int) -> "
                    "list[typing.Any]"),
            "One outcome per account: a result as plain data, or the Error that refused it.");
  add_what_if(rules);
}

}  // namespace plimsoll::bindings
