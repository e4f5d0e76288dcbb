#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace plimsoll {

/// Mean and mean square of the average of the spot on dates to come.
template <Real R>
struct AverageMoments {
  R first;
  R second;
};

/// `variances` are those of the logarithm of the spot to each date.
/// Source: Turnbull & Wakeman (1991), eqs. 4-5 with two moments, for any dates; Haug (2007), sec. 4.20.4, for a
/// volatility of its own to each date.
/// Limits: at least one date.
template <Real R>
AverageMoments<R> average_moments(const BlackScholes<R>& model, std::span<const double> fixings,
                                  std::span<const R> variances) {
  const R carry = model.rate - model.dividend_yield;
  R first{0.0};
  R second{0.0};
  for (std::size_t i = fixings.size(); i-- > 0;) {
    const R rise = exp(carry * fixings[i]);
    // Pairs of this date with itself and, twice, with each later one.
    second += rise * exp(variances[i]) * (rise + 2.0 * first);
    first += rise;
  }
  const auto count = static_cast<double>(fixings.size());
  return {model.spot * first / count, model.spot * model.spot * second / (count * count)};
}

/// The same at the one volatility of the model.
template <Real R>
AverageMoments<R> average_moments(const BlackScholes<R>& model, std::span<const double> fixings) {
  std::vector<R> variances;
  for (const double date : fixings) variances.push_back(model.volatility * model.volatility * date);
  return average_moments<R>(model, fixings, variances);
}

/// The option of `turnbull_wakeman_price` by the moments of its fixings to come.
template <Real R>
R price_by_moments(const ArithmeticAsian& option, const AverageMoments<R>& moments, const R& discount) {
  const auto open = static_cast<double>(option.fixings.size());
  const double total = static_cast<double>(option.past_count) + open;
  const double left_over = (option.strike * total - option.past_sum) / open;
  const R variance = max(R(log(moments.second / (moments.first * moments.first))), R{0.0});
  // Below zero the strike is exceeded already: the call is sure to be exercised and the put is worthless.
  const R exchange =
      black_price<R>(sign(option.type), moments.first * discount, std::max(left_over, 0.0) * discount, sqrt(variance));
  const double exceeded = option.type == OptionType::call ? std::max(-left_over, 0.0) : 0.0;
  return (exchange + exceeded * discount) * (open / total);
}

/// Approximate price of an arithmetic Asian option, per unit: the average is taken as log-normal with its true first
/// two moments.
/// Source: Turnbull & Wakeman (1991), A quick algorithm for pricing European average options, J. Financial and
/// Quantitative Analysis 26, 377-389; Levy (1992) for two moments; Haug (2007), sec. 4.20.2.
/// Accuracy: 5e-3 of the price for deviations of the average up to 20 %, at the money; the error grows with volatility
/// and maturity.
/// Limits: checked input; an approximation, so no reference for simulation; exact for one fixing and for zero
/// volatility.
template <Real R>
R turnbull_wakeman_price(const ArithmeticAsian& option, const BlackScholes<R>& model) {
  const R discount = discount_factor(model, option.expiry);
  const auto made = static_cast<double>(option.past_count);
  const double total = made + static_cast<double>(option.fixings.size());
  if (option.fixings.empty()) {
    return std::max(sign(option.type) * (option.past_sum / total - option.strike), 0.0) * discount;
  }
  return price_by_moments<R>(option, average_moments<R>(model, option.fixings), discount);
}

/// The same with a Black volatility of its own to each fixing, in their order; that of the model is not read.
/// Source: Haug (2007), sec. 4.20.4 and table 4-28. Accuracy, limits: as above; a variance that falls from one fixing
/// to the next, as that of the table's falling volatilities does at the end, is taken as it is given.
Result<double> turnbull_wakeman_by_dates(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                         std::span<const double> volatilities);

}  // namespace plimsoll
