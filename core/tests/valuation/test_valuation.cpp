#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include <plimsoll/valuation/valuation.hpp>

namespace plimsoll {
namespace {

TEST(Valuation, position_is_the_unit_times_signed_quantity_times_multiplier) {
  Valuation unit;
  unit.price = 2.5;
  unit.greeks = {0.5, 0.1, 20.0, -3.0, 8.0};
  const Trade trade{"T", -3.0, 100.0, StockTerms{"ABC"}};
  EXPECT_EQ(position(trade, unit), (Position{-750.0, {-150.0, -30.0, -6000.0, 900.0, -2400.0}}));
}

TEST(Valuation, every_flag_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const Flag flag : {Flag::adjusted_prices, Flag::assumed_rate, Flag::assumed_dividends, Flag::assumed_volatility,
                          Flag::below_no_arbitrage_bound, Flag::above_no_arbitrage_bound})
    names.insert(name(flag));
  EXPECT_EQ(names.size(), 6U);
  EXPECT_TRUE(names.contains("assumed_volatility"));
}

TEST(Valuation, instruction_set_is_named) { EXPECT_FALSE(instruction_set().empty()); }

}  // namespace
}  // namespace plimsoll
