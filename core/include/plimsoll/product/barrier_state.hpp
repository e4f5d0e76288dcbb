#pragma once

namespace plimsoll {

/// Whether the spot has touched the barrier since the trade began.
enum class BarrierState { alive, knocked };

}  // namespace plimsoll
