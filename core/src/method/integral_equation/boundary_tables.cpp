#include "plimsoll/method/integral_equation/boundary_tables.hpp"

#include "plimsoll/numerics/quadrature.hpp"

#include <cmath>
#include <numbers>
#include <span>

namespace plimsoll {

namespace {

/// The angles of a rule between 0 and a right angle as sines, and the weights of the share of time, sin^2.
void fill_angles(std::size_t count, std::vector<double>& sines, std::vector<double>& weights) {
  const GaussRule rule = *gauss_legendre(count);
  for (std::size_t k = 0; k < count; ++k) {
    const double angle = 0.25 * std::numbers::pi * (1.0 + rule.nodes[k]);
    sines.push_back(std::sin(angle));
    weights.push_back(rule.weights[k] * 0.5 * std::numbers::pi * std::sin(angle) * std::cos(angle));
  }
}

/// Weights of the values at the roots, and of the zero at zero, which is left out, for the value at `root`.
void fill_cardinals(std::span<const double> roots, double root, std::vector<double>& cardinals) {
  const std::size_t nodes = roots.size();
  std::vector<double> weights(nodes);
  double sum = (nodes % 2 == 0 ? 0.5 : -0.5) / root;  // that of the node at zero
  for (std::size_t j = 0; j < nodes; ++j) {
    const double gap = root - roots[j] + 1e-300;  // at a node its weight alone is left
    const double alternating = (nodes - 1 - j) % 2 == 0 ? 1.0 : -1.0;
    weights[j] = (j + 1 == nodes ? 0.5 : alternating) / gap;
    sum += weights[j];
  }
  for (const double weight : weights) cardinals.push_back(weight / sum);
}

}  // namespace

BoundaryTables::BoundaryTables(const IntegralEquation& settings) : settings_(settings) {
  const auto nodes = static_cast<std::size_t>(settings.nodes);
  for (std::size_t i = 1; i <= nodes; ++i)
    roots_.push_back(0.5 * (1.0 - std::cos(std::numbers::pi * static_cast<double>(i) / static_cast<double>(nodes))));
  fill_angles(static_cast<std::size_t>(settings.points), sines_, weights_);
  fill_angles(static_cast<std::size_t>(settings.price_points), price_sines_, price_weights_);
  for (const double root : roots_)
    for (const double sine : sines_) fill_cardinals(roots_, root * std::sqrt(1.0 - sine * sine), cardinals_);
  for (const double sine : price_sines_) fill_cardinals(roots_, std::sqrt(1.0 - sine * sine), price_cardinals_);
}

plimsoll_kernels::BoundaryPlan BoundaryTables::plan() const noexcept {
  return {roots_.size(),         sines_.size(),          static_cast<std::size_t>(settings_.steps),
          price_sines_.size(),   roots_.data(),          sines_.data(),
          weights_.data(),       cardinals_.data(),      price_sines_.data(),
          price_weights_.data(), price_cardinals_.data()};
}

}  // namespace plimsoll
