#include "bindings.hpp"
#include "field_list.hpp"

#include <plimsoll/method/closed_form/barrier.hpp>
#include <plimsoll/method/closed_form/chooser.hpp>
#include <plimsoll/method/closed_form/compound.hpp>
#include <plimsoll/method/closed_form/digital.hpp>
#include <plimsoll/method/closed_form/double_barrier.hpp>
#include <plimsoll/method/closed_form/double_touch.hpp>
#include <plimsoll/method/closed_form/extendible.hpp>
#include <plimsoll/method/closed_form/forward_start.hpp>
#include <plimsoll/method/closed_form/lookback.hpp>
#include <plimsoll/method/closed_form/partial_lookback.hpp>
#include <plimsoll/method/closed_form/partial_time_barrier.hpp>
#include <plimsoll/method/closed_form/soft_barrier.hpp>
#include <plimsoll/method/closed_form/touch.hpp>

namespace plimsoll::bindings {

namespace {

template <class Option>
void bind_formula(nb::module_& module) {
  module.def(
      "closed_form",
      [](const Option& option, const BlackScholes<double>& model) { return unwrap(closed_form(option, model)); },
      nb::arg("option"), nb::arg("model"), "Price and sensitivities in closed form, for the holder of one unit.");
}

}  // namespace

void bind_closed_form(nb::module_& module) {
  bind_formula<Digital>(module);
  bind_formula<Touch>(module);
  bind_formula<Barrier>(module);
  bind_formula<DoubleBarrier>(module);
  bind_formula<SoftBarrier>(module);
  bind_formula<Lookback>(module);
  bind_formula<DoubleTouch>(module);
  bind_formula<ForwardStart>(module);
  bind_formula<Chooser>(module);
  bind_formula<Compound>(module);
  bind_formula<Extendible>(module);
  bind_formula<PartialTimeBarrier>(module);
  bind_formula<PartialLookback>(module);
  nb::enum_<Series>(module, "Series").value("images", Series::images).value("sines", Series::sines);
  module.def("double_barrier_by", &double_barrier_by, nb::arg("option"), nb::arg("model"), nb::arg("series"),
             "The same for a double barrier by one of its two series; input checked, nothing touched or certain.");
  module.def("double_touch_by", &double_touch_by, nb::arg("option"), nb::arg("model"), nb::arg("series"),
             "The same for a double touch by one of its two series; input checked, nothing touched or certain.");
}

}  // namespace plimsoll::bindings
