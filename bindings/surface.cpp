#include "bindings.hpp"
#include "calibrated.hpp"

#include <plimsoll/method/closed_form/smile_fit.hpp>

namespace plimsoll::bindings {

namespace {

double svi_variance(const Svi<double>& model, double log_strike) {
  if (const auto flaw = find_flaw(model)) raise(*flaw);
  return total_variance<double>(model, log_strike);
}

double ssvi_variance(const Ssvi<double>& model, double log_strike, double years) {
  if (const auto flaw = find_flaw(model)) raise(*flaw);
  return total_variance<double>(model, variance_at_forward(model, years), log_strike);
}

void bind_slices(nb::module_& module) {
  bind_described<Svi<double>>(module);
  bind_described<JumpWings>(module);
  bind_described<Ssvi<double>>(module);
  module.def("total_variance", &svi_variance, nb::arg("model"), nb::arg("log_strike"),
             "Total variance of a slice at a logarithm of strike over forward.");
  module.def("total_variance", &ssvi_variance, nb::arg("model"), nb::arg("log_strike"), nb::arg("years"),
             "The same of a surface, at a time.");
  module.def(
      "svi_density_flaws",
      [](const Svi<double>& model, double widest, std::size_t points) {
        return unwrap(svi_density_flaws(model, widest, points));
      },
      nb::arg("model"), nb::arg("widest") = 2.0, nb::arg("points") = 401,
      "The strikes over the forward at which a slice implies a negative density.");
}

void bind_starts(nb::module_& module) {
  module.def(
      "volatility_at_forward", [](const QuotedExpiry& expiry) { return unwrap(volatility_at_forward(expiry)); },
      nb::arg("expiry"), "Black's volatility at the forward.");
  module.def(
      "svi_start", [](const QuotedExpiry& expiry) { return unwrap(svi_start(expiry)); }, nb::arg("expiry"),
      "Where a fit of a slice may begin.");
  module.def(
      "sabr_start",
      [](const QuotedExpiry& expiry, double elasticity) { return unwrap(sabr_start(expiry, elasticity)); },
      nb::arg("expiry"), nb::arg("elasticity"), "Where a fit of SABR may begin.");
  module.def(
      "ssvi_start", [](const std::vector<QuotedExpiry>& chain) { return unwrap(ssvi_start(chain)); }, nb::arg("chain"),
      "Where a fit of a surface may begin.");
}

}  // namespace

void bind_smile_surface(nb::module_& module) {
  bind_slices(module);
  bind_starts(module);
  bind_calibration<Svi<double>>(module);
  bind_calibration<Sabr<double>>(module);
  bind_calibration<Ssvi<double>>(module);
}

}  // namespace plimsoll::bindings
