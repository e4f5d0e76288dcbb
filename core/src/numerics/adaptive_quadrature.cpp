#include "plimsoll/numerics/quadrature.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// The 21-point rule of Kronrod about the 10-point rule of Gauss, from the outermost node inwards; every second node is
// Gauss's. Source: Piessens et al. (1983), QUADPACK, routine QK21.
constexpr std::array<double, 11> kronrod_nodes{0.995657163025808080735527280689003,
                                               0.973906528517171720077964012084452,
                                               0.930157491355708226001207180059508,
                                               0.865063366688984510732096688423493,
                                               0.780817726586416897063717578345042,
                                               0.679409568299024406234327365114874,
                                               0.562757134668604683339000099272694,
                                               0.433395394129247190799265943165784,
                                               0.294392862701460198131126603103866,
                                               0.148874338981631210884826001129720,
                                               0.0};
constexpr std::array<double, 11> kronrod_weights{
    0.011694638867371874278064396062192, 0.032558162307964727478818972459390, 0.054755896574351996031381300244580,
    0.075039674810919952767043140916190, 0.093125454583697605535065465083366, 0.109387158802297641899210590325805,
    0.123491976262065851077958109585166, 0.134709217311473325928054001771707, 0.142775938577060080797094273138717,
    0.147739104901338491374841515972068, 0.149445554002916905664936468389821};
constexpr std::array<double, 5> gauss_weights{0.066671344308688137593568809893332, 0.149451349150580593145863396957658,
                                              0.219086362515982043995534934228163, 0.269266719309996355091226921569469,
                                              0.295524224714752870173815619188769};

/// One interval's share of an integral.
struct Piece {
  double low, high;
  double value, error;
};

/// Puts a piece among the others, which stand in the order of their errors, the largest first.
void insert(std::vector<Piece>& pieces, const Piece& piece) {
  pieces.insert(std::ranges::upper_bound(pieces, piece.error, std::ranges::greater{}, &Piece::error), piece);
}

/// Evaluates a function and remembers where it was first not finite.
struct Watched {
  const Integrand& f;
  Integral& report;

  double operator()(double x) const {
    ++report.evaluations;
    const double value = f(x);
    if (!std::isfinite(value) && report.end != IntegralEnd::not_finite) {
      report.end = IntegralEnd::not_finite;
      report.at = x;
    }
    return value;
  }
};

/// QUADPACK's error estimate: the distance of both rules, scaled by how much the function varies, but not below what
/// rounding leaves.
double error_estimate(double distance, double size, double variation) noexcept {
  double error = distance;
  if (variation != 0.0 && error != 0.0) error = variation * std::min(1.0, std::pow(200.0 * error / variation, 1.5));
  return std::max(error, 50.0 * epsilon * size);
}

Piece piece_on(const Watched& f, double low, double high) {
  const double middle = 0.5 * (low + high);
  const double half = 0.5 * (high - low);
  const double at_middle = f(middle);
  std::array<double, 21> values{};
  double kronrod = kronrod_weights[10] * at_middle;
  double gauss = 0.0;
  double size = kronrod_weights[10] * std::abs(at_middle);
  for (std::size_t k = 0; k < 10; ++k) {
    values[2 * k] = f(middle - half * kronrod_nodes[k]);
    values[2 * k + 1] = f(middle + half * kronrod_nodes[k]);
    const double sum = values[2 * k] + values[2 * k + 1];
    kronrod += kronrod_weights[k] * sum;
    size += kronrod_weights[k] * (std::abs(values[2 * k]) + std::abs(values[2 * k + 1]));
    if (k % 2 == 1) gauss += gauss_weights[k / 2] * sum;
  }
  double variation = kronrod_weights[10] * std::abs(at_middle - 0.5 * kronrod);
  for (std::size_t k = 0; k < 20; ++k) variation += kronrod_weights[k / 2] * std::abs(values[k] - 0.5 * kronrod);
  const double scale = std::abs(half);
  return {low, high, half * kronrod,
          error_estimate(scale * std::abs(kronrod - gauss), scale * size, scale * variation)};
}

/// Halves the piece of the largest error until the sum of all is small enough.
Integral refined(const Integrand& f, double low, double high, const IntegralTolerance& tolerance) {
  Integral result;
  const Watched watched{f, result};
  std::vector<Piece> pieces{piece_on(watched, low, high)};
  const auto add_up = [&] {
    // Summed afresh each time, the largest error first: no rounding is carried along.
    result.value = result.error = 0.0;
    for (const Piece& piece : pieces) {
      result.value += piece.value;
      result.error += piece.error;
    }
  };
  for (add_up(); result.end != IntegralEnd::not_finite; add_up()) {
    if (result.error <= tolerance.absolute + tolerance.relative * std::abs(result.value)) return result;
    const Piece worst = pieces.front();
    const double middle = 0.5 * (worst.low + worst.high);
    if (std::cmp_greater_equal(pieces.size(), tolerance.most_pieces)) {
      result.end = IntegralEnd::out_of_pieces;
      return result;
    }
    if (std::abs(worst.high - worst.low) <= 100.0 * epsilon * std::abs(middle)) {
      result.end = IntegralEnd::rounding;
      return result;
    }
    pieces.erase(pieces.begin());
    insert(pieces, piece_on(watched, worst.low, middle));
    insert(pieces, piece_on(watched, middle, worst.high));
  }
  return result;
}

/// The same integral as one over a finite interval. Source: QUADPACK's QAGI.
Integral over_half_line(const Integrand& f, double from, double direction, const IntegralTolerance& tolerance) {
  const auto mapped = [&](double t) {
    const double rest = 1.0 - t;
    return f(from + direction * t / rest) / (rest * rest);
  };
  Integral result = refined(mapped, 0.0, 1.0, tolerance);
  if (result.end == IntegralEnd::not_finite) result.at = from + direction * result.at / (1.0 - result.at);
  return result;
}

Integral sum_of(const Integral& a, const Integral& b) noexcept {
  return {a.value + b.value, a.error + b.error, a.evaluations + b.evaluations,
          a.end != IntegralEnd::converged ? a.end : b.end, a.end == IntegralEnd::not_finite ? a.at : b.at};
}

Integral turned(Integral integral) noexcept {
  integral.value = -integral.value;
  return integral;
}

/// The trapezoidal sums of tanh_sinh, level by level.
struct FlattenedEnds {
  const Watched& f;
  double low, high;
  double size = 0.0;     // sum of the terms' sizes
  double cut_off = 0.0;  // the last terms on either side before the numbers run together
  double left_last = 0.0;
  double right_last = 0.0;

  /// The sum of the terms at odd multiples of h (all multiples on the first level), both sides.
  double terms(double h, bool first_level) {
    constexpr double reach = 6.1;  // there the share of an end is 1e-303
    double sum = first_level ? 0.25 * f(0.5 * (low + high)) : 0.0;
    if (first_level) size += std::abs(sum);
    left_last = right_last = 0.0;
    bool left_cut = false;
    bool right_cut = false;
    for (double t = h; t <= reach; t += first_level ? h : 2.0 * h) {
      const double share = 1.0 / (1.0 + std::exp(std::numbers::pi * std::sinh(t)));
      const double weight = std::cosh(t) * share * (1.0 - share);
      sum += one_side(low + (high - low) * share, low, weight, left_last, left_cut);
      sum += one_side(high - (high - low) * share, high, weight, right_last, right_cut);
    }
    cut_off = (left_cut ? left_last : 0.0) + (right_cut ? right_last : 0.0);
    return sum;
  }

 private:
  double one_side(double x, double end, double weight, double& last, bool& cut) {
    if (x == end) {
      cut = true;
      return 0.0;
    }
    const double term = weight * f(x);
    last = std::abs(term);
    size += last;
    return term;
  }
};

}  // namespace

std::optional<Error> find_flaw(const Integral& integral) {
  switch (integral.end) {
    case IntegralEnd::converged:
      return std::nullopt;
    case IntegralEnd::not_finite:
      return Error{ErrorCode::not_converged, "function", "not finite at " + text_of(integral.at), "a finite number",
                   "keep the limits inside the function's domain"};
    case IntegralEnd::out_of_pieces:
      return Error{ErrorCode::not_converged, "most_pieces", "an error of " + text_of(integral.error),
                   "an error within the tolerance", "allow more pieces or a wider tolerance, or split at the kinks"};
    case IntegralEnd::rounding:
      break;
  }
  return Error{ErrorCode::not_converged, "tolerance", "an error of " + text_of(integral.error) + " from rounding",
               "an error within the tolerance", "widen the tolerance, or move a singularity to zero"};
}

Integral gauss_kronrod(const Integrand& f, double low, double high, const IntegralTolerance& tolerance) {
  if (low > high) return turned(gauss_kronrod(f, high, low, tolerance));
  if (low == high) return {};
  if (std::isinf(low) && std::isinf(high)) {
    const Integral left = over_half_line(f, 0.0, -1.0, tolerance);
    return sum_of(left, over_half_line(f, 0.0, 1.0, tolerance));
  }
  if (std::isinf(high)) return over_half_line(f, low, 1.0, tolerance);
  if (std::isinf(low)) return over_half_line(f, high, -1.0, tolerance);
  return refined(f, low, high, tolerance);
}

Integral tanh_sinh(const Integrand& f, double low, double high, const IntegralTolerance& tolerance) {
  constexpr int most_levels = 10;
  Integral result;
  const Watched watched{f, result};
  FlattenedEnds ends{watched, low, high};
  const double scale = std::numbers::pi * (high - low);
  double h = 1.0;
  double sum = ends.terms(h, true);
  result.value = scale * h * sum;
  for (int level = 1; level <= most_levels && result.end != IntegralEnd::not_finite; ++level) {
    h *= 0.5;
    sum += ends.terms(h, false);
    const double value = scale * h * sum;
    const double change = std::abs(value - result.value);
    const double lost = std::abs(scale) * (4.0 * epsilon * h * ends.size + ends.cut_off);
    result.value = value;
    result.error = change + lost;
    const double allowed = tolerance.absolute + tolerance.relative * std::abs(value);
    if (level >= 3 && result.error <= allowed) return result;
    if (level >= 5 && change <= lost && lost > allowed) {
      result.end = IntegralEnd::rounding;
      return result;
    }
  }
  if (result.end == IntegralEnd::converged) result.end = IntegralEnd::out_of_pieces;
  return result;
}

}  // namespace plimsoll
