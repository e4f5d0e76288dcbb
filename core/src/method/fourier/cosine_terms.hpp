#pragma once

#include "contour_shape.hpp"
#include "plimsoll/method/fourier/cosine_series.hpp"

#include <cstddef>

// The terms of the cosine series and where it is cut; inside the Fourier methods.
namespace plimsoll::fourier {

/// The range of log(S/F) that the series covers, its number of terms, and what either leaves out, per strike.
struct SeriesPlan {
  double low = 0.0;
  double width = 0.0;
  std::size_t terms = 0;
  double error = 0.0;

  [[nodiscard]] double frequency(std::size_t n) const { return static_cast<double>(n) * std::numbers::pi / width; }
};

/// The level beyond which lies no more than a probability, by the best Chernoff bound: a parametric curve in the order.
template <class Model>
double chernoff_level(const Model& model, double years, const HalfLine& line, double log_probability) {
  const auto slope = [&](double a) {
    const double room = std::min({std::abs(a), std::abs(line.end - a)});
    return cumulant_slope(model, a, years, 1e-4 * room);
  };
  const double guess = std::sqrt(-log_probability / -slope_at_zero(model, years));
  const double order = crossing(line, guess, [&](double a) {
    return log_probability - cumulant<double>(model, {a, 0.0}, years).real + a * slope(a);
  });
  // Any order gives a bound; this one was found to be about the best.
  return (cumulant<double>(model, {order, 0.0}, years).real - log_probability) / order;
}

/// What the logarithm of the characteristic function's modulus does not exceed at a frequency and beyond, as far as
/// jumps go: where they are all but of one size it comes back at each frequency that turns them by a whole circle, in
/// peaks that a few points miss.
template <class Model>
double log_modulus(const Model& model, double years, double frequency) {
  const double found = cumulant<double>(model, {0.0, frequency}, years).real;
  if constexpr (requires { model.jump_intensity; }) {
    const double spread = model.log_jump_deviation * frequency;
    return found + model.jump_intensity * years * std::exp(-0.5 * spread * spread) *
                       (1.0 - std::cos(model.mean_log_jump * frequency));
  } else {
    return found;
  }
}

/// The largest modulus of the characteristic function at a frequency and at some beyond it.
template <class Model>
double envelope(const Model& model, double years, double frequency) {
  double largest = 0.0;
  for (const double factor : {1.0, 1.07, 1.19, 1.37, 1.61, 2.0})
    largest = std::max(largest, std::exp(log_modulus(model, years, factor * frequency)));
  return largest;
}

template <class Model>
SeriesPlan plan_of(const Model& model, double years, const CosineSettings& settings) {
  const MomentStrip strip = moment_strip(model, years);
  const double log_probability = std::log(settings.tolerance);
  SeriesPlan plan;
  plan.low = chernoff_level(model, years, HalfLine{0.0, strip.low}, log_probability);
  plan.width = chernoff_level(model, years, HalfLine{0.0, strip.high}, log_probability) - plan.low;
  const auto left_out = [&](std::size_t terms) {  // 2/L |phi_n| |V_n| summed, with |V_n| <= 3 strike / frequency^2
    return 6.0 * plan.width / (std::numbers::pi * std::numbers::pi) * envelope(model, years, plan.frequency(terms)) /
           static_cast<double>(terms - 1);
  };
  plan.terms = 32;
  while (plan.terms < settings.most_terms && left_out(plan.terms) > settings.tolerance) plan.terms += plan.terms / 4;
  plan.error = 4.0 * settings.tolerance + left_out(plan.terms);
  return plan;
}

/// Real part of the characteristic function turned to the range's low end: 2/L times it is a cosine coefficient.
template <ScalarReal R, class Model>
R coefficient(const Model& model, const SeriesPlan& plan, std::size_t n, const R& years) {
  const double u = plan.frequency(n);
  const Complex<R> exponent = cumulant(model, {0.0, u}, years);
  const R size = exp(exponent.real);
  return ((n == 0 ? 1.0 : 2.0) / plan.width) * size * cos(exponent.imaginary - u * plan.low);
}

/// The put payoff's cosine coefficient over the forward, and its first two derivatives by the log-strike.
struct PutTerm {
  double value, slope, bend;
};

inline PutTerm put_term(const SeriesPlan& plan, std::size_t n, double log_strike, double strike) {
  const double from_low = log_strike - plan.low;
  const double low = std::exp(plan.low);
  if (n == 0) return {strike * (from_low - 1.0) + low, strike * from_low, strike * (from_low + 1.0)};
  const double u = plan.frequency(n);
  const double sine = std::sin(u * from_low) / u;
  const double cosine = std::cos(u * from_low);
  return {(strike * (sine - cosine) + low) / (1.0 + u * u), strike * sine, strike * (sine + cosine)};
}

}  // namespace plimsoll::fourier
