#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

namespace plimsoll {

/// What a lane type is made of. A lane is the passive number of one path, or of several paths side by side.
template <class Lane>
struct LaneTraits;

/// One path at a time.
template <>
struct LaneTraits<double> {
  using Mask = bool;
  static constexpr std::size_t count = 1;
};

/// Paths that one lane carries.
template <class Lane>
inline constexpr std::size_t lane_count = LaneTraits<Lane>::count;

/// Which number of a table each path of a lane asks for.
template <class Lane>
struct LaneIndex {
  using Type = std::int64_t;
};

/// The numbers of a table that the paths ask for.
inline double gather(const double* table, std::int64_t index) noexcept { return table[index]; }

/// Adds to each path's place in a table of lanes the number of that path.
template <class Lane>
void add_at(Lane* table, const std::int64_t& index, const Lane& amount) noexcept {
  table[index] = table[index] + amount;
}

/// The cell of a grid with spacing one that a number lies in, and how far into it, from 0 to 1.
template <class Lane>
struct GridCell {
  typename LaneIndex<Lane>::Type cell;
  Lane share;
};

/// Limits: 0 <= x <= cells.
inline GridCell<double> grid_cell(double x, double cells) noexcept {
  const double whole = std::floor(x) < cells - 1.0 ? std::floor(x) : cells - 1.0;
  return {static_cast<std::int64_t>(whole), x - whole};
}

using std::atan2;
using std::cos;
using std::exp;
using std::expm1;
using std::log;
using std::log1p;
using std::sin;
using std::sqrt;

/// x to the power y.
inline double pow(double x, double y) noexcept { return std::pow(x, y); }

/// The larger of two numbers; the second where they are equal.
constexpr double max(double a, double b) noexcept { return a > b ? a : b; }

/// The smaller of two numbers; the second where they are equal.
constexpr double min(double a, double b) noexcept { return a < b ? a : b; }

/// `yes` where the mask holds, else `no`.
constexpr double select(bool mask, double yes, double no) noexcept { return mask ? yes : no; }

/// a * b + c, rounded twice: what a batch does where the instruction set has no fused operation.
constexpr double multiply_add(double a, double b, double c) noexcept { return a * b + c; }

/// Where both masks hold.
constexpr bool both(bool a, bool b) noexcept { return a && b; }

/// The number of one path of a lane.
constexpr double lane_value(double x, std::size_t) noexcept { return x; }

/// The number without its derivatives.
constexpr double passive(double x) noexcept { return x; }

/// Standard normal distribution function and density at one place.
template <class R>
struct NormalPair {
  R cdf, pdf;
};

/// Standard normal density.
/// Accuracy: a few units in the last place, tails included: the rounding of x*x is carried along.
inline double normal_pdf(double x) noexcept {
  if (std::abs(x) > 40.0) return 0.0;
  constexpr double inverse_sqrt_two_pi = 0.3989422804014327;
  const double square = x * x;
  const double rounding = std::fma(x, x, -square);
  return inverse_sqrt_two_pi * std::exp(-0.5 * square) * (1.0 - 0.5 * rounding);
}

/// Standard normal distribution function.
/// Source: N(x) = erfc(-x / sqrt(2)) / 2.
/// Accuracy: 1e-15 relative, lower tail included (erfc is steep there, so the rounding of x / sqrt(2) is carried
/// along).
inline double normal_cdf(double x) noexcept {
  constexpr double factor = std::numbers::sqrt2 / 2.0;
  constexpr double factor_remainder = -4.833646656726457e-17;  // 1/sqrt(2) - factor
  constexpr double inverse_sqrt_pi = std::numbers::inv_sqrtpi;
  const double z = -x * factor;
  if (!(z > 0.5 && z < 27.5)) return 0.5 * std::erfc(z);
  const double rounding = -std::fma(x, factor, z) - x * factor_remainder;
  return 0.5 * std::erfc(z) - inverse_sqrt_pi * std::exp(-z * z) * rounding;
}

inline NormalPair<double> normal_cdf_and_pdf(double x) noexcept { return {normal_cdf(x), normal_pdf(x)}; }

/// The natural logarithm of a positive normal number.
inline double log_normal(double x) noexcept { return std::log(x); }

/// exp(-x^2 / 2).
/// Accuracy: a few units in the last place, tails included.
inline double normal_bell(double x) noexcept { return normal_pdf(x) * 2.5066282746310002; }

/// Standard normal distribution function at two places, the second of which is not above zero.
template <class R>
struct NormalEnds {
  R near, far;
};

/// A lane makes use of the bells, exp(-x^2 / 2), of its places.
inline NormalEnds<double> normal_ends(double near, double far, double, double) noexcept {
  return {normal_cdf(near), normal_cdf(far)};
}

/// The x with normal_cdf(x) = probability; minus and plus infinity at 0 and 1, NaN outside [0, 1].
/// Source: Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
/// Accuracy: 1e-15 relative against the printed claim of "about 1 part in 10^16".
double normal_quantile(double probability) noexcept;

/// Derivative of x^y by x, of any lane.
template <class Lane>
Lane power_by_base(const Lane& x, const Lane& y) noexcept {
  const Lane zero{0.0};
  const Lane slope = y * pow(x, y - 1.0);
  return select(y > zero, slope, select(zero > y, slope, zero));
}

/// Derivative of x^y by y, where `power` is x^y; zero where the base is, NaN where it is negative.
template <class Lane>
Lane power_by_exponent(const Lane& x, const Lane& power) noexcept {
  const Lane zero{0.0};
  const auto positive = x > zero;
  return select(positive, power * log(select(positive, x, Lane{1.0})),
                select(zero > x, Lane{std::numeric_limits<double>::quiet_NaN()}, zero));
}

}  // namespace plimsoll
