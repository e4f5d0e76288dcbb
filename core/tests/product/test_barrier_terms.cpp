#include <cmath>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include <plimsoll/product/trade.hpp>

namespace plimsoll {
namespace {

const Date today = *Date::parse("2026-11-20");
const Date in_a_year = today + 365;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

BarrierTerms down_and_out_call() {
  BarrierTerms terms;
  terms.underlying = "ABC";
  terms.strike = 100.0;
  terms.barrier = 90.0;
  terms.rebate = 3.0;
  terms.expiry = in_a_year;
  return terms;
}

DoubleBarrierTerms double_out_call() {
  DoubleBarrierTerms terms;
  terms.underlying = "ABC";
  terms.strike = 100.0;
  terms.lower = 80.0;
  terms.upper = 120.0;
  terms.expiry = in_a_year;
  return terms;
}

SoftBarrierTerms soft_out_call() {
  SoftBarrierTerms terms;
  terms.underlying = "ABC";
  terms.strike = 100.0;
  terms.lower = 80.0;
  terms.upper = 90.0;
  terms.extremum = 95.0;
  terms.expiry = in_a_year;
  return terms;
}

template <class T>
Result<Product> resolved(const T& terms, Date day = today) {
  return resolve({"T", 1.0, 1.0, terms}, day);
}

template <class T>
T knocked_on(T terms, Date day) {
  terms.state = BarrierState::knocked;
  terms.knocked_on = day;
  return terms;
}

void expect_flaw(const Result<Product>& result, ErrorCode code, const std::string& field) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().message();
  EXPECT_EQ(result.error().field, field);
  EXPECT_FALSE(result.error().allowed.empty());
  EXPECT_FALSE(result.error().fix.empty());
}

TEST(BarrierTerms, an_alive_trade_is_its_option_in_years) {
  EXPECT_EQ(
      std::get<Barrier>(*resolved(down_and_out_call())),
      (Barrier{OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 90.0, 3.0, 1.0}));
  EXPECT_EQ(std::get<DoubleBarrier>(*resolved(double_out_call())),
            (DoubleBarrier{OptionType::call, Payout::difference, 100.0, 0.0, Knock::knock_out, 80.0, 120.0, 1.0}));
  EXPECT_EQ(std::get<SoftBarrier>(*resolved(soft_out_call())),
            (SoftBarrier{OptionType::call, 100.0, BarrierSide::down, Knock::knock_out, 80.0, 90.0, 1.0, 95.0}));
  EXPECT_EQ(underlying_of({"T", 1.0, 1.0, down_and_out_call()}), "ABC");
}

TEST(BarrierTerms, at_expiry_is_alive_and_after_expiry_is_refused_whatever_the_state) {
  EXPECT_TRUE(resolved(down_and_out_call(), in_a_year));
  EXPECT_TRUE(resolved(double_out_call(), in_a_year));
  EXPECT_TRUE(resolved(soft_out_call(), in_a_year));
  expect_flaw(resolved(down_and_out_call(), in_a_year + 1), ErrorCode::expired_product, "expiry");
  expect_flaw(resolved(knocked_on(down_and_out_call(), today), in_a_year + 1), ErrorCode::expired_product, "expiry");
  expect_flaw(resolved(double_out_call(), in_a_year + 1), ErrorCode::expired_product, "expiry");
  expect_flaw(resolved(soft_out_call(), in_a_year + 1), ErrorCode::expired_product, "expiry");
}

TEST(BarrierTerms, a_knocked_out_trade_is_its_rebate_on_the_day_and_nothing_afterwards) {
  EXPECT_EQ(std::get<Payment>(*resolved(knocked_on(down_and_out_call(), today))), (Payment{Payout::cash, 3.0, 0.0}));
  EXPECT_EQ(std::get<Payment>(*resolved(knocked_on(down_and_out_call(), today + -1))), Payment{});
  EXPECT_EQ(std::get<Payment>(*resolved(knocked_on(double_out_call(), today))), Payment{});
}

TEST(BarrierTerms, a_knocked_in_trade_is_the_option_that_began) {
  auto single = knocked_on(down_and_out_call(), today + -5);
  single.knock = Knock::knock_in;
  EXPECT_EQ(std::get<European>(*resolved(single)), (European{OptionType::call, 100.0, 1.0}));
  single.payout = Payout::asset;
  EXPECT_EQ(std::get<Digital>(*resolved(single)), (Digital{OptionType::call, Payout::asset, 100.0, 0.0, 0.0, 1.0}));
  auto both = knocked_on(double_out_call(), today);
  both.knock = Knock::knock_in;
  both.payout = Payout::cash;
  both.amount = 7.0;
  EXPECT_EQ(std::get<Digital>(*resolved(both)), (Digital{OptionType::call, Payout::cash, 100.0, 7.0, 0.0, 1.0}));
}

TEST(BarrierTerms, a_state_that_contradicts_its_day_is_refused) {
  auto terms = down_and_out_call();
  terms.state = BarrierState::knocked;
  expect_flaw(resolved(terms), ErrorCode::missing_field, "knocked_on");
  auto both = double_out_call();
  both.state = BarrierState::knocked;
  expect_flaw(resolved(both), ErrorCode::missing_field, "knocked_on");
  terms.state = BarrierState::alive;
  terms.knocked_on = today;
  expect_flaw(resolved(terms), ErrorCode::invalid_value, "state");
  expect_flaw(resolved(knocked_on(down_and_out_call(), today + 1)), ErrorCode::invalid_value, "knocked_on");
}

TEST(BarrierTerms, a_knock_out_that_ends_before_it_can_pay_is_refused) {
  auto call = down_and_out_call();
  call.direction = BarrierSide::up;
  call.barrier = 100.0;
  EXPECT_TRUE(resolved(call)) << "the rebate may be paid";
  call.rebate = 0.0;
  expect_flaw(resolved(call), ErrorCode::invalid_value, "barrier");
  call.knock = Knock::knock_in;
  EXPECT_TRUE(resolved(call)) << "a knock-in on that side is its vanilla";
  auto put = down_and_out_call();
  put.type = OptionType::put;
  put.rebate = 0.0;
  EXPECT_TRUE(resolved(put));
  put.barrier = 101.0;
  expect_flaw(resolved(put), ErrorCode::invalid_value, "barrier");
  auto both = double_out_call();
  both.strike = 120.0;
  expect_flaw(resolved(both), ErrorCode::invalid_value, "upper");
  both.type = OptionType::put;
  both.strike = 80.0;
  expect_flaw(resolved(both), ErrorCode::invalid_value, "lower");
  auto soft = soft_out_call();
  soft.type = OptionType::put;
  soft.strike = 80.0;
  expect_flaw(resolved(soft), ErrorCode::invalid_value, "lower");
  soft.type = OptionType::call;
  soft.direction = BarrierSide::up;
  soft.strike = 90.0;
  expect_flaw(resolved(soft), ErrorCode::invalid_value, "upper");
}

TEST(BarrierTerms, nonsense_is_refused_by_field_in_every_state) {
  for (const double bad : {nan, -1.0, HUGE_VAL}) {
    auto terms = down_and_out_call();
    terms.barrier = bad;
    expect_flaw(resolved(terms), ErrorCode::invalid_value, "barrier");
    terms = down_and_out_call();
    terms.rebate = bad;
    expect_flaw(resolved(knocked_on(terms, today)), ErrorCode::invalid_value, "rebate");
    terms = down_and_out_call();
    terms.amount = bad;
    expect_flaw(resolved(terms), ErrorCode::invalid_value, "amount");
    auto both = double_out_call();
    both.lower = bad;
    expect_flaw(resolved(both), ErrorCode::invalid_value, "lower");
    auto soft = soft_out_call();
    soft.extremum = bad;
    expect_flaw(resolved(soft), ErrorCode::invalid_value, "extremum");
    soft = soft_out_call();
    soft.direction = BarrierSide::up;
    soft.strike = bad;
    expect_flaw(resolved(soft), ErrorCode::invalid_value, "strike");
  }
  auto both = double_out_call();
  both.lower = 130.0;
  expect_flaw(resolved(both), ErrorCode::invalid_value, "lower");
}

}  // namespace
}  // namespace plimsoll
