#pragma once

#include "plimsoll/margin/portfolio/portfolio_margin.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace plimsoll::margin {

/// The nearest whole number; a half goes away from zero, also where binary arithmetic has put it a few bits short.
/// Limits: sizes below 2^43, which the door's bound on notionals keeps.
inline double whole_cents(double cents) noexcept {
  constexpr double few_bits = 0x1p-50;
  constexpr double whole_from_here = 0x1.8p52;  // doubles of this size have no binary places left
  return (cents + cents * few_bits + whole_from_here) - whole_from_here;
}

inline double cents_of(double dollars) noexcept { return whole_cents(dollars * 100.0); }

inline Money money_of(double cents) noexcept { return Money::from_cents(static_cast<std::int64_t>(cents)); }

/// Adds the profits of a position to those of its class, each rounded to the cent. `units`: contracts times multiplier.
inline void add_position(PointProfits& net, const PointProfits& per_unit, double units) noexcept {
  for (std::size_t s = 0; s < valuation_points; ++s) net[s] += cents_of(per_unit[s] * units);
}

/// The members of a group at each point: losses count in full, gains as far as the group's offset allows.
struct OffsetSum {
  PointProfits losses{};
  PointProfits gains{};

  void add(const PointProfits& member) noexcept {
    for (std::size_t s = 0; s < valuation_points; ++s) {
      losses[s] += std::min(member[s], 0.0);
      gains[s] += std::max(member[s], 0.0);
    }
  }

  [[nodiscard]] double counted(std::size_t s, double offset) const noexcept { return whole_cents(offset * gains[s]); }

  [[nodiscard]] PointProfits total(double offset) const noexcept {
    PointProfits sum;
    for (std::size_t s = 0; s < valuation_points; ++s) sum[s] = losses[s] + counted(s, offset);
    return sum;
  }
};

inline std::size_t worst_of(const PointProfits& profits) noexcept {
  return static_cast<std::size_t>(std::ranges::min_element(profits) - profits.begin());
}

/// What a portfolio group asks for in cents: its greatest loss, or the minimum for its contracts where that is more.
inline double requirement_cents(const PointProfits& profits, double minimum) noexcept {
  return std::max(-*std::ranges::min_element(profits), minimum);
}

}  // namespace plimsoll::margin
