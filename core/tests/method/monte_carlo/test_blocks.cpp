#include "plimsoll/method/monte_carlo/blocks.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(Blocks, cover_all_paths_in_order_with_a_smaller_last_one) {
  const auto blocks = split({2500, 42, 1});
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0].paths, paths_per_block);
  EXPECT_EQ(blocks[1].number, 1U);
  EXPECT_EQ(blocks[2].paths, 2500U - 2U * paths_per_block);
  EXPECT_EQ(blocks[2].seed, 42U);
  EXPECT_EQ(split({1024, 1, 1}).size(), 1U);
}

TEST(Blocks, do_not_depend_on_the_number_of_threads) {
  const auto one = split({5000, 1, 1});
  const auto many = split({5000, 1, 16});
  ASSERT_EQ(one.size(), many.size());
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(one[i].paths, many[i].paths);
}

BlockSums sums_of(const Block& block) {
  BlockSums sums;
  for (std::size_t i = 0; i < block.paths; ++i) {
    const auto x = 1.0 / static_cast<double>(block.number * paths_per_block + i + 1);
    sums.add<double>({x, x, x, x, x, x}, {}, 1);
  }
  return sums;
}

TEST(Blocks, give_the_same_bits_on_any_number_of_threads) {
  const MonteCarloResult one = run_blocks({20000, 1, 1}, sums_of).result();
  for (const int threads : {2, 3, 64}) {
    EXPECT_EQ(run_blocks({20000, 1, threads}, sums_of).result(), one) << threads << " threads";
  }
}

}  // namespace
}  // namespace plimsoll
