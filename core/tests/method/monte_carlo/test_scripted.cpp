#include "correlated_market.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/monte_carlo/asian.hpp>
#include <plimsoll/method/monte_carlo/scripted.hpp>
#include <plimsoll/method/pde/finite_differences.hpp>
#include <plimsoll/method/quadrature/basket.hpp>
#include <plimsoll/model/black_scholes.hpp>

namespace plimsoll::testing {
namespace {

using Model = CorrelatedBlackScholes<double>;

// Scripts as a compiler of another language would make them.

double mean_call(const double* spots, const double* discounts, std::int64_t dates, std::int64_t, std::int32_t*) {
  double sum = 0.0;
  for (std::int64_t d = 0; d < dates; ++d) sum += spots[d];
  return discounts[dates - 1] * std::max(sum / static_cast<double>(dates) - 100.0, 0.0);
}

double down_and_out_call(const double* spots, const double* discounts, std::int64_t dates, std::int64_t,
                         std::int32_t*) {
  for (std::int64_t d = 0; d < dates; ++d)
    if (spots[d] <= 90.0) return 0.0;
  return discounts[dates - 1] * std::max(spots[dates - 1] - 100.0, 0.0);
}

double call_on_the_larger(const double* spots, const double* discounts, std::int64_t, std::int64_t, std::int32_t*) {
  return discounts[0] * std::max(std::max(spots[0], spots[1]) - 100.0, 0.0);
}

double raising_far_up(const double* spots, const double*, std::int64_t dates, std::int64_t, std::int32_t* raised) {
  if (spots[dates - 1] > 160.0) *raised = 1;
  return 1.0;
}

double without_number_far_down(const double* spots, const double*, std::int64_t dates, std::int64_t, std::int32_t*) {
  return spots[dates - 1] < 60.0 ? std::numeric_limits<double>::quiet_NaN() : 1.0;
}

double without_end_far_down(const double* spots, const double*, std::int64_t dates, std::int64_t, std::int32_t*) {
  return spots[dates - 1] < 60.0 ? std::numeric_limits<double>::infinity() : 1.0;
}

const std::vector<double> quarters{0.25, 0.5, 0.75, 1.0};
const Model one_asset = alike(100.0, 0.05, 0.02, {0.25}, 0.0);
const BlackScholes<double> same_market{100.0, 0.05, 0.02, 0.25};

ScriptedPrice priced(Script script, const Model& model, const std::vector<double>& dates, const MonteCarlo& method,
                     Measures measures = Measures::with_greeks) {
  const auto answer = scripted_price(script, model, dates, method, measures);
  EXPECT_TRUE(answer && std::holds_alternative<ScriptedPrice>(*answer));
  return answer && std::holds_alternative<ScriptedPrice>(*answer) ? std::get<ScriptedPrice>(*answer) : ScriptedPrice{};
}

ScriptFailure failed(Script script, const MonteCarlo& method, Measures measures = Measures::price_only) {
  const auto answer = scripted_price(script, one_asset, quarters, method, measures);
  EXPECT_TRUE(answer && std::holds_alternative<ScriptFailure>(*answer));
  return answer && std::holds_alternative<ScriptFailure>(*answer) ? std::get<ScriptFailure>(*answer) : ScriptFailure{};
}

// Twenty estimates in all are held against exact values in this file; a right one lies outside four standard errors
// once in 16,000. A bump of one per cent of the spot or five of the volatility moves the estimate by less than a
// hundredth of it here, which `bias` grants.
void expect_near(const Estimate& found, double exact, const char* what, double bias = 0.0) {
  EXPECT_GT(found.standard_error, 0.0) << what;
  EXPECT_NEAR(found.mean, exact, 4.0 * found.standard_error + bias * std::abs(exact)) << what;
}

TEST(Scripted, an_average_is_worth_what_the_engine_for_averages_says) {
  const ScriptedPrice found = priced(&mean_call, one_asset, quarters, {8192, 11, 1});
  const MonteCarloResult exact =
      monte_carlo_asian({OptionType::call, 100.0, quarters, 1.0, 0, 0.0}, same_market, {32768, 5, 1});
  EXPECT_EQ(found.paths, 8192);
  ASSERT_EQ(found.sensitivities.size(), 1U);
  const ScriptedSensitivity& by = found.sensitivities[0];
  expect_near(found.price, exact.price, "price");
  expect_near(by.delta_bumped, exact.greeks.delta, "delta", 0.01);
  expect_near(by.delta_by_likelihood_ratio, exact.greeks.delta, "delta by likelihood ratio");
  expect_near(by.vega_bumped, exact.greeks.vega, "vega", 0.01);
  expect_near(by.vega_by_likelihood_ratio, exact.greeks.vega, "vega by likelihood ratio");
}

TEST(Scripted, a_barrier_watched_on_days_is_worth_what_the_grid_says) {
  const ScriptedPrice found = priced(&down_and_out_call, one_asset, quarters, {8192, 12, 1});
  SpotContract contract = spot_contract(
      Barrier{OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 90.0, 0.0, 1.0});
  contract.monitoring = quarters;
  const auto grid = finite_differences(contract, same_market, {200, 100});
  ASSERT_TRUE(grid);
  const ScriptedSensitivity& by = found.sensitivities.at(0);
  expect_near(found.price, grid->priced.price, "price");
  expect_near(by.delta_bumped, grid->priced.greeks.delta, "delta", 0.01);
  expect_near(by.delta_by_likelihood_ratio, grid->priced.greeks.delta, "delta by likelihood ratio");
  expect_near(by.vega_bumped, grid->priced.greeks.vega, "vega", 0.01);
  expect_near(by.vega_by_likelihood_ratio, grid->priced.greeks.vega, "vega by likelihood ratio");
}

TEST(Scripted, correlated_assets_have_sensitivities_of_their_own) {
  const Model model{{100.0, 95.0}, 0.05, {0.02, 0.01}, {0.25, 0.35}, {1.0, 0.6, 0.6, 1.0}};
  const ScriptedPrice found = priced(&call_on_the_larger, model, {1.0}, {8192, 13, 1});
  const BasketOption option{OptionType::call, Aggregate::largest, {1.0, 1.0}, 100.0, 1.0};
  const auto exact = [&](const Model& at) { return *quadrature_price(option, at); };
  expect_near(found.price, exact(model), "price");
  for (std::size_t i = 0; i < 2; ++i) {
    const auto slope = [&](double h, const auto& field) {
      Model up = model;
      Model down = model;
      field(up)[i] += h;
      field(down)[i] -= h;
      return (exact(up) - exact(down)) / (2.0 * h);
    };
    const double delta = slope(0.01, [](Model& m) -> std::vector<double>& { return m.spots; });
    const double vega = slope(1e-4, [](Model& m) -> std::vector<double>& { return m.volatilities; });
    const ScriptedSensitivity& by = found.sensitivities.at(i);
    EXPECT_EQ(by.asset, static_cast<std::int64_t>(i));
    expect_near(by.delta_bumped, delta, "delta", 0.01);
    expect_near(by.delta_by_likelihood_ratio, delta, "delta by likelihood ratio");
    expect_near(by.vega_bumped, vega, "vega", 0.01);
    expect_near(by.vega_by_likelihood_ratio, vega, "vega by likelihood ratio");
  }
}

TEST(Scripted, the_bits_do_not_depend_on_the_threads_nor_the_price_on_the_sensitivities) {
  const MonteCarlo one{1000, 4, 1};  // the last block is not full
  MonteCarlo three = one;
  three.threads = 3;
  const ScriptedPrice alone = priced(&mean_call, one_asset, quarters, one);
  EXPECT_EQ(alone, priced(&mean_call, one_asset, quarters, three));
  const ScriptedPrice price_only = priced(&mean_call, one_asset, quarters, one, Measures::price_only);
  EXPECT_EQ(price_only.price, alone.price);
  EXPECT_EQ(price_only.paths, 1000);
  EXPECT_TRUE(price_only.sensitivities.empty());
}

TEST(Scripted, the_first_path_on_which_it_fails_is_named_whatever_the_threads) {
  const MonteCarlo one{100000, 4, 1};
  MonteCarlo three = one;
  three.threads = 3;
  const ScriptFailure raised = failed(&raising_far_up, one);
  EXPECT_EQ(raised, failed(&raising_far_up, three));
  EXPECT_EQ(raised.result, "raised");
  EXPECT_EQ(raised.market, "as given");
  ASSERT_EQ(raised.spots.size(), 4U);
  EXPECT_GT(raised.spots.back(), 160.0);
  EXPECT_EQ(raised.discounts.back(), std::exp(-0.05));
  EXPECT_EQ(failed(&without_number_far_down, one).result, "nan");
  EXPECT_EQ(failed(&without_end_far_down, one).result, "inf");
  // Up to the failing path nothing fails.
  EXPECT_EQ(priced(&raising_far_up, one_asset, quarters, {raised.path, 4, 1}, Measures::price_only).price.mean, 1.0);
}

TEST(Scripted, a_failure_in_a_bumped_market_names_the_bump) {
  std::vector<std::string> markets;
  for (std::uint64_t seed = 1; seed <= 80; ++seed)
    for (const Script script : {&raising_far_up, &without_number_far_down})
      markets.push_back(failed(script, {100000, seed, 1}, Measures::with_greeks).market);
  for (const char* const market :
       {"as given", "spot of asset 0 up", "spot of asset 0 down", "volatility of asset 0 up"})
    EXPECT_TRUE(std::ranges::count(markets, market) > 0) << market;
}

TEST(Scripted, what_makes_no_sense_is_refused_by_name) {
  const auto field = [](Script script, const Model& model, const std::vector<double>& dates, const MonteCarlo& method,
                        Measures measures = Measures::price_only) {
    const auto answer = scripted_price(script, model, dates, method, measures);
    return answer ? std::string() : answer.error().field;
  };
  const MonteCarlo few{512, 1, 1};
  EXPECT_EQ(field(nullptr, one_asset, quarters, few), "script");
  EXPECT_EQ(field(&mean_call, {}, quarters, few), "spots");
  EXPECT_EQ(field(&mean_call, one_asset, quarters, {1, 1, 1}), "paths");
  for (const std::vector<double>& dates :
       {std::vector<double>{}, {0.0, 1.0}, {1.0, 0.5}, {0.5, std::nan("")}, std::vector<double>(100'001, 1.0)})
    EXPECT_EQ(field(&mean_call, one_asset, dates, few), "dates");
  Model certain = one_asset;
  certain.volatilities[0] = 0.0;
  EXPECT_EQ(field(&mean_call, certain, quarters, few), "");
  EXPECT_EQ(field(&mean_call, certain, quarters, few, Measures::with_greeks), "measures");
  const Model twins = alike(100.0, 0.05, 0.02, {0.25, 0.3}, 1.0);
  EXPECT_EQ(field(&call_on_the_larger, twins, {1.0}, few, Measures::with_greeks), "measures");
}

TEST(Scripted, a_path_may_hold_so_many_spots) {
  std::vector<double> dates(100'001);
  for (std::size_t d = 0; d < dates.size(); ++d) dates[d] = 1e-5 * static_cast<double>(d + 1);
  const auto answer = scripted_price(&mean_call, one_asset, dates, {4, 1, 1}, Measures::price_only);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().value, "100001 spots on a path");
}

}  // namespace
}  // namespace plimsoll::testing
