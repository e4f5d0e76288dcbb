#include "method/monte_carlo/correlated_market.hpp"
#include "plimsoll/method/monte_carlo/longstaff_schwartz.hpp"
#include "plimsoll/method/quadrature/basket.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::alike;

constexpr double sigmas = 4.0;

BermudanBasket max_call(std::size_t assets, double strike, double expiry, int dates) {
  BermudanBasket product{{OptionType::call, Aggregate::largest, std::vector<double>(assets, 1.0), strike, expiry}, {}};
  for (int k = 1; k <= dates; ++k) product.exercise_dates.push_back(expiry * k / dates);
  return product;
}

BermudanBasket put_on_the_larger(double expiry, const std::vector<double>& dates) {
  BermudanBasket product;
  product.option = {OptionType::put, Aggregate::largest, {1.0, 1.0}, 60.0, expiry};
  product.exercise_dates = dates;
  return product;
}

BermudanBounds bounds(const BermudanBasket& product, const CorrelatedBlackScholes<double>& model,
                      const LongstaffSchwartz& method) {
  const auto found = bermudan_bounds(product, model, method);
  EXPECT_TRUE(found) << (found ? "" : found.error().message());
  return found ? *found : BermudanBounds{};
}

TEST(LongstaffSchwartz, bounds_of_the_call_on_the_larger_of_two_hold_the_values_of_glasserman) {
  // Source: Glasserman (2003), sec. 8.6, table 8.1 and p. 462: nine dates in three years, 8.08, 13.90 and 21.34.
  for (const auto& [spot, printed] : {std::pair{90.0, 8.08}, std::pair{100.0, 13.90}, std::pair{110.0, 21.34}}) {
    const auto model = alike(spot, 0.05, 0.1, {0.2, 0.2}, 0.0);
    const BermudanBounds found = bounds(max_call(2, 100.0, 3.0, 9), model, {8'192, 16'384, 96, 64, 5, 1});
    // Half a unit of the last place printed; the policy is allowed half a per cent.
    EXPECT_LE(found.lower - sigmas * found.lower_error, printed + 0.005) << spot;
    EXPECT_GE(found.upper + sigmas * found.upper_error, printed - 0.005) << spot;
    EXPECT_NEAR(found.lower, printed, 0.005 * printed + sigmas * found.lower_error) << spot;
    EXPECT_LT(found.upper - found.lower, 0.01 * printed + sigmas * found.upper_error) << spot;
    EXPECT_GT(found.variance_gain, 2.0);
  }
}

TEST(LongstaffSchwartz, american_prices_of_barraquand_and_martineau_hold) {
  int cases = 0;
  for (const auto& row : testing::reference_table("basket_three_asset.csv")) {
    if (row.text("option_type") != "put") continue;
    const auto model = alike(40.0, 0.05, 0.0, {0.2, 0.3, 0.5}, row.number("correlation"));
    BermudanBasket product{
        {OptionType::put, Aggregate::largest, {1.0, 1.0, 1.0}, row.number("strike"), row.number("years")}, {0.0}};
    for (int k = 1; k <= 24; ++k) product.exercise_dates.push_back(row.number("years") * k / 24);
    const BermudanBounds found = bounds(product, model, {4'096, 8'192, 0, 2, 5, 1});
    const double european = *quadrature_price(product.option, model);
    // Twenty-four dates miss at most an eighth of the premium, which is 1/2 here; printed to 0.01, good to 0.02.
    const double allowed = row.number("tolerance") + sigmas * found.lower_error;
    EXPECT_LE(found.lower, row.number("expected_american") + allowed) << row.text("case_id");
    EXPECT_GE(found.lower,
              row.number("expected_american") - allowed - 0.125 * (row.number("expected_american") - european))
        << row.text("case_id");
    EXPECT_GE(found.lower, european - sigmas * found.lower_error) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 5);
}

TEST(LongstaffSchwartz, one_asset_lies_just_below_the_american_price_of_the_lattice) {
  // Source: the setting of Longstaff & Schwartz (2001), table 1: a put at 40 with 50 dates a year.
  BermudanBasket product{{OptionType::put, Aggregate::sum, {1.0}, 40.0, 1.0}, {}};
  for (int k = 1; k <= 50; ++k) product.exercise_dates.push_back(0.02 * k);
  const BermudanBounds found = bounds(product, alike(36.0, 0.06, 0.0, {0.2}, 1.0), {8'192, 16'384, 0, 2, 5, 1});
  // Their finite differences give 4.478; the value of fifty dates is below it by 0.005.
  EXPECT_NEAR(found.lower, 4.475, 0.01 + sigmas * found.lower_error);
}

TEST(LongstaffSchwartz, call_without_yield_is_never_exercised_early) {
  const auto model = alike(100.0, 0.05, 0.0, {0.2, 0.3}, 0.3);
  const BermudanBasket product = max_call(2, 100.0, 1.0, 4);
  const double european = *quadrature_price(product.option, model);
  const BermudanBounds found = bounds(product, model, {4'096, 16'384, 64, 32, 5, 1});
  EXPECT_NEAR(found.lower, european, sigmas * found.lower_error + 0.002 * european);
  EXPECT_GE(found.upper + sigmas * found.upper_error, european);
}

TEST(LongstaffSchwartz, gives_the_same_bits_for_one_and_three_threads) {
  const auto model = alike(100.0, 0.05, 0.1, {0.2, 0.2}, 0.0);
  const BermudanBounds one = bounds(max_call(2, 100.0, 3.0, 3), model, {2'048, 2'048, 16, 8, 5, 1});
  EXPECT_EQ(bounds(max_call(2, 100.0, 3.0, 3), model, {2'048, 2'048, 16, 8, 5, 3}), one);
}

TEST(LongstaffSchwartz, worst_of_and_spread_have_ordered_bounds) {
  const auto model = alike(100.0, 0.05, 0.02, {0.2, 0.35}, 0.4);
  for (const BasketOption& option : {BasketOption{OptionType::put, Aggregate::smallest, {1.0, 1.0}, 95.0, 1.0},
                                     BasketOption{OptionType::put, Aggregate::sum, {1.0, -1.0}, 0.0, 1.0}}) {
    const BermudanBasket product{option, {0.25, 0.5, 0.75, 1.0}};
    const BermudanBounds found = bounds(product, model, {4'096, 8'192, 64, 64, 5, 1});
    const double european = *quadrature_price(option, model);
    EXPECT_GE(found.lower + sigmas * found.lower_error, european);
    EXPECT_GE(found.upper + sigmas * found.upper_error, found.lower);
    EXPECT_LT(found.upper - found.lower, 0.02 * found.lower + sigmas * found.upper_error);
  }
}

TEST(LongstaffSchwartz, exercise_today_is_taken_where_it_pays_more) {
  const auto model = alike(40.0, 0.05, 0.0, {0.2, 0.2}, 0.5);
  const BermudanBasket product = put_on_the_larger(1.0, {0.0, 0.5, 1.0});
  const BermudanBounds found = bounds(product, model, {1'024, 1'024, 16, 16, 5, 1});
  EXPECT_EQ(found.lower, 20.0);
  EXPECT_EQ(found.lower_error, 0.0);
  EXPECT_GE(found.upper, 20.0);
  const BermudanBasket now = put_on_the_larger(0.0, {0.0});
  EXPECT_EQ(bounds(now, model, {}).upper, 20.0);
}

TEST(LongstaffSchwartz, refuses_settings_and_products_that_make_no_sense) {
  const auto model = alike(100.0, 0.05, 0.1, {0.2, 0.2}, 0.0);
  const BermudanBasket product = max_call(2, 100.0, 3.0, 9);
  const auto field = [&](const LongstaffSchwartz& method) {
    return bermudan_bounds(product, model, method).error().field;
  };
  EXPECT_EQ(field({100, 1'000, 0, 2, 1, 1}), "fitting_paths");
  EXPECT_EQ(field({1'000, 100, 0, 2, 1, 1}), "paths");
  EXPECT_EQ(field({1'000, 1'000, 1, 2, 1, 1}), "outer_paths");
  EXPECT_EQ(field({1'000, 1'000, 2, 1, 1, 1}), "inner_paths");
  EXPECT_EQ(field({1'000, 1'000, 0, 2, 1, 0}), "threads");
  EXPECT_EQ(field({1 << 28, 1'000, 0, 2, 1, 1}), "fitting_paths");
  const auto refused = [&](BermudanBasket bad) { return bermudan_bounds(bad, model, {}).error(); };
  BermudanBasket bad = product;
  bad.exercise_dates = {};
  EXPECT_EQ(refused(bad).code, ErrorCode::missing_field);
  bad.exercise_dates = {-1.0, 3.0};
  EXPECT_EQ(refused(bad).code, ErrorCode::expired_product);
  bad.exercise_dates = {2.0, 1.0, 3.0};
  EXPECT_EQ(refused(bad).field, "exercise_dates");
  bad.exercise_dates = {1.0, 2.0};
  EXPECT_EQ(refused(bad).allowed, "the expiry 3 as the last one");
  bad.exercise_dates = {1.0, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(refused(bad).field, "exercise_dates");
  auto worthless = model;
  worthless.spots[0] = 0.0;
  EXPECT_EQ(bermudan_bounds(product, worthless, {}).error().field, "spots");
}

}  // namespace
}  // namespace plimsoll
