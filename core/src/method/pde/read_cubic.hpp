#pragma once

#include "plimsoll/real/real.hpp"

#include <array>

// Reading values between the nodes of a grid.
namespace plimsoll {

/// The number without its derivatives.
template <Real R>
double plain(const R& x) noexcept {
  return lane_value(passive(x), 0);
}

/// Value and first two derivatives at x of the cubic through four points, by Newton's divided differences.
template <Real R>
std::array<R, 3> read_cubic(const double* s, const R* v, double x) {
  const R d01 = (v[1] - v[0]) / R{s[1] - s[0]};
  const R d12 = (v[2] - v[1]) / R{s[2] - s[1]};
  const R d23 = (v[3] - v[2]) / R{s[3] - s[2]};
  const R d012 = (d12 - d01) / R{s[2] - s[0]};
  const R d123 = (d23 - d12) / R{s[3] - s[1]};
  const R d0123 = (d123 - d012) / R{s[3] - s[0]};
  const double a = x - s[0];
  const double b = x - s[1];
  const double c = x - s[2];
  return {R(v[0] + R{a} * (d01 + R{b} * (d012 + R{c} * d0123))),
          R(d01 + d012 * R{a + b} + d0123 * R{a * b + a * c + b * c}), R(R{2.0} * d012 + R{2.0 * (a + b + c)} * d0123)};
}

}  // namespace plimsoll
