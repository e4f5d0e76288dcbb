#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/method/closed_form/touch.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::model_of;

const BlackScholes<double> model{100.0, 0.06, 0.02, 0.25};

double price(const auto& option, const BlackScholes<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced->price;
}

Payout payout_of(const testing::ReferenceRow& row) {
  return row.text("payoff").starts_with("cash") ? Payout::cash : Payout::asset;
}

double value_of(const testing::ReferenceRow& row) {
  const double level = row.number("strike_or_touch_level");
  const double expiry = row.number("maturity_years");
  const bool is_call = testing::type_of(row) == OptionType::call;
  if (row.text("settlement") == "european") {
    // The gap row pays the spot less 57 where it passes 50.
    const bool is_gap = row.text("payoff").starts_with("gap");
    return price(Digital{testing::type_of(row), is_gap ? Payout::difference : payout_of(row), level, row.number("cash"),
                         is_gap ? 57.0 : 0.0, expiry},
                 model_of(row));
  }
  return price(Touch{payout_of(row), row.number("cash"), is_call ? BarrierSide::up : BarrierSide::down,
                     row.text("knock_in") == "true" ? Knock::knock_in : Knock::knock_out,
                     row.text("settlement") == "american_paid_at_hit" ? Settlement::at_hit : Settlement::at_expiry,
                     level, expiry},
               model_of(row));
}

TEST(Digital, agrees_with_the_printed_digitals_and_touches) {
  int cases = 0;
  for (const auto& row : testing::reference_table("digital_options.csv")) {
    EXPECT_NEAR(value_of(row), row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 25);
}

TEST(Digital, call_and_put_are_the_certain_payment) {
  for (const double strike : {60.0, 100.0, 180.0}) {
    const auto both = [&](Payout payout) {
      return price(Digital{OptionType::call, payout, strike, 3.0, 0.0, 0.75}, model) +
             price(Digital{OptionType::put, payout, strike, 3.0, 0.0, 0.75}, model);
    };
    EXPECT_NEAR(both(Payout::cash), 3.0 * std::exp(-0.06 * 0.75), 1e-14);
    EXPECT_NEAR(both(Payout::asset), 100.0 * std::exp(-0.02 * 0.75), 1e-12);
  }
}

TEST(Digital, asset_less_strikes_of_cash_is_the_european_option) {
  const double replicated = price(Digital{OptionType::call, Payout::asset, 110.0, 0.0, 0.0, 2.0}, model) -
                            price(Digital{OptionType::call, Payout::cash, 110.0, 110.0, 0.0, 2.0}, model);
  const PricedGreeks european = black_scholes_greeks(OptionType::call, 110.0, 2.0, model);
  EXPECT_NEAR(replicated, european.price, 1e-13);
  const auto gap = closed_form(Digital{OptionType::call, Payout::difference, 110.0, 0.0, 110.0, 2.0}, model);
  EXPECT_NEAR(gap->price, european.price, 1e-13);
  EXPECT_NEAR(gap->greeks.gamma, european.greeks.gamma, 1e-13);
  EXPECT_NEAR(gap->greeks.theta, european.greeks.theta, 1e-12);
}

TEST(Digital, far_tail_keeps_its_relative_digits) {
  // N(-12.5) to 17 digits, by mpmath: 1 paid if the spot ends 12.5 deviations away, without carry.
  const BlackScholes<double> still{1.0, 0.0, 0.0, 0.1};
  const double strike = std::exp(1.25 - 0.005);
  EXPECT_NEAR(price(Digital{OptionType::call, Payout::cash, strike, 1.0, 0.0, 1.0}, still) / 3.7325642988777e-36, 1.0,
              2e-13);
}

TEST(Digital, derivatives_agree_with_bumps) {
  for (const Payout payout : {Payout::cash, Payout::asset, Payout::difference}) {
    const Digital option{OptionType::put, payout, 95.0, 2.0, 90.0, 0.5};
    const auto priced = closed_form(option, model);
    testing::expect_gradient([&](auto x) { return digital_price<double>(option, {x[0], x[1], x[2], x[3]}, x[4]); },
                             {100.0, 0.06, 0.02, 0.25, 0.5},
                             {priced->greeks.delta, priced->greeks.rho,
                              testing::adjoint_gradient(
                                  [&](auto x) {
                                    return digital_price<std::remove_cvref_t<decltype(x[0])>>(
                                        option, {x[0], x[1], x[2], x[3]}, x[4]);
                                  },
                                  {100.0, 0.06, 0.02, 0.25, 0.5})
                                  .gradient[2],
                              priced->greeks.vega, -priced->greeks.theta});
    testing::expect_gradient([&](auto x) { return closed_form(option, {x[0], 0.06, 0.02, 0.25})->greeks.delta; },
                             {100.0}, {priced->greeks.gamma});
  }
}

TEST(Digital, at_expiry_and_without_volatility_is_what_is_certain) {
  const Digital call{OptionType::call, Payout::cash, 100.0, 5.0, 0.0, 0.0};
  EXPECT_EQ(price(call, {101.0, 0.05, 0.0, 0.2}), 5.0);
  EXPECT_EQ(price(call, {99.0, 0.05, 0.0, 0.2}), 0.0);
  EXPECT_EQ(price(call, {100.0, 0.05, 0.0, 0.2}), 0.0);  // passes it nowhere
  Digital later = call;
  later.expiry = 1.0;
  EXPECT_NEAR(price(later, {99.0, 0.05, 0.0, 0.0}), 5.0 * std::exp(-0.05), 1e-15);
  EXPECT_EQ(price(later, {0.0, 0.05, 0.0, 0.2}), 0.0);
  const auto asset =
      closed_form(Digital{OptionType::call, Payout::asset, 50.0, 0.0, 0.0, 1.0}, {99.0, 0.05, 0.01, 0.0});
  EXPECT_NEAR(asset->greeks.delta, std::exp(-0.01), 1e-15);
  EXPECT_EQ(asset->greeks.gamma, 0.0);
}

TEST(Digital, refuses_what_makes_no_sense) {
  EXPECT_EQ(closed_form(Digital{OptionType::call, Payout::cash, -1.0, 1.0, 0.0, 1.0}, model).error().field, "strike");
  EXPECT_EQ(closed_form(Digital{OptionType::call, Payout::cash, 1.0, -1.0, 0.0, 1.0}, model).error().field, "cash");
  EXPECT_EQ(closed_form(Digital{OptionType::call, Payout::difference, 1.0, 1.0, NAN, 1.0}, model).error().field,
            "paid_strike");
  EXPECT_EQ(closed_form(Digital{OptionType::call, Payout::cash, 1.0, 1.0, 0.0, -1.0}, model).error().code,
            ErrorCode::expired_product);
  EXPECT_EQ(closed_form(Digital{}, {100.0, 0.0, 0.0, -0.2}).error().field, "volatility");
}

/// Density of the first time that the spot touches the level.
double first_hit_density(double time, double level, const BlackScholes<double>& m) {
  const double distance = std::log(level / m.spot);
  const double drift = m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility;
  const double deviation = m.volatility * std::sqrt(time);
  const double z = (distance - drift * time) / deviation;
  return std::abs(distance) / (deviation * time) * std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
}

TEST(Touch, at_hit_is_the_discounted_density_of_the_first_hit) {
  for (const double level : {80.0, 97.0, 104.0, 140.0}) {
    const BarrierSide direction = level < 100.0 ? BarrierSide::down : BarrierSide::up;
    const double density = testing::integral(
        [&](double t) { return std::exp(-model.rate * t) * first_hit_density(t, level, model); }, 0.0, 1.5, 200000);
    const Touch touch{Payout::cash, 7.0, direction, Knock::knock_in, Settlement::at_hit, level, 1.5};
    EXPECT_NEAR(price(touch, model), 7.0 * density, 1e-7);  // the midpoint rule at the steep start of the density
    Touch asset = touch;
    asset.payout = Payout::asset;
    EXPECT_NEAR(price(asset, model), level / 7.0 * price(touch, model), 1e-12);
  }
}

TEST(Touch, one_touch_and_no_touch_are_the_certain_payment) {
  for (const Payout payout : {Payout::cash, Payout::asset})
    for (const double level : {70.0, 99.0, 101.0, 160.0}) {
      const BarrierSide direction = level < 100.0 ? BarrierSide::down : BarrierSide::up;
      const auto by = [&](Knock knock) {
        return price(Touch{payout, 1.0, direction, knock, Settlement::at_expiry, level, 0.8}, model);
      };
      const double whole = payout == Payout::cash ? std::exp(-0.06 * 0.8) : 100.0 * std::exp(-0.02 * 0.8);
      EXPECT_NEAR(by(Knock::knock_in) + by(Knock::knock_out), whole, 1e-13 * whole);
    }
}

TEST(Touch, derivatives_agree_with_bumps_at_hit_and_at_expiry) {
  for (const Settlement settlement : {Settlement::at_hit, Settlement::at_expiry})
    for (const double level : {85.0, 120.0}) {
      const Touch option{
          Payout::cash, 10.0, level < 100.0 ? BarrierSide::down : BarrierSide::up, Knock::knock_in, settlement,
          level,        0.6};
      const auto priced = closed_form(option, model);
      const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.06, 0.02, 0.25})->greeks.delta; };
      testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
      testing::expect_derivatives(
          [&](auto x) {
            using R = std::remove_cvref_t<decltype(x[0])>;
            return touch_price<R>(option, {x[0], x[1], x[2], x[3]}, x[4]);
          },
          {{100.0, 0.06, 0.02, 0.25, 0.6}, {110.0, 0.01, 0.05, 0.4, 2.0}});
    }
}

TEST(Touch, level_that_the_spot_has_passed_is_touched_now) {
  const Touch up{Payout::cash, 15.0, BarrierSide::up, Knock::knock_in, Settlement::at_hit, 90.0, 0.5};
  EXPECT_EQ(price(up, model), 15.0);
  Touch later = up;
  later.settlement = Settlement::at_expiry;
  EXPECT_NEAR(price(later, model), 15.0 * std::exp(-0.03), 1e-14);
  later.knock = Knock::knock_out;
  EXPECT_EQ(price(later, model), 0.0);
  Touch asset = up;
  asset.payout = Payout::asset;
  EXPECT_EQ(price(asset, model), 100.0);
  asset.settlement = Settlement::at_expiry;
  EXPECT_NEAR(price(asset, model), 100.0 * std::exp(-0.01), 1e-13);
}

TEST(Touch, path_that_is_certain_touches_where_it_must) {
  const BlackScholes<double> rising{100.0, 0.05, 0.0, 0.0};
  const Touch reached{Payout::cash, 1.0, BarrierSide::up, Knock::knock_in, Settlement::at_hit, 102.0, 1.0};
  EXPECT_NEAR(price(reached, rising), std::exp(-std::log(1.02)), 1e-15);
  Touch missed = reached;
  missed.level = 110.0;
  EXPECT_EQ(price(missed, rising), 0.0);
  missed.knock = Knock::knock_out;
  missed.settlement = Settlement::at_expiry;
  EXPECT_NEAR(price(missed, rising), std::exp(-0.05), 1e-15);
  missed.payout = Payout::asset;
  EXPECT_NEAR(price(missed, rising), 100.0, 1e-13);
  EXPECT_EQ(price(Touch{Payout::cash, 1.0, BarrierSide::down, Knock::knock_in, Settlement::at_hit, 90.0, 0.0}, model),
            0.0);
}

TEST(Touch, refuses_what_makes_no_sense_or_has_no_formula) {
  Touch option{Payout::difference, 1.0, BarrierSide::up, Knock::knock_in, Settlement::at_hit, 120.0, 1.0};
  EXPECT_EQ(closed_form(option, model).error().field, "payout");
  option.payout = Payout::cash;
  option.knock = Knock::knock_out;
  EXPECT_EQ(closed_form(option, model).error().field, "settlement");
  option.knock = Knock::knock_in;
  option.level = 0.0;
  EXPECT_EQ(closed_form(option, model).error().field, "level");
  option.level = 120.0;
  option.cash = -1.0;
  EXPECT_EQ(closed_form(option, model).error().field, "cash");
  option.cash = 1.0;
  EXPECT_EQ(closed_form(option, {100.0, -0.05, -0.1, 0.3}).error().field, "rate");  // drift near zero, rate below it
  option.expiry = NAN;
  EXPECT_EQ(closed_form(option, model).error().field, "expiry");
}

}  // namespace
}  // namespace plimsoll
