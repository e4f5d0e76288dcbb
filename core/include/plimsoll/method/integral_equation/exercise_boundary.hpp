#pragma once

#include "plimsoll/method/boundary_plan.hpp"
#include "plimsoll/method/integral_equation/tail.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>

// The boundary below which an American put is exercised, for one option or for several side by side. Money is counted
// in strikes. A call is a put on cash paid in shares: spot and strike change places, and so do rate and yield.
//
// Symbols: tau is the time to expiry, e the time that has passed since, l = ln(boundary / boundary at expiry), and
// d-, d+ = (a -+ v^2 / 2) / v with a = ln(B(tau) / B(tau - e)) + (r - q) e and v = sigma sqrt(e).
namespace plimsoll {

/// The constants of one boundary and of the equation that it solves.
template <Real R>
struct BoundaryCase {
  R rate, yield, volatility, years;
  R start;                                    // logarithm of the boundary at expiry over the strike
  R direction;                                // -1 where the boundary falls with the time to expiry, +1 where it rises
  R limit;                                    // about how far the logarithm moves if there is time without end
  R slope;                                    // about how fast it begins to, per standard deviation
  R at_expiry, in_denominator, in_numerator;  // shares of the terms of the equation
  R side;                                     // +1, or -1 where the chance of ending below is meant
};

namespace boundary {

/// The exponents of the claims S^x that last for ever: roots of x^2 + 2 h x - p with h = (r - q) / sigma^2 - 1/2 and
/// p = 2 r / sigma^2. Each takes the form that does not cancel.
template <Real R>
struct PerpetualExponents {
  R far;   // the more negative one: the boundary above
  R near;  // the other, for p < 0 < h: the boundary below
};

template <Real R>
PerpetualExponents<R> perpetual_exponents(const R& rate, const R& yield, const R& volatility) {
  constexpr double least = -1e-13;
  const R variance = volatility * volatility;
  const R half = (rate - yield) / variance - 0.5;
  const R product = 2.0 * rate / variance;
  const R root = sqrt(max(R(half * half + product), R{0.0}));
  const auto is_rising = half > 0.0;
  const R sum = select(is_rising, R(half + root), R(root - half));
  return {min(select(is_rising, R(-sum), R(-product / sum)), R{least}), min(R(product / sum), R{least})};
}

/// ln(B / K) for the boundary that belongs to an exponent.
template <Real R>
R perpetual_boundary(const R& exponent) {
  return -log(1.0 - 1.0 / exponent);
}

template <Real R>
R bounded(const R& x, double low, double high) {
  return min(max(x, R{low}), R{high});
}

}  // namespace boundary

/// The boundary of a put below which it is exercised: rate > 0, or rate = 0 and yield < 0; also the upper one of two.
/// Source: Andersen, Lake & Offengenden (2016), High-performance American option pricing, J. Computational Finance
/// 20(1), sec. 2 (equation and its limit at expiry).
template <Real R>
BoundaryCase<R> upper_boundary(const R& rate, const R& yield, const R& volatility, const R& years) {
  BoundaryCase<R> c;
  c.rate = rate;
  c.yield = yield;
  c.volatility = volatility;
  c.years = years;
  const auto from_ratio = both(yield > rate, rate > 0.0);
  const R ratio = select(from_ratio, R(rate / select(from_ratio, yield, R{1.0})), R{1.0});
  c.start = log(ratio);
  c.direction = R{-1.0};
  const R exponent = boundary::perpetual_exponents<R>(rate, yield, volatility).far;
  c.limit = boundary::bounded<R>(c.start - boundary::perpetual_boundary<R>(exponent), 1e-9, 40.0);
  const R square = ratio * ratio;
  c.slope = 0.64 + 1.4 * square * square;
  c.at_expiry = R{1.0};
  c.in_denominator = max(yield, R{0.0});
  c.in_numerator = max(R(-yield), R{0.0});
  c.side = R{1.0};
  return c;
}

/// The lower one of two boundaries, above which the put is exercised: yield < rate < 0.
/// Source: the value of exercise below it must vanish at and above it. Where the two boundaries have not met, that
/// determines it without the upper one: both sides of the equation solve the Black-Scholes equation above it from
/// nothing at expiry. Andersen & Lake (2021), Fast American option pricing: the double-boundary case, Wilmott, reach
/// such a decoupling too.
template <Real R>
BoundaryCase<R> lower_boundary(const R& rate, const R& yield, const R& volatility, const R& years) {
  BoundaryCase<R> c;
  c.rate = rate;
  c.yield = yield;
  c.volatility = volatility;
  c.years = years;
  c.start = log(rate / yield);
  c.direction = R{1.0};
  const R exponent = boundary::perpetual_exponents<R>(rate, yield, volatility).near;
  c.limit = boundary::bounded<R>(boundary::perpetual_boundary<R>(exponent) - c.start, 1e-9, 40.0);
  c.slope = R{0.64};
  c.at_expiry = R{0.0};
  c.in_denominator = -yield;
  c.in_numerator = R{0.0};
  c.side = R{-1.0};
  return c;
}

/// Memory in which boundaries are sought: rows of R, one for each quadrature point of each node.
template <Real R>
struct BoundaryScratch {
  R* drift;       // (r - q) e
  R* width;       // v
  R* inverse;     // 1 / v
  R* discounted;  // weight exp(-r e) / (v sqrt(2 pi))
  R* carried;     // weight exp(-q e)
  R* level;       // ln(B / K) at the point
  R* recip;       // 1 / l there
  R* minus;       // d-
  R* density;     // discounted * exp(-d-^2 / 2)
  R* held;        // carried * N(side * d+)
  R* matrix;      // [nodes][nodes]
  R* residual;    // [nodes]

  static std::size_t size(std::size_t nodes, std::size_t points) noexcept {
    return 10 * nodes * points + nodes * nodes + nodes;
  }

  static BoundaryScratch within(R* memory, std::size_t nodes, std::size_t points) noexcept {
    const std::size_t grid = nodes * points;
    BoundaryScratch s{};
    R** const rows[] = {&s.drift, &s.width, &s.inverse, &s.discounted, &s.carried,
                        &s.level, &s.recip, &s.minus,   &s.density,    &s.held};
    for (R** row : rows) {
      *row = memory;
      memory += grid;
    }
    s.matrix = memory;
    s.residual = memory + nodes * nodes;
    return s;
  }
};

namespace boundary {

using Plan = plimsoll_kernels::BoundaryPlan;

inline constexpr double inverse_sqrt_two_pi = 0.3989422804014327;

/// What does not depend on the boundary.
template <Real R>
void fill_constants(const BoundaryCase<R>& c, const Plan& plan, const BoundaryScratch<R>& s) {
  const R carry = c.rate - c.yield;
  const R deviation = c.volatility * sqrt(c.years);
  const R over_deviation = 1.0 / deviation;
  for (std::size_t i = 0; i < plan.nodes; ++i)
    for (std::size_t k = 0; k < plan.points; ++k) {
      const std::size_t at = i * plan.points + k;
      const double root = plan.roots[i] * plan.sines[k];
      const R passed = c.years * (root * root);
      s.drift[at] = carry * passed;
      s.width[at] = deviation * root;
      s.inverse[at] = over_deviation * (1.0 / root);
      s.discounted[at] = -c.rate * passed;
      s.carried[at] = -c.yield * passed;
    }
  for (std::size_t at = 0; at < plan.nodes * plan.points; ++at) {
    s.discounted[at] = exp(s.discounted[at]);
    s.carried[at] = exp(s.carried[at]);
  }
  for (std::size_t i = 0; i < plan.nodes; ++i)
    for (std::size_t k = 0; k < plan.points; ++k) {
      const std::size_t at = i * plan.points + k;
      const R weight = c.years * (plan.roots[i] * plan.roots[i] * plan.weights[k]);
      s.discounted[at] = s.discounted[at] * weight * s.inverse[at] * inverse_sqrt_two_pi;
      s.carried[at] = s.carried[at] * weight;
    }
}

/// ln(boundary / boundary at expiry) at the nodes, roughly: a root of time at first, the limit at last.
template <Real R>
void first_guess(const BoundaryCase<R>& c, const Plan& plan, R* logs) {
  const R deviation = c.volatility * sqrt(c.years);
  for (std::size_t i = 0; i < plan.nodes; ++i)
    logs[i] = c.direction * c.limit * (1.0 - exp(-(c.slope * deviation * plan.roots[i]) / c.limit));
}

/// The boundary at the quadrature points from its squared logarithm at the nodes, and d- there.
/// Source: Andersen, Lake & Offengenden (2016), sec. 4 (the square of the logarithm is smooth in the root of time).
template <Real R>
void interpolate(const BoundaryCase<R>& c, const Plan& plan, const R* logs, const R* squares,
                 const BoundaryScratch<R>& s) {
  constexpr double least = 1e-32;
  for (std::size_t i = 0; i < plan.nodes; ++i) {
    const R here = c.start + logs[i];
    for (std::size_t k = 0; k < plan.points; ++k) {
      const std::size_t at = i * plan.points + k;
      const double* const weight = plan.cardinals + at * plan.nodes;
      R square = squares[0] * weight[0];
      for (std::size_t j = 1; j < plan.nodes; ++j) square = fused<R>(squares[j], R{weight[j]}, square);
      const auto is_sound = square > least;
      const R moved = c.direction * sqrt(select(is_sound, square, R{least}));
      s.level[at] = c.start + moved;
      s.recip[at] = select(is_sound, R(1.0 / moved), R{0.0});
      s.minus[at] = (here - s.level[at] + s.drift[at]) * s.inverse[at] - 0.5 * s.width[at];
    }
  }
}

/// Passes over all points: short chains, many at a time.
template <Real R>
void weigh(const BoundaryCase<R>& c, const Plan& plan, const R* logs, const BoundaryScratch<R>& s) {
  const std::size_t grid = plan.nodes * plan.points;
  for (std::size_t at = 0; at < grid; ++at) s.density[at] = s.discounted[at] * exp(-0.5 * s.minus[at] * s.minus[at]);
  for (std::size_t at = 0; at < grid; ++at) s.level[at] = exp(s.level[at]);
  for (std::size_t i = 0; i < plan.nodes; ++i) {
    const R inverse_level = exp(-(c.start + logs[i]));
    for (std::size_t at = i * plan.points; at < (i + 1) * plan.points; ++at) {
      const R plus = c.side * (s.minus[at] + s.width[at]);
      // S exp(-q e) n(d+) = B exp(-r e) n(d-): the density at d+ is that at d-, moved.
      const R tail = s.density[at] * s.width[at] * s.level[at] * inverse_level * tail_over_density<R>(size_of<R>(plus));
      s.held[at] = select(plus > 0.0, R(s.carried[at] - tail), tail);
    }
  }
}

/// Residual of the equation at one node, and its row of derivatives to the logarithms at the nodes.
///
/// The slope of the put at the boundary is minus one: with all terms on the side on which they are positive,
///   B (a0 exp(-q tau) N(d+(tau, B / K)) + q+ Q) = G + B q- Q,
///   Q = int exp(-q e) N(side d+) de,   G = int (r - q B(tau - e)) exp(-r e) n(d-) / (sigma sqrt(e)) de;
/// the residual is the difference of the logarithms of the two sides, which Newton's method takes in few steps.
/// Source: the equation is A of Andersen, Lake & Offengenden (2016), eq. 3.8-3.10, with S exp(-q e) n(d+) = B exp(-r e)
/// n(d-) used to join its densities.
template <Real R>
void linearise(const BoundaryCase<R>& c, const Plan& plan, const R* logs, std::size_t i, const BoundaryScratch<R>& s) {
  const R here = c.start + logs[i];
  const R level = exp(here);
  const R tau = c.years * (plan.roots[i] * plan.roots[i]);
  const R width = c.volatility * sqrt(c.years) * plan.roots[i];
  const R plus = (here + (c.rate - c.yield) * tau) / width + 0.5 * width;
  const R to_expiry = c.at_expiry * exp(-c.yield * tau);
  R gain{0.0};
  R carried{0.0};
  R gain_slope{0.0};
  R carried_slope{0.0};
  const std::size_t first = i * plan.points;
  for (std::size_t at = first; at < first + plan.points; ++at) {
    const R part = (c.rate - c.yield * s.level[at]) * s.density[at];
    gain = gain + part;
    carried = carried + s.held[at];
    gain_slope = gain_slope - s.minus[at] * s.inverse[at] * part;
    carried_slope = carried_slope + s.density[at] * s.level[at];
  }
  const R inverse_level = 1.0 / level;
  const R numerator = gain + c.in_numerator * level * carried;
  const R denominator = to_expiry * normal_cdf(plus) + c.in_denominator * carried;
  const R over = 1.0 / numerator;
  const R under = 1.0 / denominator;
  s.residual[i] = here + log(denominator * over);
  R* const row = s.matrix + i * plan.nodes;
  for (std::size_t j = 0; j < plan.nodes; ++j) row[j] = R{0.0};
  // d(ln denominator) and d(ln numerator) by each density that both share.
  const R shared = c.side * inverse_level * (c.in_denominator * under - c.in_numerator * level * over);
  for (std::size_t k = 0; k < plan.points; ++k) {
    const std::size_t at = first + k;
    const R part = (c.rate - c.yield * s.level[at]) * s.density[at];
    const R by_gap = shared * s.density[at] * s.level[at] + s.minus[at] * s.inverse[at] * part * over;
    const R by_level = (c.yield * s.level[at] * s.density[at] * over - by_gap) * s.recip[at];
    const double* const weight = plan.cardinals + at * plan.nodes;
    for (std::size_t j = 0; j < plan.nodes; ++j) row[j] = fused<R>(by_level, R{weight[j]}, row[j]);
  }
  for (std::size_t j = 0; j < plan.nodes; ++j) row[j] = row[j] * logs[j];
  row[i] = row[i] + 1.0 + to_expiry * normal_pdf(plus) / width * under + shared * carried_slope - gain_slope * over -
           c.in_numerator * level * carried * over;
}

/// Solves matrix * x = residual, x in place of the residual. A node hangs on the nodes before it far more than on those
/// after it, so that no row has to change places.
template <Real R>
void eliminate(std::size_t nodes, R* matrix, R* x) {
  for (std::size_t k = 0; k < nodes; ++k) {
    const R pivot = 1.0 / matrix[k * nodes + k];
    for (std::size_t i = k + 1; i < nodes; ++i) {
      const R factor = -(matrix[i * nodes + k] * pivot);
      for (std::size_t j = k + 1; j < nodes; ++j)
        matrix[i * nodes + j] = fused<R>(factor, matrix[k * nodes + j], matrix[i * nodes + j]);
      x[i] = fused<R>(factor, x[k], x[i]);
    }
  }
  for (std::size_t k = nodes; k-- > 0;) {
    for (std::size_t j = k + 1; j < nodes; ++j) x[k] = x[k] - matrix[k * nodes + j] * x[j];
    x[k] = x[k] / matrix[k * nodes + k];
  }
}

}  // namespace boundary

/// One step of Newton's method, from the logarithms at the nodes. Gives back the largest change relative to the
/// logarithm at the last node.
template <Real R>
R improve_boundary(const BoundaryCase<R>& c, const plimsoll_kernels::BoundaryPlan& plan, R* squares,
                   const BoundaryScratch<R>& s, R* logs) {
  constexpr double most = 3.0;  // by which factor a step may change a logarithm
  for (std::size_t j = 0; j < plan.nodes; ++j) squares[j] = logs[j] * logs[j];
  boundary::interpolate<R>(c, plan, logs, squares, s);
  boundary::weigh<R>(c, plan, logs, s);
  for (std::size_t i = 0; i < plan.nodes; ++i) boundary::linearise<R>(c, plan, logs, i, s);
  boundary::eliminate(plan.nodes, s.matrix, s.residual);
  R largest{0.0};
  for (std::size_t j = 0; j < plan.nodes; ++j) {
    const R before = logs[j];
    logs[j] = before * boundary::bounded<R>(1.0 - s.residual[j] / before, 1.0 / most, most);
    largest = max(largest, boundary::size_of<R>(logs[j] - before));
  }
  return largest / boundary::size_of<R>(logs[plan.nodes - 1]);
}

/// Finds ln(boundary / boundary at expiry) at the nodes and its squares. Gives back the last step's largest relative
/// change: the steps converge quadratically, so that what it leaves is of the order of its square.
template <Real R>
R find_boundary(const BoundaryCase<R>& c, const plimsoll_kernels::BoundaryPlan& plan, R* squares,
                const BoundaryScratch<R>& s, R* logs) {
  boundary::fill_constants(c, plan, s);
  boundary::first_guess(c, plan, logs);
  R change{1.0};
  for (std::size_t step = 0; step < plan.steps; ++step) change = improve_boundary<R>(c, plan, squares, s, logs);
  for (std::size_t j = 0; j < plan.nodes; ++j) squares[j] = logs[j] * logs[j];
  return change;
}

}  // namespace plimsoll
