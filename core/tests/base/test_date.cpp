#include "plimsoll/base/date.hpp"
#include "plimsoll/base/day_count.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

TEST(Date, counts_from_the_first_of_january_1970) {
  EXPECT_EQ(Date::parse("1970-01-01")->days, 0);
  EXPECT_EQ(Date::parse("2000-03-01")->days, 11017);
  EXPECT_EQ(Date::parse("1969-12-31")->days, -1);
}

TEST(Date, refuses_days_that_no_calendar_has) {
  for (const char* text : {"2023-02-29", "2024-13-01", "2024-00-10", "24-01-01", "2024/01/01", "2024-01-1x",
                           "20a4-01-01", "2024-1x-01", ""}) {
    const auto date = Date::parse(text);
    ASSERT_FALSE(date) << text;
    EXPECT_EQ(date.error().field, "date");
    EXPECT_EQ(date.error().value, text);
  }
}

TEST(Date, knows_the_leap_day) { EXPECT_EQ(Date::parse("2024-02-29")->iso(), "2024-02-29"); }

TEST(Date, differences_and_years_count_calendar_days) {
  const Date from = *Date::parse("2023-06-18");
  const Date to = *Date::parse("2024-06-18");
  EXPECT_EQ(days_between(from, to), 366);
  EXPECT_EQ(days_between(to, from), -366);
  EXPECT_EQ(from + 366, to);
  EXPECT_EQ(year_fraction_act365f(from, to), 366.0 / 365.0);
}

RC_GTEST_PROP(Date, reads_back_what_it_writes, ()) {
  const Date date{*rc::gen::inRange(-700000, 2900000)};
  RC_ASSERT(*Date::parse(date.iso()) == date);
}

}  // namespace
}  // namespace plimsoll
