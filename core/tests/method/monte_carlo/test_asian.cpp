#include "expect_derivatives.hpp"
#include "method/asian_rows.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/turnbull_wakeman.hpp"
#include "plimsoll/method/monte_carlo/asian.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const BlackScholes<double> model{100.0, 0.06, 0.03, 0.2};
const ArithmeticAsian fresh{OptionType::call, 100.0, {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}, 1.0, 0, 0.0};
const MonteCarlo method{16384, 5, 1};

double discount() { return std::exp(-0.06); }

TEST(MonteCarloAsian, agrees_with_the_printed_prices_of_levy) {
  int cases = 0;
  for (const auto& row : testing::reference_table("asian_discrete.csv")) {
    if (row.text("averaging") != "arithmetic_discrete") continue;
    const MonteCarloResult result = monte_carlo_asian(asian_of(row), model_of(row), {2048, 1, 1});
    EXPECT_NEAR(result.price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    EXPECT_LT(result.standard_error, 0.25 * row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 19);
}

TEST(MonteCarloAsian, geometric_control_cuts_the_variance_by_more_than_a_hundred) {
  const MonteCarloResult result = monte_carlo_asian(fresh, model, method);
  RecordProperty("variance_gain", std::to_string(result.variance_gain));
  EXPECT_GT(result.variance_gain, 100.0);
  // The plain deviation of the payoff is about 8: without the control the error would be 8 / 128.
  EXPECT_LT(result.standard_error, 0.1 * 8.0 / 128.0);
}

TEST(MonteCarloAsian, gives_the_same_bits_for_one_and_two_threads) {
  const MonteCarloResult one = monte_carlo_asian(fresh, model, {5000, 7, 1});
  EXPECT_EQ(monte_carlo_asian(fresh, model, {5000, 7, 2}), one);
}

TEST(MonteCarloAsian, with_one_fixing_is_the_european_option) {
  const ArithmeticAsian option{OptionType::put, 95.0, {1.0}, 1.0, 0, 0.0};
  const PricedGreeks exact = black_scholes_greeks(OptionType::put, 95.0, 1.0, model);
  const MonteCarloResult result = monte_carlo_asian(option, model, method);
  // The control is the option itself.
  EXPECT_NEAR(result.price, exact.price, 1e-10);
  EXPECT_NEAR(result.greeks.delta, exact.greeks.delta, 1e-12);
  EXPECT_NEAR(result.greeks.gamma, exact.greeks.gamma, 1e-12);
  EXPECT_NEAR(result.greeks.vega, exact.greeks.vega, 1e-10);
  EXPECT_NEAR(result.greeks.theta, exact.greeks.theta, 1e-10);
  EXPECT_NEAR(result.greeks.rho, exact.greeks.rho, 1e-10);
}

ArithmeticAsian later_by(const ArithmeticAsian& option, double years) {
  ArithmeticAsian moved = option;
  for (double& date : moved.fixings) date -= years;
  moved.expiry -= years;
  return moved;
}

TEST(MonteCarloAsian, sensitivities_are_those_of_the_bumped_price) {
  ArithmeticAsian option = fresh;
  option.past_count = 2;
  option.past_sum = 190.0;
  const MonteCarloResult result = monte_carlo_asian(option, model, method);
  // By spot, rate, volatility and time, on the same paths: what the bump and the adjoint see differs by the paths that
  // cross the strike within a bump and by the fitted coefficient, within four standard errors of each sensitivity.
  const auto price = [&](auto x) {
    return monte_carlo_asian(later_by(option, x[3]), {x[0], x[1], 0.03, x[2]}, method).price;
  };
  const testing::Point at{100.0, 0.06, 0.2, 0.0};
  const Greeks& g = result.greeks;
  const Greeks& e = result.greek_errors;
  const std::array<std::pair<double, double>, 4> sensitivities{
      {{g.delta, e.delta}, {g.rho, e.rho}, {g.vega, e.vega}, {g.theta, e.theta}}};
  for (std::size_t i = 0; i < at.size(); ++i) {
    const testing::Bump bump = testing::central_bump(price, at, i);
    EXPECT_NEAR(sensitivities[i].first, bump.derivative, bump.error + 4.0 * sensitivities[i].second) << i;
  }
}

TEST(MonteCarloAsian, gamma_is_the_bumped_delta) {
  const MonteCarlo many{65536, 5, 1};
  const auto delta = [&](double spot) { return monte_carlo_asian(fresh, {spot, 0.06, 0.03, 0.2}, many).greeks; };
  // A central difference over 2 %: its truncation is spot^2 gamma'' / 6 * 0.01^2, below 1 % of gamma here.
  const double bumped = (delta(101.0).delta - delta(99.0).delta) / 2.0;
  const MonteCarloResult result = monte_carlo_asian(fresh, model, many);
  EXPECT_NEAR(result.greeks.gamma, bumped, 0.01 * bumped + 4.0 * result.greek_errors.gamma);
}

TEST(MonteCarloAsian, parity_is_that_of_the_average_forward) {
  ArithmeticAsian put = fresh;
  put.type = OptionType::put;
  double forwards = 0.0;
  for (const double date : fresh.fixings) forwards += forward(model, date) / 10.0;
  const MonteCarloResult call_value = monte_carlo_asian(fresh, model, method);
  const MonteCarloResult put_value = monte_carlo_asian(put, model, method);
  EXPECT_NEAR(call_value.price - put_value.price, discount() * (forwards - 100.0),
              4.0 * (call_value.standard_error + put_value.standard_error));
}

TEST(MonteCarloAsian, two_moment_approximation_is_near_and_costs_no_path) {
  const MonteCarloResult result = monte_carlo_asian(fresh, model, method);
  // Half a per cent is the accuracy that the approximation states for deviations up to 20 %.
  EXPECT_NEAR(turnbull_wakeman_price(fresh, model), result.price, 5e-3 * result.price + 4.0 * result.standard_error);
}

TEST(MonteCarloAsian, fixing_at_time_zero_is_a_fixing_made_at_todays_spot) {
  ArithmeticAsian today = fresh;
  today.fixings = {0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};
  ArithmeticAsian made = fresh;
  made.past_count = 1;
  made.past_sum = 100.0;
  EXPECT_EQ(monte_carlo_asian(today, model, method), monte_carlo_asian(made, model, method));
}

TEST(MonteCarloAsian, asian_at_expiry_is_its_payoff) {
  const ArithmeticAsian option{OptionType::call, 95.0, {0.0}, 0.0, 3, 290.0};
  const MonteCarloResult result = monte_carlo_asian(option, model, method);
  EXPECT_DOUBLE_EQ(result.price, 390.0 / 4.0 - 95.0);
  EXPECT_EQ(result.standard_error, 0.0);
  EXPECT_EQ(result.greeks.delta, 0.0);
}

TEST(MonteCarloAsian, asian_after_its_last_fixing_is_a_discounted_amount) {
  const ArithmeticAsian option{OptionType::call, 95.0, {}, 1.0, 4, 400.0};
  const MonteCarloResult result = monte_carlo_asian(option, model, method);
  EXPECT_DOUBLE_EQ(result.price, 5.0 * discount());
  EXPECT_DOUBLE_EQ(result.greeks.rho, -result.price);
  EXPECT_DOUBLE_EQ(result.greeks.theta, 0.06 * result.price);
}

TEST(MonteCarloAsian, strike_exceeded_already_makes_a_sure_call_and_a_worthless_put) {
  ArithmeticAsian option = fresh;
  option.past_count = 10;
  option.past_sum = 2500.0;
  double forwards = 0.0;
  for (const double date : fresh.fixings) forwards += forward(model, date);
  const MonteCarloResult result = monte_carlo_asian(option, model, method);
  EXPECT_NEAR(result.price, discount() * ((2500.0 + forwards) / 20.0 - 100.0), 4.0 * result.standard_error);
  option.type = OptionType::put;
  EXPECT_EQ(monte_carlo_asian(option, model, method).price, 0.0);
}

TEST(MonteCarloAsian, without_chance_follows_the_forward) {
  const BlackScholes<double> still{100.0, 0.06, 0.03, 0.0};
  double forwards = 0.0;
  for (const double date : fresh.fixings) forwards += forward(still, date) / 10.0;
  const MonteCarloResult result = monte_carlo_asian(fresh, still, method);
  EXPECT_NEAR(result.price, discount() * (forwards - 100.0), 1e-12);
  EXPECT_EQ(result.standard_error, 0.0);
  EXPECT_NEAR(result.greeks.delta, discount() * forwards / 100.0, 1e-14);
  EXPECT_EQ(monte_carlo_asian(fresh, {0.0, 0.06, 0.03, 0.2}, method).price, 0.0);
}

}  // namespace
}  // namespace plimsoll
