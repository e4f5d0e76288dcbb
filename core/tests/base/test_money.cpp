#include "plimsoll/base/money.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

TEST(Money, rounds_half_a_cent_away_from_zero) {
  EXPECT_EQ(Money::round_half_up(1.005)->cents(), 101);  // its binary value lies below 1.005
  EXPECT_EQ(Money::round_half_up(-1.005)->cents(), -101);
  EXPECT_EQ(Money::round_half_up(2.675)->cents(), 268);
  EXPECT_EQ(Money::round_half_up(1.0049999)->cents(), 100);
  EXPECT_EQ(Money::round_half_up(0.125)->cents(), 13);
  EXPECT_EQ(Money::round_half_up(7.0)->cents(), 700);
  EXPECT_EQ(Money::round_half_up(7.5)->cents(), 750);
  EXPECT_EQ(Money::round_half_up(1e15)->cents(), 100000000000000000);
  EXPECT_EQ(Money::round_half_up(1e-300)->cents(), 0);
}

TEST(Money, refuses_what_is_not_an_amount) {
  for (const double value : {std::nan(""), HUGE_VAL, -HUGE_VAL, 1.1e15}) {
    const auto money = Money::round_half_up(value);
    ASSERT_FALSE(money);
    EXPECT_EQ(money.error().field, "money");
  }
}

TEST(Money, reads_plain_decimals) {
  EXPECT_EQ(Money::parse("-1234.56")->cents(), -123456);
  EXPECT_EQ(Money::parse("0.5")->cents(), 50);
  EXPECT_EQ(Money::parse("12")->cents(), 1200);
}

TEST(Money, refuses_exponents_signs_and_a_third_decimal) {
  for (const char* text : {"", "-", "1e3", "1.", ".5", "1.234", "+1", "1,000", "1.x", "1.2x", "1234567890123456",
                           "12345678901234567", "1000000000000000.01"})
    EXPECT_FALSE(Money::parse(text)) << text;
}

TEST(Money, adds_and_scales_exactly) {
  Money sum = Money::from_cents(10) + Money::from_cents(5) - Money::from_cents(1);
  sum += Money::from_cents(6);
  sum -= Money::from_cents(2);
  EXPECT_EQ(sum, Money::from_cents(18));
  EXPECT_EQ(-sum * 3, 3 * Money::from_cents(-18));
  EXPECT_LT(Money{}, sum);
  EXPECT_DOUBLE_EQ(sum.dollars(), 0.18);
}

TEST(Money, writes_two_decimals) {
  EXPECT_EQ(Money::from_cents(-5).text(), "-0.05");
  EXPECT_EQ(Money::from_cents(123456).text(), "1234.56");
}

RC_GTEST_PROP(Money, reads_back_what_it_writes, ()) {
  const Money money = Money::from_cents(*rc::gen::inRange<std::int64_t>(-100000000000000000, 100000000000000000));
  RC_ASSERT(*Money::parse(money.text()) == money);
}

RC_GTEST_PROP(Money, rounding_leaves_whole_cents_alone, ()) {
  const std::int64_t cents = *rc::gen::inRange<std::int64_t>(-100000000000, 100000000000);
  RC_ASSERT(Money::round_half_up(static_cast<double>(cents) / 100.0)->cents() == cents);
}

}  // namespace
}  // namespace plimsoll
