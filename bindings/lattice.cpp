#include "bindings.hpp"
#include "field_list.hpp"

#include <nanobind/stl/pair.h>

#include <plimsoll/method/pde/heston_grid.hpp>
#include <plimsoll/method/tree/barrier_lattice.hpp>
#include <plimsoll/method/tree/rainbow_lattice.hpp>
#include <plimsoll/method/tree/shout.hpp>

namespace plimsoll::bindings {

namespace {

template <class Option>
void bind_barrier_lattice(nb::module_& module) {
  module.def(
      "on_lattice",
      [](const Option& option, Exercise exercise, const BlackScholes<double>& model, const Trinomial& settings) {
        return unwrap(on_lattice(option, exercise, model, settings));
      },
      nb::arg("option"), nb::arg("exercise"), nb::arg("model"), nb::arg("settings"),
      "Price and sensitivities on a trinomial lattice with nodes on the barriers, for the holder of one unit.");
}

/// A dividend in cash comes as its years and amount.
template <class Option>
void bind_heston_grid(nb::module_& module) {
  module.def(
      "on_heston_grid",
      [](const Option& option, const std::vector<std::pair<double, double>>& dividends, const Heston<double>& model,
         std::int64_t spot_steps, std::int64_t variance_steps, std::int64_t time_steps) {
        SpotContract contract = spot_contract(option);
        for (const auto& [years, amount] : dividends) contract.dividends.push_back({years, amount, 0.0});
        const AlternatingGrid grid{spot_steps, variance_steps, time_steps};
        return unwrap(heston_grid(contract, model, grid, Measures::price_only)).price;
      },
      nb::arg("option"), nb::arg("dividends"), nb::arg("model"), nb::arg("spot_steps"), nb::arg("variance_steps"),
      nb::arg("time_steps"), nb::call_guard<nb::gil_scoped_release>(),
      "Price in Heston's model on a plane of spots and variances, dividends given as pairs of years and amount.");
}

}  // namespace

void bind_lattice(nb::module_& module) {
  nb::enum_<RainbowUnderlying>(module, "RainbowUnderlying")
      .value("best_of", RainbowUnderlying::best_of)
      .value("worst_of", RainbowUnderlying::worst_of)
      .value("spread", RainbowUnderlying::spread)
      .value("basket", RainbowUnderlying::basket);
  bind_described<Rainbow>(module);
  bind_described<Shout>(module);
  bind_described<RainbowLattice>(module);
  bind_barrier_lattice<Barrier>(module);
  bind_barrier_lattice<DoubleBarrier>(module);
  module.def(
      "on_lattice",
      [](const Shout& option, const BlackScholes<double>& model, const Trinomial& settings) {
        return unwrap(on_lattice(option, model, settings));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("settings"),
      "Price and sensitivities of a shout option on a trinomial lattice.");
  module.def(
      "on_lattice",
      [](const Rainbow& option, const TwoAssets<double>& model, const RainbowLattice& settings) {
        return unwrap(on_lattice(option, model, settings));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("settings"),
      "Price and sensitivities of an option on two assets on a lattice in two dimensions.");
  bind_heston_grid<European>(module);
  bind_heston_grid<American>(module);
  module.def(
      "rainbow_price",
      [](const Rainbow& option, const TwoAssets<double>& model, const RainbowLattice& settings) {
        return unwrap(rainbow_price(option, model, settings));
      },
      nb::arg("option"), nb::arg("model"), nb::arg("settings"), nb::call_guard<nb::gil_scoped_release>(),
      "The price alone.");
}

}  // namespace plimsoll::bindings
