#include "bindings.hpp"
#include "field_list.hpp"

#include <nanobind/stl/shared_ptr.h>

#include <plimsoll/market/snapshot.hpp>

namespace plimsoll::bindings {

namespace {

using Markets = std::vector<UnderlyingMarket>;
using Pairs = std::vector<Correlation>;

Markets markets_of(const Snapshot& snapshot) {
  Markets markets;
  for (const auto& market : snapshot.underlyings()) markets.push_back(*market);
  return markets;
}

void bind_curve(nb::module_& module) {
  nb::class_<Curve> curve(module, "Curve");
  add_field_list(curve);
  curve
      .def("__setstate__",
           [](Curve& self, const std::tuple<std::vector<double>, std::vector<double>>& state) {
             new (&self) Curve(unwrap(Curve::from_zero_rates(std::get<0>(state), std::get<1>(state))));
           })
      .def_static(
          "flat", [](double rate) { return unwrap(Curve::flat(rate)); }, nb::arg("rate"))
      .def_static(
          "from_zero_rates",
          [](std::vector<double> years, std::vector<double> rates) {
            return unwrap(Curve::from_zero_rates(std::move(years), std::move(rates)));
          },
          nb::arg("years"), nb::arg("rates"))
      .def("zero_rate", &Curve::zero_rate, nb::arg("years"))
      .def("discount_factor", &Curve::discount_factor, nb::arg("years"))
      .def("shifted", &Curve::shifted, nb::arg("change"));
}

void bind_surface(nb::module_& module) {
  nb::class_<VolatilitySurface> surface(module, "VolatilitySurface");
  add_field_list(surface);
  surface
      .def("__setstate__",
           [](VolatilitySurface& self, const std::tuple<double, double>& state) {
             new (&self) VolatilitySurface(unwrap(VolatilitySurface::skewed(std::get<0>(state), std::get<1>(state))));
           })
      .def_static(
          "flat", [](double volatility) { return unwrap(VolatilitySurface::flat(volatility)); }, nb::arg("volatility"))
      .def_static(
          "skewed", [](double atm, double skew) { return unwrap(VolatilitySurface::skewed(atm, skew)); },
          nb::arg("atm"), nb::arg("skew"))
      .def("volatility", &VolatilitySurface::volatility, nb::arg("strike"), nb::arg("forward"), nb::arg("years"))
      .def("shifted", &VolatilitySurface::shifted, nb::arg("change"));
}

void bind_snapshot(nb::module_& module) {
  nb::class_<Snapshot>(module, "Snapshot")
      .def_static(
          "make",
          [](Date date, Markets underlyings, Pairs correlations) {
            return unwrap(Snapshot::make(date, std::move(underlyings), std::move(correlations)));
          },
          nb::arg("valuation_date"), nb::arg("underlyings"), nb::arg("correlations") = Pairs{})
      .def_prop_ro("valuation_date", &Snapshot::valuation_date)
      .def_prop_ro("underlyings", &markets_of)
      .def_prop_ro("correlations", [](const Snapshot& self) { return self.correlations().pairs(); })
      .def_prop_ro("digest", [](const Snapshot& self) { return "sha256:" + self.digest(); })
      .def(
          "underlying", [](const Snapshot& self, std::string_view name) { return *unwrap(self.underlying(name)); },
          nb::arg("name"))
      .def(
          "replaced",
          [](const Snapshot& self, UnderlyingMarket changed) { return unwrap(self.with(std::move(changed))); },
          nb::arg("market"), "A snapshot with this market in place of the one of its name.")
      .def(
          "__eq__", [](const Snapshot& a, const Snapshot& b) { return a.digest() == b.digest(); }, nb::is_operator(),
          nb::sig(equality_signature))
      .def("__hash__", [](const Snapshot& self) { return nb::hash(nb::cast(self.digest())); })
      .def("__repr__",
           [](const Snapshot& self) {
             return "Snapshot(valuation_date=" + self.valuation_date().iso() +
                    ", underlyings=" + std::to_string(self.underlyings().size()) + ", digest=" + self.digest() + ")";
           })
      .def(
          "__getstate__",
          [](const Snapshot& self) {
            return nb::make_tuple(self.valuation_date(), markets_of(self), self.correlations().pairs());
          },
          nb::sig("def __getstate__(self) -> tuple[object, ...]"))
      .def("__setstate__", [](Snapshot& self, const std::tuple<Date, Markets, Pairs>& state) {
        new (&self) Snapshot(unwrap(Snapshot::make(std::get<0>(state), std::get<1>(state), std::get<2>(state))));
      });
}

}  // namespace

void bind_market(nb::module_& module) {
  nb::enum_<Status>(module, "Status").value("observed", Status::observed).value("assumed", Status::assumed);
  nb::enum_<PriceBasis>(module, "PriceBasis").value("raw", PriceBasis::raw).value("adjusted", PriceBasis::adjusted);
  nb::enum_<Quotation>(module, "Quotation")
      .value("spot", Quotation::spot)
      .value("future", Quotation::future)
      .value("normal_future", Quotation::normal_future);
  bind_curve(module);
  bind_surface(module);
  bind_described<CashDividend>(module);
  bind_described<UnderlyingMarket>(module);
  bind_described<Correlation>(module);
  bind_described<CorrelationRepair>(module);
  bind_described<RepairedCorrelations>(module);
  module.def(
      "nearest_correlations", [](Pairs pairs) { return unwrap(nearest_correlations(std::move(pairs))); },
      nb::arg("pairs"), "The pairs after a repair to the nearest correlation matrices, with what was moved.");
  bind_snapshot(module);
}

}  // namespace plimsoll::bindings
