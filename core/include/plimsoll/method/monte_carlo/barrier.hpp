#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/method/monte_carlo/simulation.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/european.hpp"

#include <cstdint>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// Whether the draws are moved to where the payoff is, and each path weighted for it.
enum class Importance { none, shifted };

/// How a path is cut and where it is looked for. Between two steps a barrier is watched without a gap by the law of the
/// Brownian bridge, so one step is as unbiased as a thousand; more steps only give the shift more room.
struct PathCut {
  std::int64_t steps = 8;
  Importance importance = Importance::none;

  friend bool operator==(const PathCut&, const PathCut&) = default;
};

template <>
struct Fields<PathCut> {
  static constexpr std::string_view name = "PathCut";
  static constexpr auto list =
      std::make_tuple(field("steps", &PathCut::steps), field("importance", &PathCut::importance));
};

/// Simulated price for the holder of one unit; `importance_gain` is the variance without the shift over that with it,
/// both seen on a pilot of shifted paths. The control is the option without its barriers. The shift is the path of
/// least energy to the payoff: straight to the end, or by way of a barrier that must be touched.
/// Source: Glasserman (2003), sec. 6.4 for the bridge, 4.6 for the shift; Glasserman, Heidelberger & Shahabuddin
/// (1999), Asymptotically optimal importance sampling and stratification for pricing path-dependent options,
/// Mathematical Finance 9; Baldi, Caramellino & Iovino (1999), Pricing general barrier options, Mathematical Finance 9.
/// Accuracy: unbiased; the standard error.
/// Limits: refuses flaws, a knock-out with a rebate (its time of payment is not simulated), and a spot or a deviation
/// of zero, where nothing is left to simulate. More than 1,000 steps are refused.
Result<SimulatedPrice> simulated_price(const Barrier& option, const BlackScholes<double>& model, const PathCut& cut,
                                       const Simulation& method, const Listener& listener = {});

Result<SimulatedPrice> simulated_price(const DoubleBarrier& option, const BlackScholes<double>& model,
                                       const PathCut& cut, const Simulation& method, const Listener& listener = {});

/// A European option in the same way: for strikes in the far tail. No control but the forward.
Result<SimulatedPrice> simulated_price(const European& option, const BlackScholes<double>& model, const PathCut& cut,
                                       const Simulation& method, const Listener& listener = {});

}  // namespace plimsoll
