#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/numerics/sobol_tiles.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll {

/// What a dimension of Sobol's sequence is made from: the coefficients of a primitive polynomial as bits, and the first
/// numbers of its recurrence, as many as its degree: the k-th, from one on, is odd and below 2^k.
struct SobolSeed {
  std::uint32_t polynomial = 3;
  std::vector<std::uint32_t> first_numbers{1};
};

/// Points of low discrepancy in the open unit cube, in Gray-code order. Any point can be had at once.
/// Source: Sobol' (1967); Antonov & Saleev (1979) for the order; direction numbers of Joe & Kuo (2008), Constructing
/// Sobol sequences with better two-dimensional projections, SIAM J. Sci. Comput. 30 (set new-joe-kuo-6).
/// Limits: 2,560 dimensions (ten numbers a day for a year of trading days), 2^32 - 1 points of 32 bits.
class Sobol {
 public:
  static constexpr std::size_t max_dimensions = 2560;
  static constexpr std::uint64_t max_points = 0xFFFFFFFFU;

  /// Some points in a row.
  struct Range {
    std::uint64_t first = 1;
    std::uint64_t count = 0;
  };

  /// Refuses zero dimensions and more than there are direction numbers for.
  static Result<Sobol> with_dimensions(std::size_t dimensions);

  /// The sequence by other numbers than those of Joe and Kuo, one seed for each dimension from the second on.
  /// Limits: degrees from 1 to 31; that a polynomial is primitive is not looked at.
  static Result<Sobol> with_seeds(std::span<const SobolSeed> seeds);

  /// The primitive polynomials of the dimensions from the second on, ascending.
  static Result<std::vector<std::uint32_t>> polynomials(std::size_t dimensions);

  /// The same points after Owen's nested uniform scrambling: each point is uniform on the cube, so means over them are
  /// unbiased, and the set keeps its equidistribution. Point 0 may be used, and is needed for it.
  /// Source: Owen (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences, in Monte Carlo and Quasi-Monte Carlo
  /// Methods in Scientific Computing 106, 299-317.
  /// Accuracy: coordinates are the middles of 2^32 cells.
  static Result<Sobol> scrambled(std::size_t dimensions, std::uint64_t seed);

  [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }

  /// So many points from number `first` on as a kernel takes them (method/kernels.hpp); before scrambling, if there is
  /// any. They hold while this object does.
  [[nodiscard]] plimsoll_kernels::SobolPoints unscrambled(std::uint64_t first, std::size_t count) const noexcept {
    return {tiles_.data(), dimensions_, first, count};
  }
  [[nodiscard]] bool is_scrambled() const noexcept { return scrambling_.has_value(); }

  /// Writes `points.size() / dimensions()` points, one after the other, from number `first` on. Point 0 is the origin,
  /// which no distribution function inverts: start at 1.
  void fill(std::uint64_t first, std::span<double> points) const noexcept;

 private:
  using Directions = std::array<std::uint32_t, sobol_bits>;

  explicit Sobol(const std::vector<Directions>& directions);

  std::size_t dimensions_;
  std::vector<double> tiles_;
  std::optional<std::uint64_t> scrambling_;  // the seed
};

/// One coordinate's 32 binary digits, most significant first, after nested uniform scrambling: whether a digit is
/// flipped depends on the seed, the dimension and the digits before it, by a coin of its own that Philox tosses.
/// Limits: of the draws of one seed it takes those of the streams from 0x4F57454E00000000 on.
std::uint32_t owen_scrambled(std::uint32_t word, std::uint32_t dimension, std::uint64_t seed) noexcept;

/// Refuses a range that runs past the last point.
std::optional<Error> find_flaw(const Sobol::Range& range);

}  // namespace plimsoll
