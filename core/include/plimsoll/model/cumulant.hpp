#pragma once

#include "plimsoll/model/bates.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/model/merton.hpp"
#include "plimsoll/model/variance_gamma.hpp"
#include "plimsoll/real/complex.hpp"

#include <limits>

// The cumulant of a model: K(s) = log E[exp(s X)] with X the logarithm of the spot over its forward, so that K(0) =
// K(1) = 0. It is the logarithm of the characteristic function at -i s, analytic in the strip where moments exist and,
// for every model here, in the whole plane but for two cuts on the real axis outside the strip.
namespace plimsoll {

/// The real moments that are finite: E[(S/F)^s] for low < s < high.
struct MomentStrip {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// Source: Black & Scholes (1973): half the total variance times s (s - 1).
template <ScalarReal R>
Complex<R> cumulant(const BlackScholes<R>& model, const Complex<double>& s, const R& years) {
  const R half = 0.5 * model.volatility * model.volatility * years;
  return scaled<R>(half, s * s - s);
}

/// The part of Merton's and Bates's cumulants that comes from the jumps.
template <ScalarReal R>
Complex<R> jump_cumulant(const R& intensity, const R& mean, const R& deviation, const Complex<double>& s,
                         const R& years) {
  const R half = 0.5 * deviation * deviation;
  const Complex<R> moment = expm1(scaled<R>(mean, s) + scaled<R>(half, s * s));
  const R compensator = expm1(mean + half);
  return (moment - scaled<R>(compensator, s)) * R{intensity * years};
}

/// Source: Merton (1976), eq. 14, as a cumulant.
template <ScalarReal R>
Complex<R> cumulant(const Merton<R>& model, const Complex<double>& s, const R& years) {
  const R half = 0.5 * model.volatility * model.volatility * years;
  return scaled<R>(half, s * s - s) +
         jump_cumulant<R>(model.jump_intensity, model.mean_log_jump, model.log_jump_deviation, s, years);
}

/// Source: Heston (1993); the form whose logarithm never leaves its principal branch: Albrecher, Mayer, Schoutens &
/// Tistaert (2007), The little Heston trap, Wilmott; proof by Lord & Kahl (2010), Complex logarithms in Heston-like
/// models, Math. Finance 20. Rearranged so that neither a vanishing volatility of variance nor a vanishing mean
/// reversion divides by zero.
template <ScalarReal R>
Complex<R> cumulant(const Heston<R>& model, const Complex<double>& s, const R& years) {
  const Complex<double> square = s * s - s;
  const R sigma = model.volatility_of_variance;
  const R sigma_squared = sigma * sigma;
  const Complex<R> beta = model.mean_reversion - scaled<R>(R{model.correlation * sigma}, s);
  const Complex<R> d = sqrt(beta * beta - scaled<R>(sigma_squared, square));
  const Complex<R> span = exponential_mean(d * years) * years;               // (1 - exp(-d t)) / d
  const Complex<R> growth = (beta + d) * span + R{2.0} - d * span * R{2.0};  // beta span + 1 + exp(-d t)
  const Complex<R> by_variance = constant<R>(square) * span / growth;
  const R pull = model.mean_reversion * model.long_variance;
  if (passive(norm(beta + d)) == 0.0)  // neither reverts nor moves: what a first reversion would add
    return by_variance * model.variance + scaled<R>(R{0.25 * pull * years * years}, square);
  // log(growth / 2) / sigma^2 and (beta - d) / sigma^2, each without the difference that would lose digits.
  const bool is_safe = passive(beta.real) >= 0.0;
  const Complex<R> rate = is_safe ? constant<R>(square) / (beta + d) : (beta - d) / sigma_squared;
  const Complex<R> half_log = rate * span * R{0.5};
  const Complex<R> logarithm = half_log * logarithm_mean(half_log * sigma_squared);
  return by_variance * model.variance + (rate * years - logarithm * R{2.0}) * pull;
}

/// Source: Bates (1996), as a cumulant.
template <ScalarReal R>
Complex<R> cumulant(const Bates<R>& model, const Complex<double>& s, const R& years) {
  const Heston<R> diffusion{model.spot,           model.rate,          model.dividend_yield,         model.variance,
                            model.mean_reversion, model.long_variance, model.volatility_of_variance, model.correlation};
  return cumulant(diffusion, s, years) +
         jump_cumulant<R>(model.jump_intensity, model.mean_log_jump, model.log_jump_deviation, s, years);
}

/// Source: Madan, Carr & Chang (1998), eq. 7, as a cumulant; with a vanishing variance rate it is Black-Scholes.
template <ScalarReal R>
Complex<R> cumulant(const VarianceGamma<R>& model, const Complex<double>& s, const R& years) {
  const R half = 0.5 * model.volatility * model.volatility;
  const Complex<R> exponent = scaled<R>(model.drift, s) + scaled<R>(half, s * s);
  const Complex<R> at_one{R(model.drift + half), R{0.0}};
  const R minus_rate = -model.variance_rate;
  const Complex<R> moment = exponent * logarithm_mean(exponent * minus_rate);
  const R compensator = (at_one * logarithm_mean(at_one * minus_rate)).real;
  return (moment - scaled<R>(compensator, s)) * years;
}

MomentStrip moment_strip(const BlackScholes<double>& model, double years);
MomentStrip moment_strip(const Merton<double>& model, double years);

/// Source: Andersen & Piterbarg (2007), Moment explosions in stochastic volatility models, Fin. Stoch. 11, prop. 3.1.
MomentStrip moment_strip(const Heston<double>& model, double years);
MomentStrip moment_strip(const Bates<double>& model, double years);

/// The roots of the quadratic under the logarithm.
MomentStrip moment_strip(const VarianceGamma<double>& model, double years);

}  // namespace plimsoll
