#pragma once

#include "plimsoll/real/scalar.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#ifdef __AVX2__
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

// Sanitizers watch every copy of what is put in line, and take minutes over it.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PLIMSOLL_ALWAYS_INLINE
#else
#define PLIMSOLL_ALWAYS_INLINE [[gnu::always_inline]]
#endif

// Numbers side by side. A batch is as wide on one machine as on another, so that what belongs together does not depend
// on the machine; it is spelt as the registers of the instruction set, because g++ 12 lowers one wide vector badly to
// narrow ones. A file that is compiled for several instruction sets must keep them in namespaces of their own
// (core/kernels): a batch is another type in each.
namespace plimsoll {

namespace simd {

#ifdef __AVX512F__
inline constexpr std::size_t register_lanes = 8;
#elif defined(__AVX2__)
inline constexpr std::size_t register_lanes = 4;
#else
inline constexpr std::size_t register_lanes = 2;
#endif

using Doubles = double __attribute__((vector_size(8 * register_lanes)));
using Words = std::int64_t __attribute__((vector_size(8 * register_lanes)));
using Unsigned = std::uint64_t __attribute__((vector_size(8 * register_lanes)));

/// Arithmetic of signed integers must not overflow; that of unsigned ones wraps.
PLIMSOLL_ALWAYS_INLINE inline Unsigned unsigned_of(Words a) noexcept { return std::bit_cast<Unsigned>(a); }
PLIMSOLL_ALWAYS_INLINE inline Words wrapped(Unsigned a) noexcept { return std::bit_cast<Words>(a); }

/// a * b + c, rounded once where the instruction set has it. The baseline rounds twice.
PLIMSOLL_ALWAYS_INLINE inline Doubles multiply_add(Doubles a, Doubles b, Doubles c) noexcept {
#ifdef __AVX512F__
  return std::bit_cast<Doubles>(_mm512_fmadd_pd(a, b, c));
#elif defined(__FMA__)
  return std::bit_cast<Doubles>(_mm256_fmadd_pd(a, b, c));
#else
  return a * b + c;
#endif
}

PLIMSOLL_ALWAYS_INLINE inline Doubles square_root(Doubles a) noexcept {
#ifdef __AVX512F__
  return std::bit_cast<Doubles>(_mm512_sqrt_pd(a));
#elif defined(__AVX2__)
  return std::bit_cast<Doubles>(_mm256_sqrt_pd(a));
#elif defined(__SSE2__)
  return std::bit_cast<Doubles>(_mm_sqrt_pd(a));
#else
  for (std::size_t i = 0; i < register_lanes; ++i) a[i] = std::sqrt(a[i]);
  return a;
#endif
}

/// The larger and the smaller of two numbers; the second where they are equal or one is no number.
PLIMSOLL_ALWAYS_INLINE inline Doubles larger(Doubles a, Doubles b) noexcept {
#ifdef __AVX512F__
  return std::bit_cast<Doubles>(_mm512_max_pd(a, b));
#elif defined(__AVX2__)
  return std::bit_cast<Doubles>(_mm256_max_pd(a, b));
#elif defined(__SSE2__)
  return std::bit_cast<Doubles>(_mm_max_pd(a, b));
#else
  return a > b ? a : b;
#endif
}
PLIMSOLL_ALWAYS_INLINE inline Doubles smaller(Doubles a, Doubles b) noexcept {
#ifdef __AVX512F__
  return std::bit_cast<Doubles>(_mm512_min_pd(a, b));
#elif defined(__AVX2__)
  return std::bit_cast<Doubles>(_mm256_min_pd(a, b));
#elif defined(__SSE2__)
  return std::bit_cast<Doubles>(_mm_min_pd(a, b));
#else
  return a < b ? a : b;
#endif
}

/// table[index] in each lane.
PLIMSOLL_ALWAYS_INLINE inline Doubles gather(const double* table, Words index) noexcept {
#ifdef __AVX512F__
  return std::bit_cast<Doubles>(_mm512_i64gather_pd(std::bit_cast<__m512i>(index), table, 8));
#elif defined(__AVX2__)
  return std::bit_cast<Doubles>(_mm256_i64gather_pd(table, std::bit_cast<__m256i>(index), 8));
#else
  Doubles found{};
  for (std::size_t i = 0; i < register_lanes; ++i) found[i] = table[index[i]];
  return found;
#endif
}

/// Adds lane k of `amount` to table[index[k] * stride + k].
PLIMSOLL_ALWAYS_INLINE inline void add_at(double* table, std::int64_t stride, Words index, Doubles amount) noexcept {
#ifdef __AVX512F__
  const Words lane{0, 1, 2, 3, 4, 5, 6, 7};
  const auto place = std::bit_cast<__m512i>(index * stride + lane);
  const auto sum = _mm512_i64gather_pd(place, table, 8) + std::bit_cast<__m512d>(amount);
  _mm512_i64scatter_pd(table, place, sum, 8);
#else
  for (std::size_t k = 0; k < register_lanes; ++k) table[index[k] * stride + static_cast<std::int64_t>(k)] += amount[k];
#endif
}

PLIMSOLL_ALWAYS_INLINE inline bool any_bit(Words a) noexcept {
#ifdef __AVX512F__
  return _mm512_movepi64_mask(std::bit_cast<__m512i>(a)) != 0;
#elif defined(__AVX2__)
  return _mm256_movemask_pd(std::bit_cast<__m256d>(a)) != 0;
#elif defined(__SSE2__)
  return _mm_movemask_pd(std::bit_cast<__m128d>(a)) != 0;
#else
  std::int64_t bits = 0;
  for (std::size_t i = 0; i < register_lanes; ++i) bits |= a[i];
  return bits != 0;
#endif
}

}  // namespace simd

/// N integers of 64 bits: what exponents and random words are made of. Arithmetic wraps.
template <std::size_t N>
class BatchWords {
 public:
  static constexpr std::size_t registers = N / simd::register_lanes;
  static_assert(registers * simd::register_lanes == N, "whole registers");
  using Parts = std::array<simd::Words, registers>;

  BatchWords() noexcept = default;
  // Implicit: a constant is the same number in every lane.
  explicit(false) BatchWords(std::int64_t x) noexcept { parts_.fill(x - simd::Words{}); }
  explicit BatchWords(const Parts& parts) noexcept : parts_(parts) {}

  PLIMSOLL_ALWAYS_INLINE const Parts& parts() const noexcept { return parts_; }

  PLIMSOLL_ALWAYS_INLINE friend BatchWords operator+(BatchWords a, const BatchWords& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i)
      a.parts_[i] = simd::wrapped(simd::unsigned_of(a.parts_[i]) + simd::unsigned_of(b.parts_[i]));
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend BatchWords operator-(BatchWords a, const BatchWords& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i)
      a.parts_[i] = simd::wrapped(simd::unsigned_of(a.parts_[i]) - simd::unsigned_of(b.parts_[i]));
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend BatchWords operator&(BatchWords a, const BatchWords& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] &= b.parts_[i];
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend BatchWords operator|(BatchWords a, const BatchWords& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] |= b.parts_[i];
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend BatchWords operator^(BatchWords a, const BatchWords& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] ^= b.parts_[i];
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend BatchWords operator<<(BatchWords a, int places) noexcept {
    for (auto& part : a.parts_) part = simd::wrapped(simd::unsigned_of(part) << places);
    return a;
  }
  /// The sign is not carried along: zeros come in from above.
  PLIMSOLL_ALWAYS_INLINE friend BatchWords operator>>(BatchWords a, int places) noexcept {
    for (auto& part : a.parts_) part = simd::wrapped(simd::unsigned_of(part) >> places);
    return a;
  }

 private:
  Parts parts_;
};

/// The answer of a comparison, lane by lane. It is for `select`; it is no condition of an `if`.
template <std::size_t N>
struct BatchMask {
  BatchWords<N> lanes;  // all bits set, or none
};

/// Where both masks hold.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline BatchMask<N> both(const BatchMask<N>& a, const BatchMask<N>& b) noexcept {
  return {a.lanes & b.lanes};
}

/// Whether the mask holds in some lane: the way to leave out what few lanes need.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline bool any(const BatchMask<N>& mask) noexcept {
  simd::Words bits{};
  for (const auto& part : mask.lanes.parts()) bits |= part;
  return simd::any_bit(bits);
}

/// N doubles side by side. It is a lane of `Adjoint` and a Real of its own.
/// Accuracy: each operation is rounded as that of double.
template <std::size_t N>
class Batch {
 public:
  static constexpr std::size_t registers = BatchWords<N>::registers;
  using Parts = std::array<simd::Doubles, registers>;

  Batch() noexcept = default;
  // Implicit: a constant is the same number in every lane.
  explicit(false) Batch(double x) noexcept { parts_.fill(x - simd::Doubles{}); }
  explicit Batch(const Parts& parts) noexcept : parts_(parts) {}

  /// The N numbers from an address on, which need not be aligned.
  PLIMSOLL_ALWAYS_INLINE static Batch load(const double* from) noexcept {
    // Register by register: g++ 12 copies more than that in pieces, which a load of a register then has to wait for.
    Batch result;
    for (std::size_t i = 0; i < registers; ++i)
      // NOLINTNEXTLINE(clang-analyzer-unix.cstring.UninitializedRead): it takes a loop over paths for one without any
      std::memcpy(&result.parts_[i], from + i * simd::register_lanes, sizeof(simd::Doubles));
    return result;
  }
  PLIMSOLL_ALWAYS_INLINE void store(double* to) const noexcept {
    for (std::size_t i = 0; i < registers; ++i)
      // NOLINTNEXTLINE(clang-analyzer-unix.cstring.UninitializedRead): it follows no vector through its operators
      std::memcpy(to + i * simd::register_lanes, &parts_[i], sizeof(simd::Doubles));
  }

  PLIMSOLL_ALWAYS_INLINE const Parts& parts() const noexcept { return parts_; }
  double operator[](std::size_t lane) const noexcept {
    return parts_[lane / simd::register_lanes][lane % simd::register_lanes];
  }

  PLIMSOLL_ALWAYS_INLINE friend Batch operator+(Batch a, const Batch& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] += b.parts_[i];
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend Batch operator-(Batch a, const Batch& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] -= b.parts_[i];
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend Batch operator*(Batch a, const Batch& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] *= b.parts_[i];
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend Batch operator/(Batch a, const Batch& b) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] /= b.parts_[i];
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend Batch operator-(Batch a) noexcept {
    for (auto& part : a.parts_) part = -part;
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE Batch& operator+=(const Batch& b) noexcept { return *this = *this + b; }
  PLIMSOLL_ALWAYS_INLINE Batch& operator-=(const Batch& b) noexcept { return *this = *this - b; }
  PLIMSOLL_ALWAYS_INLINE Batch& operator*=(const Batch& b) noexcept { return *this = *this * b; }
  PLIMSOLL_ALWAYS_INLINE Batch& operator/=(const Batch& b) noexcept { return *this = *this / b; }

  PLIMSOLL_ALWAYS_INLINE friend BatchMask<N> operator>(const Batch& a, const Batch& b) noexcept {
    typename BatchWords<N>::Parts bits;
    for (std::size_t i = 0; i < registers; ++i) bits[i] = a.parts_[i] > b.parts_[i];
    return {BatchWords<N>(bits)};
  }
  PLIMSOLL_ALWAYS_INLINE friend BatchMask<N> operator<(const Batch& a, const Batch& b) noexcept { return b > a; }
  PLIMSOLL_ALWAYS_INLINE friend BatchMask<N> operator==(const Batch& a, const Batch& b) noexcept {
    typename BatchWords<N>::Parts bits;
    for (std::size_t i = 0; i < registers; ++i) bits[i] = a.parts_[i] == b.parts_[i];
    return {BatchWords<N>(bits)};
  }

  /// `yes` in the lanes where the mask holds, `no` in the others.
  PLIMSOLL_ALWAYS_INLINE friend Batch select(const BatchMask<N>& mask, const Batch& yes, Batch no) noexcept {
    for (std::size_t i = 0; i < registers; ++i) no.parts_[i] = mask.lanes.parts()[i] ? yes.parts_[i] : no.parts_[i];
    return no;
  }
  /// a * b + c with one rounding; the baseline, which has no such instruction, rounds twice.
  PLIMSOLL_ALWAYS_INLINE friend Batch multiply_add(Batch a, const Batch& b, const Batch& c) noexcept {
    for (std::size_t i = 0; i < registers; ++i) a.parts_[i] = simd::multiply_add(a.parts_[i], b.parts_[i], c.parts_[i]);
    return a;
  }
  PLIMSOLL_ALWAYS_INLINE friend Batch sqrt(Batch a) noexcept {
    for (auto& part : a.parts_) part = simd::square_root(part);
    return a;
  }

 private:
  Parts parts_;
};

template <std::size_t N>
struct LaneTraits<Batch<N>> {
  using Mask = BatchMask<N>;
  static constexpr std::size_t count = N;
};

/// The number of one lane.
template <std::size_t N>
inline double lane_value(const Batch<N>& x, std::size_t lane) noexcept {
  return x[lane];
}

/// A batch has no derivatives to drop.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> passive(const Batch<N>& x) noexcept {
  return x;
}

/// The bits of each number, and the number of each pattern of bits.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline BatchWords<N> bits_of(const Batch<N>& x) noexcept {
  typename BatchWords<N>::Parts bits;
  for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = std::bit_cast<simd::Words>(x.parts()[i]);
  return BatchWords<N>(bits);
}
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> from_bits(const BatchWords<N>& x) noexcept {
  typename Batch<N>::Parts numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = std::bit_cast<simd::Doubles>(x.parts()[i]);
  return Batch<N>(numbers);
}

template <std::size_t N>
struct LaneIndex<Batch<N>> {
  using Type = BatchWords<N>;
};

/// The numbers of a table that the lanes ask for.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> gather(const double* table, const BatchWords<N>& index) noexcept {
  typename Batch<N>::Parts numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = simd::gather(table, index.parts()[i]);
  return Batch<N>(numbers);
}

/// Adds to lane k of table[index of lane k] the number of lane k. No two lanes write to the same place.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline void add_at(Batch<N>* table, const BatchWords<N>& index,
                                          const Batch<N>& amount) noexcept {
  auto* const numbers = reinterpret_cast<double*>(table);
  for (std::size_t i = 0; i < Batch<N>::registers; ++i)
    simd::add_at(numbers + i * simd::register_lanes, static_cast<std::int64_t>(N), index.parts()[i], amount.parts()[i]);
}

/// Limits: 0 <= x <= cells, below 2^50. Of a number that is whole either cell may be given.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline GridCell<Batch<N>> grid_cell(const Batch<N>& x, double cells) noexcept {
  constexpr double shift = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer
  const Batch<N> rounded = ((x - 0.5) + shift) - shift;
  const Batch<N> above = select(rounded > Batch<N>{0.0}, rounded, Batch<N>{0.0});
  const Batch<N> whole = select(above < Batch<N>{cells - 1.0}, above, Batch<N>{cells - 1.0});
  return {bits_of(whole + shift) - BatchWords<N>{0x4338000000000000}, x - whole};
}

/// The larger and the smaller of two numbers; the second where they are equal or one is no number.
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> max(const Batch<N>& a, const std::type_identity_t<Batch<N>>& b) noexcept {
  typename Batch<N>::Parts parts;
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = simd::larger(a.parts()[i], b.parts()[i]);
  return Batch<N>(parts);
}
template <std::size_t N>
PLIMSOLL_ALWAYS_INLINE inline Batch<N> min(const Batch<N>& a, const std::type_identity_t<Batch<N>>& b) noexcept {
  typename Batch<N>::Parts parts;
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = simd::smaller(a.parts()[i], b.parts()[i]);
  return Batch<N>(parts);
}

}  // namespace plimsoll
