#pragma once

#include "knock_lattice.hpp"
#include "lattice_reading.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/real/dual.hpp"
#include "trinomial_step.hpp"

#include <array>
#include <cstddef>
#include <numbers>
#include <optional>

// The trinomial lattice around today's spot whose nodes stand still; inside the method floor.
namespace plimsoll {

inline constexpr double node_stretch = std::numbers::sqrt3;  // sqrt(3) matches the kurtosis of a step

/// The steps of the finer lattice: four times as many as those of the coarser one.
inline std::size_t steps_of(const Trinomial& settings) noexcept {
  return (static_cast<std::size_t>(settings.steps) + 3) / 4 * 4;
}

inline Error too_few_steps(const Trinomial& settings) {
  return {ErrorCode::not_converged, "steps", std::to_string(settings.steps),
          "steps short enough for the drift of the spot, and for five nodes between two barriers",
          "take more steps, or the closed form where there is one"};
}

/// The weights of one step between nodes; nothing where they are no probabilities.
template <Real R>
std::optional<NodeWeights<R>> node_weights(const NodeLine& line, const BlackScholes<R>& model, double years) {
  const auto chances = trinomial_probabilities<R>(model, years, R{line.spacing});
  for (const R& chance : chances)
    if (!(passive(chance) >= 0.0)) return std::nullopt;
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

/// Measures by `on(steps)`, which gives those of one lattice or nothing, extrapolated as the settings say; `exercised`
/// is what exercising now pays, with its slope, or not above zero where there is no such right.
template <class On>
Result<PricedGreeks> extrapolated_measures(const BlackScholes<double>& model, const Trinomial& settings,
                                           double exercised, double slope, const On& on) {
  const std::size_t steps = steps_of(settings);
  const std::optional<PricedGreeks> fine = on(steps, std::size_t{1});
  if (!fine) return too_few_steps(settings);
  if (exercised > 0.0 && fine->price <= exercised * (1.0 + 1e-12))
    return PricedGreeks{exercised, {slope, 0.0, 0.0, 0.0, 0.0}};
  PricedGreeks found = *fine;
  if (settings.extrapolation == Extrapolation::richardson) {
    const std::optional<PricedGreeks> coarse = on(steps, std::size_t{2});
    if (!coarse) return too_few_steps(settings);
    found = without_error(*coarse, *fine);
  }
  found.price = std::max({found.price, exercised, 0.0});
  found.greeks.theta = black_scholes_theta(model, found.price, found.greeks.delta, found.greeks.gamma);
  return within_doubles(found);
}

/// Measures of an option without barriers on one lattice; `exercised_by(model)` gives what exercise pays, by level and
/// spot, under a model of active numbers.
template <class ExercisedBy>
std::optional<PricedGreeks> open_measures(const NodePayoff& payoff, const ExercisedBy& exercised_by,
                                          const BlackScholes<double>& model, double expiry, std::size_t steps) {
  using Number = Dual<double>;
  constexpr std::size_t beside = 2;
  const double years = expiry / static_cast<double>(steps);
  const NodeLine line{std::log(model.spot), 1.0, node_stretch * model.volatility * std::sqrt(years)};
  PricedGreeks found;
  for (const bool by_rate : {false, true}) {
    const BlackScholes<Number> moved = with_tangent(model, by_rate);
    const auto weights = node_weights<Number>(line, moved, years);
    if (!weights) return std::nullopt;
    const auto values = free_values<Number>(line, *weights, payoff, exercised_by(moved), steps, beside).front();
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
