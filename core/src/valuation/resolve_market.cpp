#include "plimsoll/valuation/resolve_market.hpp"

#include "plimsoll/base/day_count.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

std::vector<TimedDividend> dividends_until(const UnderlyingMarket& market, Date today, double years) {
  std::vector<TimedDividend> timed;
  for (const CashDividend& dividend : market.dividends) {
    const double time = year_fraction_act365f(today, dividend.ex_date);
    if (time > 0.0 && time <= years && dividend.amount > 0.0) timed.push_back({time, dividend.amount});
  }
  return timed;
}

double forward_price(const UnderlyingMarket& market, double years,
                     const std::vector<TimedDividend>& dividends) noexcept {
  if (market.quotation != Quotation::spot) return market.spot;
  const double carry = market.rate.zero_rate(years) - market.dividend_yield.zero_rate(years);
  double forward = market.spot * std::exp(carry * years);
  for (const TimedDividend& dividend : dividends)
    forward -= dividend.amount * std::exp(carry * (years - dividend.years));
  return std::max(forward, 0.0);
}

BlackScholes<double> resolve_black_scholes(const UnderlyingMarket& market, double strike, double years,
                                           const std::vector<TimedDividend>& dividends) noexcept {
  return {market.spot, market.rate.zero_rate(years), market.dividend_yield.zero_rate(years),
          market.surface.volatility(strike, forward_price(market, years, dividends), years)};
}

}  // namespace plimsoll
