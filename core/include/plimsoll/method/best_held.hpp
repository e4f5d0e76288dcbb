#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/grid_greeks.hpp"
#include "plimsoll/method/vanilla_case.hpp"

#include <algorithm>

namespace plimsoll {

/// Price of today with its first two derivatives to the spot, as a lattice or a grid shows them.
struct SpotPrice {
  double price = 0.0;
  double delta = 0.0;
  double gamma = 0.0;
};

/// An option with the price of today that a lattice or grid gives it.
struct HeldOption {
  VanillaCase option;
  SpotPrice today;
};

/// What exercising now would pay; negative out of the money.
inline double exercised_now(const VanillaCase& option) noexcept {
  return sign(option.type) * (option.model.spot - option.strike);
}

/// Whether `price` of an American option may lie below the European price that the same lattice or grid gives, told by
/// the formula where there is one.
/// Limits: `european_error` bounds how far that European price lies above the formula, per unit of spot plus strike.
bool may_be_below_european(const VanillaCase& option, double price, double european_error) noexcept;

/// The option with its price of today from `read(option)`, which floors an American price by the exercise value.
/// An American price is floored by the European one that `read` gives, too, to the last bit. Where that floor binds,
/// and where waiting costs nothing, the option returned is the European one: its delta, gamma and theta are those of
/// its price, and vega and rho are differences of European prices, never taken across the kink of the floor. Limits:
/// `may_be_below(price)` may be wrong only in saying yes.
template <class Read, class MayBeBelow>
HeldOption best_held(const VanillaCase& option, const Read& read, const MayBeBelow& may_be_below) {
  if (option.exercise == Exercise::european) return {option, read(option)};
  VanillaCase european = option;
  european.exercise = Exercise::european;
  if (is_worth_holding(option)) {
    HeldOption held{european, read(european)};
    held.today.price = std::max(held.today.price, exercised_now(option));
    return held;
  }
  const HeldOption american{option, read(option)};
  if (!may_be_below(american.today.price)) return american;
  const HeldOption held{european, read(european)};
  return held.today.price >= american.today.price ? held : american;
}

/// Price with all sensitivities: theta from the Black-Scholes equation, vega and rho from central differences of
/// `price(option)`, which is the method's price without the floors of `best_held`.
/// Limits: where it is best to exercise now, those of the exercise value, which does not age.
template <class Price>
PricedGreeks priced_greeks(const HeldOption& held, const Price& price) {
  const VanillaCase& option = held.option;
  const SpotPrice& today = held.today;
  if (is_exercised_now(option.exercise, today.price, exercised_now(option), option.model.spot + option.strike))
    return {today.price, {sign(option.type), 0.0, 0.0, 0.0, 0.0}};
  const auto price_in = [&](const BlackScholes<double>& model) {
    VanillaCase moved = option;
    moved.model = model;
    return price(moved);
  };
  const double theta = black_scholes_theta(option.model, today.price, today.delta, today.gamma);
  return {today.price,
          {today.delta, today.gamma, bumped_vega(option.model, price_in), theta, bumped_rho(option.model, price_in)}};
}

}  // namespace plimsoll
