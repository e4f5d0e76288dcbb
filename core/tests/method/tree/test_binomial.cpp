#include "expect_derivatives.hpp"
#include "textbook_cases.hpp"

#include <plimsoll/method/tree/binomial.hpp>

namespace plimsoll::testing {
namespace {

constexpr BinomialMoves all_moves[] = {BinomialMoves::cox_ross_rubinstein, BinomialMoves::jarrow_rudd,
                                       BinomialMoves::tian};

LatticeOf lattice_with(BinomialMoves moves) {
  return [moves](std::int64_t steps, Extrapolation extrapolation, LastStep last_step) {
    return Method{Binomial{moves, steps, extrapolation, last_step}};
  };
}

TEST(Binomial, european_price_converges_with_order_one_and_extrapolation_gains) {
  for (const BinomialMoves moves : all_moves) {
    EXPECT_NEAR(order_of_european(lattice_with(moves), Extrapolation::none), 1.0, 0.15);
    EXPECT_GT(gain_of_extrapolation(lattice_with(moves), Exercise::european), 4.0);
  }
}

TEST(Binomial, american_price_converges_with_order_one_and_extrapolation_gains) {
  for (const BinomialMoves moves : all_moves) {
    EXPECT_NEAR(order_of_american(lattice_with(moves), Extrapolation::none), 1.0, 0.25);
    EXPECT_GT(gain_of_extrapolation(lattice_with(moves), Exercise::american), 4.0);
  }
}

TEST(Binomial, american_price_agrees_with_the_integral_equation) {
  for (const BinomialMoves moves : all_moves) expect_american_reference(lattice_with(moves), 6e-3, 6e-4);
}

TEST(Binomial, european_greeks_agree_with_the_closed_form_near_the_money) {
  for (const BinomialMoves moves : all_moves) expect_near_formula(lattice_with(moves), 2e-3, 5e-2);
}

TEST(Binomial, vega_and_rho_are_the_derivatives_of_the_lattice) {
  for (const BinomialMoves moves : all_moves)
    for (const LastStep last_step : {LastStep::payoff, LastStep::black_scholes}) {
      expect_own_derivatives(lattice_with(moves), Exercise::european, last_step);
      expect_own_derivatives(lattice_with(moves), Exercise::american, last_step);
    }
}

/// The textbook recursion on any Real, every decision on the tape.
template <Real R>
R recorded_put(const R& volatility, const R& rate, std::size_t steps) {
  const double years = 0.7 / static_cast<double>(steps);
  const R move = volatility * std::sqrt(years);
  const R up = (exp((rate - 0.02) * years) - exp(-move)) / (exp(move) - exp(-move));
  const R discount = exp(rate * -years);
  std::vector<R> values;
  for (std::size_t k = 0; k <= steps; ++k)
    values.push_back(
        R{max(104.0 - 100.0 * exp((2.0 * static_cast<double>(k) - static_cast<double>(steps)) * move), 0.0)});
  for (std::size_t level = steps; level-- > 0;)
    for (std::size_t k = 0; k <= level; ++k) {
      const R held = discount * (up * values[k + 1] + (1.0 - up) * values[k]);
      const R spot = 100.0 * exp((2.0 * static_cast<double>(k) - static_cast<double>(level)) * move);
      values[k] = max(held, R{104.0 - spot});
    }
  return values[0];
}

TEST(Binomial, the_sweep_gives_the_derivatives_of_a_recorded_lattice) {
  for (const std::size_t steps : {7U, 16U, 40U}) {
    const auto price = []<class R>(std::span<const R> x, std::size_t n) { return recorded_put<R>(x[0], x[1], n); };
    const AdjointGradient recorded =
        adjoint_gradient([&]<class R>(std::span<const R> x) { return price(x, steps); }, {0.27, 0.05});
    const OptionCase put{OptionType::put, 104.0, 0.7, {100.0, 0.05, 0.02, 0.27}, {}, 0.0};
    const PricedGreeks found = on_method(put, Exercise::american,
                                         Binomial{BinomialMoves::cox_ross_rubinstein, static_cast<std::int64_t>(steps),
                                                  Extrapolation::none, LastStep::payoff});
    EXPECT_NEAR(found.price, recorded.value, 1e-12);
    EXPECT_NEAR(found.greeks.vega, recorded.gradient[0], 1e-10);
    EXPECT_NEAR(found.greeks.rho, recorded.gradient[1], 1e-10);
  }
}

TEST(Binomial, the_memory_of_the_sweep_is_bounded) {
  LatticeWorkspace workspace;
  const VanillaCase put{OptionType::put, Exercise::american, 104.0, 0.7, {100.0, 0.05, 0.02, 0.27}, {}};
  (void)binomial(put, {BinomialMoves::cox_ross_rubinstein, 400, Extrapolation::none, LastStep::payoff}, workspace);
  EXPECT_LT(static_cast<double>(workspace.kept.size() + workspace.stretch.size()), 4.0 * std::pow(400.0, 1.5));
}

TEST(Binomial, cash_dividends_agree_with_leisen_reimer) {
  for (const BinomialMoves moves : all_moves) expect_dividends(lattice_with(moves));
}

TEST(Binomial, american_is_worth_at_least_the_european_and_the_payoff) {
  for (const BinomialMoves moves : all_moves) expect_american_above_european(lattice_with(moves));
}

TEST(Binomial, limits_and_the_exercise_region_are_exact) {
  const Method method = Binomial{};
  const OptionCase certain{OptionType::call, 90.0, 1.0, {100.0, 0.05, 0.0, 0.0}, {}, 0.0};
  EXPECT_NEAR(on_method(certain, Exercise::european, method).price, 100.0 - 90.0 * std::exp(-0.05), 1e-12);
  EXPECT_NEAR(price_by(certain, Exercise::european, method), 100.0 - 90.0 * std::exp(-0.05), 1e-12);
  const OptionCase deep{OptionType::put, 150.0, 1.0, {100.0, 0.08, 0.0, 0.15}, {}, 0.0};
  EXPECT_EQ(on_method(deep, Exercise::american, method), (PricedGreeks{50.0, {-1.0, 0.0, 0.0, 0.0, 0.0}}));
}

TEST(Binomial, too_few_steps_for_a_probability_give_no_number) {
  const OptionCase steep{OptionType::call, 100.0, 3.0, {100.0, 0.3, 0.0, 0.01}, {}, 0.0};
  const Binomial settings{BinomialMoves::cox_ross_rubinstein, 10, Extrapolation::richardson, LastStep::payoff};
  const PricedGreeks found = on_method(steep, Exercise::european, settings);
  EXPECT_TRUE(std::isnan(found.price) && std::isnan(found.greeks.vega) && std::isnan(found.greeks.delta));
  EXPECT_FALSE(has_binomial_lattice({steep.type, Exercise::european, 100.0, 3.0, steep.model, {}}, settings));
  // The moves of Tian follow the drift.
  EXPECT_TRUE(has_binomial_lattice({steep.type, Exercise::european, 100.0, 3.0, steep.model, {}},
                                   {BinomialMoves::tian, 10, Extrapolation::richardson, LastStep::payoff}));
  const OptionCase wild{OptionType::call, 100.0, 3.0, {100.0, 0.0, 0.0, 60.0}, {}, 0.0};
  EXPECT_TRUE(std::isnan(price_by(wild, Exercise::european, Binomial{})));
  EXPECT_FALSE(has_binomial_lattice({wild.type, Exercise::european, 0.0, 3.0, wild.model, {}}, Binomial{}));
}

}  // namespace
}  // namespace plimsoll::testing
