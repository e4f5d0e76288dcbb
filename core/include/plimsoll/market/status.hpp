#pragma once

namespace plimsoll {

/// Whether a market number was observed or is an assumption that every report must show as such.
enum class Status { observed, assumed };

}  // namespace plimsoll
