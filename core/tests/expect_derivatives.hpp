#pragma once

#include "plimsoll/real/dual.hpp"
#include "plimsoll/real/real.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>

// The one harness of derivatives: adjoint against closed form against central bump. A tested function is a generic
// callable on a span of Reals: [](auto x) { return x[0] * exp(x[1]); }.
namespace plimsoll::testing {

using Point = std::vector<double>;

/// A bumped derivative and how far it may be off.
struct Bump {
  double derivative = 0.0;
  double error = 0.0;
};

/// Derivative of `f` by coordinate `i` from bumps of one and two steps, extrapolated.
/// Its error is the move that the extrapolation made (an upper bound of the fourth-order rest where `f` is smooth over
/// two steps) plus the rounding of four values, `rounding` units each, over the step.
template <class F>
Bump central_bump(const F& f, const Point& point, std::size_t i, double rounding = 16.0) {
  const double step = std::exp2(-12.0) * std::max(std::abs(point[i]), 0.125);
  double scale = 0.0;
  const auto at = [&](double move) {
    Point moved = point;
    moved[i] += move;
    const double value = f(std::span<const double>(moved));
    scale = std::max(scale, std::abs(value));
    return value;
  };
  const double narrow = (at(step) - at(-step)) / (2.0 * step);
  const double wide = (at(2.0 * step) - at(-2.0 * step)) / (4.0 * step);
  const double extrapolated = narrow + (narrow - wide) / 3.0;
  const double epsilon = std::numeric_limits<double>::epsilon();
  return {extrapolated, std::abs(narrow - wide) / 3.0 + rounding * epsilon * std::max(scale, 1e-300) / step};
}

/// Expects each entry of a gradient to agree with the bumped function. `noise` is the error that the method itself
/// admits.
template <class F>
void expect_gradient(const F& f, const Point& point, const std::vector<double>& gradient, double noise = 0.0) {
  ASSERT_EQ(gradient.size(), point.size());
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Bump bump = central_bump(f, point, i);
    EXPECT_NEAR(gradient[i], bump.derivative, bump.error + noise) << "by coordinate " << i << " = " << point[i];
  }
}

/// Value and adjoint derivatives of `f` at a point.
struct AdjointGradient {
  double value = 0.0;
  std::vector<double> gradient;
};

template <class F>
AdjointGradient adjoint_gradient(const F& f, const Point& point) {
  Tape<double> tape;
  std::vector<Adjoint<double>> leaves;
  for (const double x : point) leaves.push_back(Adjoint<double>::leaf(tape, x));
  const auto mark = tape.mark();
  const Adjoint<double> value = f(std::span<const Adjoint<double>>(leaves));
  sweep(tape, value, mark);
  AdjointGradient result{value.value(), {}};
  for (const auto& leaf : leaves) result.gradient.push_back(leaf.adjoint());
  return result;
}

/// Expects the adjoint derivatives of `f` to agree with bumps, and its recorded value with the plain one.
template <class F>
void expect_derivatives(const F& f, const std::vector<Point>& points) {
  for (const Point& point : points) {
    SCOPED_TRACE(::testing::PrintToString(point));
    const AdjointGradient adjoint = adjoint_gradient(f, point);
    EXPECT_EQ(adjoint.value, f(std::span<const double>(point))) << "the recorded value is not the plain one";
    expect_gradient(f, point, adjoint.gradient);
  }
}

/// The same, and expects both to agree with derivatives in closed form. The adjoint runs the same operations as the
/// plain formula once forward and once back, so it is held to `units` roundings of the largest derivative.
template <class F, class Gradient>
void expect_derivatives(const F& f, const Gradient& closed_form, const std::vector<Point>& points,
                        double units = 64.0) {
  expect_derivatives(f, points);
  for (const Point& point : points) {
    SCOPED_TRACE(::testing::PrintToString(point));
    const std::vector<double> expected = closed_form(point);
    const AdjointGradient adjoint = adjoint_gradient(f, point);
    ASSERT_EQ(expected.size(), point.size());
    double scale = std::abs(adjoint.value);
    for (const double derivative : expected) scale = std::max(scale, std::abs(derivative));
    const double tolerance = units * std::numeric_limits<double>::epsilon() * scale;
    for (std::size_t i = 0; i < point.size(); ++i) {
      EXPECT_NEAR(adjoint.gradient[i], expected[i], tolerance) << "by coordinate " << i;
    }
  }
}

/// The Hessian of `f` at a point, row by row, from one forward-over-reverse sweep for each direction.
template <class F>
std::vector<std::vector<double>> adjoint_hessian(const F& f, const Point& point) {
  using Number = Adjoint<Dual<double>>;
  std::vector<std::vector<double>> hessian;
  for (std::size_t direction = 0; direction < point.size(); ++direction) {
    Tape<Dual<double>> tape;
    std::vector<Number> leaves;
    for (std::size_t i = 0; i < point.size(); ++i)
      leaves.push_back(Number::leaf(tape, {point[i], i == direction ? 1.0 : 0.0}));
    const auto mark = tape.mark();
    const Number value = f(std::span<const Number>(leaves));
    sweep(tape, value, mark);
    hessian.emplace_back();
    for (const auto& leaf : leaves) hessian.back().push_back(leaf.adjoint().tangent);
  }
  return hessian;
}

/// Expects second derivatives to agree with bumps of the adjoint gradient and to be symmetric.
template <class F>
void expect_second_derivatives(const F& f, const std::vector<Point>& points) {
  for (const Point& point : points) {
    SCOPED_TRACE(::testing::PrintToString(point));
    const auto hessian = adjoint_hessian(f, point);
    double scale = 0.0;
    for (const auto& row : hessian)
      for (const double entry : row) scale = std::max(scale, std::abs(entry));
    for (std::size_t i = 0; i < point.size(); ++i) {
      const auto slope = [&](std::span<const double> x) {
        return adjoint_gradient(f, Point(x.begin(), x.end())).gradient[i];
      };
      expect_gradient(slope, point, hessian[i]);
      for (std::size_t j = 0; j < i; ++j)
        EXPECT_NEAR(hessian[i][j], hessian[j][i], 256.0 * std::numeric_limits<double>::epsilon() * scale);
    }
  }
}

/// The same, and expects each entry to agree with the Hessian in closed form to `relative`, or to `units` roundings of
/// the largest entry of all.
template <class F, class Hessian>
void expect_second_derivatives(const F& f, const Hessian& closed_form, const std::vector<Point>& points,
                               double relative = 1e-12, double units = 64.0) {
  expect_second_derivatives(f, points);
  for (const Point& point : points) {
    SCOPED_TRACE(::testing::PrintToString(point));
    const std::vector<std::vector<double>> expected = closed_form(point);
    const auto found = adjoint_hessian(f, point);
    double scale = 0.0;
    for (const auto& row : expected)
      for (const double entry : row) scale = std::max(scale, std::abs(entry));
    for (std::size_t i = 0; i < point.size(); ++i)
      for (std::size_t j = 0; j < point.size(); ++j)
        EXPECT_NEAR(found[i][j], expected[i][j],
                    relative * std::abs(expected[i][j]) + units * std::numeric_limits<double>::epsilon() * scale)
            << "by coordinates " << i << " and " << j;
  }
}

}  // namespace plimsoll::testing
