#include "plimsoll/scenario/revaluation.hpp"
#include "plimsoll/scenario/shock.hpp"
#include "plimsoll/valuation/best_method.hpp"
#include "plimsoll/valuation/value.hpp"
#include "valuation/market_of.hpp"

#include <bit>
#include <cstdint>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

using testing::in_a_year;
using testing::market_of;
using testing::option_trade;
using testing::snapshot_of;
using testing::tree;

Trade named(std::string id, Trade trade) {
  trade.id = std::move(id);
  return trade;
}

std::vector<Trade> book() {
  return {named("call", option_trade(OptionType::call, Exercise::american)),
          named("put", option_trade(OptionType::put, Exercise::american, 95.0)),
          {"stock", -10.0, 1.0, StockTerms{"ABC"}},
          {"future", 3.0, 50.0, FutureTerms{"ABC", in_a_year}},
          named("lost", option_trade(OptionType::call, Exercise::american, 100.0, in_a_year, "TULIP"))};
}

Snapshot base() { return snapshot_of(market_of("ABC")); }

Snapshot moved(double spot) { return *apply(parallel_spot_shock(base(), spot), base()); }

// A lattice that is laid out for Greeks too sums the same tree in other steps.
constexpr double rounding = 1e-12;

TEST(Revaluation, prices_are_those_of_the_door_and_profits_those_of_the_whole_position_in_cents) {
  const auto trades = book();
  const Snapshot after = moved(-0.1);
  const Revaluation found = revalue(trades, base(), std::vector{after}, tree, 1);
  for (std::size_t i = 0; i + 1 < trades.size(); ++i) {
    const double before = *found.before[i];
    const double then = found.after[0][i]->price;
    EXPECT_NEAR(before, value(trades[i], base(), tree)->price, rounding * before) << trades[i].id;
    EXPECT_NEAR(then, value(trades[i], after, tree)->price, rounding * then) << trades[i].id;
    EXPECT_EQ(found.after[0][i]->profit,
              *Money::round_half_up((then - before) * trades[i].quantity * trades[i].multiplier));
  }
  EXPECT_EQ(found.after[0][2]->profit, *Money::parse("100.00"));  // ten shares owed, each ten dollars cheaper
}

TEST(Revaluation, a_trade_without_a_price_is_refused_with_its_reason_and_the_others_are_valued) {
  const Revaluation found = revalue(book(), base(), std::vector{moved(0.1)}, tree, 2);
  EXPECT_EQ(found.before.back().error().code, ErrorCode::missing_quote);
  EXPECT_EQ(found.after[0].back().error().value, "TULIP");
  EXPECT_TRUE(found.after[0].front());
}

TEST(Revaluation, a_trade_that_the_method_does_not_fit_is_valued_by_the_best) {
  const auto trades = book();
  const Revaluation by_formula = revalue(trades, base(), std::vector{base()}, ClosedForm{}, 1);
  const Valuation best = *value(trades[0], base(), *best_method(trades[0], base()));
  EXPECT_EQ(best.evidence.method, "IntegralEquation");
  EXPECT_NEAR(*by_formula.before[0], best.price, rounding * best.price);
  EXPECT_EQ(by_formula.after[0][0]->profit, Money{});
  EXPECT_TRUE(by_formula.after[0][2]);
}

TEST(Revaluation, a_shock_across_a_barrier_knocks_a_trade_that_the_book_may_not_hold_across_it) {
  BarrierTerms terms;
  terms.underlying = "ABC";
  terms.strike = 100.0;
  terms.barrier = 90.0;
  terms.rebate = 3.0;
  terms.expiry = in_a_year;
  const std::vector<Trade> trades{{"out", 2.0, 10.0, terms}};
  const Revaluation found = revalue(trades, base(), std::vector{moved(-0.2)}, ClosedForm{}, 1);
  EXPECT_EQ(found.after[0][0]->price, 3.0);
  EXPECT_EQ(found.after[0][0]->profit, *Money::round_half_up((3.0 - *found.before[0]) * 20.0));
  const Revaluation contradicting = revalue(trades, moved(-0.2), std::vector{base()}, ClosedForm{}, 1);
  EXPECT_EQ(contradicting.before[0].error().field, "barrier");
  EXPECT_EQ(contradicting.after[0][0].error().field, "barrier");
}

TEST(Revaluation, a_price_or_profit_out_of_all_bounds_is_refused_on_its_side_alone) {
  auto wild = market_of("ABC");
  wild.rate = *Curve::flat(1e3);  // the forward is beyond every number
  const Revaluation found = revalue(book(), base(), std::vector{snapshot_of(wild)}, tree, 1);
  EXPECT_TRUE(found.before[3]);
  EXPECT_EQ(found.after[0][3].error().code, ErrorCode::not_converged);
  EXPECT_EQ(found.after[0][3].error().value, "inf");
  const std::vector<Trade> huge{{"huge", 1e300, 1.0, StockTerms{"ABC"}}};
  EXPECT_EQ(revalue(huge, base(), std::vector{moved(0.1)}, tree, 1).after[0][0].error().field, "money");
}

TEST(Revaluation, no_change_gives_no_profit) {
  const Revaluation found = revalue(book(), base(), std::vector{base(), base()}, tree, 1);
  ASSERT_EQ(found.after.size(), 2U);
  for (const auto& row : found.after)
    for (std::size_t i = 0; i + 1 < row.size(); ++i) EXPECT_EQ(row[i]->profit, Money{});
}

TEST(Revaluation, a_flaw_of_the_method_refuses_every_trade) {
  const Revaluation found = revalue(book(), base(), std::vector{base()}, LeisenReimer{2}, 1);
  for (const auto& price : found.before) EXPECT_EQ(price.error().field, "steps");
}

TEST(Revaluation, same_bits_on_one_thread_and_three_threads) {
  std::vector<Snapshot> markets;
  for (int k = -5; k <= 5; ++k) markets.push_back(moved(0.1 * k));
  const auto one = revalue(book(), base(), markets, tree, 1);
  const auto three = revalue(book(), base(), markets, tree, 3);
  for (std::size_t s = 0; s < markets.size(); ++s)
    for (std::size_t i = 0; i + 1 < book().size(); ++i) {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(one.after[s][i]->price),
                std::bit_cast<std::uint64_t>(three.after[s][i]->price));
      EXPECT_EQ(one.after[s][i]->profit, three.after[s][i]->profit);
    }
}

RC_GTEST_PROP(Revaluation, a_long_call_gains_and_a_long_put_loses_as_the_spot_rises, ()) {
  const double low = static_cast<double>(*rc::gen::inRange(-60, 60)) / 100.0;
  const double high = low + static_cast<double>(*rc::gen::inRange(1, 40)) / 100.0;
  const std::vector<Trade> pair{option_trade(OptionType::call, Exercise::american),
                                option_trade(OptionType::put, Exercise::american)};
  const auto found = revalue(pair, base(), std::vector{moved(low), moved(high)}, tree, 1);
  RC_ASSERT(found.after[0][0]->profit <= found.after[1][0]->profit);
  RC_ASSERT(found.after[0][1]->profit >= found.after[1][1]->profit);
}

}  // namespace
}  // namespace plimsoll
