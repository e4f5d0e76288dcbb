#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// asinh of a return counted in widths. Accuracy: 1e-16 absolute, which is what a position needs; not relative near
/// zero.
double mapped_return(double in_widths) noexcept;

/// Where a profit is known as a function of one underlying's return: at Chebyshev points of asinh(return / width). The
/// map makes points dense where volatility is and sparse where crashes are, and moves the poles of a volatility
/// sqrt(a + b * return^2) far from the interval. Symbols of Trefethen (2013), Approximation theory and approximation
/// practice, ch. 3 and 18: points cos(pi j / n).
struct ReturnGrid {
  double width = 1.0;   // return that one unit of the mapped coordinate stands for near zero
  double centre = 0.0;  // middle of the interval in the mapped coordinate
  double half = 1.0;    // half its length, above zero

  /// The grid between two returns; a single return gets an interval about it.
  static ReturnGrid between(double lowest, double highest, double width) noexcept;

  /// The return at a position from -1 to 1.
  [[nodiscard]] double at(double position) const noexcept;

  /// The position of a return; beyond +-1 it lies outside.
  [[nodiscard]] double position(double value) const noexcept;
};

/// The points cos(pi j / (nodes - 1)), from 1 down to -1. Limits: at least two nodes.
std::vector<double> chebyshev_points(std::size_t nodes);

/// Row k, column j: what the value at point j gives to coefficient k of the polynomial through all values.
std::vector<double> chebyshev_transform(std::size_t nodes);

/// Chebyshev coefficients of the polynomial through the values at the points.
void chebyshev_coefficients(std::span<const double> transform, std::span<const double> values,
                            std::span<double> coefficients) noexcept;

/// The polynomial at a position, by Clenshaw's recurrence.
double chebyshev_value(std::span<const double> coefficients, double position) noexcept;

}  // namespace plimsoll
