#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using Words = std::array<std::uint32_t, 4>;

TEST(Philox, agrees_with_the_known_answers_of_random123) {
  // Source: Random123 1.14, tests/kat_vectors, the lines "philox4x32 10".
  EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32_10({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Philox, uniform_of_any_bits_is_strictly_between_zero_and_one) {
  EXPECT_EQ(uniform_from_bits(0), 0x1p-53);
  EXPECT_EQ(uniform_from_bits(0xffffffffffffffffU), 1.0 - 0x1p-53);
  EXPECT_EQ(uniform_from_bits(0x8000000000000000U), 0.5 + 0x1p-53);
}

TEST(Philox, a_stream_starts_with_the_words_of_counter_zero) {
  std::vector<double> draws(2);
  RandomStream(0, 0).fill_uniform(draws);
  EXPECT_EQ(draws[0], uniform_from_bits(0x6627e8d5e169c58dU));
  EXPECT_EQ(draws[1], uniform_from_bits(0xbc57ac4c9b00dbd8U));
}

TEST(Philox, a_stream_goes_on_where_it_stopped) {
  std::vector<double> whole(10);
  RandomStream(7, 3).fill_normal(whole);
  RandomStream stream(7, 3);
  std::vector<double> first(4);
  std::vector<double> second(6);
  stream.fill_normal(first);
  stream.fill_normal(second);
  EXPECT_TRUE(std::equal(first.begin(), first.end(), whole.begin()));
  EXPECT_TRUE(std::equal(second.begin(), second.end(), whole.begin() + 4));
}

TEST(Philox, an_odd_count_drops_the_second_draw_of_the_last_pair) {
  std::vector<double> three(3);
  std::vector<double> six(6);
  RandomStream stream(1, 1);
  stream.fill_uniform(three);
  RandomStream(1, 1).fill_uniform(six);
  EXPECT_TRUE(std::equal(three.begin(), three.end(), six.begin()));
  std::vector<double> next(1);
  stream.fill_uniform(next);
  EXPECT_EQ(next[0], six[4]);
}

TEST(Philox, streams_and_seeds_share_no_draw) {
  std::set<double> seen;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32U}) {
    for (const std::uint64_t stream : {0ULL, 1ULL, 1ULL << 32U}) {
      std::vector<double> draws(1000);
      RandomStream(seed, stream).fill_uniform(draws);
      seen.insert(draws.begin(), draws.end());
    }
  }
  EXPECT_EQ(seen.size(), 9000U);
}

TEST(Philox, normal_draws_have_the_moments_of_the_normal_distribution) {
  constexpr std::size_t count = 1U << 18U;
  std::vector<double> draws(count);
  RandomStream(20081010, 0).fill_normal(draws);
  double moments[5] = {};
  for (const double z : draws) {
    for (int power = 1; power <= 4; ++power) moments[power] += std::pow(z, power) / count;
  }
  // Four standard errors of each moment: its variance is E[z^2p] - E[z^p]^2 = 1, 2, 15, 96.
  const double n = count;
  EXPECT_NEAR(moments[1], 0.0, 4.0 * std::sqrt(1.0 / n));
  EXPECT_NEAR(moments[2], 1.0, 4.0 * std::sqrt(2.0 / n));
  EXPECT_NEAR(moments[3], 0.0, 4.0 * std::sqrt(15.0 / n));
  EXPECT_NEAR(moments[4], 3.0, 4.0 * std::sqrt(96.0 / n));
}

}  // namespace
}  // namespace plimsoll
