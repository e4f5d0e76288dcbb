#pragma once

#include "plimsoll/numerics/bivariate_normal.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/real/dual.hpp"
#include "plimsoll/real/real.hpp"

#include <cmath>

// The bivariate normal distribution function of numbers that carry derivatives: the value of the plain function, the
// slopes of Plackett.
namespace plimsoll {

namespace bivariate {

/// How near a correlation may be to one before the two variables count as one.
inline constexpr double one_variable = 1e-15;

/// The slopes by x, y and the correlation, in the arithmetic of a lane. Source: as `bivariate_normal_slopes`.
template <class Lane>
struct Slopes {
  Lane by_x, by_y, by_correlation;
};

template <class Lane>
Slopes<Lane> slopes(const Lane& x, const Lane& y, const Lane& correlation) {
  const Lane root = sqrt((1.0 - correlation) * (1.0 + correlation));
  const Lane y_given_x = (y - correlation * x) / root;
  const Lane x_given_y = (x - correlation * y) / root;
  return {normal_pdf(x) * normal_cdf(y_given_x), normal_pdf(y) * normal_cdf(x_given_y),
          normal_pdf(x) * normal_pdf(y_given_x) / root};
}

inline double probability(double x, double y, double correlation) { return bivariate_normal_cdf(x, y, correlation); }

template <class Lane>
Dual<Lane> probability(const Dual<Lane>& x, const Dual<Lane>& y, const Dual<Lane>& correlation) {
  const Slopes<Lane> s = slopes<Lane>(x.value, y.value, correlation.value);
  return {probability(x.value, y.value, correlation.value),
          s.by_x * x.tangent + s.by_y * y.tangent + s.by_correlation * correlation.tangent};
}

/// The value, and a linear part that is zero and carries the slopes.
template <class Lane>
Adjoint<Lane> probability(const Adjoint<Lane>& x, const Adjoint<Lane>& y, const Adjoint<Lane>& correlation) {
  const Slopes<Lane> s = slopes<Lane>(x.value(), y.value(), correlation.value());
  const Lane value = probability(x.value(), y.value(), correlation.value());
  return s.by_x * (x - x.value()) + s.by_y * (y - y.value()) + s.by_correlation * (correlation - correlation.value()) +
         value;
}

}  // namespace bivariate

/// Probability that two standard normal variables are at most x and y, with its derivatives.
/// Source, accuracy: as `bivariate_normal_cdf`; Plackett (1954) for the slopes.
/// Limits: one path at a time. At a correlation of 1 or -1 there is one variable, and no slope by the correlation.
template <Real R>
R active_bivariate_normal_cdf(const R& x, const R& y, const R& correlation) {
  const double level = lane_value(passive(correlation), 0);
  if (level >= 1.0 - bivariate::one_variable) return normal_cdf(R(min(x, y)));
  if (level <= -1.0 + bivariate::one_variable) {
    const R gap = normal_cdf(x) - normal_cdf(R(-y));
    return max(gap, R{0.0});
  }
  return bivariate::probability(x, y, correlation);
}

}  // namespace plimsoll
