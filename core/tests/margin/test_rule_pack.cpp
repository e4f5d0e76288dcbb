#include "margin/books.hpp"
#include "plimsoll/margin/rule_pack.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

TEST(RulePack, rates_of_the_rule_book_are_sound) { EXPECT_FALSE(find_flaw(books::pack())); }

TEST(RulePack, names_the_parameter_that_no_rule_could_hold) {
  const auto field = [](auto change) {
    RulePack pack = books::pack();
    change(pack);
    return find_flaw(pack)->field;
  };
  EXPECT_EQ(field([](RulePack& p) { p.stock.long_initial = 0.0; }), "pack.stock.long_initial");
  EXPECT_EQ(field([](RulePack& p) { p.option.minimum = 1.5; }), "pack.option.minimum");
  EXPECT_EQ(field([](RulePack& p) { p.option.equity_base = std::numeric_limits<double>::quiet_NaN(); }),
            "pack.option.equity_base");
  EXPECT_EQ(field([](RulePack& p) { p.stock.low_price = -1.0; }), "pack.stock.low_price");
  EXPECT_EQ(field([](RulePack& p) { p.futures[0].multiplier = 0.0; }), "pack.futures.multiplier");
  EXPECT_EQ(field([](RulePack& p) { p.futures[0].initial = Money{}; }), "pack.futures.initial");
  EXPECT_EQ(field([](RulePack& p) { p.futures[0].maintenance = Money::from_cents(-1); }), "pack.futures.initial");
  EXPECT_EQ(field([](RulePack& p) { p.minimum_equity = Money::from_cents(-1); }), "pack.minimum_equity");
}

TEST(RulePack, the_latest_row_in_force_is_taken_whatever_the_order) {
  RulePack pack = books::pack();
  std::swap(pack.futures[0], pack.futures[1]);
  EXPECT_EQ(future_rate(pack, "SP500", 50, books::day("2008-09-30"))->maintenance, *Money::parse("3600"));
  EXPECT_EQ(future_rate(pack, "SP500", 50, books::day("2008-10-01"))->maintenance, *Money::parse("4500"));
  EXPECT_EQ(future_rate(pack, "SP500", 250, books::day("2008-10-01")), nullptr);
  EXPECT_EQ(future_rate(pack, "SP500", 50, books::day("2007-10-01")), nullptr);
}

}  // namespace
}  // namespace plimsoll::margin
