#include "method/monte_carlo/correlated_market.hpp"
#include "plimsoll/method/monte_carlo/path_price.hpp"
#include "plimsoll/method/monte_carlo/simulation.hpp"
#include "plimsoll/method/quadrature/basket.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::alike;

constexpr double sigmas = 4.0;  // a correct value lies within in all but 6 of 100,000 draws
const CorrelatedBlackScholes<double> model{{100.0, 95.0}, 0.05, {0.02, 0.04}, {0.3, 0.2}, {1.0, 0.4, 0.4, 1.0}};
const BasketOption option{OptionType::call, Aggregate::largest, {1.0, 1.0}, 105.0, 1.0};

Simulation of(std::int64_t paths) {
  Simulation method;
  method.paths = paths;
  method.seed = 11;
  return method;
}

TEST(Simulation, gives_the_same_bits_for_one_and_three_threads) {
  for (const Sequence sequence : {Sequence::philox, Sequence::sobol}) {
    Simulation method = of(20'000);
    method.sequence = sequence;
    const auto one = simulated_price(option, model, method);
    method.threads = 3;
    ASSERT_TRUE(one);
    EXPECT_EQ(*simulated_price(option, model, method), *one);
  }
}

TEST(Simulation, every_setting_agrees_with_the_quadrature) {
  const double exact = *quadrature_price(option, model);
  for (const Sequence sequence : {Sequence::philox, Sequence::sobol})
    for (const Antithetic antithetic : {Antithetic::no, Antithetic::yes})
      for (const Control control : {Control::none, Control::best}) {
        Simulation method = of(32'768);
        method.sequence = sequence;
        method.antithetic = antithetic;
        method.control = control;
        const auto found = simulated_price(option, model, method);
        ASSERT_TRUE(found) << found.error().message();
        EXPECT_NEAR(found->price, exact, sigmas * found->standard_error);
        EXPECT_EQ(found->paths, 32'768);
        EXPECT_EQ(found->end, SimulationEnd::all_paths);
        EXPECT_EQ(found->control.empty(), control == Control::none);
      }
}

TEST(Simulation, control_is_named_and_gains_what_it_says) {
  Simulation method = of(16'384);
  const auto with = simulated_price(option, model, method);
  method.control = Control::none;
  const auto without = simulated_price(option, model, method);
  EXPECT_TRUE(with->control.starts_with("vanilla options")) << with->control;
  EXPECT_EQ(without->variance_gain, 1.0);
  const double gain = std::pow(without->standard_error / with->standard_error, 2);
  EXPECT_GT(gain, 5.0);
  // The pilot of 4,096 paths knows the residual variance of a kinked payoff to about ten per cent.
  EXPECT_NEAR(with->variance_gain / gain, 1.0, 0.3);
}

TEST(Simulation, sobol_points_with_the_bridge_beat_random_ones) {
  const BasketOption basket{OptionType::call, Aggregate::sum, {0.5, 0.5}, 100.0, 1.0};
  Simulation method = of(65'536);
  method.control = Control::none;
  const double random = simulated_price(basket, model, method)->standard_error;
  method.sequence = Sequence::sobol;
  EXPECT_LT(simulated_price(basket, model, method)->standard_error, 0.15 * random);
}

TEST(Simulation, standard_error_is_right_over_forty_seeds) {
  const double exact = *quadrature_price(option, model);
  for (const Sequence sequence : {Sequence::philox, Sequence::sobol}) {
    double squares = 0.0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      Simulation method = of(sequence == Sequence::sobol ? 16'384 : 1'024);
      method.seed = seed;
      method.sequence = sequence;
      method.control = Control::none;
      const auto found = simulated_price(option, model, method);
      squares += std::pow((found->price - exact) / found->standard_error, 2);
    }
    // Chi squared of forty: 0.0001 in each tail is about 15 and 82; 32 scramblings add a few per cent.
    EXPECT_GT(squares, 15.0);
    EXPECT_LT(squares, 85.0);
  }
}

TEST(Simulation, stops_at_the_target_error) {
  Simulation method = of(1'000'000);
  method.target_error = 0.05;
  const auto found = simulated_price(option, model, method);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->end, SimulationEnd::target_met);
  EXPECT_LE(found->standard_error, 0.05);
  EXPECT_LT(found->paths, 100'000);
  method.sequence = Sequence::sobol;
  const auto quasi = simulated_price(option, model, method);
  EXPECT_EQ(quasi->end, SimulationEnd::target_met);
  EXPECT_LE(quasi->paths, found->paths);
}

TEST(Simulation, too_few_paths_for_the_asked_error_is_refused_with_how_many_would_do) {
  Simulation method = of(2'000);
  method.control = Control::none;
  method.target_error = 0.02;
  const auto refused = simulated_price(option, model, method);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_converged);
  EXPECT_EQ(refused.error().field, "paths");
  EXPECT_TRUE(refused.error().value.starts_with("2000 with a standard error of 0."));
  // About (24 / 0.02)^2 = 1.4 million.
  const double wanted = std::stod(refused.error().allowed.substr(6));
  EXPECT_GT(wanted, 8e5);
  EXPECT_LT(wanted, 3e6);
}

TEST(Simulation, listener_hears_of_every_round_and_may_stop) {
  std::vector<std::int64_t> heard;
  const auto found = simulated_price(option, model, of(100'000), [&](const SimulationProgress& progress) {
    heard.push_back(progress.paths);
    EXPECT_EQ(progress.most_paths, 100'000);
    EXPECT_GT(progress.standard_error, 0.0);
    return heard.size() < 2 ? Onward::go_on : Onward::stop;
  });
  ASSERT_TRUE(found);
  EXPECT_EQ(heard, (std::vector<std::int64_t>{16'384, 32'768}));
  EXPECT_EQ(found->end, SimulationEnd::stopped);
  EXPECT_EQ(found->paths, 32'768);
  EXPECT_NEAR(found->price, *quadrature_price(option, model), sigmas * found->standard_error);
}

TEST(Simulation, refuses_settings_that_make_no_sense) {
  const auto field = [](const Simulation& method) { return simulated_price(option, model, method).error().field; };
  EXPECT_EQ(field(of(0)), "paths");
  Simulation method = of(1'000);
  method.sequence = Sequence::sobol;
  EXPECT_EQ(field(method), "paths");
  method = of(1'000);
  method.threads = 0;
  EXPECT_EQ(field(method), "threads");
  method = of(1'000);
  method.target_error = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field(method), "target_error");
  method.target_error = -1.0;
  EXPECT_EQ(field(method), "target_error");
  method = of(100'000);
  method.sequence = Sequence::sobol;
  BoundedCliquet daily{1.0, 100.0, {}, -0.1, 0.1, 0.0, 1.0, 0.0};
  for (int day = 1; day <= 2'561; ++day) daily.reset_dates.push_back(day / 250.0);
  EXPECT_EQ(simulated_price(daily, alike(100.0, 0.02, 0.0, {0.2}, 1.0), method).error().field, "dimensions");
}

}  // namespace
}  // namespace plimsoll
