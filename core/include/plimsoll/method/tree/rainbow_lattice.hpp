#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/model/two_asset_black_scholes.hpp"
#include "plimsoll/product/rainbow.hpp"

#include <cstdint>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// Price of an option on two assets with its sensitivities, for the holder of one unit, in the units of `Greeks`.
struct RainbowGreeks {
  double price = 0.0;
  double delta_one = 0.0;
  double delta_two = 0.0;
  double gamma_one = 0.0;
  double gamma_two = 0.0;
  double cross_gamma = 0.0;
  double vega_one = 0.0;
  double vega_two = 0.0;
  double by_correlation = 0.0;
  double theta = 0.0;
  double rho = 0.0;

  friend bool operator==(const RainbowGreeks&, const RainbowGreeks&) = default;
};

/// Lattice in two dimensions; the steps are rounded up to a multiple of twice the number of exercise dates.
struct RainbowLattice {
  std::int64_t steps = 200;
  Extrapolation extrapolation = Extrapolation::richardson;

  friend bool operator==(const RainbowLattice&, const RainbowLattice&) = default;
};

template <>
struct Fields<RainbowGreeks> {
  static constexpr std::string_view name = "RainbowGreeks";
  static constexpr auto list =
      std::make_tuple(field("price", &RainbowGreeks::price), field("delta_one", &RainbowGreeks::delta_one),
                      field("delta_two", &RainbowGreeks::delta_two), field("gamma_one", &RainbowGreeks::gamma_one),
                      field("gamma_two", &RainbowGreeks::gamma_two), field("cross_gamma", &RainbowGreeks::cross_gamma),
                      field("vega_one", &RainbowGreeks::vega_one), field("vega_two", &RainbowGreeks::vega_two),
                      field("by_correlation", &RainbowGreeks::by_correlation), field("theta", &RainbowGreeks::theta),
                      field("rho", &RainbowGreeks::rho));
};

template <>
struct Fields<RainbowLattice> {
  static constexpr std::string_view name = "RainbowLattice";
  static constexpr auto list =
      std::make_tuple(field("steps", &RainbowLattice::steps), field("extrapolation", &RainbowLattice::extrapolation));
};

/// The price alone, as below.
Result<double> rainbow_price(const Rainbow& option, const TwoAssetBlackScholes<double>& model,
                             const RainbowLattice& settings);

/// Price and sensitivities on a lattice of two independent walks with probabilities of one half, the second asset
/// driven by both. Deltas and gammas come from the nine nodes around today's spots (the lattice begins two steps
/// before), theta from the Black-Scholes equation (zero where it is best to exercise now), the others from the same
/// lattice on forward-mode numbers.
/// Source: Rubinstein (1994), Return to Oz, Risk 7(11) (rainbow pyramids: equal probabilities, so none is negative at
/// any correlation), with the drift that makes each forward exact and the last step of the second walk by Black's
/// formula; Pelsser & Vorst (1994). Accuracy: order 1 in 1/steps; extrapolated with half the steps, an error about ten
/// times smaller at 200 steps. Limits: steps 4 to 1500; the work grows with their cube. Refuses terms and parameters
/// that make no sense, and what is certain (unsupported): spots, volatilities and time above zero are needed, the
/// correlation between -1 and 1.
Result<RainbowGreeks> on_lattice(const Rainbow& option, const TwoAssetBlackScholes<double>& model,
                                 const RainbowLattice& settings);

}  // namespace plimsoll
