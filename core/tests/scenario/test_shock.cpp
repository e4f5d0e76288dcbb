#include "plimsoll/scenario/shock.hpp"
#include "valuation/market_of.hpp"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

using testing::market_of;
using testing::today;

Snapshot two() { return *Snapshot::make(today, {market_of("ABC", 100.0), market_of("XYZ", 50.0)}); }

Shock one(UnderlyingShock move) { return Shock{{std::move(move)}, 0.01}; }

const UnderlyingMarket& abc(const Snapshot& snapshot) { return **snapshot.underlying("ABC"); }

TEST(Shock, an_identity_shares_every_market_and_keeps_the_digest) {
  const Snapshot before = two();
  const Shock still{{{.underlying = "ABC"}, {.underlying = "XYZ"}}, 5.0};
  const auto after = apply(still, before);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->digest(), before.digest());
  EXPECT_EQ(&abc(*after), &abc(before));
  EXPECT_EQ(apply(Shock{}, before)->digest(), before.digest());
}

TEST(Shock, moves_what_it_names_and_leaves_the_old_snapshot_and_the_other_markets_as_they_are) {
  const Snapshot before = two();
  const std::string digest = before.digest();
  const auto after = apply(one({.underlying = "ABC", .spot_relative = -0.2}), before);
  ASSERT_TRUE(after);
  EXPECT_EQ(abc(*after).spot, 100.0 * (1.0 - 0.2));
  EXPECT_EQ(abc(before).spot, 100.0);
  EXPECT_EQ(before.digest(), digest);
  EXPECT_NE(after->digest(), digest);
  EXPECT_EQ(*after->underlying("XYZ"), *before.underlying("XYZ"));
  EXPECT_EQ(abc(*after).volatility_status, Status::observed);
}

TEST(Shock, every_factor_lands_where_it_belongs_and_is_assumed_from_then_on) {
  auto market = market_of("ABC");
  market.dividends = {{today + 30, 2.0}};
  const Snapshot before = *Snapshot::make(today, {market});
  const auto after = apply(one({.underlying = "ABC",
                                .volatility_relative = 0.5,
                                .volatility_shift = 0.1,
                                .skew_shift = -0.2,
                                .rate_bp = -300.0,
                                .dividend_yield_bp = 50.0,
                                .dividends_relative = -0.5}),
                           before);
  ASSERT_TRUE(after);
  const UnderlyingMarket& moved = abc(*after);
  EXPECT_DOUBLE_EQ(moved.surface.atm(), 0.25 * 1.5 + 0.1);
  EXPECT_EQ(moved.surface.skew(), -0.2);
  EXPECT_NEAR(moved.rate.zero_rate(1.0), 0.0, 1e-17);  // the rounding of 300 basis points
  EXPECT_DOUBLE_EQ(moved.dividend_yield.zero_rate(1.0), 0.015);
  EXPECT_EQ(moved.dividends.front().amount, 1.0);
  EXPECT_EQ(moved.spot, 100.0);
  for (const Status status : {moved.volatility_status, moved.rate_status, moved.dividend_status})
    EXPECT_EQ(status, Status::assumed);
  const auto dividends = apply(one({.underlying = "ABC", .dividends_relative = -1.0}), before);
  EXPECT_EQ(abc(*dividends).dividends.front().amount, 0.0);
  EXPECT_EQ(abc(*dividends).dividend_status, Status::assumed);
}

TEST(Shock, a_quoted_future_goes_on_costing_nothing_to_hold) {
  auto market = market_of("ABC", -4.0);
  market.dividend_yield = market.rate;
  market.quotation = Quotation::normal_future;
  const auto after =
      apply(one({.underlying = "ABC", .spot_relative = 0.5, .rate_bp = 100.0, .dividend_yield_bp = 50.0}),
            *Snapshot::make(today, {market}));
  ASSERT_TRUE(after);
  EXPECT_EQ(abc(*after).spot, -6.0);
  EXPECT_EQ(abc(*after).dividend_yield, abc(*after).rate);
  EXPECT_EQ(abc(*after).rate.zero_rate(1.0), market.rate.shifted(0.01).zero_rate(1.0));
}

TEST(Shock, a_fall_of_volatility_ends_at_the_floor_and_lifts_nothing_that_lay_lower) {
  const Snapshot before = two();
  const auto at_floor = apply(Shock{{{.underlying = "ABC", .volatility_shift = -0.4}}, 0.05}, before);
  EXPECT_EQ(abc(*at_floor).surface.atm(), 0.05);
  const auto high_floor = apply(Shock{{{.underlying = "ABC", .volatility_shift = -0.01}}, 0.5}, before);
  EXPECT_EQ(abc(*high_floor).surface.atm(), 0.25);
  const auto risen = apply(Shock{{{.underlying = "ABC", .volatility_shift = 0.01}}, 0.5}, before);
  EXPECT_DOUBLE_EQ(abc(*risen).surface.atm(), 0.26);
}

TEST(Shock, a_spot_may_lose_everything_and_no_more) {
  EXPECT_EQ(abc(*apply(one({.underlying = "ABC", .spot_relative = -1.0}), two())).spot, 0.0);
  const auto refused = apply(one({.underlying = "ABC", .spot_relative = -1.0001}), two());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_value);
  EXPECT_EQ(refused.error().field, "shock.ABC.spot_relative");
  EXPECT_EQ(refused.error().value, "-1.0001");
}

TEST(Shock, refuses_each_number_that_makes_no_sense_by_its_field) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto field = [](const UnderlyingShock& move) { return apply(one(move), two()).error().field; };
  EXPECT_EQ(field({.underlying = "ABC", .spot_relative = nan}), "shock.ABC.spot_relative");
  EXPECT_EQ(field({.underlying = "ABC", .volatility_relative = -1.5}), "shock.ABC.volatility_relative");
  EXPECT_EQ(field({.underlying = "ABC", .volatility_shift = HUGE_VAL}), "shock.ABC.volatility_shift");
  EXPECT_EQ(field({.underlying = "ABC", .skew_shift = nan}), "shock.ABC.skew_shift");
  EXPECT_EQ(field({.underlying = "ABC", .rate_bp = nan}), "shock.ABC.rate_bp");
  EXPECT_EQ(field({.underlying = "ABC", .dividend_yield_bp = -HUGE_VAL}), "shock.ABC.dividend_yield_bp");
  EXPECT_EQ(field({.underlying = "ABC", .dividends_relative = -2.0}), "shock.ABC.dividends_relative");
  EXPECT_EQ(apply(Shock{{}, -0.1}, two()).error().field, "shock.volatility_floor");
  const double most = std::numeric_limits<double>::max();
  EXPECT_EQ(field({.underlying = "ABC", .volatility_relative = most, .volatility_shift = most}), "volatility");
  EXPECT_EQ(field({.underlying = "ABC", .spot_relative = most}), "ABC.spot");
}

TEST(Shock, refuses_a_name_given_twice_and_a_name_that_the_snapshot_lacks) {
  const auto twice = apply(Shock{{{.underlying = "XYZ"}, {.underlying = "ABC"}, {.underlying = "XYZ"}}, 0.0}, two());
  EXPECT_EQ(twice.error().value, "XYZ");
  const auto unknown = apply(one({.underlying = "TULIP"}), two());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::missing_quote);
  EXPECT_EQ(unknown.error().value, "TULIP");
}

TEST(Shock, a_parallel_shock_moves_every_spot_by_one_fraction) {
  const Snapshot after = *apply(parallel_spot_shock(two(), 0.1), two());
  EXPECT_DOUBLE_EQ(abc(after).spot, 110.0);
  EXPECT_DOUBLE_EQ((*after.underlying("XYZ"))->spot, 55.0);
}

TEST(Shock, its_digest_is_that_of_every_number_in_it) {
  const Shock shock = one({.underlying = "ABC", .spot_relative = -0.2});
  Shock other = shock;
  EXPECT_EQ(digest_of(shock), digest_of(other));
  other.moves.front().skew_shift = 0.1;
  EXPECT_NE(digest_of(shock), digest_of(other));
}

RC_GTEST_PROP(Shock, shocks_of_different_factors_and_of_different_names_may_be_applied_in_any_order, ()) {
  const double spot = static_cast<double>(*rc::gen::inRange(-99, 200)) / 100.0;
  const double volatility = static_cast<double>(*rc::gen::inRange(-20, 100)) / 100.0;
  const Shock first = one({.underlying = "ABC", .spot_relative = spot});
  const Shock second = one({.underlying = "ABC", .volatility_shift = volatility});
  const Shock third = one({.underlying = "XYZ", .rate_bp = 100.0 * spot});
  const std::string there = apply(third, *apply(second, *apply(first, two())))->digest();
  RC_ASSERT(there == apply(first, *apply(third, *apply(second, two())))->digest());
  const Shock all{{{.underlying = "ABC", .spot_relative = spot, .volatility_shift = volatility},
                   {.underlying = "XYZ", .rate_bp = 100.0 * spot}},
                  0.01};
  RC_ASSERT(there == apply(all, two())->digest());
}

RC_GTEST_PROP(Shock, two_relative_moves_make_the_product_of_their_factors, ()) {
  const double a = static_cast<double>(*rc::gen::inRange(-90, 200)) / 100.0;
  const double b = static_cast<double>(*rc::gen::inRange(-90, 200)) / 100.0;
  const auto by = [](double move) { return one({.underlying = "ABC", .spot_relative = move}); };
  const double in_turn = abc(*apply(by(b), *apply(by(a), two()))).spot;
  const double at_once = abc(*apply(by((1.0 + a) * (1.0 + b) - 1.0), two())).spot;
  // Five roundings of numbers up to 900, and one of a number near one that is multiplied by the spot.
  RC_ASSERT(std::fabs(in_turn - at_once) <= 1e-12);
}

}  // namespace
}  // namespace plimsoll
