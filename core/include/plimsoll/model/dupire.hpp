#pragma once

#include "plimsoll/model/local_volatility_grid.hpp"
#include "plimsoll/model/svi.hpp"
#include "plimsoll/numerics/call_surface.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll {

/// Where a table of local volatilities is to have its rows and columns, and the carry of its spot.
struct LocalVolatilityPlan {
  double spot = 0.0;
  double rate = 0.0;
  double dividend_yield = 0.0;
  std::vector<double> times;
  double low_spot = 0.0;
  double high_spot = 0.0;
  std::size_t columns = 0;

  friend bool operator==(const LocalVolatilityPlan&, const LocalVolatilityPlan&) = default;
};

template <>
struct Fields<LocalVolatilityPlan> {
  using Plan = LocalVolatilityPlan;
  static constexpr std::string_view name = "LocalVolatilityPlan";
  static constexpr auto list = std::make_tuple(field("spot", &Plan::spot), field("rate", &Plan::rate),
                                               field("dividend_yield", &Plan::dividend_yield),
                                               field("times", &Plan::times), field("low_spot", &Plan::low_spot),
                                               field("high_spot", &Plan::high_spot), field("columns", &Plan::columns));
};

/// A table of local volatilities, and in how many of its cells the surface determines none (no value is left that far
/// from the forward), where the nearest one towards the forward is taken.
struct DupireGrid {
  LocalVolatilityGrid grid;
  std::size_t held = 0;
};

/// The diffusion that gives every European option the price of a surface: in each cell the rise of the total variance
/// over the row's time, at the same strike over forward, over the density's ratio at the middle of the time.
/// Source: Dupire (1994), Pricing with a smile, Risk 7 (1); in total variances Gatheral (2006), The Volatility Surface,
/// eq. 1.10. The means over the row's time are ours.
/// Accuracy: of second order in the rows' times and, for a surface of calls, in the distance of the columns; a surface
/// that is flat in strike gives its forward volatility exactly, to rounding.
/// Limits: refuses what `find_flaw` finds in the surface or in the table.
Result<DupireGrid> dupire(const Ssvi<double>& surface, const LocalVolatilityPlan& plan);
Result<DupireGrid> dupire(const CallSurface& surface, const LocalVolatilityPlan& plan);

}  // namespace plimsoll
