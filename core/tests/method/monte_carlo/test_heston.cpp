#include "model/heston_reference.hpp"
#include "plimsoll/method/monte_carlo/heston.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double sigmas = 4.0;

Simulation of(std::int64_t paths, std::uint64_t seed = 21) {
  Simulation method;
  method.paths = paths;
  method.seed = seed;
  return method;
}

constexpr HestonPaths exact{HestonScheme::exact, 1, 1};

/// Feller's ratio is 0.16: the variance spends its time at zero.
Heston<double> violated(double rho) { return {100.0, 0.02, 0.01, 0.04, 0.5, 0.04, 0.5, rho}; }

TEST(MonteCarloHeston, exact_scheme_agrees_with_the_fourier_price_at_every_corner) {
  for (const double rho : {-0.99, -0.5, 0.99})
    for (const double years : {0.02, 1.0, 30.0})
      for (const double strike : {100.0, 100.0 * std::exp(0.1 * std::sqrt(years))}) {
        const auto found = simulated_price(European{OptionType::call, strike, years}, violated(rho), exact, of(8'192));
        ASSERT_TRUE(found) << found.error().message();
        EXPECT_NEAR(found->price, testing::heston_call(violated(rho), strike, years), sigmas * found->standard_error)
            << rho << " " << years << " " << strike;
      }
}

TEST(MonteCarloHeston, quadratic_exponential_scheme_agrees_within_its_weak_error) {
  for (const double rho : {-0.99, 0.0, 0.99})
    for (const double years : {0.02, 1.0, 10.0}) {
      const HestonPaths how{HestonScheme::quadratic_exponential, 8, 4};
      const auto found = simulated_price(European{OptionType::call, 100.0, years}, violated(rho), how, of(4'096));
      ASSERT_TRUE(found);
      // A tenth of a per cent of the spot is its weak error at eight steps a year with Feller's ratio at 0.16.
      EXPECT_NEAR(found->price, testing::heston_call(violated(rho), 100.0, years), sigmas * found->standard_error + 0.1)
          << rho << " " << years;
    }
}

TEST(MonteCarloHeston, agrees_with_the_exact_prices_printed_by_andersen) {
  // Source: Andersen (2008), table 1 and 2: cases I and II, calls at 100; 13.085 and 16.649.
  const Heston<double> one{100.0, 0.0, 0.0, 0.04, 0.5, 0.04, 1.0, -0.9};
  const Heston<double> two{100.0, 0.0, 0.0, 0.04, 0.3, 0.04, 0.9, -0.5};
  EXPECT_NEAR(testing::heston_call(one, 100.0, 10.0), 13.085, 5e-4);
  EXPECT_NEAR(testing::heston_call(two, 100.0, 15.0), 16.649, 5e-4);
  const auto first = simulated_price(European{OptionType::call, 100.0, 10.0}, one, exact, of(16'384));
  EXPECT_NEAR(first->price, 13.085, sigmas * first->standard_error);
  const auto second = simulated_price(European{OptionType::call, 100.0, 15.0}, two, exact, of(16'384));
  EXPECT_NEAR(second->price, 16.649, sigmas * second->standard_error);
}

TEST(MonteCarloHeston, asian_option_by_both_schemes_and_its_parity) {
  ArithmeticAsian option{OptionType::call, 100.0, {0.0}, 1.0, 0, 0.0};
  for (int month = 1; month <= 6; ++month) option.fixings.push_back(month / 6.0);
  option.fixings.back() = 1.0;
  const Heston<double> model{100.0, 0.03, 0.0, 0.0175, 1.5768, 0.0398, 0.5751, -0.5711};
  const auto free = simulated_price(option, model, exact, of(8'192));
  Simulation quasi = of(16'384);
  quasi.sequence = Sequence::sobol;
  const auto stepped = simulated_price(option, model, {HestonScheme::quadratic_exponential, 12, 2}, quasi);
  ASSERT_TRUE(free && stepped);
  EXPECT_NEAR(free->price, stepped->price, sigmas * std::hypot(free->standard_error, stepped->standard_error) + 0.01);
  EXPECT_TRUE(free->control.starts_with("geometric mean")) << free->control;
  EXPECT_GT(free->variance_gain, 100.0);
  option.type = OptionType::put;
  const auto put = simulated_price(option, model, exact, of(8'192));
  double forwards = 0.0;
  for (const double date : option.fixings) forwards += 100.0 * std::exp(0.03 * date) / 7.0;
  EXPECT_NEAR(free->price - put->price, std::exp(-0.03) * (forwards - 100.0),
              sigmas * (free->standard_error + put->standard_error));
}

TEST(MonteCarloHeston, without_volatility_of_variance_to_speak_of_it_is_black_scholes) {
  const Heston<double> calm{100.0, 0.02, 0.01, 0.04, 1.0, 0.04, 1e-3, -0.5};
  const double d = (0.01 + 0.02) / 0.2;
  const double price = 100.0 * std::exp(-0.01) * normal_cdf(d) - 100.0 * std::exp(-0.02) * normal_cdf(d - 0.2);
  for (const HestonPaths& how : {exact, HestonPaths{}}) {
    const auto found = simulated_price(European{OptionType::call, 100.0, 1.0}, calm, how, of(2'048));
    EXPECT_NEAR(found->price, price, sigmas * found->standard_error + 1e-4);
  }
}

TEST(MonteCarloHeston, asian_option_whose_fixings_are_made_is_a_discounted_amount) {
  const ArithmeticAsian option{OptionType::call, 95.0, {0.0}, 1.0, 1, 90.0};
  const auto found = simulated_price(option, violated(0.0), exact, of(1'024));
  EXPECT_EQ(found->price, 0.0);
  const ArithmeticAsian sure{OptionType::put, 100.0, {}, 1.0, 2, 180.0};
  EXPECT_NEAR(simulated_price(sure, violated(0.0), exact, of(1'024))->price, 10.0 * std::exp(-0.02), 1e-13);
}

TEST(MonteCarloHeston, gives_the_same_bits_for_one_and_three_threads) {
  const European option{OptionType::call, 100.0, 1.0};
  const auto one = simulated_price(option, violated(-0.5), exact, of(4'000));
  Simulation method = of(4'000);
  method.threads = 3;
  EXPECT_EQ(*simulated_price(option, violated(-0.5), exact, method), *one);
}

TEST(MonteCarloHeston, refuses_what_it_cannot_simulate) {
  const European option{OptionType::call, 100.0, 1.0};
  const auto field = [&](const Heston<double>& m, const HestonPaths& how, const Simulation& method) {
    const auto found = simulated_price(option, m, how, method);
    return found ? std::string("none") : found.error().field;
  };
  const Heston<double> good = violated(-0.5);
  Simulation quasi = of(16'384);
  quasi.sequence = Sequence::sobol;
  EXPECT_EQ(field(good, exact, quasi), "sequence");
  Simulation pairs = of(16'384);
  pairs.antithetic = Antithetic::yes;
  EXPECT_EQ(field(good, exact, pairs), "antithetic");
  EXPECT_EQ(field(good, {HestonScheme::exact, 0, 1}, of(1'000)), "steps_per_year");
  EXPECT_EQ(field(good, {HestonScheme::exact, 1, 0}, of(1'000)), "steps_per_year");
  Heston<double> bad = good;
  bad.volatility_of_variance = 0.0;
  EXPECT_EQ(field(bad, exact, of(1'000)), "volatility_of_variance");
  bad = good;
  bad.mean_reversion = 0.0;
  EXPECT_EQ(field(bad, exact, of(1'000)), "mean_reversion");
  bad = good;
  bad.spot = 0.0;
  EXPECT_EQ(field(bad, exact, of(1'000)), "spot");
  bad = good;
  bad.correlation = 1.5;
  EXPECT_EQ(field(bad, exact, of(1'000)), "correlation");
  EXPECT_EQ(simulated_price(European{OptionType::call, 100.0, 0.0}, good, exact, of(1'000)).error().field, "expiry");
  EXPECT_EQ(simulated_price(European{OptionType::call, -1.0, 1.0}, good, exact, of(1'000)).error().field, "strike");
  EXPECT_EQ(simulated_price(ArithmeticAsian{OptionType::call, -1.0, {1.0}, 1.0, 0, 0.0}, good, exact, of(1'000))
                .error()
                .field,
            "strike");
}

}  // namespace
}  // namespace plimsoll
