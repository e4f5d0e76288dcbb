#include "plimsoll/numerics/sobol.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace plimsoll {

namespace {

/// A primitive polynomial (its inner coefficients as bits) and the first odd numbers m of its recurrence.
struct Seed {
  std::size_t degree;
  std::uint32_t coefficients;
  std::array<std::uint32_t, 8> m;
};

// Dimensions 2 to 40; the first dimension is van der Corput's.
// clang-format off
constexpr std::array<Seed, Sobol::max_dimensions - 1> seeds{{
    {1, 0, {1}},
    {2, 1, {1, 3}},
    {3, 1, {1, 3, 1}},
    {3, 2, {1, 1, 1}},
    {4, 1, {1, 1, 3, 3}},
    {4, 4, {1, 3, 5, 13}},
    {5, 2, {1, 1, 5, 5, 17}},
    {5, 4, {1, 1, 5, 5, 5}},
    {5, 7, {1, 1, 7, 11, 19}},
    {5, 11, {1, 1, 5, 1, 1}},
    {5, 13, {1, 1, 1, 3, 11}},
    {5, 14, {1, 3, 5, 5, 31}},
    {6, 1, {1, 3, 3, 9, 7, 49}},
    {6, 13, {1, 1, 1, 15, 21, 21}},
    {6, 16, {1, 3, 1, 13, 27, 49}},
    {6, 19, {1, 1, 1, 15, 7, 5}},
    {6, 22, {1, 3, 1, 15, 13, 25}},
    {6, 25, {1, 1, 5, 5, 19, 61}},
    {7, 1, {1, 3, 7, 11, 23, 15, 103}},
    {7, 4, {1, 3, 7, 13, 13, 15, 69}},
    {7, 7, {1, 1, 3, 13, 7, 35, 63}},
    {7, 8, {1, 3, 5, 9, 1, 25, 53}},
    {7, 14, {1, 3, 1, 13, 9, 35, 107}},
    {7, 19, {1, 3, 1, 5, 27, 61, 31}},
    {7, 21, {1, 1, 5, 11, 19, 41, 61}},
    {7, 28, {1, 3, 5, 3, 3, 13, 69}},
    {7, 31, {1, 1, 7, 13, 1, 19, 1}},
    {7, 32, {1, 3, 7, 5, 13, 19, 59}},
    {7, 37, {1, 1, 3, 9, 25, 29, 41}},
    {7, 41, {1, 3, 5, 13, 23, 1, 55}},
    {7, 42, {1, 3, 7, 3, 13, 59, 17}},
    {7, 50, {1, 3, 1, 3, 5, 53, 69}},
    {7, 55, {1, 1, 5, 5, 23, 33, 13}},
    {7, 56, {1, 1, 7, 7, 1, 61, 123}},
    {7, 59, {1, 1, 7, 9, 13, 61, 49}},
    {7, 62, {1, 3, 3, 5, 3, 55, 33}},
    {8, 14, {1, 3, 1, 15, 31, 13, 49, 245}},
    {8, 21, {1, 3, 5, 15, 31, 59, 63, 97}},
    {8, 22, {1, 3, 1, 11, 11, 11, 77, 249}},
}};
// clang-format on

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
        v[i] = seed.m[i] << (bits - 1 - i);
        continue;
      }
      v[i] = v[i - seed.degree] ^ (v[i - seed.degree] >> seed.degree);
      for (std::size_t k = 1; k < seed.degree; ++k) {
        const bool in_polynomial = ((seed.coefficients >> (seed.degree - 1 - k)) & 1U) != 0;
        if (in_polynomial) v[i] ^= v[i - k];
      }
    }
  }
  return Sobol(std::move(directions));
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
  for (std::size_t i = 0; i < count; ++i) {
    // One bit of the Gray code changes from a point to the next: that of the lowest zero of its number.
    const auto changed = std::min<std::size_t>(static_cast<std::size_t>(std::countr_one(first + i)), bits - 1);
    for (std::size_t d = 0; d < dimensions(); ++d) {
      points[i * dimensions() + d] = 0x1p-32 * words[d];
      words[d] ^= directions_[d][changed];
    }
  }
}

}  // namespace plimsoll
