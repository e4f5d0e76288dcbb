#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cmath>

namespace plimsoll {

/// Price of the right to exchange: a call receives the asset and pays the cash, a put the reverse. Both legs are values
/// of today; `deviation` is the standard deviation at expiry of the logarithm of their ratio. The time value is the
/// out-of-the-money option, so parity and the lower bound hold to the last digit.
/// Source: Black (1976), The pricing of commodity contracts, J. Financial Economics 3, 167-179, eq. 16.
/// Accuracy: 1e-15 of the larger leg.
/// Limits: exact where a leg or the deviation is zero: the payoff of the forward.
template <Real R>
R black_price(OptionType type, const R& asset_leg, const R& cash_leg, const R& deviation) {
  // In a limit the formula runs on ones, so that no derivative of the unused answer is NaN.
  const auto by_chance = both(both(asset_leg > 0.0, cash_leg > 0.0), deviation > 0.0);
  const R asset = select(by_chance, asset_leg, R{1.0});
  const R cash = select(by_chance, cash_leg, R{1.0});
  const R width = select(by_chance, deviation, R{1.0});
  const auto call_is_in = asset > cash;
  const R out_sign = select(call_is_in, R{-1.0}, R{1.0});
  const R centre = log(asset / cash) / width;
  const R out = out_sign * (asset * normal_cdf(out_sign * (centre + 0.5 * width)) -
                            cash * normal_cdf(out_sign * (centre - 0.5 * width)));
  const R zero{0.0};
  const R parity = type == OptionType::call ? R(select(call_is_in, R(asset - cash), zero))
                                            : R(select(call_is_in, zero, R(cash - asset)));
  const R certain = max(R(sign(type) * (asset_leg - cash_leg)), zero);
  return select(by_chance, R(max(out, zero) + parity), certain);
}

/// Price of a European option, per unit. `years` to expiry and the strike are plain numbers.
/// Source: Black & Scholes (1973), The pricing of options and corporate liabilities, J. Political Economy 81, eq. 13;
/// Merton (1973) for the dividend yield.
/// Accuracy: 1e-14 of spot plus strike.
/// Limits: checked input; zero spot, strike, volatility and time are exact.
template <Real R>
R black_scholes_price(OptionType type, double strike, double years, const BlackScholes<R>& model) {
  return black_price<R>(type, prepaid_forward(model, years), strike * discount_factor(model, years),
                        model.volatility * std::sqrt(years));
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
