#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cmath>

namespace plimsoll {

/// The right to exchange two legs: its price, and how likely each leg changes hands on the side that is out of the
/// money.
template <Real R>
struct Exchange {
  R price;
  R out_sign;  // +1 where the call is out of the money, else -1
  R centre;    // log of the ratio of the legs over the deviation; finite where nothing is left to chance
  R width;     // the deviation; one where nothing is left to chance
  R by_asset, by_cash;
};

/// The place of two legs on the scale of their deviation: every field but the weights and the price.
/// Limits: where a leg or the deviation is zero it is that of two ones, so that no derivative of an unused answer is
/// NaN.
template <Real R>
Exchange<R> placed_exchange(const R& asset_leg, const R& cash_leg, const R& deviation) {
  const auto by_chance = both(both(asset_leg > 0.0, cash_leg > 0.0), deviation > 0.0);
  const R asset = select(by_chance, asset_leg, R{1.0});
  const R cash = select(by_chance, cash_leg, R{1.0});
  Exchange<R> e;
  e.width = select(by_chance, deviation, R{1.0});
  e.out_sign = select(asset > cash, R{-1.0}, R{1.0});
  e.centre = log(asset / cash) / e.width;
  return e;
}

/// The price of a placed exchange whose weights are known.
template <Real R>
R exchange_price(const Passive<R>& side, const R& asset_leg, const R& cash_leg, const R& deviation,
                 const Exchange<R>& e) {
  const auto by_chance = both(both(asset_leg > 0.0, cash_leg > 0.0), deviation > 0.0);
  const R zero{0.0};
  const R out = e.out_sign * (asset_leg * e.by_asset - cash_leg * e.by_cash);
  // At equal legs the slope must be that of the side that `out_sign` took, which max would not know.
  const R intrinsic = side * (asset_leg - cash_leg);
  const R parity = select(side * e.out_sign > 0.0, zero, intrinsic);
  return select(by_chance, R(max(out, zero) + parity), R(max(intrinsic, zero)));
}

/// With `side` +1 (a call) the asset is received and the cash paid, with -1 (a put) the reverse; it may differ from
/// lane to lane. Both legs are values of today; `deviation` is the standard deviation at expiry of the logarithm of
/// their ratio. The time value is the out-of-the-money option, so parity and the lower bound hold to the last digit.
/// Source: Black (1976), The pricing of commodity contracts, J. Financial Economics 3, 167-179, eq. 16.
/// Accuracy: 1e-15 of the larger leg.
/// Limits: exact where a leg or the deviation is zero: the payoff of the forward.
template <Real R>
Exchange<R> exchange(const Passive<R>& side, const R& asset_leg, const R& cash_leg, const R& deviation) {
  Exchange<R> e = placed_exchange<R>(asset_leg, cash_leg, deviation);
  e.by_asset = normal_cdf(e.out_sign * (e.centre + 0.5 * e.width));
  e.by_cash = normal_cdf(e.out_sign * (e.centre - 0.5 * e.width));
  e.price = exchange_price<R>(side, asset_leg, cash_leg, deviation, e);
  return e;
}

/// Price of the right to exchange, as `exchange` says.
template <Real R>
R black_price(const Passive<R>& side, const R& asset_leg, const R& cash_leg, const R& deviation) {
  return exchange<R>(side, asset_leg, cash_leg, deviation).price;
}

/// Price of a European option, per unit. `years` to expiry and the strike are passive numbers.
/// Source: Black & Scholes (1973), The pricing of options and corporate liabilities, J. Political Economy 81, eq. 13;
/// Merton (1973) for the dividend yield.
/// Accuracy: 1e-14 of spot plus strike.
/// Limits: checked input; zero spot, strike, volatility and time are exact.
template <Real R>
R black_scholes_price(const Passive<R>& side, const Passive<R>& strike, const Passive<R>& years,
                      const BlackScholes<R>& model) {
  return black_price<R>(side, prepaid_forward(model, years), strike * discount_factor(model, years),
                        model.volatility * sqrt(years));
}

/// The same for one option, whose terms are those of every lane.
template <Real R>
R black_scholes_price(OptionType type, double strike, double years, const BlackScholes<R>& model) {
  return black_scholes_price<R>(Passive<R>{sign(type)}, Passive<R>{strike}, Passive<R>{years}, model);
}

/// Price and sensitivities of a European option, for the holder of one unit.
/// Source: Haug (2007), The Complete Guide to Option Pricing Formulas, 2nd ed., ch. 2.
/// Accuracy: 1e-14 relative to the terms of each formula.
/// Limits: checked input. Where nothing is left to chance gamma and vega are zero, and at a forward equal to the strike
/// the sensitivities are those of the side that pays nothing.
PricedGreeks black_scholes_greeks(OptionType type, double strike, double years,
                                  const BlackScholes<double>& model) noexcept;

/// Percentage move of the price for a move of one per cent of the spot; zero for a worthless option.
double elasticity(const PricedGreeks& option, double spot) noexcept;

}  // namespace plimsoll
