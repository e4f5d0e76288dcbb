#include "arrays.hpp"
#include "bindings.hpp"
#include "field_list.hpp"
#include "margin_tree.hpp"
#include "money_caster.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <plimsoll/margin/span/arrays.hpp>
#include <plimsoll/margin/span/requirement.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;
namespace span = margin::span;

using Offsets = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

nb::dict result_of(const span::Requirement& found) {
  nb::dict out;
  out["account_id"] = found.account_id;
  out["date"] = found.date;
  out["maintenance"] = tree_of(found.maintenance);
  out["initial"] = tree_of(found.initial);
  out["commodities"] = plain(found.commodities);
  return out;
}

nb::list outcomes_of(const std::vector<span::Account>& accounts, const span::PreparedSet& set) {
  const auto results = released([&] { return span::requirements(accounts, set); });
  nb::list out;
  for (const auto& result : results) out.append(result ? nb::object(result_of(*result)) : nb::cast(result.error()));
  return out;
}

nb::tuple columns_of(const Offsets& offsets, const Indices& contract, const Offsets& quantity,
                     const span::PreparedSet& set, span::AccountClass account_class, std::int64_t threads) {
  auto found = unwrap(released([&] {
    return span::requirement_columns({span_of(offsets), span_of(contract), span_of(quantity)}, set, account_class,
                                     threads);
  }));
  return nb::make_tuple(array_of(std::move(found.maintenance)), array_of(std::move(found.initial)),
                        array_of(std::move(found.status)));
}

nb::list arrays_of_contracts(const std::vector<Trade>& contracts, const Snapshot& snapshot,
                             const span::ScanSettings& settings, const Method& method, int threads) {
  const auto results =
      unwrap(released([&] { return span::scan_contracts(contracts, snapshot, settings, method, threads); }));
  nb::list out;
  for (const auto& result : results) out.append(result ? nb::cast(*result) : nb::cast(result.error()));
  return out;
}

void bind_enums(nb::module_& rules) {
  nb::enum_<span::ContractKind>(rules, "ContractKind")
      .value("physical", span::ContractKind::physical)
      .value("future", span::ContractKind::future)
      .value("call", span::ContractKind::call)
      .value("put", span::ContractKind::put);
  nb::enum_<span::OptionMinimum>(rules, "OptionMinimum")
      .value("gross", span::OptionMinimum::gross)
      .value("larger_side", span::OptionMinimum::larger_side);
  nb::enum_<span::PriceRisk>(rules, "PriceRisk")
      .value("normal", span::PriceRisk::normal)
      .value("capped", span::PriceRisk::capped)
      .value("scan_range", span::PriceRisk::scan_range);
  nb::enum_<span::SpreadRate>(rules, "SpreadRate")
      .value("flat", span::SpreadRate::flat)
      .value("weighted", span::SpreadRate::weighted);
  nb::enum_<span::Side>(rules, "Side").value("a", span::Side::a).value("b", span::Side::b);
  nb::enum_<span::AccountClass>(rules, "AccountClass")
      .value("member", span::AccountClass::member)
      .value("hedger", span::AccountClass::hedger)
      .value("speculator", span::AccountClass::speculator);
}

void bind_structs(nb::module_& rules) {
  bind_described<span::ScanPoint>(rules);
  bind_described<span::DeltaPoint>(rules);
  bind_described<span::Contract>(rules);
  bind_described<span::Tier>(rules);
  bind_described<span::SpreadLeg>(rules);
  bind_described<span::Spread>(rules);
  bind_described<span::DeliveryRate>(rules);
  bind_described<span::ClassRatio>(rules);
  bind_described<span::Commodity>(rules);
  bind_described<span::ParameterSet>(rules);
  bind_described<span::Position>(rules);
  bind_described<span::Account>(rules);
  bind_described<span::ScanRange>(rules);
  bind_described<span::ScanSettings>(rules);
  bind_described<span::ScannedContract>(rules);
}

}  // namespace

void bind_span(nb::module_& module) {
  nb::module_ rules =
      module.def_submodule("span", "SPAN: risk arrays and requirements; every amount of money in cents.");
  bind_enums(rules);
  bind_structs(rules);
  nb::class_<span::PreparedSet>(rules, "PreparedSet")
      .def_static(
          "prepare", [](const span::ParameterSet& set) { return unwrap(span::PreparedSet::prepare(set)); },
          "parameters"_a, "Checks a parameter set once and lays it out for many accounts.")
      .def_prop_ro("parameters", &span::PreparedSet::parameters, "The set in its own order.")
      .def("index_of", &span::PreparedSet::index_of, "contract"_a,
           "Place of a contract in that order; None if unknown.");
  rules.def("requirements", &outcomes_of, "accounts"_a, "parameters"_a,
            nb::sig("def requirements(accounts: collections.abc.Sequence[Account], parameters: PreparedSet) "
                    "-> list[typing.Any]"),
            "One outcome per account: a requirement as plain data, or the Error that refused it.");
  rules.def("requirement_columns", &columns_of, "offsets"_a, "contract"_a, "quantity"_a, "parameters"_a,
            "account_class"_a, "threads"_a,
            "Maintenance and initial requirement in cents and a status (0 is fine) for each account of the columns.");
  rules.def("scan_contracts", &arrays_of_contracts, "contracts"_a, "snapshot"_a, "settings"_a, "method"_a, "threads"_a,
            nb::sig("def scan_contracts(contracts: collections.abc.Sequence[plimsoll._core.Trade], snapshot: "
                    "plimsoll._core.Snapshot, settings: ScanSettings, method: plimsoll._core.ClosedForm | "
                    "plimsoll._core.LeisenReimer | plimsoll._core.CrankNicolson | plimsoll._core.MonteCarlo | "
                    "plimsoll._core.IntegralEquation | plimsoll._core.BaroneAdesiWhaley | "
                    "plimsoll._core.BjerksundStensland | plimsoll._core.JuQuadratic | plimsoll._core.Binomial | "
                    "plimsoll._core.Trinomial | plimsoll._core.RainbowLattice, threads: int) -> list[typing.Any]"),
            "A ScannedContract or Error for each contract: its risk array, composite delta and price.");
}

}  // namespace plimsoll::bindings
