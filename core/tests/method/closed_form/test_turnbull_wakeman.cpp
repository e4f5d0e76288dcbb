#include "expect_derivatives.hpp"
#include "method/asian_rows.hpp"
#include "plimsoll/method/closed_form/turnbull_wakeman.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const BlackScholes<double> model{100.0, 0.06, 0.03, 0.2};
const std::vector<double> quarterly{0.25, 0.5, 0.75, 1.0};

TEST(TurnbullWakeman, agrees_with_the_printed_table_of_haug) {
  for (const auto& row : testing::reference_table("asian_turnbull_wakeman.csv")) {
    ArithmeticAsian option{testing::type_of(row), row.number("strike"), {}, row.number("maturity_years"), 0, 0.0};
    const auto count = static_cast<int>(row.number("n_fixings"));
    const double first = row.number("first_fixing_years");
    for (int i = 0; i < count; ++i) option.fixings.push_back(first + (option.expiry - first) * i / (count - 1));
    const double rate = row.number("rate");
    const BlackScholes<double> of_row{row.number("spot"), rate, rate - row.number("cost_of_carry"),
                                      row.number("vol_at_expiry")};
    EXPECT_NEAR(turnbull_wakeman_price(option, of_row), row.number("expected"), row.number("tolerance"))
        << row.text("case_id");
  }
}

TEST(TurnbullWakeman, moments_are_those_of_every_pair_of_fixings) {
  double first = 0.0;
  double second = 0.0;
  for (const double s : quarterly) {
    first += forward(model, s) / 4.0;
    for (const double t : quarterly) {
      second += forward(model, s) * forward(model, t) * std::exp(0.04 * std::min(s, t)) / 16.0;
    }
  }
  const auto moments = average_moments<double>(model, quarterly);
  EXPECT_NEAR(moments.first, first, 1e-13 * first);
  EXPECT_NEAR(moments.second, second, 1e-13 * second);
}

TEST(TurnbullWakeman, with_one_fixing_is_the_european_option) {
  const ArithmeticAsian option{OptionType::put, 95.0, {1.0}, 1.0, 0, 0.0};
  EXPECT_NEAR(turnbull_wakeman_price(option, model), black_scholes_price(OptionType::put, 95.0, 1.0, model), 1e-12);
}

TEST(TurnbullWakeman, with_all_fixings_made_is_the_discounted_payoff) {
  const ArithmeticAsian option{OptionType::call, 95.0, {}, 0.5, 4, 400.0};
  EXPECT_DOUBLE_EQ(turnbull_wakeman_price(option, model), 5.0 * std::exp(-0.03));
}

TEST(TurnbullWakeman, a_strike_exceeded_already_makes_a_sure_call_and_a_worthless_put) {
  ArithmeticAsian option{OptionType::call, 50.0, quarterly, 1.0, 4, 500.0};
  const double mean = average_moments<double>(model, quarterly).first;
  EXPECT_NEAR(turnbull_wakeman_price(option, model), ((500.0 + 4.0 * mean) / 8.0 - 50.0) * std::exp(-0.06), 1e-12);
  option.type = OptionType::put;
  EXPECT_EQ(turnbull_wakeman_price(option, model), 0.0);
}

TEST(TurnbullWakeman, adjoint_derivatives_agree_with_bumps) {
  testing::expect_derivatives(
      [](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        const ArithmeticAsian option{OptionType::call, 101.0, quarterly, 1.0, 2, 190.0};
        return turnbull_wakeman_price<R>(option, {x[0], x[1], x[2], x[3]});
      },
      {{100.0, 0.06, 0.03, 0.2}, {120.0, -0.01, 0.0, 0.6}});
}

}  // namespace
}  // namespace plimsoll
