#pragma once

#include "plimsoll/model/carried.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace plimsoll::testing {

/// Call price by Lewis's integral over Heston's characteristic function in the form without a branch cut, by adaptive
/// quadrature: nothing of it is shared with any simulation.
/// Source: Lewis (2000), Option Valuation under Stochastic Volatility, ch. 2; Albrecher, Mayer, Schoutens & Tistaert
/// (2007), The little Heston trap, Wilmott.
inline double heston_call(const Heston<double>& m, double strike, double years) {
  using C = std::complex<double>;
  const double variance = m.volatility_of_variance * m.volatility_of_variance;
  const auto characteristic = [&](C u) {  // of log(S / forward)
    const C i(0.0, 1.0);
    const C b = m.mean_reversion - m.correlation * m.volatility_of_variance * i * u;
    const C d = std::sqrt(b * b + variance * (i * u + u * u));
    const C g = (b - d) / (b + d);
    const C decay = std::exp(-d * years);
    const C level = m.mean_reversion * m.long_variance / variance *
                    ((b - d) * years - 2.0 * std::log((1.0 - g * decay) / (1.0 - g)));
    return std::exp(level + m.variance / variance * (b - d) * (1.0 - decay) / (1.0 - g * decay));
  };
  const double forward_price = forward(m, years);
  const double k = std::log(forward_price / strike);
  const auto integrand = [&](double u) {
    return (std::exp(C(0.0, u * k)) * characteristic(C(u, -0.5))).real() / (u * u + 0.25);
  };
  const double integral = gauss_kronrod(integrand, 0.0, 2000.0, {1e-11, 1e-11, 4000}).value;
  return std::exp(-m.rate * years) * (forward_price - std::sqrt(forward_price * strike) / std::numbers::pi * integral);
}

}  // namespace plimsoll::testing
