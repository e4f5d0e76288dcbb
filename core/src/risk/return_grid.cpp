#include "plimsoll/risk/return_grid.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace plimsoll {

double mapped_return(double in_widths) noexcept {
  return std::copysign(std::log(std::abs(in_widths) + std::sqrt(1.0 + in_widths * in_widths)), in_widths);
}

ReturnGrid ReturnGrid::between(double lowest, double highest, double width) noexcept {
  const double low = mapped_return(lowest / width);
  const double high = mapped_return(highest / width);
  constexpr double least_half = 1e-3;  // keeps positions finite when all returns are one
  return {width, 0.5 * (low + high), std::max(least_half, 0.5 * (high - low))};
}

double ReturnGrid::at(double position) const noexcept { return width * std::sinh(centre + half * position); }

double ReturnGrid::position(double value) const noexcept { return (mapped_return(value / width) - centre) / half; }

std::vector<double> chebyshev_points(std::size_t nodes) {
  std::vector<double> points(nodes);
  const auto last = static_cast<double>(nodes - 1);
  for (std::size_t j = 0; j < nodes; ++j)  // a sine about the middle is antisymmetric to the last bit
    points[j] = std::sin(std::numbers::pi * (last - 2.0 * static_cast<double>(j)) / (2.0 * last));
  return points;
}

std::vector<double> chebyshev_transform(std::size_t nodes) {
  const std::vector<double> points = chebyshev_points(nodes);
  const std::size_t last = std::max<std::size_t>(nodes, 2) - 1;
  std::vector<double> matrix(nodes * nodes);
  for (std::size_t k = 0; k < nodes; ++k)
    for (std::size_t j = 0; j < nodes; ++j) {
      const std::size_t turn = (j * k) % (2 * last);  // cos(pi j k / n) is itself one of the points
      const double cosine = points[turn <= last ? turn : 2 * last - turn];
      const double ends = (j == 0 || j == last ? 0.5 : 1.0) * (k == 0 || k == last ? 0.5 : 1.0);
      matrix[k * nodes + j] = 2.0 * ends * cosine / static_cast<double>(last);
    }
  return matrix;
}

void chebyshev_coefficients(std::span<const double> transform, std::span<const double> values,
                            std::span<double> coefficients) noexcept {
  for (std::size_t k = 0; k < values.size(); ++k) {
    double sum = 0.0;
    for (std::size_t j = 0; j < values.size(); ++j) sum += transform[k * values.size() + j] * values[j];
    coefficients[k] = sum;
  }
}

double chebyshev_value(std::span<const double> coefficients, double position) noexcept {
  double ahead = 0.0;
  double current = 0.0;
  for (std::size_t k = coefficients.size(); k-- > 1;) {
    const double next = 2.0 * position * current - ahead + coefficients[k];
    ahead = current;
    current = next;
  }
  return position * current - ahead + coefficients[0];
}

}  // namespace plimsoll
