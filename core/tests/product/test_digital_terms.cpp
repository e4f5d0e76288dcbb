#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include <plimsoll/product/trade.hpp>

namespace plimsoll {
namespace {

const Date today = *Date::parse("2026-11-20");
const Date in_a_year = today + 365;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TouchTerms one_touch(Settlement settlement) {
  return {"ABC",      Payout::cash, 10.0,      BarrierSide::up,     Knock::knock_in,
          settlement, 120.0,        in_a_year, BarrierState::alive, std::nullopt};
}

Result<Product> resolved(const Terms& terms, Date day = today) { return resolve({"T", 1.0, 1.0, terms}, day); }

TouchTerms knocked_on(TouchTerms terms, Date day) {
  terms.state = BarrierState::knocked;
  terms.knocked_on = day;
  return terms;
}

TEST(DigitalTerms, are_resolved_into_years_and_refused_by_field) {
  DigitalTerms terms{"ABC", OptionType::put, Payout::difference, 100.0, 0.0, 95.0, in_a_year};
  EXPECT_EQ(std::get<Digital>(*resolved(terms)), (Digital{OptionType::put, Payout::difference, 100.0, 0.0, 95.0, 1.0}));
  EXPECT_TRUE(resolved(terms, in_a_year)) << "at expiry";
  EXPECT_EQ(resolved(terms, in_a_year + 1).error().code, ErrorCode::expired_product) << "after expiry";
  terms.paid_strike = nan;
  EXPECT_EQ(resolved(terms).error().field, "paid_strike");
  terms.paid_strike = 0.0;
  terms.amount = -1.0;
  EXPECT_EQ(resolved(terms).error().field, "amount");
}

TEST(TouchTerms, an_alive_touch_is_resolved_and_after_expiry_refused) {
  EXPECT_EQ(std::get<Touch>(*resolved(one_touch(Settlement::at_hit))),
            (Touch{Payout::cash, 10.0, BarrierSide::up, Knock::knock_in, Settlement::at_hit, 120.0, 1.0}));
  EXPECT_TRUE(resolved(one_touch(Settlement::at_hit), in_a_year));
  EXPECT_EQ(resolved(one_touch(Settlement::at_hit), in_a_year + 1).error().code, ErrorCode::expired_product);
}

TEST(TouchTerms, a_touched_one_touch_is_its_amount_and_a_touched_no_touch_nothing) {
  EXPECT_EQ(std::get<Payment>(*resolved(knocked_on(one_touch(Settlement::at_expiry), today + -9))),
            (Payment{Payout::cash, 10.0, 1.0}));
  EXPECT_EQ(std::get<Payment>(*resolved(knocked_on(one_touch(Settlement::at_hit), today))),
            (Payment{Payout::cash, 10.0, 0.0}));
  EXPECT_EQ(std::get<Payment>(*resolved(knocked_on(one_touch(Settlement::at_hit), today + -1))), Payment{});
  auto asset = knocked_on(one_touch(Settlement::at_expiry), today);
  asset.payout = Payout::asset;
  EXPECT_EQ(std::get<Payment>(*resolved(asset)), (Payment{Payout::asset, 1.0, 1.0}));
  asset.knock = Knock::knock_out;
  EXPECT_EQ(std::get<Payment>(*resolved(asset)), Payment{});
}

TEST(TouchTerms, contradictions_and_nonsense_are_refused_by_field) {
  auto terms = one_touch(Settlement::at_expiry);
  terms.state = BarrierState::knocked;
  EXPECT_EQ(resolved(terms).error().field, "knocked_on");
  EXPECT_EQ(resolved(terms).error().code, ErrorCode::missing_field);
  terms = one_touch(Settlement::at_hit);
  terms.knock = Knock::knock_out;
  EXPECT_EQ(resolved(knocked_on(terms, today)).error().field, "settlement");
  terms = one_touch(Settlement::at_hit);
  terms.payout = Payout::difference;
  EXPECT_EQ(resolved(terms).error().field, "payout");
  terms.payout = Payout::cash;
  terms.level = nan;
  EXPECT_EQ(resolved(terms).error().field, "level");
}

TEST(LookbackTerms, are_resolved_into_years_and_refused_by_field) {
  LookbackTerms terms{"ABC", OptionType::call, LookbackStrike::fixed, 95.0, 110.0, in_a_year};
  EXPECT_EQ(std::get<Lookback>(*resolved(terms)),
            (Lookback{OptionType::call, LookbackStrike::fixed, 95.0, 110.0, 1.0}));
  EXPECT_TRUE(resolved(terms, in_a_year)) << "at expiry";
  EXPECT_EQ(resolved(terms, in_a_year + 1).error().code, ErrorCode::expired_product) << "after expiry";
  terms.extremum = 0.0;
  EXPECT_EQ(resolved(terms).error().field, "extremum");
}

TEST(Payment, refuses_what_cannot_be_paid) {
  EXPECT_FALSE(find_flaw(Payment{}));
  EXPECT_EQ(find_flaw(Payment{Payout::difference, 1.0, 1.0})->field, "payout");
  EXPECT_EQ(find_flaw(Payment{Payout::cash, nan, 1.0})->field, "amount");
  EXPECT_EQ(find_flaw(Payment{Payout::cash, 1.0, -1.0})->code, ErrorCode::expired_product);
}

}  // namespace
}  // namespace plimsoll
