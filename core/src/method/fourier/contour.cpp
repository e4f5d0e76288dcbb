#include "plimsoll/method/fourier/contour.hpp"

#include "contour_sum.hpp"
#include "ladder_pricing.hpp"

namespace plimsoll {

namespace {

using fourier::ContourPoint;
using fourier::Hyperbola;
using fourier::integrand;
using fourier::log_moneyness;
using fourier::Side;
using fourier::Trapezoid;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

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
        fourier::integrate([&](double y) { return integrand<double>(model, contour.at(y), years, log_strike); });
    const double unit = prepaid_forward(model, years) / std::numbers::pi;
    const double rest = fourier::complement<double>(ladder.type, model, years, strike, side);
    Value value;
    value.price = std::max(unit * rule.value + rest, 0.0);
    value.error = unit * rule.error +
                  std::abs(unit * rule.value) * fourier::rounding_of(model, contour, years, log_strike) +
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
