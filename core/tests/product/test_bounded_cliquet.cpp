#include "plimsoll/product/bounded_cliquet.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const BoundedCliquet terms{100.0, 50.0, {1.0, 2.0}, -0.05, 0.1, 0.02, 0.12, 0.03};

TEST(BoundedCliquet, pays_the_bounded_sum_of_bounded_returns) {
  const auto paid = [](std::vector<double> spots) {
    const std::vector<double> discounts{0.9, 0.8};
    return present_value<double>(terms, {spots, discounts, 1});
  };
  EXPECT_DOUBLE_EQ(paid({52.0, 52.0}), 80.0 * (0.03 + 0.04));
  EXPECT_DOUBLE_EQ(paid({75.0, 76.5}), 80.0 * 0.12);
  EXPECT_NEAR(paid({25.0, 26.0}), 80.0 * 0.02, 1e-13);
}

TEST(BoundedCliquet, refuses_terms_that_make_no_sense) {
  const auto field = [](auto change) {
    BoundedCliquet bad = terms;
    change(bad);
    const auto flaw = find_flaw(bad);
    return flaw ? flaw->field : "none";
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field([](BoundedCliquet&) {}), "none");
  EXPECT_EQ(field([](BoundedCliquet& c) { c.notional = -1.0; }), "notional");
  EXPECT_EQ(field([](BoundedCliquet& c) { c.last_fixing = 0.0; }), "last_fixing");
  EXPECT_EQ(field([](BoundedCliquet& c) { c.reset_dates = {-1.0}; }), "reset_dates");
  EXPECT_EQ(field([&](BoundedCliquet& c) { c.local_cap = nan; }), "local_floor");
  EXPECT_EQ(field([](BoundedCliquet& c) { c.global_floor = 0.2; }), "global_floor");
  EXPECT_EQ(field([&](BoundedCliquet& c) { c.past_sum = nan; }), "past_sum");
}

}  // namespace
}  // namespace plimsoll
