#pragma once

#include "plimsoll/method/closed_form/two_normals.hpp"
#include "plimsoll/numerics/roots.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cmath>
#include <functional>
#include <limits>

// Options that are given on a date if the spot then lies in a range: what options on options are made of.
namespace plimsoll {

/// A range of the spot; zero and infinity are no bound.
struct SpotRange {
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();
};

/// Value today of a call or put expiring at `last` that is given on `first` where the spot then lies in the range.
/// Accuracy: 1e-15 of the larger of spot and strike.
template <Real R>
R given_option(const BlackScholes<R>& model, OptionType type, double strike, const R& first, const R& last,
               const SpotRange& range) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  // A level that could not be found must not pass for a range that is empty.
  if (std::isnan(range.low + range.high)) return R{std::numeric_limits<double>::quiet_NaN()};
  if (!(range.low < range.high)) return R{0.0};
  const LinearPayoff payoff = linear_payoff(type, Payout::difference, strike, 0.0);
  const TwoNormals<R> spot = spot_on_two_dates<R>(model, first, last);
  const auto beyond = [&](Side side, double level) -> R {
    return expected_payoff<R>(spot, {side, R{std::log(level)}}, payoff, 0.0, infinity);
  };
  const R discount = exp(-model.rate * last);
  if (!(range.low > 0.0) && std::isinf(range.high))
    return discount * expected_payoff<R>(log_normal_spot<R>(model, last), payoff, 0.0, infinity);
  if (std::isinf(range.high)) return discount * beyond(Side::above, range.low);
  if (!(range.low > 0.0)) return discount * beyond(Side::below, range.high);
  return discount * (beyond(Side::above, range.low) - beyond(Side::above, range.high));
}

/// Value today of a payoff on `first` where the spot then lies in the range.
template <Real R>
R given_payoff(const BlackScholes<R>& model, const LinearPayoff& payoff, const R& first, const SpotRange& range) {
  return exp(-model.rate * first) * expected_payoff<R>(log_normal_spot<R>(model, first), payoff, range.low, range.high);
}

/// The spot at which a function that rises with it is zero: zero where it is positive everywhere, infinity where it is
/// negative everywhere. `near` is where to begin.
/// Accuracy: 1e-15 relative, times the logarithm of its ratio to `near` where that is above one. Limits: levels from
/// `near` times exp(-700) to exp(700).
double level_of_zero(const std::function<double(double)>& rising, double near);

}  // namespace plimsoll
