#pragma once

#include <nanobind/nanobind.h>

namespace plimsoll::bindings {

/// Intraday deficits, their clock and the states of calls; after bind_margin, whose submodule it adds to.
void bind_intraday(nanobind::module_& module);

}  // namespace plimsoll::bindings
