#pragma once

#include <string_view>

namespace plimsoll {

/// Version of the library; part of the evidence of every result. The build reads it from this line.
inline constexpr std::string_view version = "0.1.0";

}  // namespace plimsoll
