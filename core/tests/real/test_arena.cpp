#include "plimsoll/real/arena.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(Arena, keeps_values_while_it_doubles) {
  Arena<int, 4> arena;
  for (int i = 0; i < 100; ++i) arena.push(i);
  ASSERT_EQ(arena.size(), 100U);
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(arena[i], static_cast<int>(i));
}

TEST(Arena, takes_one_of_its_own_values_while_it_moves_them) {
  Arena<int, 4> arena;
  for (int i = 0; i < 4; ++i) arena.push(7 + i);
  arena.push(arena[1]);
  EXPECT_EQ(arena[4], 8);
  EXPECT_EQ(arena[0], 7);
}

TEST(Arena, uses_its_memory_again_after_a_truncation) {
  Arena<int, 4> arena;
  for (int i = 0; i < 9; ++i) arena.push(i);
  const int* const eighth = &arena[8];
  const std::size_t bytes = arena.bytes();
  arena.truncate(3);
  EXPECT_EQ(arena.size(), 3U);
  for (int i = 3; i < 9; ++i) arena.push(10 * i);
  EXPECT_EQ(&arena[8], eighth);
  EXPECT_EQ(arena.bytes(), bytes);
  EXPECT_EQ(arena[2], 2);
  EXPECT_EQ(arena[8], 80);
}

TEST(Arena, refuses_to_grow_past_its_limit) {
  Arena<int, 2, 4> arena;
  for (int i = 0; i < 4; ++i) arena.push(i);
  EXPECT_THROW(arena.push(4), std::length_error);
  EXPECT_EQ(arena.size(), 4U);
}

}  // namespace
}  // namespace plimsoll
