#pragma once

#include "plimsoll/method/monotone_shift.hpp"

#include <vector>

namespace plimsoll {

/// Memory that a lattice or a grid works in. Handing the same one to call after call means no allocation per call; what
/// it holds between calls has no meaning. One thread at a time.
struct LatticeWorkspace {
  std::vector<double> spots;
  std::vector<double> values;
  std::vector<double> later;
  std::vector<double> points;
  std::vector<double> kept;     // values at the ends of stretches of levels, for an adjoint sweep
  std::vector<double> stretch;  // values of the levels of one stretch
  std::vector<double> adjoints;
  std::vector<double> later_adjoints;
  InterpolationWorkspace interpolation;
};

}  // namespace plimsoll
