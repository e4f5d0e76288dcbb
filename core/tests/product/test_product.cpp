#include "plimsoll/product/product.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(European, pays_the_positive_part) {
  EXPECT_EQ(payoff<double>(European{OptionType::call, 100.0, 1.0}, 107.0), 7.0);
  EXPECT_EQ(payoff<double>(European{OptionType::call, 100.0, 1.0}, 93.0), 0.0);
  EXPECT_EQ(payoff<double>(European{OptionType::put, 100.0, 1.0}, 93.0), 7.0);
}

TEST(American, pays_the_positive_part_on_exercise) {
  EXPECT_EQ(payoff<double>(American{OptionType::put, 100.0, 1.0}, 93.0), 7.0);
}

TEST(ArithmeticAsian, averages_past_and_future_fixings) {
  const ArithmeticAsian seasoned{OptionType::call, 100.0, {0.1, 0.2}, 0.25, 2, 210.0};
  const double path[] = {98.0, 108.0};
  EXPECT_DOUBLE_EQ(payoff<double>(seasoned, std::span<const double>(path)), (210.0 + 98.0 + 108.0) / 4.0 - 100.0);
}

TEST(Product, knows_its_kind) {
  EXPECT_EQ(kind(European{}), "European");
  EXPECT_EQ(kind(American{}), "American");
  EXPECT_EQ(kind(ArithmeticAsian{}), "ArithmeticAsian");
  EXPECT_EQ(kind(Stock{}), "Stock");
  EXPECT_EQ(kind(Future{}), "Future");
}

TEST(Product, zero_strike_and_zero_expiry_are_limits_not_flaws) {
  EXPECT_FALSE(find_flaw(Product{European{OptionType::call, 0.0, 0.0}}));
  EXPECT_FALSE(find_flaw(Product{American{OptionType::put, 0.0, 0.0}}));
  EXPECT_FALSE(find_flaw(Product{Stock{}}));
  EXPECT_FALSE(find_flaw(Product{Future{0.0}}));
}

TEST(Product, negative_or_missing_terms_are_named) {
  EXPECT_EQ(find_flaw(European{OptionType::call, -1.0, 1.0})->field, "strike");
  EXPECT_EQ(find_flaw(American{OptionType::call, std::nan(""), 1.0})->field, "strike");
  EXPECT_EQ(find_flaw(European{OptionType::call, 1.0, -0.1})->code, ErrorCode::expired_product);
  EXPECT_EQ(find_flaw(European{OptionType::call, 1.0, HUGE_VAL})->field, "expiry");
  EXPECT_EQ(find_flaw(Future{-1.0})->code, ErrorCode::expired_product);
}

TEST(ArithmeticAsian, refuses_impossible_averages) {
  const auto flaw = [](ArithmeticAsian a) { return find_flaw(a).value_or(Error{}).field; };
  EXPECT_EQ(flaw({OptionType::call, -1.0, {0.1}, 0.2, 0, 0.0}), "strike");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {}, 0.2, 0, 0.0}), "fixings");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {0.2, 0.1}, 0.2, 0, 0.0}), "fixings");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {0.3}, 0.2, 0, 0.0}), "fixings");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {std::nan("")}, 0.2, 0, 0.0}), "fixings");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {0.1}, 0.2, -1, 0.0}), "past_count");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {0.1}, 0.2, 1, -5.0}), "past_sum");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {0.1}, 0.2, 0, 5.0}), "past_sum");
  EXPECT_EQ(flaw({OptionType::call, 1.0, {0.0, 0.2}, 0.2, 1, 5.0}), "");
}

}  // namespace
}  // namespace plimsoll
