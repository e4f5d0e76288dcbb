#include "../option_cases.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/approximation/bjerksund_stensland.hpp>
#include <plimsoll/method/approximation/quadratic.hpp>
#include <plimsoll/method/integral_equation/american.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto put = OptionType::put;
constexpr auto call = OptionType::call;

VanillaCase option_of(OptionType type, double spot, double strike, double years, double rate, double yield,
                      double volatility) {
  return {type, Exercise::american, strike, years, {spot, rate, yield, volatility}, {}};
}

double flat_boundary(const VanillaCase& option) {
  return *bjerksund_stensland_price(option, BoundaryEdition::flat_1993);
}
double two_steps(const VanillaCase& option) {
  return *bjerksund_stensland_price(option, BoundaryEdition::two_steps_2002);
}
double quadratic(const VanillaCase& option) { return *barone_adesi_whaley_price(option); }
double ju(const VanillaCase& option) { return *ju_quadratic_price(option); }

double exact(const VanillaCase& option) {
  static IntegralWorkspace workspace;
  return integral_equation_price(option, IntegralEquation::fast(), workspace);  // nearer than any approximation
}

TEST(Approximation, quadratic_meets_the_values_printed_by_haug) {
  // Haug (1998), The complete guide to option pricing formulas, p. 24: futures, four decimals.
  struct Printed {
    OptionType type;
    double spot, years, volatility, expected;
  };
  for (const auto& [type, spot, years, volatility, expected] : std::vector<Printed>{{call, 90.0, 0.1, 0.15, 0.0206},
                                                                                    {call, 100.0, 0.1, 0.15, 1.8771},
                                                                                    {call, 110.0, 0.5, 0.35, 15.5689},
                                                                                    {put, 90.0, 0.5, 0.15, 10.5595},
                                                                                    {put, 100.0, 0.5, 0.25, 6.8014},
                                                                                    {put, 110.0, 0.5, 0.35, 5.8823}})
    EXPECT_NEAR(quadratic(option_of(type, spot, 100.0, years, 0.1, 0.1, volatility)), expected, 3e-3) << spot;
}

TEST(Approximation, modified_quadratic_meets_the_values_printed_by_its_author) {
  // Ju (1999), An approximate formula for pricing American options, exhibits 3 and 4.
  EXPECT_NEAR(ju(option_of(put, 40.0, 35.0, 1.0 / 3.0, 0.0488, 0.0, 0.2)), 0.201, 1e-3);
  EXPECT_NEAR(ju(option_of(put, 40.0, 45.0, 7.0 / 12.0, 0.0488, 0.0, 0.4)), 7.367, 1e-3);
  EXPECT_NEAR(ju(option_of(call, 80.0, 100.0, 3.0, 0.03, 0.07, 0.2)), 2.605, 1e-3);
  EXPECT_NEAR(ju(option_of(call, 120.0, 100.0, 3.0, 1e-5, 0.07, 0.3)), 24.786, 1e-3);
}

TEST(Approximation, flat_boundary_meets_the_values_printed_by_haug) {
  // Haug (1998), p. 27 and the code that goes with it.
  EXPECT_NEAR(flat_boundary(option_of(call, 42.0, 40.0, 0.75, 0.04, 0.08, 0.35)), 5.2704, 5e-5);
  EXPECT_NEAR(flat_boundary(option_of(put, 36.0, 40.0, 1.0, 0.06, 0.0, 0.2)), 4.4531, 5e-5);
}

TEST(Approximation, flat_boundaries_are_lower_bounds_and_two_steps_are_nearer_in_the_mean) {
  double flat = 0.0;
  double steps = 0.0;
  for (const OptionCase& o : near_cases(60)) {
    const VanillaCase option = option_in_market(o);
    const double true_price = exact(option);
    EXPECT_LE(flat_boundary(option), true_price + 1e-6);
    EXPECT_LE(two_steps(option), true_price + 1e-6);
    flat += std::pow(flat_boundary(option) - true_price, 2);
    steps += std::pow(two_steps(option) - true_price, 2);
  }
  EXPECT_LT(steps, flat);
}

TEST(Approximation, distances_from_the_exact_price_are_those_that_are_claimed) {
  struct Sum {
    double most = 0.0;
    double squares = 0.0;
    void add(double error) {
      most = std::max(most, std::abs(error));
      squares += error * error;
    }
  };
  Sum of_quadratic;
  Sum of_ju;
  Sum of_flat;
  Sum of_steps;
  constexpr std::size_t count = 400;
  SpreadPoints points(5);
  for (std::size_t i = 0; i < count; ++i) {
    const double strike = 100.0 * std::exp(points.between(std::log(0.8), std::log(1.25)));
    const double years = points.between(0.02, 3.0);
    const double volatility = points.between(0.1, 0.6);
    const double rate = points.between(0.0, 0.1);
    const double yield = points.between(0.0, 0.1);
    const VanillaCase option = option_of(i % 2 == 0 ? call : put, 100.0, strike, years, rate, yield, volatility);
    const double true_price = exact(option);
    of_quadratic.add((quadratic(option) - true_price) / strike);
    of_ju.add((ju(option) - true_price) / strike);
    of_flat.add((flat_boundary(option) - true_price) / strike);
    of_steps.add((two_steps(option) - true_price) / strike);
  }
  const auto record = [&](const char* name, const Sum& sum) {
    RecordProperty(std::string(name) + "_most", std::to_string(sum.most));
    RecordProperty(std::string(name) + "_mean", std::to_string(std::sqrt(sum.squares / count)));
  };
  record("quadratic", of_quadratic);
  record("ju", of_ju);
  record("flat", of_flat);
  record("two_steps", of_steps);
  EXPECT_LT(of_quadratic.most, 0.011);
  EXPECT_LT(of_ju.most, 0.0012);
  EXPECT_LT(of_flat.most, 0.0042);
  EXPECT_LT(of_steps.most, 0.0046);
}

TEST(Approximation, limits_are_exact) {
  for (const auto price : {quadratic, ju, flat_boundary, two_steps}) {
    EXPECT_EQ(price(option_of(put, 100.0, 120.0, 0.0, 0.05, 0.01, 0.2)), 20.0);
    EXPECT_EQ(price(option_of(put, 100.0, 120.0, 1.0, 0.05, 0.01, 0.0)), 20.0);
    EXPECT_EQ(price(option_of(put, 0.0, 120.0, 1.0, 0.05, 0.01, 0.2)), 120.0);
    const VanillaCase held = option_of(call, 100.0, 90.0, 1.0, 0.05, 0.0, 0.2);
    EXPECT_EQ(price(held), black_scholes_price(call, 90.0, 1.0, held.model));
    VanillaCase european = option_of(put, 100.0, 90.0, 1.0, 0.05, 0.01, 0.2);
    european.exercise = Exercise::european;
    EXPECT_EQ(price(european), black_scholes_price(put, 90.0, 1.0, european.model));
    EXPECT_EQ(price(option_of(put, 40.0, 100.0, 1.0, 0.1, 0.0, 0.2)), 60.0);
    EXPECT_NEAR(price(option_of(call, 100.0, 100.0, 1.0, 0.05, 0.05, 1e-4)), 0.0038, 4e-4);
  }
}

TEST(Approximation, two_boundaries_and_cash_dividends_are_not_theirs) {
  const std::vector<TimedDividend> dividends{{0.5, 2.0}};
  VanillaCase paying = option_of(put, 100.0, 100.0, 1.0, 0.05, 0.0, 0.2);
  paying.dividends = dividends;
  for (const VanillaCase& option : {paying, option_of(put, 90.0, 100.0, 1.0, -0.01, -0.03, 0.1)}) {
    EXPECT_FALSE(barone_adesi_whaley_price(option));
    EXPECT_FALSE(ju_quadratic_price(option));
    EXPECT_FALSE(bjerksund_stensland_price(option, BoundaryEdition::two_steps_2002));
  }
}

}  // namespace
}  // namespace plimsoll::testing
