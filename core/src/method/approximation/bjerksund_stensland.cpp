#include "plimsoll/method/approximation/bjerksund_stensland.hpp"

#include "plimsoll/method/best_held.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/numerics/bivariate_normal.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

/// A call on a strike of one that is exercised early somewhere: yield > 0. Symbols as in Haug (2007), sec. 3.2; `carry`
/// is b = rate - yield.
struct FlatBoundaryCall {
  double spot, rate, carry, volatility, years;

  [[nodiscard]] double variance() const noexcept { return volatility * volatility; }
  [[nodiscard]] double beta() const noexcept {
    const double half = carry / variance() - 0.5;
    return std::sqrt(half * half + 2.0 * rate / variance()) - half;
  }
  [[nodiscard]] double at_infinity() const noexcept { return beta() / (beta() - 1.0); }
  [[nodiscard]] double at_expiry() const noexcept { return std::max(1.0, rate / (rate - carry)); }
  /// The boundary for a time to expiry; `scale` is what the edition multiplies the time by.
  [[nodiscard]] double boundary(double time, double scale) const noexcept {
    const double h = -(carry * time + 2.0 * volatility * std::sqrt(time)) * scale;
    return at_expiry() - (at_infinity() - at_expiry()) * std::expm1(std::min(h, 0.0));
  }
  [[nodiscard]] double drift(double gamma) const noexcept { return carry + (gamma - 0.5) * variance(); }
  [[nodiscard]] double growth(double gamma) const noexcept {
    return -rate + gamma * carry + 0.5 * gamma * (gamma - 1.0) * variance();
  }
  [[nodiscard]] double kappa(double gamma) const noexcept { return 2.0 * carry / variance() + 2.0 * gamma - 1.0; }

  /// Value of S^gamma paid at `time` if the spot is then below `high` and has not met `boundary`, over scale^gamma.
  [[nodiscard]] double phi(double time, double gamma, double high, double boundary, double scale) const noexcept {
    const double deviation = volatility * std::sqrt(time);
    const double d = -(std::log(spot / high) + drift(gamma) * time) / deviation;
    const double to_boundary = std::log(boundary / spot);
    const double log_power = growth(gamma) * time + gamma * std::log(spot / scale);
    return std::exp(log_power + log_normal_cdf(d)) -
           std::exp(log_power + kappa(gamma) * to_boundary + log_normal_cdf(d - 2.0 * to_boundary / deviation));
  }

  /// The same at expiry for a boundary of two pieces: `late` until `time` before the change, `early` after it.
  [[nodiscard]] double psi(double gamma, double high, double late, double early, double time) const {
    const double to_change = volatility * std::sqrt(time);
    const double to_expiry = volatility * std::sqrt(years);
    const double moved = drift(gamma) * time;
    const double drifted = drift(gamma) * years;
    const double correlation = std::sqrt(time / years);
    const double log_late = std::log(late / spot);
    const double log_early = std::log(early / spot);
    const double log_high = std::log(high / spot);
    const auto chance = [&](double at_change, double at_end, double rho) {
      return bivariate_normal_cdf(-at_change / to_change, -at_end / to_expiry, rho);
    };
    const double sum =
        chance(moved - log_early, drifted - log_high, correlation) -
        std::exp(kappa(gamma) * log_late) *
            chance(2.0 * log_late - log_early + moved, 2.0 * log_late - log_high + drifted, correlation) -
        std::exp(kappa(gamma) * log_early) *
            chance(-log_early - moved, 2.0 * log_early - log_high + drifted, -correlation) +
        std::exp(kappa(gamma) * (log_early - log_late)) *
            chance(2.0 * log_late - log_early - moved, 2.0 * (log_early - log_late) - log_high + drifted, -correlation);
    return std::exp(growth(gamma) * years) * std::pow(spot, gamma) * sum;
  }

  [[nodiscard]] double edition_1993() const noexcept {
    const double top = boundary(years, at_expiry() / (at_infinity() - at_expiry()));
    if (spot >= top) return spot - 1.0;
    const double power = beta();
    return (top - 1.0) * (std::pow(spot / top, power) - phi(years, power, top, top, top)) +
           phi(years, 1.0, top, top, 1.0) - phi(years, 1.0, 1.0, top, 1.0) - phi(years, 0.0, top, top, 1.0) +
           phi(years, 0.0, 1.0, top, 1.0);
  }

  [[nodiscard]] double edition_2002() const {
    const double time = 0.5 * (std::sqrt(5.0) - 1.0) * years;
    const double scale = 1.0 / ((at_infinity() - at_expiry()) * at_expiry());
    const double early = boundary(time, scale);
    const double late = boundary(years, scale);
    if (spot >= late) return spot - 1.0;
    const double power = beta();
    const double late_gain = late - 1.0;
    const double early_gain = (early - 1.0) * std::pow(early, -power);
    return late_gain * (std::pow(spot / late, power) - phi(time, power, late, late, late)) +
           phi(time, 1.0, late, late, 1.0) - phi(time, 1.0, early, late, 1.0) - phi(time, 0.0, late, late, 1.0) +
           phi(time, 0.0, early, late, 1.0) + early_gain * phi(time, power, early, late, 1.0) -
           early_gain * psi(power, early, late, early, time) + psi(1.0, early, late, early, time) -
           psi(1.0, 1.0, late, early, time) - psi(0.0, early, late, early, time) + psi(0.0, 1.0, late, early, time);
  }
};

FlatBoundaryCall call_of(const VanillaCase& o) noexcept {
  const auto& m = o.model;
  if (o.type == OptionType::call) return {m.spot / o.strike, m.rate, m.rate - m.dividend_yield, m.volatility, o.years};
  return {o.strike / m.spot, m.dividend_yield, m.dividend_yield - m.rate, m.volatility, o.years};
}

}  // namespace

std::optional<double> bjerksund_stensland_price(const VanillaCase& o, BoundaryEdition edition) {
  constexpr double most_power = 200.0;
  if (has_cash_dividends(o)) return std::nullopt;
  const double european = black_scholes_price(o.type, o.strike, o.years, o.model);
  if (o.exercise == Exercise::european) return european;
  const EarlyExercise region = early_exercise(o.type, o.model);
  if (region == EarlyExercise::between_boundaries) return std::nullopt;
  if (is_deterministic(o.strike, o.years, o.model))
    return deterministic_option(o.type, o.exercise, o.strike, o.years, o.model, {}).price;
  const double floor = std::max(european, exercised_now(o));
  if (region == EarlyExercise::nowhere) return floor;
  const FlatBoundaryCall call = call_of(o);
  if (!(call.at_infinity() > call.at_expiry())) return floor;
  const double unit = o.type == OptionType::call ? o.strike : o.model.spot;
  const bool is_flat = edition == BoundaryEdition::flat_1993 || call.beta() > most_power;
  return std::max(floor, unit * (is_flat ? call.edition_1993() : call.edition_2002()));
}

}  // namespace plimsoll
