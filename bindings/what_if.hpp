#pragma once

#include <nanobind/nanobind.h>

namespace plimsoll::bindings {

/// Adds the doors of what-if, of both regimes, to the module of the margin rules.
void add_what_if(nanobind::module_& rules);

}  // namespace plimsoll::bindings
