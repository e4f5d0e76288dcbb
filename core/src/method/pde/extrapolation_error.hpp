#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

// How far the extrapolated price of two grids may be from the exact one; inside the grids.
namespace plimsoll {

/// The distance of the extrapolation from that of the next two coarser grids: what is left after an extrapolation of
/// order 2 falls by a factor of eight or sixteen from one pair of grids to the next, so most of the distance is the
/// error of the coarser pair. One that is small by chance is not believed: the error is taken to be a fiftieth of
/// that of the finer grid at least, which of 536 digitals, barriers and double barriers leaves none beyond three times
/// what is stated; a thousandth leaves five, at up to 25 times. Where the steps do not suffice for a third grid it is the error of the finer grid.
/// `coarsest()` gives the price on a quarter of the steps, of which there are `steps`.
template <class Coarsest>
double extrapolation_error(double fine, double coarse, std::int64_t steps, const Coarsest& coarsest) {
  constexpr std::int64_t fewest_steps = 20;
  constexpr double least_share = 2e-2;
  const double moved = std::abs(fine - coarse) / 3.0;
  if (steps < fewest_steps) return moved;
  const double found = fine + (fine - coarse) / 3.0;
  const double before = coarse + (coarse - coarsest()) / 3.0;
  return std::max(std::abs(found - before), least_share * moved);
}

}  // namespace plimsoll
