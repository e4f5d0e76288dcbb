#include "crossed_barrier.hpp"
#include "plimsoll/product/knocked.hpp"
#include "plimsoll/valuation/resolve_market.hpp"
#include "value_by.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace plimsoll {

namespace {

/// The strike at which the surface gives the one volatility of the model. That of the option itself, so that a knock-in
/// and a knock-out add up to their vanilla; the level of a touch and the geometric middle of two; the extremum that
/// stands for the strike of a floating lookback; the strike that today's spot would set; the call's of a chooser; the
/// daughter's; that of the option before it is extended; of a partial floating lookback its share of the extremum.
double volatility_strike(const ArithmeticAsian& option) { return option.strike; }
double volatility_strike(const Digital& option) { return option.strike; }
double volatility_strike(const Touch& option) { return option.level; }
double volatility_strike(const Barrier& option) { return option.strike; }
double volatility_strike(const DoubleBarrier& option) { return option.strike; }
double volatility_strike(const SoftBarrier& option) { return option.strike; }
double volatility_strike(const Lookback& option) {
  return option.kind == LookbackStrike::fixed ? option.strike : option.extremum;
}

double volatility_strike(const PartialTimeBarrier& option) { return option.strike; }
double volatility_strike(const PartialLookback& option) {
  return option.kind == LookbackStrike::fixed ? option.strike : option.fraction * option.extremum;
}

double volatility_strike(const DoubleTouch& option) { return std::sqrt(option.lower) * std::sqrt(option.upper); }
double volatility_strike(const Chooser& option) { return option.call_strike; }
double volatility_strike(const Compound& option) { return option.daughter_strike; }
double volatility_strike(const Extendible& option) { return option.strike; }

template <class P>
double volatility_strike(const P& option, double /*spot*/) {
  return volatility_strike(option);
}
double volatility_strike(const ForwardStart& option, double spot) { return option.moneyness * spot; }

/// The years until nothing is left of the product.
template <class P>
double last_date(const P& option) {
  return option.expiry;
}
double last_date(const Chooser& option) { return std::max(option.call_expiry, option.put_expiry); }
double last_date(const Compound& option) { return option.daughter_expiry; }
double last_date(const Extendible& option) { return option.extended_expiry; }

bool varies(const Curve& curve) {
  return !std::ranges::all_of(curve.rates(), [&](double rate) { return rate == curve.rates().front(); });
}

/// Whether the model's constants stand for numbers that differ in the market: by strike, or, for what sees more than
/// the expiry, by time.
template <class P>
bool is_flattened(const UnderlyingMarket& quotes) {
  if (quotes.surface.skew() != 0.0) return true;
  return !std::is_same_v<P, Digital> && (varies(quotes.rate) || varies(quotes.dividend_yield));
}

template <class P>
Result<Valuation> value_listed(const P& option, const Market& market, const Asked& asked) {
  const auto dividends = dividends_until(market.quotes, market.today, last_date(option));
  const double strike = volatility_strike(option, market.quotes.spot);
  const auto model = resolve_black_scholes(market.quotes, strike, last_date(option), dividends);
  auto valuation = value_by_method(option, {{model, asked.measures, asked.workspace}, dividends}, asked.method);
  if (!valuation) return valuation;
  check_bounds(no_arbitrage_bounds(option, model, dividends), *valuation);
  if (is_flattened<P>(market.quotes)) valuation->flags.push_back(Flag::flattened_market);
  return valuation;
}

/// The barrier of one side watched to the expiry.
Barrier watched_to_expiry(const PartialTimeBarrier& option, BarrierSide side) {
  return {option.type, Payout::difference, option.strike, 0.0, side, option.knock, option.barrier, 0.0, option.expiry};
}

/// A trade that lives while the spot stays between two levels.
template <class P>
Result<Valuation> value_between(const P& option, const Market& market, const Asked& asked) {
  const double spot = market.quotes.spot;
  const bool below = has_crossed(spot, BarrierSide::down, option.lower);
  if (!below && !has_crossed(spot, BarrierSide::up, option.upper)) return value_listed(option, market, asked);
  const Error contradiction = below ? wrong_side("lower", option.lower, BarrierSide::down, spot)
                                    : wrong_side("upper", option.upper, BarrierSide::up, spot);
  return value_crossed(contradiction, knocked(option), market, asked);
}

}  // namespace

Result<Valuation> value_product(const ArithmeticAsian& option, const Market& market, const Asked& asked) {
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const Digital& option, const Market& market, const Asked& asked) {
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const Touch& option, const Market& market, const Asked& asked) {
  const double spot = market.quotes.spot;
  if (!has_crossed(spot, option.direction, option.level)) return value_listed(option, market, asked);
  return value_crossed(wrong_side("level", option.level, option.direction, spot), knocked(option, HitDay::today),
                       market, asked);
}

Result<Valuation> value_product(const Barrier& option, const Market& market, const Asked& asked) {
  const double spot = market.quotes.spot;
  if (!has_crossed(spot, option.direction, option.barrier)) return value_listed(option, market, asked);
  return value_crossed(wrong_side("barrier", option.barrier, option.direction, spot), knocked(option, HitDay::today),
                       market, asked);
}

Result<Valuation> value_product(const DoubleBarrier& option, const Market& market, const Asked& asked) {
  return value_between(option, market, asked);
}

Result<Valuation> value_product(const DoubleTouch& option, const Market& market, const Asked& asked) {
  return value_between(option, market, asked);
}

Result<Valuation> value_product(const ForwardStart& option, const Market& market, const Asked& asked) {
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const Chooser& option, const Market& market, const Asked& asked) {
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const Compound& option, const Market& market, const Asked& asked) {
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const Extendible& option, const Market& market, const Asked& asked) {
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const SoftBarrier& option, const Market& market, const Asked& asked) {
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const Lookback& option, const Market& market, const Asked& asked) {
  // Today's spot counts: the record is that of the days before, and a shock moves the spot beyond it.
  const bool maximum = (option.type == OptionType::call) == (option.kind == LookbackStrike::fixed);
  Lookback current = option;
  current.extremum =
      maximum ? std::max(option.extremum, market.quotes.spot) : std::min(option.extremum, market.quotes.spot);
  return value_listed(current, market, asked);
}

Result<Valuation> value_product(const PartialTimeBarrier& option, const Market& market, const Asked& asked) {
  const double spot = market.quotes.spot;
  const bool is_start = option.window == BarrierWindow::start;
  // On the cover date a window to the expiry is a barrier on the side of today's spot, or on its own.
  if (!is_start && option.cover == 0.0) {
    const bool any_side = option.window == BarrierWindow::end_any_side;
    const BarrierSide todays = spot < option.barrier ? BarrierSide::up : BarrierSide::down;
    return value_product(watched_to_expiry(option, any_side ? todays : option.direction), market, asked);
  }
  if (is_start && has_crossed(spot, option.direction, option.barrier))
    return value_crossed(wrong_side("barrier", option.barrier, option.direction, spot), knocked(option), market, asked);
  if (is_start && option.cover == option.expiry)
    return value_product(watched_to_expiry(option, option.direction), market, asked);
  return value_listed(option, market, asked);
}

Result<Valuation> value_product(const PartialLookback& option, const Market& market, const Asked& asked) {
  const double spot = market.quotes.spot;
  const bool is_call = option.type == OptionType::call;
  if (option.kind == LookbackStrike::fixed) {
    // Watched from today on it is a lookback that begins, and on its last day alone a plain option.
    if (option.window == option.expiry)
      return value_product(European{option.type, option.strike, option.expiry}, market, asked);
    if (option.window > 0.0) return value_listed(option, market, asked);
    return value_product(Lookback{option.type, option.kind, option.strike, spot, option.expiry}, market, asked);
  }
  PartialLookback current = option;
  current.extremum = is_call ? std::min(option.extremum, spot) : std::max(option.extremum, spot);
  return value_listed(current, market, asked);
}

}  // namespace plimsoll
