#pragma once

#include <nanobind/nanobind.h>

#include <plimsoll/scenario/revaluation.hpp>

namespace plimsoll::bindings {

/// A revaluation as plain data: ``before`` by trade, ``after`` by snapshot and trade, an Error where there is none.
nanobind::dict dict_of(const Revaluation& found);

}  // namespace plimsoll::bindings
