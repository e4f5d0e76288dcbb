#include "plimsoll/valuation/bounds.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/digital.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll {

namespace {

using Dividends = std::span<const TimedDividend>;

/// What the option without a barrier is worth at most: its price in the model, and with cash dividends, where no
/// formula holds, its upper bound.
double plain_at_most(OptionType type, Payout payout, double strike, double cash, double years,
                     const BlackScholes<double>& model, Dividends dividends) {
  if (payout != Payout::difference) {
    const Digital digital{type, payout, strike, cash, 0.0, years};
    const auto priced = closed_form(digital, model);
    return dividends.empty() && priced ? priced->price : no_arbitrage_bounds(digital, model, dividends).high;
  }
  if (dividends.empty()) return black_scholes_price(type, strike, years, model);
  return no_arbitrage_bounds(VanillaCase{type, Exercise::european, strike, years, model, dividends}).high;
}

/// The dearest that one unit of cash can be on a day up to the expiry.
double dearest_discount(const BlackScholes<double>& model, double years) {
  return std::max(1.0, discount_factor(model, years));
}

}  // namespace

PriceBounds no_arbitrage_bounds(const VanillaCase& option) noexcept {
  const BlackScholes<double>& model = option.model;
  double asset = prepaid_forward(model, option.years);
  const double asset_at_most = asset;
  for (const TimedDividend& dividend : option.dividends)
    if (dividend.years > 0.0 && dividend.years <= option.years)
      asset -= dividend.amount *
               std::exp(-model.rate * dividend.years - model.dividend_yield * (option.years - dividend.years));
  const double cash = option.strike * discount_factor(model, option.years);
  const bool is_call = option.type == OptionType::call;
  PriceBounds bounds{std::max(is_call ? asset - cash : cash - asset_at_most, 0.0), is_call ? asset_at_most : cash,
                     model.spot + option.strike};
  if (option.exercise == Exercise::european) return bounds;
  bounds.low = std::max(bounds.low, sign(option.type) * (model.spot - option.strike));
  bounds.high = std::max(bounds.high, is_call ? model.spot : option.strike);
  return bounds;
}

PriceBounds no_arbitrage_bounds(const Digital& option, const BlackScholes<double>& model, Dividends /*dividends*/) {
  const double discount = discount_factor(model, option.expiry);
  const double asset = prepaid_forward(model, option.expiry);
  if (option.payout == Payout::cash) return {0.0, option.cash * discount, option.cash};
  if (option.payout == Payout::asset) return {0.0, asset, model.spot};
  // A gap option pays less than nothing between the strike and the strike that is paid.
  const bool is_call = option.type == OptionType::call;
  const double gap = sign(option.type) * (option.paid_strike - option.strike);
  return {-std::max(gap, 0.0) * discount, is_call ? asset : option.paid_strike * discount, model.spot + option.strike};
}

PriceBounds no_arbitrage_bounds(const Touch& option, const BlackScholes<double>& model, Dividends /*dividends*/) {
  const bool at_expiry = option.settlement == Settlement::at_expiry;
  const double discount = at_expiry ? discount_factor(model, option.expiry) : dearest_discount(model, option.expiry);
  if (option.payout == Payout::cash) return {0.0, option.cash * discount, option.cash};
  // The asset at the hit is worth the level.
  if (!at_expiry) return {0.0, option.level * discount, option.level};
  return {0.0, prepaid_forward(model, option.expiry), model.spot};
}

PriceBounds no_arbitrage_bounds(const DoubleTouch& option, const BlackScholes<double>& model, Dividends /*dividends*/) {
  const bool at_expiry = option.order == TouchOrder::neither || option.order == TouchOrder::either;
  const double discount = at_expiry ? discount_factor(model, option.expiry) : dearest_discount(model, option.expiry);
  return {0.0, option.cash * discount, option.cash};
}

PriceBounds no_arbitrage_bounds(const Barrier& option, const BlackScholes<double>& model, Dividends dividends) {
  const double plain =
      plain_at_most(option.type, option.payout, option.strike, option.cash, option.expiry, model, dividends);
  const bool at_expiry = option.knock == Knock::knock_in;
  const double discount = at_expiry ? discount_factor(model, option.expiry) : dearest_discount(model, option.expiry);
  return {0.0, plain + option.rebate * discount, model.spot + option.strike + option.rebate + option.cash};
}

PriceBounds no_arbitrage_bounds(const DoubleBarrier& option, const BlackScholes<double>& model, Dividends dividends) {
  const double plain =
      plain_at_most(option.type, option.payout, option.strike, option.cash, option.expiry, model, dividends);
  return {0.0, plain, model.spot + option.strike + option.cash};
}

PriceBounds no_arbitrage_bounds(const SoftBarrier& option, const BlackScholes<double>& model, Dividends dividends) {
  const double plain =
      plain_at_most(option.type, Payout::difference, option.strike, 0.0, option.expiry, model, dividends);
  return {0.0, plain, model.spot + option.strike};
}

PriceBounds no_arbitrage_bounds(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                Dividends /*dividends*/) {
  double sum = option.past_sum;
  for (const double date : option.fixings) sum += forward(model, date);
  const double discount = discount_factor(model, option.expiry);
  const double mean = discount * sum / fixing_count(option);
  const double strike = discount * option.strike;
  return {std::max(sign(option.type) * (mean - strike), 0.0), option.type == OptionType::call ? mean : strike,
          model.spot + option.strike};
}

PriceBounds no_arbitrage_bounds(const Lookback& option, const BlackScholes<double>& model, Dividends dividends) {
  const bool is_fixed = option.kind == LookbackStrike::fixed;
  const double strike = is_fixed ? option.strike : option.extremum;
  const bool is_call = option.type == OptionType::call;
  PriceBounds bounds{0.0, std::numeric_limits<double>::infinity(), model.spot + strike};
  if (dividends.empty()) bounds.low = black_scholes_price(option.type, strike, option.expiry, model);
  if (is_fixed && !is_call) bounds.high = option.strike * discount_factor(model, option.expiry);
  if (!is_fixed && is_call) bounds.high = prepaid_forward(model, option.expiry);
  return bounds;
}

PriceBounds no_arbitrage_bounds(const PartialTimeBarrier& option, const BlackScholes<double>& model,
                                Dividends dividends) {
  const double plain =
      plain_at_most(option.type, Payout::difference, option.strike, 0.0, option.expiry, model, dividends);
  return {0.0, plain, model.spot + option.strike};
}

PriceBounds no_arbitrage_bounds(const PartialLookback& option, const BlackScholes<double>& model,
                                Dividends /*dividends*/) {
  const bool is_fixed = option.kind == LookbackStrike::fixed;
  const bool is_call = option.type == OptionType::call;
  const double strike = is_fixed ? option.strike : option.fraction * option.extremum;
  PriceBounds bounds{black_scholes_price(option.type, strike, option.expiry, model),
                     std::numeric_limits<double>::infinity(), model.spot + strike};
  if (is_fixed && !is_call) bounds.high = option.strike * discount_factor(model, option.expiry);
  if (!is_fixed && is_call) bounds.high = prepaid_forward(model, option.expiry);
  return bounds;
}

PriceBounds no_arbitrage_bounds(const ForwardStart& option, const BlackScholes<double>& model,
                                Dividends /*dividends*/) {
  const double asset = prepaid_forward(model, option.expiry);
  const double strike =
      option.moneyness * prepaid_forward(model, option.start) * discount_factor(model, option.expiry - option.start);
  const bool is_call = option.type == OptionType::call;
  return {std::max(sign(option.type) * (asset - strike), 0.0), is_call ? asset : strike,
          model.spot * (1.0 + option.moneyness)};
}

PriceBounds no_arbitrage_bounds(const Chooser& option, const BlackScholes<double>& model, Dividends /*dividends*/) {
  const double call = black_scholes_price(OptionType::call, option.call_strike, option.call_expiry, model);
  const double put = black_scholes_price(OptionType::put, option.put_strike, option.put_expiry, model);
  return {std::max(call, put), call + put, model.spot + std::max(option.call_strike, option.put_strike)};
}

PriceBounds no_arbitrage_bounds(const Compound& option, const BlackScholes<double>& model, Dividends /*dividends*/) {
  const double daughter =
      black_scholes_price(option.daughter_type, option.daughter_strike, option.daughter_expiry, model);
  const double strike = option.strike * discount_factor(model, option.expiry);
  const bool is_call = option.type == OptionType::call;
  return {std::max(sign(option.type) * (daughter - strike), 0.0), is_call ? daughter : strike,
          model.spot + option.daughter_strike + option.strike};
}

PriceBounds no_arbitrage_bounds(const Extendible& option, const BlackScholes<double>& model, Dividends /*dividends*/) {
  const double shorter = black_scholes_price(option.type, option.strike, option.expiry, model);
  const double longer = black_scholes_price(option.type, option.extended_strike, option.extended_expiry, model);
  const double paid = option.premium * discount_factor(model, option.expiry);
  const bool by_holder = option.by == ExtendedBy::holder;
  return {by_holder ? std::max(shorter, longer - paid) : shorter, shorter + longer,
          model.spot + std::max(option.strike, option.extended_strike) + option.premium};
}

PriceBounds no_arbitrage_bounds(const NormalOption& option) noexcept {
  const double worth = std::max(sign(option.type) * (option.model.forward - option.strike), 0.0);
  const double discount = std::exp(-option.model.rate * option.years);
  const double deviation = option.model.volatility * std::sqrt(option.years);
  return {option.exercise == Exercise::american ? std::max(1.0, discount) * worth : discount * worth,
          std::numeric_limits<double>::infinity(),
          std::abs(option.model.forward) + std::abs(option.strike) + deviation};
}

PriceBounds no_arbitrage_bounds(const ExchangeOption& option, const TwoAssets<double>& model) {
  const double received = option.received * prepaid_forward(first_asset(model), option.expiry);
  const double delivered = option.delivered * prepaid_forward(second_asset(model), option.expiry);
  return {std::max(received - delivered, 0.0), received,
          option.received * model.spot1 + option.delivered * model.spot2};
}

PriceBounds no_arbitrage_bounds(const Spread& option, const TwoAssets<double>& model) {
  const double first = prepaid_forward(first_asset(model), option.expiry);
  const double second = prepaid_forward(second_asset(model), option.expiry);
  const double strike = option.strike * discount_factor(first_asset(model), option.expiry);
  const double side = sign(option.type);
  return {std::max(side * (first - second - strike), 0.0),
          option.type == OptionType::call ? first + std::max(-strike, 0.0) : second + std::max(strike, 0.0),
          model.spot1 + model.spot2 + std::abs(option.strike)};
}

PriceBounds no_arbitrage_bounds(const BasketOption& option, const TwoAssets<double>& model) {
  const double held = option.weights[0] * prepaid_forward(first_asset(model), option.expiry) +
                      option.weights[1] * prepaid_forward(second_asset(model), option.expiry);
  const double strike = option.strike * discount_factor(first_asset(model), option.expiry);
  return {std::max(sign(option.type) * (held - strike), 0.0), option.type == OptionType::call ? held : strike,
          option.weights[0] * model.spot1 + option.weights[1] * model.spot2 + option.strike};
}

PriceBounds no_arbitrage_bounds(const ExtremeOption& option, const TwoAssets<double>& model) {
  const double first = prepaid_forward(first_asset(model), option.expiry);
  const double second = prepaid_forward(second_asset(model), option.expiry);
  const double strike = option.strike * discount_factor(first_asset(model), option.expiry);
  const double scale = model.spot1 + model.spot2 + option.strike;
  const bool is_least = option.of == Extreme::minimum;
  if (option.type == OptionType::call && is_least) return {0.0, std::min(first, second), scale};
  if (option.type == OptionType::call) return {std::max(std::max(first, second) - strike, 0.0), first + second, scale};
  return {std::max(strike - (is_least ? std::min(first, second) : first + second), 0.0), strike, scale};
}

PriceBounds no_arbitrage_bounds(const CorrelationOption& option, const TwoAssets<double>& model) {
  const double asset = prepaid_forward(second_asset(model), option.expiry);
  const double strike = option.second_strike * discount_factor(second_asset(model), option.expiry);
  return {0.0, option.type == OptionType::call ? asset : strike, model.spot2 + option.second_strike};
}

PriceBounds no_arbitrage_bounds(const TwoAssetBarrier& option, const TwoAssets<double>& model) {
  const double plain = black_scholes_price(option.type, option.strike, option.expiry, first_asset(model));
  return {0.0, plain, model.spot1 + option.strike};
}

PriceBounds no_arbitrage_bounds(const Rainbow& option, const TwoAssets<double>& model) {
  const auto dearest = [&](double quantity, const BlackScholes<double>& asset) {
    return quantity * std::max(asset.spot, prepaid_forward(asset, option.expiry));
  };
  const double first = dearest(option.quantity_one, first_asset(model));
  const double second = dearest(option.quantity_two, second_asset(model));
  const double strike = option.strike * dearest_discount(first_asset(model), option.expiry);
  const double scale = option.quantity_one * model.spot1 + option.quantity_two * model.spot2 + option.strike;
  const double now = std::max(exercised<double>(option, model.spot1, model.spot2), 0.0);
  const bool is_call = option.type == OptionType::call;
  switch (option.underlying) {
    case RainbowUnderlying::spread:
      return {now, is_call ? first : second + strike, scale};
    case RainbowUnderlying::best_of:
    case RainbowUnderlying::basket:
      return {now, is_call ? first + second : strike, scale};
    case RainbowUnderlying::worst_of:
      break;
  }
  return {now, is_call ? std::min(first, second) : strike, scale};
}

}  // namespace plimsoll
