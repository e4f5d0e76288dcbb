#include "textbook_cases.hpp"

#include <plimsoll/method/tree/trinomial.hpp>

namespace plimsoll::testing {
namespace {

const LatticeOf lattice = [](std::int64_t steps, Extrapolation extrapolation, LastStep last_step) {
  return Method{Trinomial{steps, extrapolation, last_step}};
};

TEST(Trinomial, european_price_converges_with_order_one_at_least) {
  // Moves of sqrt(3) deviations match the kurtosis too: what is left of the first order is small.
  EXPECT_GT(order_of_european(lattice, Extrapolation::none), 0.8);
}

TEST(Trinomial, american_price_converges_with_order_one) {
  EXPECT_NEAR(order_of_american(lattice, Extrapolation::none), 1.0, 0.3);
  EXPECT_GT(gain_of_extrapolation(lattice, Exercise::american), 2.0);
}

TEST(Trinomial, american_price_agrees_with_the_integral_equation) { expect_american_reference(lattice, 4e-3, 4e-4); }

TEST(Trinomial, european_greeks_agree_with_the_closed_form_near_the_money) { expect_near_formula(lattice, 5e-4, 5e-3); }

TEST(Trinomial, vega_and_rho_are_the_derivatives_of_the_lattice) {
  expect_own_derivatives(lattice, Exercise::european, LastStep::black_scholes);
  expect_own_derivatives(lattice, Exercise::american, LastStep::payoff);
}

TEST(Trinomial, cash_dividends_agree_with_leisen_reimer) { expect_dividends(lattice); }

TEST(Trinomial, american_is_worth_at_least_the_european_and_the_payoff) { expect_american_above_european(lattice); }

TEST(Trinomial, parity_of_european_options_holds_on_the_lattice) {
  for (const OptionCase& call : near_cases(20)) {
    OptionCase put = call;
    put.type = call.type == OptionType::call ? OptionType::put : OptionType::call;
    const Method method = lattice(50, Extrapolation::none, LastStep::payoff);
    const double difference =
        sign(call.type) * (price_by(call, Exercise::european, method) - price_by(put, Exercise::european, method));
    const double exact =
        prepaid_forward(call.model, call.years) - call.strike * discount_factor(call.model, call.years);
    // The lattice's measure has the forward as its mean: rounding of 50 products of weights known to 1e-13.
    EXPECT_NEAR(difference, exact, 1e-9);
  }
}

TEST(Trinomial, too_few_steps_for_a_probability_give_no_number) {
  const OptionCase steep{OptionType::call, 100.0, 3.0, {100.0, 0.3, 0.0, 0.01}, {}, 0.0};
  EXPECT_TRUE(std::isnan(price_by(steep, Exercise::european, lattice(10, Extrapolation::none, LastStep::payoff))));
}

}  // namespace
}  // namespace plimsoll::testing
