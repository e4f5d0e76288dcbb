#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/closed_form/black_scholes.hpp>
#include <plimsoll/method/monte_carlo/european.hpp>
#include <plimsoll/method/vanilla.hpp>

namespace plimsoll {
namespace {

const BlackScholes<double> model{100.0, 0.04, 0.0, 0.3};
const std::vector<TimedDividend> dividends{{0.5, 2.0}};

VanillaCase vanilla(OptionType type, Exercise exercise) { return {type, exercise, 105.0, 1.0, model, {}}; }

std::optional<PricedGreeks> price(const VanillaCase& option, const Method& method,
                                  Measures measures = Measures::with_greeks) {
  VanillaWorkspace workspace;
  return price_vanilla(option, method, measures, workspace);
}

TEST(Vanilla, american_call_without_yield_and_put_without_interest_are_worth_holding) {
  EXPECT_TRUE(is_worth_holding(vanilla(OptionType::call, Exercise::american)));
  EXPECT_FALSE(is_worth_holding(vanilla(OptionType::put, Exercise::american)));
  VanillaCase put = vanilla(OptionType::put, Exercise::american);
  put.model.rate = 0.0;
  EXPECT_TRUE(is_worth_holding(put));
  VanillaCase call = vanilla(OptionType::call, Exercise::american);
  call.model.dividend_yield = 0.01;
  EXPECT_FALSE(is_worth_holding(call));
  call.model.dividend_yield = 0.0;
  call.dividends = dividends;
  EXPECT_FALSE(is_worth_holding(call));
}

TEST(Vanilla, dividends_outside_the_life_leave_the_closed_form_in_place) {
  const std::vector<TimedDividend> outside{{0.0, 5.0}, {0.5, 0.0}, {1.5, 5.0}};
  VanillaCase option = vanilla(OptionType::call, Exercise::european);
  option.dividends = outside;
  EXPECT_TRUE(has_closed_form(option));
  option.dividends = dividends;
  EXPECT_FALSE(has_closed_form(option));
}

TEST(Vanilla, every_method_prices_a_european_option_alike) {
  const VanillaCase option = vanilla(OptionType::put, Exercise::european);
  const PricedGreeks exact = black_scholes_greeks(option.type, option.strike, option.years, option.model);
  EXPECT_EQ(price(option, ClosedForm{}), exact);
  EXPECT_EQ(price(option, ClosedForm{}, Measures::price_only)->price, exact.price);
  EXPECT_NEAR(price(option, LeisenReimer{})->price, exact.price, 1e-5);
  EXPECT_NEAR(price(option, LeisenReimer{}, Measures::price_only)->price, exact.price, 1e-5);
  EXPECT_NEAR(price(option, CrankNicolson{})->price, exact.price, 1e-4);
  EXPECT_NEAR(price(option, CrankNicolson{}, Measures::price_only)->price, exact.price, 1e-4);
  const MonteCarlo simulation{16384, 5};
  const MonteCarloResult simulated =
      monte_carlo_european({option.type, option.strike, option.years}, model, simulation);
  EXPECT_EQ(price(option, simulation)->price, simulated.price);
  EXPECT_NEAR(simulated.price, exact.price, 5.0 * simulated.standard_error);
}

TEST(Vanilla, methods_that_do_not_apply_say_so) {
  EXPECT_FALSE(price(vanilla(OptionType::put, Exercise::american), ClosedForm{}));
  EXPECT_FALSE(price(vanilla(OptionType::call, Exercise::american), MonteCarlo{}));
  VanillaCase option = vanilla(OptionType::call, Exercise::european);
  option.dividends = dividends;
  EXPECT_FALSE(price(option, ClosedForm{}));
  EXPECT_FALSE(price(option, MonteCarlo{}));
  EXPECT_TRUE(price(option, LeisenReimer{}));
}

TEST(Vanilla, american_by_closed_form_is_the_european_where_waiting_is_free) {
  EXPECT_EQ(price(vanilla(OptionType::call, Exercise::american), ClosedForm{}),
            price(vanilla(OptionType::call, Exercise::european), ClosedForm{}));
}

}  // namespace
}  // namespace plimsoll
