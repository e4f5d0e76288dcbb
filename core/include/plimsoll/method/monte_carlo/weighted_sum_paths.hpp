#pragma once

#include "plimsoll/method/path_kernels.hpp"
#include "plimsoll/real/real.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace plimsoll {

using plimsoll_kernels::VolatilityTable;
using plimsoll_kernels::WeightedSum;

/// Amount that the holder receives when the weighted spots add up to `sum`.
template <Real R>
R weighted_sum_payoff(const WeightedSum& option, const R& sum) {
  return max(R(option.side * (sum + (option.past - option.strike))), R{0.0});
}

/// Amount paid along one lane of paths whose log gains `drift(i)` and `deviation(i)` times a normal draw in step i: the
/// exact steps of a log-normal spot with term structures.
template <Real R, class Drift, class Deviation, class Draw>
R term_structure_value(const WeightedSum& option, const R& log_spot, const Drift& drift, const Deviation& deviation,
                       const Draw& normal) {
  R log = log_spot;
  R sum{0.0};
  for (std::size_t i = 0; i < option.steps; ++i) {
    log = log + drift(i) + deviation(i) * normal(i);
    if (option.weights[i] != 0.0) sum = sum + option.weights[i] * exp(log);
  }
  return weighted_sum_payoff<R>(option, sum);
}

/// What a row of the table holds at these logs of the spot: cells, and the volatilities at both ends of each.
template <class Lane>
struct VolatilityCell {
  GridCell<Lane> at;
  Lane value, slope;

  VolatilityCell(const VolatilityTable& table, std::uint32_t row, const Lane& log)
      : VolatilityCell(table, table.volatilities + row * table.columns, (log - table.low) * table.density) {}

 private:
  VolatilityCell(const VolatilityTable& table, const double* row, const Lane& place)
      : VolatilityCell(table, row, place, min(max(place, 0.0), static_cast<double>(table.columns - 1))) {}

  VolatilityCell(const VolatilityTable& table, const double* row, const Lane& place, const Lane& inside)
      : at(grid_cell(inside, static_cast<double>(table.columns - 1))) {
    const Lane lower = gather(row, at.cell);
    const Lane rise = gather(row + 1, at.cell) - lower;
    value = multiply_add(at.share, rise, lower);
    const Lane none{0.0};
    slope = select(place > inside, none, select(inside > place, none, rise * table.density));
  }
};

/// Local volatility of one lane of paths; `first_leaf` is that of the table, for numbers that are recorded.
template <class Lane>
Lane local_volatility(const VolatilityTable& table, std::uint32_t row, std::uint32_t, const Lane& log) {
  return VolatilityCell<Lane>(table, row, log).value;
}
template <class Lane>
Adjoint<Lane> local_volatility(const VolatilityTable& table, std::uint32_t row, std::uint32_t first_leaf,
                               const Adjoint<Lane>& log) {
  const VolatilityCell<Lane> cell(table, row, log.value());
  return Adjoint<Lane>::interpolated(log, cell.value, cell.slope,
                                     first_leaf + row * static_cast<std::uint32_t>(table.columns), cell.at.cell,
                                     cell.at.share);
}

/// Amount paid along one lane of paths by Euler steps of the log under local volatility.
template <Real R, class Drift, class Draw>
R local_volatility_value(const plimsoll_kernels::LocalVolatilityBlock& block, const R& log_spot, const Drift& drift,
                         std::uint32_t first_leaf, const Draw& normal) {
  R log = log_spot;
  R sum{0.0};
  for (std::size_t i = 0; i < block.option.steps; ++i) {
    const double length = block.lengths[i];
    const R volatility = local_volatility(block.table, block.row_of[i], first_leaf, log);
    log = log + drift(i) + volatility * (volatility * (-0.5 * length) + std::sqrt(length) * normal(i));
    if (block.option.weights[i] != 0.0) sum = sum + block.option.weights[i] * exp(log);
  }
  return weighted_sum_payoff<R>(block.option, sum);
}

}  // namespace plimsoll
