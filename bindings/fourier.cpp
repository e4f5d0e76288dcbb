#include "arrays.hpp"
#include "bindings.hpp"
#include "calibrated.hpp"
#include "field_list.hpp"

#include <string>

#include <plimsoll/method/fourier/contour.hpp>
#include <plimsoll/method/fourier/cosine_series.hpp>
#include <plimsoll/method/fourier/riccati.hpp>
#include <plimsoll/method/fourier/variance_option.hpp>

namespace plimsoll::bindings {

namespace {

constexpr Measures measures_of(bool greeks) { return greeks ? Measures::with_greeks : Measures::price_only; }

template <class Model>
void bind_value(nb::module_& module) {
  using Value = FourierValue<Model>;
  nb::class_<Value>(module, (std::string(Fields<Model>::name) + "Value").c_str())
      .def_ro("price", &Value::price)
      .def_ro("error", &Value::error)
      .def_ro("gamma", &Value::gamma)
      .def_ro("theta", &Value::theta)
      .def_ro("by_parameter", &Value::by_parameter);
  module.def(
      "contour",
      [](const StrikeLadder& ladder, const Model& model, bool greeks) {
        return unwrap(contour(ladder, model, measures_of(greeks)));
      },
      nb::arg("ladder"), nb::arg("model"), nb::arg("greeks") = false,
      "Prices of a ladder by an integral over the characteristic function on a contour through its saddle point.");
  module.def(
      "cosine_series",
      [](const StrikeLadder& ladder, const Model& model, bool greeks, double tolerance) {
        return unwrap(cosine_series(ladder, model, measures_of(greeks), {.tolerance = tolerance}));
      },
      nb::arg("ladder"), nb::arg("model"), nb::arg("greeks") = false, nb::arg("tolerance") = 1e-14,
      "The same by the cosine series of the density.");
}

void bind_riccati(nb::module_& module) {
  bind_described<RoughHeston<double>>(module);
  nb::class_<RiccatiPrice>(module, "RiccatiPrice")
      .def_ro("price", &RiccatiPrice::price)
      .def_ro("error", &RiccatiPrice::error);
  module.def(
      "geometric_asian",
      [](const StrikeLadder& ladder, const Heston<double>& model, int steps) {
        return unwrap(released([&] { return geometric_asian(ladder, model, {steps}); }));
      },
      nb::arg("ladder"), nb::arg("model"), nb::arg("steps") = 128,
      "Options on the geometric mean of the spot until expiry under Heston.");
  module.def(
      "rough_heston",
      [](const StrikeLadder& ladder, const RoughHeston<double>& model, int steps) {
        return unwrap(released([&] { return rough_heston(ladder, model, {steps}); }));
      },
      nb::arg("ladder"), nb::arg("model"), nb::arg("steps") = 128, "European options under rough Heston.");
  module.def(
      "integrated_variance_option",
      [](OptionType type, double strike, double expiry, const Heston<double>& model) {
        return unwrap(integrated_variance_option({type, strike, expiry}, model));
      },
      nb::arg("type"), nb::arg("strike"), nb::arg("expiry"), nb::arg("model"),
      "An option on the variance gathered until expiry under Heston, in units of variance times years.");
  module.def(
      "integrated_variance_by_cosines",
      [](OptionType type, double strike, double expiry, const Heston<double>& model) {
        return unwrap(released([&] { return integrated_variance_by_cosines({type, strike, expiry}, model); }));
      },
      nb::arg("type"), nb::arg("strike"), nb::arg("expiry"), nb::arg("model"),
      "The same by Riccati's equations in steps and the cosine series of the density.");
}

}  // namespace

void bind_fourier(nb::module_& module) {
  bind_described<StrikeLadder>(module);
  bind_described<Heston<double>>(module);
  bind_described<Merton<double>>(module);
  bind_described<Bates<double>>(module);
  bind_described<VarianceGamma<double>>(module);
  bind_value<BlackScholes<double>>(module);
  bind_value<Heston<double>>(module);
  bind_value<Merton<double>>(module);
  bind_value<Bates<double>>(module);
  bind_value<VarianceGamma<double>>(module);
  bind_riccati(module);
  bind_described<QuotedExpiry>(module);
  bind_calibration<Heston<double>>(module);
  bind_calibration<Bates<double>>(module);
  bind_calibration<Merton<double>>(module);
  bind_calibration<VarianceGamma<double>>(module);
}

}  // namespace plimsoll::bindings
