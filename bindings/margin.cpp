#include "bindings.hpp"
#include "field_list.hpp"
#include "margin_tree.hpp"
#include "money_caster.hpp"

#include <span>
#include <string>
#include <vector>

#include <plimsoll/margin/margin.hpp>
#include <plimsoll/margin/maximum_loss.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

const char* name_of(margin::ComponentKind kind) {
  switch (kind) {
    case margin::ComponentKind::sum:
      return "sum";
    case margin::ComponentKind::requirement:
      return "requirement";
    case margin::ComponentKind::valuation:
      return "valuation";
    case margin::ComponentKind::holding:
      return "holding";
  }
  return "";
}

nb::list pairings_of(const margin::PhaseResult& phase) {
  nb::list out;
  for (const margin::UnderlyingPairing& own : phase.pairings) {
    nb::list groups;
    for (const margin::Group& group : own.pairing.groups) {
      nb::dict entry;
      entry["name"] = group.name;
      entry["count"] = group.count;
      entry["shares"] = group.shares;
      groups.append(entry);
    }
    const margin::Certificate& proof = own.pairing.certificate;
    nb::dict entry;
    entry["underlying"] = own.underlying;
    entry["groups"] = groups;
    entry["optimum"] = proof.optimum;
    entry["bound"] = proof.bound;
    entry["gap"] = proof.gap();
    entry["relaxation"] = proof.relaxation;
    entry["unpaired"] = proof.unpaired;
    entry["nodes"] = proof.nodes;
    out.append(entry);
  }
  return out;
}

nb::dict phase_of(const margin::PhaseResult& phase) {
  nb::dict out;
  out["amount"] = phase.amount;
  out["equity_with_loan_value"] = phase.equity_with_loan_value;
  out["excess"] = phase.excess;
  out["paid_in_full"] = phase.paid_in_full;
  out["requirement"] = tree_of(phase.requirement);
  out["uncounted_options"] = tree_of(phase.uncounted_options);
  out["pairings"] = pairings_of(phase);
  return out;
}

nb::dict result_of(const margin::MarginResult& result) {
  nb::dict out;
  out["account_id"] = result.account_id;
  out["valuation_date"] = result.valuation_date;
  out["equity"] = result.equity;
  out["equity_tree"] = tree_of(result.equity_tree);
  out["initial"] = phase_of(result.initial);
  out["maintenance"] = phase_of(result.maintenance);
  out["call"] = result.call;
  out["minimum_equity_shortfall"] = result.minimum_equity_shortfall;
  out["warnings"] = warnings_of(result.warnings);
  return out;
}

nb::list outcomes_of(const std::vector<margin::Account>& accounts, const margin::MarketView& market,
                     const margin::RulePack& pack, const margin::SearchLimits& limits) {
  std::vector<Result<margin::MarginResult>> results;
  {
    const nb::gil_scoped_release release;
    results = margin::margin_accounts(accounts, market, pack, limits);
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

nb::tuple loss_of(const std::vector<std::tuple<OptionType, double, double>>& legs) {
  std::vector<margin::PayoffLeg> payoff;
  payoff.reserve(legs.size());
  for (const auto& [type, strike, units] : legs) payoff.push_back({type, strike, units});
  const margin::MaximumLoss worst = margin::maximum_loss(payoff);
  return nb::make_tuple(worst.loss, worst.at_price);
}

}  // namespace

nb::dict tree_of(const margin::Component& node) {
  nb::dict inputs;
  for (const margin::Input& input : node.inputs) inputs[nb::cast(input.name)] = input.value;
  nb::list children;
  for (const margin::Component& child : node.children) children.append(tree_of(child));
  nb::dict out;
  out["kind"] = name_of(node.kind);
  out["name"] = node.name;
  out["rule_ref"] = node.rule_ref;
  out["inputs"] = inputs;
  out["amount"] = node.amount;
  out["children"] = children;
  return out;
}

nb::list warnings_of(const std::vector<margin::Warning>& warnings) {
  nb::list out;
  for (const margin::Warning& warning : warnings) {
    nb::dict entry;
    entry["code"] = warning.code;
    entry["underlying"] = warning.underlying;
    entry["text"] = warning.text;
    out.append(entry);
  }
  return out;
}

void bind_margin(nb::module_& module) {
  nb::module_ rules = module.def_submodule("margin", "Regulation T and FINRA 4210; every amount of money in cents.");
  nb::enum_<margin::UnderlyingClass>(rules, "UnderlyingClass")
      .value("equity", margin::UnderlyingClass::equity)
      .value("narrow_index", margin::UnderlyingClass::narrow_index)
      .value("broad_index", margin::UnderlyingClass::broad_index);
  bind_described<margin::UnderlyingView>(rules);
  bind_described<margin::MarketView>(rules);
  bind_described<margin::StockPosition>(rules);
  bind_described<margin::OptionPosition>(rules);
  bind_described<margin::FuturePosition>(rules);
  bind_described<margin::Account>(rules);
  bind_described<margin::StockRates>(rules);
  bind_described<margin::OptionRates>(rules);
  bind_described<margin::FutureRate>(rules);
  bind_described<margin::RulePack>(rules);
  bind_described<margin::SearchLimits>(rules);
  rules.def("margin_accounts", &outcomes_of, "accounts"_a, "market"_a, "pack"_a, "limits"_a,
            nb::sig("def margin_accounts(accounts: collections.abc.Sequence[Account], market: MarketView, "
                    "pack: RulePack, limits: SearchLimits) -> list[typing.Any]"),
            "One outcome per account: a result as plain data, or the Error that refused it.");
  rules.def("maximum_loss", &loss_of, "legs"_a,
            nb::sig("def maximum_loss(legs: collections.abc.Sequence[tuple[plimsoll._core.OptionType, float, float]]) "
                    "-> tuple[float, float]"),
            "Greatest loss over the exercise prices of (type, strike, signed units), and the price of it.");
}

}  // namespace plimsoll::bindings
