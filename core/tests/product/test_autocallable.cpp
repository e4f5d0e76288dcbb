#include "plimsoll/product/autocallable.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

Autocallable note() {
  Autocallable terms;
  terms.initial_fixings = {100.0, 50.0};
  terms.coupon_dates = {1.0, 2.0};
  terms.knock_in_dates = {0.5, 1.0, 1.5};
  return terms;
}

TEST(Autocallable, schedule_joins_coupon_and_knock_in_dates) {
  const AutocallableSchedule when = schedule(note());
  EXPECT_EQ(when.dates, (std::vector<double>{0.5, 1.0, 1.5, 2.0}));
  EXPECT_EQ(when.is_coupon, (std::vector<std::uint8_t>{0, 1, 0, 1}));
  EXPECT_EQ(observations(note()).assets, 2U);
}

TEST(Autocallable, refuses_terms_that_make_no_sense) {
  const auto field = [](auto change) {
    Autocallable bad = note();
    change(bad);
    const auto flaw = find_flaw(bad);
    return flaw ? flaw->field : "none";
  };
  EXPECT_EQ(field([](Autocallable&) {}), "none");
  EXPECT_EQ(field([](Autocallable& n) { n.initial_fixings = {}; }), "initial_fixings");
  EXPECT_EQ(field([](Autocallable& n) { n.initial_fixings[1] = 0.0; }), "initial_fixings");
  EXPECT_EQ(field([](Autocallable& n) { n.coupon_dates = {}; }), "coupon_dates");
  EXPECT_EQ(field([](Autocallable& n) { n.coupon_dates = {0.0, 1.0}; }), "coupon_dates");
  EXPECT_EQ(field([](Autocallable& n) { n.knock_in_dates = {0.5, 0.5}; }), "knock_in_dates");
  EXPECT_EQ(field([](Autocallable& n) { n.knock_in_dates = {3.0}; }), "knock_in_dates");
  EXPECT_EQ(field([](Autocallable& n) { n.notional = -1.0; }), "notional");
  EXPECT_EQ(field([](Autocallable& n) { n.coupon = -0.1; }), "coupon");
  EXPECT_EQ(field([](Autocallable& n) { n.coupon_level = std::numeric_limits<double>::quiet_NaN(); }), "coupon_level");
  EXPECT_EQ(field([](Autocallable& n) { n.knock_in_level = -0.5; }), "knock_in_level");
  EXPECT_EQ(field([](Autocallable& n) { n.call_level = 0.0; }), "call_level");
  EXPECT_EQ(field([](Autocallable& n) { n.strike_level = 0.0; }), "strike_level");
  EXPECT_EQ(field([](Autocallable& n) { n.missed_coupons = -1; }), "missed_coupons");
}

}  // namespace
}  // namespace plimsoll
