#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/european.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using Model = BlackScholes<double>;
using Measures6 = std::array<double, 6>;

const std::array<std::string, 6> measure_names{"price", "delta", "gamma", "vega", "theta", "rho"};

Measures6 in_a_row(double price, const Greeks& g) { return {price, g.delta, g.gamma, g.vega, g.theta, g.rho}; }

struct Drawn {
  European option;
  Model model;
};

/// Twenty options, calls and puts, around the money: within one deviation the estimators are near enough to normal for
/// 1,024 paths that a z-score is one.
std::vector<Drawn> twenty_options() {
  std::vector<Drawn> options;
  std::vector<double> u(120);
  RandomStream(2008, 0).fill_uniform(u);
  for (std::size_t i = 0; i < 20; ++i) {
    const double* const v = &u[6 * i];
    const double years = 0.1 + 1.9 * v[0];
    const Model model{50.0 + 100.0 * v[1], -0.01 + 0.08 * v[2], 0.06 * v[3], 0.1 + 0.4 * v[4]};
    const double strike = forward(model, years) * std::exp((2.0 * v[5] - 1.0) * model.volatility * std::sqrt(years));
    options.push_back({{i % 2 == 0 ? OptionType::call : OptionType::put, strike, years}, model});
  }
  return options;
}

TEST(MonteCarloEuropean, z_scores_over_a_hundred_seeds_and_twenty_options_are_standard_normal) {
  constexpr int seeds = 100;
  constexpr std::int64_t paths = 1024;
  const auto options = twenty_options();
  Measures6 sum{};
  Measures6 squares{};
  for (std::size_t k = 0; k < options.size(); ++k) {
    const auto& [option, model] = options[k];
    const PricedGreeks exact = black_scholes_greeks(option.type, option.strike, option.expiry, model);
    const Measures6 expected = in_a_row(exact.price, exact.greeks);
    for (int seed = 0; seed < seeds; ++seed) {
      const auto own_seed = static_cast<std::uint64_t>(seed) * options.size() + k;
      const MonteCarloResult result = monte_carlo_european(option, model, {paths, own_seed, 1});
      const Measures6 found = in_a_row(result.price, result.greeks);
      const Measures6 errors = in_a_row(result.standard_error, result.greek_errors);
      for (std::size_t i = 0; i < 6; ++i) {
        const double z = (found[i] - expected[i]) / errors[i];
        sum[i] += z;
        squares[i] += z * z;
      }
    }
  }
  const double count = seeds * static_cast<double>(options.size());
  for (std::size_t i = 0; i < 6; ++i) {
    const double mean = sum[i] / count;
    const double deviation = std::sqrt(squares[i] / count - mean * mean);
    RecordProperty("z_mean_" + measure_names[i], std::to_string(mean));
    RecordProperty("z_deviation_" + measure_names[i], std::to_string(deviation));
    // 2,000 independent scores: the mean has a standard error of 0.022, so 0.3 finds any bias above 0.3 standard
    // errors.
    EXPECT_NEAR(mean, 0.0, 0.3) << measure_names[i];
    EXPECT_GT(deviation, 0.8) << measure_names[i];
    EXPECT_LT(deviation, 1.2) << measure_names[i];
  }
}

TEST(MonteCarloEuropean, gives_the_same_bits_for_one_and_two_threads) {
  const European option{OptionType::call, 105.0, 0.75};
  const Model model{100.0, 0.05, 0.02, 0.25};
  const MonteCarloResult one = monte_carlo_european(option, model, {10000, 7, 1});
  EXPECT_EQ(monte_carlo_european(option, model, {10000, 7, 2}), one);
  EXPECT_EQ(monte_carlo_european(option, model, {10000, 7, 5}), one);
  EXPECT_NE(monte_carlo_european(option, model, {10000, 8, 1}).price, one.price);
}

TEST(MonteCarloEuropean, first_blocks_do_not_depend_on_how_many_follow) {
  // The error falls as one over the root of the paths, and more paths add to the same ones.
  const European option{OptionType::put, 100.0, 1.0};
  const Model model{100.0, 0.03, 0.0, 0.2};
  const MonteCarloResult few = monte_carlo_european(option, model, {4096, 3, 1});
  const MonteCarloResult many = monte_carlo_european(option, model, {65536, 3, 1});
  EXPECT_NEAR(few.standard_error / many.standard_error, 4.0, 0.2);
  EXPECT_EQ(few.variance_gain, 1.0);
}

TEST(MonteCarloEuropean, calls_and_puts_on_the_same_paths_differ_by_the_simulated_forward) {
  const Model model{100.0, 0.05, 0.02, 0.25};
  const MonteCarlo method{65536, 11, 1};
  const MonteCarloResult call = monte_carlo_european({OptionType::call, 95.0, 0.5}, model, method);
  const MonteCarloResult put = monte_carlo_european({OptionType::put, 95.0, 0.5}, model, method);
  const double parity = prepaid_forward(model, 0.5) - 95.0 * discount_factor(model, 0.5);
  // What is left is the error of the mean of the terminal spot: four standard errors.
  EXPECT_NEAR(call.price - put.price, parity, 4.0 * 100.0 * 0.25 * std::sqrt(0.5) / std::sqrt(65536.0));
  EXPECT_NEAR(call.greeks.vega, put.greeks.vega, 4.0 * (call.greek_errors.vega + put.greek_errors.vega));
}

TEST(MonteCarloEuropean, european_at_expiry_is_its_payoff_with_no_error) {
  const MonteCarloResult result = monte_carlo_european({OptionType::put, 110.0, 0.0}, {100.0, 0.05, 0.02, 0.25}, {});
  EXPECT_EQ(result.price, 10.0);
  EXPECT_EQ(result.standard_error, 0.0);
  EXPECT_EQ(result.greeks.delta, -1.0);
}

TEST(MonteCarloEuropean, zero_spot_strike_and_volatility_are_exact) {
  EXPECT_EQ(monte_carlo_european({OptionType::call, 110.0, 1.0}, {0.0, 0.05, 0.02, 0.25}, {}).price, 0.0);
  EXPECT_EQ(monte_carlo_european({OptionType::call, 90.0, 1.0}, {100.0, 0.05, 0.0, 0.0}, {}).price,
            100.0 - 90.0 * std::exp(-0.05));
  const MonteCarloResult free_share = monte_carlo_european({OptionType::call, 0.0, 1.0}, {100.0, 0.0, 0.0, 0.25}, {});
  EXPECT_NEAR(free_share.price, 100.0, 4.0 * free_share.standard_error);
}

}  // namespace
}  // namespace plimsoll
