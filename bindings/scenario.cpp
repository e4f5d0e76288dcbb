#include "bindings.hpp"
#include "field_list.hpp"
#include "money_caster.hpp"
#include "revaluation.hpp"

#include <vector>

#include <plimsoll/scenario/shock.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

nb::dict positions_of(const std::vector<Trade>& trades, const Snapshot& before, const std::vector<Snapshot>& after,
                      const Method& method, int threads) {
  Revaluation found;
  {
    const nb::gil_scoped_release release;
    found = revalue(trades, before, after, method, threads);
  }
  return dict_of(found);
}

}  // namespace

nb::dict dict_of(const Revaluation& found) {
  nb::list before;
  for (const auto& price : found.before) before.append(price ? nb::cast(*price) : nb::cast(price.error()));
  nb::list after;
  for (const auto& positions : found.after) {
    nb::list row;
    for (const auto& position : positions)
      row.append(position ? nb::object(nb::make_tuple(position->price, position->profit)) : nb::cast(position.error()));
    after.append(row);
  }
  nb::dict out;
  out["before"] = before;
  out["after"] = after;
  return out;
}

void bind_scenario(nb::module_& module) {
  nb::module_ m = module.def_submodule("scenario", "Changes of the market, and books valued in full after them.");
  bind_described<UnderlyingShock>(m);
  bind_described<Shock>(m);
  m.def(
      "apply", [](const Shock& shock, const Snapshot& snapshot) { return unwrap(apply(shock, snapshot)); }, "shock"_a,
      "snapshot"_a, "The market after the shock; a snapshot that nothing moves in is the same.");
  m.def("parallel_spot_shock", &parallel_spot_shock, "snapshot"_a, "spot_relative"_a,
        "A shock that moves every spot by one fraction.");
  m.def("revalue", &positions_of, "trades"_a, "before"_a, "after"_a, "method"_a, "threads"_a,
        nb::sig("def revalue(trades: collections.abc.Sequence[plimsoll._core.Trade], before: plimsoll._core.Snapshot, "
                "after: collections.abc.Sequence[plimsoll._core.Snapshot], method: plimsoll._core.ClosedForm | "
                "plimsoll._core.LeisenReimer | plimsoll._core.CrankNicolson | plimsoll._core.MonteCarlo | "
                "plimsoll._core.IntegralEquation | plimsoll._core.BaroneAdesiWhaley | "
                "plimsoll._core.BjerksundStensland | plimsoll._core.JuQuadratic | plimsoll._core.Binomial | "
                "plimsoll._core.Trinomial | plimsoll._core.RainbowLattice, "
                "threads: int) -> dict[str, typing.Any]"),
        "Prices before by trade; (price, profit in cents) or Error by snapshot and trade.");
}

}  // namespace plimsoll::bindings
