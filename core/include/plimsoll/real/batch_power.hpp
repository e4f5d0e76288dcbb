#pragma once

#include "plimsoll/real/batch_math.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <type_traits>

// Functions of a batch that need more digits inside than they give. As those of batch_math.hpp they hold for every
// double and give the same bits with AVX2 and AVX-512.
namespace plimsoll {

namespace simd {

/// A number as an unrounded sum; `low` is below the last place of `high`.
template <std::size_t N>
struct TwoPart {
  Batch<N> high, low;
};

/// a + b without loss. Source: Knuth (1969), The Art of Computer Programming 2, sec. 4.2.2.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline TwoPart<N> exact_sum(const Batch<N>& a, const Batch<N>& b) noexcept {
  const Batch<N> sum = a + b;
  const Batch<N> moved = sum - a;
  return {sum, (a - (sum - moved)) + (b - moved)};
}

/// The same where |a| >= |b|. Source: Dekker (1971).
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline TwoPart<N> exact_sum_of_ordered(const Batch<N>& a, const Batch<N>& b) noexcept {
  const Batch<N> sum = a + b;
  return {sum, b - (sum - a)};
}

/// a * b, off by a few units of the low part's last place.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline TwoPart<N> product(const TwoPart<N>& a, const TwoPart<N>& b) noexcept {
  const Batch<N> high = a.high * b.high;
  const Batch<N> error = product_error(a.high, b.high, high);
  return {high, multiply_add(a.high, b.low, multiply_add(a.low, b.high, error))};
}

/// The natural logarithm in two parts, x > 0 and finite.
/// Source: log(1 + f) = 2 artanh(s), s = f / (2 + f); the first two terms of the series in two parts, whose rounding
/// would show, the others in one. The first term left out is 1e-22 of the sum.
/// Accuracy: 2^-67 relative.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline TwoPart<N> log_in_two_parts(const Batch<N>& x) noexcept {
  constexpr std::array<double, 12> later_terms{2.0 / 7,  2.0 / 9,  2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
                                               2.0 / 19, 2.0 / 21, 2.0 / 23, 2.0 / 25, 2.0 / 27, 2.0 / 29};
  constexpr double two_fifths_low = -2.220446049250313e-17;  // 2/5 less its rounding, 2/3 likewise
  constexpr double two_thirds_low = 3.700743415417188e-17;
  constexpr double log_two_42_bits = 0x1.62e42fefa3800p-1;  // times a count of eleven bits it is exact
  constexpr double log_two_rest = 0x1.ef35793c76730p-45;
  const AroundOne<N> split = around_one(x);
  const Batch<N>& f = split.fraction;
  const TwoPart<N> divisor = exact_sum_of_ordered(Batch<N>{2.0}, f);
  TwoPart<N> s;
  s.high = f / divisor.high;
  const Batch<N> back = s.high * divisor.high;
  s.low = (((f - back) - product_error(s.high, divisor.high, back)) - s.high * divisor.low) / divisor.high;
  const TwoPart<N> z = product(s, s);
  TwoPart<N> sum = exact_sum_of_ordered(Batch<N>{2.0 / 5}, z.high * polynomial(z.high, later_terms));
  sum.low += two_fifths_low;
  const TwoPart<N> second = product(z, sum);
  sum = exact_sum_of_ordered(Batch<N>{2.0 / 3}, second.high);
  sum.low += second.low + two_thirds_low;
  const TwoPart<N> beyond_first = product(s, product(z, sum));
  const TwoPart<N> first = exact_sum(split.count * log_two_42_bits, 2.0 * s.high);
  const TwoPart<N> both_terms = exact_sum(first.high, beyond_first.high);
  const Batch<N> low =
      first.low + both_terms.low + (beyond_first.low + multiply_add(split.count, Batch<N>{log_two_rest}, 2.0 * s.low));
  return exact_sum_of_ordered(both_terms.high, low);
}

/// x = count * log 2 + high + low, |high| < 0.35; `shifted` holds the count for power_of_two.
template <std::size_t N>
struct Reduced {
  Batch<N> count, shifted, high, low;
};

template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Reduced<N> reduced(const Batch<N>& x, const Batch<N>& x_low) noexcept {
  constexpr double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
  Reduced<N> r;
  r.shifted = multiply_add(x, Batch<N>{std::numbers::log2e}, Batch<N>{shift});
  r.count = r.shifted - shift;
  const Batch<N> near = multiply_add(r.count, Batch<N>{-log_two_high}, x);
  const Batch<N> rest = x_low - r.count * log_two_low;
  r.high = near + rest;
  r.low = rest - (r.high - near);
  return r;
}

/// e^(high + low) - 1 - high for the parts of a reduced number: the square and everything after it.
/// Source: Taylor's polynomial, whose first term left out is 4e-18.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> exp_beyond_first(const Batch<N>& high, const Batch<N>& low) noexcept {
  constexpr std::array<double, 12> taylor{1.0 / 2,       1.0 / 6,        1.0 / 24,        1.0 / 120,
                                          1.0 / 720,     1.0 / 5040,     1.0 / 40320,     1.0 / 362880,
                                          1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800};
  return multiply_add(high * high, polynomial(high, taylor), multiply_add(low, high, low));
}

/// e^(high + low); the exponent is cut where the result is zero or infinite.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> exp_of_two_parts(const Batch<N>& high, const Batch<N>& low) noexcept {
  constexpr double shift = 6755399441055744.0;
  const Batch<N> bounded = min(max(high, -746.0), 710.0);
  const Reduced<N> r = reduced(bounded, select(bounded == high, low, Batch<N>{0.0}));
  const Batch<N> power = 1.0 + (r.high + exp_beyond_first(r.high, r.low));
  // Two factors, so that a result below the normal numbers is rounded once and one above them becomes infinite.
  const Batch<N> half = multiply_add(r.count, Batch<N>{0.5}, Batch<N>{shift});
  return power * power_of_two(half) * power_of_two(r.count - (half - shift) + shift);
}

}  // namespace simd

/// e to the x, less one: exact to the last digits also next to zero.
/// Source: argument reduction of Cody & Waite (1980), Taylor's polynomial; the parts are added in an order that loses
/// nothing but the last roundings.
/// Accuracy: 1.2 ulp, the worst just above log(2) / 2; 0.9 elsewhere.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> expm1(const Batch<N>& x) noexcept {
  const simd::Reduced<N> r = simd::reduced(min(max(x, -50.0), 710.0), Batch<N>{0.0});
  // Halves, so that the largest results do not overflow on the way.
  const Batch<N> half = simd::power_of_two(r.shifted - 1.0);
  const Batch<N> less_one = half - 0.5;
  const Batch<N> lost = (half - less_one) - 0.5;
  const simd::TwoPart<N> sum = simd::exact_sum(less_one, half * r.high);
  const Batch<N> beyond = half * simd::exp_beyond_first(r.high, r.low);
  const Batch<N> result = 2.0 * (sum.high + ((sum.low + lost) + beyond));
  const auto large_enough = abs(x) > Batch<N>{0x1p-54};  // below, x itself: the sign of zero and subnormals too
  return select(large_enough, result, x);
}

/// log(1 + x), exact to the last digits also next to zero; minus infinity at -1, NaN below.
/// Source: as `log`, with the rounding of 1 + x carried along.
/// Accuracy: 1 ulp.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> log1p(const Batch<N>& x) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Batch<N> one{1.0};
  const Batch<N> u = 1.0 + x;
  const simd::AroundOne<N> split = simd::around_one(u);
  const auto is_near = split.count == Batch<N>{0.0};
  const Batch<N> rounding = select(abs(x) < one, x - (u - 1.0), 1.0 - (u - x)) / u;
  const Batch<N> f = select(is_near, x, split.fraction);
  const simd::LogParts<N> parts = simd::log_parts(f);
  const Batch<N> small =
      multiply_add(split.count, Batch<N>{simd::log_two_low}, parts.rest + select(is_near, Batch<N>{0.0}, rounding));
  const Batch<N> finite = multiply_add(split.count, Batch<N>{simd::log_two_high}, f - (parts.half_square - small));
  const Batch<N> edges = select(x == -one, Batch<N>{-infinity},
                                select(x > -one, finite, Batch<N>{std::numeric_limits<double>::quiet_NaN()}));
  const Batch<N> small_too = select(abs(x) < Batch<N>{0x1p-54}, x, edges);
  return select(x == Batch<N>{infinity}, x, small_too);
}

namespace simd {

/// Whether each number is whole, and the sign bit of -1 to its power: set where it is odd.
template <std::size_t N>
struct Parity {
  BatchMask<N> is_whole;
  BatchWords<N> odd_sign;
};

template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Parity<N> parity(const Batch<N>& y) noexcept {
  const Batch<N> size = abs(y);
  const auto is_small = size < Batch<N>{0x1p52};  // from there on every number is whole
  const Batch<N> shifted = select(is_small, size + 0x1p52, size);
  const auto is_whole = select(is_small, shifted - 0x1p52, size) == size;
  const Batch<N> unit_in_last_place = select(both(is_whole, size < Batch<N>{0x1p53}), shifted, Batch<N>{0.0});
  return {is_whole, bits_of(unit_in_last_place) << 63};
}

}  // namespace simd

/// x to the power y, with the special values of std::pow.
/// Source: exp(y log |x|), where the logarithm and the product have two parts each; the sign by the parity of y.
/// Accuracy: 1 ulp, subnormal results within their own spacing.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> pow(const Batch<N>& x, const std::type_identity_t<Batch<N>>& y) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Batch<N> zero{0.0};
  const Batch<N> one{1.0};
  const Batch<N> size = abs(x);
  const simd::TwoPart<N> logarithm = simd::log_in_two_parts(size);
  const Batch<N> log_high =
      select(size == zero, Batch<N>{-infinity}, select(size == Batch<N>{infinity}, size, logarithm.high));
  // No base but one has a logarithm below 2^-54 in size: beyond 2^64 the exponent's size makes no difference.
  const Batch<N> bounded = min(max(y, -0x1p64), 0x1p64);
  const Batch<N> exponent = bounded * log_high;
  const Batch<N> exponent_low = multiply_add(bounded, logarithm.low, simd::product_error(bounded, log_high, exponent));
  const Batch<N> power = simd::exp_of_two_parts(exponent, exponent_low);
  const simd::Parity<N> parity = simd::parity(y);
  const Batch<N> signed_power = from_bits(bits_of(power) | (parity.odd_sign & bits_of(x)));
  const auto has_no_root = both(x<zero, x> Batch<N>{-infinity});
  const Batch<N> broken = select(has_no_root, Batch<N>{std::numeric_limits<double>::quiet_NaN()}, signed_power);
  const Batch<N> real = select(parity.is_whole, signed_power, broken);
  const Batch<N> number = select(both(simd::is_number(x), simd::is_number(y)), real, x + y);
  return select(x == one, one, select(y == zero, one, number));
}
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> pow(double x, const Batch<N>& y) noexcept {
  return pow(Batch<N>{x}, y);
}

}  // namespace plimsoll
