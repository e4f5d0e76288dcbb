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

TEST(Arena, doubles_as_often_as_many_values_at_once_ask) {
  Arena<int, 4> arena;
  EXPECT_EQ(arena.capacity_for(1), 4U);
  EXPECT_EQ(arena.capacity_for(5), 8U);
  arena.push(7);
  arena.reserve(arena.capacity_for(20));
  EXPECT_EQ(arena.capacity(), 32U);
  EXPECT_EQ(arena.capacity_for(31), 32U);
  arena.push_within(8);
  EXPECT_EQ(arena[0], 7);
  EXPECT_EQ(arena[1], 8);
  arena.reserve(3);
  EXPECT_EQ(arena.capacity(), 32U) << "memory is never given back";
}

TEST(Arena, refuses_more_at_once_than_its_limit) {
  Arena<int, 2, 5> arena;
  for (int i = 0; i < 3; ++i) arena.push(i);
  EXPECT_EQ(arena.capacity_for(2), 5U);
  EXPECT_THROW((void)arena.capacity_for(3), std::length_error);
}

TEST(Arena, refuses_to_grow_past_its_limit) {
  Arena<int, 2, 4> arena;
  for (int i = 0; i < 4; ++i) arena.push(i);
  EXPECT_THROW(arena.push(4), std::length_error);
  EXPECT_EQ(arena.size(), 4U);
}

}  // namespace
}  // namespace plimsoll
