#pragma once

#include "lattice_reading.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "recombining_lattice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

// What the binomial and trinomial lattices of the textbooks share; inside the method floor.
namespace plimsoll {

/// How far an extrapolated European price may lie above the formula, per unit of spot plus strike.
inline double extrapolated_lattice_error(std::int64_t steps, LastStep last_step) noexcept {
  const auto n = static_cast<double>(steps);
  if (steps < 50 || last_step == LastStep::payoff) return std::numeric_limits<double>::infinity();
  return 12.0 / (n * n);
}

/// Prices and sensitivities on a lattice whose steps `step_of(model, years)` gives, for any Real.
template <std::size_t Branches, class StepOf>
struct TextbookLattice {
  StepOf step_of;
  std::int64_t steps;
  Extrapolation extrapolation;
  LastStep last_step;
  LatticeWorkspace& workspace;

  using Step = LatticeStep<double, Branches>;

  struct ParameterSlopes {
    double volatility = 0.0;
    double rate = 0.0;
  };

  [[nodiscard]] Step step(const VanillaCase& option, std::int64_t count) const noexcept {
    return step_of(option.model, option.years / static_cast<double>(count));
  }

  /// Whether the step's weights are probabilities and the lattice's spots numbers.
  [[nodiscard]] static bool is_sound(const VanillaCase& option, const Step& step, std::int64_t count) noexcept {
    constexpr double farthest = 690.0;  // exp(709) is the largest number
    const double growth = std::exp(option.model.rate * step.years);
    for (const double weight : step.weights)
      if (!(weight >= 0.0 && weight * growth <= 1.0 + 1e-12)) return false;
    const double top =
        std::max(std::abs(step.log_down), std::abs(step.log_down + (Branches - 1) * (step.log_up - step.log_down)));
    return std::abs(std::log(option.model.spot)) + static_cast<double>(count + 4) * top < farthest;
  }

  [[nodiscard]] SpotPrice roll(const VanillaCase& option, std::int64_t count, Measures measures) const noexcept {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const Step one = step(option, count);
    if (!is_sound(option, one, count)) return {none, none, none};
    const std::size_t head = lattice_head(option, one.log_up - one.log_down, measures);
    RecombiningLattice<Branches> lattice(option, one, count, head, last_step, workspace);
    lattice.roll_back();
    const double* const middle = workspace.values.data() + head / 2;
    if (measures == Measures::price_only) return {*middle, 0.0, 0.0};
    return read_nodes(middle, option.model.spot, lattice.log_spacing());
  }

  [[nodiscard]] SpotPrice read(const VanillaCase& option, Measures measures) const noexcept {
    SpotPrice fine = roll(option, steps, measures);
    const double exercised = exercised_now(option);
    if (is_exercised_now(option.exercise, fine.price, exercised, option.model.spot + option.strike))
      return {exercised, sign(option.type), 0.0};
    if (!extrapolates(option)) return fine;
    const SpotPrice coarse = roll(option, steps / 2, measures);
    fine = {std::max(extrapolated(coarse.price, fine.price), 0.0), extrapolated(coarse.delta, fine.delta),
            extrapolated(coarse.gamma, fine.gamma)};
    if (option.exercise == Exercise::american) fine.price = std::max(fine.price, exercised);
    return fine;
  }

  /// A dividend in the last step keeps the formula from standing for it; extrapolation would then enlarge the error.
  [[nodiscard]] bool extrapolates(const VanillaCase& option) const noexcept {
    if (extrapolation == Extrapolation::none) return false;
    const std::int64_t coarse_steps = steps / 2;
    const double last = option.years * (1.0 - 1.0 / static_cast<double>(coarse_steps));
    return last_step == LastStep::payoff || std::ranges::none_of(option.dividends, [&](const TimedDividend& dividend) {
             return dividend.years > last && dividend.years <= option.years && dividend.amount > 0.0;
           });
  }

  [[nodiscard]] double extrapolated(double coarse, double fine) const noexcept {
    const std::int64_t coarse_steps = steps / 2;
    return extrapolate(coarse, fine, static_cast<double>(steps) / static_cast<double>(coarse_steps), 1);
  }

  /// Without extrapolation and dividends each node of the American lattice is worth at least the European one's.
  [[nodiscard]] HeldOption held(const VanillaCase& option, Measures measures) const noexcept {
    const bool monotone = extrapolation == Extrapolation::none && option.dividends.empty();
    return best_held(
        option, [&](const VanillaCase& wanted) { return read(wanted, measures); },
        [&](double price) {
          if (monotone && price > exercised_now(option)) return false;
          return may_be_below_european(option, price, extrapolated_lattice_error(steps, last_step));
        });
  }

  [[nodiscard]] double price(const VanillaCase& option) const noexcept {
    if (is_deterministic(option.strike, option.years, option.model)) return certain(option).price;
    return held(option, Measures::price_only).today.price;
  }

  [[nodiscard]] PricedGreeks priced(const VanillaCase& option) const noexcept {
    if (is_deterministic(option.strike, option.years, option.model)) return certain(option);
    const HeldOption found = held(option, Measures::with_greeks);
    if (has_cash_dividends(found.option))
      return priced_greeks(found, [&](const VanillaCase& moved) { return read(moved, Measures::price_only).price; });
    const VanillaCase& o = found.option;
    const SpotPrice& today = found.today;
    if (is_exercised_now(o.exercise, today.price, exercised_now(o), o.model.spot + o.strike))
      return {today.price, {sign(o.type), 0.0, 0.0, 0.0, 0.0}};
    ParameterSlopes fine = slopes(o, steps);
    if (extrapolation == Extrapolation::richardson) {
      const ParameterSlopes coarse = slopes(o, steps / 2);
      fine = {extrapolated(coarse.volatility, fine.volatility), extrapolated(coarse.rate, fine.rate)};
    }
    const double theta = black_scholes_theta(o.model, today.price, today.delta, today.gamma);
    return {today.price, {today.delta, today.gamma, fine.volatility, theta, fine.rate}};
  }

  /// Vega and rho by an adjoint sweep through the lattice, and on through the formulas of its step.
  [[nodiscard]] ParameterSlopes slopes(const VanillaCase& option, std::int64_t count) const noexcept {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const Step one = step(option, count);
    if (!is_sound(option, one, count)) return {none, none};
    RecombiningLattice<Branches> lattice(option, one, count, 0, last_step, workspace);
    const LatticeSlopes<Branches> by = lattice.sweep();
    using R = Adjoint<double>;
    Tape<double> tape;
    const BlackScholes<R> model{R{option.model.spot}, R::leaf(tape, option.model.rate), R{option.model.dividend_yield},
                                R::leaf(tape, option.model.volatility)};
    const auto mark = tape.mark();
    const LatticeStep<R, Branches> active = step_of(model, one.years);
    R sum = by.log_up * active.log_up + by.log_down * active.log_down;
    for (std::size_t b = 0; b < Branches; ++b) sum += by.weights[b] * active.weights[b];
    plimsoll::sweep(tape, sum, mark);
    return {model.volatility.adjoint() + by.volatility, model.rate.adjoint() + by.rate};
  }

  [[nodiscard]] static PricedGreeks certain(const VanillaCase& o) noexcept {
    return deterministic_option(o.type, o.exercise, o.strike, o.years, o.model, o.dividends);
  }
};

}  // namespace plimsoll
