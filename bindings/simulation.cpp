#include "bindings.hpp"
#include "field_list.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nanobind/stl/function.h>

#include <plimsoll/method/closed_form/bounded_cliquet.hpp>
#include <plimsoll/method/monte_carlo/barrier.hpp>
#include <plimsoll/method/monte_carlo/gjr_garch.hpp>
#include <plimsoll/method/monte_carlo/heston.hpp>
#include <plimsoll/method/monte_carlo/longstaff_schwartz.hpp>
#include <plimsoll/method/monte_carlo/multilevel.hpp>
#include <plimsoll/method/monte_carlo/path_price.hpp>
#include <plimsoll/method/quadrature/basket.hpp>
#include <plimsoll/numerics/correlation.hpp>

namespace plimsoll::bindings {

namespace {

using Rows = std::vector<std::vector<double>>;
using Model = CorrelatedBlackScholes<double>;

/// What Python answers after each round: anything true stops.
using PythonListener = std::optional<std::function<bool(std::int64_t, std::int64_t, double, double)>>;

/// Runs without the interpreter's lock, which the listener takes back while it is asked.
template <class Work>
auto simulated(const PythonListener& asked, const Work& work) {
  Listener listener;
  if (asked)
    listener = [&asked](const SimulationProgress& p) {
      const nb::gil_scoped_acquire lock;
      return (*asked)(p.paths, p.most_paths, p.price, p.standard_error) ? Onward::stop : Onward::go_on;
    };
  auto found = [&] {
    const nb::gil_scoped_release released;
    return work(listener);
  }();
  return unwrap(std::move(found));
}

template <class Product>
SimulatedPrice price_on_paths(const Product& product, const Model& model, const Simulation& method,
                              const PythonListener& stop) {
  return simulated(stop, [&](const Listener& listener) { return simulated_price(product, model, method, listener); });
}

template <class Product>
SimulatedPrice price_with_barrier(const Product& product, const BlackScholes<double>& model, const PathCut& cut,
                                  const Simulation& method, const PythonListener& stop) {
  return simulated(stop,
                   [&](const Listener& listener) { return simulated_price(product, model, cut, method, listener); });
}

SimulatedPrice price_under_garch(const European& option, const GjrGarch<double>& model, const Simulation& method,
                                 const PythonListener& stop) {
  return simulated(stop, [&](const Listener& listener) { return simulated_price(option, model, method, listener); });
}

template <class Product>
SimulatedPrice price_under_heston(const Product& product, const Heston<double>& model, const HestonPaths& how,
                                  const Simulation& method, const PythonListener& stop) {
  return simulated(stop,
                   [&](const Listener& listener) { return simulated_price(product, model, how, method, listener); });
}

MultilevelPrice multilevel_asian(OptionType type, double strike, double expiry, const BlackScholes<double>& model,
                                 const Multilevel& method) {
  return simulated({},
                   [&](const Listener&) { return multilevel_continuous_asian(type, strike, expiry, model, method); });
}

Matrix matrix_of(const Rows& rows) {
  Matrix matrix(rows.size(), rows.empty() ? 0 : rows.front().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != matrix.columns())
      raise(Error{ErrorCode::invalid_value, "correlation", std::to_string(rows[i].size()) + " numbers in a row",
                  "rows of equal length", "give a square matrix"});
    for (std::size_t j = 0; j < rows[i].size(); ++j) matrix(i, j) = rows[i][j];
  }
  return matrix;
}

Rows rows_of(const Matrix& matrix) {
  Rows rows;
  for (std::size_t i = 0; i < matrix.rows(); ++i) rows.emplace_back(matrix.row(i).begin(), matrix.row(i).end());
  return rows;
}

nb::dict repaired(const Rows& correlation) {
  const NearestCorrelation found = unwrap(nearest_correlation(matrix_of(correlation)));
  nb::dict report;
  report["correlation"] = rows_of(found.matrix);
  report["distance"] = found.distance;
  report["largest_change"] = found.largest_change;
  report["smallest_eigenvalue"] = found.smallest_eigenvalue;
  report["iterations"] = found.iterations;
  return report;
}

constexpr const char* stop_text =
    "Simulated price. `stop` hears of paths run, paths allowed, price and standard error; if it says true, that is it.";

template <class Product>
void bind_path_price(nb::module_& module) {
  module.def("simulated_price", &price_on_paths<Product>, nb::arg("product"), nb::arg("model"), nb::arg("method"),
             nb::arg("stop") = nb::none(), stop_text);
}

template <class Product>
void bind_barrier_price(nb::module_& module) {
  module.def("simulated_price", &price_with_barrier<Product>, nb::arg("product"), nb::arg("model"), nb::arg("cut"),
             nb::arg("method"), nb::arg("stop") = nb::none(), stop_text);
}

template <class Product>
void bind_heston_price(nb::module_& module) {
  module.def("simulated_price", &price_under_heston<Product>, nb::arg("product"), nb::arg("model"), nb::arg("paths"),
             nb::arg("method"), nb::arg("stop") = nb::none(), stop_text);
}

void bind_records(nb::module_& module) {
  nb::enum_<Aggregate>(module, "Aggregate")
      .value("sum", Aggregate::sum)
      .value("largest", Aggregate::largest)
      .value("smallest", Aggregate::smallest);
  nb::enum_<Knocked>(module, "Knocked").value("no", Knocked::no).value("yes", Knocked::yes);
  nb::enum_<Sequence>(module, "Sequence").value("philox", Sequence::philox).value("sobol", Sequence::sobol);
  nb::enum_<Antithetic>(module, "Antithetic").value("no", Antithetic::no).value("yes", Antithetic::yes);
  nb::enum_<Control>(module, "Control").value("none", Control::none).value("best", Control::best);
  nb::enum_<Importance>(module, "Importance").value("none", Importance::none).value("shifted", Importance::shifted);
  nb::enum_<HestonScheme>(module, "HestonScheme")
      .value("quadratic_exponential", HestonScheme::quadratic_exponential)
      .value("exact", HestonScheme::exact);
  nb::enum_<SimulationEnd>(module, "SimulationEnd")
      .value("all_paths", SimulationEnd::all_paths)
      .value("target_met", SimulationEnd::target_met)
      .value("stopped", SimulationEnd::stopped);
  bind_described<BasketOption>(module);
  bind_described<BermudanBasket>(module);
  bind_described<Autocallable>(module);
  bind_described<BoundedCliquet>(module);
  bind_described<Model>(module);
  bind_described<Simulation>(module);
  bind_described<PathCut>(module);
  bind_described<SimulatedPrice>(module);
  if (!nb::type<Heston<double>>().is_valid()) bind_described<Heston<double>>(module);
  bind_described<HestonPaths>(module);
  bind_described<Multilevel>(module);
  bind_described<LevelReport>(module);
  bind_described<MultilevelPrice>(module);
  bind_described<LongstaffSchwartz>(module);
  bind_described<BermudanBounds>(module);
}

}  // namespace

void bind_simulation(nb::module_& module) {
  bind_records(module);
  bind_path_price<BasketOption>(module);
  bind_path_price<Autocallable>(module);
  bind_path_price<BoundedCliquet>(module);
  bind_barrier_price<Barrier>(module);
  bind_barrier_price<DoubleBarrier>(module);
  bind_barrier_price<European>(module);
  module.def("simulated_price", &price_under_garch, nb::arg("product"), nb::arg("model"), nb::arg("method"),
             nb::arg("stop") = nb::none(), stop_text);
  bind_heston_price<European>(module);
  bind_heston_price<ArithmeticAsian>(module);
  module.def("multilevel_continuous_asian", &multilevel_asian, nb::arg("type"), nb::arg("strike"), nb::arg("expiry"),
             nb::arg("model"), nb::arg("method"), "Price of an option on the mean of the spot from today to expiry.");
  module.def(
      "bermudan_bounds",
      [](const BermudanBasket& product, const Model& model, const LongstaffSchwartz& method) {
        auto found = [&] {
          const nb::gil_scoped_release released;
          return bermudan_bounds(product, model, method);
        }();
        return unwrap(std::move(found));
      },
      nb::arg("product"), nb::arg("model"), nb::arg("method"), "Lower and dual upper bound of a Bermudan option.");
  module.def(
      "quadrature_price",
      [](const BasketOption& option, const Model& model) { return unwrap(quadrature_price(option, model)); },
      nb::arg("option"), nb::arg("model"), "Price of an option on several underlyings by quadrature.");
  module.def(
      "closed_form_price",
      [](const BoundedCliquet& option, const BlackScholes<double>& model) {
        return unwrap(closed_form_price(option, model));
      },
      nb::arg("option"), nb::arg("model"), "Price of a cliquet whose global bounds cannot bind.");
  module.def("nearest_correlation", &repaired, nb::arg("correlation"),
             "The nearest correlation matrix, how far it is, and the smallest eigenvalue of the one given.");
}

}  // namespace plimsoll::bindings
