#include "plimsoll/numerics/low_discrepancy.hpp"

#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll {

double radical_inverse(std::uint64_t number, std::uint32_t base) noexcept {
  double mirrored = 0.0;
  double place = 1.0;
  for (; number != 0; number /= base) {
    mirrored = mirrored * base + static_cast<double>(number % base);
    place *= base;
  }
  return mirrored / place;
}

double faure_coordinate(std::uint64_t number, std::uint32_t dimension, std::uint32_t base) noexcept {
  std::array<std::uint32_t, 65> digits{};  // of Gray's code: each digit less the next one
  std::size_t count = 0;
  for (std::uint64_t rest = number; rest != 0; rest /= base)
    digits[count++] = static_cast<std::uint32_t>((rest % base + base - rest / base % base) % base);
  double coordinate = 0.0;
  double place = 1.0;
  // Row j of the power of Pascal's matrix: C(i, j) (dimension - 1)^(i - j), built up digit by digit.
  std::array<std::uint32_t, 65> row{};
  row[0] = 1;
  std::array<std::uint32_t, 65> mixed{};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j <= i; ++j) mixed[j] = (mixed[j] + row[j] * digits[i]) % base;
    // From i to i + 1: C(i + 1, j) p^(i + 1 - j) = p C(i, j) p^(i - j) + C(i, j - 1) p^(i - (j - 1)).
    for (std::size_t j = i + 2; j-- > 0;) row[j] = ((dimension - 1) % base * row[j] + (j == 0 ? 0 : row[j - 1])) % base;
  }
  for (std::size_t j = 0; j < count; ++j) coordinate += mixed[j] * (place /= base);
  return coordinate;
}

namespace {

std::optional<Error> flaw_of(std::span<const double> points, std::size_t dimensions) {
  const auto flaw = [](std::string value) {
    return Error{ErrorCode::invalid_value, "points", std::move(value), "rows of coordinates in [0, 1]",
                 "give one row of coordinates for each point"};
  };
  if (dimensions == 0 || points.empty() || points.size() % dimensions != 0)
    return flaw(std::to_string(points.size()) + " numbers in " + std::to_string(dimensions) + " dimensions");
  for (const double x : points)
    if (!(x >= 0.0 && x <= 1.0)) return flaw(text_of(x));
  return std::nullopt;
}

}  // namespace

namespace {

/// The sum over the first `others` points of the product over the dimensions of 1 - max(a, other). The coordinates come
/// column by column; many products grow side by side, because one alone waits for each of its factors.
double sum_of_products(std::span<const double> a, std::span<const double> columns, std::size_t count,
                       std::size_t others) {
  constexpr std::size_t side_by_side = 64;
  std::array<double, side_by_side> products;
  double sum = 0.0;
  for (std::size_t first = 0; first < others; first += side_by_side) {
    const std::size_t now = std::min(side_by_side, others - first);
    products.fill(1.0);
    for (std::size_t d = 0; d < a.size(); ++d) {
      const double* column = columns.data() + d * count + first;
      const double level = a[d];
      for (std::size_t k = 0; k < now; ++k) products[k] *= 1.0 - (column[k] > level ? column[k] : level);
    }
    for (std::size_t k = 0; k < now; ++k) sum += products[k];
  }
  return sum;
}

}  // namespace

Result<double> l2_star_discrepancy(std::span<const double> points, std::size_t dimensions) {
  if (auto flaw = flaw_of(points, dimensions)) return *flaw;
  const std::size_t count = points.size() / dimensions;
  std::vector<double> columns(points.size());
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t d = 0; d < dimensions; ++d) columns[d * count + i] = points[i * dimensions + d];
  double pairs = 0.0;
  double singles = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto a = points.subspan(i * dimensions, dimensions);
    double alone = 1.0;
    double with_itself = 1.0;
    for (const double x : a) {
      alone *= 1.0 - x * x;
      with_itself *= 1.0 - x;
    }
    pairs += 2.0 * sum_of_products(a, columns, count, i) + with_itself;
    singles += alone;
  }
  const double n = static_cast<double>(count);
  const double power = static_cast<double>(dimensions);
  return std::sqrt(std::max(pairs / (n * n) - std::exp2(1.0 - power) * singles / n + std::pow(3.0, -power), 0.0));
}

Result<BoxEstimate> l2_star_discrepancy_by_boxes(std::span<const double> points, std::size_t dimensions,
                                                 std::size_t boxes, std::uint64_t seed) {
  if (auto flaw = flaw_of(points, dimensions)) return *flaw;
  if (boxes < 2)
    return Error{ErrorCode::invalid_value, "boxes", std::to_string(boxes), "at least 2", "draw more boxes"};
  const std::size_t rows = points.size() / dimensions;
  const double count = static_cast<double>(rows);
  RandomStream stream(seed, 0);
  std::vector<double> corner(dimensions);
  double sum = 0.0;
  double squares = 0.0;
  for (std::size_t b = 0; b < boxes; ++b) {
    stream.fill_uniform(corner);
    double volume = 1.0;
    for (const double side : corner) volume *= side;
    double inside = 0.0;
    for (std::size_t first = 0; first < points.size(); first += dimensions) {
      bool is_inside = true;
      for (std::size_t d = 0; d < dimensions; ++d) is_inside = is_inside && points[first + d] <= corner[d];
      inside += is_inside ? 1.0 : 0.0;
    }
    const double distance = inside / count - volume;
    sum += distance * distance;
    squares += distance * distance * distance * distance;
  }
  const double n = static_cast<double>(boxes);
  const double mean = sum / n;
  const double error = std::sqrt(std::max(squares / n - mean * mean, 0.0) / (n - 1.0));
  return BoxEstimate{std::sqrt(mean), mean > 0.0 ? 0.5 * error / std::sqrt(mean) : 0.0};
}

}  // namespace plimsoll
