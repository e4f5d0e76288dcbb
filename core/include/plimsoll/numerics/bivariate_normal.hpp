#pragma once

namespace plimsoll {

/// Probability that two standard normal variables of this correlation are at most x and y.
/// Source: Genz (2004), Numerical computation of rectangular bivariate and trivariate normal and t probabilities,
/// Statistics and Computing 14, 251-260 (a modification of Drezner & Wesolowsky 1990).
/// Accuracy: 1e-15 absolute.
/// Limits: exact at a correlation of -1 and 1 and for infinite x and y; NaN for a correlation outside [-1, 1].
double bivariate_normal_cdf(double x, double y, double correlation) noexcept;

/// Slopes of that probability by each of its arguments; the last is the joint density.
struct BivariateNormalSlopes {
  double by_x = 0.0;
  double by_y = 0.0;
  double by_correlation = 0.0;
};

/// Source: Plackett (1954), A reduction formula for normal multivariate integrals, Biometrika 41, 351-360.
/// Limits: |correlation| < 1.
BivariateNormalSlopes bivariate_normal_slopes(double x, double y, double correlation) noexcept;

}  // namespace plimsoll
