#include "expect_derivatives.hpp"
#include "plimsoll/method/closed_form/double_touch.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr TouchOrder orders[] = {TouchOrder::neither, TouchOrder::either, TouchOrder::lower_first,
                                 TouchOrder::upper_first};
const BlackScholes<double> model{100.0, 0.05, 0.02, 0.2};

double price(const DoubleTouch& option, const BlackScholes<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced ? priced->price : std::nan("");
}

TEST(DoubleTouch, agrees_with_printed_values) {
  // Source: Haug (2007), sec. 4.19.6, after Hui (1996): cash 10, a quarter of a year, r = 5 %, b = 3 %.
  EXPECT_NEAR(price({TouchOrder::neither, 10.0, 80.0, 120.0, 0.25}, {100.0, 0.05, 0.02, 0.1}), 9.8716, 5e-5);
  EXPECT_NEAR(price({TouchOrder::neither, 10.0, 80.0, 120.0, 0.25}, model), 8.9307, 5e-5);
}

TEST(DoubleTouch, two_series_agree_at_any_width) {
  for (const TouchOrder order : orders)
    for (const double width : {0.03, 0.1, 0.4, 1.2})
      for (const double share : {0.1, 0.5, 0.93})
        for (const double rate : {0.05, 0.0, -0.01}) {
          const DoubleTouch option{order, 10.0, 100.0 * std::exp(-share * width),
                                   100.0 * std::exp((1.0 - share) * width), 0.25};
          const BlackScholes<double> m{100.0, rate, 0.02, 0.2};
          const PricedGreeks a = double_touch_by(option, m, Series::images);
          const PricedGreeks b = double_touch_by(option, m, Series::sines);
          EXPECT_NEAR(a.price, b.price, 1e-12) << width << " " << share << " " << rate;
          // Derivatives grow with the inverse of the width.
          EXPECT_NEAR(a.greeks.delta, b.greeks.delta, 1e-12 / width);
          EXPECT_NEAR(a.greeks.vega, b.greeks.vega, 1e-10 / width);
        }
}

TEST(DoubleTouch, chances_add_up) {
  const double cash = 10.0 * std::exp(-0.05 * 0.5);
  const auto at = [&](TouchOrder order, const BlackScholes<double>& m) {
    return price({order, 10.0, 88.0, 115.0, 0.5}, m);
  };
  EXPECT_NEAR(at(TouchOrder::neither, model) + at(TouchOrder::either, model), cash, 1e-12);
  // Without interest it does not matter when the hit is paid.
  const BlackScholes<double> idle{100.0, 0.0, 0.02, 0.2};
  EXPECT_NEAR(at(TouchOrder::lower_first, idle) + at(TouchOrder::upper_first, idle), at(TouchOrder::either, idle),
              1e-12);
}

TEST(DoubleTouch, other_level_out_of_reach_leaves_the_plain_touch) {
  const Touch touch{Payout::cash, 10.0, BarrierSide::down, Knock::knock_in, Settlement::at_hit, 90.0, 0.25};
  EXPECT_NEAR(price({TouchOrder::lower_first, 10.0, 90.0, 900.0, 0.25}, model), closed_form(touch, model)->price,
              1e-12);
}

TEST(DoubleTouch, derivatives_agree_with_bumps) {
  for (const TouchOrder order : orders)
    for (const Series series : {Series::images, Series::sines}) {
      const DoubleTouch option{order, 10.0, 85.0, 118.0, 0.5};
      testing::expect_derivatives(
          [&](auto x) {
            using R = std::remove_cvref_t<decltype(x[0])>;
            return double_touch_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4], series, 0.2);
          },
          {{100.0, 0.05, 0.02, 0.25, 0.5}, {108.0, 0.01, 0.04, 0.3, 0.4}});
      const auto priced = closed_form(option, model);
      const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.05, 0.02, 0.2})->greeks.delta; };
      testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
    }
}

TEST(DoubleTouch, spot_that_is_not_between_has_touched_now) {
  const double later = 10.0 * std::exp(-0.05 * 0.5);
  for (const auto& [spot, neither, either, lower, upper] :
       {std::array{80.0, 0.0, later, 10.0, 0.0}, std::array{120.0, 0.0, later, 0.0, 10.0}}) {
    const BlackScholes<double> m{spot, 0.05, 0.02, 0.2};
    EXPECT_NEAR(price({TouchOrder::neither, 10.0, 80.0, 120.0, 0.5}, m), neither, 1e-14);
    EXPECT_NEAR(price({TouchOrder::either, 10.0, 80.0, 120.0, 0.5}, m), either, 1e-14);
    EXPECT_NEAR(price({TouchOrder::lower_first, 10.0, 80.0, 120.0, 0.5}, m), lower, 1e-14);
    EXPECT_NEAR(price({TouchOrder::upper_first, 10.0, 80.0, 120.0, 0.5}, m), upper, 1e-14);
    // The live touch comes near it: value is continuous at a level.
    const BlackScholes<double> near{spot * (spot < 100.0 ? 1.0 + 1e-9 : 1.0 - 1e-9), 0.05, 0.02, 0.2};
    EXPECT_NEAR(price({TouchOrder::either, 10.0, 80.0, 120.0, 0.5}, near), later, 1e-6);
  }
}

TEST(DoubleTouch, path_that_is_certain_hits_or_not) {
  const BlackScholes<double> rising{100.0, 0.1, 0.0, 0.0};
  EXPECT_NEAR(price({TouchOrder::upper_first, 10.0, 80.0, 105.0, 1.0}, rising), 10.0 / 1.05, 1e-12);
  EXPECT_EQ(price({TouchOrder::lower_first, 10.0, 80.0, 105.0, 1.0}, rising), 0.0);
  EXPECT_NEAR(price({TouchOrder::either, 10.0, 80.0, 105.0, 1.0}, rising), 10.0 * std::exp(-0.1), 1e-12);
  EXPECT_NEAR(price({TouchOrder::neither, 10.0, 80.0, 120.0, 1.0}, rising), 10.0 * std::exp(-0.1), 1e-12);
  EXPECT_NEAR(price({TouchOrder::neither, 10.0, 80.0, 120.0, 0.0}, model), 10.0, 1e-12);
}

TEST(DoubleTouch, refuses_what_makes_no_sense) {
  const auto field_of = [&](double cash, double lower, double upper, double expiry) {
    return closed_form(DoubleTouch{TouchOrder::neither, cash, lower, upper, expiry}, model).error().field;
  };
  EXPECT_EQ(field_of(-1.0, 80.0, 120.0, 1.0), "cash");
  EXPECT_EQ(field_of(1.0, 120.0, 80.0, 1.0), "lower");
  EXPECT_EQ(field_of(1.0, 80.0, NAN, 1.0), "upper");
  EXPECT_EQ(field_of(1.0, 80.0, 120.0, -1.0), "expiry");
  const DoubleTouch hit{TouchOrder::lower_first, 1.0, 80.0, 120.0, 1.0};
  EXPECT_EQ(closed_form(hit, {100.0, -0.1, -0.12, 0.2}).error().code, ErrorCode::unsupported);
  EXPECT_EQ(closed_form(hit, {100.0, 0.1, 0.0, NAN}).error().field, "volatility");
}

}  // namespace
}  // namespace plimsoll
