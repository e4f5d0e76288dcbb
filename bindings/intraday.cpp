#include "intraday.hpp"

#include "field_list.hpp"
#include "money_caster.hpp"

#include <vector>

#include <plimsoll/margin/calls.hpp>
#include <plimsoll/margin/intraday.hpp>
#include <plimsoll/margin/intraday_clock.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

margin::DayDeficit deficit_of(const margin::DayLedger& ledger, const margin::RulePack& pack,
                              const margin::IntradayChoices& choices, const margin::SearchLimits& limits) {
  Result<margin::DayDeficit> found{Error{}};
  {
    const nb::gil_scoped_release release;
    found = margin::intraday_deficit(ledger, pack, choices, limits);
  }
  return unwrap(std::move(found));
}

void bind_kinds(nb::module_& rules) {
  nb::enum_<margin::LedgerKind>(rules, "LedgerKind")
      .value("trade", margin::LedgerKind::trade)
      .value("deposit", margin::LedgerKind::deposit)
      .value("withdrawal", margin::LedgerKind::withdrawal)
      .value("expiry", margin::LedgerKind::expiry)
      .value("exercise", margin::LedgerKind::exercise)
      .value("mark", margin::LedgerKind::mark);
  nb::enum_<margin::DeficitState>(rules, "DeficitState")
      .value("outstanding", margin::DeficitState::outstanding)
      .value("satisfied", margin::DeficitState::satisfied)
      .value("expired", margin::DeficitState::expired);
  nb::enum_<margin::CallKind>(rules, "CallKind")
      .value("regulation_t", margin::CallKind::regulation_t)
      .value("maintenance", margin::CallKind::maintenance)
      .value("house", margin::CallKind::house)
      .value("intraday", margin::CallKind::intraday);
  nb::enum_<margin::CallState>(rules, "CallState")
      .value("issued", margin::CallState::issued)
      .value("partially_met", margin::CallState::partially_met)
      .value("met", margin::CallState::met)
      .value("overdue", margin::CallState::overdue)
      .value("escalated", margin::CallState::escalated)
      .value("extended", margin::CallState::extended)
      .value("waived", margin::CallState::waived)
      .value("disregarded", margin::CallState::disregarded);
  nb::enum_<margin::CallAction>(rules, "CallAction")
      .value("issue", margin::CallAction::issue)
      .value("payment", margin::CallAction::payment)
      .value("relief", margin::CallAction::relief)
      .value("extend", margin::CallAction::extend)
      .value("waive", margin::CallAction::waive);
  nb::enum_<margin::Restriction>(rules, "Restriction")
      .value("none", margin::Restriction::none)
      .value("closing_only", margin::Restriction::closing_only)
      .value("freeze", margin::Restriction::freeze);
}

}  // namespace

void bind_intraday(nb::module_& module) {
  nb::module_ rules = nb::borrow<nb::module_>(module.attr("margin"));
  bind_kinds(rules);
  bind_described<margin::PriceMark>(rules);
  bind_described<margin::LedgerEvent>(rules);
  bind_described<margin::DayLedger>(rules);
  bind_described<margin::IntradayChoices>(rules);
  bind_described<margin::DayDeficit>(rules);
  bind_described<margin::IntradayRules>(rules);
  bind_described<margin::IntradayDay>(rules);
  bind_described<margin::DeficitStatus>(rules);
  bind_described<margin::IntradayClock>(rules);
  bind_described<margin::TradeCount>(rules);
  bind_described<margin::DayTrader>(rules);
  bind_described<margin::CallEvent>(rules);
  bind_described<margin::SettlementCycle>(rules);
  bind_described<margin::CallTerms>(rules);
  bind_described<margin::CallRules>(rules);
  bind_described<margin::CallStatus>(rules);
  rules.def("intraday_deficit", &deficit_of, "ledger"_a, "pack"_a, "choices"_a, "limits"_a,
            "The highest intraday margin deficit of a day over all orders of its entries that may have been.");
  rules.def(
      "intraday_clock",
      [](const std::vector<margin::IntradayDay>& days, const std::vector<Date>& business_days,
         const margin::IntradayRules& own) { return unwrap(margin::intraday_clock(days, business_days, own)); },
      "days"_a, "business_days"_a, "rules"_a, "The state of each deficit and whether the account is frozen.");
  rules.def(
      "day_trader",
      [](const std::vector<margin::TradeCount>& counts, const std::vector<Date>& business_days, Money equity,
         Money closing_excess, const margin::IntradayRules& own) {
        return unwrap(margin::day_trader(counts, business_days, equity, closing_excess, own));
      },
      "counts"_a, "business_days"_a, "equity"_a, "closing_excess"_a, "rules"_a,
      "Whether an account is one of a pattern day trader, and its buying power.");
  rules.def(
      "call_states",
      [](const std::vector<margin::CallEvent>& events, Date as_of, const std::vector<Date>& business_days,
         const margin::CallRules& own) { return unwrap(margin::call_states(events, as_of, business_days, own)); },
      "events"_a, "as_of"_a, "business_days"_a, "rules"_a, "The state of each call at the close of a day.");
}

}  // namespace plimsoll::bindings
