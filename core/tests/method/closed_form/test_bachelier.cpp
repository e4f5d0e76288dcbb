#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/bachelier.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr OptionType types[] = {OptionType::call, OptionType::put};

TEST(Bachelier, agrees_with_the_printed_values) {
  int cases = 0;
  for (const auto& row : testing::reference_table("bachelier_normal_model.csv")) {
    const Bachelier<double> m{row.number("forward"), -std::log(row.number("discount_factor")),
                              row.number("absolute_std_dev")};
    const auto priced = bachelier(testing::type_of(row), row.number("strike"), 1.0, m);
    ASSERT_TRUE(priced);
    EXPECT_NEAR(priced->price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 7);
}

TEST(Bachelier, agrees_with_the_integral_of_the_payoff_and_is_parity_below_zero_too) {
  const Bachelier<double> m{-3.0, 0.04, 12.0};
  for (const double strike : {-20.0, -3.0, 5.0}) {
    double prices[2] = {};
    for (const OptionType type : types) {
      const double deviation = 12.0 * std::sqrt(0.7);
      const auto pays = [&](double z) {
        return normal_pdf(z) * std::max(sign(type) * (m.forward + deviation * z - strike), 0.0);
      };
      const double bend = (strike - m.forward) / deviation;
      const double expected = gauss_kronrod(pays, -10.0, bend).value + gauss_kronrod(pays, bend, 10.0).value;
      prices[static_cast<int>(type)] = bachelier(type, strike, 0.7, m)->price;
      EXPECT_NEAR(prices[static_cast<int>(type)], std::exp(-0.028) * expected, 1e-11);
    }
    EXPECT_NEAR(prices[0] - prices[1], std::exp(-0.028) * (m.forward - strike), 1e-14);
  }
}

TEST(Bachelier, derivatives_agree_with_bumps) {
  for (const OptionType type : types) {
    testing::expect_derivatives(
        [&](auto x) {
          using R = std::remove_cvref_t<decltype(x[0])>;
          return bachelier_price<R>(type, 101.0, {x[0], x[1], x[2]}, x[3]);
        },
        {{100.0, 0.04, 15.0, 0.7}, {-10.0, -0.01, 60.0, 2.0}});
    const auto priced = bachelier(type, 101.0, 0.7, {100.0, 0.04, 15.0});
    const auto delta = [&](auto x) { return bachelier(type, 101.0, 0.7, {x[0], 0.04, 15.0})->greeks.delta; };
    testing::expect_gradient(delta, {100.0}, {priced->greeks.gamma});
  }
}

TEST(Bachelier, has_its_limits_and_refuses_what_makes_no_sense) {
  EXPECT_EQ(bachelier(OptionType::call, 90.0, 0.0, {100.0, 0.0, 20.0})->price, 10.0);
  EXPECT_EQ(bachelier(OptionType::put, 90.0, 1.0, {100.0, 0.0, 0.0})->price, 0.0);
  EXPECT_EQ(bachelier(OptionType::put, NAN, 1.0, {100.0, 0.0, 1.0}).error().field, "strike");
  EXPECT_EQ(bachelier(OptionType::put, 1.0, -1.0, {100.0, 0.0, 1.0}).error().code, ErrorCode::expired_product);
  EXPECT_EQ(bachelier(OptionType::put, 1.0, NAN, {100.0, 0.0, 1.0}).error().field, "years");
  EXPECT_EQ(bachelier(OptionType::put, 1.0, 1.0, {100.0, 0.0, -1.0}).error().field, "volatility");
  EXPECT_EQ(bachelier(OptionType::put, 1.0, 1.0, {NAN, 0.0, 1.0}).error().field, "forward");
  EXPECT_EQ(bachelier(OptionType::put, 1.0, 1.0, {1.0, NAN, 1.0}).error().field, "rate");
}

}  // namespace
}  // namespace plimsoll
