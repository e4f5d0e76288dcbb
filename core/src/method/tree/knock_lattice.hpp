#pragma once

#include "plimsoll/method/vanilla_case.hpp"
#include "plimsoll/product/payout.hpp"
#include "plimsoll/real/real.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

// Trinomial lattices whose nodes stand still, so that barriers lie on nodes; inside the method floor. The nodes are
// passive numbers: the parameters of the model move the probabilities alone.
namespace plimsoll {

/// Nodes at equal distances in log spot, counted from a place in one direction (+1 or -1).
struct NodeLine {
  double origin;
  double direction;
  double spacing;

  [[nodiscard]] double log_spot(double node) const noexcept { return origin + direction * node * spacing; }
};

/// Discounted probabilities of a step towards the origin, of none, and away from it.
template <Real R>
struct NodeWeights {
  R nearer, same, farther;
};

/// A payoff as lattices use it: at a node for exercise, and at expiry averaged under the hat over a node's two cells,
/// which keeps the payoff's mass and its first moment, so that where a strike or a jump lies among the nodes leaves no
/// trace of first order in the error.
struct NodePayoff {
  LinearPayoff line;

  [[nodiscard]] double paid(double spot) const noexcept {
    return spot > line.low && spot < line.high ? line.per_asset * spot + line.per_cash : 0.0;
  }
  [[nodiscard]] double at(double log_spot) const noexcept { return paid(std::exp(log_spot)); }

  [[nodiscard]] double average(double log_spot, double spacing) const noexcept {
    const double low = std::log(line.low);
    const double high = std::log(line.high);
    // The integral of the payoff times the distance from `foot`, between two places on one side of it.
    const auto slope = [&](double foot, double from, double to) {
      if (!(from < to)) return 0.0;
      const auto by_asset = [foot](double y) { return std::exp(y) * (y - foot - 1.0); };
      const auto by_cash = [foot](double y) { return 0.5 * (y - foot) * (y - foot); };
      return line.per_asset * (by_asset(to) - by_asset(from)) + line.per_cash * (by_cash(to) - by_cash(from));
    };
    const double rising = slope(log_spot - spacing, std::max(log_spot - spacing, low), std::min(log_spot, high));
    const double falling = slope(log_spot + spacing, std::max(log_spot, low), std::min(log_spot + spacing, high));
    return (rising - falling) / (spacing * spacing);
  }
};

/// Values at the root of a free lattice, `line.origin`, and `beside` nodes on each side, at all levels from today on.
/// Exercise pays `exercised(level, spot)`.
template <Real R, class Exercised>
std::vector<std::vector<R>> free_values(const NodeLine& line, const NodeWeights<R>& weights, const NodePayoff& payoff,
                                        const Exercised& exercised, std::size_t steps, std::size_t beside) {
  const std::size_t middle = steps + beside;
  std::vector<R> later(2 * middle + 1);
  std::vector<double> spots(2 * middle + 1);
  for (std::size_t j = 0; j <= 2 * middle; ++j) {
    const double place = line.log_spot(static_cast<double>(j) - static_cast<double>(middle));
    spots[j] = std::exp(place);
    later[j] = R{payoff.average(place, line.spacing)};
  }
  std::vector<std::vector<R>> found(steps + 1);
  const auto keep = [&](std::size_t level) {
    for (std::size_t j = middle - beside; j <= middle + beside; ++j) found[level].push_back(later[j]);
  };
  keep(steps);
  std::vector<R> values = later;
  for (std::size_t level = steps; level-- > 0;) {
    const std::size_t reach = level + beside;
    for (std::size_t j = middle - reach; j <= middle + reach; ++j) {
      const R held = weights.nearer * later[j - 1] + weights.same * later[j] + weights.farther * later[j + 1];
      values[j] = max(held, exercised(level, spots[j]));
    }
    std::swap(values, later);
    keep(level);
  }
  return found;
}

/// What a band of nodes next to a barrier holds: its ends by level, its values at expiry, and whether and what is paid
/// on exercise before.
template <Real R>
struct BandContract {
  std::vector<R> nearer_end;   // at the origin of the line, which is a barrier
  std::vector<R> farther_end;  // at node `last`, where there is a second barrier; else empty
  std::vector<double> at_expiry;
  std::vector<double> on_exercise;  // by node, or empty
};

/// Values of today at the nodes 0 to `last`. Without a second barrier there are as many more nodes at expiry as steps.
template <Real R>
std::vector<R> band_values(const NodeWeights<R>& weights, const BandContract<R>& contract, std::size_t steps,
                           std::size_t last) {
  const bool is_closed = !contract.farther_end.empty();
  const auto last_at = [&](std::size_t level) { return is_closed ? last : last + level; };
  std::vector<R> later;
  for (const double value : contract.at_expiry) later.push_back(R{value});
  const auto set_ends = [&](std::vector<R>& values, std::size_t level) {
    values[0] = contract.nearer_end[level];
    if (is_closed) values[last] = contract.farther_end[level];
  };
  set_ends(later, steps);
  std::vector<R> values = later;
  for (std::size_t level = steps; level-- > 0;) {
    const std::size_t end = is_closed ? last : last_at(level) + 1;
    for (std::size_t j = 1; j < end; ++j) {
      values[j] = weights.nearer * later[j - 1] + weights.same * later[j] + weights.farther * later[j + 1];
      if (!contract.on_exercise.empty()) values[j] = max(values[j], R{contract.on_exercise[j]});
    }
    set_ends(values, level);
    std::swap(values, later);
  }
  return later;
}

inline constexpr std::size_t reading_nodes = 6;

/// Weights by which six neighbouring nodes give the value and its first two derivatives by the node number, `at` nodes
/// from the first of them: Lagrange's polynomial.
struct ReadingWeights {
  std::array<double, reading_nodes> value{};
  std::array<double, reading_nodes> first{};
  std::array<double, reading_nodes> second{};
};

inline ReadingWeights reading_weights(double at) noexcept {
  ReadingWeights w;
  for (std::size_t k = 0; k < reading_nodes; ++k) {
    // The product of (at - i) / (k - i) with its derivatives, factor by factor.
    double value = 1.0;
    double first = 0.0;
    double second = 0.0;
    for (std::size_t i = 0; i < reading_nodes; ++i) {
      if (i == k) continue;
      const double gap = static_cast<double>(k) - static_cast<double>(i);
      const double factor = (at - static_cast<double>(i)) / gap;
      second = second * factor + 2.0 * first / gap;
      first = first * factor + value / gap;
      value *= factor;
    }
    w.value[k] = value;
    w.first[k] = first;
    w.second[k] = second;
  }
  return w;
}

}  // namespace plimsoll
