#pragma once

#include <cstddef>

// Part of what the kernels see: pointers and sizes alone, as in kernels.hpp.
namespace plimsoll_kernels {

/// Where an exercise boundary is sought, how its integrals are summed, and how its values between the nodes follow from
/// those at them. Everything is a fraction of the time over which the boundary is sought.
struct BoundaryPlan {
  std::size_t nodes;              // collocation nodes after zero, in rising order; the last is one
  std::size_t points;             // quadrature points of each node's integral
  std::size_t steps;              // Newton steps
  std::size_t price_points;       // quadrature points of the premium
  const double* roots;            // [nodes] square root of the time of each node
  const double* sines;            // [points] square root of the share of time that has passed
  const double* weights;          // [points]
  const double* cardinals;        // [nodes][points][nodes]: a boundary at a point from the values at the nodes
  const double* price_sines;      // [price_points]
  const double* price_weights;    // [price_points]
  const double* price_cardinals;  // [price_points][nodes]
};

}  // namespace plimsoll_kernels
