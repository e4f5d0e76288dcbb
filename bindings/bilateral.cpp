#include "bindings.hpp"
#include "field_list.hpp"
#include "money_caster.hpp"

#include <string>
#include <vector>

#include <plimsoll/margin/bilateral/agreement.hpp>
#include <plimsoll/margin/bilateral/schedule.hpp>
#include <plimsoll/margin/bilateral/simm.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

nb::list outcomes_of(const std::vector<margin::CrifRow>& rows, const margin::SimmPack& pack,
                     const margin::SimmSettings& settings) {
  std::vector<margin::NettingSetMargin> found;
  {
    const nb::gil_scoped_release release;
    found = margin::simm_of_netting_sets(rows, pack, settings);
  }
  nb::list out;
  for (const margin::NettingSetMargin& own : found)
    out.append(nb::make_tuple(own.portfolio_id, own.regulation, own.rows,
                              own.margin ? nb::object(record_of(*own.margin)) : nb::cast(own.margin.error())));
  return out;
}

nb::list schedules_of(const std::vector<margin::CrifRow>& rows, const margin::SchedulePack& pack,
                      const margin::SimmSettings& settings) {
  nb::list out;
  for (const margin::NettingSetSchedule& own : margin::schedule_of_netting_sets(rows, pack, settings))
    out.append(nb::make_tuple(own.portfolio_id,
                              own.margin ? nb::object(record_of(*own.margin)) : nb::cast(own.margin.error())));
  return out;
}

}  // namespace

void bind_bilateral(nb::module_& module) {
  nb::module_ rules = module.def_submodule("bilateral", "Margin of uncleared derivatives; amounts of money in cents.");
  nb::enum_<margin::ProductClass>(rules, "ProductClass")
      .value("rates_and_exchange", margin::ProductClass::rates_and_exchange)
      .value("credit", margin::ProductClass::credit)
      .value("equity", margin::ProductClass::equity)
      .value("commodity", margin::ProductClass::commodity);
  nb::enum_<margin::RiskClass>(rules, "RiskClass")
      .value("interest_rate", margin::RiskClass::interest_rate)
      .value("credit_qualifying", margin::RiskClass::credit_qualifying)
      .value("credit_non_qualifying", margin::RiskClass::credit_non_qualifying)
      .value("equity", margin::RiskClass::equity)
      .value("commodity", margin::RiskClass::commodity)
      .value("exchange_rate", margin::RiskClass::exchange_rate);
  nb::enum_<margin::RiskMeasure>(rules, "RiskMeasure")
      .value("delta", margin::RiskMeasure::delta)
      .value("vega", margin::RiskMeasure::vega)
      .value("curvature", margin::RiskMeasure::curvature)
      .value("base_correlation", margin::RiskMeasure::base_correlation);
  nb::enum_<margin::MarginSide>(rules, "MarginSide")
      .value("call", margin::MarginSide::call)
      .value("post", margin::MarginSide::post);
  bind_described<margin::CrifRow>(rules);
  bind_described<margin::CurrencyRate>(rules);
  bind_described<margin::SimmCurrency>(rules);
  bind_described<margin::SimmRates>(rules);
  bind_described<margin::SimmBucket>(rules);
  bind_described<margin::SimmBuckets>(rules);
  bind_described<margin::SimmExchange>(rules);
  bind_described<margin::SimmPack>(rules);
  bind_described<margin::SimmSettings>(rules);
  rules.def("simm", &outcomes_of, "rows"_a, "pack"_a, "settings"_a,
            nb::sig("def simm(rows: collections.abc.Sequence[CrifRow], pack: SimmPack, settings: SimmSettings) "
                    "-> list[tuple[str, str, int, typing.Any]]"),
            "By netting set and regulation: name, regulation, rows, and the margin as plain data or the Error.");
  bind_described<margin::ScheduleRate>(rules);
  bind_described<margin::SchedulePack>(rules);
  bind_described<margin::TransferTerms>(rules);
  bind_described<margin::Collateral>(rules);
  bind_described<margin::TransferCall>(rules);
  bind_described<margin::VariationCall>(rules);
  rules.def("schedule", &schedules_of, "rows"_a, "pack"_a, "settings"_a,
            nb::sig("def schedule(rows: collections.abc.Sequence[CrifRow], pack: SchedulePack, settings: SimmSettings) "
                    "-> list[tuple[str, typing.Any]]"),
            "By netting set: name, and the margin of the schedule as plain data or the Error.");
  rules.def(
      "converted",
      [](double amount, const std::string& from, const std::string& into,
         const std::vector<margin::CurrencyRate>& rates) {
        return unwrap(margin::converted(amount, from, into, rates));
      },
      "amount"_a, "source"_a, "target"_a, "rates"_a, "An amount in another currency, in cents, rounded half-up.");
  rules.def(
      "transfer_call",
      [](Money requirement, const margin::TransferTerms& terms, const std::vector<margin::Collateral>& held,
         const std::vector<margin::CurrencyRate>& rates) {
        return unwrap(margin::transfer_call(requirement, terms, held, rates));
      },
      "requirement"_a, "terms"_a, "held"_a, "rates"_a, "What a side delivers or gets back.");
  rules.def(
      "variation_call",
      [](Money exposure, const margin::TransferTerms& theirs, const std::vector<margin::Collateral>& from_them,
         const margin::TransferTerms& ours, const std::vector<margin::Collateral>& from_us,
         const std::vector<margin::CurrencyRate>& rates) {
        return unwrap(margin::variation_call(exposure, theirs, from_them, ours, from_us, rates));
      },
      "exposure"_a, "theirs"_a, "from_them"_a, "ours"_a, "from_us"_a, "rates"_a,
      "Variation margin of both sides for an exposure to the counterparty.");
  rules.def(
      "netted", [](const std::vector<margin::CrifRow>& rows) { return unwrap(margin::netted(rows)); }, "rows"_a,
      "The rows of a file added up over trades.");
}

}  // namespace plimsoll::bindings
