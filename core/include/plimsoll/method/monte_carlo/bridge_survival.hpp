#pragma once

#include "plimsoll/real/real.hpp"

#include <cmath>

namespace plimsoll {

/// Probability that a Brownian bridge over `variance` does not cross zero between two values; zero where they are not
/// both above it.
/// Source: Glasserman (2003), sec. 6.4 (eq. 6.55); Beaglehole, Dybvig & Zhou (1997), Going to extremes, FAJ 53.
template <Real R>
R bridge_stays_above(const R& from, const R& to, const R& variance) {
  const auto above = both(from > 0.0, to > 0.0);
  return select(above, R(1.0 - exp(select(above, R(-2.0 * from * to / variance), R{0.0}))), R{0.0});
}

/// Probability that a Brownian bridge over `variance` stays between zero and `width`, from the images at both ends.
/// Source: the reflection principle with two barriers, as Ikeda & Kunitomo (1992), Mathematical Finance 2, use it.
/// Accuracy: 1e-15. `deviations` is how many widths the deviation is, as a number: it sets how many images are taken.
template <Real R>
R bridge_stays_between(const R& from, const R& to, const R& width, const R& variance, double deviations) {
  // The first term of the series of sines, exp(-(pi * deviations)^2 / 2), is no double any more, and the images would
  // leave more than that.
  if (deviations > 20.0) return R{0.0};
  const int images = static_cast<int>(std::ceil(5.0 * deviations)) + 2;
  const auto inside = both(both(from > 0.0, to > 0.0), both(from < width, to < width));
  const R start = select(inside, from, R(0.5 * width));
  const R end = select(inside, to, R(0.5 * width));
  R sum{0.0};
  for (int k = -images; k <= images; ++k) {
    const R shift = static_cast<double>(k) * width;
    sum = sum + exp(-2.0 * shift * (shift + end - start) / variance) -
          exp(-2.0 * (shift + start) * (shift + end) / variance);
  }
  return select(inside, R(max(sum, R{0.0})), R{0.0});
}

}  // namespace plimsoll
