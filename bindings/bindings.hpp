#pragma once

#include <nanobind/nanobind.h>

/// One function for each folder of the core; module.cpp calls them in order of the floors.
namespace plimsoll::bindings {

void bind_base(nanobind::module_& module);
void bind_product(nanobind::module_& module);
void bind_market(nanobind::module_& module);
void bind_valuation(nanobind::module_& module);
void bind_numerics(nanobind::module_& module);
void bind_closed_form(nanobind::module_& module);
void bind_simulation(nanobind::module_& module);
void bind_path_sensitivities(nanobind::module_& module);
void bind_lattice(nanobind::module_& module);
void bind_fourier(nanobind::module_& module);
void bind_smile(nanobind::module_& module);
void bind_smile_surface(nanobind::module_& module);
void bind_exotics(nanobind::module_& module);
void bind_statistics(nanobind::module_& module);
void bind_scenario(nanobind::module_& module);
void bind_risk(nanobind::module_& module);
void bind_margin(nanobind::module_& module);
void bind_span(nanobind::module_& module);
void bind_leveraged(nanobind::module_& module);
void bind_bilateral(nanobind::module_& module);
void bind_model_range(nanobind::module_& module);
void bind_stress(nanobind::module_& module);
void bind_portfolio_margin(nanobind::module_& module);

}  // namespace plimsoll::bindings
