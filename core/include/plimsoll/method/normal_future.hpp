#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monte_carlo/result.hpp"
#include "plimsoll/model/bachelier.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// An option on a future whose price is normal and may be negative; times in years.
struct NormalOption {
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  double years = 0.0;
  Bachelier<double> model{};
};

/// A price with how far from exact it may be, where two sizes of the method tell.
struct NormalValuation {
  PricedGreeks priced;
  std::optional<double> error_estimate;
};

/// Price and sensitivities on a lattice whose moves up and down are of one size in price, or by finite differences on
/// even nodes about the future, for the holder of one unit. Delta, gamma and rho are by the future and the rate alone.
/// A future has no drift, so each move has the probability one half whatever the settings' `moves`, and the last step
/// is by the formula whatever their `last_step`. Vega follows from homogeneity, V = (F - K) delta + sigma vega, which
/// holds for early exercise too; theta is the heat equation's; rho is -T V, or, exercised early, a central difference.
/// The grid marches a put, a call being the put of the mirrored price, so the spots that are exercised early lie on one
/// side. Source: Bachelier (1900); Cox, Ross & Rubinstein (1979) for the lattice, its last step by the formula as in
/// Broadie & Detemple (1996), RFS 9; Brennan & Schwartz (1977), J. Finance 32, for the early exercise on the grid;
/// Rannacher (1984) for its first steps. Accuracy: order 1 in the lattice's steps and order 2 in the grid's,
/// extrapolated better; `error_estimate` is the change from half the steps, or, extrapolated, a part of the change from
/// the extrapolation of half the steps. Limits: refuses flawed input; exact where nothing is left to chance.
Result<NormalValuation> on_normal_lattice(const NormalOption& option, const Binomial& settings, Measures measures);
Result<NormalValuation> on_normal_grid(const NormalOption& option, const CrankNicolson& settings, Measures measures);

/// The same by drawing the future at expiry, exercised there alone: pathwise derivatives, and for gamma the path's
/// delta times the score. Source: Glasserman (2003), sec. 7.2 and 7.3. Accuracy: the standard errors; no bias.
/// Limits: refuses flawed input and early exercise (unsupported); exact where nothing is left to chance.
Result<MonteCarloResult> monte_carlo_normal(const NormalOption& option, const MonteCarlo& settings);

}  // namespace plimsoll
