#pragma once

#include <vector>

#include <nanobind/nanobind.h>

#include <plimsoll/margin/margin.hpp>

namespace plimsoll::bindings {

/// A node of an explanation with those below it as plain data; amounts are whole cents.
nanobind::dict tree_of(const margin::Component& node);

/// What the reader has to know, as plain data.
nanobind::list warnings_of(const std::vector<margin::Warning>& warnings);

}  // namespace plimsoll::bindings
