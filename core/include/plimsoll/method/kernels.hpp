#pragma once

#include "plimsoll/method/boundary_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

// The inner loops that are compiled for several instruction sets, and the choice among them. The kernels know pointers
// and sizes alone: a function of the standard library that they left out of line would be compiled for their
// instruction set, and the linker might keep that copy for everybody.
namespace plimsoll_kernels {

/// European options as columns of plain numbers. `side` is +1 for a call and -1 for a put.
struct EuropeanBook {
  const double* side;
  const double* spot;
  const double* strike;
  const double* years;
  const double* rate;
  const double* dividend_yield;
  const double* volatility;
  std::size_t count;
};

/// Where the results of a book go; without `delta` the price alone is asked for.
struct EuropeanResults {
  double* price;
  double* delta;
  double* gamma;
  double* vega;
  double* theta;
  double* rho;
};

/// One block of simulated paths of one option.
struct EuropeanBlock {
  double side, strike, expiry;
  double spot, rate, dividend_yield, volatility;
  std::uint64_t seed, stream;
  std::size_t paths;  // at most `most_paths`
};

inline constexpr std::size_t most_paths = 1024;
inline constexpr std::size_t measure_count = 6;  // price, delta, gamma, vega, theta, rho

/// Mean and sum of squared deviations of each measure over the paths of a block.
struct BlockMoments {
  double mean[measure_count];
  double squares[measure_count];
};

/// The size of a lattice, and whether its last step is the formula of the European option.
struct LatticePlan {
  std::size_t steps;
  bool last_by_formula;
};

/// One function applied to `count` numbers.
using Function = void (*)(const double* from, double* to, std::size_t count) noexcept;

/// One function of two numbers applied to `count` pairs.
using FunctionOfTwo = void (*)(const double* first, const double* second, double* to, std::size_t count) noexcept;

/// The kernels of one instruction set.
struct Kernels {
  const char* name;
  Function exponential, logarithm, normal_distribution, normal_density, normal_quantile;
  Function exponential_less_one, logarithm_of_one_plus, sine, cosine;  // the angles up to 1e5
  FunctionOfTwo power;
  void (*normals)(std::uint64_t seed, std::uint64_t stream, double* to, std::size_t count) noexcept;
  void (*european_book)(const EuropeanBook& book, const EuropeanResults& results) noexcept;
  void (*european_block)(const EuropeanBlock& block, BlockMoments& moments);
  /// American options that are exercised beyond one boundary. Where `change` is not small the boundary has not settled,
  /// and the price does not hold. `memory` has the bytes of `american_memory`.
  void (*american_book)(const EuropeanBook& book, const BoundaryPlan& plan, void* memory, double* price,
                        double* change) noexcept;
  std::size_t (*american_memory)(const BoundaryPlan& plan) noexcept;
  /// Options on the lattice of Cox, Ross & Rubinstein; `american` is one for those that may be exercised early, else
  /// zero. `memory` has the bytes of `lattice_memory`.
  void (*lattice_book)(const EuropeanBook& book, const double* american, const LatticePlan& plan, void* memory,
                       double* price) noexcept;
  std::size_t (*lattice_memory)(const LatticePlan& plan) noexcept;
};

}  // namespace plimsoll_kernels

namespace plimsoll {

/// Instruction sets that the kernels are compiled for: x86-64, x86-64-v3 and x86-64-v4. The last two give the same
/// bits.
enum class InstructionSet { baseline, avx2, avx512 };

/// Whether this machine has it.
bool is_supported(InstructionSet set) noexcept;

/// The widest one that this machine has.
InstructionSet widest_instruction_set() noexcept;

/// The one that the kernels use: the widest, or the one that the environment variable PLIMSOLL_INSTRUCTION_SET named
/// when the program first asked. It is the only thing that the core reads of its environment.
/// Limits: a name that is unknown, or that this machine does not have, leaves the widest; `instruction_set_refused`
/// says so.
InstructionSet chosen_instruction_set() noexcept;

/// The override that could not be followed; empty if there is none.
std::string_view instruction_set_refused() noexcept;

/// The kernels of one instruction set.
/// Limits: it must be supported.
const plimsoll_kernels::Kernels& kernels(InstructionSet set) noexcept;

/// "x86-64", "x86-64-v3" or "x86-64-v4".
std::string_view name_of(InstructionSet set) noexcept;

}  // namespace plimsoll
