#pragma once

#include "plimsoll/base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace plimsoll {

/// Points of low discrepancy in the open unit cube, in Gray-code order. Any point can be had at once.
/// Source: Sobol' (1967); Antonov & Saleev (1979) for the order; direction numbers of Joe & Kuo (2008), Constructing
/// Sobol sequences with better two-dimensional projections, SIAM J. Sci. Comput. 30 (set new-joe-kuo-6).
/// Limits: 40 dimensions, 2^32 - 1 points of 32 bits.
class Sobol {
 public:
  static constexpr std::size_t max_dimensions = 40;
  static constexpr std::uint64_t max_points = 0xFFFFFFFFU;

  /// Some points in a row.
  struct Range {
    std::uint64_t first = 1;
    std::uint64_t count = 0;
  };

  /// Refuses zero dimensions and more than there are direction numbers for.
  static Result<Sobol> with_dimensions(std::size_t dimensions);

  [[nodiscard]] std::size_t dimensions() const noexcept { return directions_.size(); }

  /// Writes `points.size() / dimensions()` points, one after the other, from number `first` on. Point 0 is the origin,
  /// which no distribution function inverts: start at 1.
  void fill(std::uint64_t first, std::span<double> points) const noexcept;

 private:
  static constexpr std::size_t bits = 32;
  using Directions = std::array<std::uint32_t, bits>;

  explicit Sobol(std::vector<Directions> directions) : directions_(std::move(directions)) {}

  std::vector<Directions> directions_;
};

/// Refuses a range that runs past the last point.
std::optional<Error> find_flaw(const Sobol::Range& range);

}  // namespace plimsoll
