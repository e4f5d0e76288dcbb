#pragma once

#include <nanobind/nanobind.h>

#include <plimsoll/margin/component.hpp>

namespace plimsoll::bindings {

/// An explanation as plain data: kind, name, rule_ref, inputs by name, amount and children.
nanobind::dict tree_of(const margin::Component& node);

}  // namespace plimsoll::bindings
