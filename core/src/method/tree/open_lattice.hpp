#pragma once

#include "knock_lattice.hpp"
#include "lattice_reading.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/tree/lattice_greeks.hpp"
#include "plimsoll/real/dual.hpp"
#include "trinomial_step.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <string>

// The trinomial lattice around today's spot whose nodes stand still; inside the method floor.
namespace plimsoll {

inline constexpr double node_stretch = std::numbers::sqrt3;  // sqrt(3) matches the kurtosis of a step

/// The steps of the finer lattice: four times as many as those of the coarser one.
inline std::size_t steps_of(const Trinomial& settings) noexcept {
  return (static_cast<std::size_t>(settings.steps) + 3) / 4 * 4;
}

/// The refusal of steps on which `holds(steps, coarsening)` is false, with the least that it holds on, as the lattice
/// would round and coarsen them.
template <class Holds>
Error too_few_steps(const Trinomial& settings, const Holds& holds) {
  constexpr std::size_t most_steps = 4000;  // that `find_flaw` allows
  const bool coarsens = settings.extrapolation == Extrapolation::richardson;
  std::size_t enough = steps_of(settings) + 4;
  while (enough <= most_steps && !(holds(enough, std::size_t{1}) && (!coarsens || holds(enough, std::size_t{2}))))
    enough += 4;
  const std::string why = ": short enough for the drift of the spot, and six nodes between two barriers";
  const std::string most = std::to_string(most_steps);
  if (enough > most_steps)
    return {ErrorCode::not_converged, "steps", std::to_string(settings.steps), "more than " + most + " steps" + why,
            "no lattice of up to " + most + " steps holds it: take the closed form, or finite differences"};
  return {ErrorCode::not_converged, "steps", std::to_string(settings.steps),
          "at least " + std::to_string(enough) + " steps" + why,
          "take " + std::to_string(enough) + " steps, or the closed form where there is one"};
}

/// Whether the weights of a step between nodes are probabilities.
inline bool are_probabilities(const NodeLine& line, const BlackScholes<double>& model, double years) {
  return std::ranges::all_of(trinomial_probabilities<double>(model, years, line.spacing),
                             [](double chance) { return chance >= 0.0; });
}

/// The nodes of a lattice without barriers around today's spot.
inline NodeLine open_line(const BlackScholes<double>& model, double years) {
  return {std::log(model.spot), 1.0, node_stretch * model.volatility * std::sqrt(years)};
}

/// Whether a lattice without barriers holds the drift.
inline bool open_holds(const BlackScholes<double>& model, double expiry, std::size_t steps) {
  const double years = expiry / static_cast<double>(steps);
  return are_probabilities(open_line(model, years), model, years);
}

/// The weights of one step between nodes. Limits: probabilities.
template <Real R>
NodeWeights<R> node_weights(const NodeLine& line, const BlackScholes<R>& model, double years) {
  const auto chances = trinomial_probabilities<R>(model, years, R{line.spacing});
  const R discount = exp(model.rate * -years);
  const R up = discount * chances[2];
  const R down = discount * chances[0];
  const bool is_above = line.direction > 0.0;
  return NodeWeights<R>{is_above ? down : up, discount * chances[1], is_above ? up : down};
}

/// The model with tangents of one in the volatility, or in the rate.
inline BlackScholes<Dual<double>> with_tangent(const BlackScholes<double>& model, bool by_rate) {
  using Number = Dual<double>;
  return {Number{model.spot}, Number{model.rate, by_rate ? 1.0 : 0.0}, Number{model.dividend_yield},
          Number{model.volatility, by_rate ? 0.0 : 1.0}};
}

/// The finer measures without their leading error; theta is left to the Black-Scholes equation.
inline PricedGreeks without_error(const PricedGreeks& coarse, const PricedGreeks& fine) {
  const auto limit = [](double a, double b) { return extrapolate(a, b, 4.0, 1); };
  return {limit(coarse.price, fine.price),
          {limit(coarse.greeks.delta, fine.greeks.delta), limit(coarse.greeks.gamma, fine.greeks.gamma),
           limit(coarse.greeks.vega, fine.greeks.vega), 0.0, limit(coarse.greeks.rho, fine.greeks.rho)}};
}

/// How far an extrapolated price may be from the exact one: a third of the distance from the extrapolation of the next
/// two coarser lattices or, where there is no third lattice, a fifth of the distance that the extrapolation `moved` the
/// price by. It covers the error of 95 % of 600 barriers near and far, and of nine in ten of the 2,720 of a campaign of
/// duels, whose barriers come closer to the spot. One that is small by chance is not believed.
inline double extrapolation_error(double moved, std::optional<double> from_before) noexcept {
  constexpr double least_share = 5e-2;
  return from_before ? std::max(*from_before / 3.0, least_share * moved) : 0.2 * moved;
}

/// Measures by `on(steps, coarsening)`, which gives those of one lattice, extrapolated as the settings say; `holds` of
/// the same says whether there is such a lattice. `exercised` is what exercising now pays, with its slope, or not above
/// zero where there is no such right.
template <class Holds, class On>
Result<LatticeGreeks> extrapolated_measures(const BlackScholes<double>& model, const Trinomial& settings,
                                            double exercised, double slope, const Holds& holds, const On& on) {
  const std::size_t steps = steps_of(settings);
  const bool extrapolates = settings.extrapolation == Extrapolation::richardson;
  if (!holds(steps, std::size_t{1}) || (extrapolates && !holds(steps, std::size_t{2})))
    return too_few_steps(settings, holds);
  const PricedGreeks fine = on(steps, std::size_t{1});
  if (exercised > 0.0 && fine.price <= exercised * (1.0 + 1e-12))
    return LatticeGreeks{{exercised, {slope, 0.0, 0.0, 0.0, 0.0}}};
  PricedGreeks found = fine;
  std::optional<double> error;
  if (extrapolates) {
    const PricedGreeks coarse = on(steps, std::size_t{2});
    found = without_error(coarse, fine);
    std::optional<double> from_before;
    if (holds(steps, std::size_t{4}))
      from_before = std::abs(found.price - without_error(on(steps, std::size_t{4}), coarse).price);
    error = extrapolation_error(std::abs(found.price - fine.price), from_before);
  }
  found.price = std::max({found.price, exercised, 0.0});
  found.greeks.theta = black_scholes_theta(model, found.price, found.greeks.delta, found.greeks.gamma);
  const auto finite = within_doubles(found);
  if (!finite) return finite.error();
  return LatticeGreeks{*finite, error};
}

/// Measures of an option without barriers on one lattice; `exercised_by(model)` gives what exercise pays, by level and
/// spot, under a model of active numbers.
template <class ExercisedBy>
PricedGreeks open_measures(const NodePayoff& payoff, const ExercisedBy& exercised_by, const BlackScholes<double>& model,
                           double expiry, std::size_t steps) {
  using Number = Dual<double>;
  constexpr std::size_t beside = 2;
  const double years = expiry / static_cast<double>(steps);
  const NodeLine line = open_line(model, years);
  PricedGreeks found;
  for (const bool by_rate : {false, true}) {
    const BlackScholes<Number> moved = with_tangent(model, by_rate);
    const auto weights = node_weights<Number>(line, moved, years);
    const auto values = free_values<Number>(line, weights, payoff, exercised_by(moved), steps, beside).front();
    (by_rate ? found.greeks.rho : found.greeks.vega) = values[beside].tangent;
    std::array<double, 2 * beside + 1> nodes{};
    for (std::size_t k = 0; k < nodes.size(); ++k) nodes[k] = values[k].value;
    const SpotPrice read = read_nodes(nodes.data() + beside, model.spot, line.spacing);
    found.price = read.price;
    found.greeks.delta = read.delta;
    found.greeks.gamma = read.gamma;
  }
  return found;
}

}  // namespace plimsoll
