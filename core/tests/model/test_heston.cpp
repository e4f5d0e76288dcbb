#include "expect_derivatives.hpp"
#include "plimsoll/model/heston.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
const Heston<double> model{100.0, 0.05, 0.02, 0.09, 1.5, 0.04, 0.4, -0.7};

TEST(Heston, discounts_and_carries_by_exponentials) {
  EXPECT_DOUBLE_EQ(discount_factor(model, 2.0), std::exp(-0.1));
  EXPECT_DOUBLE_EQ(prepaid_forward(model, 2.0), 100.0 * std::exp(-0.04));
  EXPECT_DOUBLE_EQ(forward(model, 2.0), 100.0 * std::exp(0.06));
}

TEST(Heston, variance_runs_from_today_to_its_mean) {
  EXPECT_DOUBLE_EQ(expected_variance(model, 0.0), 0.09);
  EXPECT_DOUBLE_EQ(expected_variance(model, 1.0), 0.04 + 0.05 * std::exp(-1.5));
  EXPECT_DOUBLE_EQ(expected_variance(model, 1000.0), 0.04);
  EXPECT_DOUBLE_EQ(feller_ratio(model), 2.0 * 1.5 * 0.04 / 0.16);
}

TEST(Heston, expected_variance_differentiates_by_every_parameter) {
  testing::expect_derivatives(
      [](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        return expected_variance(Heston<R>{R{1.0}, R{0.0}, R{0.0}, x[0], x[1], x[2], R{0.3}, R{0.0}}, 1.7);
      },
      {{0.09, 1.5, 0.04}, {0.01, 0.2, 0.4}});
}

TEST(Heston, refuses_each_parameter_that_makes_no_sense) {
  const auto flawed_field = [](double Heston<double>::* parameter, double value) {
    Heston<double> flawed = model;
    flawed.*parameter = value;
    const auto flaw = find_flaw(flawed);
    return flaw ? flaw->field : std::string("none");
  };
  EXPECT_EQ(find_flaw(model), std::nullopt);
  EXPECT_EQ(find_flaw({0.0, -0.1, -0.1, 0.0, 0.0, 0.0, 0.0, -1.0}), std::nullopt);
  EXPECT_EQ(flawed_field(&Heston<double>::spot, -1.0), "spot");
  EXPECT_EQ(flawed_field(&Heston<double>::rate, nan_value), "rate");
  EXPECT_EQ(flawed_field(&Heston<double>::dividend_yield, nan_value), "dividend_yield");
  EXPECT_EQ(flawed_field(&Heston<double>::variance, -0.01), "variance");
  EXPECT_EQ(flawed_field(&Heston<double>::mean_reversion, -1.0), "mean_reversion");
  EXPECT_EQ(flawed_field(&Heston<double>::long_variance, nan_value), "long_variance");
  EXPECT_EQ(flawed_field(&Heston<double>::volatility_of_variance, -0.1), "volatility_of_variance");
  EXPECT_EQ(flawed_field(&Heston<double>::correlation, 1.01), "correlation");
  EXPECT_EQ(flawed_field(&Heston<double>::correlation, nan_value), "correlation");
}

}  // namespace
}  // namespace plimsoll
