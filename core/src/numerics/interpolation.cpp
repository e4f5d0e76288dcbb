#include "plimsoll/numerics/interpolation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

std::optional<Error> flaw_in(const char* field, const std::vector<double>& numbers) {
  for (const double number : numbers) {
    if (!std::isfinite(number)) {
      return Error{ErrorCode::invalid_value, field, text_of(number), "finite numbers", "leave the point out"};
    }
  }
  return std::nullopt;
}

std::optional<Error> flaw_in(const std::vector<double>& points, const std::vector<double>& values, std::size_t least) {
  if (points.size() != values.size() || points.size() < least) {
    return Error{ErrorCode::invalid_value, "points",
                 std::to_string(points.size()) + " points, " + std::to_string(values.size()) + " values",
                 "as many values as points, at least " + std::to_string(least), "give one value for each point"};
  }
  if (auto flaw = flaw_in("points", points)) return flaw;
  if (auto flaw = flaw_in("values", values)) return flaw;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (!(points[i] > points[i - 1])) {
      return Error{ErrorCode::invalid_value, "points", text_of(points[i]) + " after " + text_of(points[i - 1]),
                   "points that rise", "sort the points and drop duplicates"};
    }
  }
  return std::nullopt;
}

/// Index of the cell that holds x: the last point not above it, but never the last point of all.
std::size_t cell_of(const std::vector<double>& points, double x) noexcept {
  const auto above = std::ranges::upper_bound(points, x);
  const auto index = static_cast<std::size_t>(above - points.begin());
  return std::clamp<std::size_t>(index, 1, points.size() - 1) - 1;
}

/// One-sided three-point slope at an end, held to the sign and size that keep the curve monotone.
double end_slope(double near_step, double far_step, double near_chord, double far_chord) noexcept {
  const double slope = ((2.0 * near_step + far_step) * near_chord - near_step * far_chord) / (near_step + far_step);
  if (slope * near_chord <= 0.0) return 0.0;
  if (near_chord * far_chord < 0.0 && std::abs(slope) > 3.0 * std::abs(near_chord)) return 3.0 * near_chord;
  return slope;
}

std::vector<double> monotone_slopes(const std::vector<double>& x, const std::vector<double>& y) {
  const std::size_t last = x.size() - 1;
  const auto step = [&](std::size_t i) { return x[i + 1] - x[i]; };
  const auto chord = [&](std::size_t i) { return (y[i + 1] - y[i]) / step(i); };
  if (last == 1) return {chord(0), chord(0)};
  std::vector<double> slopes(x.size(), 0.0);
  slopes.front() = end_slope(step(0), step(1), chord(0), chord(1));
  slopes.back() = end_slope(step(last - 1), step(last - 2), chord(last - 1), chord(last - 2));
  for (std::size_t i = 1; i < last; ++i) {
    const double left = chord(i - 1);
    const double right = chord(i);
    if (left * right <= 0.0) continue;
    const double left_weight = 2.0 * step(i) + step(i - 1);
    const double right_weight = step(i) + 2.0 * step(i - 1);
    slopes[i] = (left_weight + right_weight) / (left_weight / left + right_weight / right);
  }
  return slopes;
}

}  // namespace

Result<LinearInterpolant> LinearInterpolant::through(std::vector<double> points, std::vector<double> values) {
  if (auto flaw = flaw_in(points, values, 1)) return *flaw;
  return LinearInterpolant(std::move(points), std::move(values));
}

LinearInterpolant::LinearInterpolant(std::vector<double> points, std::vector<double> values)
    : points_(std::move(points)), values_(std::move(values)) {}

double LinearInterpolant::operator()(double x) const noexcept {
  if (!(x > points_.front())) return values_.front();
  if (x >= points_.back()) return values_.back();
  const std::size_t i = cell_of(points_, x);
  const double share = (x - points_[i]) / (points_[i + 1] - points_[i]);
  return values_[i] + share * (values_[i + 1] - values_[i]);
}

Result<MonotoneCubic> MonotoneCubic::through(std::vector<double> points, std::vector<double> values) {
  if (auto flaw = flaw_in(points, values, 2)) return *flaw;
  return MonotoneCubic(std::move(points), std::move(values));
}

MonotoneCubic::MonotoneCubic(std::vector<double> points, std::vector<double> values)
    : points_(std::move(points)), values_(std::move(values)), slopes_(monotone_slopes(points_, values_)) {}

double MonotoneCubic::operator()(double x) const noexcept {
  if (!(x > points_.front())) return values_.front();
  if (x >= points_.back()) return values_.back();
  const std::size_t i = cell_of(points_, x);
  const double step = points_[i + 1] - points_[i];
  const double t = (x - points_[i]) / step;
  const double u = 1.0 - t;
  return values_[i] * u * u * (1.0 + 2.0 * t) + values_[i + 1] * t * t * (1.0 + 2.0 * u) +
         step * t * u * (slopes_[i] * u - slopes_[i + 1] * t);
}

double MonotoneCubic::slope(double x) const noexcept {
  if (x < points_.front() || x > points_.back()) return 0.0;
  const std::size_t i = cell_of(points_, x);
  const double step = points_[i + 1] - points_[i];
  const double t = (x - points_[i]) / step;
  const double chord = (values_[i + 1] - values_[i]) / step;
  return 6.0 * t * (1.0 - t) * chord + slopes_[i] * (1.0 - t) * (1.0 - 3.0 * t) + slopes_[i + 1] * t * (3.0 * t - 2.0);
}

std::vector<double> chebyshev_points(std::size_t count, double low, double high) {
  std::vector<double> points(count);
  const double middle = 0.5 * (low + high);
  const double half = 0.5 * (high - low);
  for (std::size_t i = 0; i < count; ++i) {
    // The sine of the distance from the middle is exactly odd, so the points are exactly symmetric.
    const double turn =
        (2.0 * static_cast<double>(i) - static_cast<double>(count - 1)) / static_cast<double>(count - 1);
    points[i] = i == 0 ? low : i + 1 == count ? high : middle + half * std::sin(0.5 * std::numbers::pi * turn);
  }
  return points;
}

Result<ChebyshevInterpolant> ChebyshevInterpolant::through(double low, double high, std::vector<double> values) {
  if (auto flaw = flaw_in({low, high}, {0.0, 0.0}, 2)) return *flaw;
  if (values.size() < 2) {
    return Error{ErrorCode::invalid_value, "values", std::to_string(values.size()) + " values", "at least 2 values",
                 "sample the profile at chebyshev_points"};
  }
  if (auto flaw = flaw_in("values", values)) return *flaw;
  auto points = chebyshev_points(values.size(), low, high);
  return ChebyshevInterpolant(std::move(points), std::move(values));
}

ChebyshevInterpolant::ChebyshevInterpolant(std::vector<double> points, std::vector<double> values)
    : points_(std::move(points)), values_(std::move(values)) {}

double ChebyshevInterpolant::operator()(double x) const noexcept {
  double numerator = 0.0;
  double denominator = 0.0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const double distance = x - points_[i];
    if (distance == 0.0) return values_[i];
    const bool end = i == 0 || i + 1 == points_.size();
    const double weight = (i % 2 == 0 ? 1.0 : -1.0) * (end ? 0.5 : 1.0) / distance;
    numerator += weight * values_[i];
    denominator += weight;
  }
  return numerator / denominator;
}

}  // namespace plimsoll
