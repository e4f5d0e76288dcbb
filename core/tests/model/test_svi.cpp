#include "expect_derivatives.hpp"
#include "plimsoll/model/svi.hpp"
#include "plimsoll/real/dual.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

// Gatheral & Jacquier (2014), example 3.1, from Axel Vogt: variance above zero everywhere, and yet arbitrage.
const Svi<double> vogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};

double density(const Svi<double>& slice, double log_strike) {
  return density_ratio(log_strike, variance_jet(slice, log_strike));
}

TEST(Svi, jump_wings_of_vogts_smile_are_the_printed_ones) {
  // Example 5.1; seven figures are printed there, made from raw parameters of four.
  const JumpWings wings = jump_wings(vogt, 1.0);
  EXPECT_NEAR(wings.variance, 0.01742625, 5e-9);
  EXPECT_NEAR(wings.skew, -0.1752111, 5e-8);
  EXPECT_NEAR(wings.put_slope, 0.6997381, 5e-8);
  EXPECT_NEAR(wings.call_slope, 1.316798, 5e-7);
  EXPECT_NEAR(wings.least_variance, 0.0116249, 5e-8);
}

TEST(Svi, vogts_smile_has_a_negative_density_and_its_printed_repairs_have_none) {
  const auto flaws = svi_density_flaws(vogt, 1.5, 301);
  ASSERT_TRUE(flaws);
  ASSERT_FALSE(flaws->empty());
  // Figure 1 of the paper: below zero from about 0.7 to beyond 1.
  EXPECT_NEAR(std::log(flaws->front().strike), 0.7, 0.1);
  EXPECT_LT(density(vogt, 0.9), -0.03);
  EXPECT_GT(density(vogt, 0.0), 1.0);
  const JumpWings fixed = without_butterflies(jump_wings(vogt, 1.0));
  EXPECT_NEAR(fixed.call_slope, 0.3493158, 5e-8);
  EXPECT_NEAR(fixed.least_variance, 0.01548182, 5e-9);
  JumpWings best = jump_wings(vogt, 1.0);
  best.call_slope = 0.8564763;
  for (const JumpWings& wings : {fixed, best}) {
    const auto slice = from_jump_wings(wings, 1.0);
    ASSERT_TRUE(slice) << slice.error().message();
    EXPECT_TRUE(svi_density_flaws(*slice, 1.5, 301)->empty());
  }
}

TEST(Svi, a_later_slice_below_an_earlier_one_is_found_strike_by_strike) {
  const Svi<double> near{0.01, 0.10, -0.5, 0.0, 0.2};
  Svi<double> far = near;
  far.level = 0.02;
  EXPECT_TRUE(svi_calendar_crossings(near, far, 2.0, 401)->empty());
  EXPECT_EQ(svi_calendar_crossings(far, near, 2.0, 401)->size(), 401U);
  // A wing half as steep starts higher and is overtaken.
  far.wing_slope = 0.05;
  const auto crossings = *svi_calendar_crossings(near, far, 2.0, 401);
  ASSERT_FALSE(crossings.empty());
  for (const CalendarCrossing& at : crossings) {
    const double k = std::log(at.strike);
    // The difference of the formulas: 0.05 of the hyperbola less the rise of the level.
    EXPECT_GT(at.before, at.after);
    EXPECT_NEAR(at.before - at.after, 0.05 * (-0.5 * k + std::sqrt(k * k + 0.04)) - 0.01, 1e-15);
  }
  EXPECT_EQ(svi_calendar_crossings({0.01, -1.0, 0.0, 0.0, 0.2}, far, 2.0, 401).error().field, "wing_slope");
  EXPECT_EQ(svi_calendar_crossings(near, {0.01, -1.0, 0.0, 0.0, 0.2}, 2.0, 401).error().field, "wing_slope");
  EXPECT_EQ(svi_calendar_crossings(near, far, 0.0, 401).error().field, "widest");
  EXPECT_EQ(svi_calendar_crossings(near, far, 2.0, 1).error().field, "points");
}

TEST(Svi, derivatives_by_the_strike_are_those_of_the_formula) {
  using R = Dual<Dual<double>>;
  const Svi<R> constants{R{vogt.level}, R{vogt.wing_slope}, R{vogt.correlation}, R{vogt.shift}, R{vogt.curvature}};
  for (const double k : {-1.0, 0.0, 0.36, 2.0}) {
    const R variance = total_variance<R>(constants, R{Dual<double>{k, 1.0}, Dual<double>{1.0, 0.0}});
    const VarianceJet jet = variance_jet(vogt, k);
    EXPECT_NEAR(variance.value.value, jet.value, 1e-15);
    EXPECT_NEAR(variance.value.tangent, jet.slope, 1e-15);
    EXPECT_NEAR(variance.tangent.tangent, jet.bend, 1e-14);
  }
}

double drawn(int low, int high) { return *rc::gen::inRange(low, high) / 1000.0; }

RC_GTEST_PROP(Svi, jump_wings_give_back_the_slice, ()) {
  const Svi<double> slice{drawn(1, 100), drawn(10, 800), drawn(-950, 950), drawn(-500, 500), drawn(10, 900)};
  const double years = drawn(10, 3000);
  const JumpWings wings = jump_wings(slice, years);
  RC_PRE(wings.variance > 1.0001 * wings.least_variance);  // else the curvature is lost to rounding
  const auto back = from_jump_wings(wings, years);
  RC_ASSERT(back.has_value());
  // The height above the least variance loses as many digits as it is smaller than the variance: four at most.
  for (const double k : {-1.0, 0.0, 0.4})
    RC_ASSERT(std::abs(total_variance<double>(*back, k) - total_variance<double>(slice, k)) <= 1e-10);
}

Ssvi<double> drawn_surface() {
  const double first = drawn(2, 60);
  const double second = first + drawn(0, 100);
  return {{drawn(20, 500), 1.0}, {first, second}, drawn(-950, 950), drawn(0, 1000), drawn(1, 500)};
}

RC_GTEST_PROP(Ssvi, is_free_of_arbitrage_wherever_its_parameters_are_in_bounds, ()) {
  const Ssvi<double> surface = drawn_surface();
  RC_PRE(!find_flaw(surface));
  // The theorems hold exactly; a term of the density is at most some tens, so rounding is below 1e-12.
  for (double k = -2.0; k <= 2.0; k += 0.05) {
    double before = 0.0;
    for (const double years : {0.1, 0.3, 0.7, 1.0, 1.4}) {
      const double variance = total_variance<double>(surface, variance_at_forward(surface, years), k);
      RC_ASSERT(variance >= before - 1e-15);
      RC_ASSERT(density(slice_of(surface, years), k) >= -1e-12);
      before = variance;
    }
  }
}

RC_GTEST_PROP(Ssvi, its_slices_are_those_of_svi, ()) {
  const Ssvi<double> surface = drawn_surface();
  for (const double years : {0.05, 0.5, 1.0, 3.0})
    for (const double k : {-0.7, 0.0, 0.3}) {
      const double direct = total_variance<double>(surface, variance_at_forward(surface, years), k);
      RC_ASSERT(std::abs(total_variance<double>(slice_of(surface, years), k) - direct) <= 1e-13);
    }
}

TEST(Ssvi, variance_at_the_forward_is_linear_between_expiries) {
  const Ssvi<double> surface{{0.5, 1.0}, {0.02, 0.05}, -0.3, 0.5, 0.4};
  EXPECT_DOUBLE_EQ(variance_at_forward(surface, 0.0), 0.0);
  EXPECT_DOUBLE_EQ(variance_at_forward(surface, 0.25), 0.01);
  EXPECT_DOUBLE_EQ(variance_at_forward(surface, 0.75), 0.035);
  EXPECT_DOUBLE_EQ(variance_at_forward(surface, 2.0), 0.11);
  // eta = 2 * 0.5 / 1.3 and the power law at 0.02, from the paper's formula by hand.
  const double phi = 2.0 * 0.5 / 1.3 / (std::pow(0.02, 0.4) * std::pow(1.02, 0.6));
  const double k = -0.2;
  const double expected = 0.01 * (1.0 - 0.3 * phi * k + std::sqrt(std::pow(phi * k - 0.3, 2) + 1.0 - 0.09));
  EXPECT_NEAR(total_variance<double>(surface, 0.02, k), expected, 1e-16);
}

template <class Model>
std::string field_of(const Model& model) {
  const auto flaw = find_flaw(model);
  return flaw ? flaw->field : "none";
}

TEST(Svi, refuses_parameters_that_make_no_sense) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field_of(vogt), "none");
  EXPECT_EQ(field_of(Svi<double>{nan, 0.1, 0.0, 0.0, 0.1}), "level");
  EXPECT_EQ(field_of(Svi<double>{0.1, -0.1, 0.0, 0.0, 0.1}), "wing_slope");
  EXPECT_EQ(field_of(Svi<double>{0.1, 0.1, 1.0, 0.0, 0.1}), "correlation");
  EXPECT_EQ(field_of(Svi<double>{0.1, 0.1, 0.0, nan, 0.1}), "shift");
  EXPECT_EQ(field_of(Svi<double>{0.1, 0.1, 0.0, 0.0, 0.0}), "curvature");
  EXPECT_EQ(field_of(Svi<double>{-0.1, 0.1, 0.0, 0.0, 0.1}), "level");
  EXPECT_EQ(svi_density_flaws({-0.1, 0.1, 0.0, 0.0, 0.1}, 1.0, 9).error().field, "level");
  EXPECT_EQ(svi_density_flaws(vogt, 0.0, 9).error().field, "widest");
  EXPECT_EQ(svi_density_flaws(vogt, 1.0, 1).error().field, "points");
}

TEST(Svi, refuses_wings_that_no_slice_has) {
  const auto field_of_wings = [](const JumpWings& wings, double years) {
    const auto slice = from_jump_wings(wings, years);
    return slice ? std::string("none") : slice.error().field;
  };
  const JumpWings good = jump_wings(vogt, 1.0);
  EXPECT_EQ(field_of_wings(good, 1.0), "none");
  EXPECT_EQ(field_of_wings(good, 0.0), "years");
  EXPECT_EQ(field_of_wings({0.0, -0.1, 0.7, 0.7, 0.01}, 1.0), "variance");
  EXPECT_EQ(field_of_wings({0.02, -0.1, 0.0, 0.7, 0.01}, 1.0), "put_slope");
  EXPECT_EQ(field_of_wings({0.02, -0.1, 0.7, -0.7, 0.01}, 1.0), "call_slope");
  EXPECT_EQ(field_of_wings({0.02, -0.1, 0.7, 0.7, 0.03}, 1.0), "least_variance");
  EXPECT_EQ(field_of_wings({0.02, -0.1, 0.7, 0.7, 0.02}, 1.0), "least_variance");
  EXPECT_EQ(field_of_wings({0.02, -0.4, 0.7, 0.7, 0.01}, 1.0), "skew");
  EXPECT_EQ(field_of_wings({0.02, 0.0, 0.7, 0.7, 0.01}, 1.0), "skew");
}

TEST(Ssvi, refuses_parameters_that_could_be_arbitraged) {
  const Ssvi<double> good{{0.5, 1.0}, {0.02, 0.05}, -0.3, 0.5, 0.4};
  const auto damaged = [&](const auto& damage) {
    Ssvi<double> surface = good;
    damage(surface);
    return field_of(surface);
  };
  using Surface = Ssvi<double>;
  EXPECT_EQ(field_of(good), "none");
  EXPECT_EQ(damaged([](Surface& s) { s.years.pop_back(); }), "variances");
  EXPECT_EQ(damaged([](Surface& s) { s.years[1] = 0.5; }), "years");
  EXPECT_EQ(damaged([](Surface& s) { s.variances[1] = 0.01; }), "variances");
  EXPECT_EQ(damaged([](Surface& s) { s.correlation = -1.0; }), "correlation");
  EXPECT_EQ(damaged([](Surface& s) { s.steepness = 1.1; }), "steepness");
  EXPECT_EQ(damaged([](Surface& s) { s.exponent = 0.6; }), "exponent");
}

}  // namespace
}  // namespace plimsoll
