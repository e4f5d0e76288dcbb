#include "plimsoll/numerics/sobol.hpp"

#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace plimsoll {

namespace {

/// A primitive polynomial (its inner coefficients as bits) and the first odd numbers m of its recurrence.
struct Seed {
  std::uint16_t degree;
  std::uint16_t coefficients;
  std::array<std::uint16_t, 15> m;
};

// From dimension 2 on; the first dimension is van der Corput's.
constexpr std::array<Seed, Sobol::max_dimensions - 1> seeds{{
#include "sobol_directions.inc"
}};

/// A word of 32 binary digits as the number that they stand for.
double plain(std::uint32_t word) noexcept { return 0x1p-32 * word; }

/// The middle of the cell of such numbers that a scrambled word stands for: never 0 or 1.
double middle_of_cell(std::uint32_t word) noexcept { return 0x1p-32 * word + 0x1p-33; }

}  // namespace

Result<Sobol> Sobol::with_dimensions(std::size_t dimensions) {
  if (dimensions == 0 || dimensions > max_dimensions) {
    return Error{ErrorCode::invalid_value, "dimensions", std::to_string(dimensions),
                 "1 to " + std::to_string(max_dimensions), "sample the further variables at random"};
  }
  std::vector<Directions> directions(dimensions);
  for (std::size_t bit = 0; bit < bits; ++bit) directions[0][bit] = std::uint32_t{1} << (bits - 1 - bit);
  for (std::size_t d = 1; d < dimensions; ++d) {
    const Seed& seed = seeds[d - 1];
    Directions& v = directions[d];
    for (std::size_t i = 0; i < bits; ++i) {
      if (i < seed.degree) {
        v[i] = std::uint32_t{seed.m[i]} << (bits - 1 - i);
        continue;
      }
      v[i] = v[i - seed.degree] ^ (v[i - seed.degree] >> seed.degree);
      for (std::size_t k = 1; k < seed.degree; ++k) {
        const bool in_polynomial = ((std::uint32_t{seed.coefficients} >> (seed.degree - 1 - k)) & 1U) != 0;
        if (in_polynomial) v[i] ^= v[i - k];
      }
    }
  }
  return Sobol(std::move(directions), std::nullopt);
}

Result<Sobol> Sobol::scrambled(std::size_t dimensions, std::uint64_t seed) {
  Result<Sobol> plain_points = with_dimensions(dimensions);
  if (plain_points) plain_points->scrambling_ = seed;
  return plain_points;
}

std::uint32_t owen_scrambled(std::uint32_t word, std::uint32_t dimension, std::uint64_t seed) noexcept {
  constexpr std::uint32_t levels_of_a_draw = 7;  // a tree of seven levels has 127 nodes, a draw 128 bits
  constexpr std::uint32_t own_streams = 0x4F57454EU;
  std::uint32_t flips = 0;
  for (std::uint32_t depth = 0; depth < 32; depth += levels_of_a_draw) {
    const std::uint32_t prefix = depth == 0 ? 0 : word >> (32 - depth);
    const auto coins = philox4x32_10({prefix, depth, dimension, own_streams},
                                     {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U)});
    std::uint32_t node = 1;  // its children are 2 node and 2 node + 1
    for (std::uint32_t level = depth; level < std::min(depth + levels_of_a_draw, 32U); ++level) {
      const std::uint32_t place = 31 - level;
      flips |= ((coins[node >> 5U] >> (node & 31U)) & 1U) << place;
      node = 2 * node + ((word >> place) & 1U);
    }
  }
  return word ^ flips;
}

std::optional<Error> find_flaw(const Sobol::Range& range) {
  if (range.first <= Sobol::max_points && range.count <= Sobol::max_points - range.first + 1) return std::nullopt;
  return Error{ErrorCode::invalid_value, "count", std::to_string(range.count) + " from " + std::to_string(range.first),
               "points up to number " + std::to_string(Sobol::max_points), "ask for fewer points"};
}

void Sobol::fill(std::uint64_t first, std::span<double> points) const noexcept {
  const std::size_t count = points.size() / dimensions();
  std::array<std::uint32_t, max_dimensions> words{};
  for (std::size_t d = 0; d < dimensions(); ++d)
    for (std::uint64_t gray = first ^ (first >> 1U); gray != 0; gray &= gray - 1)
      words[d] ^= directions_[d][static_cast<std::size_t>(std::countr_zero(gray))];
  const auto coordinate = [this](std::uint32_t word, std::size_t d) {
    return middle_of_cell(owen_scrambled(word, static_cast<std::uint32_t>(d), *scrambling_));
  };
  for (std::size_t i = 0; i < count; ++i) {
    // One bit of the Gray code changes from a point to the next: that of the lowest zero of its number.
    const auto changed = std::min<std::size_t>(static_cast<std::size_t>(std::countr_one(first + i)), bits - 1);
    double* const point = &points[i * dimensions()];
    for (std::size_t d = 0; d < dimensions(); ++d) {
      point[d] = scrambling_ ? coordinate(words[d], d) : plain(words[d]);
      words[d] ^= directions_[d][changed];
    }
  }
}

}  // namespace plimsoll
