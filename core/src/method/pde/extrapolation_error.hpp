#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

// How far the extrapolated price of two grids may be from the exact one; inside the grids.
namespace plimsoll {

/// The distance of the extrapolation from that of the next two coarser grids: what is left after an extrapolation of
/// order 2 falls by a factor of eight or sixteen from one pair of grids to the next, so most of the distance is the
/// error of the coarser pair. One that is small by chance is not believed: the error is taken to be 0.4 % of that of
/// the finer grid at least. More would cover the few that are left (`make duels` has the farthest), and say of most
/// others more than twenty times their error. Where the steps do not suffice for a third grid it is the error of the
/// finer one. `coarsest()` gives the price on a quarter of the steps, of which there are `steps`.
template <class Coarsest>
double extrapolation_error(double fine, double coarse, std::int64_t steps, const Coarsest& coarsest) {
  constexpr std::int64_t fewest_steps = 20;
  constexpr double least_share = 4e-3;
  const double moved = std::abs(fine - coarse) / 3.0;
  if (steps < fewest_steps) return moved;
  const double found = fine + (fine - coarse) / 3.0;
  const double before = coarse + (coarse - coarsest()) / 3.0;
  return std::max(std::abs(found - before), least_share * moved);
}

}  // namespace plimsoll
