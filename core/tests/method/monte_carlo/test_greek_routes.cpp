#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/method/monte_carlo/asian.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/method/monte_carlo/greek_routes.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const BlackScholes<double> model{100.0, 0.05, 0.02, 0.25};
const MonteCarlo method{512, 11, 1};  // bench_routes runs the same checks on many more

std::array<std::pair<const char*, double>, 6> named(const PricedGreeks& exact) {
  return {{{"price", exact.price},
           {"delta", exact.greeks.delta},
           {"gamma", exact.greeks.gamma},
           {"vega", exact.greeks.vega},
           {"theta", exact.greeks.theta},
           {"rho", exact.greeks.rho}}};
}

/// Every estimate of every route is near the exact value, and no two routes disagree.
void expect_exact(const Result<RouteReport>& report, const PricedGreeks& exact) {
  ASSERT_TRUE(report) << report.error().message();
  for (const RouteGreeks& route : report->routes)
    for (const RouteEstimate& found : route.estimates)
      for (const auto& [measure, value] : named(exact)) {
        if (found.measure != measure) continue;
        EXPECT_GT(found.corrected.standard_error, 0.0) << name(route.route) << " " << measure;
        // Four standard errors: some twenty estimates each fail by chance once in sixteen thousand; the seed is fixed.
        EXPECT_NEAR(found.corrected.mean, value, 4.0 * found.corrected.standard_error)
            << name(route.route) << " " << measure;
      }
  for (const RouteDisagreement& pair : report->disagreements)
    ADD_FAILURE() << pair.measure << ": " << name(pair.one) << " and " << name(pair.other) << " differ by "
                  << pair.standard_errors;
}

TEST(GreekRoutes, european_agrees_by_all_routes) {
  const European option{OptionType::put, 105.0, 0.75};
  const auto report = greek_routes(option, model, method);
  expect_exact(report, black_scholes_greeks(option.type, option.strike, option.expiry, model));
  EXPECT_EQ(report->routes.size(), 5U);
  EXPECT_EQ(estimate(*report, GreekRoute::pathwise, "gamma"), nullptr) << "a kink is not differentiated";
  EXPECT_NE(estimate(*report, GreekRoute::mixed, "gamma"), nullptr);
}

TEST(GreekRoutes, digitals_of_every_payout_agree_by_all_routes) {
  for (const Payout payout : {Payout::cash, Payout::asset, Payout::difference}) {
    const Digital option{OptionType::call, payout, 102.0, 10.0, 98.0, 0.5};
    // A bump of a jump is told by the paths that cross it: some two in a hundred.
    const auto report = greek_routes(option, model, {2048, 11, 1});
    expect_exact(report, *closed_form(option, model));
    EXPECT_EQ(estimate(*report, GreekRoute::pathwise, "delta"), nullptr) << "a path does not see the jump";
  }
}

TEST(GreekRoutes, smoothed_digital_measures_the_bias_of_its_ramp) {
  // A ramp of 5 % around a strike one deviation of 1.25 % away: the density bends within it, so the slope is off by 13
  // %.
  const Digital option{OptionType::call, Payout::cash, 101.25, 10.0, 0.0, 0.0025};
  const auto report = greek_routes(option, model, {2048, 11, 1});
  ASSERT_TRUE(report) << report.error().message();
  const RouteEstimate& delta = *estimate(*report, GreekRoute::smoothed, "delta");
  const double exact = closed_form(option, model)->greeks.delta;
  EXPECT_GT(std::abs(delta.raw.mean - exact), 5.0 * delta.raw.standard_error) << "the bias is seen";
  EXPECT_GT(std::abs(delta.bias.mean), 5.0 * delta.bias.standard_error);
  EXPECT_NEAR(delta.corrected.mean, exact, 4.0 * delta.corrected.standard_error) << "and taken off";
}

TEST(GreekRoutes, barriers_agree_by_all_routes_without_the_bias_of_dates) {
  for (const Knock knock : {Knock::knock_out, Knock::knock_in})
    for (const BarrierSide side : {BarrierSide::down, BarrierSide::up}) {
      const double level = side == BarrierSide::down ? 88.0 : 125.0;
      const Barrier option{OptionType::call, Payout::difference, 99.0, 0.0, side, knock, level, 0.0, 0.8};
      expect_exact(greek_routes(option, model, method), *closed_form(option, model));
    }
}

TEST(GreekRoutes, barriers_with_a_jump_at_the_strike_have_no_pathwise_route) {
  for (const Payout payout : {Payout::cash, Payout::asset}) {
    const Barrier option{OptionType::put, payout, 101.0, 10.0, BarrierSide::up, Knock::knock_out, 120.0, 0.0, 0.8};
    const auto report = greek_routes(option, model, method);
    expect_exact(report, *closed_form(option, model));
    EXPECT_EQ(report->routes.size(), 3U);
  }
}

TEST(GreekRoutes, asian_agrees_by_all_routes_and_with_the_engine) {
  const ArithmeticAsian option{OptionType::call, 101.0, {0.25, 0.5, 0.75, 1.0}, 1.0, 1, 97.0};
  const MonteCarloResult other = monte_carlo_asian(option, model, {65536, 5, 1});
  expect_exact(greek_routes(option, model, method), {other.price, other.greeks});
}

TEST(GreekRoutes, flags_what_differs_by_more_than_three_standard_errors) {
  const auto route = [](GreekRoute kind, double mean, double error) {
    return RouteGreeks{kind, {{"delta", {mean, error}, {}, {mean, error}}}};
  };
  const auto found = disagreements({route(GreekRoute::pathwise, 0.50, 0.003), route(GreekRoute::bumped, 0.52, 0.004),
                                    route(GreekRoute::mixed, 0.506, 0.003)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].measure, "delta");
  EXPECT_EQ(name(found[0].one), "pathwise");
  EXPECT_EQ(name(found[0].other), "bumped");
  EXPECT_NEAR(found[0].standard_errors, 4.0, 1e-12);
}

TEST(GreekRoutes, takes_a_route_that_saw_no_hit_for_no_information) {
  const auto route = [](GreekRoute kind, double mean, double error) {
    return RouteGreeks{kind, {{"delta", {mean, error}, {}, {mean, error}}}};
  };
  EXPECT_TRUE(is_without_information({0.0, 0.0}));
  EXPECT_FALSE(is_without_information({0.0, 0.1}));
  EXPECT_FALSE(is_without_information({0.5, 0.0}));
  EXPECT_TRUE(
      disagreements({route(GreekRoute::bumped, 0.0, 0.0), route(GreekRoute::likelihood_ratio, 0.1, 0.001)}).empty());
  // A claim to be exact is one where something was seen.
  const auto found =
      disagreements({route(GreekRoute::bumped, 0.5, 0.0), route(GreekRoute::likelihood_ratio, 0.1, 0.0)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(std::isinf(found[0].standard_errors));
}

TEST(GreekRoutes, gives_the_same_bits_for_any_number_of_threads) {
  const European option{OptionType::call, 105.0, 0.75};
  const auto one = greek_routes(option, model, {1100, 4, 1});
  const auto many = greek_routes(option, model, {1100, 4, 3});
  for (std::size_t r = 0; r < one->routes.size(); ++r)
    for (std::size_t m = 0; m < one->routes[r].estimates.size(); ++m) {
      EXPECT_EQ(one->routes[r].estimates[m].corrected.mean, many->routes[r].estimates[m].corrected.mean);
      EXPECT_EQ(one->routes[r].estimates[m].bias.standard_error, many->routes[r].estimates[m].bias.standard_error);
    }
}

TEST(GreekRoutes, z_scores_of_gamma_against_the_formula_are_standard_normal) {
  // The engine's gamma, pathwise times likelihood ratio, on 20 seeds of 20 calls; bench_routes runs 100 of 50. The mean
  // of 400 scores has a standard error of 0.05 and their deviation one of 0.035; the bounds are those of the issue.
  double sum = 0.0;
  double squares = 0.0;
  int count = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (int i = 0; i < 20; ++i, ++count) {
      const European option{OptionType::call, 80.0 + 2.0 * i, 0.25 + 0.05 * i};
      const MonteCarloResult found =
          monte_carlo_european(option, model, {2048, 1000 + 37 * seed + static_cast<std::uint64_t>(i), 1});
      const double exact = black_scholes_greeks(option.type, option.strike, option.expiry, model).greeks.gamma;
      const double z = (found.greeks.gamma - exact) / found.greek_errors.gamma;
      sum += z;
      squares += z * z;
    }
  const double mean = sum / count;
  EXPECT_NEAR(mean, 0.0, 0.3);
  const double deviation = std::sqrt(squares / count - mean * mean);
  EXPECT_GT(deviation, 0.8);
  EXPECT_LT(deviation, 1.2);
}

template <class Option>
void expect_refusal(const Option& option, const BlackScholes<double>& market, const std::string& field) {
  const auto found = greek_routes(option, market, {1000, 1, 1});
  ASSERT_FALSE(found) << field;
  EXPECT_EQ(found.error().field, field) << found.error().message();
}

TEST(GreekRoutes, refuses_input_that_makes_no_sense) {
  constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
  const European call{OptionType::call, 100.0, 1.0};
  expect_refusal(European{OptionType::call, -1.0, 1.0}, model, "strike");
  expect_refusal(European{OptionType::call, 100.0, -1.0}, model, "expiry");
  expect_refusal(European{OptionType::call, 100.0, 0.0}, model, "option");
  expect_refusal(call, {100.0, nan_value, 0.0, 0.2}, "rate");
  expect_refusal(call, {100.0, 0.0, 0.0, -0.2}, "volatility");
  expect_refusal(call, {100.0, 0.0, 0.0, 0.0}, "option");
  expect_refusal(Digital{OptionType::call, Payout::cash, 0.0, 1.0, 0.0, 1.0}, model, "strike");
  const Barrier touched{
      OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 100.0, 0.0, 1.0};
  expect_refusal(touched, model, "barrier");
  Barrier with_rebate = touched;
  with_rebate.barrier = 90.0;
  with_rebate.rebate = 1.0;
  expect_refusal(with_rebate, model, "rebate");
  expect_refusal(ArithmeticAsian{OptionType::call, 100.0, {0.0, 1.0}, 1.0, 0, 0.0}, model, "option");
  EXPECT_FALSE(greek_routes(call, model, {1, 1, 1}));
  EXPECT_FALSE(greek_routes(touched, model, {0, 1, 1}));
}

}  // namespace
}  // namespace plimsoll
