#pragma once

#include "plimsoll/method/integral_equation/boundary_tables.hpp"
#include "plimsoll/method/integral_equation/premium.hpp"

#include <optional>
#include <vector>

namespace plimsoll {

/// An American put on a strike of one.
struct PutOnOne {
  double spot, rate, yield, volatility, years;
};

/// What the right to exercise early adds to it; nothing where it is best to exercise now.
/// Limits: exercise pays somewhere (`early_exercise`); everything is positive but rate and yield.
std::optional<Premium<double>> exercise_premium(const PutOnOne& put, const BoundaryTables& tables,
                                                std::vector<double>& memory);

}  // namespace plimsoll
