#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/closed_form/black_scholes.hpp>
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

TEST(Bounds, a_digital_pays_its_amount_or_the_asset_at_most_and_a_gap_option_may_cost) {
  Digital digital{OptionType::call, Payout::cash, 100.0, 10.0, 90.0, 1.0};
  EXPECT_EQ(no_arbitrage_bounds(digital, model, {}).low, 0.0);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(digital, model, {}).high, 10.0 * std::exp(-0.05));
  digital.payout = Payout::asset;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(digital, model, {}).high, 100.0 * std::exp(-0.02));
  digital.payout = Payout::difference;
  EXPECT_EQ(no_arbitrage_bounds(digital, model, {}).low, 0.0);
  digital.paid_strike = 120.0;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(digital, model, {}).low, -20.0 * std::exp(-0.05));
  digital.type = OptionType::put;
  EXPECT_EQ(no_arbitrage_bounds(digital, model, {}).low, 0.0);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(digital, model, {}).high, 120.0 * std::exp(-0.05));
}

TEST(Bounds, a_touch_pays_its_amount_once) {
  Touch touch{Payout::cash, 10.0, BarrierSide::up, Knock::knock_in, Settlement::at_expiry, 120.0, 1.0};
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(touch, model, {}).high, 10.0 * std::exp(-0.05));
  touch.settlement = Settlement::at_hit;
  EXPECT_EQ(no_arbitrage_bounds(touch, model, {}).high, 10.0);
  touch.payout = Payout::asset;
  EXPECT_EQ(no_arbitrage_bounds(touch, model, {}).high, 120.0);
  touch.settlement = Settlement::at_expiry;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(touch, model, {}).high, 100.0 * std::exp(-0.02));
}

TEST(Bounds, a_barrier_option_is_worth_its_vanilla_and_rebate_at_most) {
  const double vanilla = black_scholes_price(OptionType::call, 100.0, 1.0, model);
  Barrier barrier{
      OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 90.0, 3.0, 1.0};
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(barrier, model, {}).high, vanilla + 3.0);
  barrier.knock = Knock::knock_in;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(barrier, model, {}).high, vanilla + 3.0 * std::exp(-0.05));
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(barrier, model, dividends).high,
                   100.0 * std::exp(-0.02) + 3.0 * std::exp(-0.05));
  barrier.payout = Payout::cash;
  barrier.cash = 10.0;
  EXPECT_LT(no_arbitrage_bounds(barrier, model, {}).high, 13.0 * std::exp(-0.05));
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(barrier, model, dividends).high, 13.0 * std::exp(-0.05));
  const DoubleBarrier both{OptionType::call, Payout::difference, 100.0, 0.0, Knock::knock_out, 80.0, 120.0, 1.0};
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(both, model, {}).high, vanilla);
  const SoftBarrier soft{OptionType::call, 100.0, BarrierSide::down, Knock::knock_out, 80.0, 90.0, 1.0, std::nullopt};
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(soft, model, {}).high, vanilla);
}

TEST(Bounds, an_option_on_a_mean_lies_between_its_forward_payoff_and_its_larger_leg) {
  ArithmeticAsian asian{OptionType::call, 90.0, {0.5, 1.0}, 1.0, 1, 95.0};
  const double mean = (95.0 + 100.0 * std::exp(0.03 * 0.5) + 100.0 * std::exp(0.03)) / 3.0;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(asian, model, {}).low, std::exp(-0.05) * (mean - 90.0));
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(asian, model, {}).high, std::exp(-0.05) * mean);
  asian.type = OptionType::put;
  EXPECT_EQ(no_arbitrage_bounds(asian, model, {}).low, 0.0);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(asian, model, {}).high, std::exp(-0.05) * 90.0);
}

TEST(Bounds, a_lookback_is_worth_its_vanilla_at_least) {
  Lookback lookback{OptionType::put, LookbackStrike::fixed, 100.0, 95.0, 1.0};
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(lookback, model, {}).low,
                   black_scholes_price(OptionType::put, 100.0, 1.0, model));
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(lookback, model, {}).high, 100.0 * std::exp(-0.05));
  EXPECT_EQ(no_arbitrage_bounds(lookback, model, dividends).low, 0.0);
  lookback.type = OptionType::call;
  EXPECT_TRUE(std::isinf(no_arbitrage_bounds(lookback, model, {}).high));
  lookback.kind = LookbackStrike::floating;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(lookback, model, {}).low,
                   black_scholes_price(OptionType::call, 95.0, 1.0, model));
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(lookback, model, {}).high, 100.0 * std::exp(-0.02));
}

TEST(Bounds, of_a_window_are_those_of_what_is_watched_all_the_time) {
  const PartialTimeBarrier barrier{
      OptionType::put, 110.0, BarrierSide::down, Knock::knock_in, BarrierWindow::start, 90.0, 0.5, 1.0};
  const double vanilla = black_scholes_price(OptionType::put, 110.0, 1.0, model);
  EXPECT_EQ(no_arbitrage_bounds(barrier, model, {}).low, 0.0);
  EXPECT_EQ(no_arbitrage_bounds(barrier, model, {}).high, vanilla);
  PartialLookback lookback{OptionType::put, LookbackStrike::fixed, 110.0, 1.0, 0.0, 0.5, 1.0};
  EXPECT_EQ(no_arbitrage_bounds(lookback, model, {}).low, vanilla);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(lookback, model, {}).high, 110.0 * std::exp(-0.05));
  lookback = {OptionType::call, LookbackStrike::floating, 0.0, 1.1, 95.0, 0.5, 1.0};
  EXPECT_EQ(no_arbitrage_bounds(lookback, model, {}).low, black_scholes_price(OptionType::call, 104.5, 1.0, model));
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(lookback, model, {}).high, 100.0 * std::exp(-0.02));
  lookback.type = OptionType::put;
  EXPECT_EQ(no_arbitrage_bounds(lookback, model, {}).high, std::numeric_limits<double>::infinity());
}

TEST(Bounds, a_double_touch_pays_its_amount_once) {
  DoubleTouch touch{TouchOrder::neither, 10.0, 80.0, 120.0, 1.0};
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(touch, model, {}).high, 10.0 * std::exp(-0.05));
  touch.order = TouchOrder::lower_first;
  EXPECT_EQ(no_arbitrage_bounds(touch, model, {}).high, 10.0);
}

TEST(Bounds, a_forward_start_lies_between_its_forward_payoff_and_its_larger_leg) {
  ForwardStart option{OptionType::call, 0.9, 0.5, 1.0};
  const double asset = 100.0 * std::exp(-0.02);
  const double strike = 90.0 * std::exp(-0.02 * 0.5 - 0.05 * 0.5);
  EXPECT_NEAR(no_arbitrage_bounds(option, model, {}).low, asset - strike, 1e-13);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(option, model, {}).high, asset);
  option.type = OptionType::put;
  EXPECT_EQ(no_arbitrage_bounds(option, model, {}).low, 0.0);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(option, model, {}).high, strike);
}

TEST(Bounds, an_option_on_options_is_held_against_them) {
  const double call = black_scholes_price(OptionType::call, 100.0, 1.0, model);
  const double put = black_scholes_price(OptionType::put, 95.0, 0.8, model);
  const PriceBounds chooser = no_arbitrage_bounds(Chooser{0.5, 100.0, 1.0, 95.0, 0.8}, model, {});
  EXPECT_DOUBLE_EQ(chooser.low, std::max(call, put));
  EXPECT_DOUBLE_EQ(chooser.high, call + put);
  Compound compound{OptionType::call, 5.0, 0.5, OptionType::call, 100.0, 1.0};
  const double strike = 5.0 * std::exp(-0.05 * 0.5);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(compound, model, {}).low, call - strike);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(compound, model, {}).high, call);
  compound.type = OptionType::put;
  EXPECT_EQ(no_arbitrage_bounds(compound, model, {}).low, 0.0);
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(compound, model, {}).high, strike);
  const double shorter = black_scholes_price(OptionType::call, 110.0, 0.5, model);
  Extendible extendible{OptionType::call, ExtendedBy::holder, 110.0, 0.5, 100.0, 1.0, 1.0};
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(extendible, model, {}).low, call - std::exp(-0.05 * 0.5));
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(extendible, model, {}).high, shorter + call);
  extendible.by = ExtendedBy::writer;
  EXPECT_DOUBLE_EQ(no_arbitrage_bounds(extendible, model, {}).low, shorter);
}

const TwoAssets<double> both{100.0, 90.0, 0.01, 0.02, 0.25, 0.35, 0.4, 0.03};

TEST(Bounds, of_two_assets_are_what_each_costs_for_delivery) {
  const double first = 100.0 * std::exp(-0.01);
  const double second = 90.0 * std::exp(-0.02);
  const double cash = std::exp(-0.03);
  const auto expect = [](const PriceBounds& bounds, double low, double high) {
    EXPECT_DOUBLE_EQ(bounds.low, low);
    EXPECT_DOUBLE_EQ(bounds.high, high);
  };
  expect(no_arbitrage_bounds(ExchangeOption{2.0, 1.0, 1.0}, both), 2.0 * first - second, 2.0 * first);
  expect(no_arbitrage_bounds(Spread{OptionType::call, 5.0, 1.0}, both), first - second - 5.0 * cash, first);
  expect(no_arbitrage_bounds(Spread{OptionType::call, -5.0, 1.0}, both), first - second + 5.0 * cash,
         first + 5.0 * cash);
  expect(no_arbitrage_bounds(Spread{OptionType::put, 20.0, 1.0}, both), second + 20.0 * cash - first,
         second + 20.0 * cash);
  const auto basket = [](OptionType type, double strike) {
    return no_arbitrage_bounds(BasketOption{type, Aggregate::sum, {0.5, 2.0}, strike, 1.0}, both);
  };
  expect(basket(OptionType::call, 100.0), 0.5 * first + 2.0 * second - 100.0 * cash, 0.5 * first + 2.0 * second);
  expect(basket(OptionType::put, 100.0), 0.0, 100.0 * cash);
  const auto extreme = [](OptionType type, Extreme of, double strike) {
    return no_arbitrage_bounds(ExtremeOption{type, of, strike, 1.0}, both);
  };
  expect(extreme(OptionType::call, Extreme::minimum, 50.0), 0.0, second);
  expect(extreme(OptionType::call, Extreme::maximum, 50.0), first - 50.0 * cash, first + second);
  expect(extreme(OptionType::put, Extreme::minimum, 150.0), 150.0 * cash - second, 150.0 * cash);
  expect(extreme(OptionType::put, Extreme::maximum, 150.0), 0.0, 150.0 * cash);
  expect(no_arbitrage_bounds(CorrelationOption{OptionType::call, 95.0, 80.0, 1.0}, both), 0.0, second);
  expect(no_arbitrage_bounds(CorrelationOption{OptionType::put, 95.0, 80.0, 1.0}, both), 0.0, 80.0 * cash);
}

TEST(Bounds, of_two_assets_exercised_early_are_the_payoff_and_what_each_costs_on_any_day) {
  const auto rainbow = [](OptionType type, RainbowUnderlying on, double strike) {
    const Rainbow option{type, on, strike, 1.0, 1.0, Exercise::american, 0, 1.0};
    return no_arbitrage_bounds(option, both);
  };
  const auto expect = [](const PriceBounds& bounds, double low, double high) {
    EXPECT_DOUBLE_EQ(bounds.low, low);
    EXPECT_DOUBLE_EQ(bounds.high, high);
  };
  using enum RainbowUnderlying;
  expect(rainbow(OptionType::call, spread, 4.0), 6.0, 100.0);
  expect(rainbow(OptionType::put, spread, 14.0), 4.0, 104.0);
  expect(rainbow(OptionType::call, best_of, 60.0), 40.0, 190.0);
  expect(rainbow(OptionType::put, worst_of, 95.0), 5.0, 95.0);
  expect(rainbow(OptionType::call, worst_of, 60.0), 30.0, 90.0);
  expect(rainbow(OptionType::call, basket, 60.0), 130.0, 190.0);
  expect(rainbow(OptionType::put, basket, 200.0), 10.0, 200.0);
}

}  // namespace
}  // namespace plimsoll
