#include "plimsoll/method/closed_form/given_option.hpp"

namespace plimsoll {

double level_of_zero(const std::function<double(double)>& rising, double near) {
  constexpr double furthest = 700.0;
  const double centre = std::log(near);
  const auto at = [&](double move) { return rising(std::exp(centre + move)); };
  double low = -1.0;
  double high = 1.0;
  while (at(low) > 0.0) {
    high = low;
    low *= 2.0;
    if (low < -furthest) return 0.0;
  }
  while (at(high) < 0.0) {
    low = high > 0.0 ? high : low;
    high = 2.0 * std::abs(high);
    if (high > furthest) return std::numeric_limits<double>::infinity();
  }
  // A relative tolerance below the spacing of doubles would never be met.
  const RootTolerance tolerance{.absolute = 1e-16, .max_iterations = 300};
  const auto root = brent(at, low, high, tolerance);
  return root ? near * std::exp(root->x) : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace plimsoll
