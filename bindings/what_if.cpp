#include "what_if.hpp"

#include "field_list.hpp"
#include "money_caster.hpp"

#include <optional>
#include <vector>

#include <plimsoll/margin/what_if/margin_state.hpp>
#include <plimsoll/margin/what_if/portfolio_state.hpp>

namespace plimsoll::bindings {
namespace {

using namespace nb::literals;

/// Makes the changes one after the other; before the last one, a trade, searches for its largest size where asked to.
template <class State, class Search>
nb::dict changed(State state, const std::vector<margin::Change>& changes, bool searched, const Search& search) {
  nb::dict out;
  out["before"] = nb::cast(state.figures());
  std::optional<Result<margin::LargestSize>> largest;
  const auto work = [&]() -> Result<State> {
    const nb::gil_scoped_release release;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const auto* const trade = std::get_if<margin::TradeChange>(&changes[i]);
      if (searched && trade != nullptr && i + 1 == changes.size()) largest = search(state, *trade);
      if (auto after = state.apply(changes[i]); !after) return after.error();
    }
    return state;
  };
  const State after = unwrap(work());
  nb::list marginals;
  for (const auto& marginal : unwrap(after.marginals())) marginals.append(nb::cast(marginal));
  out["after"] = nb::cast(after.figures());
  out["marginals"] = marginals;
  out["largest"] = largest ? nb::cast(unwrap(*largest)) : nb::none();
  return out;
}

nb::dict what_if(const margin::Account& account, const margin::MarketView& market, const margin::RulePack& pack,
                 const margin::SearchLimits& limits, const std::vector<margin::Change>& changes,
                 std::optional<std::int64_t> limit) {
  const auto search = [&](const margin::MarginState& state, const margin::TradeChange& trade) {
    return state.largest(trade, margin::Phase::initial, *limit);
  };
  return changed(unwrap(margin::MarginState::of(account, market, pack, limits)), changes, limit.has_value(), search);
}

nb::dict portfolio_what_if(const margin::Account& account, const Snapshot& snapshot, const Method& method,
                           const margin::MarketView& market, const margin::PortfolioPack& pack,
                           const std::vector<margin::Change>& changes, std::optional<std::int64_t> limit) {
  const auto search = [&](const margin::PortfolioState& state, const margin::TradeChange& trade) {
    return state.largest(trade, *limit);
  };
  return changed(unwrap(margin::PortfolioState::of(account, snapshot, method, {market, pack})), changes,
                 limit.has_value(), search);
}

}  // namespace

void add_what_if(nb::module_& rules) {
  bind_described<margin::TradeChange>(rules);
  bind_described<margin::MarkChange>(rules);
  bind_described<margin::PriceChange>(rules);
  bind_described<margin::CashChange>(rules);
  bind_described<margin::MarginFigures>(rules);
  bind_described<margin::MarginalRequirement>(rules);
  bind_described<margin::PortfolioFigures>(rules);
  bind_described<margin::PortfolioMarginal>(rules);
  bind_described<margin::LargestSize>(rules);
  rules.def("what_if", &what_if, "account"_a, "market"_a, "pack"_a, "limits"_a, "changes"_a, "limit"_a = nb::none(),
            nb::sig("def what_if(account: Account, market: MarketView, pack: RulePack, limits: SearchLimits, "
                    "changes: collections.abc.Sequence[TradeChange | PriceChange | CashChange], limit: int | "
                    "None = None) -> dict[str, typing.Any]"),
            "Figures before and after the changes and what each position then adds: before, after, marginals; with a "
            "limit also the largest size of the last change, a trade, that leaves an initial excess of 0 or more: "
            "largest.");
  rules.def("portfolio_what_if", &portfolio_what_if, "account"_a, "snapshot"_a, "method"_a, "market"_a, "pack"_a,
            "changes"_a, "limit"_a = nb::none(),
            nb::sig("def portfolio_what_if(account: Account, snapshot: plimsoll._core.Snapshot, method: "
                    "plimsoll._core.ClosedForm | plimsoll._core.LeisenReimer | plimsoll._core.CrankNicolson | "
                    "plimsoll._core.MonteCarlo | plimsoll._core.IntegralEquation | "
                    "plimsoll._core.BaroneAdesiWhaley | plimsoll._core.BjerksundStensland | "
                    "plimsoll._core.JuQuadratic | plimsoll._core.Binomial | plimsoll._core.Trinomial | "
                    "plimsoll._core.RainbowLattice, market: MarketView, pack: PortfolioPack, changes: "
                    "collections.abc.Sequence[TradeChange | PriceChange | CashChange], limit: int | None = "
                    "None) -> dict[str, typing.Any]"),
            "Figures before and after the changes and what each position then adds: before, after, marginals; with a "
            "limit also the largest size of the last change, a trade, that leaves an excess of 0 or more: "
            "largest.");
}

}  // namespace plimsoll::bindings
