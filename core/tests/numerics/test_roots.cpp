#include "plimsoll/numerics/roots.hpp"

#include <numbers>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();
constexpr double epsilon = std::numeric_limits<double>::epsilon();

TEST(Brent, finds_the_roots_of_textbook_functions) {
  const auto cosine = brent([](double x) { return std::cos(x) - x; }, 0.0, 1.0);
  ASSERT_TRUE(cosine);
  EXPECT_NEAR(cosine->x, 0.7390851332151607, 4 * epsilon);
  EXPECT_LE(cosine->iterations, 12);
  const auto cubic = brent([](double x) { return x * x * x - 2.0 * x - 5.0; }, 2.0, 3.0);
  ASSERT_TRUE(cubic);
  EXPECT_NEAR(cubic->x, 2.0945514815423265, 8 * epsilon);
}

TEST(Brent, finds_a_root_at_either_end_and_in_a_bracket_given_backwards) {
  const auto line = [](double x) { return x - 2.0; };
  EXPECT_EQ(brent(line, 2.0, 5.0)->x, 2.0);
  EXPECT_EQ(brent(line, -1.0, 2.0)->x, 2.0);
  EXPECT_NEAR(brent(line, 5.0, 1.0)->x, 2.0, 4 * epsilon);
}

TEST(Brent, finds_a_multiple_root_and_a_jump) {
  const auto flat = brent([](double x) { return std::pow(x - 1.0, 9); }, 0.0, 3.0, {1e-9, 0.0, 200});
  ASSERT_TRUE(flat);
  EXPECT_NEAR(flat->x, 1.0, 1e-9);
  const auto jump = brent([](double x) { return x < 0.3 ? -1.0 : 1.0; }, 0.0, 1.0, {1e-12, 0.0, 200});
  ASSERT_TRUE(jump);
  EXPECT_NEAR(jump->x, 0.3, 1e-12);
}

TEST(Brent, refuses_a_bracket_without_a_sign_change) {
  const auto root = brent([](double x) { return x * x + 1.0; }, -1.0, 1.0);
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code, ErrorCode::invalid_value);
  EXPECT_EQ(root.error().field, "bracket");
  EXPECT_EQ(root.error().value, "[-1, 1] with values [2, 2]");
}

TEST(Brent, refuses_a_bracket_that_is_not_finite) {
  const auto line = [](double x) { return x; };
  EXPECT_EQ(brent(line, nan_value, 1.0).error().field, "bracket");
  EXPECT_EQ(brent(line, 0.0, std::numeric_limits<double>::infinity()).error().code, ErrorCode::invalid_value);
}

TEST(Brent, says_where_the_function_was_not_a_number) {
  const auto everywhere = brent([](double) { return nan_value; }, -1.0, 1.0);
  EXPECT_EQ(everywhere.error().code, ErrorCode::not_converged);
  EXPECT_EQ(everywhere.error().value, "nan at -1");
  const auto at_the_end = brent([](double x) { return x < 1.0 ? -1.0 : nan_value; }, -1.0, 1.0);
  EXPECT_EQ(at_the_end.error().value, "nan at 1");
  const auto inside = brent([](double x) { return std::abs(x) < 1.0 ? nan_value : x; }, -1.0, 1.0);
  EXPECT_EQ(inside.error().field, "function");
}

TEST(Brent, says_when_the_steps_do_not_reach) {
  const auto root = brent([](double x) { return std::cos(x) - x; }, 0.0, 1.0, {0.0, 0.0, 3});
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code, ErrorCode::not_converged);
  EXPECT_EQ(root.error().field, "max_iterations");
}

RC_GTEST_PROP(Brent, finds_the_inverse_of_a_monotone_function, ()) {
  const double target = *rc::gen::inRange(-3000, 3000) / 1000.0;
  const auto root = brent([=](double x) { return x * x * x + x - target; }, -5.0, 5.0);
  RC_ASSERT(bool(root));
  RC_ASSERT(std::abs(root->x * root->x * root->x + root->x - target) <= 1e-13);
}

ValueAndSlope cubic(double x) { return {x * x * x - 2.0, 3.0 * x * x}; }

TEST(IncreasingNewton, finds_a_root_in_few_steps_from_a_good_guess) {
  const auto root = increasing_newton(cubic, 0.0, 10.0, 1.25);
  ASSERT_TRUE(root);
  EXPECT_NEAR(root->x, std::cbrt(2.0), 4 * epsilon);
  EXPECT_LE(root->iterations, 6);
}

TEST(IncreasingNewton, finds_a_root_from_a_guess_outside_or_where_the_slope_is_zero) {
  EXPECT_NEAR(increasing_newton(cubic, 0.0, 10.0, 50.0)->x, std::cbrt(2.0), 4 * epsilon);
  EXPECT_NEAR(increasing_newton(cubic, -10.0, 10.0, 0.0)->x, std::cbrt(2.0), 4 * epsilon);
  EXPECT_EQ(increasing_newton([](double x) { return ValueAndSlope{x, 1.0}; }, -1.0, 1.0, 0.0)->x, 0.0);
}

TEST(IncreasingNewton, holds_on_where_newton_alone_would_cycle) {
  // Plain Newton runs away on atan from 3; the bracket keeps it.
  const auto root =
      increasing_newton([](double x) { return ValueAndSlope{std::atan(x - 1.0), 1.0 / (1.0 + (x - 1.0) * (x - 1.0))}; },
                        -50.0, 60.0, 4.0);
  ASSERT_TRUE(root);
  EXPECT_NEAR(root->x, 1.0, 1e-12);
}

TEST(IncreasingNewton, ends_at_the_nearer_end_without_a_sign_change_and_shows_the_residual) {
  const auto root = increasing_newton(cubic, 2.0, 10.0, 5.0);
  ASSERT_TRUE(root);
  EXPECT_NEAR(root->x, 2.0, 1e-12);
  EXPECT_GT(root->residual, 1.0);
}

TEST(IncreasingNewton, refuses_bad_brackets_functions_and_too_few_steps) {
  EXPECT_EQ(increasing_newton(cubic, 1.0, 0.0, 0.5).error().field, "bracket");
  EXPECT_EQ(increasing_newton(cubic, nan_value, 1.0, 0.5).error().field, "bracket");
  EXPECT_EQ(increasing_newton([](double) { return ValueAndSlope{nan_value, 1.0}; }, 0.0, 1.0, 0.5).error().field,
            "function");
  EXPECT_EQ(increasing_newton(cubic, 0.0, 1e9, 1e9, {0.0, 0.0, 2}).error().field, "max_iterations");
}

ValueAndSlope falling(double x) { return {std::exp(-x) - 0.25, -std::exp(-x)}; }
ValueSlopeAndCurvature falling_and_curved(double x) { return {std::exp(-x) - 0.25, -std::exp(-x), std::exp(-x)}; }

TEST(Newton, finds_a_root_of_a_falling_function_in_few_steps) {
  const auto root = newton(falling, 0.0, 10.0, 1.0);
  ASSERT_TRUE(root);
  EXPECT_NEAR(root->x, std::log(4.0), 4 * epsilon);
  EXPECT_LE(root->iterations, 7);
}

TEST(Halley, needs_fewer_steps_than_newton) {
  const auto root = halley(falling_and_curved, 0.0, 10.0, 1.0);
  ASSERT_TRUE(root);
  EXPECT_NEAR(root->x, std::log(4.0), 4 * epsilon);
  EXPECT_LT(root->iterations, newton(falling, 0.0, 10.0, 1.0)->iterations);
}

TEST(Newton, holds_on_where_the_slope_misleads) {
  const auto wild = [](double x) { return ValueAndSlope{std::atan(x - 1.0), 1.0 / (1.0 + (x - 1.0) * (x - 1.0))}; };
  EXPECT_NEAR(newton(wild, -50.0, 60.0, 55.0)->x, 1.0, 1e-12);
  const auto flat = [](double x) { return ValueAndSlope{std::cbrt(x - 0.3), 0.0}; };
  EXPECT_NEAR(newton(flat, 0.0, 1.0, 0.9, {1e-12, 0.0, 200})->x, 0.3, 1e-12);
  const auto jump = [](double x) { return ValueSlopeAndCurvature{x < 0.3 ? -1.0 : 1.0, 1.0, 0.0}; };
  EXPECT_NEAR(halley(jump, 0.0, 1.0, 0.5, {1e-12, 0.0, 200})->x, 0.3, 1e-11);
}

TEST(Newton, finds_a_root_at_either_end_and_at_the_guess) {
  const auto line = [](double x) { return ValueAndSlope{x - 2.0, 1.0}; };
  EXPECT_EQ(newton(line, 2.0, 5.0, 3.0)->x, 2.0);
  EXPECT_EQ(newton(line, 0.0, 2.0, 1.0)->x, 2.0);
  EXPECT_EQ(newton(line, 0.0, 5.0, 2.0)->x, 2.0);
}

TEST(Newton, says_how_it_failed) {
  EXPECT_EQ(newton(falling, 1.0, 0.0, 0.5).error().field, "bracket");
  EXPECT_EQ(newton(falling, 0.0, nan_value, 0.5).error().code, ErrorCode::invalid_value);
  EXPECT_TRUE(newton(falling, 2.0, 3.0, 2.5).error().value.starts_with("[2, 3] with values"));
  const auto broken_at = [](double from, double to) {
    return [=](double x) { return ValueAndSlope{x >= from && x <= to ? nan_value : x - 0.5, 1.0}; };
  };
  EXPECT_EQ(newton(broken_at(0.0, 0.0), 0.0, 1.0, 0.7).error().value, "nan at 0");
  EXPECT_EQ(newton(broken_at(1.0, 1.0), 0.0, 1.0, 0.7).error().value, "nan at 1");
  EXPECT_EQ(newton(broken_at(0.6, 0.8), 0.0, 1.0, 0.7).error().value, "nan at 0.7");
  EXPECT_EQ(halley(falling_and_curved, 0.0, 1e9, 1e8, {0.0, 0.0, 3}).error().field, "max_iterations");
}

RC_GTEST_PROP(Newton, finds_the_inverse_of_a_monotone_function, ()) {
  const double target = *rc::gen::inRange(-3000, 3000) / 1000.0;
  const auto f = [=](double x) { return ValueSlopeAndCurvature{target - x * x * x - x, -3.0 * x * x - 1.0, -6.0 * x}; };
  const auto root = halley(f, -5.0, 5.0, 4.0);
  RC_ASSERT(bool(root));
  RC_ASSERT(std::abs(root->x * root->x * root->x + root->x - target) <= 1e-13);
}

}  // namespace
}  // namespace plimsoll
