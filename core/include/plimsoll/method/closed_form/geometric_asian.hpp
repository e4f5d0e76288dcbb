#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "plimsoll/product/continuous_asian.hpp"

#include <cstddef>
#include <span>

namespace plimsoll {

/// What the fixing dates of a geometric mean amount to: the mean of the dates, and the variance of the mean of a
/// Brownian motion on them, both in years.
struct AverageTimes {
  double mean = 0.0;
  double variance = 0.0;
};

/// Limits: dates ascending, at least one.
AverageTimes average_times(std::span<const double> fixings) noexcept;

/// Price of an option on the geometric mean of the spot on its fixings, paid at expiry, per unit; no fixing is made
/// yet. `elapsed` is the time since the valuation date: zero, but a variable when theta is wanted.
/// Source: Kemna & Vorst (1990), A pricing method for options based on average asset values, J. Banking & Finance 14,
/// 113-129, for dates that need not be equally spaced.
/// Accuracy: 1e-14 of spot plus strike.
/// Limits: checked input; fixings after the valuation date.
template <Real R>
R geometric_asian_price(OptionType type, double strike, const AverageTimes& times, double expiry,
                        const BlackScholes<R>& model, const R& elapsed) {
  const R drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
  const R variance = times.variance - elapsed;
  const R life = expiry - elapsed;
  const R asset = model.spot * exp(drift * (times.mean - elapsed) +
                                   0.5 * model.volatility * model.volatility * variance - model.rate * life);
  return black_price<R>(sign(type), asset, strike * exp(-model.rate * life), model.volatility * sqrt(variance));
}

/// The same price with its sensitivities, gamma in closed form and the others by adjoints of it.
PricedGreeks geometric_asian_greeks(OptionType type, double strike, std::span<const double> fixings, double expiry,
                                    const BlackScholes<double>& model);

/// The same for an option as described for the arithmetic mean. Refuses one with a fixing made, or without fixings.
Result<PricedGreeks> geometric_asian(const ArithmeticAsian& option, const BlackScholes<double>& model);

/// The same for a mean that is taken without a gap. Source: Kemna & Vorst (1990). Refuses a mean that has begun.
Result<PricedGreeks> geometric_asian(const ContinuousAsian& option, const BlackScholes<double>& model);

/// The price alone, with a fixing today, if there is one, made at the spot.
Result<double> geometric_asian_today(const ArithmeticAsian& option, const BlackScholes<double>& model);

}  // namespace plimsoll
