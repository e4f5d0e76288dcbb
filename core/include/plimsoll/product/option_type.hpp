#pragma once

namespace plimsoll {

enum class OptionType { call, put };

/// +1 for a call, -1 for a put: the sign of (spot - strike) in the payoff.
constexpr double sign(OptionType type) noexcept { return type == OptionType::call ? 1.0 : -1.0; }

enum class Exercise { european, american };

}  // namespace plimsoll
