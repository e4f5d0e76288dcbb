#pragma once

#include "contour_shape.hpp"

#include <cstddef>
#include <limits>

// The sum along a contour; inside the Fourier methods.
namespace plimsoll::fourier {

/// The integrand at one point of a contour: over the pole for a price, without it for gamma.
template <ScalarReal R, class Model>
R integrand(const Model& model, const ContourPoint& point, const R& years, const R& log_strike) {
  const Complex<double> s = point.order;
  const Complex<double> weight = point.speed / (s * (s - Complex<double>{1.0, 0.0}));
  const Complex<R> exponent = cumulant(model, s, years) - scaled<R>(log_strike, s - 1.0);
  const R size = exp(exponent.real);
  return size * (weight.real * cos(exponent.imaginary) - weight.imaginary * sin(exponent.imaginary));
}

/// The trapezoidal rule on a contour, halved until it holds; relative to the forward.
struct Trapezoid {
  double value = 0.0;
  double error = 0.0;
  double step = 0.0;
  std::size_t steps = 0;
};

template <class F>
Trapezoid integrate(const F& f) {
  constexpr double first_step = 0.25;
  constexpr double last = 60.0;
  constexpr int most_levels = 9;
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  double sum = 0.5 * f(0.0);
  double size = std::abs(sum);
  std::size_t count = 0;
  for (int small = 0; small < 4 && static_cast<double>(count) * first_step < last;) {
    const double term = f(static_cast<double>(++count) * first_step);
    sum += term;
    size += std::abs(term);
    small = std::abs(term) > 1e-18 * size ? 0 : small + 1;
  }
  Trapezoid rule{sum * first_step, 0.0, first_step, count};
  for (int level = 0; level < most_levels; ++level) {
    const double half = 0.5 * rule.step;
    for (std::size_t i = 0; i < rule.steps; ++i) {
      const double term = f(static_cast<double>(2 * i + 1) * half);
      sum += term;
      size += std::abs(term);
    }
    const double change = std::abs(sum * half - rule.value);
    rule = {sum * half, change, half, 2 * rule.steps};
    // A halving squares the error of a function that is analytic about the contour.
    const double scale = size * half;
    const double left = 16.0 * change * (change / scale);
    if (level > 0 && left < epsilon * scale) {
      rule.error = left + 4.0 * epsilon * scale;
      break;
    }
  }
  return rule;
}

/// What the integrand's exponent rounds to, in units of its result.
template <class Model>
double rounding_of(const Model& model, const Hyperbola& contour, double years, double log_strike) {
  const double size = std::abs(cumulant<double>(model, {contour.saddle, 0.0}, years).real);
  return std::numeric_limits<double>::epsilon() * (1.0 + size + std::abs((contour.saddle - 1.0) * log_strike));
}

}  // namespace plimsoll::fourier
