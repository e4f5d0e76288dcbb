#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/monte_carlo/barrier.hpp"
#include "plimsoll/method/monte_carlo/bridge_survival.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double sigmas = 4.0;
const BlackScholes<double> model{100.0, 0.05, 0.02, 0.25};

Simulation of(std::int64_t paths, std::uint64_t seed = 9) {
  Simulation method;
  method.paths = paths;
  method.seed = seed;
  return method;
}

Barrier single(OptionType type, BarrierSide side, Knock knock, double level) {
  return {type, Payout::difference, 100.0, 0.0, side, knock, level, 0.0, 1.0};
}

template <class Option>
SimulatedPrice priced(const Option& option, const PathCut& cut, const Simulation& method) {
  const auto found = simulated_price(option, model, cut, method);
  EXPECT_TRUE(found) << (found ? "" : found.error().message());
  return found ? *found : SimulatedPrice{};
}

TEST(MonteCarloBarrier, all_eight_types_are_unbiased_with_one_step_and_with_many) {
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const BarrierSide side : {BarrierSide::down, BarrierSide::up})
      for (const Knock knock : {Knock::knock_in, Knock::knock_out})
        for (const std::int64_t steps : {1, 5}) {
          const Barrier option = single(type, side, knock, side == BarrierSide::down ? 90.0 : 115.0);
          const SimulatedPrice found = priced(option, {steps, Importance::none}, of(8'192));
          EXPECT_NEAR(found.price, closed_form(option, model)->price, sigmas * found.standard_error)
              << static_cast<int>(side) << static_cast<int>(knock) << steps;
        }
}

TEST(MonteCarloBarrier, a_barrier_next_to_the_spot_and_a_rebate_of_a_knock_in_are_no_trouble) {
  Barrier option = single(OptionType::call, BarrierSide::down, Knock::knock_in, 99.5);
  option.rebate = 7.0;
  const SimulatedPrice in = priced(option, {2, Importance::none}, of(16'384));
  EXPECT_NEAR(in.price, closed_form(option, model)->price, sigmas * in.standard_error);
  option.rebate = 0.0;
  option.knock = Knock::knock_out;
  const SimulatedPrice out = priced(option, {2, Importance::none}, of(16'384));
  EXPECT_NEAR(out.price, closed_form(option, model)->price, sigmas * out.standard_error);
}

TEST(MonteCarloBarrier, double_barrier_is_unbiased_whether_narrow_or_wide) {
  for (const auto& [lower, upper] : {std::pair{95.0, 106.0}, std::pair{80.0, 130.0}, std::pair{45.0, 200.0}})
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const std::int64_t steps : {1, 4}) {
        const DoubleBarrier option{OptionType::call, Payout::difference, 100.0, 0.0, knock, lower, upper, 1.0};
        const SimulatedPrice found = priced(option, {steps, Importance::none}, of(8'192));
        // A narrow corridor is survived by so few that the means are not normal; then the price is near zero.
        EXPECT_NEAR(found.price, closed_form(option, model)->price, sigmas * found.standard_error + 1e-9)
            << lower << " " << static_cast<int>(knock) << steps;
      }
}

TEST(MonteCarloBarrier, z_scores_over_a_hundred_seeds_are_those_of_an_unbiased_mean) {
  const Barrier option = single(OptionType::call, BarrierSide::up, Knock::knock_out, 125.0);
  const double exact = closed_form(option, model)->price;
  double sum = 0.0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const SimulatedPrice found = priced(option, {3, Importance::none}, of(512, seed));
    sum += (found.price - exact) / found.standard_error;
  }
  EXPECT_LT(std::abs(sum) / 10.0, sigmas);  // the sum of a hundred has the deviation ten
}

TEST(MonteCarloBarrier, far_tail_is_found_by_the_shift_and_not_without) {
  const European option{OptionType::call, 300.0, 1.0};
  const double exact = black_scholes_greeks(OptionType::call, 300.0, 1.0, model).price;  // 3e-5
  const SimulatedPrice found = priced(option, {1, Importance::shifted}, of(16'384));
  EXPECT_NEAR(found.price, exact, sigmas * found.standard_error);
  EXPECT_LT(found.standard_error, 0.02 * exact);
  EXPECT_GT(found.importance_gain, 1'000.0);
  const SimulatedPrice plain = priced(option, {1, Importance::none}, of(16'384));
  EXPECT_EQ(plain.importance_gain, 1.0);
  EXPECT_GT(plain.standard_error + (plain.price == 0.0 ? exact : 0.0), 10.0 * found.standard_error);
  RecordProperty("importance_gain", std::to_string(found.importance_gain));
}

TEST(MonteCarloBarrier, gain_of_the_shift_is_that_of_the_two_standard_errors) {
  const European option{OptionType::put, 80.0, 1.0};
  Simulation method = of(65'536);
  method.control = Control::none;
  const SimulatedPrice with = priced(option, {1, Importance::shifted}, method);
  const SimulatedPrice without = priced(option, {1, Importance::none}, method);
  const double gain = std::pow(without.standard_error / with.standard_error, 2);
  EXPECT_GT(gain, 3.0);
  EXPECT_NEAR(with.importance_gain / gain, 1.0, 0.25);  // a pilot of 4,096 paths
}

TEST(MonteCarloBarrier, knock_in_far_below_is_reached_by_way_of_the_barrier) {
  // Down to 55 and up again to 100 within a year: a rare path.
  const Barrier option = single(OptionType::call, BarrierSide::down, Knock::knock_in, 55.0);
  const double exact = closed_form(option, model)->price;
  const SimulatedPrice found = priced(option, {16, Importance::shifted}, of(16'384));
  EXPECT_NEAR(found.price, exact, sigmas * found.standard_error);
  EXPECT_LT(found.standard_error, 0.15 * exact);
  EXPECT_GT(found.importance_gain, 100.0);
  const Barrier up = single(OptionType::put, BarrierSide::up, Knock::knock_in, 170.0);
  const SimulatedPrice other = priced(up, {16, Importance::shifted}, of(16'384));
  EXPECT_NEAR(other.price, closed_form(up, model)->price, sigmas * other.standard_error);
  EXPECT_GT(other.importance_gain, 100.0);
}

TEST(MonteCarloBarrier, touched_option_is_the_plain_one_or_nothing) {
  const Barrier in = single(OptionType::call, BarrierSide::down, Knock::knock_in, 105.0);
  EXPECT_NEAR(priced(in, {2, Importance::none}, of(1'024)).price, closed_form(in, model)->price, 1e-10);
  EXPECT_EQ(priced(single(OptionType::call, BarrierSide::down, Knock::knock_out, 105.0), {}, of(1'024)).price, 0.0);
}

TEST(MonteCarloBarrier, bridge_between_two_barriers_has_the_limits_of_one) {
  EXPECT_NEAR(bridge_stays_between<double>(0.3, 0.2, 50.0, 0.04, 0.004), bridge_stays_above<double>(0.3, 0.2, 0.04),
              1e-15);
  // The mirror image of the bridge stays as often; one that starts outside never does.
  EXPECT_NEAR(bridge_stays_between<double>(0.3, 0.2, 0.5, 0.04, 0.4),
              bridge_stays_between<double>(0.2, 0.3, 0.5, 0.04, 0.4), 1e-15);
  EXPECT_EQ(bridge_stays_between<double>(0.6, 0.2, 0.5, 0.04, 0.4), 0.0);
  EXPECT_EQ(bridge_stays_above<double>(-0.1, 0.2, 0.04), 0.0);
  // By two halves: the mean over where the bridge is half way. Deviation one, width one.
  std::vector<double> draws(200'000);
  RandomStream(4, 0).fill_normal(draws);
  double sum = 0.0;
  double squares = 0.0;
  for (const double z : draws) {
    const double middle = 0.45 + 0.5 * z;
    const double kept = bridge_stays_between<double>(0.5, middle, 1.0, 0.5, 0.71) *
                        bridge_stays_between<double>(middle, 0.4, 1.0, 0.5, 0.71);
    sum += kept;
    squares += kept * kept;
  }
  const double mean = sum / 200'000.0;
  const double error = std::sqrt((squares / 200'000.0 - mean * mean) / 200'000.0);
  EXPECT_NEAR(bridge_stays_between<double>(0.5, 0.4, 1.0, 1.0, 1.0), mean, sigmas * error);
}

TEST(MonteCarloBarrier, bridge_carries_the_derivative_by_its_ends) {
  using R = Adjoint<double>;
  Tape<double> tape;
  const R from = R::leaf(tape, 0.3);
  const R stays = bridge_stays_above<R>(from, R{0.2}, R{0.09});
  sweep(tape, stays, {});
  const double rate = 2.0 * 0.2 / 0.09;
  EXPECT_NEAR(from.adjoint(), rate * std::exp(-0.3 * rate), 1e-14);
}

TEST(MonteCarloBarrier, refuses_what_it_cannot_simulate) {
  const auto field = [](const auto& option, const BlackScholes<double>& m, const PathCut& cut) {
    const auto found = simulated_price(option, m, cut, of(1'000));
    return found ? std::string("none") : found.error().field;
  };
  Barrier option = single(OptionType::call, BarrierSide::down, Knock::knock_out, 90.0);
  EXPECT_EQ(field(option, model, {0, Importance::none}), "steps");
  EXPECT_EQ(field(option, model, {1'001, Importance::none}), "steps");
  EXPECT_EQ(field(option, {100.0, 0.05, 0.0, 0.0}, {}), "volatility");
  EXPECT_EQ(field(option, {0.0, 0.05, 0.0, 0.2}, {}), "spot");
  EXPECT_EQ(field(option, {100.0, 0.05, 0.0, -0.2}, {}), "volatility");
  option.rebate = 1.0;
  EXPECT_EQ(field(option, model, {}), "rebate");
  option.barrier = -1.0;
  EXPECT_EQ(field(option, model, {}), "barrier");
  EXPECT_EQ(field(DoubleBarrier{OptionType::call, Payout::difference, 100.0, 0.0, Knock::knock_in, 110.0, 90.0, 1.0},
                  model, {}),
            "lower");
  EXPECT_EQ(field(European{OptionType::call, -1.0, 1.0}, model, {}), "strike");
  EXPECT_EQ(simulated_price(option, model, {}, of(0)).error().field, "barrier");
}

}  // namespace
}  // namespace plimsoll
