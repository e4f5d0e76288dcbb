#pragma once

#include "plimsoll/base/result.hpp"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>
#include <utility>

namespace plimsoll {

/// A root and how it was found.
struct Root {
  double x = 0.0;
  double residual = 0.0;  // the function there
  int iterations = 0;
};

/// When a search ends: the bracket is narrower than `absolute + relative * |x|`, or the steps are used up.
struct RootTolerance {
  double absolute = 0.0;
  double relative = 4.0 * std::numeric_limits<double>::epsilon();
  int max_iterations = 200;
};

/// A function's value and slope at one point.
struct ValueAndSlope {
  double value = 0.0;
  double slope = 0.0;
};

namespace roots {

Error bad_bracket(double low, double high);
Error no_sign_change(double low, double f_low, double high, double f_high);
Error not_finite(double x, double value);
Error out_of_iterations(double low, double high, int iterations);

/// The two ends of a search and the function there; `best` is the end with the smaller residual.
struct Bracket {
  double best, f_best;
  double other, f_other;

  void order() noexcept {
    if (std::abs(f_other) >= std::abs(f_best)) return;
    std::swap(best, other);
    std::swap(f_best, f_other);
  }
};

/// Brent's trial step from the best point: inverse quadratic or secant where it stays well inside, else bisection.
struct BrentStep {
  double last, before_last;

  double choose(const Bracket& bracket, double previous, double f_previous, double tolerance) noexcept {
    const double half = 0.5 * (bracket.other - bracket.best);
    if (std::abs(before_last) < tolerance || std::abs(f_previous) <= std::abs(bracket.f_best)) return bisect(half);
    const double s = bracket.f_best / f_previous;
    double p = 2.0 * half * s;
    double q = 1.0 - s;
    if (previous != bracket.other) {
      const double t = f_previous / bracket.f_other;
      const double r = bracket.f_best / bracket.f_other;
      p = s * (2.0 * half * t * (t - r) - (bracket.best - previous) * (r - 1.0));
      q = (t - 1.0) * (r - 1.0) * (s - 1.0);
    }
    if (p > 0.0) q = -q;
    p = std::abs(p);
    if (2.0 * p >= std::min(3.0 * half * q - std::abs(tolerance * q), std::abs(before_last * q))) return bisect(half);
    before_last = std::exchange(last, p / q);
    return last;
  }

  double bisect(double half) noexcept { return last = before_last = half; }
};

}  // namespace roots

/// A root of a continuous function between two points where it has opposite signs.
/// Source: Brent (1973), Algorithms for Minimization without Derivatives, ch. 4 (procedure zero).
/// Limits: refuses a bracket that is not finite or shows no sign change, a function that turns NaN, and too few steps.
template <std::invocable<double> F>
Result<Root> brent(const F& f, double low, double high, const RootTolerance& tolerance = {}) {
  if (!std::isfinite(low) || !std::isfinite(high)) return roots::bad_bracket(low, high);
  double previous = low;
  double f_previous = f(low);
  roots::Bracket bracket{high, f(high), low, f_previous};
  if (!std::isfinite(f_previous)) return roots::not_finite(low, f_previous);
  if (!std::isfinite(bracket.f_best)) return roots::not_finite(high, bracket.f_best);
  if (f_previous == 0.0) return Root{low, 0.0, 0};
  if ((f_previous > 0.0) == (bracket.f_best > 0.0) && bracket.f_best != 0.0) {
    return roots::no_sign_change(low, f_previous, high, bracket.f_best);
  }
  roots::BrentStep step{high - low, high - low};
  for (int i = 0; i <= tolerance.max_iterations; ++i) {
    if ((bracket.f_other > 0.0) == (bracket.f_best > 0.0)) {
      bracket.other = previous;
      bracket.f_other = f_previous;
      step.last = step.before_last = bracket.best - previous;
    }
    if (std::abs(bracket.f_other) < std::abs(bracket.f_best)) {
      previous = bracket.best;
      f_previous = bracket.f_best;
      bracket.order();
    }
    const double width = 0.5 * (tolerance.absolute + tolerance.relative * std::abs(bracket.best));
    const double half = 0.5 * (bracket.other - bracket.best);
    if (std::abs(half) <= width || bracket.f_best == 0.0) return Root{bracket.best, bracket.f_best, i};
    const double trial = step.choose(bracket, previous, f_previous, width);
    previous = bracket.best;
    f_previous = bracket.f_best;
    bracket.best += std::abs(trial) > width ? trial : std::copysign(width, half);
    bracket.f_best = f(bracket.best);
    if (!std::isfinite(bracket.f_best)) return roots::not_finite(bracket.best, bracket.f_best);
  }
  return roots::out_of_iterations(bracket.best, bracket.other, tolerance.max_iterations);
}

/// A root of an increasing function with a slope, between two points: Newton's step where it stays in the bracket and
/// the bracket shrinks, else bisection. The function need not be known at the ends.
/// Source: Press et al. (2007), Numerical Recipes, sec. 9.4 (idea; a bracket that is never evaluated is ours).
/// Limits: refuses a bracket that is not finite or not ascending, a function that turns NaN, and too few steps. Without
/// a sign change inside it ends at the nearer end of the bracket, with the residual to show it.
template <std::invocable<double> F>
Result<Root> increasing_newton(const F& f, double low, double high, double guess, const RootTolerance& tolerance = {}) {
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) return roots::bad_bracket(low, high);
  double x = std::clamp(guess, low, high);
  double last_width = high - low;
  for (int i = 0; i <= tolerance.max_iterations; ++i) {
    const ValueAndSlope at = f(x);
    if (std::isnan(at.value)) return roots::not_finite(x, at.value);
    if (at.value == 0.0) return Root{x, 0.0, i};
    (at.value < 0.0 ? low : high) = x;
    const double newton = x - at.value / at.slope;
    const double width = high - low;
    const bool slow = i % 3 == 2 && width > 0.5 * std::exchange(last_width, width);
    const bool inside = newton > low && newton < high;
    const double next = inside && !slow ? newton : low + 0.5 * width;
    const double enough = tolerance.absolute + tolerance.relative * std::abs(x);
    if (width <= enough || (inside && std::abs(newton - x) <= enough)) return Root{inside ? newton : x, at.value, i};
    x = next;
  }
  return roots::out_of_iterations(low, high, tolerance.max_iterations);
}

/// A function's value, slope and curvature at one point.
struct ValueSlopeAndCurvature {
  double value = 0.0;
  double slope = 0.0;
  double curvature = 0.0;
};

namespace roots {

inline double step_from(const ValueAndSlope& at) noexcept { return at.value / at.slope; }

/// Source: Halley (1694); Traub (1964), Iterative Methods for the Solution of Equations, sec. 5.21.
inline double step_from(const ValueSlopeAndCurvature& at) noexcept {
  const double newton = at.value / at.slope;
  return newton / (1.0 - 0.5 * newton * at.curvature / at.slope);
}

/// A root between ends where the function has opposite signs: the step where it stays inside and is less than half as
/// long as the one before the last, else bisection.
template <class F>
Result<Root> by_steps(const F& f, double low, double high, double guess, const RootTolerance& tolerance) {
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) return bad_bracket(low, high);
  const double f_low = f(low).value;
  const double f_high = f(high).value;
  if (!std::isfinite(f_low)) return not_finite(low, f_low);
  if (!std::isfinite(f_high)) return not_finite(high, f_high);
  if (f_low == 0.0 || f_high == 0.0) return Root{f_low == 0.0 ? low : high, 0.0, 0};
  if ((f_low > 0.0) == (f_high > 0.0)) return no_sign_change(low, f_low, high, f_high);
  double x = std::clamp(guess, low, high);
  double last = high - low;
  double before_last = last;
  for (int i = 1; i <= tolerance.max_iterations; ++i) {
    const auto at = f(x);
    if (!std::isfinite(at.value)) return not_finite(x, at.value);
    if (at.value == 0.0) return Root{x, 0.0, i};
    ((at.value > 0.0) == (f_low > 0.0) ? low : high) = x;
    double step = step_from(at);
    const bool is_good = x - step > low && x - step < high && 2.0 * std::abs(step) < std::abs(before_last);
    if (!is_good) step = x - 0.5 * (low + high);
    before_last = std::exchange(last, step);
    const double enough = tolerance.absolute + tolerance.relative * std::abs(x);
    x -= step;
    if (std::abs(step) <= enough || high - low <= enough) return Root{x, at.value, i};
  }
  return out_of_iterations(low, high, tolerance.max_iterations);
}

}  // namespace roots

/// A root between two points where a function, given with its slope, has opposite signs: Newton's step, kept inside a
/// bracket that shrinks. The residual is that of the last point evaluated.
/// Source: Press et al. (2007), Numerical Recipes, sec. 9.4.
/// Limits: refuses a bracket that is not finite or not ascending, or that shows no sign change, a function that turns
/// NaN, and too few steps.
template <std::invocable<double> F>
Result<Root> newton(const F& f, double low, double high, double guess, const RootTolerance& tolerance = {}) {
  return roots::by_steps(f, low, high, guess, tolerance);
}

/// The same for a function given with its curvature too: Halley's step, of third order.
template <std::invocable<double> F>
Result<Root> halley(const F& f, double low, double high, double guess, const RootTolerance& tolerance = {}) {
  return roots::by_steps(f, low, high, guess, tolerance);
}

}  // namespace plimsoll
