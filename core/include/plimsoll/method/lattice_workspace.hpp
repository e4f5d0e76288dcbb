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
  InterpolationWorkspace interpolation;
};

}  // namespace plimsoll
