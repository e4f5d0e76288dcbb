#include "plimsoll/method/closed_form/geometric_asian.hpp"
#include "plimsoll/method/fourier/contour.hpp"
#include "plimsoll/method/fourier/riccati.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const Heston<double> heston{100.0, 0.05, 0.02, 0.09, 1.15, 0.08, 0.39, -0.64};
const RoughHeston<double> rough{100.0, 0.03, 0.0, 0.04, 0.3, 0.04, 0.4, -0.7, 0.1};

TEST(RoughHeston, agrees_with_the_printed_prices) {
  int cases = 0;
  for (const auto& row : testing::reference_table("rough_heston_european.csv")) {
    const RoughHeston<double> model{
        row.number("spot"),  row.number("rate"),  row.number("dividend_yield"),   row.number("v0"),
        row.number("kappa"), row.number("theta"), row.number("sigma_vol_of_vol"), row.number("rho"),
        row.number("hurst")};
    const StrikeLadder ladder{OptionType::call, row.number("maturity_years"), {row.number("strike")}};
    const auto price = rough_heston(ladder, model, {128});
    ASSERT_TRUE(price) << price.error().message();
    EXPECT_NEAR(price->front().price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 7);
}

TEST(RoughHeston, with_a_hurst_of_one_half_is_heston) {
  const RoughHeston<double> smooth{100.0, 0.05, 0.02, 0.09, 1.15, 0.08, 0.39, -0.64, 0.5};
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const double strike : {85.0, 100.0, 120.0}) {
      const StrikeLadder ladder{type, 1.0, {strike}};
      const auto price = rough_heston(ladder, smooth, {32})->front();
      EXPECT_NEAR(price.price, contour(ladder, heston)->front().price, price.error);
      EXPECT_LT(price.error, 1e-2);
    }
}

TEST(GeometricAsian, with_a_still_variance_is_black_scholes) {
  const Heston<double> still{100.0, 0.05, 0.02, 0.04, 1.0, 0.04, 1e-9, 0.0};
  for (const double strike : {90.0, 105.0}) {
    const auto price = geometric_asian({OptionType::call, 2.0, {strike}}, still)->front();
    const double exact =
        geometric_asian_price<double>(OptionType::call, strike, {1.0, 2.0 / 3.0}, 2.0, {100.0, 0.05, 0.02, 0.2}, 0.0);
    EXPECT_NEAR(price.price, exact, 1e-8);
  }
}

TEST(GeometricAsian, agrees_with_the_printed_prices) {
  int cases = 0;
  for (const auto& row : testing::reference_table("asian_geometric_heston.csv")) {
    const Heston<double> model{
        row.number("spot"),  row.number("rate"),  row.number("dividend_yield"),   row.number("v0"),
        row.number("kappa"), row.number("theta"), row.number("sigma_vol_of_vol"), row.number("rho")};
    const StrikeLadder ladder{OptionType::call, row.number("maturity_years"), {row.number("strike")}};
    const auto price = geometric_asian(ladder, model, {32});
    ASSERT_TRUE(price) << price.error().message();
    EXPECT_NEAR(price->front().price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    EXPECT_LT(price->front().error, 1e-5);
    ++cases;
  }
  EXPECT_EQ(cases, 33);
}

TEST(GeometricAsian, calls_less_puts_are_the_mean_less_the_strike) {
  const auto calls = geometric_asian({OptionType::call, 1.0, {80.0, 100.0, 130.0}}, heston, {32});
  const auto puts = geometric_asian({OptionType::put, 1.0, {80.0, 100.0, 130.0}}, heston, {32});
  const double first = (*calls)[0].price - (*puts)[0].price + 80.0 * std::exp(-0.05);
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}})
    EXPECT_NEAR((*calls)[i].price - (*puts)[i].price + (i == 1 ? 100.0 : 130.0) * std::exp(-0.05), first, 1e-9);
}

TEST(Riccati, refuses_what_makes_no_sense) {
  const auto field = [](const auto& result) { return result ? std::string("none") : result.error().field; };
  const StrikeLadder ladder{OptionType::call, 1.0, {100.0}};
  RoughHeston<double> bad = rough;
  bad.hurst = 0.6;
  EXPECT_EQ(field(rough_heston(ladder, bad)), "hurst");
  bad.variance = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field(rough_heston(ladder, bad)), "variance");
  EXPECT_EQ(field(geometric_asian({OptionType::call, 0.0, {100.0}}, heston)), "expiry");
  EXPECT_EQ(field(geometric_asian({OptionType::call, -1.0, {100.0}}, heston)), "expiry");
  EXPECT_EQ(field(geometric_asian({OptionType::call, 1.0, {0.0}}, heston)), "strike");
  EXPECT_EQ(field(geometric_asian(ladder, heston, {4})), "steps");
  Heston<double> none = heston;
  none.spot = 0.0;
  EXPECT_EQ(field(geometric_asian(ladder, none)), "spot");
  none = heston;
  none.variance = none.long_variance = 0.0;
  EXPECT_EQ(field(geometric_asian(ladder, none)), "variance");
}

}  // namespace
}  // namespace plimsoll
