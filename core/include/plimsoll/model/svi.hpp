#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/sabr.hpp"
#include "plimsoll/numerics/density.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// The smile of one expiry as a hyperbola: total variance by the logarithm k of strike over forward is
/// level + wing_slope (correlation (k - shift) + sqrt((k - shift)^2 + curvature^2)).
/// Source: Gatheral & Jacquier (2014), Arbitrage-free SVI volatility surfaces, Quant. Finance 14, 59-71, eq. 3.1 (raw
/// parameters a, b, rho, m, sigma).
template <Real R>
struct Svi {
  R level;        // a
  R wing_slope;   // b
  R correlation;  // rho
  R shift;        // m
  R curvature;    // sigma

  friend bool operator==(const Svi&, const Svi&) = default;
};

template <Real R>
struct Fields<Svi<R>> {
  static constexpr std::string_view name = "Svi";
  static constexpr auto list = std::make_tuple(field("level", &Svi<R>::level), field("wing_slope", &Svi<R>::wing_slope),
                                               field("correlation", &Svi<R>::correlation),
                                               field("shift", &Svi<R>::shift), field("curvature", &Svi<R>::curvature));
};

/// A slice by what a trader sees: variance a year at the forward, its skew, the slopes of both wings and the least
/// variance a year. Source: Gatheral & Jacquier (2014), eq. 3.5.
struct JumpWings {
  double variance = 0.0;        // v
  double skew = 0.0;            // psi
  double put_slope = 0.0;       // p
  double call_slope = 0.0;      // c
  double least_variance = 0.0;  // v tilde

  friend bool operator==(const JumpWings&, const JumpWings&) = default;
};

template <>
struct Fields<JumpWings> {
  static constexpr std::string_view name = "JumpWings";
  static constexpr auto list =
      std::make_tuple(field("variance", &JumpWings::variance), field("skew", &JumpWings::skew),
                      field("put_slope", &JumpWings::put_slope), field("call_slope", &JumpWings::call_slope),
                      field("least_variance", &JumpWings::least_variance));
};

/// The smiles of all expiries as one surface: each is a slice whose shape follows from its total variance at the
/// forward. `steepness` is eta (1 + |correlation|) / 2 of the power law eta variance^-exponent (1 + variance)^(exponent
/// - 1): up to one no strike and no expiry can be arbitraged. Between expiries the variance at the forward is linear in
/// time, from zero today; beyond the last it grows at its last pace.
/// Source: Gatheral & Jacquier (2014), sec. 4, theorems 4.1 and 4.2, and the power law of eq. 4.5.
template <Real R>
struct Ssvi {
  std::vector<double> years;  // of the expiries, rising
  std::vector<R> variances;   // total variances at the forward, not falling
  R correlation;              // rho
  R steepness;                // zero to one
  R exponent;                 // gamma, above zero and up to one half

  friend bool operator==(const Ssvi&, const Ssvi&) = default;
};

template <Real R>
struct Fields<Ssvi<R>> {
  static constexpr std::string_view name = "Ssvi";
  static constexpr auto list =
      std::make_tuple(field("years", &Ssvi<R>::years), field("variances", &Ssvi<R>::variances),
                      field("correlation", &Ssvi<R>::correlation), field("steepness", &Ssvi<R>::steepness),
                      field("exponent", &Ssvi<R>::exponent));
};

/// The first parameter that makes no sense, if there is one: a wing slope below zero, a correlation not inside (-1, 1),
/// a curvature not above zero, a total variance that falls below zero.
std::optional<Error> find_flaw(const Svi<double>& model);

/// The same; what stands in the way of the absence of arbitrage is a flaw too.
std::optional<Error> find_flaw(const Ssvi<double>& model);

/// Total variance at a logarithm of strike over forward.
/// Accuracy: 1e-15 of the terms.
template <ScalarReal R>
R total_variance(const Svi<R>& model, const R& log_strike) {
  const R from = log_strike - model.shift;
  return model.level +
         model.wing_slope * (model.correlation * from + sqrt(from * from + model.curvature * model.curvature));
}

/// The same of the slice whose total variance at the forward is `at_forward`, above zero.
template <ScalarReal R>
R total_variance(const Ssvi<R>& model, const R& at_forward, const R& log_strike) {
  const R size = max(model.correlation, R{-model.correlation});
  const R power = pow(at_forward, R{-model.exponent}) * pow(R{1.0 + at_forward}, R{model.exponent - 1.0});
  const R place = 2.0 * model.steepness / (1.0 + size) * power * log_strike;
  const R from = place + model.correlation;
  return 0.5 * at_forward *
         (1.0 + model.correlation * place + sqrt(from * from + 1.0 - model.correlation * model.correlation));
}

/// Total variance at the forward, at any time of zero years or more.
double variance_at_forward(const Ssvi<double>& model, double years) noexcept;

/// Total variance with its first two derivatives by the logarithm of the strike.
VarianceJet variance_jet(const Svi<double>& model, double log_strike) noexcept;

/// The slice of a surface at a time above zero. Source: Gatheral & Jacquier (2014), lemma 3.1 and eq. 4.1.
Svi<double> slice_of(const Ssvi<double>& model, double years) noexcept;

/// The slice in the trader's terms. Limits: total variance above zero at the forward.
JumpWings jump_wings(const Svi<double>& model, double years) noexcept;

/// The slice of a trader's terms. Source: Gatheral & Jacquier (2014), lemma 3.2.
/// Limits: refuses terms that no slice has, and years that are not above zero.
Result<Svi<double>> from_jump_wings(const JumpWings& wings, double years);

/// The slice with the same variance and skew at the forward and the same put wing whose call wing and least variance
/// exclude a negative density. Source: Gatheral & Jacquier (2014), sec. 5.1.
JumpWings without_butterflies(const JumpWings& wings) noexcept;

/// Where the density that a slice implies is negative, by strike over forward: on so many points evenly spaced in the
/// logarithm up to `widest` on either side.
/// Source: Gatheral & Jacquier (2014), eq. 2.1. Limits: refuses what `find_flaw` finds, and fewer than two points.
Result<std::vector<DensityFlaw>> svi_density_flaws(const Svi<double>& model, double widest, std::size_t points);

/// A strike over forward at which a later slice has less total variance than the one before it: a calendar spread can
/// be arbitraged.
struct CalendarCrossing {
  double strike = 0.0;
  double before = 0.0;  // total variances
  double after = 0.0;
};

/// Where the slice of a later expiry runs below that of an earlier one, on the points of `svi_density_flaws`.
/// Source: Gatheral & Jacquier (2014), lemma 2.1. Limits: as `svi_density_flaws`, of both slices.
Result<std::vector<CalendarCrossing>> svi_calendar_crossings(const Svi<double>& near, const Svi<double>& far,
                                                             double widest, std::size_t points);

}  // namespace plimsoll
