#include "gauss_legendre_nodes.hpp"

#include <cmath>
#include <numbers>

namespace plimsoll {

GaussLegendreNodes gauss_legendre_nodes(std::size_t count) {
  constexpr int most_steps = 20;
  GaussLegendreNodes rule{std::vector<double>(count), std::vector<double>(count)};
  const auto n = static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i) {
    double x = -std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (n + 0.5));
    double slope = 1.0;
    for (int step = 0; step < most_steps; ++step) {
      double before = 1.0;
      double value = x;
      for (std::size_t k = 2; k <= count; ++k) {
        const auto order = static_cast<double>(k);
        const double next = ((2.0 * order - 1.0) * x * value - (order - 1.0) * before) / order;
        before = value;
        value = next;
      }
      slope = n * (x * value - before) / (x * x - 1.0);
      const double change = value / slope;
      x -= change;
      if (std::abs(change) < 1e-16) break;
    }
    rule.points[i] = x;
    rule.weights[i] = 2.0 / ((1.0 - x * x) * slope * slope);
  }
  return rule;
}

}  // namespace plimsoll
