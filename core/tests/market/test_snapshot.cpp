#include "plimsoll/market/snapshot.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

UnderlyingMarket quote(std::string name, double spot) {
  return {std::move(name),
          spot,
          PriceBasis::raw,
          *Curve::flat(0.02),
          Status::observed,
          *Curve::flat(0.0),
          Status::observed,
          {},
          *VolatilitySurface::flat(0.2),
          Status::assumed};
}

const Date day{20000};

TEST(Snapshot, finds_underlyings_by_name_in_any_order_given) {
  const Snapshot market = *Snapshot::make(day, {quote("XOM", 60.0), quote("AAPL", 5.0)});
  EXPECT_EQ(market.underlying("AAPL").value()->spot, 5.0);
  EXPECT_EQ(market.underlyings().front()->name, "AAPL");
  EXPECT_EQ(market.valuation_date(), day);
  EXPECT_EQ(market.digest(), Snapshot::make(day, {quote("AAPL", 5.0), quote("XOM", 60.0)})->digest());
}

TEST(Snapshot, names_what_it_has_when_a_quote_is_missing) {
  const Snapshot market = *Snapshot::make(day, {quote("XOM", 60.0), quote("AAPL", 5.0)});
  for (const char* name : {"GE", "ZZ"}) {
    const auto missing = market.underlying(name);
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ErrorCode::missing_quote);
    EXPECT_EQ(missing.error().allowed, "one of: AAPL, XOM");
  }
}

TEST(Snapshot, a_change_makes_a_new_one_and_shares_the_rest) {
  const Snapshot market = *Snapshot::make(day, {quote("XOM", 60.0), quote("AAPL", 5.0)});
  const Snapshot bumped = *market.with(quote("AAPL", 5.05));
  EXPECT_EQ(market.underlying("AAPL").value()->spot, 5.0);
  EXPECT_EQ(bumped.underlying("AAPL").value()->spot, 5.05);
  EXPECT_EQ(market.underlying("XOM").value(), bumped.underlying("XOM").value());
  EXPECT_NE(market.digest(), bumped.digest());
  EXPECT_EQ(market.with(quote("GE", 1.0)).error().code, ErrorCode::missing_quote);
  EXPECT_EQ(market.with(quote("XOM", -1.0)).error().field, "XOM.spot");
}

TEST(Snapshot, several_changes_make_one_new_snapshot_and_of_two_of_one_name_the_later_stands) {
  const Snapshot market = *Snapshot::make(day, {quote("XOM", 60.0), quote("AAPL", 5.0)});
  const Snapshot changed = *market.with_all({quote("AAPL", 5.05), quote("XOM", 61.0), quote("AAPL", 5.1)});
  EXPECT_EQ(changed.digest(), Snapshot::make(day, {quote("XOM", 61.0), quote("AAPL", 5.1)})->digest());
  EXPECT_EQ(market.with_all({})->digest(), market.digest());
  EXPECT_EQ(market.with_all({quote("XOM", 61.0), quote("GE", 1.0)}).error().code, ErrorCode::missing_quote);
}

TEST(Snapshot, every_field_of_an_underlying_changes_the_digest) {
  const auto digest = [](const UnderlyingMarket& m) { return Snapshot::make(day, {m})->digest(); };
  const UnderlyingMarket base = quote("XOM", 60.0);
  std::vector<UnderlyingMarket> changed(10, base);
  changed[0].name = "XON";
  changed[1].spot = 61.0;
  changed[2].price_basis = PriceBasis::adjusted;
  changed[3].rate = *Curve::flat(0.03);
  changed[4].rate_status = Status::assumed;
  changed[5].dividend_yield = *Curve::flat(0.01);
  changed[6].dividend_status = Status::assumed;
  changed[7].dividends = {{day + 10, 0.5}};
  changed[8].surface = *VolatilitySurface::skewed(0.2, -0.1);
  changed[9].volatility_status = Status::observed;
  for (const auto& other : changed) EXPECT_NE(digest(other), digest(base));
  EXPECT_NE(Snapshot::make(day + 1, {base})->digest(), digest(base));
}

TEST(Snapshot, refuses_bad_quotes_by_field) {
  const auto flaw = [](UnderlyingMarket m) { return Snapshot::make(day, {std::move(m)}).error().field; };
  EXPECT_EQ(flaw(quote("", 1.0)), "underlying");
  EXPECT_EQ(flaw(quote("XOM", -1.0)), "XOM.spot");
  EXPECT_EQ(flaw(quote("XOM", std::nan(""))), "XOM.spot");
  auto dividend = quote("XOM", 60.0);
  dividend.dividends = {{day, -0.5}};
  EXPECT_EQ(flaw(dividend), "XOM.cash_dividends.amount");
  dividend.dividends = {{day + 2, 0.5}, {day + 1, 0.5}};
  EXPECT_EQ(flaw(dividend), "XOM.cash_dividends.ex_date");
  EXPECT_EQ(Snapshot::make(day, {quote("XOM", 60.0), quote("XOM", 61.0)}).error().value, "XOM");
}

TEST(Snapshot, takes_a_zero_spot_as_the_limit_it_is) { EXPECT_TRUE(Snapshot::make(day, {quote("XOM", 0.0)})); }

}  // namespace
}  // namespace plimsoll
