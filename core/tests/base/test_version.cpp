#include <algorithm>

#include <gtest/gtest.h>

#include <plimsoll/base/version.hpp>

TEST(Version, has_three_numbers) { EXPECT_EQ(std::ranges::count(plimsoll::version, '.'), 2); }
