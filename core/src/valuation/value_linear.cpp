#include "asked.hpp"
#include "plimsoll/valuation/resolve_market.hpp"

#include <cmath>

// What no model is needed for: the method asked for changes nothing.
namespace plimsoll {

Result<Valuation> value_product(const Stock& /*stock*/, const Market& market, const Asked& /*asked*/) {
  Valuation valuation;
  valuation.price = market.quotes.spot;
  valuation.greeks.delta = 1.0;
  return valuation;
}

Result<Valuation> value_product(const Future& future, const Market& market, const Asked& /*asked*/) {
  const auto dividends = dividends_until(market.quotes, market.today, future.expiry);
  const double carry =
      market.quotes.rate.zero_rate(future.expiry) - market.quotes.dividend_yield.zero_rate(future.expiry);
  const double growth = std::exp(carry * future.expiry);
  Valuation valuation;
  valuation.price = forward_price(market.quotes, future.expiry, dividends);
  if (market.quotes.quotation != Quotation::spot) {
    // A quoted price moves with nothing else.
    valuation.greeks.delta = 1.0;
    return valuation;
  }
  if (!(valuation.price > 0.0)) return valuation;
  valuation.greeks.delta = growth;
  valuation.greeks.theta = -carry * growth * market.quotes.spot;
  valuation.greeks.rho = future.expiry * growth * market.quotes.spot;
  for (const TimedDividend& dividend : dividends) {
    const double left = future.expiry - dividend.years;
    valuation.greeks.rho -= left * dividend.amount * std::exp(carry * left);
  }
  return valuation;
}

Result<Valuation> value_product(const Payment& payment, const Market& market, const Asked& /*asked*/) {
  const double years = payment.expiry;
  const double rate = market.quotes.rate.zero_rate(years);
  const double yield = market.quotes.dividend_yield.zero_rate(years);
  Valuation valuation;
  Greeks& greeks = valuation.greeks;
  if (payment.payout == Payout::cash) {
    valuation.price = payment.amount * std::exp(-rate * years);
    greeks.theta = rate * valuation.price;
    greeks.rho = -years * valuation.price;
    return valuation;
  }
  const auto dividends = dividends_until(market.quotes, market.today, years);
  valuation.price = payment.amount * forward_price(market.quotes, years, dividends) * std::exp(-rate * years);
  if (!(valuation.price > 0.0)) return valuation;
  greeks.delta = payment.amount * std::exp(-yield * years);
  greeks.theta = yield * greeks.delta * market.quotes.spot;
  for (const TimedDividend& dividend : dividends) {
    const double worth =
        payment.amount * dividend.amount * std::exp(-rate * dividend.years - yield * (years - dividend.years));
    greeks.theta -= rate * worth;
    greeks.rho += dividend.years * worth;
  }
  return valuation;
}

}  // namespace plimsoll
