#include "plimsoll/method/monotone_shift.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace plimsoll {

namespace {

// Slope of the parabola through three points at the middle one, limited so that the cubic keeps the data's monotony.
double limited_slope(double step_before, double rise_before, double step_after, double rise_after) noexcept {
  const double before = rise_before / step_before;
  const double after = rise_after / step_after;
  if (!(before * after > 0.0)) return 0.0;
  const double parabola = (step_after * before + step_before * after) / (step_before + step_after);
  const double limit = 3.0 * std::min(std::abs(before), std::abs(after));
  return std::clamp(parabola, -limit, limit);
}

// Knots: (0, value_at_zero) and then (spots, values).
void lay_knots(std::span<const double> spots, std::span<const double> values, double value_at_zero,
               InterpolationWorkspace& w) noexcept {
  const std::size_t count = spots.size() + 1;
  w.ordinates.resize(count);
  w.slopes.resize(count);
  w.knots.resize(count);
  w.knots[0] = 0.0;
  w.ordinates[0] = value_at_zero;
  std::ranges::copy(spots, w.knots.begin() + 1);
  std::ranges::copy(values, w.ordinates.begin() + 1);
  w.slopes.front() = (w.ordinates[1] - w.ordinates[0]) / (w.knots[1] - w.knots[0]);
  w.slopes.back() = (w.ordinates[count - 1] - w.ordinates[count - 2]) / (w.knots[count - 1] - w.knots[count - 2]);
  for (std::size_t i = 1; i + 1 < count; ++i)
    w.slopes[i] = limited_slope(w.knots[i] - w.knots[i - 1], w.ordinates[i] - w.ordinates[i - 1],
                                w.knots[i + 1] - w.knots[i], w.ordinates[i + 1] - w.ordinates[i]);
}

double hermite(const InterpolationWorkspace& w, std::size_t cell, double x) noexcept {
  const double step = w.knots[cell + 1] - w.knots[cell];
  const double t = (x - w.knots[cell]) / step;
  const double rise = w.ordinates[cell + 1] - w.ordinates[cell];
  const double first = w.slopes[cell] * step - rise;
  const double last = rise - w.slopes[cell + 1] * step;
  return w.ordinates[cell] + t * (rise + (1.0 - t) * ((1.0 - t) * first + t * last));
}

}  // namespace

void shift_by_dividend(std::span<const double> spots, std::span<double> values, double value_at_zero, double amount,
                       InterpolationWorkspace& w) noexcept {
  lay_knots(spots, values, value_at_zero, w);
  std::size_t cell = 0;
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const double x = std::max(spots[i] - amount, 0.0);
    while (cell + 2 < w.knots.size() && w.knots[cell + 1] < x) ++cell;
    values[i] = hermite(w, cell, x);
  }
}

}  // namespace plimsoll
