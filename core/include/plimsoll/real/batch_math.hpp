#pragma once

#include "plimsoll/real/batch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

// Functions of a batch. They hold for every double: infinities, zeros, subnormal numbers and NaN give what <cmath>
// gives. AVX2 and AVX-512 give the same bits; the baseline, which has no fused multiply-add, may differ in the last.
namespace plimsoll {

namespace simd {

/// The polynomial with these coefficients, constant term first, as two chains in x^2 that run side by side.
template <std::size_t N, std::size_t count>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> polynomial(const Batch<N>& x, const std::array<double, count>& c) noexcept {
  static_assert(count >= 4);
  const Batch<N> square = x * x;
  Batch<N> high{c[count - 1]};
  Batch<N> low{c[count - 2]};
#pragma GCC unroll 16
  for (std::size_t k = count - 2; k >= 2; k -= 2) {
    high = multiply_add(high, square, Batch<N>{c[k - 1]});
    low = multiply_add(low, square, Batch<N>{c[k - 2]});
  }
  if constexpr (count % 2 == 0) return multiply_add(high, x, low);
  return multiply_add(low, x, multiply_add(high, square, Batch<N>{c[0]}));
}

/// What a * b loses when it is rounded to `product`.
/// Source: Dekker (1971), A floating-point technique for extending the available precision, Numer. Math. 18, where
/// there is no fused multiply-add.
/// Limits: without that instruction factors below 1e300.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> product_error(const Batch<N>& a, const Batch<N>& b,
                                                     const Batch<N>& product) noexcept {
#ifdef __FMA__
  return multiply_add(a, b, -product);
#else
  const auto upper = [](const Batch<N>& x) {
    const Batch<N> wide = x * 134217729.0;  // 2^27 + 1
    return wide - (wide - x);
  };
  const Batch<N> a_high = upper(a);
  const Batch<N> b_high = upper(b);
  const Batch<N> a_low = a - a_high;
  const Batch<N> b_low = b - b_high;
  return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
#endif
}

/// What a * a loses when it is rounded to `square`.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> square_error(const Batch<N>& a, const Batch<N>& square) noexcept {
  return product_error(a, a, square);
}

/// 2^k for the k that stands in the low bits of 1.5 * 2^52 + k.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> power_of_two(const Batch<N>& shifted) noexcept {
  return from_bits((bits_of(shifted) + BatchWords<N>{1023}) << 52);
}

/// x * 2^count, rounded once, for a whole count between -1,200 and 1,100 and an x between 1/2 and 2.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> scaled(const Batch<N>& x, const Batch<N>& count) noexcept {
#ifdef __AVX512F__
  typename Batch<N>::Parts parts;
  for (std::size_t i = 0; i < parts.size(); ++i)
    parts[i] = std::bit_cast<Doubles>(_mm512_scalef_pd(x.parts()[i], count.parts()[i]));
  return Batch<N>(parts);
#else
  // Two factors, so that a result below the normal numbers is rounded once and one above them becomes infinite.
  constexpr double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
  const Batch<N> half = multiply_add(count, Batch<N>{0.5}, Batch<N>{shift});
  return x * power_of_two(half) * power_of_two(count - (half - shift) + shift);
#endif
}

/// Where a lane holds a number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline BatchMask<N> is_number(const Batch<N>& x) noexcept {
  return x == x;  // NOLINT(misc-redundant-expression): NaN alone differs from itself
}

}  // namespace simd

namespace simd {

/// e to the x.
/// Limits: -800 <= x <= 710, or NaN, which it gives back.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> exp_within(const Batch<N>& x) noexcept {
  constexpr double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
  constexpr std::array<double, 12> taylor{1.0 / 2,       1.0 / 6,        1.0 / 24,        1.0 / 120,
                                          1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,
                                          1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  const Batch<N> count = multiply_add(x, Batch<N>{std::numbers::log2e}, Batch<N>{shift}) - shift;
  Batch<N> r = multiply_add(count, Batch<N>{-6.93147180369123816490e-01}, x);
  r = multiply_add(count, Batch<N>{-1.90821492927058770002e-10}, r);
  return scaled(1.0 + multiply_add(r * r, polynomial(r, taylor), r), count);
}

}  // namespace simd

/// e to the x.
/// Source: argument reduction of Cody & Waite (1980); Taylor's polynomial, whose first term left out is 4e-18.
/// Accuracy: 1.1 ulp, subnormal results within their own spacing.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> exp(const Batch<N>& x) noexcept {
  // The second of two numbers is given where one is NaN.
  return simd::exp_within(min(Batch<N>{710.0}, max(Batch<N>{-746.0}, x)));
}

namespace simd {

/// x = 2^count * (1 + fraction), where 1 + fraction lies around one, between the roots of one half and of two.
template <std::size_t N>
struct AroundOne {
  Batch<N> count, fraction;
};

/// The same parts from the bits of a positive normal number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline AroundOne<N> around_one_normal(const Batch<N>& x) noexcept {
  constexpr std::int64_t root_half = 0x3fe6a09e667f3bcd;  // bits of sqrt(1/2)
  constexpr std::int64_t one = 0x3ff0000000000000;
  constexpr std::int64_t mantissa = 0x000fffffffffffff;
  const BatchWords<N> moved = bits_of(x) + BatchWords<N>{one - root_half};
  return {from_bits((moved >> 52) | BatchWords<N>{0x4330000000000000}) - (0x1p52 + 1023.0),
          from_bits((moved & BatchWords<N>{mantissa}) + BatchWords<N>{root_half}) - 1.0};
}

/// Limits: x > 0 and finite.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline AroundOne<N> around_one(const Batch<N>& x) noexcept {
  const auto subnormal = x < Batch<N>{0x1p-1022};
  const AroundOne<N> split = around_one_normal(select(subnormal, x * 0x1p54, x));
  return {split.count - select(subnormal, Batch<N>{54.0}, Batch<N>{0.0}), split.fraction};
}

/// log(1 + fraction) = fraction - (half_square - rest), and what to add up in which order.
template <std::size_t N>
struct LogParts {
  Batch<N> half_square, rest;
};

/// Source: the minimax polynomial of fdlibm's e_log.c (Sun Microsystems, 1993).
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline LogParts<N> log_parts(const Batch<N>& f) noexcept {
  const Batch<N> s = f / (2.0 + f);
  const Batch<N> z = s * s;
  const Batch<N> w = z * z;
  const Batch<N> even =
      w * multiply_add(w, multiply_add(w, Batch<N>{1.531383769920937332e-01}, Batch<N>{2.222219843214978396e-01}),
                       Batch<N>{3.999999999940941908e-01});
  const Batch<N> odd =
      z * multiply_add(
              w,
              multiply_add(w, multiply_add(w, Batch<N>{1.479819860511658591e-01}, Batch<N>{1.818357216161805012e-01}),
                           Batch<N>{2.857142874366239149e-01}),
              Batch<N>{6.666666666666735130e-01});
  const Batch<N> half_square = 0.5 * f * f;
  return {half_square, s * (half_square + odd + even)};
}

inline constexpr double log_two_high = 6.93147180369123816490e-01;  // 33 bits: times a count it is exact
inline constexpr double log_two_low = 1.90821492927058770002e-10;

}  // namespace simd

namespace simd {

/// The natural logarithm of what `around_one` took apart.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> log_of(const AroundOne<N>& split) noexcept {
  const LogParts<N> parts = log_parts(split.fraction);
  const Batch<N> small = multiply_add(split.count, Batch<N>{log_two_low}, parts.rest);
  return multiply_add(split.count, Batch<N>{log_two_high}, split.fraction - (parts.half_square - small));
}

}  // namespace simd

/// The natural logarithm; minus infinity at zero, NaN below.
/// Source: the minimax polynomial of fdlibm's e_log.c (Sun Microsystems, 1993).
/// Accuracy: 1 ulp.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> log(const Batch<N>& x) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Batch<N> finite = simd::log_of(simd::around_one(x));
  const Batch<N> edges = select(x == Batch<N>{0.0}, Batch<N>{-infinity},
                                select(x > Batch<N>{0.0}, finite, Batch<N>{std::numeric_limits<double>::quiet_NaN()}));
  return select(x == Batch<N>{infinity}, x, edges);
}

/// The natural logarithm of a positive normal number: the bits of `log`.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> log_normal(const Batch<N>& x) noexcept {
  return simd::log_of(simd::around_one_normal(x));
}

/// Absolute value.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> abs(const Batch<N>& x) noexcept {
  return from_bits(bits_of(x) & BatchWords<N>{0x7fffffffffffffff});
}

namespace simd {

/// exp(-x^2 / 2), the rounding of the square carried along; NaN where there is no number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> bell(const Batch<N>& size) noexcept {
  // The bell is zero beyond 38.6, and the square stays finite. Of two numbers the second is given where one is NaN.
  const Batch<N> bounded = min(Batch<N>{40.0}, size);
  const Batch<N> square = bounded * bounded;
  return exp_within(-0.5 * square) * multiply_add(square_error(bounded, square), Batch<N>{-0.5}, Batch<N>{1.0});
}

/// The distribution function below -|x| over the bell, times 5 + |x|, by place = (|x| - 5) / (|x| + 5).
/// Source: own minimax fit: relative error 5e-17 on the whole half line.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> tail_over_bell(const Batch<N>& place) noexcept {
  constexpr std::array<double, 25> fit{
      0.769193049750062959,     -0.665382502890056908,   0.49530561596997622,       -0.313533156671281392,
      0.165020366170399241,     -0.0691186387070716192,  0.0207950667994248853,     -0.00299337675897847814,
      -0.00079786939101641597,  0.000544898968373562901, -0.0000593757972930021492, -0.0000497623279245795155,
      0.0000166816062395530634, 3.97936151382921546e-6,  -2.77066735773336923e-6,   -3.33542714123105383e-7,
      4.36308551781732281e-7,   3.85714485672575834e-8,  -7.03783639094586567e-8,   -6.94084737404486678e-9,
      1.12390067009797129e-8,   1.27137592602782323e-9,  -1.53360755715995458e-9,   -1.33121074301070202e-10,
      1.2469361647253147e-10};
  return polynomial(place, fit);
}

/// |x| where the tail is not zero anyway; NaN where there is no number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> size_of(const Batch<N>& x) noexcept {
  return min(Batch<N>{1e30}, abs(x));
}

}  // namespace simd

/// Standard normal density.
/// Accuracy: 4 ulp, tails included.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> normal_pdf(const Batch<N>& x) noexcept {
  return 0.3989422804014327 * simd::bell(abs(x));
}

/// Standard normal distribution function and density, which share the bell.
/// Accuracy: 1e-15 relative in both tails wherever the result is a normal number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline NormalPair<Batch<N>> normal_cdf_and_pdf(const Batch<N>& x) noexcept {
  const Batch<N> size = simd::size_of(x);
  const Batch<N> inverse = 1.0 / (size + 5.0);
  const Batch<N> bell = simd::bell(size);
  const Batch<N> tail = bell * (simd::tail_over_bell((size - 5.0) * inverse) * inverse);
  return {select(x > Batch<N>{0.0}, 1.0 - tail, tail), 0.3989422804014327 * bell};
}

/// exp(-x^2 / 2).
/// Accuracy: 3 ulp, tails included.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> normal_bell(const Batch<N>& x) noexcept {
  return simd::bell(abs(x));
}

/// Both ends with one division, their bells known.
/// Accuracy: 2e-15 relative at either end wherever its bell is a normal number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline NormalEnds<Batch<N>> normal_ends(const Batch<N>& near, const Batch<N>& far,
                                                               const Batch<N>& near_bell,
                                                               const Batch<N>& far_bell) noexcept {
  const Batch<N> near_size = simd::size_of(near);
  const Batch<N> far_size = simd::size_of(far);
  const Batch<N> near_sum = near_size + 5.0;
  const Batch<N> far_sum = far_size + 5.0;
  const Batch<N> inverse = 1.0 / (near_sum * far_sum);
  const Batch<N> near_inverse = inverse * far_sum;
  const Batch<N> far_inverse = inverse * near_sum;
  const Batch<N> near_tail = near_bell * (simd::tail_over_bell((near_size - 5.0) * near_inverse) * near_inverse);
  const Batch<N> far_tail = far_bell * (simd::tail_over_bell((far_size - 5.0) * far_inverse) * far_inverse);
  return {select(near > Batch<N>{0.0}, 1.0 - near_tail, near_tail), far_tail};
}

/// Standard normal distribution function.
/// Accuracy: 1e-15 relative in both tails wherever the result is a normal number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> normal_cdf(const Batch<N>& x) noexcept {
  return normal_cdf_and_pdf(x).cdf;
}

namespace simd {

/// Numerator and denominator of a rational function, constant term first.
template <std::size_t N, std::size_t count>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> ratio(const Batch<N>& x, const std::array<double, count>& numerator,
                                             const std::array<double, count>& denominator) noexcept {
  return polynomial(x, numerator) / polynomial(x, denominator);
}

/// The quantile below a probability of 1e-3, where `tail` is that probability: positive.
/// Source: Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> quantile_in_tail(const Batch<N>& tail) noexcept {
  constexpr std::array<double, 8> near_numerator{
      1.42343711074968357734e0, 4.63033784615654529590e0,  5.76949722146069140550e0,  3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
  constexpr std::array<double, 8> near_denominator{1.0,
                                                   2.05319162663775882187e0,
                                                   1.67638483018380384940e0,
                                                   6.89767334985100004550e-1,
                                                   1.48103976427480074590e-1,
                                                   1.51986665636164571966e-2,
                                                   5.47593808499534494600e-4,
                                                   1.05075007164441684324e-9};
  constexpr std::array<double, 8> far_numerator{
      6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,  2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
  constexpr std::array<double, 8> far_denominator{1.0,
                                                  5.99832206555887937690e-1,
                                                  1.36929880922735805310e-1,
                                                  1.48753612908506148525e-2,
                                                  7.86869131145613259100e-4,
                                                  1.84631831751005468180e-5,
                                                  1.42151175831644588870e-7,
                                                  2.04426310338993978564e-15};
  const Batch<N> r = sqrt(-log(tail));
  const Batch<N> near = ratio(r - 1.6, near_numerator, near_denominator);
  const auto is_far = r > Batch<N>{5.0};
  if (!any(is_far)) return near;
  const Batch<N> far = select(r < Batch<N>{1e300}, ratio(r - 5.0, far_numerator, far_denominator), r);
  return select(is_far, far, near);
}

}  // namespace simd

namespace simd {

/// Widths up to here are those of the middle: probabilities from 4e-4 to 1 - 4e-4.
inline constexpr double quantile_middle = 6.5;

/// The quantile of a probability in the middle, whose width is -log(4 p (1 - p)).
/// Source: own rational fit of x / (p - 1/2) in the width, relative error of the fit 2e-17.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> quantile_in_middle(const Batch<N>& probability, const Batch<N>& width) noexcept {
  constexpr std::array<double, 10> numerator{2.50662827463100047,      0.869932174063958652,   0.222000095394960605,
                                             0.0401034509483540767,    0.00533115020955193329, 0.000533826421871524385,
                                             0.0000385481236725019174, 1.76951170485132435e-6, 3.40244603638521033e-8,
                                             -5.3077592469835571e-10};
  constexpr std::array<double, 10> denominator{1.0,
                                               0.0852533375165009354,
                                               0.0532139157869267344,
                                               0.00359144699855746701,
                                               0.000862210583705881495,
                                               0.0000403702824028500606,
                                               3.96141091288866929e-6,
                                               8.28672618667472403e-8,
                                               5.04393361575104377e-10,
                                               -2.10268996283187737e-11};
  return (probability - 0.5) * ratio(min(width, quantile_middle), numerator, denominator);
}

/// The quantile of a probability beyond the middle.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> quantile_beyond_middle(const Batch<N>& probability) noexcept {
  const Batch<N> size = quantile_in_tail(min(probability, 1.0 - probability));
  return select(probability < Batch<N>{0.5}, -size, size);
}

}  // namespace simd

/// The x with normal_cdf(x) = probability; minus and plus infinity at 0 and 1, NaN outside [0, 1].
/// Source: in the middle own rational fit of x / (p - 1/2) in -log(4 p (1 - p)), relative error of the fit 2e-17 for p
/// from 4e-4 to 1 - 4e-4; beyond Wichura (1988).
/// Accuracy: 1e-15 relative.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> normal_quantile(const Batch<N>& probability) noexcept {
  const Batch<N> width = -log(4.0 * probability * (1.0 - probability));
  const Batch<N> central = simd::quantile_in_middle(probability, width);
  const auto outside = width > Batch<N>{simd::quantile_middle};
  const Batch<N> inner = select(simd::is_number(width), central, width);
  return any(outside) ? select(outside, simd::quantile_beyond_middle(probability), inner) : inner;
}

/// Turns draws that are uniform on (0, 1) into standard normal ones, in short passes whose operations do not wait for
/// each other: the bits of `normal_quantile`. `widths` is working memory of the same size.
/// Limits: whole batches; no draw is below 1e-300 or above 1 - 1e-16.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline void normals_of_uniforms(double* draws, double* widths, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; i += N) {
    const Batch<N> u = Batch<N>::load(draws + i);
    (-simd::log_of(simd::around_one_normal(4.0 * u * (1.0 - u)))).store(widths + i);
  }
  Batch<N> widest{0.0};
  for (std::size_t i = 0; i < count; i += N) {
    const Batch<N> u = Batch<N>::load(draws + i);
    const Batch<N> width = Batch<N>::load(widths + i);
    const auto outside = width > Batch<N>{simd::quantile_middle};
    widest = max(width, widest);
    select(outside, u, simd::quantile_in_middle(u, width)).store(draws + i);
  }
  if (!any(widest > Batch<N>{simd::quantile_middle})) return;
  for (std::size_t i = 0; i < count; i += N) {
    const auto outside = Batch<N>::load(widths + i) > Batch<N>{simd::quantile_middle};
    if (!any(outside)) continue;
    const Batch<N> u = Batch<N>::load(draws + i);
    select(outside, simd::quantile_beyond_middle(select(outside, u, Batch<N>{0.25})), u).store(draws + i);
  }
}

}  // namespace plimsoll
