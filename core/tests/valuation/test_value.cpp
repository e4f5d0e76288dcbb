#include "market_of.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <plimsoll/base/version.hpp>
#include <plimsoll/method/closed_form/black_scholes.hpp>
#include <plimsoll/valuation/value.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto american = Exercise::american;
constexpr auto european = Exercise::european;

void expect_refusal(const Result<Valuation>& result, ErrorCode code, const std::string& field) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().message();
  EXPECT_EQ(result.error().field, field);
  EXPECT_FALSE(result.error().allowed.empty());
  EXPECT_FALSE(result.error().fix.empty());
}

bool has_flag(const Valuation& valuation, Flag flag) { return std::ranges::count(valuation.flags, flag) > 0; }

TEST(Value, european_by_closed_form_is_the_formula_with_its_greeks) {
  const auto result = value(option_trade(OptionType::call, european), snapshot_of(market_of("ABC")), formula);
  ASSERT_TRUE(result);
  const PricedGreeks exact = black_scholes_greeks(OptionType::call, 105.0, 1.0, {100.0, 0.03, 0.01, 0.25});
  EXPECT_EQ(result->price, exact.price);
  EXPECT_EQ(result->greeks, exact.greeks);
  EXPECT_FALSE(result->standard_error);
  EXPECT_TRUE(result->flags.empty());
}

TEST(Value, every_method_agrees_on_a_european_option) {
  const Trade trade = option_trade(OptionType::put, european);
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const double exact = value(trade, snapshot, formula)->price;
  EXPECT_NEAR(value(trade, snapshot, tree)->price, exact, 1e-5);
  EXPECT_NEAR(value(trade, snapshot, grid)->price, exact, 1e-4);
  const auto simulated = value(trade, snapshot, simulation);
  ASSERT_TRUE(simulated->standard_error);
  EXPECT_NEAR(simulated->price, exact, 5.0 * *simulated->standard_error);
  EXPECT_TRUE(simulated->greek_standard_errors);
}

TEST(Value, american_by_tree_and_grid_agree_with_and_without_dividends) {
  for (const double dividend : {0.0, 1.5}) {
    UnderlyingMarket market = market_of("ABC");
    if (dividend > 0.0) market.dividends = {{date("2026-03-01"), dividend}, {date("2026-09-01"), dividend}};
    const Snapshot snapshot = snapshot_of(market);
    for (const OptionType type : {OptionType::call, OptionType::put}) {
      const auto by_tree = value(option_trade(type, american), snapshot, tree);
      const auto by_grid = value(option_trade(type, american), snapshot, grid);
      ASSERT_TRUE(by_tree && by_grid);
      // 101 steps with cash dividends: 3e-3 on 100 was the median difference of the widest options.
      EXPECT_NEAR(by_tree->price, by_grid->price, 5e-3);
      EXPECT_NEAR(by_tree->greeks.delta, by_grid->greeks.delta, 3e-3);
    }
  }
}

TEST(Value, option_at_expiry_is_worth_its_payoff_by_every_method) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  for (const Method& method : {formula, tree, grid, simulation}) {
    const auto result = value(option_trade(OptionType::put, european, 105.0, today), snapshot, method);
    ASSERT_TRUE(result) << kind(method);
    EXPECT_DOUBLE_EQ(result->price, 5.0) << kind(method);
  }
  for (const Method& method : {tree, grid})
    EXPECT_EQ(value(option_trade(OptionType::put, american, 105.0, today), snapshot, method)->price, 5.0);
  EXPECT_EQ(value({"F", 1.0, 50.0, FutureTerms{"ABC", today}}, snapshot, formula)->price, 100.0);
}

TEST(Value, option_after_expiry_is_an_expired_product) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const auto result = value(option_trade(OptionType::put, american, 105.0, date("2026-01-04")), snapshot, tree);
  expect_refusal(result, ErrorCode::expired_product, "expiry");
  EXPECT_EQ(result.error().value, "2026-01-04");
  expect_refusal(value({"F", 1.0, 50.0, FutureTerms{"ABC", date("2025-12-31")}}, snapshot, tree),
                 ErrorCode::expired_product, "expiry");
  expect_refusal(value({"A", 1.0, 1.0, AsianTerms{"ABC", OptionType::call, 90.0, {}, {}, date("2025-12-31")}}, snapshot,
                       simulation),
                 ErrorCode::expired_product, "expiry");
}

TEST(Value, missing_underlying_is_a_missing_quote_that_lists_the_known_ones) {
  const auto result =
      value(option_trade(OptionType::put, american, 105.0, in_a_year, "XYZ"), snapshot_of(market_of("ABC")), tree);
  expect_refusal(result, ErrorCode::missing_quote, "underlying");
  EXPECT_NE(result.error().allowed.find("ABC"), std::string::npos);
}

TEST(Value, nonsense_in_a_trade_is_refused_by_field) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double strike : {nan, infinity, -1.0})
    expect_refusal(value(option_trade(OptionType::put, american, strike), snapshot, tree), ErrorCode::invalid_value,
                   "strike");
  Trade trade = option_trade(OptionType::put, american);
  trade.quantity = nan;
  expect_refusal(value(trade, snapshot, tree), ErrorCode::invalid_value, "quantity");
  trade = option_trade(OptionType::put, american);
  trade.multiplier = 0.0;
  expect_refusal(value(trade, snapshot, tree), ErrorCode::invalid_value, "multiplier");
}

TEST(Value, numbers_that_together_leave_the_range_of_a_double_are_refused) {
  UnderlyingMarket market = market_of("ABC");
  market.rate = *Curve::flat(1000.0);
  const Snapshot snapshot = snapshot_of(market);
  expect_refusal(value({"F", 1.0, 50.0, FutureTerms{"ABC", in_a_year}}, snapshot, formula), ErrorCode::not_converged,
                 "method");
  market.rate = *Curve::flat(0.0);
  market.dividend_yield = *Curve::flat(-1000.0);
  for (const Method& method : {formula, tree, grid, simulation})
    expect_refusal(value(option_trade(OptionType::call, european), snapshot_of(market), method),
                   ErrorCode::not_converged, "method");
}

TEST(Value, nonsense_in_the_method_is_refused_before_anything_is_computed) {
  expect_refusal(value(option_trade(OptionType::put, american), snapshot_of(market_of("ABC")), LeisenReimer{100}),
                 ErrorCode::invalid_value, "steps");
}

TEST(Value, unsupported_methods_are_refused_with_those_that_fit) {
  const Snapshot plain = snapshot_of(market_of("ABC"));
  UnderlyingMarket paying = market_of("ABC");
  paying.dividends = {{date("2026-06-01"), 2.0}};
  const Snapshot with_dividend = snapshot_of(paying);
  UnderlyingMarket falling = market_of("ABC");
  falling.rate = *Curve::flat(-0.01);
  falling.dividend_yield = *Curve::flat(-0.03);
  const Snapshot two_boundaries = snapshot_of(falling);
  const Trade asian{"A", 1.0, 1.0, AsianTerms{"ABC", OptionType::call, 100.0, {date("2026-06-01")}, {}, in_a_year}};
  struct Case {
    const Trade trade;
    const Snapshot& snapshot;
    const Method method;
    std::string value;
    std::string allowed;
  };
  const std::string lattices = "LeisenReimer, Binomial, Trinomial, CrankNicolson";
  const std::string american_methods =
      lattices + ", IntegralEquation, BaroneAdesiWhaley, BjerksundStensland, JuQuadratic";
  for (const Case& refused : std::vector<Case>{
           {option_trade(OptionType::put, american), plain, formula, "ClosedForm for American", american_methods},
           {option_trade(OptionType::put, american), plain, simulation, "MonteCarlo for American", american_methods},
           {option_trade(OptionType::call, european), with_dividend, formula,
            "ClosedForm for European with cash dividends", lattices},
           {option_trade(OptionType::call, european), with_dividend, simulation,
            "MonteCarlo for European with cash dividends", lattices},
           {option_trade(OptionType::put, american), with_dividend, integral,
            "IntegralEquation for American with cash dividends", lattices},
           {option_trade(OptionType::put, american), with_dividend, JuQuadratic{},
            "JuQuadratic for American with cash dividends", lattices},
           {option_trade(OptionType::put, american), two_boundaries, BaroneAdesiWhaley{},
            "BaroneAdesiWhaley for American", lattices + ", IntegralEquation"},
           {asian, plain, tree, "LeisenReimer for ArithmeticAsian", "CrankNicolson, MonteCarlo"}}) {
    const auto result = value(refused.trade, refused.snapshot, refused.method);
    expect_refusal(result, ErrorCode::unsupported, "method");
    EXPECT_EQ(result.error().value, refused.value);
    EXPECT_EQ(result.error().allowed, refused.allowed);
  }
  expect_refusal(value(asian, with_dividend, simulation), ErrorCode::unsupported, "method");
}

TEST(Value, american_call_without_yield_may_be_valued_by_the_closed_form_but_not_by_simulation) {
  UnderlyingMarket market = market_of("ABC");
  market.dividend_yield = *Curve::flat(0.0);
  const Snapshot snapshot = snapshot_of(market);
  EXPECT_EQ(value(option_trade(OptionType::call, american), snapshot, formula)->price,
            value(option_trade(OptionType::call, european), snapshot, formula)->price);
  const auto refused = value(option_trade(OptionType::call, american), snapshot, simulation);
  expect_refusal(refused, ErrorCode::unsupported, "method");
  EXPECT_EQ(refused.error().allowed,
            "ClosedForm, LeisenReimer, Binomial, Trinomial, CrankNicolson, IntegralEquation, BaroneAdesiWhaley, "
            "BjerksundStensland, JuQuadratic");
}

TEST(Value, integral_equation_says_how_far_from_exact_its_price_may_be) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const auto found = value(option_trade(OptionType::put, american), snapshot, integral);
  ASSERT_TRUE(found->error_estimate);
  const auto exact = value(option_trade(OptionType::put, american), snapshot, IntegralEquation::high_precision());
  EXPECT_LE(std::abs(found->price - exact->price), *found->error_estimate);
  EXPECT_LT(*found->error_estimate, 1e-4);
  EXPECT_FALSE(value(option_trade(OptionType::put, american), snapshot, tree)->error_estimate);
}

TEST(Value, asian_is_simulated_with_its_past_fixings) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const Trade asian{
      "A", 1.0, 1.0,
      AsianTerms{
          "ABC", OptionType::call, 100.0, {date("2025-12-01"), date("2026-06-01"), in_a_year}, {98.0}, in_a_year}};
  const auto result = value(asian, snapshot, simulation);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->standard_error);
  EXPECT_GT(result->price, 0.0);
  EXPECT_LT(result->price, value(option_trade(OptionType::call, european, 100.0), snapshot, formula)->price);
}

TEST(Value, stock_is_worth_its_spot_whatever_the_method) {
  const Snapshot snapshot = snapshot_of(market_of("ABC", 42.5));
  for (const Method& method : {formula, tree, grid, simulation}) {
    const auto result = value({"S", -300.0, 1.0, StockTerms{"ABC"}}, snapshot, method);
    EXPECT_EQ(result->price, 42.5);
    EXPECT_EQ(result->greeks, (Greeks{1.0, 0.0, 0.0, 0.0, 0.0}));
  }
}

TEST(Value, future_is_worth_its_forward_and_its_greeks_agree_with_bumps) {
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {{date("2026-07-06"), 2.0}};
  const Trade future{"F", 1.0, 50.0, FutureTerms{"ABC", in_a_year}};
  const auto result = value(future, snapshot_of(market), formula);
  const double left = 183.0 / 365.0;
  EXPECT_NEAR(result->price, 100.0 * std::exp(0.02) - 2.0 * std::exp(0.02 * left), 1e-12);
  const auto price_at = [&](double spot, double rate) {
    UnderlyingMarket bumped = market;
    bumped.spot = spot;
    bumped.rate = *Curve::flat(rate);
    return value(future, snapshot_of(bumped), formula)->price;
  };
  EXPECT_NEAR(result->greeks.delta, (price_at(101.0, 0.03) - price_at(99.0, 0.03)) / 2.0, 1e-10);
  EXPECT_NEAR(result->greeks.rho, (price_at(100.0, 0.0301) - price_at(100.0, 0.0299)) / 2e-4, 1e-6);
  EXPECT_NEAR(result->greeks.theta, -0.02 * 100.0 * std::exp(0.02), 1e-12);
}

TEST(Value, future_whose_dividends_exceed_the_spot_is_worth_nothing) {
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {{date("2026-07-06"), 500.0}};
  const auto result = value({"F", 1.0, 50.0, FutureTerms{"ABC", in_a_year}}, snapshot_of(market), formula);
  EXPECT_EQ(result->price, 0.0);
  EXPECT_EQ(result->greeks, Greeks{});
}

TEST(Value, assumptions_and_adjusted_prices_are_flagged_where_they_enter) {
  UnderlyingMarket market = market_of("ABC");
  market.price_basis = PriceBasis::adjusted;
  market.rate_status = market.dividend_status = market.volatility_status = Status::assumed;
  const Snapshot snapshot = snapshot_of(market);
  const auto flags = [&](const Terms& terms) { return value({"T", 1.0, 1.0, terms}, snapshot, tree)->flags; };
  EXPECT_EQ(flags(StockTerms{"ABC"}), (std::vector{Flag::adjusted_prices}));
  EXPECT_EQ(flags(FutureTerms{"ABC", in_a_year}),
            (std::vector{Flag::adjusted_prices, Flag::assumed_rate, Flag::assumed_dividends}));
  EXPECT_EQ(
      flags(OptionTerms{"ABC", OptionType::call, american, 100.0, in_a_year}),
      (std::vector{Flag::adjusted_prices, Flag::assumed_rate, Flag::assumed_dividends, Flag::assumed_volatility}));
}

TEST(Value, a_coarse_grid_that_strays_outside_the_bounds_is_flagged) {
  // Twenty nodes over five deviations of 5 % lose the last of what a sure payoff is worth: 49.9995 instead of 50.
  UnderlyingMarket market = market_of("ABC");
  market.rate = market.dividend_yield = *Curve::flat(0.0);
  market.surface = *VolatilitySurface::flat(0.05);
  const Trade put = option_trade(OptionType::put, european, 150.0, date("2029-01-05"));
  const auto coarse = value(put, snapshot_of(market), CrankNicolson{20, 10, Extrapolation::none});
  EXPECT_LT(coarse->price, 50.0);
  EXPECT_TRUE(has_flag(*coarse, Flag::below_no_arbitrage_bound));
  EXPECT_FALSE(has_flag(*value(put, snapshot_of(market), grid), Flag::below_no_arbitrage_bound));
}

TEST(Value, evidence_names_what_went_in) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const Trade trade = option_trade(OptionType::call, european);
  const Evidence evidence = value(trade, snapshot, simulation)->evidence;
  EXPECT_EQ(evidence.trade_digest, digest_of(trade));
  EXPECT_EQ(evidence.snapshot_digest, snapshot.digest());
  EXPECT_EQ(evidence.method_digest, digest_of(simulation));
  EXPECT_EQ(evidence.method, "MonteCarlo");
  EXPECT_EQ(evidence.library_version, version);
  EXPECT_EQ(evidence.seed, 7U);
  EXPECT_EQ(evidence.isa, instruction_set());
  EXPECT_FALSE(value(trade, snapshot, formula)->evidence.seed);
}

TEST(Value, simulation_has_the_same_bits_and_evidence_on_one_thread_and_two) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const Trade trade = option_trade(OptionType::call, european);
  EXPECT_EQ(*value(trade, snapshot, MonteCarlo{16384, 7, 1}), *value(trade, snapshot, MonteCarlo{16384, 7, 2}));
}

std::vector<Trade> mixed_book() {
  std::vector<Trade> trades;
  for (int i = 0; i < 24; ++i) {
    Trade trade = option_trade(i % 2 == 0 ? OptionType::call : OptionType::put, i % 3 == 0 ? european : american,
                               70.0 + 3.0 * i, Date{today.days + 20 * i - 20});
    trade.id = std::to_string(i);
    if (i == 5) trade.terms = StockTerms{"XYZ"};
    if (i == 7) trade.terms = StockTerms{"ABC"};
    trades.push_back(trade);
  }
  return trades;
}

TEST(ValueBook, one_outcome_for_each_trade_in_their_order_and_a_bad_one_ends_nothing) {
  const auto trades = mixed_book();
  const auto outcomes = value_book(trades, snapshot_of(market_of("ABC")), tree, 1);
  ASSERT_EQ(outcomes.size(), trades.size());
  for (std::size_t i = 0; i < trades.size(); ++i) {
    EXPECT_EQ(outcomes[i].trade_id, trades[i].id);
    EXPECT_EQ(outcomes[i].result.has_value(), i != 0 && i != 5) << i;
  }
  EXPECT_EQ(outcomes[0].result.error().code, ErrorCode::expired_product);
  EXPECT_EQ(outcomes[5].result.error().code, ErrorCode::missing_quote);
}

TEST(ValueBook, same_bits_on_any_thread_count_and_as_one_by_one) {
  const auto trades = mixed_book();
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const auto alone = value_book(trades, snapshot, tree, 1);
  for (const int threads : {2, 3, 64}) {
    const auto shared = value_book(trades, snapshot, tree, threads);
    for (std::size_t i = 0; i < trades.size(); ++i) {
      ASSERT_EQ(alone[i].result.has_value(), shared[i].result.has_value());
      if (alone[i].result) {
        EXPECT_EQ(*alone[i].result, *shared[i].result);
      }
    }
  }
  EXPECT_EQ(*alone[9].result, *value(trades[9], snapshot, tree));
}

TEST(ValueBook, a_flaw_of_the_method_is_the_outcome_of_every_trade) {
  for (const Outcome& outcome : value_book(mixed_book(), snapshot_of(market_of("ABC")), LeisenReimer{4}, 1))
    expect_refusal(outcome.result, ErrorCode::invalid_value, "steps");
}

TEST(ValueBook, an_empty_book_has_no_outcomes) {
  EXPECT_TRUE(value_book({}, snapshot_of(market_of("ABC")), tree, 1).empty());
}

RC_GTEST_PROP(ValueProperty, european_parity_and_american_order_hold_through_the_door, ()) {
  UnderlyingMarket market = market_of("ABC", 10.0 * *rc::gen::inRange(1, 30));
  market.rate = *Curve::from_zero_rates({0.5, 2.0}, {0.001 * *rc::gen::inRange(-10, 100), 0.03});
  market.surface = *VolatilitySurface::skewed(0.01 * *rc::gen::inRange(5, 150), -0.1);
  const Snapshot snapshot = snapshot_of(market);
  const double strike = market.spot * (0.5 + 0.01 * *rc::gen::inRange(0, 150));
  const Date expiry{today.days + *rc::gen::inRange(1, 1095)};
  const auto price = [&](OptionType type, Exercise exercise, const Method& method) {
    return value(option_trade(type, exercise, strike, expiry), snapshot, method)->price;
  };
  const double years = static_cast<double>(expiry.days - today.days) / 365.0;
  const double forward_value = market.spot * std::exp(-0.01 * years) - strike * market.rate.discount_factor(years);
  const double call = price(OptionType::call, european, formula);
  const double put = price(OptionType::put, european, formula);
  const double rounding = 1e-12 * (market.spot + strike);
  RC_ASSERT(std::abs(call - put - forward_value) <= rounding);
  for (const OptionType type : {OptionType::call, OptionType::put})
    RC_ASSERT(price(type, american, tree) >= price(type, european, tree));
}

TEST(PriceBook, gives_a_price_or_a_refusal_for_each_trade_in_each_snapshot) {
  const std::vector<Trade> trades{option_trade(OptionType::put, Exercise::european),
                                  {"stock", 1.0, 1.0, StockTerms{"ABC"}},
                                  {"lost", 1.0, 1.0, StockTerms{"TULIP"}}};
  const std::vector<Snapshot> markets{snapshot_of(market_of("ABC")), snapshot_of(market_of("ABC", 90.0))};
  const auto prices = price_book(trades, markets, formula, 1);
  ASSERT_EQ(prices.size(), 2U);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_EQ(*prices[s][0], value(trades[0], markets[s], formula)->price);
    EXPECT_EQ(*prices[s][1], (*markets[s].underlying("ABC"))->spot);
    EXPECT_EQ(prices[s][2].error().code, ErrorCode::missing_quote);
  }
  EXPECT_TRUE(price_book(trades, {}, formula, 1).empty());
}

}  // namespace
}  // namespace plimsoll::testing
