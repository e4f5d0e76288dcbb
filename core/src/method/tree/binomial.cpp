#include "plimsoll/method/tree/binomial.hpp"

#include "textbook_lattice.hpp"

#include <cmath>

namespace plimsoll {

namespace {

/// Moves and weights of one step.
struct BinomialStep {
  BinomialMoves moves;

  template <Real R>
  LatticeStep<R, 2> operator()(const BlackScholes<R>& model, double years) const {
    if (moves == BinomialMoves::jarrow_rudd) return around_the_drift<R>(model, years);
    if (moves == BinomialMoves::tian) return of_three_moments<R>(model, years);
    const R up = model.volatility * std::sqrt(years);
    return weighed<R>(model, years, up, R{-up});
  }

 private:
  template <Real R>
  static LatticeStep<R, 2> around_the_drift(const BlackScholes<R>& model, double years) {
    const R drift = (model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility) * years;
    const R deviation = model.volatility * std::sqrt(years);
    const R half = 0.5 * exp(model.rate * -years);
    return {years, drift + deviation, drift - deviation, {half, half}};
  }

  template <Real R>
  static LatticeStep<R, 2> of_three_moments(const BlackScholes<R>& model, double years) {
    const R variance = model.volatility * model.volatility * years;
    const R ratio = exp(variance);
    const R root = sqrt(expm1(variance) * (ratio + 3.0));
    const R centre = (model.rate - model.dividend_yield) * years + variance;
    return weighed<R>(model, years, centre + log(0.5 * (ratio + 1.0 + root)), centre + log(0.5 * (ratio + 1.0 - root)));
  }

  /// The weights under which the forward is the mean.
  template <Real R>
  static LatticeStep<R, 2> weighed(const BlackScholes<R>& model, double years, const R& log_up, const R& log_down) {
    const R drift = (model.rate - model.dividend_yield) * years;
    const R discount = exp(model.rate * -years);
    const R up = expm1(drift - log_down) / expm1(log_up - log_down);
    return {years, log_up, log_down, {discount * (1.0 - up), discount * up}};
  }
};

using Lattice = TextbookLattice<2, BinomialStep>;

Lattice lattice_of(const Binomial& settings, LatticeWorkspace& workspace) noexcept {
  return {{settings.moves}, settings.steps, settings.extrapolation, settings.last_step, workspace};
}

}  // namespace

double binomial_price(const VanillaCase& option, const Binomial& settings, LatticeWorkspace& workspace) noexcept {
  return lattice_of(settings, workspace).price(option);
}

PricedGreeks binomial(const VanillaCase& option, const Binomial& settings, LatticeWorkspace& workspace) noexcept {
  return lattice_of(settings, workspace).priced(option);
}

bool has_binomial_lattice(const VanillaCase& option, const Binomial& settings) noexcept {
  if (is_deterministic(option.strike, option.years, option.model)) return false;
  const BinomialStep step_of{settings.moves};
  const auto sound = [&](std::int64_t steps) {
    return Lattice::is_sound(option, step_of(option.model, option.years / static_cast<double>(steps)), steps);
  };
  return sound(settings.steps) && (settings.extrapolation == Extrapolation::none || sound(settings.steps / 2));
}

double extrapolated_european_error(std::int64_t steps, LastStep last_step) noexcept {
  return extrapolated_lattice_error(steps, last_step);
}

}  // namespace plimsoll
