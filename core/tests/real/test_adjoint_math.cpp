#include "expect_derivatives.hpp"
#include "plimsoll/real/adjoint_math.hpp"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::expect_derivatives;
using testing::Point;

const std::vector<Point> points{{1.3, 0.4}, {0.2, 2.5}, {3.0, -1.1}, {7.0, 1.2}};

TEST(AdjointMath, sums_and_differences_have_their_derivatives) {
  expect_derivatives([](auto x) { return x[0] + x[1]; }, [](const Point&) { return Point{1.0, 1.0}; }, points);
  expect_derivatives([](auto x) { return x[0] - x[1]; }, [](const Point&) { return Point{1.0, -1.0}; }, points);
  expect_derivatives([](auto x) { return (x[0] + 2.0) - (3.0 + x[1]); }, [](const Point&) { return Point{1.0, -1.0}; },
                     points);
  expect_derivatives([](auto x) { return (2.0 - x[0]) + (x[1] - 3.0); }, [](const Point&) { return Point{-1.0, 1.0}; },
                     points);
  expect_derivatives([](auto x) { return -x[0] - -x[1]; }, [](const Point&) { return Point{-1.0, 1.0}; }, points);
}

TEST(AdjointMath, products_and_quotients_have_their_derivatives) {
  expect_derivatives([](auto x) { return x[0] * x[1] * 2.0 + 3.0 * x[0]; },
                     [](const Point& p) { return Point{2.0 * p[1] + 3.0, 2.0 * p[0]}; }, points);
  expect_derivatives([](auto x) { return x[1] / x[0]; },
                     [](const Point& p) { return Point{-p[1] / (p[0] * p[0]), 1.0 / p[0]}; }, points);
  expect_derivatives([](auto x) { return 2.0 / x[0] + x[1] / 4.0; },
                     [](const Point& p) { return Point{-2.0 / (p[0] * p[0]), 0.25}; }, points);
}

TEST(AdjointMath, functions_have_their_derivatives) {
  expect_derivatives([](auto x) { return exp(x[1]) + log(x[0]); },
                     [](const Point& p) { return Point{1.0 / p[0], std::exp(p[1])}; }, points);
  expect_derivatives([](auto x) { return sqrt(x[0]) * x[1]; },
                     [](const Point& p) { return Point{0.5 * p[1] / std::sqrt(p[0]), std::sqrt(p[0])}; }, points);
  expect_derivatives([](auto x) { return normal_cdf(x[1]) + x[0]; },
                     [](const Point& p) { return Point{1.0, normal_pdf(p[1])}; }, points);
  expect_derivatives([](auto x) { return normal_pdf(x[1]) + x[0]; },
                     [](const Point& p) { return Point{1.0, -p[1] * normal_pdf(p[1])}; }, points);
}

TEST(AdjointMath, functions_of_more_digits_have_their_derivatives) {
  expect_derivatives([](auto x) { return expm1(x[1]) + log1p(x[0]); },
                     [](const Point& p) { return Point{1.0 / (1.0 + p[0]), std::exp(p[1])}; }, points);
  expect_derivatives(
      [](auto x) { return sin(x[0]) * cos(x[1]); },
      [](const Point& p) { return Point{std::cos(p[0]) * std::cos(p[1]), -std::sin(p[0]) * std::sin(p[1])}; }, points);
  expect_derivatives(
      [](auto x) { return pow(x[0], x[1]); },
      [](const Point& p) { return Point{p[1] * std::pow(p[0], p[1] - 1.0), std::pow(p[0], p[1]) * std::log(p[0])}; },
      points);
  expect_derivatives(
      [](auto x) { return pow(x[0], 2.5) + pow(1.5, x[1]); },
      [](const Point& p) { return Point{2.5 * std::pow(p[0], 1.5), std::pow(1.5, p[1]) * std::log(1.5)}; }, points);
  expect_derivatives([](auto x) { return normal_quantile(x[0]) * x[1]; },
                     [](const Point& p) {
                       const double quantile = normal_quantile(p[0]);
                       return Point{p[1] / normal_pdf(quantile), quantile};
                     },
                     {{0.3, 0.4}, {0.01, 2.5}, {0.97, -1.1}});
}

TEST(AdjointMath, a_power_has_the_derivatives_of_its_limits) {
  const auto gradient = [](double x, double y) {
    return testing::adjoint_gradient([](auto p) { return pow(p[0], p[1]); }, {x, y}).gradient;
  };
  EXPECT_EQ(gradient(0.0, 2.0), (Point{0.0, 0.0}));
  EXPECT_EQ(gradient(0.0, 1.0), (Point{1.0, 0.0}));
  EXPECT_EQ(gradient(3.0, 0.0), (Point{0.0, std::log(3.0)}));
  EXPECT_EQ(gradient(0.0, 0.0), (Point{0.0, 0.0}));
  EXPECT_EQ(gradient(-2.0, 3.0)[0], 12.0);
  EXPECT_TRUE(std::isnan(gradient(-2.0, 3.0)[1]));
}

TEST(AdjointMath, choices_have_the_derivative_of_the_side_taken) {
  expect_derivatives([](auto x) { return max(x[0], x[1]) + 2.0 * min(x[0], x[1]); }, points);
  expect_derivatives([](auto x) { return max(x[0], 1.0) + max(0.5, x[1]); }, points);
  expect_derivatives([](auto x) { return min(x[0], 1.0) + min(0.5, x[1]); }, points);
  expect_derivatives([](auto x) { return select(x[0] > x[1], x[0] * x[0], x[1]); }, points);
  expect_derivatives([](auto x) { return select(1.0 > x[0], x[0] * x[0], 7.0) + select(x[1] < x[0], 7.0, x[1]); },
                     points);
  expect_derivatives([](auto x) { return select(x[0] < 1.0, x[0], x[1]) + select(1.0 < x[1], x[0] * x[1], x[1]); },
                     points);
}

TEST(AdjointMath, both_masks_must_hold) {
  expect_derivatives([](auto x) { return select(both(x[0] > 1.0, x[1] > 0.0), x[0] * x[1], x[0] + x[1]); }, points);
}

TEST(AdjointMath, at_a_tie_the_derivative_is_that_of_the_second_side) {
  Tape<double> tape;
  const auto x = Adjoint<double>::leaf(tape, 1.0);
  const auto mark = tape.mark();
  sweep<double>(tape, max(Adjoint<double>(x - 1.0), 0.0), mark);
  EXPECT_EQ(x.adjoint(), 0.0);
  sweep<double>(tape, max(0.0, Adjoint<double>(x - 1.0)), mark);
  EXPECT_EQ(x.adjoint(), 1.0);
}

TEST(AdjointMath, passive_drops_the_derivatives_of_a_formula) {
  Tape<double> tape;
  const auto x = Adjoint<double>::leaf(tape, 2.0);
  EXPECT_EQ(passive(x), 2.0);
  EXPECT_EQ(passive(x * x), 4.0);
}

TEST(AdjointMath, a_formula_of_formulas_agrees_with_bumps) {
  expect_derivatives(
      [](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        R sum{0.0};
        for (int k = 1; k < 20; ++k) sum += exp(x[1] / (1.0 * k)) * sqrt(x[0] + 1.0 * k) / (x[0] * x[0] + 1.0);
        return sum;
      },
      points);
}

}  // namespace
}  // namespace plimsoll
