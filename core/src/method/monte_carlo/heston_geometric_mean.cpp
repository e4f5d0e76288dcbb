#include "heston_geometric_mean.hpp"

#include "plimsoll/model/carried.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>

namespace plimsoll {

namespace {

using Complex = std::complex<double>;

/// The logarithm of the mean of exp(constant + spot log(S / forward) + variance v).
struct Exponent {
  Complex constant;
  Complex spot;
  Complex variance;
};

/// The same exponent, seen `years` earlier.
/// Source: the Riccati equation of Heston (1993) from any starting value.
Exponent stepped_back(const Exponent& at, const Heston<double>& m, double years) {
  const double square = m.volatility_of_variance * m.volatility_of_variance;
  const Complex slope = m.correlation * m.volatility_of_variance * at.spot - m.mean_reversion;
  const Complex d = std::sqrt(slope * slope - square * (at.spot * at.spot - at.spot));
  const Complex lower = (-slope - d) / square;
  const Complex upper = (-slope + d) / square;
  const Complex g = (at.variance - lower) / (at.variance - upper);
  const Complex decayed = g * std::exp(-d * years);
  const Complex integral = lower * years - 2.0 / square * std::log((1.0 - decayed) / (1.0 - g));
  return {at.constant + m.mean_reversion * m.long_variance * integral, at.spot,
          (lower - upper * decayed) / (1.0 - decayed)};
}

/// Mean of the mean spot over mean forward, both geometric, to the power i u.
Complex characteristic(Complex u, std::span<const double> dates, const Heston<double>& model) {
  const Complex share = Complex(0.0, 1.0) * u / static_cast<double>(dates.size());
  Exponent at{};
  for (std::size_t i = dates.size(); i-- > 0;) {
    at.spot += share;
    at = stepped_back(at, model, dates[i] - (i == 0 ? 0.0 : dates[i - 1]));
  }
  return std::exp(at.constant + at.variance * model.variance);
}

}  // namespace

Result<double> expected_geometric_payoff(OptionType type, double strike, std::span<const double> dates,
                                         const Heston<double>& model) {
  double log_forward = 0.0;
  for (const double date : dates) log_forward += std::log(forward(model, date)) / static_cast<double>(dates.size());
  const double scale = std::exp(log_forward);
  const double moneyness = log_forward - std::log(strike);
  const double mean = scale * characteristic(Complex(0.0, -1.0), dates, model).real();
  const auto integrand = [&](double u) {
    const Complex wave = std::exp(Complex(0.0, u * moneyness)) * characteristic(Complex(u, -0.5), dates, model);
    return wave.real() / (u * u + 0.25);
  };
  // The transform falls as exp(-c u) with c of the order of the variance over its volatility; 1 / u^2 does the rest.
  const Integral integral = gauss_kronrod(integrand, 0.0, 4000.0, {1e-10, 1e-10, 400});
  if (auto flaw = find_flaw(integral)) return *flaw;
  const double call = mean - std::sqrt(scale * strike) / std::numbers::pi * integral.value;
  return type == OptionType::call ? call : call - mean + strike;
}

}  // namespace plimsoll
