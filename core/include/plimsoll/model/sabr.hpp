#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/real/complex.hpp"
#include "plimsoll/real/real.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// The smile of one expiry: dF = a F^elasticity dW and da = volatility_of_level a dB from a = level, with d<W, B> =
/// correlation dt.
/// Source: Hagan, Kumar, Lesniewski & Woodward (2002), Managing smile risk, Wilmott, 84-108.
template <Real R>
struct Sabr {
  R level;                // alpha
  R elasticity;           // beta
  R volatility_of_level;  // nu
  R correlation;          // rho

  friend bool operator==(const Sabr&, const Sabr&) = default;
};

template <Real R>
struct Fields<Sabr<R>> {
  static constexpr std::string_view name = "Sabr";
  static constexpr auto list = std::make_tuple(
      field("level", &Sabr<R>::level), field("elasticity", &Sabr<R>::elasticity),
      field("volatility_of_level", &Sabr<R>::volatility_of_level), field("correlation", &Sabr<R>::correlation));
};

/// The first parameter that makes no sense, if there is one: level > 0, elasticity in [0, 1], volatility_of_level >= 0,
/// correlation inside (-1, 1).
std::optional<Error> find_flaw(const Sabr<double>& model);

/// The first of forward, strike and years that is not a finite number above zero.
std::optional<Error> find_flaw_of_smile(double forward, double strike, double years);

namespace sabr {

/// x(z) / z of the expansions, where x is the logarithm of (sqrt(1 - 2 rho z + z^2) + z - rho) / (1 - rho); one at zero
/// and without a difference that loses digits next to it.
template <ScalarReal R>
R distance_ratio(const R& z, const R& correlation) {
  const R root = sqrt(1.0 + z * (z - 2.0 * correlation));
  const R slope = ((z - 2.0 * correlation) / (root + 1.0) + 1.0) / (1.0 - correlation);
  const R beyond = z * slope;
  return slope * logarithm_mean(Complex<R>{beyond, R{0.0}}).real;
}

/// (b^(1 - elasticity) - a^(1 - elasticity)) / (1 - elasticity), the logarithm where the elasticity is one.
template <ScalarReal R>
R power_distance(const R& a, const R& b, const R& elasticity) {
  const R log_ratio = log(b / a);
  const R exponent = (1.0 - elasticity) * log_ratio;
  return pow(a, R{1.0 - elasticity}) * log_ratio * exponential_mean(Complex<R>{R{-exponent}, R{0.0}}).real;
}

/// What time adds to either of Hagan's volatilities beside the term of the elasticity.
template <ScalarReal R>
R growth_by_correlation(const Sabr<R>& model, const R& to_level) {
  const R nu = model.volatility_of_level;
  return 0.25 * model.correlation * model.elasticity * nu * model.level / to_level +
         (2.0 - 3.0 * model.correlation * model.correlation) / 24.0 * nu * nu;
}

}  // namespace sabr

/// Black volatility. Source: Hagan et al. (2002), eq. 2.17.
/// Accuracy: of the formula 1e-15; the formula itself is the first order in time, and its density turns negative at low
/// strikes (`sabr_density_flaws`).
template <ScalarReal R>
R hagan_volatility(const Sabr<R>& model, const R& forward, const R& strike, double years) {
  const R one_less = 1.0 - model.elasticity;
  const R log_ratio = log(forward / strike);
  const R middle = pow(R{forward * strike}, R{0.5 * one_less});
  const R bend = one_less * log_ratio * one_less * log_ratio;
  const R z = model.volatility_of_level / model.level * middle * log_ratio;
  const R by_elasticity = one_less * one_less / 24.0 * model.level * model.level / (middle * middle);
  const R growth = 1.0 + (by_elasticity + sabr::growth_by_correlation<R>(model, middle)) * years;
  return model.level / (middle * (1.0 + bend / 24.0 * (1.0 + bend / 80.0))) /
         sabr::distance_ratio<R>(z, model.correlation) * growth;
}

/// Bachelier volatility. Source: Hagan et al. (2002), eq. A.59a (the same with its own factors).
template <ScalarReal R>
R hagan_normal_volatility(const Sabr<R>& model, const R& forward, const R& strike, double years) {
  const R one_less = 1.0 - model.elasticity;
  const R log_ratio = log(forward / strike);
  const R square = log_ratio * log_ratio;
  const R middle = pow(R{forward * strike}, R{0.5 * one_less});
  const R bend = one_less * one_less * square;
  const R z = model.volatility_of_level / model.level * middle * log_ratio;
  const R by_elasticity =
      model.elasticity * (model.elasticity - 2.0) / 24.0 * model.level * model.level / (middle * middle);
  const R growth = 1.0 + (by_elasticity + sabr::growth_by_correlation<R>(model, middle)) * years;
  return model.level * pow(R{forward * strike}, R{0.5 * model.elasticity}) *
         (1.0 + square / 24.0 * (1.0 + square / 80.0)) / (1.0 + bend / 24.0 * (1.0 + bend / 80.0)) /
         sabr::distance_ratio<R>(z, model.correlation) * growth;
}

/// Black volatility of the equivalent local volatility, in its general form: not at the forward itself, next to which
/// it loses digits.
template <ScalarReal R>
R local_expansion(const Sabr<R>& model, const R& forward, const R& strike, double years) {
  const R nu = model.volatility_of_level;
  const R y = sabr::power_distance<R>(forward, strike, model.elasticity);
  const R z = -nu / model.level * y;
  const R distance = y / model.level * sabr::distance_ratio<R>(z, model.correlation);
  const R at_forward = pow(forward, model.elasticity);
  const R at_strike = pow(strike, model.elasticity);
  const R level_there = model.level * sqrt(1.0 + z * (z - 2.0 * model.correlation));
  const R leading = log(strike / forward) / distance;
  const R local = log(leading * sqrt(forward * strike / (model.level * at_forward * level_there * at_strike)));
  const R drift = 0.25 * model.correlation * nu * model.level * (at_strike - at_forward) / (strike - forward);
  return leading * (1.0 + (drift - local / (distance * distance)) * years);
}

/// Black volatility of the equivalent local volatility: smoother in the wings than Hagan's and equal to it at the
/// forward, next to which it is interpolated between its values at 0.4 % and 0.8 % on either side.
/// Source: Andersen & Brotherton-Ratcliffe (2005), Extended Libor market models with stochastic volatility, prop. 3.1,
/// on the local volatility of Hagan, Kumar, Lesniewski & Woodward (2014), Arbitrage-free SABR; put together by Le
/// Floc'h & Kennedy (2014), Explicit SABR calibration through simple expansions, SSRN 2467231. Accuracy: of the formula
/// 1e-9.
template <ScalarReal R>
R local_expansion_volatility(const Sabr<R>& model, const R& forward, const R& strike, double years) {
  constexpr double step = 0.004;
  if (std::abs(std::log(passive(strike) / passive(forward))) > 0.5 * step)
    return local_expansion<R>(model, forward, strike, years);
  constexpr std::array<double, 4> nodes{-2.0 * step, -step, step, 2.0 * step};
  const R x = log(strike / forward);
  R sum{0.0};
  for (const double node : nodes) {
    R term = local_expansion<R>(model, forward, R{forward * std::exp(node)}, years);
    for (const double other : nodes)
      if (other != node) term *= (x - other) / (node - other);
    sum += term;
  }
  return sum;
}

/// Where the density that a smile implies is negative, as a share of Black's: 0 for a strike where all is well.
struct DensityFlaw {
  double strike = 0.0;
  double density = 0.0;  // of log(F) over that of the normal with the same variance; negative
};

/// The strikes at which Hagan's Black volatilities imply a negative density.
/// Source: Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, Quant. Finance 14, eq. 2.1 (g).
/// Limits: refuses a forward or strikes that are not above zero, and what `find_flaw` finds.
Result<std::vector<DensityFlaw>> sabr_density_flaws(const Sabr<double>& model, double forward, double years,
                                                    std::span<const double> strikes);

}  // namespace plimsoll
