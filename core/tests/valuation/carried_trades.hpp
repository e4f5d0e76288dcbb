#pragma once

#include "market_of.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// What the tests of trades on futures, exchange rates and foreign assets share.
namespace plimsoll::testing {

inline constexpr std::array types{OptionType::call, OptionType::put};
inline const Date in_half_a_year = today + 182;

/// Every number of a valuation of one underlying.
inline std::vector<double> numbers(double price, const Greeks& g) {
  return {price, g.delta, g.gamma, g.vega, g.theta, g.rho};
}

inline Valuation valued(const Terms& terms, const Snapshot& snapshot, const Method& method = ClosedForm{}) {
  const auto found = value({"T", 1.0, 1.0, terms}, snapshot, method);
  if (!found) ADD_FAILURE() << found.error().message();
  return found ? *found : Valuation{};
}

/// The price alone, without the time that sensitivities take.
inline double priced(const Terms& terms, const Snapshot& snapshot, const Method& method) {
  const std::vector<Trade> trades{{"T", 1.0, 1.0, terms}};
  const auto found = price_book(trades, std::vector{snapshot}, method, 1);
  if (!found[0][0]) ADD_FAILURE() << found[0][0].error().message();
  return found[0][0] ? *found[0][0] : 0.0;
}

inline Error refusal(const Terms& terms, const Snapshot& snapshot, const Method& method = ClosedForm{}) {
  const auto found = value({"T", 1.0, 1.0, terms}, snapshot, method);
  EXPECT_FALSE(found);
  return found ? Error{} : found.error();
}

/// Dollars for a euro: the rate is that of the dollar, the yield that of the euro.
inline UnderlyingMarket exchange_rate(double spot = 1.56, double rate = 0.06, double foreign = 0.08) {
  UnderlyingMarket market = market_of("EURUSD", spot);
  market.rate = *Curve::flat(rate);
  market.dividend_yield = *Curve::flat(foreign);
  market.surface = *VolatilitySurface::flat(0.12);
  return market;
}

}  // namespace plimsoll::testing
