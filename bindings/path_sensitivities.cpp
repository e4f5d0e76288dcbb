#include "arrays.hpp"
#include "bindings.hpp"
#include "field_list.hpp"

#include <bit>
#include <cstdint>
#include <utility>
#include <vector>

#include <plimsoll/method/monte_carlo/greek_routes.hpp>
#include <plimsoll/method/monte_carlo/path_greeks.hpp>
#include <plimsoll/method/monte_carlo/scripted.hpp>
#include <plimsoll/valuation/routes_of_trade.hpp>

namespace plimsoll::bindings {

namespace {

template <class Option>
RouteReport routes_of(const Option& option, const BlackScholes<double>& model, const MonteCarlo& method) {
  const nb::gil_scoped_release released;
  auto report = greek_routes(option, model, method);
  const nb::gil_scoped_acquire held;
  return unwrap(std::move(report));
}

template <class Option>
void bind_routes(nb::module_& module) {
  module.def("greek_routes", &routes_of<Option>, nb::arg("option"), nb::arg("model"), nb::arg("method"),
             "Price and sensitivities by every route, each with its standard error, and the pairs that disagree.");
}

template <class Option>
void bind_inputs(nb::module_& module) {
  module.def(
      "monte_carlo_by_inputs",
      [](const Option& option, const TermStructureBlackScholes<double>& model, const MonteCarlo& method) {
        const nb::gil_scoped_release released;
        auto found = monte_carlo_by_inputs(option, model, method);
        const nb::gil_scoped_acquire held;
        return unwrap(std::move(found));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("method"),
      "Simulated price with its derivative by each pillar of the term structures, by adjoints.");
  module.def(
      "monte_carlo_by_inputs",
      [](const Option& option, const LocalVolatilityGrid& model, const MonteCarlo& method, double longest_step) {
        const nb::gil_scoped_release released;
        auto found = monte_carlo_by_inputs(option, model, method, longest_step);
        const nb::gil_scoped_acquire held;
        return unwrap(std::move(found));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("method"), nb::arg("longest_step"),
      "The same under a table of local volatilities, by Euler steps no longer than `longest_step` years.");
}

/// `address` is that of a compiled payoff, which the caller keeps alive.
ScriptedAnswer price_of_script(std::uintptr_t address, const CorrelatedBlackScholes<double>& model,
                               const std::vector<double>& dates, const MonteCarlo& method, bool with_sensitivities) {
  const auto script = std::bit_cast<Script>(address);
  const Measures measures = with_sensitivities ? Measures::with_greeks : Measures::price_only;
  return unwrap(released([&] { return scripted_price(script, model, dates, method, measures); }));
}

}  // namespace

void bind_path_sensitivities(nb::module_& module) {
  bind_described<Estimate>(module);
  bind_described<Sensitivity>(module);
  bind_described<PathValuation>(module);
  bind_described<TermStructureBlackScholes<double>>(module);
  bind_described<LocalVolatilityGrid>(module);
  nb::enum_<GreekRoute>(module, "GreekRoute")
      .value("pathwise", GreekRoute::pathwise)
      .value("likelihood_ratio", GreekRoute::likelihood_ratio)
      .value("mixed", GreekRoute::mixed)
      .value("conditional", GreekRoute::conditional)
      .value("smoothed", GreekRoute::smoothed)
      .value("bumped", GreekRoute::bumped);
  bind_described<RouteEstimate>(module);
  bind_described<RouteGreeks>(module);
  bind_described<RouteDisagreement>(module);
  bind_described<RouteReport>(module);
  module.def(
      "greek_routes",
      [](const Trade& trade, const Snapshot& snapshot, const MonteCarlo& method) {
        auto report = released([&] { return greek_routes(trade, snapshot, method); });
        return unwrap(std::move(report));
      },
      nb::arg("trade"), nb::arg("snapshot"), nb::arg("method"),
      "Price and sensitivities of a trade by every route, each with its standard error, and the pairs that disagree.");
  bind_described<ScriptedSensitivity>(module);
  bind_described<ScriptedPrice>(module);
  bind_described<ScriptFailure>(module);
  module.def("scripted_price", &price_of_script, nb::arg("address"), nb::arg("model"), nb::arg("dates"),
             nb::arg("method"), nb::arg("with_sensitivities"),
             "Simulated price of a compiled payoff, without the interpreter's lock; or the path on which it failed.");
  auto numerics = nb::cast<nb::module_>(module.attr("numerics"));
  bind_routes<European>(numerics);
  bind_routes<Digital>(numerics);
  bind_routes<Barrier>(numerics);
  bind_routes<ArithmeticAsian>(numerics);
  bind_inputs<European>(numerics);
  bind_inputs<ArithmeticAsian>(numerics);
}

}  // namespace plimsoll::bindings
