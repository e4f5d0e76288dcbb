#include "several_assets.hpp"

#include "plimsoll/valuation/resolve_market.hpp"

#include <algorithm>
#include <utility>

namespace plimsoll {

namespace {

SeveralGreeks several_of(const AssetGreeks& greeks, const Market& market) {
  SeveralGreeks several;
  const std::size_t n = market.all.size();
  for (std::size_t i = 0; i < n; ++i) {
    several.by_underlying.push_back(
        {market.all[i]->name, greeks.delta[i], greeks.gamma[i * n + i], greeks.vega[i], greeks.dividend[i]});
    for (std::size_t j = i + 1; j < n; ++j)
      several.by_pair.push_back(
          {market.all[i]->name, market.all[j]->name, greeks.gamma[i * n + j], greeks.correlation[i * n + j]});
  }
  return several;
}

bool varies(const Curve& curve) {
  return !std::ranges::all_of(curve.rates(), [&](double rate) { return rate == curve.rates().front(); });
}

}  // namespace

std::optional<Error> flaw_of_quotation(const Trade& trade, const UnderlyingMarket& quotes) {
  const bool takes_futures =
      std::holds_alternative<FutureTerms>(trade.terms) || std::holds_alternative<FutureOptionTerms>(trade.terms);
  if (quotes.quotation == Quotation::spot || takes_futures) return std::nullopt;
  return Error{ErrorCode::unsupported, "underlying", quotes.name + ", which is quoted as a future",
               "future, future_option on a quoted future", "give an option on a future as a future_option"};
}

Result<Market> market_of(const Trade& trade, const Snapshot& snapshot) {
  const std::vector<std::string> names = underlyings_of(trade);
  std::vector<const UnderlyingMarket*> all;
  for (const std::string& name : names) {
    const auto quotes = snapshot.underlying(name);
    if (!quotes) return quotes.error();
    if (auto flaw = flaw_of_quotation(trade, **quotes)) return *flaw;
    all.push_back(*quotes);
  }
  Market market{*all.front(), snapshot.valuation_date(), all, {}, Status::observed};
  if (names.size() == 1) return market;
  auto matrix = snapshot.correlations().matrix(names);
  if (!matrix) return matrix.error();
  market.correlation = *std::move(matrix);
  for (const std::string& one : names)
    for (const std::string& other : names) {
      const auto pair = snapshot.correlations().find(one, other);
      if (pair && pair->status == Status::assumed) market.correlation_status = Status::assumed;
    }
  return market;
}

std::optional<Error> flaw_of_rates(const Market& market, double years) {
  const double rate = market.quotes.rate.zero_rate(years);
  for (const UnderlyingMarket* const other : market.all)
    if (other->rate.zero_rate(years) != rate)
      return Error{ErrorCode::invalid_value, "rate",
                   text_of(rate) + " of " + market.quotes.name + ", " + text_of(other->rate.zero_rate(years)) + " of " +
                       other->name,
                   "one rate to the expiry for all underlyings of a trade",
                   "give underlyings of one currency one rate curve"};
  return std::nullopt;
}

bool pays_cash_dividends(const Market& market, double years) {
  return std::ranges::any_of(market.all, [&](const UnderlyingMarket* quotes) {
    return !dividends_until(*quotes, market.today, years).empty();
  });
}

bool is_flattened(const Market& market, Sees sees) {
  return std::ranges::any_of(market.all, [&](const UnderlyingMarket* quotes) {
    return quotes->surface.skew() != 0.0 ||
           (sees == Sees::every_day && (varies(quotes->rate) || varies(quotes->dividend_yield)));
  });
}

Valuation valuation_of(const SimulatedAssets& priced, const Market& market, Chance chance) {
  Valuation valuation;
  valuation.price = priced.estimate.price;
  valuation.greeks = priced.estimate.greeks.total;
  valuation.several = several_of(priced.estimate.greeks, market);
  if (chance == Chance::none) return valuation;
  valuation.standard_error = priced.standard_error.price;
  valuation.greek_standard_errors = priced.standard_error.greeks.total;
  valuation.several_standard_errors = several_of(priced.standard_error.greeks, market);
  return valuation;
}

}  // namespace plimsoll
