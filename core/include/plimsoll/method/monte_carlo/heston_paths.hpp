#pragma once

#include "plimsoll/method/path_kernels.hpp"
#include "plimsoll/real/real.hpp"

#include <array>
#include <cstddef>

namespace plimsoll {

/// One lane of paths of several assets under way: what the log of each has gained, and its variance, which may be below
/// zero between two steps.
template <Real R, std::size_t assets>
struct HestonPath {
  using Terms = plimsoll_kernels::WorstOfBlock;

  std::array<R, assets> gain;
  std::array<R, assets> variance;

  explicit HestonPath(const Terms& terms) {
    for (std::size_t a = 0; a < assets; ++a) {
      gain[a] = R{0.0};
      variance[a] = R{terms.variance[a]};
    }
  }

  /// One step by independent normal draws, two for each asset; `normal(k)` is the k-th.
  /// Source: Lord, Koekkoek & van Dijk (2010), A comparison of biased simulation schemes for stochastic volatility
  /// models, Quantitative Finance 10, 177-194: Euler with full truncation.
  template <class Draw>
  void move(const Terms& terms, const Draw& normal) {
    std::array<R, 2 * assets> shock;
    std::size_t entry = 0;
    for (std::size_t i = 0; i < 2 * assets; ++i) {
      R sum = terms.factor[entry++] * normal(0);
      for (std::size_t k = 1; k <= i; ++k) sum = multiply_add(R{terms.factor[entry++]}, normal(k), sum);
      shock[i] = sum;
    }
    for (std::size_t a = 0; a < assets; ++a) {
      const R truncated = max(variance[a], R{0.0});
      const R deviation = sqrt(truncated);
      const R pull = terms.mean_reversion[a] * terms.step * (terms.long_variance[a] - truncated);
      gain[a] = multiply_add(deviation, shock[2 * a],
                             multiply_add(truncated, R{-0.5 * terms.step}, gain[a] + terms.drift[a]));
      variance[a] = multiply_add(terms.volatility_of_variance[a] * deviation, shock[2 * a + 1], variance[a] + pull);
    }
  }
};

/// What a lane of paths says of an option on the worst asset: the amount paid, and its derivative by the log of each
/// spot.
template <Real R, std::size_t assets>
struct WorstOfSample {
  R amount;
  std::array<R, assets> by_log_spot;

  WorstOfSample(const plimsoll_kernels::WorstOfBlock& terms, const HestonPath<R, assets>& path) {
    std::array<R, assets> logs;
    for (std::size_t a = 0; a < assets; ++a) logs[a] = path.gain[a] + terms.log_start[a];
    R smallest = logs[0];
    for (std::size_t a = 1; a < assets; ++a) smallest = min(smallest, logs[a]);
    const R none{0.0};
    const R worst = exp(smallest);
    const R excess = terms.side * (worst - terms.strike);
    amount = max(excess, none);
    const R slope = select(excess > none, R(terms.side * worst), none);
    for (std::size_t a = 0; a < assets; ++a) by_log_spot[a] = select(logs[a] > smallest, none, slope);
  }
};

}  // namespace plimsoll
