#include "plimsoll/numerics/special_functions.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

double evaluate(const std::string& function, double a, double b, double x) {
  if (function == "gamma_p") return regularised_gamma_p(a, x);
  if (function == "gamma_q") return regularised_gamma_q(a, x);
  if (function == "beta") return regularised_beta(a, b, x);
  if (function == "log_gamma") return log_gamma(x);
  if (function == "digamma") return digamma(x);
  return trigamma(x);
}

TEST(SpecialFunctions, agree_with_fifty_digits) {
  for (const auto& row : testing::reference_table("special_functions.csv")) {
    const std::string& function = row.text("function");
    const double expected = row.number("value");
    // The stated accuracies: gamma 1e-13, beta 1e-12, the others 1e-14 relative, absolute next to a zero.
    const double relative = function == "beta" ? 1e-12 : function.starts_with("gamma") ? 1e-13 : 1e-14;
    const double scale = function.starts_with("gamma") || function == "beta" ? 0.0 : 1.0;
    EXPECT_NEAR(evaluate(function, row.number("a"), row.number("b"), row.number("x")), expected,
                relative * std::max(std::abs(expected), scale))
        << function << '(' << row.text("a") << ", " << row.text("b") << ", " << row.text("x") << ')';
  }
}

TEST(SpecialFunctions, incomplete_gamma_has_its_limits) {
  EXPECT_EQ(regularised_gamma_p(2.0, 0.0), 0.0);
  EXPECT_EQ(regularised_gamma_q(2.0, 0.0), 1.0);
  EXPECT_EQ(regularised_gamma_p(2.0, infinity), 1.0);
  EXPECT_EQ(regularised_gamma_q(2.0, infinity), 0.0);
  EXPECT_EQ(inverse_regularised_gamma_p(2.0, 0.0), 0.0);
  EXPECT_EQ(inverse_regularised_gamma_p(2.0, 1.0), infinity);
  EXPECT_EQ(inverse_regularised_gamma_q(2.0, 1.0), 0.0);
  EXPECT_EQ(inverse_regularised_gamma_q(2.0, 0.0), infinity);
}

TEST(SpecialFunctions, incomplete_beta_has_its_limits) {
  EXPECT_EQ(regularised_beta(2.0, 3.0, 0.0), 0.0);
  EXPECT_EQ(regularised_beta(2.0, 3.0, 1.0), 1.0);
  EXPECT_EQ(inverse_regularised_beta(2.0, 3.0, 0.0), 0.0);
  EXPECT_EQ(inverse_regularised_beta(2.0, 3.0, 1.0), 1.0);
}

TEST(SpecialFunctions, are_not_a_number_outside_their_domain) {
  for (const double bad : {-1.0, 0.0, nan_value}) {
    EXPECT_TRUE(std::isnan(log_gamma(bad)));
    EXPECT_TRUE(std::isnan(digamma(bad)));
    EXPECT_TRUE(std::isnan(trigamma(bad)));
    EXPECT_TRUE(std::isnan(regularised_gamma_p(bad, 1.0)));
    EXPECT_TRUE(std::isnan(regularised_gamma_q(bad, 1.0)));
    EXPECT_TRUE(std::isnan(inverse_regularised_gamma_p(bad, 0.5)));
    EXPECT_TRUE(std::isnan(inverse_regularised_gamma_q(bad, 0.5)));
    EXPECT_TRUE(std::isnan(regularised_beta(bad, 1.0, 0.5)));
    EXPECT_TRUE(std::isnan(regularised_beta(1.0, bad, 0.5)));
    EXPECT_TRUE(std::isnan(inverse_regularised_beta(bad, 1.0, 0.5)));
  }
  EXPECT_TRUE(std::isnan(regularised_gamma_p(infinity, 1.0)));
  EXPECT_TRUE(std::isnan(regularised_beta(1.0, infinity, 0.5)));
  EXPECT_TRUE(std::isnan(regularised_beta(1.0, 1.0, 1.5)));
  EXPECT_TRUE(std::isnan(inverse_regularised_gamma_p(1.0, 1.5)));
  EXPECT_TRUE(std::isnan(inverse_regularised_gamma_q(1.0, -0.5)));
}

double shape() { return std::exp2(*rc::gen::inRange(-300, 1000) / 100.0); }
double probability() { return std::exp2(-*rc::gen::inRange(1, 20000) / 100.0); }

RC_GTEST_PROP(SpecialFunctions, inverse_gamma_gives_back_the_probability, ()) {
  const double a = shape();
  const double p = probability();
  const double x = inverse_regularised_gamma_p(a, p);
  const double y = inverse_regularised_gamma_q(a, p);
  // Next to p = 1/2 the inverse turns to the other tail: both must give the probability back. A lower quantile below
  // the smallest double has no inverse to go back from.
  if (x > 1e-300) RC_ASSERT(std::abs(regularised_gamma_p(a, x) - p) <= 1e-11 * p);
  if (y > 1e-300) RC_ASSERT(std::abs(regularised_gamma_q(a, y) - p) <= 1e-11 * p);
}

RC_GTEST_PROP(SpecialFunctions, inverse_beta_gives_back_the_probability, ()) {
  const double a = shape();
  const double b = shape();
  const double p = probability();
  const double x = inverse_regularised_beta(a, b, p);
  RC_PRE(x > 1e-300 && x < 0.999);  // next to one the spacing of doubles, not the inverse, decides
  RC_ASSERT(std::abs(regularised_beta(a, b, x) - p) <= 1e-10 * p);
}

RC_GTEST_PROP(SpecialFunctions, the_two_tails_add_up_to_one, ()) {
  const double a = shape();
  const double x = a * std::exp2(*rc::gen::inRange(-200, 200) / 100.0);
  RC_ASSERT(std::abs(regularised_gamma_p(a, x) + regularised_gamma_q(a, x) - 1.0) <= 1e-13);
  const double share = *rc::gen::inRange(1, 1000) / 1000.0;
  RC_ASSERT(std::abs(regularised_beta(a, x, share) + regularised_beta(x, a, 1.0 - share) - 1.0) <= 1e-12);
}

TEST(SpecialFunctions, exponential_and_uniform_are_special_cases) {
  for (const double x : {1e-8, 0.1, 1.0, 5.0, 50.0}) {
    EXPECT_NEAR(regularised_gamma_q(1.0, x), std::exp(-x), 1e-14 * std::exp(-x));
    EXPECT_NEAR(inverse_regularised_gamma_q(1.0, std::exp(-x)), x, 1e-13 * x + 2e-16);
  }
  for (const double x : {1e-8, 0.25, 0.9}) EXPECT_NEAR(regularised_beta(1.0, 1.0, x), x, 1e-14 * x);
}

}  // namespace
}  // namespace plimsoll
