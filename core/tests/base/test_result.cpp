#include "plimsoll/base/result.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::invalid_value, "number", std::to_string(number), "even", "add one"};
  return number / 2;
}

TEST(Result, holds_the_value_when_there_is_one) {
  auto result = half(4);
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 2);
  *result = 7;
  EXPECT_EQ(result.value(), 7);
  EXPECT_EQ(half(8).value(), 4);
}

TEST(Result, reading_the_absent_side_throws) {
  EXPECT_THROW(static_cast<void>(half(3).value()), std::bad_variant_access);
  EXPECT_THROW(static_cast<void>(half(4).error()), std::bad_variant_access);
}

TEST(Result, arrow_reaches_into_the_value) {
  Result<std::string> text{std::string("hull")};
  text->push_back('s');
  const auto& fixed = text;
  EXPECT_EQ(fixed->size(), 5U);
  EXPECT_EQ(*fixed, "hulls");
}

TEST(Error, says_field_value_allowed_and_fix_in_one_line) {
  EXPECT_EQ(half(3).error().message(), "invalid_value: number = 3; allowed: even; fix: add one");
  EXPECT_EQ((Error{ErrorCode::integrity, "file", "x", "", ""}.message()), "integrity: file = x");
}

TEST(Error, every_code_has_its_name) {
  EXPECT_EQ(name(ErrorCode::missing_field), "missing_field");
  EXPECT_EQ(name(ErrorCode::missing_quote), "missing_quote");
  EXPECT_EQ(name(ErrorCode::expired_product), "expired_product");
  EXPECT_EQ(name(ErrorCode::unsupported), "unsupported");
  EXPECT_EQ(name(ErrorCode::not_converged), "not_converged");
  EXPECT_EQ(name(ErrorCode::not_in_force), "not_in_force");
}

TEST(TextOf, is_the_shortest_decimal_that_reads_back) {
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(-2.5), "-2.5");
  EXPECT_EQ(text_of(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(text_of(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::infinity()), "-inf");
}

}  // namespace
}  // namespace plimsoll
