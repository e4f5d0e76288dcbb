#pragma once

#include "plimsoll/numerics/philox_batch.hpp"
#include "plimsoll/real/batch_math.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace plimsoll {

/// Draws of N paths side by side, a path in a lane. Path p of a block has its own stretch of the block's stream: what
/// RandomStream gives to the p-th who asks for `draws` numbers.
/// Limits: (paths in the block) * (draws + 1) / 2 below 2^32.
template <std::size_t N>
class LaneDraws {
 public:
  LaneDraws(std::uint64_t seed, std::uint64_t stream, std::size_t draws) noexcept
      : seed_(seed), stream_(stream), pairs_((draws + 1) / 2) {}

  /// Counters that one path uses up: two draws each.
  [[nodiscard]] std::size_t pairs() const noexcept { return pairs_; }

  /// The uniform draws of the paths from `path` on, from counter `pair` on: 2 * `pairs` batches in the order of the
  /// draws.
  PLIMSOLL_ALWAYS_INLINE void fill_uniform(std::size_t path, std::size_t pair, std::size_t pairs,
                                           double* to) const noexcept {
    std::int64_t numbers[N];
    for (std::size_t k = 0; k < N; ++k) numbers[k] = static_cast<std::int64_t>((path + k) * pairs_ + pair);
    typename BatchWords<N>::Parts parts;
    std::memcpy(&parts, numbers, sizeof(parts));
    BatchWords<N> counters(parts);
    for (std::size_t j = 0; j < pairs; ++j, counters = counters + BatchWords<N>{1}) {
      const auto drawn = philox_uniforms(seed_, stream_, counters);
      drawn.first.store(to + 2 * j * N);
      drawn.second.store(to + (2 * j + 1) * N);
    }
  }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::size_t pairs_;
};

}  // namespace plimsoll
