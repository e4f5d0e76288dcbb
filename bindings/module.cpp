#include "bindings.hpp"
#include "intraday.hpp"

NB_MODULE(_core, module) {
  using namespace plimsoll::bindings;
  // Objects that a test or a cache still holds when the interpreter ends are not leaks of the binding.
  nanobind::set_leak_warnings(false);
  bind_base(module);
  bind_product(module);
  bind_market(module);
  bind_valuation(module);
  bind_numerics(module);
  bind_closed_form(module);
  bind_path_sensitivities(module);
  bind_exotics(module);
  bind_lattice(module);  // after the exotic ones: it takes their model of two assets
  bind_fourier(module);
  bind_smile(module);
  bind_smile_surface(module);  // after the smile: it takes SABR and the flaws of a density
  bind_statistics(module);
  bind_scenario(module);
  bind_risk(module);
  bind_margin(module);
  bind_bilateral(module);
  bind_stress(module);
  bind_span(module);
  bind_leveraged(module);  // after stress: it takes its search
  bind_portfolio_margin(module);
  bind_intraday(module);
  bind_simulation(module);  // after all others: it takes their models
  bind_model_range(module);
}
