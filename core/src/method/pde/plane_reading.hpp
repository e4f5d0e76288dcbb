#pragma once

#include "plimsoll/method/pde/heston_grid.hpp"
#include "plimsoll/method/pde/plane_sweep.hpp"
#include "plimsoll/real/batch_math.hpp"
#include "plimsoll/real/dual.hpp"
#include "read_cubic.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

// What planes of two coordinates share: how they step between two dates and how today's value is read from them.
namespace plimsoll {

using Tangents = Dual<Batch<8>>;  // derivatives in up to eight directions side by side

/// A number that moves with the direction of that place; eight and above: with none.
inline Tangents tangent_lane(double value, std::size_t direction) {
  std::array<double, 8> unit{};
  if (direction < unit.size()) unit[direction] = 1.0;
  return {Batch<8>(value), Batch<8>::load(unit.data())};
}

/// Value and derivatives at a place: along the row (first), along the column (second) and across.
template <class R>
struct PlaneReading {
  R price, by_first, by_first_twice, by_second, by_second_twice, by_both;
};

inline PlaneReading<double> numbers_of(const PlaneReading<Tangents>& v) {
  const auto number = [](const Tangents& x) { return x.value[0]; };
  return {number(v.price),     number(v.by_first),        number(v.by_first_twice),
          number(v.by_second), number(v.by_second_twice), number(v.by_both)};
}

/// The error is of order 2 in all steps together: half the steps tell four thirds of it.
template <class R>
PlaneReading<R> extrapolated(const PlaneReading<R>& fine, const PlaneReading<R>& coarse) {
  const auto mix = [](const R& f, const R& h) { return R(f + (f - h) * R{1.0 / 3.0}); };
  return {mix(fine.price, coarse.price),
          mix(fine.by_first, coarse.by_first),
          mix(fine.by_first_twice, coarse.by_first_twice),
          mix(fine.by_second, coarse.by_second),
          mix(fine.by_second_twice, coarse.by_second_twice),
          mix(fine.by_both, coarse.by_both)};
}

/// The first of the four nodes about a place.
inline std::size_t first_of_four(const std::vector<double>& nodes, double place) {
  const auto above = std::ranges::upper_bound(nodes, place) - nodes.begin();
  return static_cast<std::size_t>(
      std::clamp<std::ptrdiff_t>(above - 2, 0, static_cast<std::ptrdiff_t>(nodes.size()) - 4));
}

/// By cubics through four nodes each way.
template <class R>
PlaneReading<R> read_plane(const std::vector<double>& along, double first, const std::vector<double>& across,
                           double second, const R* values) {
  const std::size_t i = first_of_four(along, first);
  const std::size_t j = first_of_four(across, second);
  std::array<std::array<R, 4>, 3> columns;  // value and two derivatives along four rows
  for (std::size_t k = 0; k < 4; ++k) {
    const auto row = read_cubic<R>(along.data() + i, values + (j + k) * along.size() + i, first);
    for (std::size_t part = 0; part < 3; ++part) columns[part][k] = row[part];
  }
  const auto price = read_cubic<R>(across.data() + j, columns[0].data(), second);
  const auto slope = read_cubic<R>(across.data() + j, columns[1].data(), second);
  const auto bend = read_cubic<R>(across.data() + j, columns[2].data(), second);
  return {price[0], slope[0], bend[0], price[1], price[2], slope[1]};
}

/// Back over a length of time in equal steps, four at least, of which the first two are four implicit halves.
template <class R>
void march_damped(PlaneSweep<R>& sweep, AlternatingScheme scheme, double length, std::int64_t wanted, bool exercises) {
  const std::int64_t steps = std::max<std::int64_t>(wanted, 4);
  const double step = length / static_cast<double>(steps);
  sweep.prepare(AlternatingScheme::douglas, 1.0, R{0.5 * step});
  for (int half = 0; half < 4; ++half) sweep.advance(exercises);
  sweep.prepare(scheme, usual_theta(scheme), R{step});
  for (std::int64_t k = 2; k < steps; ++k) sweep.advance(exercises);
}

}  // namespace plimsoll
