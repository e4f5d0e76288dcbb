#include "plimsoll/method/closed_form/geometric_asian.hpp"
#include "plimsoll/method/fourier/contour.hpp"
#include "plimsoll/method/fourier/riccati.hpp"
#include "plimsoll/method/fourier/variance_option.hpp"
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

double variance_price(OptionType type, double strike, double expiry, const Heston<double>& model) {
  const auto found = integrated_variance_option({type, strike, expiry}, model);
  EXPECT_TRUE(found) << found.error().message();
  return found ? found->price : std::nan("");
}

// Source: QuantLib's integral engine for options on variance (test-suite/varianceoption.cpp): the call, whose integral
// is that of the transform. Its put sums the payoff over a grid of variances 0.039 apart, and is no price.
TEST(IntegratedVariance, agrees_with_the_reference_call) {
  const Heston<double> model{1.0, 0.0, 0.0, 2.0, 2.0, 0.01, 0.1, -0.5};
  EXPECT_NEAR(variance_price(OptionType::call, 0.05, 1.5, model), 0.9104619, 1e-7);
}

TEST(IntegratedVariance, two_transforms_and_two_inversions_agree) {
  const Heston<double> calm{1.0, 0.03, 0.0, 1.5, 2.0, 0.01, 0.1, -0.5};
  const Heston<double> touching_zero{1.0, 0.03, 0.0, 0.04, 0.5, 0.04, 0.5, -0.9};  // Feller's ratio is 0.16
  for (const auto& model : {calm, touching_zero, heston})
    for (const double share : {0.7, 1.0, 1.3}) {
      const double years = 1.5;
      const double fading = (1.0 - std::exp(-model.mean_reversion * years)) / model.mean_reversion;
      const double mean = model.long_variance * years + (model.variance - model.long_variance) * fading;
      const IntegratedVarianceOption option{share < 1.0 ? OptionType::call : OptionType::put, share * mean, years};
      const auto contour_price = integrated_variance_option(option, model);
      const auto cosines = integrated_variance_by_cosines(option, model);
      ASSERT_TRUE(contour_price && cosines);
      // A density with a spike at zero is far from a few cosines.
      EXPECT_LT(cosines->error, (model == touching_zero ? 1e-3 : 1e-8) * mean);
      EXPECT_NEAR(contour_price->price, cosines->price, cosines->error + contour_price->error) << share;
      const double parity = variance_price(OptionType::call, share * mean, years, model) -
                            variance_price(OptionType::put, share * mean, years, model);
      EXPECT_NEAR(parity, discount_factor(model, years) * mean * (1.0 - share), 1e-14);
    }
}

// The prices in mpmath's 40 digits, by quadrature of the same transform along a straight line at another real part.
TEST(IntegratedVariance, small_prices_keep_their_digits) {
  const Heston<double> model{1.0, 0.0, 0.0, 0.04, 2.0, 0.04, 0.1, -0.5};
  const auto agrees = [&](OptionType type, double strike, double exact) {
    const auto found = integrated_variance_option({type, strike, 1.0}, model);
    EXPECT_NEAR(found->price, exact, found->error);
    EXPECT_LT(found->error, 1e-10 * exact);
  };
  agrees(OptionType::put, 0.015, 1.02180170844184e-13);
  agrees(OptionType::call, 0.12, 9.3982247570074e-20);
}

TEST(IntegratedVariance, limits_are_certain_or_free_of_the_law) {
  const Heston<double> still{1.0, 0.1, 0.0, 0.09, 0.0, 0.04, 0.0, 0.0};
  EXPECT_NEAR(variance_price(OptionType::call, 0.1, 2.0, still), std::exp(-0.2) * 0.08, 1e-15);
  EXPECT_EQ(integrated_variance_by_cosines({OptionType::put, 0.1, 2.0}, still)->price, 0.0);
  EXPECT_EQ(variance_price(OptionType::put, 0.0, 1.0, heston), 0.0);
  Heston<double> slow = heston;
  slow.volatility_of_variance = 1e-5;
  const double fading = (1.0 - std::exp(-1.15)) / 1.15;
  const double mean = 0.08 + 0.01 * fading;
  EXPECT_NEAR(variance_price(OptionType::call, 0.05, 1.0, slow), std::exp(-0.05) * (mean - 0.05), 1e-12);
  // Without mean reversion no call is right of its pole: parity gives it.
  Heston<double> free = heston;
  free.mean_reversion = 0.0;
  const auto call = integrated_variance_option({OptionType::call, 0.12, 1.0}, free);
  const auto cosines = integrated_variance_by_cosines({OptionType::call, 0.12, 1.0}, free, 512);
  EXPECT_LT(cosines->error, 1e-7);
  EXPECT_NEAR(call->price, cosines->price, cosines->error + call->error);
}

TEST(IntegratedVariance, refuses_what_makes_no_sense) {
  const auto field = [](double strike, double expiry, double variance, int terms) {
    Heston<double> model = heston;
    model.variance = variance;
    const IntegratedVarianceOption option{OptionType::call, strike, expiry};
    const auto contour_price = integrated_variance_option(option, model);
    const std::string named = contour_price ? "none" : contour_price.error().field;
    EXPECT_EQ(named, terms == 256 ? integrated_variance_by_cosines(option, model).error().field : "none");
    return integrated_variance_by_cosines(option, model, terms).error().field;
  };
  EXPECT_EQ(field(-1.0, 1.0, 0.04, 256), "strike");
  EXPECT_EQ(field(0.1, 0.0, 0.04, 256), "expiry");
  EXPECT_EQ(field(0.1, 1.0, -0.04, 256), "variance");
  EXPECT_EQ(field(0.1, 1.0, 0.04, 8), "terms");
}

}  // namespace
}  // namespace plimsoll
