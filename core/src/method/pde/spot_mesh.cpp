#include "plimsoll/method/pde/spot_mesh.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

double mass(std::span<const MeshFocus> foci, double x) noexcept {
  double sum = x;
  for (const MeshFocus& f : foci) sum += f.gain * f.width * std::atan((x - f.centre) / f.width);
  return sum;
}

/// The place between `low` and `high` with this mass below it: bisection, which is Newton's method where that stays
/// within the bracket.
double place_of(std::span<const MeshFocus> foci, double wanted, double low, double high) noexcept {
  double x = 0.5 * (low + high);
  for (int i = 0; i < 100; ++i) {
    const double excess = mass(foci, x) - wanted;
    (excess > 0.0 ? high : low) = x;
    double density = 1.0;
    for (const MeshFocus& f : foci) {
      const double t = (x - f.centre) / f.width;
      density += f.gain / (1.0 + t * t);
    }
    const double newton = x - excess / density;
    const double next = newton >= low && newton <= high ? newton : 0.5 * (low + high);
    const double moved = std::abs(next - x);
    x = next;
    if (moved < 1e-14 * (1.0 + std::abs(x))) break;
  }
  return x;
}

}  // namespace

std::vector<double> concentrated_mesh(std::span<const double> knots, std::span<const MeshFocus> foci,
                                      std::size_t steps) {
  const double first = mass(foci, knots.front());
  const double whole = mass(foci, knots.back()) - first;
  std::vector<double> places{knots.front()};
  places.reserve(steps + 2 * knots.size());
  for (std::size_t k = 0; k + 1 < knots.size(); ++k) {
    const double from = mass(foci, knots[k]);
    const double to = mass(foci, knots[k + 1]);
    const double share = static_cast<double>(steps) * (to - from) / whole;
    const auto count = static_cast<std::size_t>(std::max(std::llround(share), 2LL));
    for (std::size_t i = 1; i < count; ++i) {
      const double wanted = from + (to - from) * static_cast<double>(i) / static_cast<double>(count);
      places.push_back(place_of(foci, wanted, places.back(), knots[k + 1]));
    }
    places.push_back(knots[k + 1]);
  }
  return places;
}

}  // namespace plimsoll
