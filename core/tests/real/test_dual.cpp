#include "expect_derivatives.hpp"
#include "plimsoll/real/batch_power.hpp"
#include "plimsoll/real/batch_trigonometry.hpp"
#include "plimsoll/real/dual.hpp"
#include "plimsoll/real/real.hpp"

#include <array>
#include <cmath>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::expect_second_derivatives;
using testing::Point;
using Matrix = std::vector<std::vector<double>>;

static_assert(Real<Dual<double>>);
static_assert(Real<Dual<Batch<8>>>);
static_assert(Real<Adjoint<Dual<double>>>);
static_assert(Real<Adjoint<Dual<Batch<8>>>>);
static_assert(std::is_same_v<Passive<Adjoint<Dual<double>>>, double>);
static_assert(std::is_same_v<Passive<Dual<Batch<8>>>, Batch<8>>);
static_assert(lane_count<Dual<Batch<8>>> == 8);
static_assert(!std::is_convertible_v<Dual<double>, double>);

const std::vector<Point> points{{1.3, 0.4}, {0.2, 2.5}, {3.0, -1.1}};

/// Derivative of a function of one number, carried forward.
template <class F>
double slope(F f, double x) {
  return f(Dual<double>{x, 1.0}).tangent;
}

TEST(Dual, functions_carry_their_derivatives_forward) {
  const double x = 0.7;
  EXPECT_DOUBLE_EQ(slope([](auto v) { return v * v - 3.0 / v + (1.0 - v); }, x), 2.0 * x + 3.0 / (x * x) - 1.0);
  EXPECT_DOUBLE_EQ(slope([](auto v) { return exp(-v); }, x), -std::exp(-x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return log(v); }, x), 1.0 / x);
  EXPECT_DOUBLE_EQ(slope([](auto v) { return expm1(v); }, x), std::exp(x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return log1p(v); }, x), 1.0 / (1.0 + x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return sin(v); }, x), std::cos(x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return cos(v); }, x), -std::sin(x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return sqrt(v); }, x), 0.5 / std::sqrt(x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return pow(v, 3.0); }, x), 3.0 * x * x);
  EXPECT_DOUBLE_EQ(slope([](auto v) { return pow(2.0, v); }, x), std::exp2(x) * std::log(2.0));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return normal_cdf(v); }, x), normal_pdf(x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return normal_pdf(v); }, x), -x * normal_pdf(x));
  EXPECT_DOUBLE_EQ(slope([](auto v) { return normal_quantile(v); }, x), 1.0 / normal_pdf(normal_quantile(x)));
}

TEST(Dual, choices_have_the_derivative_of_the_side_taken) {
  EXPECT_EQ(slope([](auto v) { return max(v, 1.0) + min(2.0 * v, 1.0); }, 0.25), 2.0);
  EXPECT_EQ(slope([](auto v) { return select(v < 1.0, 3.0 * v, 5.0 * v); }, 0.25), 3.0);
  EXPECT_EQ(slope([](auto v) { return max(v, 1.0); }, 1.0), 0.0) << "at a tie that of the second";
  EXPECT_EQ(passive(Dual<double>{2.0, 1.0}), 2.0);
}

TEST(Dual, a_negative_base_has_no_derivative_by_its_exponent) {
  EXPECT_EQ(slope([](auto v) { return pow(v, 3.0); }, -2.0), 12.0);
  EXPECT_TRUE(std::isnan(slope([](auto v) { return pow(-2.0, v); }, 3.0)));
}

TEST(SecondOrder, products_quotients_and_functions_have_their_second_derivatives) {
  expect_second_derivatives([](auto x) { return x[0] * x[0] * x[1] + x[1] / x[0]; },
                            [](const Point& p) -> Matrix {
                              const double mixed = 2.0 * p[0] - 1.0 / (p[0] * p[0]);
                              return {{2.0 * p[1] + 2.0 * p[1] / (p[0] * p[0] * p[0]), mixed}, {mixed, 0.0}};
                            },
                            points);
  expect_second_derivatives([](auto x) { return exp(x[0] * x[1]); },
                            [](const Point& p) -> Matrix {
                              const double e = std::exp(p[0] * p[1]);
                              const double mixed = e * (1.0 + p[0] * p[1]);
                              return {{p[1] * p[1] * e, mixed}, {mixed, p[0] * p[0] * e}};
                            },
                            points);
  expect_second_derivatives([](auto x) { return pow(x[0], x[1]) + sin(x[0]) * cos(x[1]); }, points);
  expect_second_derivatives([](auto x) { return log1p(x[0]) * expm1(x[1]) + sqrt(x[0]) * log(x[0]); }, points);
  expect_second_derivatives([](auto x) { return normal_cdf(x[1]) * normal_pdf(x[0]) + max(x[0], 1.0) * x[1]; }, points);
  expect_second_derivatives([](auto x) { return normal_quantile(x[0]) * x[1]; }, {{0.3, 0.4}, {0.9, 2.0}});
}

/// The product of six numbers plus the square of their sum, in any number.
template <class R>
R polynomial_of_six(std::span<const R> x) {
  R product = x[0];
  R sum = x[0];
  for (std::size_t i = 1; i < 6; ++i) {
    product *= x[i];
    sum += x[i];
  }
  return product + sum * sum;
}

TEST(SecondOrder, a_batch_of_tangents_gives_every_column_of_the_hessian_in_one_sweep) {
  using Lane = Dual<Batch<8>>;
  const std::array<double, 6> at{1.1, 0.7, -1.3, 2.0, 0.4, 1.9};
  Tape<Lane> tape;
  std::vector<Adjoint<Lane>> x;
  for (std::size_t i = 0; i < 6; ++i) {
    std::array<double, 8> direction{};
    direction[i] = 1.0;
    x.push_back(Adjoint<Lane>::leaf(tape, {Batch<8>{at[i]}, Batch<8>::load(direction.data())}));
  }
  const auto mark = tape.mark();
  const Adjoint<Lane> value = polynomial_of_six(std::span<const Adjoint<Lane>>(x));
  sweep(tape, value, mark);
  double product = 1.0;
  for (const double v : at) product *= v;
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 6; ++j) {
      const double expected = 2.0 + (i == j ? 0.0 : product / (at[i] * at[j]));
      EXPECT_NEAR(x[i].adjoint().tangent[j], expected, 1e-14) << i << ", " << j;
    }
}

TEST(SecondOrder, a_rewound_tape_starts_with_clean_tangents) {
  using Number = Adjoint<Dual<double>>;
  Tape<Dual<double>> tape;
  const Number x = Number::leaf(tape, {3.0, 1.0});
  const auto mark = tape.mark();
  for (int pass = 0; pass < 2; ++pass) {
    tape.rewind(mark);
    tape.clear_adjoints();
    const Number cube = x * x * x;
    sweep(tape, cube, mark);
    EXPECT_EQ(x.adjoint().value, 27.0);
    EXPECT_EQ(x.adjoint().tangent, 18.0);
  }
}

}  // namespace
}  // namespace plimsoll
