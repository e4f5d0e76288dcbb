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

namespace {

using Column = std::array<std::uint32_t, sobol_bits>;

Column first_column() {
  Column v{};
  for (std::size_t bit = 0; bit < sobol_bits; ++bit) v[bit] = std::uint32_t{1} << (sobol_bits - 1 - bit);
  return v;
}

/// The direction numbers of one dimension; the inner coefficients of the polynomial come as bits.
template <class Numbers>
Column column_of(std::size_t degree, std::uint32_t coefficients, const Numbers& first_numbers) {
  Column v{};
  for (std::size_t i = 0; i < sobol_bits; ++i) {
    if (i < degree) {
      v[i] = std::uint32_t{first_numbers[i]} << (sobol_bits - 1 - i);
      continue;
    }
    v[i] = v[i - degree] ^ (v[i - degree] >> degree);
    for (std::size_t k = 1; k < degree; ++k) {
      const bool in_polynomial = ((coefficients >> (degree - 1 - k)) & 1U) != 0;
      if (in_polynomial) v[i] ^= v[i - k];
    }
  }
  return v;
}

std::optional<Error> flaw_of_dimensions(std::size_t dimensions) {
  if (dimensions > 0 && dimensions <= Sobol::max_dimensions) return std::nullopt;
  return Error{ErrorCode::invalid_value, "dimensions", std::to_string(dimensions),
               "1 to " + std::to_string(Sobol::max_dimensions), "sample the further variables at random"};
}

/// What makes no sense about a seed at its place.
std::optional<Error> flaw_of_seed(const SobolSeed& seed, std::size_t place) {
  const auto refuse = [&](const char* field, const std::string& value, const char* allowed) {
    return Error{ErrorCode::invalid_value, "seeds[" + std::to_string(place) + "]." + field, value, allowed,
                 "correct the number"};
  };
  const std::uint32_t polynomial = seed.polynomial;
  if (polynomial < 3 || polynomial % 2 == 0)
    return refuse("polynomial", std::to_string(polynomial), "an odd number from 3 on, whose bits are coefficients");
  const auto degree = static_cast<std::size_t>(std::bit_width(polynomial)) - 1;
  if (seed.first_numbers.size() != degree)
    return refuse("first_numbers", std::to_string(seed.first_numbers.size()) + " numbers",
                  "as many as the polynomial's degree");
  for (std::size_t k = 0; k < degree; ++k) {
    const std::uint32_t number = seed.first_numbers[k];
    if (number % 2 == 0 || (number >> (k + 1)) != 0)
      return refuse("first_numbers", std::to_string(number), "odd numbers, the k-th below 2^k");
  }
  return std::nullopt;
}

}  // namespace

Result<Sobol> Sobol::with_dimensions(std::size_t dimensions) {
  if (auto flaw = flaw_of_dimensions(dimensions)) return *flaw;
  std::vector<Directions> directions{first_column()};
  for (const Seed& seed : std::span(seeds).first(dimensions - 1))
    directions.push_back(column_of(seed.degree, seed.coefficients, seed.m));
  return Sobol(directions);
}

Result<Sobol> Sobol::with_seeds(std::span<const SobolSeed> seeds_of_dimensions) {
  std::vector<Directions> directions{first_column()};
  for (std::size_t d = 0; d < seeds_of_dimensions.size(); ++d) {
    const SobolSeed& seed = seeds_of_dimensions[d];
    if (auto flaw = flaw_of_seed(seed, d)) return *flaw;
    const auto degree = static_cast<std::size_t>(std::bit_width(seed.polynomial)) - 1;
    directions.push_back(column_of(degree, seed.polynomial >> 1U, seed.first_numbers));
  }
  return Sobol(directions);
}

Result<std::vector<std::uint32_t>> Sobol::polynomials(std::size_t dimensions) {
  if (auto flaw = flaw_of_dimensions(dimensions)) return *flaw;
  std::vector<std::uint32_t> found;
  for (const Seed& seed : std::span(seeds).first(dimensions - 1))
    found.push_back((std::uint32_t{1} << seed.degree) + (std::uint32_t{seed.coefficients} << 1U) + 1U);
  return found;
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
