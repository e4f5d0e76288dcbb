#pragma once

#include "plimsoll/method/kernels.hpp"

#include <cstddef>

// The kernels of finite differences, compiled for each instruction set as those of kernels.hpp.
namespace plimsoll_kernels {

/// A grid in the logarithm of the spot: its nodes, an odd number, and its steps in each of the phases, each of which is
/// twice as long as the one nearer to expiry.
struct LinePlan {
  std::size_t nodes;
  std::size_t phases;
  std::size_t steps;
};

/// A plane of variances by spots for Heston's model and its equal steps; `scheme` is an AlternatingScheme.
struct PlanePlan {
  std::size_t rows;
  std::size_t columns;
  std::size_t steps;
  int scheme;
  bool exercises;
};

/// Options in Heston's model as columns of plain numbers. `side` is +1 for a call and -1 for a put.
struct HestonBook {
  const double* side;
  const double* spot;
  const double* strike;
  const double* years;
  const double* rate;
  const double* dividend_yield;
  const double* variance;
  const double* mean_reversion;
  const double* long_variance;
  const double* volatility_of_variance;
  const double* correlation;
  std::size_t count;
};

/// The grid kernels of one instruction set; each works in memory of so many bytes as the function beside it says.
struct GridKernels {
  /// American options that are exercised beyond one boundary, by finite differences on a line.
  void (*line_book)(const EuropeanBook& book, const LinePlan& plan, void* memory, double* price) noexcept;
  std::size_t (*line_memory)(const LinePlan& plan) noexcept;
  /// European or American options in Heston's model by alternating directions.
  void (*plane_book)(const HestonBook& book, const PlanePlan& plan, void* memory, double* price) noexcept;
  std::size_t (*plane_memory)(const PlanePlan& plan) noexcept;
};

}  // namespace plimsoll_kernels

namespace plimsoll {

/// The grid kernels of one instruction set.
/// Limits: it must be supported.
const plimsoll_kernels::GridKernels& grid_kernels(InstructionSet set) noexcept;

}  // namespace plimsoll
