#pragma once

#include <nanobind/nanobind.h>

#include <plimsoll/margin/component.hpp>

namespace plimsoll::bindings {

/// A node of an explanation and all below it as plain data; amounts are whole cents.
nanobind::dict tree_of(const margin::Component& node);

}  // namespace plimsoll::bindings
