#pragma once

#include "plimsoll/method/integral_equation/exercise_boundary.hpp"

namespace plimsoll {

/// What exercise below a boundary adds to the value of a put on one strike, with its first two derivatives to the spot.
template <Real R>
struct Premium {
  R value, slope, curvature;
};

/// `wait` is the time from now until the boundary begins: zero but where two boundaries have met before.
/// Source: Kim (1990), The analytic valuation of American options, Review of Financial Studies 3, eq. 10; the time that
/// has passed is written as years sin^2, so that the roots of it and of the time that is left are both smooth.
template <Real R>
Premium<R> premium(const BoundaryCase<R>& c, const plimsoll_kernels::BoundaryPlan& plan, const R* squares,
                   const R& spot, const R& wait) {
  const R log_spot = log(spot);
  const R over_spot = 1.0 / spot;
  const R carry = c.rate - c.yield;
  Premium<R> sum{R{0.0}, R{0.0}, R{0.0}};
  for (std::size_t k = 0; k < plan.price_points; ++k) {
    const double* const weight = plan.price_cardinals + k * plan.nodes;
    R square = squares[0] * weight[0];
    for (std::size_t j = 1; j < plan.nodes; ++j) square = boundary::fused<R>(squares[j], R{weight[j]}, square);
    const R log_level = c.start + c.direction * sqrt(max(square, R{0.0}));
    const R passed = wait + c.years * (plan.price_sines[k] * plan.price_sines[k]);
    const R width = c.volatility * sqrt(passed);
    const R inverse = 1.0 / width;
    const R minus = (log_spot - log_level + carry * passed) * inverse - 0.5 * width;
    const R share = c.years * plan.price_weights[k];
    const R plus = minus + width;
    const R level = exp(log_level);
    const R cash = share * exp(-c.rate * passed);
    const R asset = share * exp(-c.yield * passed);
    const R bell = cash * exp(-0.5 * minus * minus) * boundary::inverse_sqrt_two_pi;
    const R cash_tail = bell * boundary::tail_over_density<R>(boundary::size_of<R>(minus));
    const R asset_tail = bell * level * over_spot * boundary::tail_over_density<R>(boundary::size_of<R>(plus));
    const R cash_paid = select(minus > 0.0, cash_tail, R(cash - cash_tail));
    const R asset_sold = c.yield * select(plus > 0.0, asset_tail, R(asset - asset_tail));
    const R density = bell * inverse;
    const R part = density * (c.rate - c.yield * level);
    sum.value = sum.value + c.rate * cash_paid - spot * asset_sold;
    sum.slope = sum.slope - part * over_spot - asset_sold;
    sum.curvature =
        sum.curvature + (part * (1.0 + minus * inverse) + c.yield * level * density) * over_spot * over_spot;
  }
  return sum;
}

}  // namespace plimsoll
