#include "plimsoll/method/approximation/quadratic.hpp"

#include "plimsoll/method/best_held.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/numerics/normal.hpp"
#include "plimsoll/numerics/roots.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

// Symbols as in Ju (1999), with money counted in strikes: phi = +1 for a call; h = 1 - exp(-r tau); alpha = 2 r /
// sigma^2; beta = 2 (r - delta) / sigma^2.
struct Quadratic {
  const VanillaCase& option;
  double phi, rate, yield, h, alpha, beta, lambda;

  explicit Quadratic(const VanillaCase& o) noexcept
      : option(o),
        phi(sign(o.type)),
        rate(away_from_zero(o.model.rate)),
        yield(o.model.dividend_yield),
        h(-std::expm1(-rate * o.years)),
        alpha(2.0 * rate / variance()),
        beta(2.0 * (rate - yield) / variance()),
        lambda(0.5 * (phi * root() - (beta - 1.0))) {}

  static double away_from_zero(double r) noexcept {
    constexpr double least = 1e-7;
    return std::abs(r) < least ? std::copysign(least, r) : r;
  }
  [[nodiscard]] double variance() const noexcept { return option.model.volatility * option.model.volatility; }
  [[nodiscard]] double root() const noexcept { return std::sqrt((beta - 1.0) * (beta - 1.0) + 4.0 * alpha / h); }
  [[nodiscard]] double european(double spot) const noexcept {
    return black_scholes_price<double>(option.type, 1.0, option.years, model_at(spot));
  }
  [[nodiscard]] BlackScholes<double> model_at(double spot) const noexcept {
    return {spot, rate, yield, option.model.volatility};
  }
  [[nodiscard]] double deviation() const noexcept { return option.model.volatility * std::sqrt(option.years); }
  [[nodiscard]] double d1(double spot) const noexcept {
    return (std::log(spot) + (rate - yield) * option.years) / deviation() + 0.5 * deviation();
  }
  /// What exercise at this spot gains over the European option, less what its smooth continuation would be.
  [[nodiscard]] double imbalance(double spot) const noexcept {
    const double slope = 1.0 - std::exp(-yield * option.years) * normal_cdf(phi * d1(spot));
    return phi * (spot - 1.0) - european(spot) - phi * slope * spot / lambda;
  }
};

/// The spot at which the two sides balance, sought in its logarithm outward from the strike.
std::optional<double> critical_spot(const Quadratic& q) {
  constexpr double most = 690.0;  // exp of it is still a number
  const auto imbalance = [&](double log_spot) { return q.imbalance(std::exp(log_spot)); };
  double far = 0.25 * q.phi * q.deviation();
  while (!(imbalance(far) > 0.0) && std::abs(far) < most) far *= 2.0;
  if (!(std::abs(far) < most)) return std::nullopt;
  const auto root = brent(imbalance, 0.0, far);
  return root ? std::optional(std::exp(root->x)) : std::nullopt;
}

/// What Ju divides the premium by: 1 - b x^2 - c x with x = ln(spot / critical spot).
double ju_divisor(const Quadratic& q, double spot, double critical, double gain) noexcept {
  const double years = q.option.years;
  const double d1 = q.d1(critical);
  const double d2 = d1 - q.deviation();
  const double growth = std::exp((q.rate - q.yield) * years);
  // Derivative of the European price to h.
  const double by_h =
      critical * normal_pdf(d1) * q.option.model.volatility * growth / (2.0 * q.rate * std::sqrt(years)) -
      q.phi * q.yield * critical * normal_cdf(q.phi * d1) * growth / q.rate + q.phi * normal_cdf(q.phi * d2);
  const double lambda_by_h = -q.phi * q.alpha / (q.h * q.h * q.root());
  const double span = 2.0 * q.lambda + q.beta - 1.0;
  const double b = (1.0 - q.h) * q.alpha * lambda_by_h / (2.0 * span);
  const double c = -(1.0 - q.h) * q.alpha / span * (by_h / gain + 1.0 / q.h + lambda_by_h / span);
  const double x = std::log(spot / critical);
  return 1.0 - x * (b * x + c);
}

enum class Modification { none, ju };

std::optional<double> quadratic_price(const VanillaCase& o, Modification modification) {
  if (has_cash_dividends(o)) return std::nullopt;
  const double european = black_scholes_price(o.type, o.strike, o.years, o.model);
  if (o.exercise == Exercise::european) return european;
  const EarlyExercise region = early_exercise(o.type, o.model);
  if (region == EarlyExercise::between_boundaries) return std::nullopt;
  if (is_deterministic(o.strike, o.years, o.model))
    return deterministic_option(o.type, o.exercise, o.strike, o.years, o.model, {}).price;
  const double floor = std::max(european, exercised_now(o));
  if (region == EarlyExercise::nowhere) return floor;
  const Quadratic q(o);
  const auto critical = critical_spot(q);
  if (!critical) return floor;
  const double spot = o.model.spot / o.strike;
  if (q.phi * (spot - *critical) >= 0.0) return exercised_now(o);
  const double gain = q.phi * (*critical - 1.0) - q.european(*critical);
  const double premium = gain * std::pow(spot / *critical, q.lambda);
  const double divisor = modification == Modification::ju ? ju_divisor(q, spot, *critical, gain) : 1.0;
  return std::max(floor, european + o.strike * premium / divisor);
}

}  // namespace

std::optional<double> barone_adesi_whaley_price(const VanillaCase& option) {
  return quadratic_price(option, Modification::none);
}

std::optional<double> ju_quadratic_price(const VanillaCase& option) {
  return quadratic_price(option, Modification::ju);
}

}  // namespace plimsoll
