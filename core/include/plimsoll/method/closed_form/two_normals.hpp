#pragma once

#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/numerics/active_bivariate_normal.hpp"

#include <algorithm>

// What options on two dates, on two assets and on an extremum over part of their life are made of: exponential moments
// of two normal variables in a quadrant.
namespace plimsoll {

/// Two normal variables, weighted by exp(log_weight).
template <Real R>
struct TwoNormals {
  R mean1, mean2;
  R variance1, variance2;
  R covariance;
  R log_weight{0.0};
};

/// The side of a bound on which a variable must lie.
enum class Side { below, above };

constexpr double sign(Side side) noexcept { return side == Side::above ? 1.0 : -1.0; }

constexpr Side opposite(Side side) noexcept { return side == Side::above ? Side::below : Side::above; }

/// A half line of one variable.
template <Real R>
struct HalfLine {
  Side side = Side::above;
  R bound{0.0};
};

/// The variables a X + b Y and c X + d Y of the two.
template <Real R>
TwoNormals<R> combined(const TwoNormals<R>& n, double a, double b, double c, double d) {
  // Rounding must leave no variance below zero where the variables cancel.
  const auto variance = [&](double by1, double by2) -> R {
    return max(R(by1 * by1 * n.variance1 + by2 * by2 * n.variance2 + 2.0 * by1 * by2 * n.covariance), R{0.0});
  };
  return {a * n.mean1 + b * n.mean2,
          c * n.mean1 + d * n.mean2,
          variance(a, b),
          variance(c, d),
          a * c * n.variance1 + b * d * n.variance2 + (a * d + b * c) * n.covariance,
          n.log_weight};
}

/// The same variables weighted by exp(p X + q Y): their means move by their covariances with the exponent.
template <Real R>
TwoNormals<R> tilted(const TwoNormals<R>& n, const R& p, const R& q) {
  const R shift1 = p * n.variance1 + q * n.covariance;
  const R shift2 = p * n.covariance + q * n.variance2;
  return {n.mean1 + shift1, n.mean2 + shift2,
          n.variance1,      n.variance2,
          n.covariance,     n.log_weight + p * n.mean1 + q * n.mean2 + 0.5 * (p * shift1 + q * shift2)};
}

/// The square root, whose slope at zero is left out: a variable that does not vary has no deviation to move.
template <Real R>
R deviation_of(const R& variance) {
  const auto varies = variance > 0.0;
  return select(varies, sqrt(select(varies, variance, R{1.0})), R{0.0});
}

/// The logarithm of a level, finite for a level of zero too: below it lies nothing.
inline double log_level(double level) noexcept { return std::log(std::max(level, 1e-300)); }

/// The same for a spot that carries derivatives; a spot of zero does not move.
template <Real R>
R log_spot(const R& spot) {
  return log(R(max(spot, R{1e-300})));
}

/// How many deviations the mean lies inside the half line; 40, beyond which nothing is left, where the variable does
/// not vary.
template <Real R>
R inside(const HalfLine<R>& line, const R& mean, const R& deviation) {
  const R distance = sign(line.side) * (mean - line.bound);
  const auto varies = deviation > 0.0;
  const R most{40.0};
  const R certain = select(distance > 0.0, most, R{-most});
  const R count = distance / select(varies, deviation, R{1.0});
  return select(varies, R(max(R(min(count, most)), R{-most})), certain);
}

/// The expected weight where the first variable lies in one half line and the second in the other.
/// Accuracy: 1e-15 of the whole weight, not of what is left of it.
/// Limits: one path at a time.
template <Real R>
R quadrant(const TwoNormals<R>& n, const HalfLine<R>& first, const HalfLine<R>& second) {
  const R deviation1 = deviation_of<R>(n.variance1);
  const R deviation2 = deviation_of<R>(n.variance2);
  const R product = deviation1 * deviation2;
  const R signed_covariance = sign(first.side) * sign(second.side) * n.covariance;
  // Rounding may leave a correlation of one a trifle beyond it.
  const R correlation = max(R(min(R(signed_covariance / select(product > 0.0, product, R{1.0})), R{1.0})), R{-1.0});
  return exp(n.log_weight) * active_bivariate_normal_cdf<R>(inside<R>(first, n.mean1, deviation1),
                                                            inside<R>(second, n.mean2, deviation2), correlation);
}

/// The expected weight where the second variable alone is bounded.
template <Real R>
R half_plane(const TwoNormals<R>& n, const HalfLine<R>& second) {
  return weighted_cdf<R>(n.log_weight, inside<R>(second, n.mean2, deviation_of<R>(n.variance2)));
}

/// Expected payoff of the second variable's exponential, linear between two levels, where the first variable lies in a
/// half line and the second in another.
template <Real R>
R expected_payoff(const TwoNormals<R>& n, const HalfLine<R>& first, const LinearPayoff& payoff, double low,
                  double high) {
  const double from = std::max(low, payoff.low);
  const double to = std::min(high, payoff.high);
  if (!(from < to)) return R{0.0};
  const auto moment = [&](double power) -> R {
    const TwoNormals<R> t = tilted<R>(n, R{0.0}, R{power});
    const auto beyond = [&](Side side, double level) -> R {
      return quadrant<R>(t, first, {side, R{log_level(level)}});
    };
    const bool from_zero = !(from > 0.0);
    if (std::isinf(to)) {
      if (!from_zero) return beyond(Side::above, from);
      // All of the second variable: the first alone is left.
      return weighted_cdf<R>(t.log_weight, inside<R>(first, t.mean1, deviation_of<R>(t.variance1)));
    }
    if (from_zero) return beyond(Side::below, to);
    return beyond(Side::above, from) - beyond(Side::above, to);
  };
  R sum{0.0};
  if (payoff.per_asset != 0.0) sum += payoff.per_asset * moment(1.0);
  if (payoff.per_cash != 0.0) sum += payoff.per_cash * moment(0.0);
  return sum;
}

/// The logarithm of one log-normal spot on two dates, the first before the second.
template <Real R>
TwoNormals<R> spot_on_two_dates(const BlackScholes<R>& model, const R& first, const R& second) {
  const R variance = model.volatility * model.volatility;
  const R drift = model.rate - model.dividend_yield - 0.5 * variance;
  const R start = log(model.spot);
  return {start + drift * first, start + drift * second, variance * first, variance * second, variance * first};
}

}  // namespace plimsoll
