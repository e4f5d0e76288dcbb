#include <algorithm>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/base/parallel.hpp>

namespace plimsoll {
namespace {

TEST(ParallelBlocks, every_index_is_visited_once_on_any_thread_count) {
  for (const int threads : {-1, 1, 2, 5}) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{64}}) {
      std::vector<int> visits(count, 0);
      parallel_blocks(count, 4, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) ++visits[i];
      });
      EXPECT_EQ(std::ranges::count(visits, 1), static_cast<std::ptrdiff_t>(count));
    }
  }
}

TEST(ParallelBlocks, blocks_are_the_same_for_one_thread_and_two) {
  for (const int threads : {1, 2}) {
    std::vector<std::size_t> block_of(10, 99);
    parallel_blocks(10, 4, threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) block_of[i] = begin;
    });
    EXPECT_EQ(block_of, (std::vector<std::size_t>{0, 0, 0, 0, 4, 4, 4, 4, 8, 8}));
  }
}

}  // namespace
}  // namespace plimsoll
