#pragma once

#include "plimsoll/method/kernels.hpp"

#include <cstddef>
#include <cstdint>

// The inner loops that move paths over many dates: short passes over blocks that fit the first cache (uniform draws,
// normal draws, steps), eight paths side by side. As in kernels.hpp, pointers and sizes alone.
namespace plimsoll_kernels {

/// What the paths of one arithmetic Asian option have in common.
struct AsianTerms {
  double side;  // +1 for a call, -1 for a put
  double strike, expiry, discount;
  double first_fixing;    // of those to come
  double to_come, count;  // fixings to come, and all
  double past_sum;        // of the fixings made
  double control_strike;  // of the option on the geometric mean of the fixings to come
  double mean_time;       // of the fixings to come
};

/// One block of simulated paths of an Asian option with its control.
struct AsianBlock {
  AsianTerms terms;
  double spot, rate, dividend_yield, volatility;
  const double* times;   // of the fixings to come
  const double* roots;   // square roots of the steps between them
  const double* drifts;  // what the log of the spot gains for certain up to each
  std::size_t fixings;
  std::uint64_t seed, stream;
  std::size_t paths;  // at most `most_paths`
};

/// Means of each measure and of its control over the paths of a block, and their central second moments.
struct PairedMoments {
  double mean_x[measure_count], mean_y[measure_count];
  double xx[measure_count], xy[measure_count], yy[measure_count];
};

/// An option on a weighted sum of the spot on the steps of a path: side * (sum + past - strike) above zero, before
/// discounting.
struct WeightedSum {
  double side, strike, past;
  const double* weights;  // of the spot after each step
  std::size_t steps;
};

/// One block of paths whose log gains a drift and a normal deviation of its own in each step.
struct TermStructureBlock {
  WeightedSum option;
  double log_spot;
  const double* drifts;
  const double* deviations;
  std::uint64_t seed, stream;
  std::size_t paths;  // at most `most_paths`
};

/// Volatilities by time and log of the spot: the row holds for a step, and between columns, which are evenly spaced,
/// the volatility is linear; beyond them it is flat.
struct VolatilityTable {
  const double* volatilities;  // row by row
  std::size_t rows, columns;
  double low;      // log of the spot of the first column
  double density;  // columns per unit of the log
};

/// One block of paths by Euler steps of the log under a table of local volatilities. The drifts leave out half the
/// variance.
struct LocalVolatilityBlock {
  WeightedSum option;
  double log_spot;
  const double* drifts;
  const double* lengths;        // of the steps, in years
  const std::uint32_t* row_of;  // the row of the table that holds for each step
  VolatilityTable table;
  std::uint64_t seed, stream;
  std::size_t paths;  // at most `most_paths`
};

/// What a block of paths says of the amount paid: its moments, and the mean derivatives by each input, in the order log
/// of the spot, drifts, then deviations or the table.
struct PathGradient {
  double mean, squares;
  double* derivatives;  // null where the price alone is asked for
  double* draws;        // working memory: `draws_of` the steps
  double gamma_mean;    // mean of the derivative by the log of the spot times the first normal draw
};

inline constexpr std::size_t most_assets = 6;

/// One block of paths of several assets whose variances revert to a mean, in equal steps, and an option on the worst of
/// them: the smallest of the spots, each times its weight.
struct WorstOfBlock {
  double side, strike;
  std::size_t assets;  // at most `most_assets`
  std::size_t steps;
  double step;                    // in years
  double log_start[most_assets];  // log of weight times spot
  double drift[most_assets];      // rate less yield, for a step
  double variance[most_assets], mean_reversion[most_assets], long_variance[most_assets];
  double volatility_of_variance[most_assets];
  /// Lower Cholesky factor, row by row, of the correlation of spot and variance, asset after asset, times the square
  /// root of the step.
  double factor[most_assets * (2 * most_assets + 1)];
  std::uint64_t seed, stream;
  std::size_t paths;  // at most `most_paths`
};

/// Mean and sum of squared deviations of the amount paid, and of its derivative by the log of each spot.
struct WorstOfMoments {
  double mean[1 + most_assets];
  double squares[1 + most_assets];
};

/// Numbers of working memory for the draws of paths of so many steps.
constexpr std::size_t draws_of(std::size_t steps) noexcept { return 8 * ((steps + 1) / 2 * 2) + 1024; }

/// The kernels of one instruction set. A tape is made once for a thread and used for many blocks.
struct PathKernels {
  void (*asian_block)(const AsianBlock& block, PairedMoments& moments) noexcept;
  void* (*new_tape)();
  void (*delete_tape)(void* tape) noexcept;
  std::size_t (*tape_bytes)(const void* tape) noexcept;
  void (*term_structure_block)(const TermStructureBlock& block, void* tape, PathGradient& gradient);
  void (*local_volatility_block)(const LocalVolatilityBlock& block, void* tape, PathGradient& gradient);
  void (*worst_of_block)(const WorstOfBlock& block, WorstOfMoments& moments) noexcept;
};

}  // namespace plimsoll_kernels

namespace plimsoll {

/// The path kernels of one instruction set.
/// Limits: it must be supported.
const plimsoll_kernels::PathKernels& path_kernels(InstructionSet set) noexcept;

}  // namespace plimsoll
