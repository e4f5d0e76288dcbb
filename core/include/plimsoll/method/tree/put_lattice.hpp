#pragma once

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <cmath>
#include <cstddef>

// The lattice of Cox, Ross & Rubinstein on several options side by side: what core/kernels compiles for each
// instruction set. It knows pointers and sizes alone.
namespace plimsoll {

/// Puts side by side; in the lanes where `floored` is one they may be exercised before expiry, where it is zero not.
template <class Lane>
struct PutTerms {
  Lane strike, years, floored;
  BlackScholes<Lane> model;
};

/// Prices of puts on one lattice each, four levels a pass: between its load and its store a value goes through four
/// steps in registers. Nodes that today's spot reaches with a probability below 1e-16 are left out, and so are those
/// below a node from which on all lanes are exercised.
/// Source: Cox, Ross & Rubinstein (1979); the call on S at K is the put on K at S with rate and yield exchanged, on
/// this lattice exactly: McDonald & Schroder (1998), A parity result for American options.
/// Accuracy: the whole lattice to 1e-13 of the strike.
/// Limits: weights in [0, 1]; `steps` at least 4; spots within the numbers.
template <class Lane>
class PutLattice {
 public:
  /// Lanes of memory that it works in.
  static std::size_t size(std::size_t steps) noexcept { return 3 * steps + 32; }

  PutLattice(const PutTerms<Lane>& put, std::size_t steps, bool last_by_formula, Lane* memory) noexcept
      : put_(put), steps_(static_cast<Place>(steps)), values_(memory), level_(last_by_formula ? steps_ - 1 : steps_) {
    const Lane years = put.years * (1.0 / static_cast<double>(steps));
    step_years_ = years;
    move_ = put.model.volatility * sqrt(years);
    const Lane drift = (put.model.rate - put.model.dividend_yield) * years;
    const Lane up = expm1(drift + move_) / expm1(move_ + move_);
    const Lane discount = exp(-put.model.rate * years);
    up_ = discount * up;
    down_ = discount * (1.0 - up);
    const Place width = reach(up);
    half_ = width + 8 < steps_ ? width + 8 : steps_;
    low_ = level_ > width ? (level_ - width + 1) / 2 : 0;
    high_ = (level_ + width) / 2 < level_ ? (level_ + width) / 2 : level_;
  }

  /// Price of each lane.
  Lane price() noexcept {
    lay_out(level_ < steps_);
    while (level_ % levels_a_pass != 0) step();
    while (level_ > 0) {
      move_edge();
      pass();
    }
    return values_[0];
  }

 private:
  using Place = std::ptrdiff_t;
  static constexpr Place levels_a_pass = 4;
  static constexpr double farthest = 8.5;  // deviations; the normal distribution has 2e-17 beyond

  /// How far from the middle today's spot may reach, in moves.
  Place reach(const Lane& up) const noexcept {
    const Lane lean = up + up - 1.0;
    double widest = 0.0;
    for (std::size_t k = 0; k < lane_count<Lane>; ++k) {
      const double size = lane_value(lean, k) < 0.0 ? -lane_value(lean, k) : lane_value(lean, k);
      widest = size > widest ? size : widest;
    }
    const double steps = static_cast<double>(steps_);
    const double moves = farthest * lane_value(sqrt(Lane{steps}), 0) + widest * steps + 1.0;
    return moves < steps ? static_cast<Place>(moves) : steps_;
  }

  /// The place below which a put is exercised in all lanes where it is exercised at both nodes that follow: there the
  /// interest on the strike is above the yield of the spot.
  Place below_exercise() const noexcept {
    const Lane interest = 1.0 - exp(-put_.model.rate * step_years_);
    const Lane yield = 1.0 - exp(-put_.model.dividend_yield * step_years_);
    const auto pays = yield > interest;
    const Lane ratio = select(pays, interest / select(pays, yield, Lane{1.0}), Lane{1.0});
    const auto may = both(both(put_.floored > 0.5, interest > 0.0), ratio > 0.0);
    const Lane place = log(select(may, put_.strike * ratio / put_.model.spot, Lane{1.0})) / move_;
    const double none = -static_cast<double>(steps_) - 2.0;
    const Lane bounded = select(may, place, Lane{none});
    double lowest = static_cast<double>(steps_);
    for (std::size_t k = 0; k < lane_count<Lane>; ++k)
      lowest = lane_value(bounded, k) < lowest ? lane_value(bounded, k) : lowest;
    return static_cast<Place>(lowest > none ? lowest : none) - 2;
  }

  /// Payoffs of exercise by place, where they are sure to be taken, and the values of the last level.
  void lay_out(bool by_formula) noexcept {
    payoffs_ = values_ + steps_ + 1 + half_;
    surely_exercised_ = below_exercise();
    constexpr Place fresh = 64;  // after as many products the spot is computed anew
    const Lane up = exp(move_);
    const Range near = near_strike();
    const Lane cash = put_.strike * exp(-put_.model.rate * step_years_);
    const Lane asset = exp(-put_.model.dividend_yield * step_years_);
    Lane spot{0.0};
    for (Place x = -half_; x <= half_; ++x) {
      spot = (x + half_) % fresh == 0 ? put_.model.spot * exp(move_ * static_cast<double>(x)) : spot * up;
      const Lane payoff = max(put_.strike - spot, Lane{0.0});
      payoffs_[x] = payoff * put_.floored;
      const Place twice = x + level_;
      if (twice % 2 != 0 || twice < 2 * low_ || twice > 2 * high_) continue;
      Lane value = payoff;
      if (by_formula)
        value = x < near.first || x > near.last ? max(max(cash - asset * spot, Lane{0.0}), payoffs_[x])
                                                : formula(spot, payoffs_[x]);
      values_[twice / 2] = value;
    }
  }

  struct Range {
    Place first, last;
  };

  /// The places outside of which the last step rolls back what is linear to rounding in all lanes.
  Range near_strike() const noexcept {
    const double edge = static_cast<double>(half_) + 1.0;
    const Lane place = max(min(log(put_.strike / put_.model.spot) / move_, Lane{edge}), Lane{-edge});
    double first = edge;
    double last = -edge;
    for (std::size_t k = 0; k < lane_count<Lane>; ++k) {
      first = lane_value(place, k) < first ? lane_value(place, k) : first;
      last = lane_value(place, k) > last ? lane_value(place, k) : last;
    }
    constexpr Place margin = 11;  // nine deviations, and the drift of a step, which is below one move
    return {static_cast<Place>(first) - margin, static_cast<Place>(last) + margin};
  }

  Lane formula(const Lane& spot, const Lane& floor) const noexcept {
    const BlackScholes<Lane> model{spot, put_.model.rate, put_.model.dividend_yield, put_.model.volatility};
    return max(black_scholes_price<Lane>(Lane{-1.0}, put_.strike, step_years_, model), floor);
  }

  Lane held(const Lane& upper, const Lane& lower, const Lane& floor) const noexcept {
    return max(multiply_add(up_, upper, down_ * lower), floor);
  }

  void step() noexcept {
    for (Place j = low_; j < high_; ++j) values_[j] = held(values_[j + 1], values_[j], payoffs_[2 * j - level_ + 1]);
    --high_;
    --level_;
  }

  bool is_exercised(Place j) const noexcept {
    const Place x = 2 * j - level_;
    return x <= surely_exercised_ && !any(values_[j] > payoffs_[x]);
  }

  /// Keeps two nodes that all lanes exercise at the lower edge, so that all nodes below stay exercised.
  void move_edge() noexcept {
    while (low_ + 8 < high_ && is_exercised(low_ + 1) && is_exercised(low_ + 2)) {
      ++low_;
      skips_ = true;
    }
    if (skips_ && !is_exercised(low_ + 1)) add_below();
  }

  void add_below() noexcept {
    for (int added = 0; added < 2 && low_ > 0 && 2 * (low_ - 1) - level_ >= -half_; ++added) {
      --low_;
      values_[low_] = payoffs_[2 * low_ - level_];
    }
  }

  void add_above() noexcept {
    for (int added = 0; added < 2 && high_ < level_ && 2 * (high_ + 1) - level_ <= half_; ++added) {
      ++high_;
      values_[high_] = payoffs_[2 * high_ - level_];
    }
  }

  /// Four levels in one sweep over the nodes. The edges move along with the middle of the lattice.
  void pass() noexcept {
    add_below();
    add_above();
    const Lane* const floors = payoffs_ - level_ - 1;  // of node j a level earlier: at 2 j
    Lane passed[levels_a_pass];                        // the last value of each level on the way
    passed[0] = values_[low_];
    for (Place c = 1; c < levels_a_pass; ++c) {
      Lane value = values_[low_ + c];
      for (Place m = 0; m < c; ++m) {
        const Lane earlier = held(value, passed[m], floors[2 * (low_ + c) - m]);
        passed[m] = value;
        value = earlier;
      }
      passed[c] = value;
    }
    for (Place c = low_ + levels_a_pass; c <= high_; ++c) {
      Lane value = values_[c];
      const Lane* const floor = floors + 2 * c;
#pragma GCC unroll 4
      for (Place m = 0; m < levels_a_pass; ++m) {
        const Lane earlier = held(value, passed[m], floor[-m]);
        passed[m] = value;
        value = earlier;
      }
      values_[c - levels_a_pass] = value;
    }
    high_ -= levels_a_pass;
    level_ -= levels_a_pass;
  }

  PutTerms<Lane> put_;
  Place steps_;
  Lane* values_;
  Place level_;  // whose values are held, from node `low_` to node `high_`
  Lane step_years_, move_, up_, down_;
  Place half_ = 0;
  Lane* payoffs_ = nullptr;  // of the place x, counted from today's spot in moves
  Place low_ = 0;
  Place high_ = 0;
  Place surely_exercised_ = 0;
  bool skips_ = false;
};

}  // namespace plimsoll
