#include "exotic_trades.hpp"

#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/valuation/best_method.hpp>
#include <plimsoll/valuation/value.hpp>

namespace plimsoll::testing {
namespace {

TEST(DefaultMethod, fits_its_product) {
  EXPECT_EQ(default_method(European{}), Method{ClosedForm{}});
  EXPECT_EQ(default_method(American{}), (Method{LeisenReimer{201, Extrapolation::richardson}}));
  EXPECT_EQ(default_method(ArithmeticAsian{}), (Method{MonteCarlo{65536, 1, 1}}));
  EXPECT_EQ(default_method(Stock{}), Method{ClosedForm{}});
  EXPECT_EQ(default_method(Future{}), Method{ClosedForm{}});
  EXPECT_EQ(default_method(Barrier{}), Method{ClosedForm{}});
}

TEST(BestMethod, is_exact_where_it_can_be_and_says_its_error_where_it_cannot) {
  const Snapshot plain = snapshot_of(market_of("ABC"));
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {{date("2026-06-01"), 2.0}};
  const Snapshot paying = snapshot_of(market);
  const Trade european = option_trade(OptionType::put, Exercise::european);
  const Trade american = option_trade(OptionType::put, Exercise::american);
  EXPECT_EQ(*best_method(european, plain), Method{ClosedForm{}});
  EXPECT_EQ(*best_method(american, plain), Method{IntegralEquation::accurate()});
  EXPECT_EQ(*best_method(european, paying), Method{LeisenReimer{}});
  EXPECT_EQ(*best_method(american, paying), Method{LeisenReimer{}});
  EXPECT_EQ(*best_method(trade_of(barrier_terms()), plain), Method{ClosedForm{}});
  for (const Terms& terms : {Terms{digital_terms()}, Terms{touch_terms()}, Terms{barrier_terms()},
                             Terms{double_barrier_terms()}, Terms{double_touch_terms()}}) {
    EXPECT_EQ(*best_method(trade_of(terms), paying), Method{CrankNicolson{}});
    EXPECT_TRUE(value(trade_of(terms), paying, CrankNicolson{}));
  }
  EXPECT_EQ(best_method(option_trade(OptionType::put, Exercise::european, -1.0), plain).error().field, "strike");
  EXPECT_EQ(best_method(trade_of(StockTerms{"XYZ"}), plain).error().code, ErrorCode::missing_quote);
}

TEST(BestMethod, is_the_lattice_or_the_grid_where_an_amount_at_the_hit_has_no_formula) {
  UnderlyingMarket market = market_of("ABC");
  market.rate = *Curve::flat(-0.05);
  market.dividend_yield = *Curve::flat(-0.05);
  market.surface = *VolatilitySurface::flat(0.2);
  const Snapshot snapshot = snapshot_of(market);
  BarrierTerms terms = barrier_terms();
  terms.knock = Knock::knock_out;
  EXPECT_EQ(*best_method(trade_of(terms), snapshot), Method{ClosedForm{}});
  terms.rebate = 3.0;
  EXPECT_EQ(*best_method(trade_of(terms), snapshot), Method{Trinomial{}});
  EXPECT_FALSE(value(trade_of(terms), snapshot, ClosedForm{}));
  EXPECT_TRUE(value(trade_of(terms), snapshot, Trinomial{}));
  TouchTerms touch = touch_terms();
  EXPECT_EQ(*best_method(trade_of(touch), snapshot), Method{ClosedForm{}});
  touch.settlement = Settlement::at_hit;
  EXPECT_EQ(*best_method(trade_of(touch), snapshot), Method{CrankNicolson{}});
}

TEST(BestMethod, is_simulation_where_a_holder_extends_below_a_yield_of_zero) {
  UnderlyingMarket market = market_of("ABC");
  market.dividend_yield = *Curve::flat(-0.02);
  const Snapshot snapshot = snapshot_of(market);
  EXPECT_EQ(*best_method(trade_of(extendible_terms(ExtendedBy::writer)), snapshot), Method{ClosedForm{}});
  const Trade trade = trade_of(extendible_terms());
  EXPECT_EQ(value(trade, snapshot, ClosedForm{}).error().field, "dividend_yield");
  const Method best = *best_method(trade, snapshot);
  EXPECT_EQ(best, (Method{MonteCarlo{65536, 1, 1}}));
  const auto valued = value(trade, snapshot, best);
  ASSERT_TRUE(valued) << valued.error().message();
  EXPECT_TRUE(valued->flags.empty());
  // Without chance it is certain what the holder does.
  UnderlyingMarket certain = market;
  certain.surface = *VolatilitySurface::flat(0.0);
  EXPECT_TRUE(value(trade, snapshot_of(certain), ClosedForm{}));
  // At a yield of zero, where the formula holds, it is worth less by little.
  market.dividend_yield = *Curve::flat(0.0);
  const auto at_zero = value(trade, snapshot_of(market), ClosedForm{});
  EXPECT_NEAR(valued->price, at_zero->price + 0.02 * 100.0, 2.0) << "the forward of the later expiry is 2 % higher";
}

TEST(BestMethod, of_a_barrier_agrees_with_the_lattice_through_the_door) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const Trade trade = trade_of(barrier_terms());
  const auto exact = value(trade, snapshot, ClosedForm{});
  const auto lattice = value(trade, snapshot, Trinomial{});
  ASSERT_TRUE(exact);
  ASSERT_TRUE(lattice);
  // Measured in test_barrier_lattice.cpp: prices to 1e-3 of a strike of 100, slopes to some per cent of theirs.
  EXPECT_NEAR(lattice->price, exact->price, 1e-3);
  EXPECT_NEAR(lattice->greeks.delta, exact->greeks.delta, 1e-3);
  EXPECT_NEAR(lattice->greeks.vega, exact->greeks.vega, 0.05);
  EXPECT_NEAR(lattice->greeks.rho, exact->greeks.rho, 0.05);
}

TEST(BestMethod, a_mixed_book_is_valued_each_trade_by_its_best_as_its_evidence_says) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  std::vector<Trade> trades{option_trade(OptionType::put, Exercise::european),
                            option_trade(OptionType::put, Exercise::american),
                            trade_of(AsianTerms{"ABC", OptionType::call, 100.0, {today}, {}, in_a_year}),
                            trade_of(StockTerms{"XYZ"}), trade_of(StockTerms{"ABC"})};
  for (const Terms& terms : exotic_terms()) trades.push_back(trade_of(terms));
  const auto outcomes = value_book_by_best(trades, snapshot, 1);
  ASSERT_EQ(outcomes.size(), trades.size());
  EXPECT_EQ(outcomes[3].result.error().code, ErrorCode::missing_quote);
  for (std::size_t i = 0; i < trades.size(); ++i) {
    if (i == 3) continue;
    EXPECT_EQ(*outcomes[i].result, *value(trades[i], snapshot, *best_method(trades[i], snapshot))) << i;
  }
  EXPECT_EQ(outcomes[1].result->evidence.method, "IntegralEquation");
  EXPECT_EQ(outcomes[2].result->evidence.method, "CrankNicolson");
  EXPECT_FALSE(outcomes[0].result->evidence.seed);
}

TEST(BestMethod, the_bits_do_not_depend_on_the_number_of_threads) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  std::vector<Trade> trades;
  for (const Terms& terms : exotic_terms()) trades.push_back(trade_of(terms));
  const auto alone = value_book_by_best(trades, snapshot, 1);
  const auto shared = value_book_by_best(trades, snapshot, 3);
  for (std::size_t i = 0; i < trades.size(); ++i) EXPECT_EQ(*alone[i].result, *shared[i].result);
}

}  // namespace
}  // namespace plimsoll::testing
