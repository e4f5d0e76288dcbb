#include "plimsoll/real/arena.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(Arena, keeps_values_over_many_blocks) {
  Arena<int, 2> arena;
  for (int i = 0; i < 100; ++i) arena.push(i);
  ASSERT_EQ(arena.size(), 100U);
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(arena[i], static_cast<int>(i));
}

TEST(Arena, does_not_move_values_when_it_grows) {
  Arena<int, 2> arena;
  arena.push(7);
  const int* const first = &arena[0];
  for (int i = 0; i < 1000; ++i) arena.push(i);
  EXPECT_EQ(&arena[0], first);
}

TEST(Arena, uses_its_blocks_again_after_a_truncation) {
  Arena<int, 2> arena;
  for (int i = 0; i < 9; ++i) arena.push(i);
  const int* const eighth = &arena[8];
  arena.truncate(3);
  EXPECT_EQ(arena.size(), 3U);
  for (int i = 3; i < 9; ++i) arena.push(10 * i);
  EXPECT_EQ(&arena[8], eighth);
  EXPECT_EQ(arena[2], 2);
  EXPECT_EQ(arena[8], 80);
}

TEST(Arena, refuses_to_grow_past_its_last_block) {
  Arena<int, 1, 2> arena;
  for (int i = 0; i < 4; ++i) arena.push(i);
  EXPECT_THROW(arena.push(4), std::length_error);
  EXPECT_EQ(arena.size(), 4U);
}

}  // namespace
}  // namespace plimsoll
