#pragma once

#include "plimsoll/method/best_held.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/lattice_workspace.hpp"
#include "plimsoll/method/method.hpp"
#include "plimsoll/method/monotone_shift.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>

// The one lattice that every tree on one log-normal spot is made of; inside the method floor.
namespace plimsoll {

/// One step in the risk-neutral measure: from a node the spot moves along one of the branches, the lowest by
/// `log_down`, the next by `log_up`, and so on in equal distances. The weights are discounted probabilities.
template <class R, std::size_t Branches>
struct LatticeStep {
  double years;
  R log_up;
  R log_down;
  std::array<R, Branches> weights;  // of the lowest branch first
};

/// What a price on a lattice depends on, as derivatives: the step, and the parameters themselves where the formula
/// stands in for the last step.
template <std::size_t Branches>
struct LatticeSlopes {
  double log_up = 0.0;
  double log_down = 0.0;
  std::array<double, Branches> weights{};
  double volatility = 0.0;
  double rate = 0.0;
};

/// A lattice that recombines. It begins `head` steps before today, so that today it has head + 1 nodes with the spot in
/// the middle. Source: Pelsser & Vorst (1994), The binomial model and the Greeks, sec. 3.
template <std::size_t Branches>
class RecombiningLattice {
 public:
  using Step = LatticeStep<double, Branches>;

  RecombiningLattice(const VanillaCase& option, const Step& step, std::int64_t steps, std::size_t head,
                     LastStep last_step, LatticeWorkspace& workspace) noexcept
      : option_(option),
        step_(step),
        steps_(static_cast<std::size_t>(steps)),
        head_(head),
        up_over_down_(std::exp(step_.log_up - step_.log_down)),
        inverse_down_(std::exp(-step_.log_down)),
        w_(workspace),
        last_level_(last_step == LastStep::black_scholes && !pays_in_last_step() ? steps_ - 1 : steps_) {}

  /// Rolls the payoff back to today; afterwards the workspace's values hold the head + 1 values of today.
  void roll_back() noexcept {
    start();
    for (std::size_t level = last_level_; level-- > 0;) {
      const Jump jump = jump_after(level);
      if (jump.amount > 0.0)
        step_over(level, jump);
      else
        step_to(level);
    }
  }

  /// The derivatives of today's price to the step: an adjoint sweep from the root, along which each stretch of levels
  /// is rolled back again from the values kept at its end, so that the memory is of order steps^1.5.
  /// Source: Griewank & Walther (2008), Evaluating Derivatives, ch. 12 (checkpoints).
  /// Limits: no cash dividends in the option's life. Leaves the values of today as `roll_back` does.
  LatticeSlopes<Branches> sweep() noexcept;

  [[nodiscard]] double log_spacing() const noexcept { return step_.log_up - step_.log_down; }

 private:
  // Dividends between a level and the next, as one amount; `early` is its nearness to the earlier level, 0 to 1.
  struct Jump {
    double amount = 0.0;
    double early = 0.0;
  };

  [[nodiscard]] bool pays_in_last_step() const noexcept {
    const double from = static_cast<double>(steps_ - 1) * step_.years;
    return std::ranges::any_of(option_.dividends, [&](const TimedDividend& dividend) {
      return dividend.years > from && dividend.years <= option_.years && dividend.amount > 0.0;
    });
  }

  void start() noexcept {
    const std::size_t nodes = nodes_at(steps_);
    w_.spots.resize(nodes);
    w_.values.resize(nodes);
    const double root = -0.5 * static_cast<double>(head_) * (step_.log_up + step_.log_down);
    double spot = option_.model.spot * std::exp(root + static_cast<double>(steps_ + head_) * step_.log_down);
    for (std::size_t k = 0; k < nodes; ++k, spot *= up_over_down_) {
      w_.spots[k] = spot;
      w_.values[k] = std::max(sign(option_.type) * (spot - option_.strike), 0.0);
    }
    scale_ = 1.0;
    next_dividend_ = option_.dividends.size();
    if (last_level_ < steps_) value_by_formula();
  }

  /// The level before the last by the formula of the European option, where the strike is within reach.
  void value_by_formula() noexcept {
    step_to(last_level_);
    const double nearest = reach_of_last_step();
    for (std::size_t k = 0; k < nodes_at(last_level_); ++k) {
      const double spot = scale_ * w_.spots[k];
      if (!(std::abs(std::log(spot / option_.strike)) < nearest)) continue;
      const double held = black_scholes_price(option_.type, option_.strike, step_.years, model_at(spot));
      w_.values[k] =
          option_.exercise == Exercise::european ? held : std::max(held, sign(option_.type) * (spot - option_.strike));
    }
  }

  /// Beyond, the payoff of the last step is linear to rounding.
  [[nodiscard]] double reach_of_last_step() const noexcept {
    constexpr double deviations = 9.0;
    const BlackScholes<double>& model = option_.model;
    return deviations * model.volatility * std::sqrt(step_.years) +
           std::abs(model.rate - model.dividend_yield) * step_.years;
  }

  [[nodiscard]] BlackScholes<double> model_at(double spot) const noexcept {
    BlackScholes<double> moved = option_.model;
    moved.spot = spot;
    return moved;
  }

  /// Spots of a level over those of the last one.
  [[nodiscard]] double scale_at(std::size_t level) const noexcept {
    return std::exp(-static_cast<double>(steps_ - level) * step_.log_down);
  }

  [[nodiscard]] std::size_t nodes_at(std::size_t level) const noexcept { return (Branches - 1) * level + head_ + 1; }

  Jump jump_after(std::size_t level) noexcept {
    const double from = static_cast<double>(level) * step_.years;
    const double to = from + step_.years;
    Jump jump;
    while (next_dividend_ > 0) {
      const TimedDividend& dividend = option_.dividends[next_dividend_ - 1];
      if (dividend.years <= from) break;
      --next_dividend_;
      if (dividend.years > option_.years || !(dividend.amount > 0.0)) continue;
      jump.amount += dividend.amount;
      jump.early += dividend.amount * std::clamp((to - dividend.years) / step_.years, 0.0, 1.0);
    }
    if (jump.amount > 0.0) jump.early /= jump.amount;
    return jump;
  }

  [[nodiscard]] double held(const double* values, std::size_t k) const noexcept {
    double sum = step_.weights[Branches - 1] * values[k + Branches - 1];
    for (std::size_t b = Branches - 1; b-- > 0;) sum += step_.weights[b] * values[k + b];
    return sum;
  }

  void step_to(std::size_t level) noexcept {
    scale_ *= inverse_down_;
    roll_level(level, scale_, w_.values.data(), w_.values.data());
  }

  void roll_level(std::size_t level, double scale, const double* later, double* values) const noexcept {
    const double* const spots = w_.spots.data();
    const std::size_t nodes = nodes_at(level);
    if (option_.exercise == Exercise::european) {
      for (std::size_t k = 0; k < nodes; ++k) values[k] = held(later, k);
      return;
    }
    const double slope = sign(option_.type) * scale;
    const double strike = sign(option_.type) * option_.strike;
    for (std::size_t k = 0; k < nodes; ++k) {
      const double kept = held(later, k);
      const double exercised = slope * spots[k] - strike;
      values[k] = kept > exercised ? kept : exercised;
    }
  }

  // Values with the dividend paid at the later level and at the earlier one, weighted by its nearness.
  void step_over(std::size_t level, Jump jump) noexcept {
    const double later_scale = scale_;
    w_.later.assign(w_.values.begin(), w_.values.end());
    step_to(level);
    pay(level, jump.amount);
    std::swap(w_.later, w_.values);
    scale_ = later_scale;
    pay(level + 1, jump.amount);
    step_to(level);
    for (std::size_t k = 0; k < nodes_at(level); ++k)
      w_.values[k] = jump.early * w_.later[k] + (1.0 - jump.early) * w_.values[k];
  }

  void pay(std::size_t level, double amount) noexcept {
    const std::size_t nodes = nodes_at(level);
    w_.points.resize(nodes);
    for (std::size_t k = 0; k < nodes; ++k) w_.points[k] = scale_ * w_.spots[k];
    shift_by_dividend(w_.points, std::span(w_.values).first(nodes), value_at_zero(level), amount, w_.interpolation);
    if (option_.exercise == Exercise::european) return;
    for (std::size_t k = 0; k < nodes; ++k)
      w_.values[k] = std::max(w_.values[k], sign(option_.type) * (w_.points[k] - option_.strike));
  }

  [[nodiscard]] double value_at_zero(std::size_t level) const noexcept {
    if (option_.type == OptionType::call) return 0.0;
    const double left = option_.years - static_cast<double>(level) * step_.years;
    const double discount = std::exp(-option_.model.rate * left);
    return option_.strike * (option_.exercise == Exercise::american ? std::max(discount, 1.0) : discount);
  }

  /// Where the values of a level are kept: one that begins a stretch, or the last.
  [[nodiscard]] double* kept(std::size_t level, std::size_t stretch) const noexcept {
    const std::size_t slot = level == last_level_ ? 0 : level / stretch + 1;
    return w_.kept.data() + slot * nodes_at(last_level_);
  }
  void add_slopes_of(std::size_t level, std::size_t node, double spot_adjoint,
                     LatticeSlopes<Branches>& slopes) const noexcept;
  void sweep_level(std::size_t level, const double* later, LatticeSlopes<Branches>& slopes) noexcept;
  void sweep_payoff(std::size_t node, double adjoint, LatticeSlopes<Branches>& slopes) const noexcept;
  void sweep_last_level(LatticeSlopes<Branches>& slopes) noexcept;

  VanillaCase option_;
  Step step_;
  std::size_t steps_;
  std::size_t head_;
  double up_over_down_;
  double inverse_down_;
  LatticeWorkspace& w_;
  std::size_t last_level_;
  double scale_ = 1.0;
  std::size_t next_dividend_ = 0;
};

/// The logarithm of the spot at a node moves with the step: `spot_adjoint` is the adjoint of the spot times the spot.
template <std::size_t Branches>
void RecombiningLattice<Branches>::add_slopes_of(std::size_t level, std::size_t node, double spot_adjoint,
                                                 LatticeSlopes<Branches>& slopes) const noexcept {
  const double rungs = static_cast<double>(node) - 0.5 * static_cast<double>(head_);
  slopes.log_up += spot_adjoint * rungs;
  slopes.log_down += spot_adjoint * (static_cast<double>(level) - rungs);
}

/// Carries the adjoints of a level's values on to those of the next one.
template <std::size_t Branches>
void RecombiningLattice<Branches>::sweep_level(std::size_t level, const double* later,
                                               LatticeSlopes<Branches>& slopes) noexcept {
  const std::size_t nodes = nodes_at(level);
  const double scale = scale_at(level);
  w_.later_adjoints.assign(nodes_at(level + 1), 0.0);
  for (std::size_t k = 0; k < nodes; ++k) {
    const double adjoint = w_.adjoints[k];
    const double spot = scale * w_.spots[k];
    if (option_.exercise == Exercise::american && !(held(later, k) > sign(option_.type) * (spot - option_.strike))) {
      add_slopes_of(level, k, adjoint * sign(option_.type) * spot, slopes);
      continue;
    }
    for (std::size_t b = 0; b < Branches; ++b) {
      slopes.weights[b] += adjoint * later[k + b];
      w_.later_adjoints[k + b] += adjoint * step_.weights[b];
    }
  }
  std::swap(w_.adjoints, w_.later_adjoints);
}

/// Ends the sweep of one node at the payoff: of the node itself, or of those that the last step leads to.
template <std::size_t Branches>
void RecombiningLattice<Branches>::sweep_payoff(std::size_t node, double adjoint,
                                                LatticeSlopes<Branches>& slopes) const noexcept {
  const double side = sign(option_.type);
  const auto paid = [&](double spot) { return std::max(side * (spot - option_.strike), 0.0); };
  const double spot = scale_at(last_level_) * w_.spots[node];
  if (last_level_ == steps_) {
    if (paid(spot) > 0.0) add_slopes_of(steps_, node, adjoint * side * spot, slopes);
    return;
  }
  double kept = 0.0;
  for (std::size_t b = 0; b < Branches; ++b) kept += step_.weights[b] * paid(w_.spots[node + b]);
  if (option_.exercise == Exercise::american && !(kept > side * (spot - option_.strike))) {
    add_slopes_of(last_level_, node, adjoint * side * spot, slopes);
    return;
  }
  for (std::size_t b = 0; b < Branches; ++b) {
    const double last = w_.spots[node + b];
    slopes.weights[b] += adjoint * paid(last);
    if (paid(last) > 0.0) add_slopes_of(steps_, node + b, adjoint * step_.weights[b] * side * last, slopes);
  }
}

/// Ends the sweep at the payoff, or at the formula that stands for the last step.
template <std::size_t Branches>
void RecombiningLattice<Branches>::sweep_last_level(LatticeSlopes<Branches>& slopes) noexcept {
  const double scale = scale_at(last_level_);
  const double nearest = reach_of_last_step();
  for (std::size_t k = 0; k < nodes_at(last_level_); ++k) {
    const double adjoint = w_.adjoints[k];
    const double spot = scale * w_.spots[k];
    const double exercised = sign(option_.type) * (spot - option_.strike);
    const bool by_formula = last_level_ < steps_ && std::abs(std::log(spot / option_.strike)) < nearest;
    if (!by_formula) {
      sweep_payoff(k, adjoint, slopes);
      continue;
    }
    const PricedGreeks formula = black_scholes_greeks(option_.type, option_.strike, step_.years, model_at(spot));
    if (option_.exercise == Exercise::american && !(formula.price > exercised)) {
      add_slopes_of(last_level_, k, adjoint * sign(option_.type) * spot, slopes);
      continue;
    }
    add_slopes_of(last_level_, k, adjoint * formula.greeks.delta * spot, slopes);
    slopes.volatility += adjoint * formula.greeks.vega;
    slopes.rate += adjoint * formula.greeks.rho;
  }
}

template <std::size_t Branches>
LatticeSlopes<Branches> RecombiningLattice<Branches>::sweep() noexcept {
  const auto stretch = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(steps_))));
  const std::size_t width = nodes_at(last_level_);
  w_.kept.resize((last_level_ / stretch + 2) * width);
  w_.stretch.resize((stretch + 1) * width);
  start();
  std::copy_n(w_.values.data(), width, kept(last_level_, stretch));
  for (std::size_t level = last_level_; level-- > 0;) {
    step_to(level);
    if (level % stretch == 0) std::copy_n(w_.values.data(), nodes_at(level), kept(level, stretch));
  }
  LatticeSlopes<Branches> slopes;
  w_.adjoints.assign(nodes_at(0), 0.0);
  w_.adjoints[head_ / 2] = 1.0;
  for (std::size_t first = 0; first < last_level_; first += stretch) {
    const std::size_t end = std::min(first + stretch, last_level_);
    const auto row = [&](std::size_t level) { return w_.stretch.data() + (level - first) * width; };
    std::copy_n(kept(end, stretch), nodes_at(end), row(end));
    for (std::size_t level = end; level-- > first + 1;) roll_level(level, scale_at(level), row(level + 1), row(level));
    for (std::size_t level = first; level < end; ++level) sweep_level(level, row(level + 1), slopes);
  }
  sweep_last_level(slopes);
  return slopes;
}

}  // namespace plimsoll
