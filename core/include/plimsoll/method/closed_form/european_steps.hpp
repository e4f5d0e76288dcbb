#pragma once

#include "plimsoll/model/black_scholes.hpp"

// Price and sensitivities of European options for many lanes: the formula of `black_scholes_greeks`, written for the
// fewest operations and taken step by step. A kernel takes each step for many options before the next one, because one
// option's chain of functions leaves most of a processor idle.
namespace plimsoll {

/// Price and sensitivities in one lane or in several.
template <class Lane>
struct EuropeanMeasures {
  Lane price, delta, gamma, vega, theta, rho;
};

/// What the measures are made of, filled step by step.
template <Real R>
struct EuropeanParts {
  R carry, asset, cash;
  R root, deviation;
  R ratio;      // the smaller leg over the larger one
  R sharpness;  // one over the deviation
  R near, far;  // the ends: their places on the scale of the deviation
  R near_bell;
  NormalEnds<R> weights;
};

/// Whether something is left to chance: two legs and a deviation. Elsewhere the place is that of two ones, so that no
/// unused answer is infinite or NaN.
template <Real R>
auto by_chance(const EuropeanParts<R>& parts) {
  const R zero{0.0};
  return both(both(parts.asset > zero, parts.cash > zero), parts.deviation > zero);
}

/// `yes` where the mask holds, else `no`; where it holds in every lane nothing is asked, and the answer is the same.
template <bool always, class Mask, Real R>
R where(const Mask& mask, const R& yes, const R& no) {
  if constexpr (always) {
    return yes;
  } else {
    return select(mask, yes, no);
  }
}

/// The first step: the legs and their deviation.
template <Real R>
EuropeanParts<R> european_legs(const R& strike, const R& years, const BlackScholes<R>& model) {
  EuropeanParts<R> parts;
  parts.carry = exp(-model.dividend_yield * years);
  parts.asset = model.spot * parts.carry;
  parts.cash = strike * exp(-model.rate * years);
  parts.root = sqrt(years);
  parts.deviation = model.volatility * parts.root;
  return parts;
}

/// The second step: their place on the scale of the deviation. `certain`: all lanes are by chance.
template <bool certain, Real R>
void place(EuropeanParts<R>& parts) {
  const R one{1.0};
  const auto chance = by_chance(parts);
  const R smaller = where<certain>(chance, R{min(parts.asset, parts.cash)}, one);
  const R larger = where<certain>(chance, R{max(parts.asset, parts.cash)}, one);
  parts.ratio = smaller / larger;
  parts.sharpness = one / where<certain>(chance, parts.deviation, one);
}

/// The third step: the ends. On the side that is out of the money the smaller leg is received, with the weight of the
/// nearer end, and the larger one paid with that of the other.
template <bool certain, Real R>
void find_ends(EuropeanParts<R>& parts) {
  const R centre = (certain ? log_normal(parts.ratio) : log(parts.ratio)) * parts.sharpness;
  const R half = 0.5 * where<certain>(by_chance(parts), parts.deviation, R{1.0});
  parts.near = centre + half;
  parts.far = centre - half;
}

/// The fourth step.
template <Real R>
void ring(EuropeanParts<R>& parts) {
  parts.near_bell = normal_bell(parts.near);
}

/// The fifth step: how likely each leg changes hands. The bell at the far end is the ratio of the legs times the other.
template <Real R>
void weigh(EuropeanParts<R>& parts) {
  parts.weights = normal_ends(parts.near, parts.far, parts.near_bell, R{parts.near_bell * parts.ratio});
}

/// The price. `side` is +1 for a call and -1 for a put.
/// Source and limits: as of `black_scholes_price`.
template <bool certain, Real R>
R european_price(const R& side, const EuropeanParts<R>& parts) {
  const R zero{0.0};
  const R out = min(parts.asset, parts.cash) * parts.weights.near - max(parts.asset, parts.cash) * parts.weights.far;
  const R intrinsic = max(side * (parts.asset - parts.cash), zero);
  return where<certain>(by_chance(parts), R{max(out, zero) + intrinsic}, intrinsic);
}

/// Price and sensitivities, for the holder of one unit.
/// Source: Haug (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., ch. 2.
/// Accuracy: 1e-14 relative to the terms of each formula.
/// Limits: as of `black_scholes_greeks`.
template <bool certain, Real R>
EuropeanMeasures<R> european_measures(const R& side, const R& years, const BlackScholes<R>& model,
                                      const EuropeanParts<R>& parts) {
  const R zero{0.0};
  const R one{1.0};
  const R& asset = parts.asset;
  const R& cash = parts.cash;
  const auto chance = by_chance(parts);
  const auto call_is_in = asset > cash;
  // Of the side out of the money; the side in the money has what is left of one, with the other sign.
  const R asset_weight = select(call_is_in, parts.weights.far, parts.weights.near);
  const R cash_weight = select(call_is_in, parts.weights.near, parts.weights.far);
  const R in_money = select(side * (asset - cash) > zero, one, zero);
  const R share = one - 2.0 * in_money;
  const R by_asset = where<certain>(chance, R{in_money + share * asset_weight}, in_money);
  const R by_cash = where<certain>(chance, R{in_money + share * cash_weight}, in_money);
  const R near_density = where<certain>(chance, R{0.3989422804014327 * parts.near_bell}, zero);
  const R spread = min(asset, cash) * near_density;
  const R density = near_density * select(call_is_in, parts.ratio, one);
  EuropeanMeasures<R> result;
  result.price = european_price<certain>(side, parts);
  result.delta = side * parts.carry * by_asset;
  result.gamma = parts.carry * density * parts.sharpness / where<certain>(chance, model.spot, one);
  result.vega = spread * parts.root;
  result.theta = side * (model.dividend_yield * asset * by_asset - model.rate * cash * by_cash) -
                 0.5 * spread * (model.volatility * model.volatility * parts.sharpness);
  result.rho = side * years * cash * by_cash;
  return result;
}

/// All steps for one option or one lane of them.
template <Real R>
EuropeanMeasures<R> european_measures(const R& side, const R& strike, const R& years, const BlackScholes<R>& model) {
  EuropeanParts<R> parts = european_legs<R>(strike, years, model);
  place<false>(parts);
  find_ends<false>(parts);
  ring(parts);
  weigh(parts);
  return european_measures<false>(side, years, model, parts);
}

}  // namespace plimsoll
