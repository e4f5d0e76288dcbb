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

TEST(Valuation, a_future_is_worth_its_variation_since_entry) {
  Valuation unit;
  unit.price = 1280.0;
  unit.greeks = {1.01, 0.0, 0.0, -2.0, 300.0};
  const Trade trade{"F", -2.0, 50.0, FutureTerms{"XYZ", Date{}}};
  const Greeks greeks{-101.0, 0.0, 0.0, 200.0, -30000.0};
  EXPECT_EQ(position(trade, unit, 1270.5), (Position{-950.0, greeks}));
  EXPECT_EQ(position(trade, unit, 1280.0), (Position{0.0, greeks}));
  EXPECT_EQ(position(trade, unit), (Position{std::nullopt, greeks}));
}

TEST(Valuation, an_entry_price_does_not_count_for_what_was_paid_for) {
  Valuation unit;
  unit.price = 2.5;
  const Trade trade{"T", 4.0, 1.0, StockTerms{"ABC"}};
  EXPECT_EQ(position(trade, unit, 2.0), position(trade, unit));
}

TEST(Valuation, every_flag_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const Flag flag : {Flag::adjusted_prices, Flag::assumed_rate, Flag::assumed_dividends, Flag::assumed_volatility,
                          Flag::below_no_arbitrage_bound, Flag::above_no_arbitrage_bound, Flag::flattened_market})
    names.insert(name(flag));
  EXPECT_EQ(names.size(), 7U);
  EXPECT_TRUE(names.contains("assumed_volatility"));
}

TEST(Valuation, instruction_set_is_named) { EXPECT_FALSE(instruction_set().empty()); }

}  // namespace
}  // namespace plimsoll
