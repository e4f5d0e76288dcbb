#include "plimsoll/method/fourier/contour.hpp"

#include "contour_shape.hpp"
#include "ladder_pricing.hpp"

namespace plimsoll {

namespace {

using fourier::ContourPoint;
using fourier::Hyperbola;
using fourier::log_moneyness;
using fourier::Side;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

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
  return epsilon * (1.0 + size + std::abs((contour.saddle - 1.0) * log_strike));
}

template <class Model>
struct ContourPricing {
  using Value = FourierValue<Model>;

  const StrikeLadder& ladder;
  const Model& model;
  MomentStrip strip;

  Value random(double strike, Measures measures) const {
    const double years = ladder.expiry;
    const double log_strike = log_moneyness<double>(model, years, strike);
    const Side side = fourier::side_of(log_strike, strip);
    const Hyperbola contour = fourier::contour_of(model, years, log_strike, strip, side);
    const Trapezoid rule =
        integrate([&](double y) { return integrand<double>(model, contour.at(y), years, log_strike); });
    const double unit = prepaid_forward(model, years) / std::numbers::pi;
    const double rest = fourier::complement<double>(ladder.type, model, years, strike, side);
    Value value;
    value.price = std::max(unit * rule.value + rest, 0.0);
    value.error = unit * rule.error + std::abs(unit * rule.value) * rounding_of(model, contour, years, log_strike) +
                  2.0 * epsilon * std::abs(rest);
    if (measures == Measures::with_greeks) differentiate(value, strike, side, contour, rule);
    return value;
  }

  /// The same trapezoidal sum, recorded node by node. The contour stands still: what moves it does not move the value.
  void differentiate(Value& value, double strike, Side side, const Hyperbola& contour, const Trapezoid& rule) const {
    using R = Adjoint<double>;
    fourier::add_sensitivities(value, model, ladder.expiry, [&](Tape<double>& tape, const auto& m, const R& years) {
      const R log_strike = log_moneyness<R>(m, years, strike);
      const R unit = m.spot * exp(-m.dividend_yield * years);
      const R rest = fourier::complement<R>(ladder.type, m, years, strike, side);
      const auto nodes = tape.mark();
      for (std::size_t i = 0; i <= rule.steps; ++i) {
        const double weight = (i == 0 ? 0.5 : 1.0) * rule.step / std::numbers::pi;
        const R term = unit * integrand<R>(m, contour.at(static_cast<double>(i) * rule.step), years, log_strike);
        term.add_adjoint(weight);
        tape.sweep(nodes);
        tape.rewind(nodes);
      }
      return rest;
    });
    value.gamma = gamma(strike, contour, rule);
  }

  /// The price's second derivative by the spot brings down s (s - 1) over the square of the spot.
  double gamma(double strike, const Hyperbola& contour, const Trapezoid& rule) const {
    const double years = ladder.expiry;
    const double log_strike = log_moneyness<double>(model, years, strike);
    double sum = 0.0;
    for (std::size_t i = 0; i <= rule.steps; ++i) {
      ContourPoint point = contour.at(static_cast<double>(i) * rule.step);
      const Complex<double> s = point.order;
      point.speed = point.speed * (s * (s - 1.0));
      sum += (i == 0 ? 0.5 : 1.0) * integrand<double>(model, point, years, log_strike);
    }
    return sum * rule.step / std::numbers::pi * prepaid_forward(model, years) / (model.spot * model.spot);
  }
};

}  // namespace

template <class Model>
Result<std::vector<FourierValue<Model>>> contour(const StrikeLadder& ladder, const Model& model, Measures measures) {
  if (auto flaw = find_flaw(ladder)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  const bool certain = fourier::is_certain(model, ladder.expiry);
  const ContourPricing<Model> pricing{ladder, model, certain ? MomentStrip{} : moment_strip(model, ladder.expiry)};
  std::vector<FourierValue<Model>> values;
  values.reserve(ladder.strikes.size());
  for (const double strike : ladder.strikes)
    values.push_back(certain || strike == 0.0 ? fourier::certain_value(ladder, model, strike, measures)
                                              : pricing.random(strike, measures));
  return values;
}

template Result<std::vector<FourierValue<BlackScholes<double>>>> contour(const StrikeLadder&,
                                                                         const BlackScholes<double>&, Measures);
template Result<std::vector<FourierValue<Merton<double>>>> contour(const StrikeLadder&, const Merton<double>&,
                                                                   Measures);
template Result<std::vector<FourierValue<Heston<double>>>> contour(const StrikeLadder&, const Heston<double>&,
                                                                   Measures);
template Result<std::vector<FourierValue<Bates<double>>>> contour(const StrikeLadder&, const Bates<double>&, Measures);
template Result<std::vector<FourierValue<VarianceGamma<double>>>> contour(const StrikeLadder&,
                                                                          const VarianceGamma<double>&, Measures);

}  // namespace plimsoll
