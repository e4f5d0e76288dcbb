#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/valuation/bounds.hpp>

namespace plimsoll {
namespace {

const BlackScholes<double> model{100.0, 0.05, 0.02, 0.3};
const std::vector<TimedDividend> dividends{{-1.0, 9.0}, {0.5, 4.0}, {3.0, 9.0}};

VanillaCase option(OptionType type, Exercise exercise, double strike) {
  return {type, exercise, strike, 1.0, model, {}};
}

TEST(Bounds, european_lies_between_the_forward_payoff_and_its_larger_leg) {
  const PriceBounds call = no_arbitrage_bounds(option(OptionType::call, Exercise::european, 90.0));
  EXPECT_DOUBLE_EQ(call.low, 100.0 * std::exp(-0.02) - 90.0 * std::exp(-0.05));
  EXPECT_DOUBLE_EQ(call.high, 100.0 * std::exp(-0.02));
  const PriceBounds put = no_arbitrage_bounds(option(OptionType::put, Exercise::european, 90.0));
  EXPECT_EQ(put.low, 0.0);
  EXPECT_DOUBLE_EQ(put.high, 90.0 * std::exp(-0.05));
}

TEST(Bounds, american_is_worth_at_least_its_payoff_and_at_most_spot_or_strike) {
  const PriceBounds put = no_arbitrage_bounds(option(OptionType::put, Exercise::american, 120.0));
  EXPECT_EQ(put.low, 20.0);
  EXPECT_EQ(put.high, 120.0);
  EXPECT_EQ(no_arbitrage_bounds(option(OptionType::call, Exercise::american, 120.0)).high, 100.0);
}

TEST(Bounds, dividends_within_the_life_lower_what_a_call_is_sure_of) {
  VanillaCase call = option(OptionType::call, Exercise::european, 80.0);
  const double without = no_arbitrage_bounds(call).low;
  call.dividends = dividends;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(call).low, without - 4.0 * std::exp(-0.05 * 0.5 - 0.02 * 0.5));
}

}  // namespace
}  // namespace plimsoll
