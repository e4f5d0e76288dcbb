#include "bindings.hpp"
#include "field_list.hpp"
#include "money_caster.hpp"
#include "revaluation.hpp"

#include <vector>

#include <plimsoll/margin/reverse_stress.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

template <class T>
nb::list answers_of(const std::vector<Result<T>>& results) {
  nb::list out;
  for (const auto& result : results) out.append(result ? nb::cast(*result) : nb::cast(result.error()));
  return out;
}

nb::dict stressed(const std::vector<Trade>& trades, const std::vector<margin::Account>& accounts,
                  const Snapshot& before, const std::vector<Snapshot>& after, const Method& method,
                  const margin::MarketView& market, const margin::RulePack& pack, const margin::SearchLimits& limits,
                  int threads) {
  margin::StressRun run;
  {
    const nb::gil_scoped_release release;
    run = margin::stress({trades, accounts}, before, after, method, {market, pack, limits}, threads);
  }
  nb::list by_snapshot;
  for (const auto& row : run.after) by_snapshot.append(answers_of(row));
  nb::dict out = dict_of(run.positions);
  out["margins_before"] = answers_of(run.before);
  out["margins"] = by_snapshot;
  return out;
}

nb::list limits_of(const std::vector<Trade>& trades, const std::vector<margin::Account>& accounts,
                   const Snapshot& snapshot, const Method& method, const margin::MarketView& market,
                   const margin::RulePack& pack, const margin::SearchLimits& limits, const margin::SpotSearch& search,
                   int threads) {
  const auto work = [&] {
    const nb::gil_scoped_release release;
    return margin::spot_limits({trades, accounts}, snapshot, method, {market, pack, limits}, search, threads);
  };
  return answers_of(unwrap(work()));
}

}  // namespace

void bind_stress(nb::module_& module) {
  nb::module_ rules = nb::borrow<nb::module_>(module.attr("margin"));
  bind_described<margin::StressedMargin>(rules);
  bind_described<margin::SpotSearch>(rules);
  bind_described<margin::SpotLimit>(rules);
  bind_described<margin::SpotLimits>(rules);
  rules.def("stress", &stressed, "trades"_a, "accounts"_a, "before"_a, "after"_a, "method"_a, "market"_a, "pack"_a,
            "limits"_a, "threads"_a,
            nb::sig("def stress(trades: collections.abc.Sequence[plimsoll._core.Trade], accounts: "
                    "collections.abc.Sequence[Account], before: plimsoll._core.Snapshot, after: "
                    "collections.abc.Sequence[plimsoll._core.Snapshot], method: plimsoll._core.ClosedForm | "
                    "plimsoll._core.LeisenReimer | plimsoll._core.CrankNicolson | plimsoll._core.MonteCarlo | "
                    "plimsoll._core.IntegralEquation | plimsoll._core.BaroneAdesiWhaley | "
                    "plimsoll._core.BjerksundStensland | plimsoll._core.JuQuadratic | "
                    "plimsoll._core.Binomial | plimsoll._core.Trinomial | plimsoll._core.RainbowLattice, market: "
                    "MarketView, pack: RulePack, limits: SearchLimits, threads: int) -> dict[str, typing.Any]"),
            "What revalue gives, and a StressedMargin or Error for each account: margins_before, margins by snapshot.");
  rules.def("spot_limits", &limits_of, "trades"_a, "accounts"_a, "snapshot"_a, "method"_a, "market"_a, "pack"_a,
            "limits"_a, "search"_a, "threads"_a,
            nb::sig("def spot_limits(trades: collections.abc.Sequence[plimsoll._core.Trade], accounts: "
                    "collections.abc.Sequence[Account], snapshot: plimsoll._core.Snapshot, method: "
                    "plimsoll._core.ClosedForm | plimsoll._core.LeisenReimer | plimsoll._core.CrankNicolson | "
                    "plimsoll._core.MonteCarlo | "
                    "plimsoll._core.IntegralEquation | plimsoll._core.BaroneAdesiWhaley | "
                    "plimsoll._core.BjerksundStensland | plimsoll._core.JuQuadratic | "
                    "plimsoll._core.Binomial | plimsoll._core.Trinomial | plimsoll._core.RainbowLattice, "
                    "market: MarketView, pack: RulePack, limits: SearchLimits, search: "
                    "SpotSearch, threads: int) -> list[typing.Any]"),
            "SpotLimits or Error for each account: the nearest parallel moves of all spots that leave no excess.");
}

}  // namespace plimsoll::bindings
