#pragma once

#include "plimsoll/risk/return_grid.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace plimsoll {

/// Returns row by row, one column an underlying, and the volatility that was forecast for each: one more row, the last
/// for the return that is not known yet. Forecast f looks at the rows f to f + window - 1 and at volatility row
/// f + window, nothing later.
struct ReturnHistory {
  std::span<const double> returns;     // rows x underlyings
  std::span<const double> volatility;  // (rows + 1) x underlyings
  std::size_t underlyings = 0;

  [[nodiscard]] std::size_t rows() const noexcept { return returns.size() / underlyings; }

  /// A return of the window at the volatility of a forecast.
  [[nodiscard]] double filtered(std::size_t row, std::size_t u, double current) const noexcept {
    return returns[row * underlyings + u] / volatility[row * underlyings + u] * current;
  }
};

/// Returns as they were, or at the volatility of the forecast.
enum class ScenarioKind { historical, filtered };

/// A scenario that has a point of its own.
struct ExactScenario {
  ScenarioKind kind = ScenarioKind::historical;
  std::size_t place = 0;  // in the window
  double value = 0.0;     // the return
};

inline constexpr std::size_t exact_each_side = 2;
inline constexpr std::size_t exact_scenarios = 2 * exact_each_side;

/// The points at which positions on one underlying are valued for one forecast: a grid through the body of its
/// scenarios of both kinds, and the two lowest and two highest of all by themselves. A single crash in the window
/// thus neither stretches the grid nor is interpolated.
struct ScenarioGrid {
  ReturnGrid body;
  std::array<ExactScenario, exact_scenarios> exact;
};

/// Limits: a window of at least 10 rows; checked input. `width` is that of the return grid in daily volatilities.
ScenarioGrid scenario_grid(const ReturnHistory& history, std::size_t forecast, std::size_t underlying,
                           std::size_t window, double width) noexcept;

}  // namespace plimsoll
