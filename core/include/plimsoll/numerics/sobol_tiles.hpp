#pragma once

#include "plimsoll/numerics/sobol_points.hpp"
#include "plimsoll/real/batch.hpp"

#include <cstddef>
#include <cstdint>

namespace plimsoll {

/// A word of 32 binary digits stands behind the point of a double in [1, 2), whose last twenty digits stay zero: so
/// exclusive or on the bits is that of the words, and less one it is the number that the word stands for.
inline constexpr int digits_behind_sobol_word = 20;

/// Direction numbers of eight dimensions side by side: for each of the 32 bits eight numbers whose words stand there.
inline constexpr std::size_t sobol_lanes = 8;
inline constexpr std::size_t sobol_bits = 32;
inline constexpr std::size_t sobol_tile_size = sobol_bits * sobol_lanes;

/// Calls take(point, dimension, words) for eight dimensions of each point, the words as numbers in [1, 2). A block of
/// points is gone through tile by tile, so that what it writes stays near.
template <class Take>
PLIMSOLL_ALWAYS_INLINE inline void visit_sobol_points(const plimsoll_kernels::SobolPoints& asked,
                                                      const Take& take) noexcept {
  using Numbers = Batch<sobol_lanes>;
  constexpr std::size_t points_in_block = 64;
  constexpr std::uint64_t last_bit = sobol_bits - 1;
  std::uint8_t changed[points_in_block];
  for (std::size_t begin = 0; begin < asked.count; begin += points_in_block) {
    const std::size_t left = asked.count - begin;
    const std::size_t in_block = left < points_in_block ? left : points_in_block;
    const std::uint64_t start = asked.first + begin;
    // One bit of the Gray code changes from a point to the next: that of the lowest zero of its number.
    for (std::size_t i = 0; i < in_block; ++i)
      changed[i] = static_cast<std::uint8_t>(__builtin_ctzll(~(start + i) | (std::uint64_t{1} << last_bit)));
    const double* tile = asked.tiles;
    for (std::size_t d = 0; d < asked.dimensions; d += sobol_lanes, tile += sobol_tile_size) {
      BatchWords<sobol_lanes> words = bits_of(Numbers{1.0});
      for (std::uint64_t gray = start ^ (start >> 1U); gray != 0; gray &= gray - 1)
        words = words ^ bits_of(Numbers::load(tile + sobol_lanes * static_cast<std::size_t>(__builtin_ctzll(gray))));
      for (std::size_t i = 0; i < in_block; ++i) {
        take(begin + i, d, from_bits(words));
        words = words ^ bits_of(Numbers::load(tile + sobol_lanes * changed[i]));
      }
    }
  }
}

/// Writes the points, one after the other. Any width of registers gives the same bits.
PLIMSOLL_ALWAYS_INLINE inline void fill_sobol_points(const plimsoll_kernels::SobolPoints& asked,
                                                     double* points) noexcept {
  const std::size_t dimensions = asked.dimensions;
  visit_sobol_points(asked, [=](std::size_t point, std::size_t d, const Batch<sobol_lanes>& words) {
    const Batch<sobol_lanes> numbers = words - 1.0;
    double* const to = points + point * dimensions + d;
    if (d + sobol_lanes <= dimensions) {
      numbers.store(to);
    } else {
      for (std::size_t k = 0; d + k < dimensions; ++k) to[k] = numbers[k];
    }
  });
}

}  // namespace plimsoll
