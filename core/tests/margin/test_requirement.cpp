#include "margin/books.hpp"
#include "plimsoll/margin/requirement.hpp"

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

TEST(Requirement, long_dated_means_more_than_nine_calendar_months) {
  EXPECT_EQ(long_dated_from(books::day("2008-01-15"), 9), books::day("2008-10-16"));
  EXPECT_EQ(long_dated_from(books::day("2008-05-31"), 9), books::day("2009-03-01"));  // February has no 31st
}

TEST(Requirement, short_stock_rule_is_told_by_price) {
  const auto rates = books::pack().stock;
  EXPECT_EQ(per_share_rule(4.99, 1.0, rates), PerShareRule::low_price);
  EXPECT_EQ(per_share_rule(5.0, 1.0, rates), PerShareRule::minimum_binds);
  EXPECT_EQ(per_share_rule(16.66, 1.0, rates), PerShareRule::minimum_binds);
  EXPECT_EQ(per_share_rule(16.67, 1.0, rates), PerShareRule::proportional);
}

TEST(Requirement, base_rate_never_exceeds_the_whole_value) {
  const auto rates =
      short_option_rates({"X", UnderlyingClass::equity, 1.0, 6.0, PriceBasis::raw}, books::pack().option);
  EXPECT_EQ(rates.base, 1.0);
  EXPECT_DOUBLE_EQ(rates.minimum, 0.6);
}

}  // namespace
}  // namespace plimsoll::margin
