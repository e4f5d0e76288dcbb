#pragma once

#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace plimsoll {

/// The digits of a number in a base, mirrored at the point: coordinate `number` of van der Corput's sequence, and of
/// Halton's in one dimension for each prime base.
/// Source: van der Corput (1935); Halton (1960), Numerische Mathematik 2, 84-90.
/// Limits: base 2 and above.
double radical_inverse(std::uint64_t number, std::uint32_t base) noexcept;

/// One coordinate, `dimension` counted from one, of Faure's sequence in a prime base, in the order of Gray's code.
/// Source: Faure (1982), Acta Arithmetica 41, 337-351 (powers of Pascal's matrix); Thiemard (1998) for the order.
/// Limits: the base is a prime not below the number of dimensions, at most 1,000.
double faure_coordinate(std::uint64_t number, std::uint32_t dimension, std::uint32_t base) noexcept;

/// The root of the mean squared distance between the share of points in a box at the origin and its volume.
/// Source: Warnock (1972), Computational investigations of low-discrepancy point sets, formula for T*_N.
/// Limits: refuses no points and coordinates outside [0, 1]; the work grows with the square of their number.
Result<double> l2_star_discrepancy(std::span<const double> points, std::size_t dimensions);

/// The same discrepancy from its definition: the mean over random boxes, with the standard error of that mean carried
/// over to the root. It shares nothing with the closed form.
struct BoxEstimate {
  double value = 0.0;
  double standard_error = 0.0;
};

/// Limits: as of `l2_star_discrepancy`; refuses fewer than two boxes.
Result<BoxEstimate> l2_star_discrepancy_by_boxes(std::span<const double> points, std::size_t dimensions,
                                                 std::size_t boxes, std::uint64_t seed);

}  // namespace plimsoll
