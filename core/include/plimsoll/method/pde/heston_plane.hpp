#pragma once

#include "plimsoll/method/pde/plane_sweep.hpp"
#include "plimsoll/model/heston.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>

namespace plimsoll {

/// Where the nodes of a plane for Heston's model lie. Spots: zero, then strike * exp(spot_width * sinh(a)) with a
/// equally spaced, finest at the strike. Variances: variance_width * sinh(b), finest at zero, where the density is
/// steepest and the equation loses its diffusion.
/// Source: In 't Hout & Foulon (2010), sec. 2.2.
template <class M>
struct HestonMesh {
  M strike, spot_width, lowest, highest;  // of a
  M variance_width, most;                 // of b
};

/// A number's hyperbolic sine.
template <class M>
M sine_hyperbolic(const M& x) {
  const M grown = exp(x);
  return 0.5 * (grown - 1.0 / grown);
}

/// A number's inverse hyperbolic sine; no argument here is so small or negative that digits that count are lost.
template <class M>
M inverse_sine_hyperbolic(const M& x) {
  return log(x + sqrt(x * x + 1.0));
}

/// The mesh of a contract: the spot within `deviations` of its own and its drift, the variance up to twelve times the
/// scale of its exponential tail above its largest expectation.
template <class M>
HestonMesh<M> heston_mesh(const Heston<M>& model, const M& strike, const M& years, const M& fall) {
  constexpr double deviations = 7.0;
  constexpr double tails = 12.0;
  const M pull = max(M(model.mean_reversion * years), M{1e-6});
  const M fading = (1.0 - exp(-pull)) / pull;  // mean of exp(-k t) over the life
  const M average = model.long_variance + (model.variance - model.long_variance) * fading;
  const M deviation = sqrt(max(average, M{1e-8}) * years);
  const M carry = (model.rate - model.dividend_yield) * years;
  const M drift = max(carry, M(-carry)) + 0.5 * deviation * deviation;
  const M today = log(model.spot / strike);
  const M after = log(max(M(1.0 - fall / model.spot), M{0.02})) + today;
  const M reach = deviations * deviation + drift;
  HestonMesh<M> mesh;
  mesh.strike = strike;
  mesh.spot_width = max(deviation, M(0.02 * drift));
  mesh.lowest = -inverse_sine_hyperbolic(M((reach - min(after, M{0.0})) / mesh.spot_width));
  mesh.highest = inverse_sine_hyperbolic(M((max(today, M{0.0}) + reach) / mesh.spot_width));
  const M largest = max(model.variance, model.long_variance);
  const M tail = 0.5 * model.volatility_of_variance * model.volatility_of_variance * years * fading;
  const M gauss = sqrt(largest * model.volatility_of_variance * model.volatility_of_variance * years * fading);
  const M highest = largest + tails * tail + 5.0 * gauss;
  mesh.variance_width = 0.4 * max(average, model.variance);
  mesh.most = inverse_sine_hyperbolic(M(highest / mesh.variance_width));
  return mesh;
}

/// The nodes along a row and along a column.
template <class M>
void lay_nodes(const HestonMesh<M>& mesh, std::size_t rows, std::size_t columns, M* spots, M* variances) {
  spots[0] = M{0.0};
  const M spacing = (mesh.highest - mesh.lowest) * (1.0 / static_cast<double>(columns - 2));
  for (std::size_t i = 1; i < columns; ++i)
    spots[i] =
        mesh.strike * exp(mesh.spot_width * sine_hyperbolic(M(mesh.lowest + spacing * static_cast<double>(i - 1))));
  for (std::size_t j = 0; j < rows; ++j)
    variances[j] =
        mesh.variance_width * sine_hyperbolic(M(mesh.most * (static_cast<double>(j) / static_cast<double>(rows - 1))));
  variances[0] = M{0.0};
}

/// Central weights of the first and second derivative at a node between two others.
template <class M>
struct CentralWeights {
  M first[3], second[3];

  CentralWeights(const M& before, const M& after) {
    const M both = before + after;
    first[0] = -after / (before * both);
    first[1] = (after - before) / (before * after);
    first[2] = before / (after * both);
    second[0] = 2.0 / (before * both);
    second[1] = -2.0 / (before * after);
    second[2] = 2.0 / (after * both);
  }
};

/// The equation's weights at the nodes. At spot zero nothing moves; at the highest spot values are straight lines; at
/// variance zero the slope is one-sided of order 2; at the highest variance values no longer bend.
/// Limits: at least four rows and columns.
template <class R, class M>
void lay_heston(PlaneOperator<R>& op, const Heston<R>& m, const M* spots, const M* variances) {
  const R carry = m.rate - m.dividend_yield;
  const R half_rate = 0.5 * m.rate;
  const std::size_t last = op.columns - 1;
  const auto set = [](LineWeights<R>& w, std::size_t i, const R& lower, const R& diagonal, const R& upper) {
    w.lower[i] = lower;
    w.diagonal[i] = diagonal;
    w.upper[i] = upper;
  };
  const R zero{0.0};
  set(op.diffusion, 0, zero, zero, zero);
  set(op.convection, 0, zero, R(zero - half_rate), zero);
  set(op.diffusion, last, zero, zero, zero);
  const R outwards = carry * R(spots[last] / (spots[last] - spots[last - 1]));
  set(op.convection, last, R(zero - outwards), R(outwards - half_rate), zero);
  op.mixed_column[0] = op.mixed_column[last] = zero;
  for (std::size_t i = 1; i < last; ++i) {
    const CentralWeights<M> w(spots[i] - spots[i - 1], spots[i + 1] - spots[i]);
    const M half_square = 0.5 * spots[i] * spots[i];
    set(op.diffusion, i, R(half_square * w.second[0]), R(half_square * w.second[1]), R(half_square * w.second[2]));
    set(op.convection, i, R(carry * R(spots[i] * w.first[0])), R(carry * R(spots[i] * w.first[1]) - half_rate),
        R(carry * R(spots[i] * w.first[2])));
    op.mixed_column[i] = R(spots[i] / (spots[i + 1] - spots[i - 1]));
  }
  const std::size_t top = op.rows - 1;
  const R square = m.volatility_of_variance * m.volatility_of_variance;
  const R crossing = m.correlation * m.volatility_of_variance;
  for (std::size_t j = 0; j < op.rows; ++j) {
    op.factor[j] = R(variances[j]);
    op.mixed_row[j] = zero;
    const R pull = m.mean_reversion * (m.long_variance - R(variances[j]));
    if (j == 0) {
      const M a = variances[1];
      const M b = variances[2];
      set(op.across, 0, zero, R(zero - pull * R((a + b) / (a * b)) - half_rate), R(pull * R(b / (a * (b - a)))));
      *op.corner = zero - pull * R(a / (b * (b - a)));
    } else if (j == top) {
      const R slope = pull * R(1.0 / (variances[j] - variances[j - 1]));
      set(op.across, j, R(zero - slope), R(slope - half_rate), zero);
    } else {
      const CentralWeights<M> w(variances[j] - variances[j - 1], variances[j + 1] - variances[j]);
      const R spread = square * R(0.5 * variances[j]);
      set(op.across, j, R(spread * R(w.second[0]) + pull * R(w.first[0])),
          R(spread * R(w.second[1]) + pull * R(w.first[1]) - half_rate),
          R(spread * R(w.second[2]) + pull * R(w.first[2])));
      op.mixed_row[j] = crossing * R(variances[j] / (variances[j + 1] - variances[j - 1]));
    }
  }
}

/// The payoff in every row: a sample, with the kink laid on the two nodes about it by hat functions.
/// Source: Pooley, Vetzal & Forsyth (2003), sec. 4.
template <class R, class M>
void lay_vanilla(PlaneSweep<R>& sweep, const M& side, const M& strike, const M* spots) {
  const std::size_t m = sweep.op.columns;
  const M zero{0.0};
  for (std::size_t i = 0; i < m; ++i) {
    const M exercised = side * (spots[i] - strike);
    M value = max(exercised, zero);
    if (i > 0 && i + 1 < m) {
      const M before = spots[i] - spots[i - 1];
      const M after = spots[i + 1] - spots[i];
      const M width = 3.0 * (before + after);
      // How far the strike lies within the cell before or after the node, seen from the cell's other end.
      const M from_left = strike - spots[i - 1];
      const M from_right = spots[i + 1] - strike;
      const auto within_left = both(from_left > zero, spots[i] - strike > zero);
      const auto within_right = both(from_right > zero, strike - spots[i] > zero);
      value = value + select(within_left, from_left * from_left * from_left / (before * width), zero);
      value = value + select(within_right, from_right * from_right * from_right / (after * width), zero);
      value = value + select(spots[i] == strike, 0.5 * (before * before + after * after) / width, zero);
    }
    for (std::size_t j = 0; j < sweep.op.rows; ++j) {
      sweep.values[j * m + i] = R(value);
      sweep.obstacle[j * m + i] = R(exercised);
    }
  }
}

}  // namespace plimsoll
