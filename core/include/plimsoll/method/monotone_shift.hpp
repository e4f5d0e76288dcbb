#pragma once

#include <span>
#include <vector>

namespace plimsoll {

/// Memory of an interpolation, handed from call to call so that none allocates.
struct InterpolationWorkspace {
  std::vector<double> knots;
  std::vector<double> ordinates;
  std::vector<double> slopes;
};

/// Replaces values by those seen just before a dividend: at each spot the value at (spot - amount), floored at zero,
/// from the monotone cubic through (spots, values) and (0, value_at_zero).
/// Source: Fritsch & Carlson (1980), Monotone piecewise cubic interpolation; slopes by Hyman (1983), Accurate
/// monotonicity preserving cubic interpolations, sec. 2.
/// Accuracy: third order in the mesh where values are smooth and monotone; linear values exactly.
/// Limits: spots positive and strictly rising, at least two; amount >= 0.
void shift_by_dividend(std::span<const double> spots, std::span<double> values, double value_at_zero, double amount,
                       InterpolationWorkspace& workspace) noexcept;

}  // namespace plimsoll
