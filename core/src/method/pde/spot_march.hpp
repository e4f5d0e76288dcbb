#pragma once

#include "plimsoll/method/pde/finite_differences.hpp"
#include "plimsoll/real/real.hpp"
#include "read_cubic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numbers>
#include <utility>
#include <vector>

// Marching a contract back in time on a given mesh; inside the grid in one spot.
namespace plimsoll {

/// The mesh and, where a level is monitored without a gap, the node that it is.
struct SpotMesh {
  std::vector<double> spots;
  std::size_t lower = 0;  // else the first node
  std::size_t upper = 0;  // else the last node
  bool at_lower = false;
  bool at_upper = false;
};

/// A mesh, the values on it and the steps that move them back. What differs between a contract and the one that it
/// waits for is the range of nodes that a step solves and what holds at the ends of the range.
template <Real R>
class SpotMarch {
 public:
  using Values = std::vector<R>;

  SpotMarch(const SpotContract& contract, const BlackScholes<R>& model, const SpotMesh& mesh, TimeScheme scheme,
            std::int64_t time_steps)
      : c_(contract), m_(model), mesh_(mesh), s_(mesh.spots), scheme_(scheme), time_steps_(time_steps) {}

  /// Marches the payoff back to today.
  void run() {
    lay_operator();
    lay_payoff();
    const std::vector<double> dates = event_dates();
    double roots = 0.0;
    for (std::size_t i = 0; i + 1 < dates.size(); ++i) roots += std::sqrt(dates[i] - dates[i + 1]);
    for (std::size_t i = 0; i < dates.size(); ++i) {
      if (i > 0) {
        is_watched_ = dates[i] >= c_.watched_from && dates[i - 1] <= c_.watched_to;
        const double share = static_cast<double>(time_steps_) * std::sqrt(dates[i - 1] - dates[i]) / roots;
        march_between(dates[i], dates[i - 1], std::max<std::int64_t>(std::llround(share), 4));
      }
      if (dates[i] > 0.0) happen(dates[i]);
    }
  }

  /// Price, delta and gamma at a spot within the mesh.
  [[nodiscard]] std::array<R, 3> read(double spot) const {
    if (c_.watched_from > 0.0) return interpolated(values_, spot, 0, end());
    return interpolated(is_waiting() ? waiting_ : values_, spot, first(), last());
  }

 private:
  [[nodiscard]] bool is_waiting() const noexcept { return c_.knock == Knock::knock_in && c_.has_barrier(); }
  [[nodiscard]] bool waits_now() const noexcept { return is_waiting() && is_watched_; }
  [[nodiscard]] bool is_american() const noexcept { return c_.exercise == Exercise::american; }
  /// Whether a dividend on the day of expiry can be taken into the payoff.
  [[nodiscard]] bool has_last_dividend() const noexcept {
    const bool looks = c_.has_barrier() && !c_.monitoring.empty() && c_.monitoring.back() == c_.years;
    return !c_.dividends.empty() && c_.dividends.back().years == c_.years && !looks;
  }
  [[nodiscard]] std::size_t end() const noexcept { return s_.size() - 1; }
  /// The nodes between which the contract itself lives.
  [[nodiscard]] std::size_t first() const noexcept { return mesh_.lower; }
  [[nodiscard]] std::size_t last() const noexcept { return mesh_.upper; }

  // Central differences, exact on parabolas; one-sided convection where the mesh is too coarse for the central one to
  // keep the off-diagonals positive, which happens only where values are straight lines.
  void lay_operator() {
    lower_.assign(s_.size(), R{0.0});
    upper_.assign(s_.size(), R{0.0});
    known_.assign(s_.size(), R{0.0});
    ratios_.assign(s_.size(), R{0.0});
    exercised_.assign(s_.size(), 0);
    const R variance = m_.volatility * m_.volatility;
    const R drift = m_.rate - m_.dividend_yield;
    for (std::size_t i = 1; i < end(); ++i) {
      const double below = s_[i] - s_[i - 1];
      const double above = s_[i + 1] - s_[i];
      const R diffusion = variance * R{s_[i] * s_[i] / (below + above)};
      const R convection = drift * R{s_[i] / (below + above)};
      lower_[i] = diffusion / R{below} - convection * R{above / below};
      upper_[i] = diffusion / R{above} + convection * R{below / above};
      if (plain(lower_[i]) >= 0.0 && plain(upper_[i]) >= 0.0) continue;
      lower_[i] = diffusion / R{below} + max(R(-drift), R{0.0}) * R{s_[i] / below};
      upper_[i] = diffusion / R{above} + max(drift, R{0.0}) * R{s_[i] / above};
    }
  }

  void lay_payoff() {
    const LinearPayoff p = linear_payoff(c_.type, c_.payout, c_.strike, c_.cash);
    const SpotDividend d = has_last_dividend() ? c_.dividends.back() : SpotDividend{};
    const double kept = 1.0 - d.fraction;
    values_.assign(s_.size(), R{0.0});
    obstacle_.resize(s_.size());
    for (std::size_t i = 0; i < s_.size(); ++i) {
      obstacle_[i] = sign(c_.type) * (s_[i] - c_.strike);
      const double x = std::max(s_[i] * kept - d.amount, 0.0);
      // A strike that is a node is sampled from below: its jump is added as a break.
      if ((p.low < x || p.low == 0.0) && x <= p.high) values_[i] = R{p.per_asset * x + p.per_cash};
    }
    const auto breaks = [&](double level, double jump, double bend) {
      const double place = (level + d.amount) / kept;
      if (s_.front() < place && place < s_.back()) add_break(values_, place, R{jump}, R{bend * kept});
    };
    if (p.low > 0.0) breaks(p.low, p.per_asset * p.low + p.per_cash, p.per_asset);
    if (p.low == 0.0 && d.amount > 0.0) breaks(0.0, 0.0, p.per_asset);
    if (std::isfinite(p.high)) breaks(p.high, -p.per_asset * p.high - p.per_cash, -p.per_asset);
    if (has_last_dividend() && is_american()) exercise_before();
    if (c_.has_barrier() && c_.knock == Knock::knock_out) {
      if (mesh_.at_lower) values_.front() = R{at_stop(0)};
      if (mesh_.at_upper) values_.back() = R{at_stop(end())};
    }
    if (!is_waiting()) return;
    waiting_.assign(s_.size(), R{c_.rebate});
    copy_begun();
  }

  /// What is had where the contract is about to stop: who may exercise does so the moment before if that pays more.
  [[nodiscard]] double at_stop(std::size_t node) const noexcept {
    return is_american() ? std::max(c_.rebate, obstacle_[node]) : c_.rebate;
  }

  /// Beyond a level without a gap the contract has begun.
  void copy_begun() {
    if (mesh_.at_lower) std::copy_n(values_.begin(), first() + 1, waiting_.begin());
    if (mesh_.at_upper)
      std::copy(values_.begin() + static_cast<std::ptrdiff_t>(last()), values_.end(),
                waiting_.begin() + static_cast<std::ptrdiff_t>(last()));
  }

  [[nodiscard]] std::vector<double> event_dates() const {
    std::vector<double> dates{c_.years, 0.0};
    for (const SpotDividend& d : c_.dividends) dates.push_back(d.years);
    if (c_.has_barrier()) dates.insert(dates.end(), c_.monitoring.begin(), c_.monitoring.end());
    if (c_.has_window() && c_.watched_to < c_.years) dates.push_back(c_.watched_to);
    if (c_.has_window() && c_.watched_from > 0.0) dates.push_back(c_.watched_from);
    std::ranges::sort(dates, std::greater{});
    dates.erase(std::ranges::unique(dates).begin(), dates.end());
    return dates;
  }

  void happen(double date) {
    if (c_.has_barrier() && std::ranges::binary_search(c_.monitoring, date)) {
      if (c_.has_lower()) look(c_.lower, true);
      if (c_.has_upper()) look(c_.upper, false);
    }
    // A dividend on the day comes before the last look, and before the first.
    if (c_.has_window() && date == c_.watched_to) begin_watch();
    if (c_.has_window() && date == c_.watched_from) values_ = waiting_;
    for (const SpotDividend& d : c_.dividends)
      if (d.years == date && !(date == c_.years && has_last_dividend())) pay(d);
  }

  /// The end of a window: what has not begun by then never will.
  void begin_watch() {
    std::ranges::fill(waiting_, R{0.0});
    copy_begun();
    is_watched_ = true;
  }

  /// A day on which the spot is held against a level.
  void look(double level, bool below) {
    const bool inside = s_.front() < level && level < s_.back();
    Values& alive = is_waiting() ? waiting_ : values_;
    std::array<R, 3> near{};
    std::array<R, 3> touched{R{c_.rebate}, R{0.0}, R{0.0}};
    if (inside) {
      near = interpolated(alive, level, 0, end());
      if (is_waiting()) touched = interpolated(values_, level, 0, end());
    }
    for (std::size_t i = 0; i < s_.size(); ++i)
      if (below ? s_[i] <= level : s_[i] >= level) alive[i] = is_waiting() ? values_[i] : R{c_.rebate};
    if (!inside) return;
    const R side{below ? 1.0 : -1.0};
    add_break(alive, level, R(side * (near[0] - touched[0])), R(side * (near[1] - touched[1])));
  }

  /// Adds a jump and a change of slope at a place between two nodes, whose values at the nodes are already those of a
  /// sample, so that the mean under each node's hat function is that of the broken line.
  void add_break(Values& v, double place, const R& jump, const R& bend) const {
    const std::size_t i = cell_of(place);
    add_break(v, i, R{(place - s_[i]) / (s_[i + 1] - s_[i])}, jump, bend);
  }

  void add_break(Values& v, std::size_t i, const R& fraction, const R& jump, const R& bend) const {
    const double h = s_[i + 1] - s_[i];
    const R rest = R{1.0} - fraction;
    if (i > 0)
      v[i] = v[i] + (jump * rest * rest * R{0.5 * h} + bend * rest * rest * rest * R{h * h / 6.0}) *
                        R{2.0 / (s_[i + 1] - s_[i - 1])};
    if (i + 1 < end())
      v[i + 1] = v[i + 1] +
                 (bend * fraction * fraction * fraction * R{h * h / 6.0} - jump * fraction * fraction * R{0.5 * h}) *
                     R{2.0 / (s_[i + 2] - s_[i])};
  }

  [[nodiscard]] std::size_t cell_of(double place) const noexcept {
    const auto above = static_cast<std::size_t>(std::ranges::upper_bound(s_, place) - s_.begin());
    return std::clamp<std::size_t>(above, 1, end()) - 1;
  }

  /// From the four nodes about a place, none of them outside the range.
  [[nodiscard]] std::array<R, 3> interpolated(const Values& v, double place, std::size_t from, std::size_t to) const {
    const std::size_t cell = cell_of(place);
    const std::size_t start = std::clamp(cell == 0 ? 0 : cell - 1, from, to - 3);
    return read_cubic(s_.data() + start, v.data() + start, place);
  }

  void pay(const SpotDividend& d) {
    const Values after = values_;
    const auto before = [&](double spot) { return std::max(spot * (1.0 - d.fraction) - d.amount, 0.0); };
    const bool stops = c_.knock == Knock::knock_out;
    for (std::size_t i = 0; i < s_.size(); ++i) {
      const double x = before(s_[i]);
      values_[i] = x <= s_.front() ? after.front() : interpolated(after, x, 0, end())[0];
    }
    if (stops && mesh_.at_lower) bend_at_level(values_, after, d, R{0.0}, 0, end());
    if (stops && mesh_.at_upper) values_.back() = R{at_stop(end())};
    if (is_american()) exercise_before();
    if (!is_waiting() || !(is_watched_ && d.years > c_.watched_from)) return;
    const Values waited = waiting_;
    for (std::size_t i = first(); i <= last(); ++i) {
      const double x = before(s_[i]);
      if (x > s_[first()]) {
        waiting_[i] = interpolated(waited, x, first(), last())[0];
      } else {
        waiting_[i] = x <= s_.front() ? after.front() : interpolated(after, x, 0, end())[0];
      }
    }
    if (mesh_.at_lower)
      bend_at_level(waiting_, waited, d, interpolated(after, s_[first()], 0, end())[1], first(), last());
    copy_begun();
  }

  /// The kink at the spot that a dividend drops onto the lower level.
  void bend_at_level(Values& v, const Values& after, const SpotDividend& d, const R& slope_below, std::size_t from,
                     std::size_t to) const {
    const double place = (s_[first()] + d.amount) / (1.0 - d.fraction);
    if (!(s_[first()] < place && place < s_[last()])) return;
    const R slope = interpolated(after, s_[first()], from, to)[1];
    add_break(v, place, R{0.0}, R((slope - slope_below) * R{1.0 - d.fraction}));
  }

  /// The right to exercise on the eve of a dividend; where it begins to be used the values bend.
  void exercise_before() {
    Values gain(s_.size());
    for (std::size_t i = 0; i < s_.size(); ++i) gain[i] = R{obstacle_[i]} - values_[i];
    for (std::size_t i = mesh_.at_lower && !is_waiting() ? 1 : 0; i < s_.size(); ++i) {
      if (mesh_.at_upper && !is_waiting() && i == end()) break;
      values_[i] = max(values_[i], R{obstacle_[i]});
    }
    for (std::size_t i = 1; i + 2 < s_.size(); ++i) {
      if ((plain(gain[i]) > 0.0) == (plain(gain[i + 1]) > 0.0)) continue;
      const R change = gain[i + 1] - gain[i];
      const R bend = max(change, R(-change)) / R{s_[i + 1] - s_[i]};
      // The hats see a convex bend: its part above the sample is that of a slope that grows by `bend`.
      add_break(values_, i, R(-gain[i] / change), R{0.0}, bend);
    }
  }

  // Steps grow with the square of their distance from the payoff (or jump) behind them, where values change fastest,
  // but those of Crank-Nicolson only where exercise makes them: its implicit starts damp what a jump at a level excites
  // when they are as long as what follows.
  void march_between(double earlier, double later, std::int64_t steps) {
    constexpr std::int64_t implicit_starts = 2;
    const double length = later - earlier;
    const bool grows = scheme_ == TimeScheme::tr_bdf2 || is_american();
    const auto time_of = [&](std::int64_t k) {
      const double fraction = static_cast<double>(k) / static_cast<double>(steps);
      return k == steps ? earlier : later - length * (grows ? fraction * fraction : fraction);
    };
    for (std::int64_t k = 0; k < steps; ++k) {
      const double step = time_of(k) - time_of(k + 1);
      if (scheme_ == TimeScheme::tr_bdf2) {
        back(step, 1.0, true);
      } else if (k < implicit_starts) {
        back(0.5 * step, 1.0, false);
        back(0.5 * step, 1.0, false);
      } else {
        back(step, 0.5, false);
      }
    }
  }

  /// One step of all values: by implicitness 1 or 1/2, or by both stages of TR-BDF2.
  void back(double step, double implicitness, bool two_stages) {
    constexpr double gamma = 2.0 - std::numbers::sqrt2;
    constexpr double from_stage = 1.0 / (gamma * (2.0 - gamma));
    const double stage = two_stages ? gamma * step : step;
    const double weight = two_stages ? 0.5 * stage : implicitness * step;
    const Values start = values_;
    const Values waited = waiting_;
    advance(values_, start, stage, stage - weight, weight, false);
    if (waits_now()) advance(waiting_, waited, stage, stage - weight, weight, true);
    if (!two_stages) return;
    const auto mix = [&](Values& v, const Values& old, bool waiting) {
      for (std::size_t i = 0; i < v.size(); ++i) known_[i] = R{from_stage} * v[i] - R{from_stage - 1.0} * old[i];
      set_ends(v, step - stage, waiting);
      solve_range(v, weight, waiting);
    };
    mix(values_, start, false);
    if (waits_now()) mix(waiting_, waited, true);
  }

  void advance(Values& v, const Values& old, double step, double explicit_part, double weight, bool waiting) {
    for (std::size_t i = 1; i < end(); ++i)
      known_[i] = old[i] + R{explicit_part} * (lower_[i] * (old[i - 1] - old[i]) + upper_[i] * (old[i + 1] - old[i]) -
                                               m_.rate * old[i]);
    set_ends(v, step, waiting);
    solve_range(v, weight, waiting);
  }

  /// At a level what its touch brings; elsewhere values are straight lines in the spot, each part of which ages by
  /// itself: shares at the dividend yield, cash at the rate.
  void set_ends(Values& v, double step, bool waiting) {
    const bool stops = c_.has_barrier() && c_.knock == Knock::knock_out;
    const R cash = exp(-m_.rate * R{step});
    const R shares = exp(-m_.dividend_yield * R{step});
    const auto age = [&](std::size_t at, std::size_t inner) {
      const R slope = (v[at] - v[inner]) / R{s_[at] - s_[inner]};
      v[at] = slope * R{s_[at]} * shares + (v[at] - slope * R{s_[at]}) * cash;
      if (is_american() && !waiting) v[at] = max(v[at], R{obstacle_[at]});
    };
    const std::size_t low = waiting ? first() : 0;
    const std::size_t high = waiting ? last() : end();
    if (!mesh_.at_lower || (!stops && !waiting)) age(low, low + 1);
    if (!mesh_.at_upper || (!stops && !waiting)) age(high, high - 1);
    if (waiting) copy_begun();
  }

  void solve_range(Values& v, double weight, bool waiting) {
    const std::size_t from = waiting ? first() : 0;
    const std::size_t to = waiting ? last() : end();
    if (is_american() && !waiting) {
      solve_exercise(v, weight, from, to);
    } else {
      solve(v, weight, from, to, false);
    }
  }

  // Elimination from the bottom, substitution from the top; an exercised row says that the value is the payoff.
  void solve(Values& x, double weight, std::size_t from, std::size_t to, bool exercises) {
    R ratio{0.0};
    R carried = x[from];
    for (std::size_t i = from + 1; i < to; ++i) {
      if (exercises && exercised_[i] != 0) {
        ratios_[i] = ratio = R{0.0};
        x[i] = carried = R{obstacle_[i]};
        continue;
      }
      const R below = R{-weight} * lower_[i];
      const R diagonal = R{1.0} + R{weight} * (lower_[i] + upper_[i] + m_.rate);
      const R inverse = R{1.0} / (diagonal - below * ratio);
      x[i] = carried = (known_[i] - below * carried) * inverse;
      ratios_[i] = ratio = R{-weight} * upper_[i] * inverse;
    }
    for (std::size_t i = to; i-- > from + 1;) x[i] = x[i] - ratios_[i] * x[i + 1];
  }

  // Policy iteration: each row holds either the equation or the payoff, whichever binds, until no row changes its mind.
  void solve_exercise(Values& v, double weight, std::size_t from, std::size_t to) {
    constexpr int most_rounds = 100;
    for (int round = 0; round < most_rounds; ++round) {
      solve(v, weight, from, to, true);
      bool changed = false;
      for (std::size_t i = from + 1; i < to; ++i) {
        const double lower = weight * plain(lower_[i]);
        const double upper = weight * plain(upper_[i]);
        const double diagonal = 1.0 + lower + upper + weight * plain(m_.rate);
        const double equation =
            diagonal * plain(v[i]) - lower * plain(v[i - 1]) - upper * plain(v[i + 1]) - plain(known_[i]);
        const double above_payoff = plain(v[i]) - obstacle_[i];
        const char exercised = above_payoff * diagonal < equation ? 1 : 0;
        if (exercised == exercised_[i]) continue;
        // Within rounding both sides bind and either choice gives the same values.
        if (std::abs(above_payoff * diagonal - equation) < 1e-13 * (s_[i] + c_.strike)) continue;
        exercised_[i] = exercised;
        changed = true;
      }
      if (!changed) return;
    }
  }

  const SpotContract& c_;
  const BlackScholes<R>& m_;
  const SpotMesh& mesh_;
  const std::vector<double>& s_;
  TimeScheme scheme_;
  std::int64_t time_steps_;
  std::vector<double> obstacle_;
  Values values_;   // of the contract, or of what a knock-in becomes
  Values waiting_;  // of a knock-in that has not begun
  Values lower_, upper_, known_, ratios_;
  std::vector<char> exercised_;
  bool is_watched_ = true;  // whether a level is watched over the steps that are made
};

}  // namespace plimsoll
