#pragma once

#include "plimsoll/method/monte_carlo/path_sample.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <array>
#include <span>

namespace plimsoll {

/// What the paths of one option have in common, as plain numbers.
struct EuropeanTerms {
  double side = 1.0;  // +1 for a call, -1 for a put
  double strike = 0.0;
  double expiry = 0.0;
};

/// The discounted payoff along one lane of paths.
template <Real R>
R european_path_value(const EuropeanTerms& option, const BlackScholes<R>& model, const R& elapsed,
                      const Passive<R>& normal) {
  const R step = option.expiry - elapsed;
  const R drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
  const R at_expiry = model.spot * exp(drift * step + model.volatility * sqrt(step) * normal);
  return exp(-model.rate * step) * max(R(option.side * (at_expiry - option.strike)), R{0.0});
}

/// What one lane of paths, moved by these normal draws, says of the price and of each sensitivity.
template <class Lane>
PathSample<Lane> european_sample(const EuropeanTerms& option, const BlackScholes<double>& model,
                                 RecordedModel<Lane>& recorded, const Lane& normal) {
  const auto value = european_path_value<Adjoint<Lane>>(option, recorded.parameters(), recorded.elapsed(), normal);
  return recorded.differentiate(value, gamma_weight(model, option.expiry, normal));
}

}  // namespace plimsoll
