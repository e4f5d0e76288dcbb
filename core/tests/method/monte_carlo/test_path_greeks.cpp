#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/asian.hpp"
#include "plimsoll/method/monte_carlo/path_greeks.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using Model = TermStructureBlackScholes<double>;

const Model curved{100.0, {0.25, 0.5, 1.0}, {0.02, 0.03, 0.04}, {0.01, 0.0, 0.02}, {0.2, 0.3, 0.25}};
const European call{OptionType::call, 105.0, 0.8};
const ArithmeticAsian asian{OptionType::put, 102.0, {0.0, 0.2, 0.4, 0.4, 0.6, 0.75}, 0.8, 1, 99.0};
const MonteCarlo method{8192, 3, 1};
const LocalVolatilityGrid smile{100.0, 0.03,  0.01, {0.4, 0.8},
                                60.0,  160.0, 5,    {0.34, 0.27, 0.23, 0.22, 0.24, 0.31, 0.26, 0.23, 0.22, 0.23}};

double mean_rate(const std::vector<double>& values) {
  return (0.25 * values[0] + 0.25 * values[1] + 0.3 * values[2]) / 0.8;
}

/// The flat model that gives `call` the same value.
BlackScholes<double> flattened(const Model& model) {
  double variance = 0.0;
  for (std::size_t j = 0; j < 3; ++j)
    variance += years_under(model.pillars, j, 0.0, 0.8) * model.volatilities[j] * model.volatilities[j];
  return {model.spot, mean_rate(model.rates), mean_rate(model.dividend_yields), std::sqrt(variance / 0.8)};
}

void expect_within(const std::optional<Estimate>& found, double exact, const std::string& name) {
  ASSERT_TRUE(found) << name;
  // Four standard errors: with some thirty batches one check in ten thousand fails by chance, and the seed is fixed.
  EXPECT_NEAR(found->mean, exact, 4.0 * found->standard_error) << name;
  EXPECT_GT(found->standard_error, 0.0) << name;
}

TEST(PathGreeks, european_sensitivities_by_pillar_are_those_of_the_formula) {
  const auto result = monte_carlo_by_inputs(call, curved, method);
  ASSERT_TRUE(result) << result.error().message();
  const BlackScholes<double> flat = flattened(curved);
  const PricedGreeks exact = black_scholes_greeks(call.type, call.strike, call.expiry, flat);
  expect_within(result->price, exact.price, "price");
  expect_within(result->gamma, exact.greeks.gamma, "gamma");
  expect_within(sensitivity(*result, "spot"), exact.greeks.delta, "spot");
  for (std::size_t j = 0; j < 3; ++j) {
    const std::string pillar = " to " + text_of(curved.pillars[j]);
    const double share = years_under(curved.pillars, j, 0.0, 0.8) / 0.8;
    expect_within(sensitivity(*result, "rate" + pillar), share * exact.greeks.rho, "rate" + pillar);
    expect_within(sensitivity(*result, "volatility" + pillar),
                  exact.greeks.vega * share * curved.volatilities[j] / flat.volatility, "volatility" + pillar);
    // Rates and yields together move the discount factor alone.
    const double yield_rho = -exact.greeks.delta * curved.spot * 0.8;
    expect_within(sensitivity(*result, "dividend_yield" + pillar), share * yield_rho, "dividend_yield" + pillar);
  }
  // Time that passes takes away from the first pillar alone.
  const auto later = [](double elapsed) {
    Model moved = curved;
    const double gone = elapsed / 0.25;
    moved.rates[0] *= 1.0 - gone;
    moved.dividend_yields[0] *= 1.0 - gone;
    moved.volatilities[0] *= std::sqrt(1.0 - gone);
    return black_scholes_greeks(call.type, call.strike, call.expiry, flattened(moved)).price;
  };
  expect_within(sensitivity(*result, "elapsed"), (later(1e-4) - later(-1e-4)) / 2e-4, "elapsed");
  EXPECT_FALSE(sensitivity(*result, "volatility to 2"));
}

/// Central difference of the price on the same paths.
double bumped(const std::function<double(double)>& price, double step) {
  return (price(step) - price(-step)) / (2.0 * step);
}

TEST(PathGreeks, asian_sensitivities_are_the_bumped_prices_on_the_same_paths) {
  const auto result = monte_carlo_by_inputs(asian, curved, {2048, 3, 1});
  ASSERT_TRUE(result) << result.error().message();
  const auto check = [&](const std::string& name, auto change) {
    const auto price = [&](double step) {
      Model moved = curved;
      change(moved, step);
      return monte_carlo_by_inputs(asian, moved, {2048, 3, 1})->price.mean;
    };
    // A path that crosses the strike within the bump moves the difference by less than 1e-7 of the sum of 2048 payoffs.
    EXPECT_NEAR(sensitivity(*result, name)->mean, bumped(price, 1e-6), 2e-5) << name;
  };
  check("volatility to 0.5", [](Model& m, double step) { m.volatilities[1] += step; });
  check("rate to 0.25", [](Model& m, double step) { m.rates[0] += step; });
  check("dividend_yield to 1", [](Model& m, double step) { m.dividend_yields[2] += step; });
}

TEST(PathGreeks, flat_term_structure_is_the_flat_model_of_the_other_engine) {
  const Model flat{100.0, {1.0}, {0.03}, {0.01}, {0.25}};
  const auto found = monte_carlo_by_inputs(asian, flat, method);
  ASSERT_TRUE(found) << found.error().message();
  const MonteCarloResult other = monte_carlo_asian(asian, {100.0, 0.03, 0.01, 0.25}, {8192, 4, 1});
  const auto near = [](const Estimate& one, double mean, double error, const char* name) {
    EXPECT_NEAR(one.mean, mean, 4.0 * std::hypot(one.standard_error, error)) << name;
  };
  near(found->price, other.price, other.standard_error, "price");
  near(*sensitivity(*found, "spot"), other.greeks.delta, other.greek_errors.delta, "delta");
  near(*sensitivity(*found, "volatility to 1"), other.greeks.vega, other.greek_errors.vega, "vega");
  near(*sensitivity(*found, "rate to 1"), other.greeks.rho, other.greek_errors.rho, "rho");
  near(*sensitivity(*found, "elapsed"), other.greeks.theta, other.greek_errors.theta, "theta");
  near(*found->gamma, other.greeks.gamma, other.greek_errors.gamma, "gamma");
}

TEST(PathGreeks, flat_table_of_local_volatilities_is_black_scholes) {
  LocalVolatilityGrid flat = smile;
  flat.volatilities.assign(10, 0.25);
  const auto found = monte_carlo_by_inputs(call, flat, method, 0.1);
  ASSERT_TRUE(found) << found.error().message();
  const PricedGreeks exact = black_scholes_greeks(call.type, call.strike, call.expiry, {100.0, 0.03, 0.01, 0.25});
  expect_within(found->price, exact.price, "price");
  expect_within(sensitivity(*found, "spot"), exact.greeks.delta, "spot");
  expect_within(sensitivity(*found, "rate"), exact.greeks.rho, "rate");
  expect_within(sensitivity(*found, "dividend_yield"), -exact.greeks.delta * 80.0, "dividend_yield");
  double vega = 0.0;
  double error = 0.0;
  for (const Sensitivity& s : found->sensitivities) {
    if (!s.input.starts_with("local_volatility")) continue;
    vega += s.estimate.mean;
    error += s.estimate.standard_error;
  }
  EXPECT_NEAR(vega, exact.greeks.vega, 4.0 * error);
  EXPECT_FALSE(found->gamma);
}

TEST(PathGreeks, local_volatilities_are_the_bumped_prices_on_the_same_paths) {
  const auto price = [](const LocalVolatilityGrid& model) {
    return monte_carlo_by_inputs(asian, model, {2048, 3, 1}, 0.1)->price.mean;
  };
  const auto result = monte_carlo_by_inputs(asian, smile, {2048, 3, 1}, 0.1);
  ASSERT_TRUE(result) << result.error().message();
  ASSERT_EQ(result->sensitivities.size(), 3U + 10U);
  EXPECT_EQ(result->sensitivities[3].input, "local_volatility to 0.4 at 60");
  for (const std::size_t node : {0U, 2U, 7U, 9U}) {
    const auto moved = [&](double step) {
      LocalVolatilityGrid model = smile;
      model.volatilities[node] += step;
      return price(model);
    };
    EXPECT_NEAR(result->sensitivities[3 + node].estimate.mean, bumped(moved, 1e-6), 2e-5) << node;
  }
  // The fixing of today stands at today's spot and is not an input: take it out of the bump.
  ArithmeticAsian rest = asian;
  rest.fixings.erase(rest.fixings.begin());
  rest.past_count = 2;
  rest.past_sum = 199.0;
  const auto moved_rest = [&](double step) {
    LocalVolatilityGrid model = smile;
    model.spot += step;
    return monte_carlo_by_inputs(rest, model, {2048, 3, 1}, 0.1)->price.mean;
  };
  EXPECT_NEAR(sensitivity(*result, "spot")->mean, bumped(moved_rest, 1e-5), 2e-5);
}

TEST(PathGreeks, tape_does_not_grow_with_the_paths) {
  const auto few = monte_carlo_by_inputs(asian, smile, {1024, 3, 1}, 0.05);
  const auto many = monte_carlo_by_inputs(asian, smile, {16384, 3, 1}, 0.05);
  EXPECT_EQ(few->tape_bytes, many->tape_bytes);
  EXPECT_GT(few->tape_bytes, 0);
  EXPECT_LT(many->tape_bytes, std::int64_t{4} << 20U);
}

TEST(PathGreeks, gives_the_same_bits_for_any_number_of_threads) {
  const auto one = monte_carlo_by_inputs(asian, curved, {10000, 3, 1});
  const auto many = monte_carlo_by_inputs(asian, curved, {10000, 3, 5});
  EXPECT_EQ(one->price.mean, many->price.mean);
  EXPECT_EQ(one->price.standard_error, many->price.standard_error);
  for (std::size_t i = 0; i < one->sensitivities.size(); ++i) {
    EXPECT_EQ(one->sensitivities[i].estimate.mean, many->sensitivities[i].estimate.mean);
    EXPECT_EQ(one->sensitivities[i].estimate.standard_error, many->sensitivities[i].estimate.standard_error);
  }
}

TEST(PathGreeks, standard_errors_are_the_spread_of_the_means_over_seeds) {
  // Over 40 seeds the spread of a mean has a relative error of 11 %; 40 % is beyond three of them.
  double sum = 0.0;
  double squares = 0.0;
  double claimed = 0.0;
  for (std::uint64_t seed = 100; seed < 140; ++seed) {
    const auto result = monte_carlo_by_inputs(call, curved, {2048, seed, 1});
    const Estimate vega = *sensitivity(*result, "volatility to 1");
    sum += vega.mean;
    squares += vega.mean * vega.mean;
    claimed += vega.standard_error / 40.0;
  }
  const double spread = std::sqrt((squares - sum * sum / 40.0) / 39.0);
  EXPECT_NEAR(spread, claimed, 0.4 * claimed);
}

template <class Found>
void expect_refusal(const Found& found, const std::string& field) {
  ASSERT_FALSE(found) << field;
  EXPECT_EQ(found.error().field, field);
}

TEST(PathGreeks, refuses_input_that_makes_no_sense) {
  const auto with = [](auto change) {
    Model model = curved;
    change(model);
    return monte_carlo_by_inputs(call, model, method);
  };
  constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
  expect_refusal(with([](Model& m) { m.spot = 0.0; }), "spot");
  expect_refusal(with([](Model& m) { m.pillars.clear(); }), "pillars");
  expect_refusal(with([](Model& m) { m.pillars[1] = 0.1; }), "pillars");
  expect_refusal(with([](Model& m) { m.rates.pop_back(); }), "rates");
  expect_refusal(with([&](Model& m) { m.dividend_yields[1] = nan_value; }), "dividend_yields");
  expect_refusal(with([](Model& m) { m.volatilities[2] = -0.1; }), "volatilities");
  expect_refusal(with([](Model& m) { m.volatilities[2] = 0.0; }), "volatilities");
  expect_refusal(monte_carlo_by_inputs(European{OptionType::call, -1.0, 1.0}, curved, method), "strike");
  expect_refusal(monte_carlo_by_inputs(European{OptionType::call, 100.0, 0.0}, curved, method), "fixings");
  expect_refusal(monte_carlo_by_inputs(call, curved, {1, 1, 1}), "paths");
  const ArithmeticAsian fixed{OptionType::call, 95.0, {0.0}, 0.5, 0, 0.0};
  expect_refusal(monte_carlo_by_inputs(fixed, curved, method), "fixings");
}

TEST(PathGreeks, refuses_a_table_that_makes_no_sense) {
  using Grid = LocalVolatilityGrid;
  const auto with = [](auto change) {
    Grid model = smile;
    change(model);
    return monte_carlo_by_inputs(call, model, method, 0.1);
  };
  constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
  expect_refusal(with([](Grid& m) { m.spot = -1.0; }), "spot");
  expect_refusal(with([&](Grid& m) { m.rate = nan_value; }), "rate");
  expect_refusal(with([&](Grid& m) { m.dividend_yield = nan_value; }), "dividend_yield");
  expect_refusal(with([](Grid& m) { m.times.clear(); }), "times");
  expect_refusal(with([](Grid& m) { m.times[1] = 0.1; }), "times");
  expect_refusal(with([](Grid& m) { m.low_spot = 200.0; }), "low_spot");
  expect_refusal(with([](Grid& m) { m.columns = 1; }), "columns");
  expect_refusal(with([](Grid& m) { m.volatilities.pop_back(); }), "volatilities");
  expect_refusal(with([](Grid& m) { m.volatilities[3] = -0.2; }), "volatilities");
  expect_refusal(monte_carlo_by_inputs(call, smile, method, 0.0), "longest_step");
  expect_refusal(monte_carlo_by_inputs(asian, smile, {0, 1, 1}, 0.1), "paths");
}

}  // namespace
}  // namespace plimsoll
