#pragma once

#include "plimsoll/model/cumulant.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

// Where the contour of one strike runs; inside the Fourier methods.
namespace plimsoll::fourier {

/// Derivative of the cumulant at a real order, by a step along the imaginary axis; relative error the square of the
/// step over the distance to the next singularity. Where jumps carry the cumulant beyond a double it is infinite, away
/// from zero: the imaginary part has turned so often there that its sign says nothing.
template <class Model>
double cumulant_slope(const Model& model, double order, double years, double step) {
  const Complex<double> found = cumulant<double>(model, {order, step}, years);
  if (!std::isfinite(found.real)) return std::copysign(std::numeric_limits<double>::infinity(), order);
  return found.imaginary / step;
}

/// The slope at zero, minus half the variance where that is small. Its step may be as small as it likes, because
/// nothing on the way is complex there.
template <class Model>
double slope_at_zero(const Model& model, double years) {
  return cumulant_slope(model, 0.0, years, 1e-40);
}

/// Whether nothing is left to chance: the cumulant is flat.
template <class Model>
bool is_certain(const Model& model, double years) {
  return !(years > 0.0 && model.spot > 0.0 && slope_at_zero(model, years) < 0.0);
}

/// The orders from `start` to the end of the strip on one side, by a coordinate from zero to infinity.
struct HalfLine {
  double start = 0.0;
  double end = 0.0;  // may be infinite

  [[nodiscard]] double at(double t) const {
    if (std::isinf(end)) return start + std::copysign(t, end);
    return start + (end - start) * (t / (1.0 + t));
  }
};

/// The order at which a function that rises along the half line crosses zero, to 1e-4 of its distance from the start.
template <class F>
double crossing(const HalfLine& line, double guess, const F& rising) {
  constexpr double largest = 1e12;  // a strip that is finite is left to 1e-12 of its end
  const auto is_below = [&](double t) { return rising(line.at(t)) < 0.0; };
  double low = guess;
  double high = guess;
  if (is_below(guess)) {
    while (high < largest && is_below(high)) low = std::exchange(high, 2.0 * high);
  } else {
    while (low > 1.0 / largest && !is_below(low)) high = std::exchange(low, 0.5 * low);
  }
  while (high > low * 1.0001) {
    const double middle = std::sqrt(low * high);
    (is_below(middle) ? low : high) = middle;
  }
  return line.at(low);
}

/// A point of the contour and its derivative by the coordinate over i.
struct ContourPoint {
  Complex<double> order;
  Complex<double> speed;
};

/// s(y) = saddle + width (sin(tilt) (cosh(y) - 1) + i cos(tilt) sinh(y)).
struct Hyperbola {
  double saddle = 0.0;
  double width = 0.0;
  double tilt = 0.0;

  [[nodiscard]] ContourPoint at(double y) const {
    const double sine = std::sin(tilt);
    const double cosine = std::cos(tilt);
    const double half = std::sinh(0.5 * y);
    const double across = width * std::sinh(y);
    const double along = width * std::cosh(y);
    return {{saddle + 2.0 * width * sine * half * half, cosine * across}, {cosine * along, -sine * across}};
  }
};

/// Whether a contour may lean: what jumps add to the cumulant may grow without bound off the vertical.
template <class Model>
bool may_lean([[maybe_unused]] const Model& model) {
  if constexpr (requires { model.jump_intensity; })
    return model.jump_intensity == 0.0;
  else
    return true;
}

/// Where exp(K(s) - s k) decays fastest far from the saddle, as an angle to the right of the vertical, within what no
/// Gaussian decay forbids.
template <class Model>
double best_tilt(const Model& model, double years, double log_strike, const Hyperbola& upright) {
  constexpr double widest = std::numbers::pi / 8.0;
  const auto exponent = [&](double u) {
    const Complex<double> s{upright.saddle, u};
    return cumulant<double>(model, s, years) - s * log_strike;
  };
  const double top = exponent(0.0).real;
  double u = upright.width;
  while (exponent(u).real > top - 12.0 && u < 1e6 * upright.width) u *= 2.0;
  const double step = 1e-3 * u;
  // The derivative by s is that by u over i.
  const Complex<double> by_u = (exponent(u + step) - exponent(u - step)) / (2.0 * step);
  const double angle = std::atan2(-by_u.real, by_u.imaginary) - std::numbers::pi / 2.0;
  const double turned = angle < -std::numbers::pi ? angle + 2.0 * std::numbers::pi : angle;
  return std::isfinite(turned) ? std::clamp(turned, -widest, widest) : 0.0;
}

/// Between which poles a contour runs, and so whose value it gives: a put's (left of both), that of the smaller of spot
/// and strike with a minus (between), or a call's (right of both).
enum class Side { put, smaller, call };

/// Right of the pole at one for a call out of the money, left of that at zero for a put, so that the value is no
/// difference; between the poles where moments explode so close to a pole that there is no room beyond it. Options are
/// worth much there, so that little is lost by the difference.
inline Side side_of(double log_strike, const MomentStrip& strip) {
  constexpr double least_room = 0.05;
  if (log_strike >= 0.0) return strip.high - 1.0 < least_room ? Side::smaller : Side::call;
  return -strip.low < least_room ? Side::smaller : Side::put;
}

/// The contour through the least of K(s) - s k - log|s (s - 1)| between poles and singularities.
template <class Model>
Hyperbola contour_of(const Model& model, double years, double log_strike, const MomentStrip& strip, Side side) {
  const double scale = 1.0 / std::sqrt(-2.0 * slope_at_zero(model, years));
  const HalfLine line = side == Side::call  ? HalfLine{1.0, strip.high}
                        : side == Side::put ? HalfLine{0.0, strip.low}
                                            : HalfLine{0.0, 1.0};
  const auto slope = [&](double a) {
    const double room = std::min({std::abs(a), std::abs(a - 1.0), std::abs(line.end - a)});
    return cumulant_slope(model, a, years, 1e-4 * room) - log_strike - 1.0 / a - 1.0 / (a - 1.0);
  };
  const double a =
      crossing(line, scale, [&](double order) { return side == Side::put ? -slope(order) : slope(order); });
  const double step = 1e-2 * std::min({std::abs(a), std::abs(a - 1.0), std::abs(line.end - a)});
  const double bend = (slope(a + step) - slope(a - step)) / (2.0 * step);
  // The poles alone bend it by the square of their distance; what rounding leaves of the rest may not undercut that.
  const double poles = 1.0 / (a * a) + 1.0 / ((a - 1.0) * (a - 1.0));
  Hyperbola contour{a, 1.0 / std::sqrt(bend > poles ? bend : poles), 0.0};
  if (may_lean(model)) contour.tilt = best_tilt(model, years, log_strike, contour);
  return contour;
}

}  // namespace plimsoll::fourier
