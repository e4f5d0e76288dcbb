#include <string>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <plimsoll/base/version.hpp>

namespace nb = nanobind;

NB_MODULE(_core, module) { module.attr("version") = std::string{plimsoll::version}; }
