#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/pde/spot_contract.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/numerics/alternating_directions.hpp"

#include <cstdint>
#include <optional>

namespace plimsoll {

/// A plane of spots and variances, stepped back in time by alternating directions. The first two steps after a payoff
/// or a dividend are four implicit halves, which damp what a kink excites.
struct AlternatingGrid {
  std::int64_t spot_steps = 100;
  std::int64_t variance_steps = 50;
  std::int64_t time_steps = 50;
  AlternatingScheme scheme = AlternatingScheme::modified_craig_sneyd;
  Extrapolation extrapolation = Extrapolation::none;

  friend bool operator==(const AlternatingGrid&, const AlternatingGrid&) = default;
};

std::optional<Error> find_flaw(const AlternatingGrid& settings);

/// Price for the holder of one unit, its derivatives by each parameter of the model (by `spot` it is delta), gamma, and
/// theta per year.
struct HestonValuation {
  double price = 0.0;
  Heston<double> sensitivities{};
  double gamma = 0.0;
  double theta = 0.0;

  friend bool operator==(const HestonValuation&, const HestonValuation&) = default;
};

/// Value of a European or American option, with dividends in cash and in proportion, in Heston's model. Spot, gamma and
/// today's variance are read from the plane, theta from the equation that the price obeys; the other parameters are
/// tangents carried through the whole sweep (forward automatic differentiation), six side by side.
/// Source: In 't Hout & Foulon (2010), ADI finite difference schemes for option pricing in the Heston model with
/// correlation; Haentjens & In 't Hout (2015) for exercise; sources of its parts at heston_plane.hpp, plane_sweep.hpp.
/// Accuracy: order 2 in all steps together for European options, the equation without its diffusion at variance zero
/// included.
/// Limits: refuses flawed input, levels and payoffs that jump, a spot, strike, expiry or volatility of variance of
/// zero.
Result<HestonValuation> heston_grid(const SpotContract& contract, const Heston<double>& model,
                                    const AlternatingGrid& settings, Measures measures = Measures::with_greeks);

}  // namespace plimsoll
