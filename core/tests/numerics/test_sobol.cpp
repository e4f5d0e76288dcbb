#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/sobol.hpp"
#include "reference_table.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

std::vector<double> points(std::size_t dimensions, std::uint64_t first, std::size_t count) {
  std::vector<double> result(dimensions * count);
  Sobol::with_dimensions(dimensions)->fill(first, result);
  return result;
}

TEST(Sobol, first_dimension_agrees_with_the_printed_sequence) {
  for (const auto& row : testing::reference_table("sobol_dimension_1.csv")) {
    const auto number = static_cast<std::uint64_t>(row.number("point_index"));
    EXPECT_NEAR(points(1, number, 1)[0], row.number("expected"), row.number("tolerance")) << number;
  }
}

TEST(Sobol, every_dimension_agrees_with_scipy) {
  const Sobol sobol = *Sobol::with_dimensions(Sobol::max_dimensions);
  std::vector<double> point(Sobol::max_dimensions);
  for (const auto& row : testing::reference_table("sobol_points.csv")) {
    const auto number = static_cast<std::uint64_t>(row.number("point"));
    const auto dimension = static_cast<std::size_t>(row.number("dimension"));
    EXPECT_EQ(points(Sobol::max_dimensions, number, 1)[dimension - 1], row.number("value"))
        << "point " << number << ", dimension " << dimension;
  }
}

TEST(Sobol, any_point_is_the_same_alone_and_in_a_row) {
  const auto row = points(5, 1, 100);
  for (std::size_t i = 0; i < 100; ++i) {
    const auto alone = points(5, i + 1, 1);
    for (std::size_t d = 0; d < 5; ++d) EXPECT_EQ(alone[d], row[i * 5 + d]);
  }
}

/// Whether each of `count` equal cells of the unit interval holds exactly one coordinate of a dimension.
bool fills_every_cell(const std::vector<double>& all, std::size_t dimensions, std::size_t d) {
  const std::size_t count = all.size() / dimensions;
  std::vector<bool> is_full(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto cell = static_cast<std::size_t>(all[i * dimensions + d] * static_cast<double>(count));
    if (is_full[cell]) return false;
    is_full[cell] = true;
  }
  return true;
}

TEST(Sobol, each_dimension_fills_every_cell_of_a_power_of_two_once) {
  const auto all = points(Sobol::max_dimensions, 0, 256);
  for (std::size_t d = 0; d < Sobol::max_dimensions; ++d)
    EXPECT_TRUE(fills_every_cell(all, Sobol::max_dimensions, d)) << "dimension " << d + 1;
}

std::vector<double> scrambled(std::size_t dimensions, std::uint64_t seed, std::uint64_t first, std::size_t count) {
  std::vector<double> result(dimensions * count);
  Sobol::scrambled(dimensions, seed)->fill(first, result);
  return result;
}

TEST(OwenScrambling, keeps_the_equidistribution_of_every_dimension) {
  constexpr std::size_t dimensions = 300;
  const auto all = scrambled(dimensions, 7, 0, 256);
  for (std::size_t d = 0; d < dimensions; ++d) EXPECT_TRUE(fills_every_cell(all, dimensions, d)) << d + 1;
}

TEST(OwenScrambling, keeps_the_net_of_the_first_two_dimensions) {
  // The first two dimensions are a (0, 10, 2)-net: every box of 2^-a by 2^-(10-a) holds one of 1,024 points.
  const auto all = scrambled(2, 11, 0, 1024);
  for (int a = 0; a <= 10; ++a) {
    std::vector<int> boxes(1024);
    for (std::size_t i = 0; i < 1024; ++i) {
      const auto x = static_cast<std::size_t>(std::ldexp(all[2 * i], a));
      const auto y = static_cast<std::size_t>(std::ldexp(all[2 * i + 1], 10 - a));
      ++boxes[(x << static_cast<unsigned>(10 - a)) + y];
    }
    EXPECT_EQ(std::ranges::count(boxes, 1), 1024) << a;
  }
}

TEST(OwenScrambling, shares_the_digits_that_two_words_share_and_no_more) {
  for (int shared = 0; shared < 32; ++shared) {
    const std::uint32_t word = 0x9E3779B9U;
    const std::uint32_t other = word ^ (0x80000000U >> shared);
    const std::uint32_t difference = owen_scrambled(word, 3, 5) ^ owen_scrambled(other, 3, 5);
    EXPECT_EQ(std::countl_zero(difference), shared);
  }
}

TEST(OwenScrambling, depends_on_seed_and_dimension_and_on_nothing_else) {
  EXPECT_EQ(scrambled(3, 5, 10, 1), scrambled(3, 5, 10, 1));
  EXPECT_NE(scrambled(3, 5, 10, 1), scrambled(3, 6, 10, 1));
  EXPECT_NE(owen_scrambled(0, 1, 5), owen_scrambled(0, 2, 5));
  const auto row = scrambled(3, 5, 0, 20);
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_TRUE(std::ranges::equal(scrambled(3, 5, i, 1), std::span(row).subspan(3 * i, 3)));
}

TEST(OwenScrambling, a_point_is_uniform_over_the_seeds_the_origin_too) {
  constexpr std::size_t seeds = 4096;
  constexpr std::size_t cells = 16;
  for (const std::uint64_t number : {0U, 5U}) {
    std::vector<double> counts(cells);
    for (std::uint64_t seed = 0; seed < seeds; ++seed)
      counts[static_cast<std::size_t>(scrambled(2, seed, number, 1)[1] * cells)] += 1.0;
    double chi_square = 0.0;
    for (const double count : counts) chi_square += (count - seeds / cells) * (count - seeds / cells) / (seeds / cells);
    EXPECT_LT(chi_square, 37.7);  // the 99.9 % point of chi-square with 15 degrees of freedom
  }
}

/// A smooth integrand on the cube whose mean is one. Source: Genz's product form, without kinks.
double smooth_integrand(std::span<const double> u) {
  double product = 1.0;
  for (std::size_t d = 0; d < u.size(); ++d)
    product *= 1.0 + (std::exp(u[d]) - std::numbers::e + 1.0) / static_cast<double>(d + 1);
  return product;
}

struct Spread {
  double mean_error = 0.0;
  double deviation = 0.0;
};

/// Mean error and root mean square error over seeds of an estimate from `count` points.
template <class Fill>
Spread spread_of(const Fill& fill, std::size_t count, std::size_t seeds) {
  constexpr std::size_t dimensions = 4;
  Spread result;
  std::vector<double> all(dimensions * count);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    fill(seed, std::span<double>(all));
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i) sum += smooth_integrand(std::span(all).subspan(dimensions * i, dimensions));
    const double error = sum / static_cast<double>(count) - 1.0;
    result.mean_error += error / static_cast<double>(seeds);
    result.deviation += error * error / static_cast<double>(seeds);
  }
  result.deviation = std::sqrt(result.deviation);
  return result;
}

TEST(OwenScrambling, estimates_are_unbiased_and_their_error_falls_faster_than_that_of_random_points) {
  constexpr std::size_t seeds = 64;
  const auto owen = [](std::uint64_t seed, std::span<double> all) { Sobol::scrambled(4, seed)->fill(0, all); };
  const auto random = [](std::uint64_t seed, std::span<double> all) { RandomStream(seed, 1).fill_uniform(all); };
  const Spread few = spread_of(owen, 32, seeds);
  const Spread many = spread_of(owen, 1024, seeds);
  const Spread random_few = spread_of(random, 32, seeds);
  const Spread random_many = spread_of(random, 1024, seeds);
  for (const Spread& spread : {few, many, random_few, random_many})
    EXPECT_LT(std::abs(spread.mean_error), 4.0 * spread.deviation / std::sqrt(1.0 * seeds));
  const double order = std::log2(few.deviation / many.deviation) / 5.0;
  const double random_order = std::log2(random_few.deviation / random_many.deviation) / 5.0;
  std::printf(
      "[ MEASURED ] order of convergence: scrambled Sobol %.2f, Philox %.2f; error ratio at 1,024 points %.0f\n", order,
      random_order, random_many.deviation / many.deviation);
  EXPECT_GT(order, 1.25);  // 3/2 less logarithms for a smooth integrand: Owen (1997), Annals of Statistics 25
  EXPECT_NEAR(random_order, 0.5, 0.12);
  EXPECT_GT(random_many.deviation, 30.0 * many.deviation);
}

TEST(Sobol, takes_other_numbers_and_gives_its_own_points_from_its_own) {
  const std::vector<SobolSeed> seeds{{3, {1}}, {7, {1, 3}}, {11, {1, 3, 1}}, {13, {1, 1, 1}}};
  EXPECT_EQ(*Sobol::polynomials(5), (std::vector<std::uint32_t>{3, 7, 11, 13}));
  EXPECT_TRUE(Sobol::polynomials(1)->empty());
  std::vector<double> own(5 * 300);
  std::vector<double> given(own.size());
  Sobol::with_dimensions(5)->fill(7, own);
  Sobol::with_seeds(seeds)->fill(7, given);
  EXPECT_EQ(own, given);
  // Each coordinate of the first 2^k points is a shuffle of the multiples of 2^-k, whatever the first numbers.
  const Sobol unit = *Sobol::with_seeds(std::vector<SobolSeed>{{37, {1, 1, 1, 1, 1}}});
  std::vector<double> points(2 * 64);
  unit.fill(0, points);
  std::vector<double> second;
  for (std::size_t i = 0; i < 64; ++i) second.push_back(64.0 * points[2 * i + 1]);
  std::ranges::sort(second);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(second[i], static_cast<double>(i));
}

TEST(Sobol, refuses_numbers_that_make_no_sequence) {
  const auto refusal = [](const SobolSeed& seed) {
    return Sobol::with_seeds(std::vector<SobolSeed>{{3, {1}}, seed}).error();
  };
  const auto expected = [](const char* field, const char* value, const char* allowed) {
    return Error{ErrorCode::invalid_value, field, value, allowed, "correct the number"};
  };
  constexpr char coefficients[] = "an odd number from 3 on, whose bits are coefficients";
  constexpr char odd[] = "odd numbers, the k-th below 2^k";
  EXPECT_EQ(refusal({1, {}}), expected("seeds[1].polynomial", "1", coefficients));
  EXPECT_EQ(refusal({6, {1, 1}}), expected("seeds[1].polynomial", "6", coefficients));
  EXPECT_EQ(refusal({7, {1}}), expected("seeds[1].first_numbers", "1 numbers", "as many as the polynomial's degree"));
  EXPECT_EQ(refusal({7, {1, 2}}), expected("seeds[1].first_numbers", "2", odd));
  EXPECT_EQ(refusal({7, {1, 5}}), expected("seeds[1].first_numbers", "5", odd));
  EXPECT_EQ(Sobol::polynomials(0).error().field, "dimensions");
}

TEST(Sobol, refuses_dimensions_and_points_that_it_has_not) {
  EXPECT_EQ(Sobol::with_dimensions(0).error().field, "dimensions");
  EXPECT_EQ(Sobol::with_dimensions(2561).error().allowed, "1 to 2560");
  EXPECT_EQ(Sobol::scrambled(2561, 1).error().field, "dimensions");
  EXPECT_FALSE(find_flaw(Sobol::Range{1, Sobol::max_points}));
  EXPECT_EQ(find_flaw(Sobol::Range{2, Sobol::max_points})->field, "count");
  EXPECT_TRUE(find_flaw(Sobol::Range{Sobol::max_points + 2, 1}));
}

}  // namespace
}  // namespace plimsoll
