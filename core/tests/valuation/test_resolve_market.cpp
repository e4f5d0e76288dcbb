#include "market_of.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include <plimsoll/valuation/resolve_market.hpp>

namespace plimsoll::testing {
namespace {

TEST(ResolveMarket, dividends_from_tomorrow_to_the_horizon_count) {
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {{date("2025-12-01"), 1.0}, {today, 2.0},     {date("2026-01-06"), 3.0},
                      {date("2026-06-01"), 0.0}, {in_a_year, 4.0}, {date("2027-01-06"), 5.0}};
  const auto dividends = dividends_until(market, today, 1.0);
  EXPECT_EQ(dividends, (std::vector<TimedDividend>{{1.0 / 365.0, 3.0}, {1.0, 4.0}}));
}

TEST(ResolveMarket, forward_grows_the_spot_and_takes_off_each_dividend_grown) {
  const UnderlyingMarket market = market_of("ABC");
  EXPECT_DOUBLE_EQ(forward_price(market, 2.0, {}), 100.0 * std::exp(0.04));
  EXPECT_NEAR(forward_price(market, 2.0, {{0.5, 3.0}}), 100.0 * std::exp(0.04) - 3.0 * std::exp(0.03), 1e-12);
  EXPECT_EQ(forward_price(market, 2.0, {{0.5, 300.0}}), 0.0);
}

TEST(ResolveMarket, constants_are_those_of_the_expiry_and_the_strike) {
  UnderlyingMarket market = market_of("ABC");
  market.rate = *Curve::from_zero_rates({1.0, 2.0}, {0.01, 0.03});
  market.surface = *VolatilitySurface::skewed(0.2, -0.1);
  const auto model = resolve_black_scholes(market, 80.0, 1.5, {});
  EXPECT_DOUBLE_EQ(model.rate, 0.02);
  EXPECT_DOUBLE_EQ(model.dividend_yield, 0.01);
  EXPECT_EQ(model.volatility, market.surface.volatility(80.0, forward_price(market, 1.5, {}), 1.5));
  EXPECT_GT(model.volatility, 0.2);
}

}  // namespace
}  // namespace plimsoll::testing
