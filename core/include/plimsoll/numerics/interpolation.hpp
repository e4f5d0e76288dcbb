#pragma once

#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// Straight lines between points, the end values outside.
class LinearInterpolant {
 public:
  /// Refuses unequal or empty lists, numbers that are not finite, and points that do not rise.
  static Result<LinearInterpolant> through(std::vector<double> points, std::vector<double> values);

  double operator()(double x) const noexcept;

 private:
  LinearInterpolant(std::vector<double> points, std::vector<double> values);

  std::vector<double> points_;
  std::vector<double> values_;
};

/// A smooth curve through points that rises and falls only where they do; the end values outside.
/// Source: Fritsch & Butland (1984), A method for constructing local monotone piecewise cubic interpolants, SIAM J.
/// Sci. Stat. Comput. 5, 300-304 (weighted harmonic slopes; one-sided three-point slopes at the ends).
/// Accuracy: second order at least; first derivative continuous.
class MonotoneCubic {
 public:
  /// Refuses unequal lists, fewer than two points, numbers that are not finite, and points that do not rise.
  static Result<MonotoneCubic> through(std::vector<double> points, std::vector<double> values);

  double operator()(double x) const noexcept;
  [[nodiscard]] double slope(double x) const noexcept;

 private:
  MonotoneCubic(std::vector<double> points, std::vector<double> values);

  std::vector<double> points_;
  std::vector<double> values_;
  std::vector<double> slopes_;
};

/// Where a profile is to be sampled on [low, high]: `count` >= 2 Chebyshev points of the second kind, ascending, both
/// ends included.
std::vector<double> chebyshev_points(std::size_t count, double low, double high);

/// The polynomial through values at Chebyshev points of the second kind.
/// Source: Berrut & Trefethen (2004), Barycentric Lagrange interpolation, SIAM Review 46, 501-517, eq. 5.4.
/// Accuracy: falls geometrically with the count for analytic profiles.
/// Limits: no use outside [low, high].
class ChebyshevInterpolant {
 public:
  /// Refuses fewer than two values, a value that is not finite, and ends that do not rise.
  static Result<ChebyshevInterpolant> through(double low, double high, std::vector<double> values);

  double operator()(double x) const noexcept;

 private:
  ChebyshevInterpolant(std::vector<double> points, std::vector<double> values);

  std::vector<double> points_;
  std::vector<double> values_;
};

}  // namespace plimsoll
