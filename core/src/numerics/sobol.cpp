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

double behind_the_point(std::uint32_t word) noexcept {
  return std::bit_cast<double>(std::uint64_t{word} << static_cast<unsigned>(digits_behind_sobol_word));
}

std::uint32_t word_of(double number) noexcept {
  return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(number) >>
                                    static_cast<unsigned>(digits_behind_sobol_word));
}

/// The middle of the cell of such numbers that a scrambled word stands for: never 0 or 1.
double middle_of_cell(std::uint32_t word) noexcept { return 0x1p-32 * word + 0x1p-33; }

}  // namespace

Result<Sobol> Sobol::with_dimensions(std::size_t dimensions) {
  if (dimensions == 0 || dimensions > max_dimensions) {
    return Error{ErrorCode::invalid_value, "dimensions", std::to_string(dimensions),
                 "1 to " + std::to_string(max_dimensions), "sample the further variables at random"};
  }
  std::vector<Directions> directions(dimensions);
  for (std::size_t bit = 0; bit < sobol_bits; ++bit) directions[0][bit] = std::uint32_t{1} << (sobol_bits - 1 - bit);
  for (std::size_t d = 1; d < dimensions; ++d) {
    const Seed& seed = seeds[d - 1];
    Directions& v = directions[d];
    for (std::size_t i = 0; i < sobol_bits; ++i) {
      if (i < seed.degree) {
        v[i] = std::uint32_t{seed.m[i]} << (sobol_bits - 1 - i);
        continue;
      }
      v[i] = v[i - seed.degree] ^ (v[i - seed.degree] >> seed.degree);
      for (std::size_t k = 1; k < seed.degree; ++k) {
        const bool in_polynomial = ((std::uint32_t{seed.coefficients} >> (seed.degree - 1 - k)) & 1U) != 0;
        if (in_polynomial) v[i] ^= v[i - k];
      }
    }
  }
  return Sobol(directions);
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

Sobol::Sobol(const std::vector<Directions>& directions)
    : dimensions_(directions.size()), tiles_((directions.size() + sobol_lanes - 1) / sobol_lanes * sobol_tile_size) {
  for (std::size_t d = 0; d < dimensions_; ++d)
    for (std::size_t bit = 0; bit < sobol_bits; ++bit)
      tiles_[d / sobol_lanes * sobol_tile_size + bit * sobol_lanes + d % sobol_lanes] =
          behind_the_point(directions[d][bit]);
}

void Sobol::fill(std::uint64_t first, std::span<double> points) const noexcept {
  const plimsoll_kernels::SobolPoints asked = unscrambled(first, points.size() / dimensions_);
  if (!scrambling_) {
    fill_sobol_points(asked, points.data());
    return;
  }
  visit_sobol_points(asked, [&](std::size_t point, std::size_t d, const Batch<sobol_lanes>& words) {
    for (std::size_t k = 0; k < sobol_lanes && d + k < dimensions_; ++k) {
      const auto dimension = static_cast<std::uint32_t>(d + k);
      points[point * dimensions_ + d + k] = middle_of_cell(owen_scrambled(word_of(words[k]), dimension, *scrambling_));
    }
  });
}

}  // namespace plimsoll
