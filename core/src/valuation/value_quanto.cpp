#include "crossed_barrier.hpp"
#include "plimsoll/model/quanto.hpp"
#include "plimsoll/product/knocked.hpp"
#include "plimsoll/valuation/resolve_market.hpp"
#include "several_assets.hpp"
#include "value_by.hpp"

#include <cmath>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

// Options on a foreign asset that pay in domestic money at a fixed rate: in the model they are options on an asset
// whose dividend yield holds its covariance with the exchange rate.
namespace plimsoll {

namespace {

/// The foreign asset and what its worth in domestic money hangs on.
struct ForeignAsset {
  BlackScholes<double> asset;  // as domestic money sees it
  Quanto quanto;
};

/// The refusal of an exchange rate that earns another foreign rate than the asset's currency.
std::optional<Error> flaw_of_foreign_rate(const Market& market, double years) {
  const UnderlyingMarket& asset = *market.all[0];
  const UnderlyingMarket& exchange = *market.all[1];
  const double rate = asset.rate.zero_rate(years);
  const double earned = exchange.dividend_yield.zero_rate(years);
  if (rate == earned) return std::nullopt;
  return Error{ErrorCode::invalid_value, "dividend_yield", text_of(earned) + " of " + exchange.name,
               "the rate " + text_of(rate) + " of " + asset.name + ", which is that of the foreign money",
               "give the exchange rate the foreign rate as its dividend yield"};
}

Result<ForeignAsset> foreign_asset(const Market& market, double strike, double years, std::string_view product,
                                   const Asked& asked) {
  // A shock moves rates and yields apart: the asset's rate is then the foreign one, for the price hangs on no other.
  const bool is_observed = asked.crossed == CrossedBarrier::is_refused;
  if (auto flaw = flaw_of_foreign_rate(market, years); flaw && is_observed) return *flaw;
  if (pays_cash_dividends(market, years))
    return Error{ErrorCode::unsupported, "cash_dividends", "before the expiry of " + std::string(product), "none",
                 "give a dividend yield in their place"};
  const BlackScholes<double> foreign = resolve_black_scholes(*market.all[0], strike, years, {});
  const UnderlyingMarket& quotes = *market.all[1];
  const BlackScholes<double> exchange = resolve_black_scholes(quotes, forward_price(quotes, years, {}), years, {});
  const Quanto quanto{foreign.rate, exchange.volatility, market.correlation(0, 1)};
  return ForeignAsset{
      quanto_asset<double>({foreign.spot, exchange.rate, foreign.dividend_yield, foreign.volatility}, quanto), quanto};
}

/// A derivative, and its standard error where it was simulated.
struct Slope {
  double value = 0.0;
  double error = 0.0;
};

/// The sensitivities of the two underlyings from those of the asset and its slope by the dividend yield, which holds
/// the foreign rate, both volatilities and the correlation. Of standard errors, whose signs are lost, the sums are the
/// largest that they can be.
std::pair<Greeks, SeveralGreeks> spread_out(const Greeks& own, double slope, double rho, const ForeignAsset& on,
                                            const Market& market, bool are_errors) {
  const auto part = [&](double weight) { return (are_errors ? std::abs(weight) : weight) * slope; };
  const double by_asset = part(on.quanto.correlation * on.quanto.exchange_volatility);
  const double by_exchange = part(on.quanto.correlation * on.asset.volatility);
  Greeks total = own;
  total.vega += by_asset + by_exchange;
  total.rho = rho;
  const SeveralGreeks several{
      {{market.all[0]->name, own.delta, own.gamma, own.vega + by_asset, slope},
       {market.all[1]->name, 0.0, 0.0, by_exchange, part(-1.0)}},
      {{market.all[0]->name, market.all[1]->name, 0.0, part(on.quanto.exchange_volatility * on.asset.volatility)}}};
  return {total, several};
}

void scale(Greeks& g, double by) { g = {by * g.delta, by * g.gamma, by * g.vega, by * g.theta, by * g.rho}; }

void scale(SeveralGreeks& several, double by) {
  for (UnderlyingGreeks& own : several.by_underlying)
    own = {own.underlying, by * own.delta, by * own.gamma, by * own.vega, by * own.dividend};
  for (PairGreeks& pair : several.by_pair) pair.correlation *= by;
}

/// The valuation in domestic money from that of the asset as it sees it; `years` of what is paid at its expiry alone,
/// which the domestic rate then discounts and does nothing else.
Valuation in_domestic_money(Valuation found, const Slope& slope, const ForeignAsset& on, const Market& market,
                            double conversion, std::optional<double> years) {
  const double rho = years ? -*years * found.price : found.greeks.rho + slope.value;
  std::tie(found.greeks, found.several) = spread_out(found.greeks, slope.value, rho, on, market, false);
  found.price *= conversion;
  scale(found.greeks, conversion);
  scale(found.several, conversion);
  if (found.error_estimate) *found.error_estimate *= conversion;
  if (!found.standard_error || !found.greek_standard_errors) return found;
  auto [errors, several_errors] = spread_out(*found.greek_standard_errors, slope.error,
                                             years.value_or(0.0) * *found.standard_error, on, market, true);
  scale(errors, conversion);
  scale(several_errors, conversion);
  *found.standard_error *= conversion;
  found.greek_standard_errors = errors;
  found.several_standard_errors = std::move(several_errors);
  return found;
}

Valuation price_alone(Valuation found, double conversion) {
  found.price *= conversion;
  return found;
}

Barrier barrier_of(const QuantoBarrier& option) {
  return {option.type,  Payout::difference, option.strike, 0.0,          option.direction,
          option.knock, option.barrier,     0.0,           option.expiry};
}

/// The valuation of a barrier option by the method asked for, in the words of the quanto.
Result<Valuation> by_method(const Barrier& option, const BlackScholes<double>& model, const Asked& asked) {
  auto found = value_by_method(option, {{model, asked.measures, asked.workspace}, {}}, asked.method);
  if (found || found.error().field != "method") return found;
  return does_not_fit(asked.method, Fields<QuantoBarrier>::name, found.error().allowed);
}

/// The slope by the dividend yield: by symmetry it is the rho of the option of the other type on an asset in whose
/// units the strike is counted, with spot and strike, rate and yield exchanged and the barrier reflected between them.
/// Source: Haug (2007), sec. 4.19.3 (put-call symmetry of barrier options).
Result<Slope> yield_slope(const Barrier& option, const BlackScholes<double>& m, const Asked& asked) {
  Barrier mirrored = option;
  mirrored.type = option.type == OptionType::call ? OptionType::put : OptionType::call;
  mirrored.direction = option.direction == BarrierSide::down ? BarrierSide::up : BarrierSide::down;
  mirrored.strike = m.spot;
  mirrored.barrier = m.spot * (option.strike / option.barrier);
  const auto found = by_method(mirrored, {option.strike, m.dividend_yield, m.rate, m.volatility}, asked);
  if (!found) return found.error();
  return Slope{found->greeks.rho, found->greek_standard_errors ? found->greek_standard_errors->rho : 0.0};
}

Result<Valuation> value_alive(const QuantoBarrier& quanto, const Market& market, const Asked& asked) {
  const auto on = foreign_asset(market, quanto.strike, quanto.expiry, Fields<QuantoBarrier>::name, asked);
  if (!on) return on.error();
  const Barrier option = barrier_of(quanto);
  auto found = by_method(option, on->asset, asked);
  if (!found) return found;
  check_bounds(no_arbitrage_bounds(option, on->asset, {}), *found);
  if (is_flattened(market, Sees::every_day)) found->flags.push_back(Flag::flattened_market);
  if (asked.measures == Measures::price_only) return price_alone(*std::move(found), quanto.conversion);
  const auto slope = yield_slope(option, on->asset, asked);
  if (!slope) return slope.error();
  return in_domestic_money(*std::move(found), *slope, *on, market, quanto.conversion, quanto.expiry);
}

}  // namespace

Result<Valuation> value_product(const QuantoOption& option, const Market& market, const Asked& asked) {
  const std::string_view product = Fields<QuantoOption>::name;
  const auto on = foreign_asset(market, option.strike, option.expiry, product, asked);
  if (!on) return on.error();
  const VanillaCase vanilla{option.type, option.exercise, option.strike, option.expiry, on->asset, {}};
  auto found = value_vanilla(vanilla, asked, product);
  if (!found) return found;
  if (is_flattened(market, Sees::expiry_alone)) found->flags.push_back(Flag::flattened_market);
  if (asked.measures == Measures::price_only) return price_alone(*std::move(found), option.conversion);
  if (option.exercise == Exercise::american) {
    const auto by_yield = yield_slope(vanilla, asked, product);
    if (!by_yield) return by_yield.error();
    return in_domestic_money(*std::move(found), {*by_yield, 0.0}, *on, market, option.conversion, std::nullopt);
  }
  // The yield counts by what one share of the expiry costs today and nothing else.
  const double units = option.expiry * on->asset.spot;
  const Slope slope{-units * found->greeks.delta,
                    found->greek_standard_errors ? units * found->greek_standard_errors->delta : 0.0};
  return in_domestic_money(*std::move(found), slope, *on, market, option.conversion, option.expiry);
}

Result<Valuation> value_product(const QuantoBarrier& option, const Market& market, const Asked& asked) {
  const double spot = market.quotes.spot;
  if (!has_crossed(spot, option.direction, option.barrier)) return value_alive(option, market, asked);
  return value_crossed(wrong_side("barrier", option.barrier, option.direction, spot), knocked(option), market, asked);
}

}  // namespace plimsoll
