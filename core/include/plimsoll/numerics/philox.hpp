#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace plimsoll {

/// Four random words for a counter and a key: a pure function, so any draw of any stream can be had at once.
/// Source: Salmon, Moraes, Dror & Shaw (2011), Parallel random numbers: as easy as 1, 2, 3 (Philox4x32-10).
constexpr std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                                     std::array<std::uint32_t, 2> key) noexcept {
  constexpr std::uint64_t multiplier_0 = 0xD2511F53U;
  constexpr std::uint64_t multiplier_1 = 0xCD9E8D57U;
  constexpr std::uint32_t key_step_0 = 0x9E3779B9U;
  constexpr std::uint32_t key_step_1 = 0xBB67AE85U;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product_0 = multiplier_0 * counter[0];
    const std::uint64_t product_1 = multiplier_1 * counter[2];
    counter = {
        static_cast<std::uint32_t>(product_1 >> 32U) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product_1),
        static_cast<std::uint32_t>(product_0 >> 32U) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product_0)};
    key[0] += key_step_0;
    key[1] += key_step_1;
  }
  return counter;
}

/// The uniform number in (0, 1) that 64 random bits stand for: the middle of one of 2^52 equal cells, so never 0 or 1.
double uniform_from_bits(std::uint64_t bits) noexcept;

/// Uniform and normal draws of one stream. The seed is the key, the stream the upper half of the counter: streams of
/// one seed never overlap.
/// Limits: 2^64 counters (2^65 draws) a stream.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) noexcept : seed_(seed), stream_(stream) {}

  /// The next draws, uniform on (0, 1). A counter gives two draws; the second of an odd last pair is dropped.
  void fill_uniform(std::span<double> draws) noexcept;

  /// The next draws, standard normal, by the inverse distribution function.
  void fill_normal(std::span<double> draws) noexcept;

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t counter_ = 0;
};

}  // namespace plimsoll
