#include "plimsoll/risk/scenario_grid.hpp"

#include <limits>

namespace plimsoll {
namespace {

constexpr std::size_t kept = exact_each_side + 1;  // the first that is not exact bounds the body

/// The most extreme scenarios seen so far on one side, the most extreme first.
struct Side {
  double sign;  // +1 keeps the lowest, -1 the highest
  std::array<ExactScenario, kept> scenarios{};
  std::array<double, kept> keys{};

  explicit Side(double side) noexcept : sign(side) { keys.fill(std::numeric_limits<double>::infinity()); }

  void see(ScenarioKind kind, std::size_t place, double value) noexcept {
    const double key = sign * value;
    if (!(key < keys.back())) return;
    std::size_t at = kept - 1;
    for (; at > 0 && key < keys[at - 1]; --at) {
      keys[at] = keys[at - 1];
      scenarios[at] = scenarios[at - 1];
    }
    keys[at] = key;
    scenarios[at] = {kind, place, value};
  }
};

}  // namespace

ScenarioGrid scenario_grid(const ReturnHistory& history, std::size_t forecast, std::size_t underlying,
                           std::size_t window, double width) noexcept {
  const double current = history.volatility[(forecast + window) * history.underlyings + underlying];
  Side low{1.0};
  Side high{-1.0};
  for (std::size_t place = 0; place < window; ++place) {
    const std::size_t row = forecast + place;
    const double raw = history.returns[row * history.underlyings + underlying];
    const double scaled = history.filtered(row, underlying, current);
    for (Side* const side : {&low, &high}) {
      side->see(ScenarioKind::historical, place, raw);
      side->see(ScenarioKind::filtered, place, scaled);
    }
  }
  ScenarioGrid grid;
  grid.body = ReturnGrid::between(low.scenarios.back().value, high.scenarios.back().value, width * current);
  for (std::size_t i = 0; i < exact_each_side; ++i) {
    grid.exact[i] = low.scenarios[i];
    grid.exact[exact_each_side + i] = high.scenarios[i];
  }
  return grid;
}

}  // namespace plimsoll
