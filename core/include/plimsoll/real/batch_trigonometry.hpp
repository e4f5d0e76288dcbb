#pragma once

#include "plimsoll/real/batch_math.hpp"
#include "plimsoll/real/batch_power.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

namespace plimsoll {

namespace simd {

/// x = turns * pi/2 + high + low, |high| <= pi/4; `turns` in the low bits of words.
template <std::size_t N>
struct QuarterTurns {
  BatchWords<N> turns;
  Batch<N> high, low;
};

/// Source: Cody & Waite (1980) with pi/2 in four parts of 33 bits and a rest (fdlibm's e_rem_pio2.c, 1993): a count
/// below 2^20 times a part is exact, so nothing is lost where x is next to a multiple of pi/2.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline QuarterTurns<N> quarter_turns(const Batch<N>& x) noexcept {
  constexpr double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
  constexpr double first = 1.57079632673412561417e+00;
  constexpr double second = 6.07710050630396597660e-11;
  constexpr double third = 2.02226624871116645580e-21;
  constexpr double rest = 8.47842766036889956997e-32;
  const Batch<N> shifted = x * (2.0 * std::numbers::inv_pi) + shift;
  const Batch<N> count = shifted - shift;
  const TwoPart<N> near = exact_sum(x - count * first, -(count * second));
  const TwoPart<N> nearer = exact_sum(near.high, -(count * third));
  const TwoPart<N> result = exact_sum(nearer.high, near.low + nearer.low - count * rest);
  return {bits_of(shifted), result.high, result.low};
}

/// sin(high + low) for |high| <= pi/4. Source: Taylor's polynomial, whose first term left out is 1e-19 of the sum.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> sine_near_zero(const Batch<N>& high, const Batch<N>& low) noexcept {
  constexpr std::array<double, 8> taylor{
      -1.0 / 6,        1.0 / 120,        -1.0 / 5040,          1.0 / 362880,
      -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
  const Batch<N> z = high * high;
  const Batch<N> cube = high * z;
  return high + multiply_add(cube, polynomial(z, taylor), low * multiply_add(z, Batch<N>{-0.5}, Batch<N>{1.0}));
}

/// cos(high + low) for |high| <= pi/4. Source: Taylor's polynomial, whose first term left out is 2e-18.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> cosine_near_zero(const Batch<N>& high, const Batch<N>& low) noexcept {
  constexpr std::array<double, 7> taylor{1.0 / 24,        -1.0 / 720,         1.0 / 40320,         -1.0 / 3628800,
                                         1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000};
  const Batch<N> z = high * high;
  const Batch<N> half = 0.5 * z;
  const Batch<N> near = 1.0 - half;
  const Batch<N> fourth = multiply_add(z * z, polynomial(z, taylor), -(high * low));
  return near + (((1.0 - near) - half) + fourth);
}

/// The sine `quarters` quarter turns further on.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> sine_after(const Batch<N>& x, std::int64_t quarters) noexcept {
  constexpr double largest = 1e5;
  const QuarterTurns<N> at = quarter_turns(x);
  const BatchWords<N> turns = at.turns + BatchWords<N>{quarters};
  const auto is_odd = from_bits((turns & BatchWords<N>{1}) << 62) > Batch<N>{0.0};
  const Batch<N> size = select(is_odd, cosine_near_zero(at.high, at.low), sine_near_zero(at.high, at.low));
  const Batch<N> result = from_bits(bits_of(size) ^ ((turns & BatchWords<N>{2}) << 62));
  return select(abs(x) > Batch<N>{largest}, Batch<N>{std::numeric_limits<double>::quiet_NaN()}, result);
}

}  // namespace simd

/// Sine of an angle in radians.
/// Accuracy: 1 ulp, next to multiples of pi too.
/// Limits: |x| <= 1e5; NaN beyond.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> sin(const Batch<N>& x) noexcept {
  const auto large_enough = abs(x) > Batch<N>{0x1p-27};  // below, x itself: the sign of zero and subnormals too
  return select(large_enough, simd::sine_after(x, 0), x);
}

/// Cosine of an angle in radians.
/// Accuracy: 1 ulp, next to odd multiples of pi/2 too.
/// Limits: |x| <= 1e5; NaN beyond.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> cos(const Batch<N>& x) noexcept {
  return select(simd::is_number(x), simd::sine_after(x, 1), x);
}

}  // namespace plimsoll
