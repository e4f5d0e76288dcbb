#include "plimsoll/product/trade.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const Date today = *Date::parse("2026-11-20");

Trade option(Exercise exercise, Date expiry) {
  return {"T1", -2.0, 100.0, OptionTerms{"AAPL", OptionType::put, exercise, 5.0, expiry}};
}

TEST(Trade, resolves_dates_into_years) {
  const auto american = resolve(option(Exercise::american, today + 73), today);
  EXPECT_EQ(std::get<American>(*american), (American{OptionType::put, 5.0, 73.0 / 365.0}));
  const auto european = resolve(option(Exercise::european, today + 365), today);
  EXPECT_EQ(std::get<European>(*european), (European{OptionType::put, 5.0, 1.0}));
  EXPECT_TRUE(std::holds_alternative<Stock>(*resolve({"S", 1.0, 1.0, StockTerms{"GE"}}, today)));
  const auto future = resolve({"F", 1.0, 50.0, FutureTerms{"SP500", today + 365}}, today);
  EXPECT_EQ(std::get<Future>(*future).expiry, 1.0);
}

TEST(Trade, at_expiry_is_alive_and_after_expiry_is_refused) {
  EXPECT_TRUE(resolve(option(Exercise::european, today), today));
  const auto late = resolve(option(Exercise::european, today + -1), today);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::expired_product);
  EXPECT_EQ(late.error().value, "2026-11-19");
  EXPECT_EQ(resolve({"F", 1.0, 50.0, FutureTerms{"SP500", today + -1}}, today).error().code,
            ErrorCode::expired_product);
  EXPECT_EQ(resolve({"A", 1.0, 1.0, AsianTerms{"GE", OptionType::call, 1.0, {}, {}, today + -1}}, today).error().code,
            ErrorCode::expired_product);
}

TEST(Trade, an_asian_takes_past_fixings_from_the_record) {
  AsianTerms terms{"GE", OptionType::call, 100.0, {today + -7, today, today + 365}, {101.5}, today + 365};
  const auto asian = std::get<ArithmeticAsian>(*resolve({"A", 1.0, 1.0, terms}, today));
  EXPECT_EQ(asian, (ArithmeticAsian{OptionType::call, 100.0, {0.0, 1.0}, 1.0, 1, 101.5}));
  terms.fixed.clear();
  EXPECT_EQ(resolve({"A", 1.0, 1.0, terms}, today).error().field, "fixed");
  terms.fixings = {today + 2, today + 1};
  EXPECT_EQ(resolve({"A", 1.0, 1.0, terms}, today).error().field, "fixings");
}

TEST(Trade, refuses_bad_sizes_names_and_terms) {
  Trade trade = option(Exercise::american, today + 30);
  EXPECT_EQ(underlying_of(trade), "AAPL");
  trade.quantity = std::nan("");
  EXPECT_EQ(resolve(trade, today).error().field, "quantity");
  trade.quantity = 1.0;
  trade.multiplier = 0.0;
  EXPECT_EQ(resolve(trade, today).error().field, "multiplier");
  trade.multiplier = 100.0;
  std::get<OptionTerms>(trade.terms).strike = -5.0;
  EXPECT_EQ(resolve(trade, today).error().field, "strike");
  std::get<OptionTerms>(trade.terms).underlying.clear();
  EXPECT_EQ(resolve(trade, today).error().code, ErrorCode::missing_field);
}

TEST(Trade, its_digest_tells_every_term_apart) {
  const Trade trade = option(Exercise::american, today + 30);
  EXPECT_NE(digest_of(trade), digest_of(option(Exercise::european, today + 30)));
  EXPECT_NE(digest_of(trade), digest_of(option(Exercise::american, today + 31)));
  EXPECT_EQ(digest_of(trade), digest_of(option(Exercise::american, today + 30)));
}

}  // namespace
}  // namespace plimsoll
