#pragma once

#include "plimsoll/real/batch.hpp"

#include <cstddef>
#include <cstdint>

namespace plimsoll {

namespace simd {

/// The product of the lower 32 bits of each lane with a word of 32 bits.
PLIMSOLL_ALWAYS_INLINE inline Words multiply_low(Words a, std::uint32_t b) noexcept {
#ifdef __AVX512F__
  return std::bit_cast<Words>(_mm512_mul_epu32(std::bit_cast<__m512i>(a), _mm512_set1_epi64(b)));
#elif defined(__AVX2__)
  return std::bit_cast<Words>(_mm256_mul_epu32(std::bit_cast<__m256i>(a), _mm256_set1_epi64x(b)));
#elif defined(__SSE2__)
  return std::bit_cast<Words>(_mm_mul_epu32(std::bit_cast<__m128i>(a), _mm_set1_epi64x(b)));
#else
  return (a & 0xFFFFFFFF) * static_cast<std::int64_t>(b);
#endif
}

template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline BatchWords<N> multiply_low(const BatchWords<N>& a, std::uint32_t b) noexcept {
  typename BatchWords<N>::Parts products;
  for (std::size_t i = 0; i < products.size(); ++i) products[i] = multiply_low(a.parts()[i], b);
  return BatchWords<N>(products);
}

template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> uniform_from_bits(const BatchWords<N>& bits) noexcept {
  return from_bits((bits >> 12) | BatchWords<N>{0x3FF0000000000000}) - (1.0 - 0x1p-53);
}

}  // namespace simd

/// Two uniform draws of each of N counters in a row: those that RandomStream gives, bit by bit.
template <std::size_t N>
struct UniformPair {
  Batch<N> first, second;
};

/// Source: Salmon, Moraes, Dror & Shaw (2011), Philox4x32-10, N counters side by side, a 32-bit word in each lane.
/// Limits: `counters` below 2^32.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline UniformPair<N> philox_uniforms(std::uint64_t seed, std::uint64_t stream,
                                                             const BatchWords<N>& counters) noexcept {
  constexpr std::uint32_t multiplier_0 = 0xD2511F53U;
  constexpr std::uint32_t multiplier_1 = 0xCD9E8D57U;
  const BatchWords<N> low{0xFFFFFFFF};
  auto key_0 = static_cast<std::uint32_t>(seed);
  auto key_1 = static_cast<std::uint32_t>(seed >> 32U);
  BatchWords<N> c0 = counters;
  BatchWords<N> c1{0};
  BatchWords<N> c2{static_cast<std::uint32_t>(stream)};
  BatchWords<N> c3{static_cast<std::uint32_t>(stream >> 32U)};
#pragma GCC unroll 10
  for (int round = 0; round < 10; ++round) {
    // Only the lower half of a lane is looked at, so what stands in the upper half need not be cleared.
    const BatchWords<N> product_0 = simd::multiply_low(c0, multiplier_0);
    const BatchWords<N> product_1 = simd::multiply_low(c2, multiplier_1);
    c0 = (product_1 >> 32) ^ c1 ^ BatchWords<N>{key_0};
    c2 = (product_0 >> 32) ^ c3 ^ BatchWords<N>{key_1};
    c1 = product_1;
    c3 = product_0;
    key_0 += 0x9E3779B9U;
    key_1 += 0xBB67AE85U;
  }
  return {simd::uniform_from_bits((c0 << 32) | (c1 & low)), simd::uniform_from_bits((c2 << 32) | (c3 & low))};
}

}  // namespace plimsoll
