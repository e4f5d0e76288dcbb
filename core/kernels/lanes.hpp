#pragma once

#include "plimsoll/real/batch.hpp"

#include <cstddef>
#include <cstdint>

// What the kernels of every room share; part of a unit that is compiled once for each instruction set.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PLIMSOLL_FLATTEN  // as PLIMSOLL_ALWAYS_INLINE
#else
#define PLIMSOLL_FLATTEN [[gnu::flatten]]  // everything in line
#endif

namespace plimsoll {

using Lane = Batch<8>;
inline constexpr std::size_t lanes = 8;

/// Reads the first `count` of a lane's numbers; the others are ones, which every formula takes.
PLIMSOLL_ALWAYS_INLINE inline Lane load_some(const double* from, std::size_t count) noexcept {
  double numbers[lanes];
  for (std::size_t k = 0; k < lanes; ++k) numbers[k] = k < count ? from[k] : 1.0;
  return Lane::load(numbers);
}

PLIMSOLL_ALWAYS_INLINE inline void store_some(const Lane& lane, double* to, std::size_t count) noexcept {
  for (std::size_t k = 0; k < count; ++k) to[k] = lane[k];
}

/// The first place in memory at which a lane may stand.
PLIMSOLL_ALWAYS_INLINE inline Lane* aligned_lanes(void* memory) noexcept {
  const auto misfit = reinterpret_cast<std::uintptr_t>(memory) % alignof(Lane);
  return reinterpret_cast<Lane*>(static_cast<char*>(memory) + (misfit == 0 ? 0 : alignof(Lane) - misfit));
}

/// The sum over a lane, in the order of its numbers.
PLIMSOLL_ALWAYS_INLINE inline double total(const Lane& sums) noexcept {
  double sum = 0.0;
  for (std::size_t k = 0; k < lanes; ++k) sum += sums[k];
  return sum;
}

}  // namespace plimsoll
