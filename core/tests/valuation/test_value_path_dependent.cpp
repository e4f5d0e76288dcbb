#include "exotic_trades.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <plimsoll/method/closed_form/barrier.hpp>
#include <plimsoll/valuation/value.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto european = Exercise::european;

bool has_flag(const Valuation& valuation, Flag flag) { return std::ranges::count(valuation.flags, flag) > 0; }

double worth(const Terms& terms, const Snapshot& snapshot) { return value(trade_of(terms), snapshot, formula)->price; }

void expect_refusal(const Result<Valuation>& result, ErrorCode code, const std::string& field) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().message();
  EXPECT_EQ(result.error().field, field);
  EXPECT_FALSE(result.error().allowed.empty());
  EXPECT_FALSE(result.error().fix.empty());
}

TEST(ValueExotic, each_product_is_valued_by_its_formula_with_evidence_and_within_its_bounds) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  for (const Terms& terms : exotic_terms()) {
    const Trade trade = trade_of(terms);
    const auto result = value(trade, snapshot, formula);
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_GT(result->price, 0.0);
    EXPECT_TRUE(result->flags.empty());
    EXPECT_EQ(result->evidence.method, "ClosedForm");
    EXPECT_EQ(result->evidence.trade_digest, digest_of(trade));
  }
  const BlackScholes<double> model{100.0, 0.03, 0.01, 0.25};
  const Barrier barrier{
      OptionType::call, Payout::difference, 105.0, 0.0, BarrierSide::down, Knock::knock_out, 90.0, 0.0, 1.0};
  EXPECT_EQ(value(trade_of(barrier_terms()), snapshot, formula)->greeks, closed_form(barrier, model)->greeks);
}

TEST(ValueExotic, at_expiry_each_product_is_worth_its_payoff) {
  UnderlyingMarket market = market_of("ABC", 110.0);
  const Snapshot snapshot = *Snapshot::make(in_a_year, {market});
  EXPECT_DOUBLE_EQ(worth(digital_terms(), snapshot), 10.0);
  EXPECT_DOUBLE_EQ(worth(digital_terms(Payout::asset), snapshot), 110.0);
  EXPECT_DOUBLE_EQ(worth(digital_terms(Payout::difference), snapshot), 10.0) << "a gap option pays 110 - 100";
  EXPECT_DOUBLE_EQ(worth(touch_terms(), snapshot), 0.0);
  EXPECT_DOUBLE_EQ(worth(touch_terms(Knock::knock_out), snapshot), 10.0);
  EXPECT_DOUBLE_EQ(worth(barrier_terms(), snapshot), 5.0);
  EXPECT_DOUBLE_EQ(worth(barrier_terms(Knock::knock_in, 3.0), snapshot), 3.0);
  EXPECT_DOUBLE_EQ(worth(double_barrier_terms(), snapshot), 5.0);
  EXPECT_DOUBLE_EQ(worth(soft_barrier_terms(), snapshot), 5.0);
  EXPECT_NEAR(worth(soft_barrier_terms(Knock::knock_out, 85.0), snapshot), 2.5, 1e-12) << "half is knocked out";
  EXPECT_DOUBLE_EQ(worth(lookback_terms(LookbackStrike::fixed, 120.0), snapshot), 15.0);
  EXPECT_DOUBLE_EQ(worth(double_touch_terms(), snapshot), 10.0);
  EXPECT_DOUBLE_EQ(worth(double_touch_terms(Knock::knock_in), snapshot), 0.0);
  EXPECT_DOUBLE_EQ(worth(lookback_terms(LookbackStrike::floating, 90.0), snapshot), 20.0);
}

TEST(ValueExotic, on_its_first_date_an_option_is_the_best_that_is_then_had) {
  const Snapshot snapshot = *Snapshot::make(in_half_a_year, {market_of("ABC", 112.0)});
  const auto vanilla = [&](OptionType type, double strike, Date expiry) {
    return value(option_trade(type, european, strike, expiry), snapshot, formula)->price;
  };
  constexpr double rounding = 1e-12;
  const double call = vanilla(OptionType::call, 105.0, in_a_year);
  const double put = vanilla(OptionType::put, 95.0, in_a_year + -91);
  EXPECT_NEAR(worth(chooser_terms(), snapshot), std::max(call, put), rounding);
  EXPECT_NEAR(worth(compound_terms(), snapshot), call - 5.0, rounding);
  EXPECT_EQ(worth(compound_terms(OptionType::put), snapshot), 0.0);
  EXPECT_NEAR(worth(extendible_terms(), snapshot), vanilla(OptionType::call, 110.0, in_a_year) - 1.0, rounding);
  EXPECT_EQ(worth(extendible_terms(ExtendedBy::writer), snapshot), 7.0) << "in the money, so it is not extended";
  EXPECT_NEAR(worth(forward_start_terms(), snapshot), vanilla(OptionType::call, 1.05 * 112.0, in_a_year), rounding);
  // What is left has the sensitivities of the option that it is, gamma and the passing of time among them.
  const auto greeks = [&](const Terms& terms, const Method& method = formula) {
    return value(trade_of(terms), snapshot, method)->greeks;
  };
  const Greeks of_call = value(option_trade(OptionType::call, european), snapshot, formula)->greeks;
  EXPECT_EQ(greeks(chooser_terms()), of_call);
  EXPECT_EQ(greeks(chooser_terms(), simulation), of_call);
  EXPECT_EQ(greeks(compound_terms()), of_call);
  EXPECT_EQ(greeks(compound_terms(OptionType::put)), Greeks{});
  CompoundTerms sold = compound_terms(OptionType::put);
  sold.strike = 50.0;
  EXPECT_EQ(greeks(sold).gamma, -of_call.gamma) << "the daughter is sold";
  EXPECT_EQ(worth(sold, snapshot), 50.0 - call);
  EXPECT_EQ(greeks(extendible_terms()),
            value(option_trade(OptionType::call, european, 110.0), snapshot, formula)->greeks);
  EXPECT_EQ(greeks(extendible_terms(ExtendedBy::writer)), (Greeks{1.0, 0.0, 0.0, 0.0, 0.0}));
  ExtendibleTerms dear = extendible_terms();
  dear.premium = 50.0;
  EXPECT_EQ(worth(dear, snapshot), 7.0);
  dear.type = OptionType::put;
  EXPECT_EQ(worth(dear, snapshot), 0.0);
  ChooserTerms of_put = chooser_terms();
  of_put.put_strike = 150.0;
  EXPECT_EQ(greeks(of_put),
            value(option_trade(OptionType::put, european, 150.0, of_put.put_expiry), snapshot, formula)->greeks);
  ForwardStartTerms begun = forward_start_terms();
  begun.start_spot = 100.0;
  const auto valued = value(trade_of(begun), snapshot, tree);
  ASSERT_TRUE(valued) << "by every method of the vanilla";
  EXPECT_EQ(worth(begun, snapshot), vanilla(OptionType::call, 105.0, in_a_year));
}

TEST(ValueExotic, a_window_that_begins_or_ends_today_is_the_product_that_it_leaves) {
  const Snapshot then = *Snapshot::make(in_half_a_year, {market_of("ABC")});
  const auto in_the_second_half = [&](const Terms& terms) { return worth(terms, then); };
  const BarrierTerms below = [] {
    BarrierTerms terms = barrier_terms();
    terms.barrier = 92.0;
    return terms;
  }();
  BarrierTerms above = below;
  above.direction = BarrierSide::up;
  above.barrier = 125.0;
  PartialTimeBarrierTerms any_side = window_barrier_terms();
  EXPECT_EQ(in_the_second_half(any_side), in_the_second_half(below));
  any_side.direction = BarrierSide::down;
  EXPECT_EQ(in_the_second_half(any_side), in_the_second_half(below));
  any_side.direction.reset();
  any_side.barrier = 125.0;
  EXPECT_EQ(in_the_second_half(any_side), in_the_second_half(above)) << "on the side of today's spot";
  EXPECT_EQ(in_the_second_half(window_barrier_terms(BarrierWindow::end_from_side)), in_the_second_half(below));
  const double vanilla = in_the_second_half(OptionTerms{"ABC", OptionType::call, european, 105.0, in_a_year});
  EXPECT_EQ(in_the_second_half(window_barrier_terms(BarrierWindow::start)), vanilla);
  PartialTimeBarrierTerms whole = window_barrier_terms(BarrierWindow::start);
  whole.cover = whole.expiry;
  EXPECT_EQ(in_the_second_half(whole), in_the_second_half(below));
  EXPECT_EQ(value(trade_of(whole), then, Trinomial{})->price, value(trade_of(below), then, Trinomial{})->price);
  LookbackTerms lookback = lookback_terms(LookbackStrike::fixed, 100.0);
  PartialLookbackTerms partial = partial_lookback_terms(LookbackStrike::fixed);
  EXPECT_EQ(in_the_second_half(partial), in_the_second_half(lookback));
  partial.cover = partial.expiry;
  EXPECT_EQ(in_the_second_half(partial), vanilla) << "the last spot alone is watched";
  EXPECT_NEAR(in_the_second_half(partial_lookback_terms()),
              in_the_second_half(OptionTerms{"ABC", OptionType::call, european, 1.05 * 95.0, in_a_year}), 1e-12);
  // Today's spot is the lowest so far.
  const Snapshot lower = *Snapshot::make(in_half_a_year, {market_of("ABC", 90.0)});
  EXPECT_EQ(worth(partial_lookback_terms(), lower),
            worth(partial_lookback_terms(LookbackStrike::floating, OptionType::call, 90.0), lower));
}

TEST(ValueExotic, a_forward_start_is_in_proportion_to_the_spot_and_falls_when_the_start_nears_for_no_carry) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const auto exact = value(trade_of(forward_start_terms()), snapshot, formula);
  EXPECT_DOUBLE_EQ(exact->greeks.delta, exact->price / 100.0);
  // Until its start it grows as the asset that pays no dividend to its holder.
  EXPECT_NEAR(exact->greeks.theta, 0.01 * exact->price, 1e-12);
  EXPECT_GT(exact->greeks.vega, 0.0);
  EXPECT_GT(exact->greeks.rho, 0.0) << "a call";
  EXPECT_LT(value(trade_of(forward_start_terms(OptionType::put)), snapshot, formula)->greeks.rho, 0.0);
  // Each measure has a control of its own, so they keep the proportion within their errors.
  const auto drawn = value(trade_of(forward_start_terms()), snapshot, simulation);
  EXPECT_NEAR(drawn->greeks.delta, exact->price / 100.0, 5.0 * drawn->greek_standard_errors->delta);
  for (const auto& one : {exact, drawn}) EXPECT_EQ(one->greeks.gamma, 0.0);
  for (const Method& method : {formula, simulation}) {
    const double one = value(trade_of(forward_start_terms()), snapshot, method)->price;
    const double two = value(trade_of(forward_start_terms()), snapshot_of(market_of("ABC", 200.0)), method)->price;
    EXPECT_NEAR(two, 2.0 * one, 1e-12);
  }
}

TEST(ValueExotic, options_with_a_first_date_keep_their_parities) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  constexpr double rounding = 1e-11;
  const double first = 182.0 / 365.0;
  const double forward_start_legs = 100.0 * (std::exp(-0.01) - 1.05 * std::exp(-0.01 * first - 0.03 * (1.0 - first)));
  EXPECT_NEAR(worth(forward_start_terms(), snapshot) - worth(forward_start_terms(OptionType::put), snapshot),
              forward_start_legs, rounding);
  for (const OptionType daughter : {OptionType::call, OptionType::put}) {
    const double mothers = worth(compound_terms(OptionType::call, daughter), snapshot) -
                           worth(compound_terms(OptionType::put, daughter), snapshot);
    const double vanilla = value(option_trade(daughter, european), snapshot, formula)->price;
    EXPECT_NEAR(mothers, vanilla - 5.0 * std::exp(-0.03 * first), rounding);
  }
  ChooserTerms at_last = chooser_terms();
  at_last.choice = at_last.call_expiry = at_last.put_expiry;
  at_last.put_strike = at_last.call_strike;
  const auto vanilla = [&](OptionType type) {
    return value(option_trade(type, european, 105.0, at_last.choice), snapshot, formula)->price;
  };
  EXPECT_NEAR(worth(at_last, snapshot), vanilla(OptionType::call) + vanilla(OptionType::put), rounding)
      << "who chooses at expiry holds a straddle";
  ExtendibleTerms dear = extendible_terms();
  dear.premium = 1e3;
  EXPECT_NEAR(worth(dear, snapshot),
              value(option_trade(OptionType::call, european, 105.0, in_half_a_year), snapshot, formula)->price,
              rounding);
}

TEST(ValueExotic, after_expiry_each_product_is_refused) {
  const Snapshot late = *Snapshot::make(in_a_year + 1, {market_of("ABC")});
  for (const Terms& terms : exotic_terms())
    expect_refusal(value(trade_of(terms), late, formula), ErrorCode::expired_product,
                   std::holds_alternative<ChooserTerms>(terms) ? "call_expiry" : "expiry");
}

TEST(ValueExotic, a_method_that_does_not_fit_is_refused_with_those_that_do) {
  const Snapshot plain = snapshot_of(market_of("ABC"));
  UnderlyingMarket paying = market_of("ABC");
  paying.dividends = {{date("2026-06-01"), 2.0}};
  for (const Terms& terms : exotic_terms()) {
    const auto by_ju = value(trade_of(terms), plain, JuQuadratic{});
    expect_refusal(by_ju, ErrorCode::unsupported, "method");
    EXPECT_NE(by_ju.error().allowed.find("ClosedForm"), std::string::npos);
    const auto with_cash = value(trade_of(terms), snapshot_of(paying), formula);
    expect_refusal(with_cash, ErrorCode::unsupported, "method");
    EXPECT_NE(with_cash.error().value.find("with cash dividends"), std::string::npos);
    EXPECT_FALSE(with_cash.error().allowed.empty());
  }
}

TEST(ValueExotic, an_alive_trade_whose_barrier_the_spot_has_crossed_is_refused_by_level) {
  const auto at = [](double spot) { return snapshot_of(market_of("ABC", spot)); };
  expect_refusal(value(trade_of(barrier_terms()), at(90.0), formula), ErrorCode::invalid_value, "barrier");
  expect_refusal(value(trade_of(touch_terms()), at(120.0), formula), ErrorCode::invalid_value, "level");
  expect_refusal(value(trade_of(touch_terms(Knock::knock_in, BarrierSide::down)), at(79.0), formula),
                 ErrorCode::invalid_value, "level");
  expect_refusal(value(trade_of(double_barrier_terms()), at(80.0), formula), ErrorCode::invalid_value, "lower");
  expect_refusal(value(trade_of(double_barrier_terms()), at(150.0), formula), ErrorCode::invalid_value, "upper");
  expect_refusal(value(trade_of(double_touch_terms()), at(80.0), formula), ErrorCode::invalid_value, "lower");
  expect_refusal(value(trade_of(double_touch_terms()), at(130.0), formula), ErrorCode::invalid_value, "upper");
  const PartialTimeBarrierTerms watched = window_barrier_terms(BarrierWindow::start);
  expect_refusal(value(trade_of(watched), at(92.0), formula), ErrorCode::invalid_value, "barrier");
  EXPECT_TRUE(value(trade_of(window_barrier_terms()), at(92.0), formula)) << "nobody watches yet";
}

TEST(ValueExotic, a_knocked_trade_is_worth_what_is_left_of_it) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  BarrierTerms out = barrier_terms(Knock::knock_out, 3.0);
  out.state = BarrierState::knocked;
  out.knocked_on = today;
  EXPECT_EQ(worth(out, snapshot), 3.0);
  out.knocked_on = today + -1;
  EXPECT_EQ(worth(out, snapshot), 0.0);
  BarrierTerms in = barrier_terms(Knock::knock_in);
  in.state = BarrierState::knocked;
  in.knocked_on = today + -30;
  EXPECT_EQ(worth(in, snapshot), value(option_trade(OptionType::call, european), snapshot, formula)->price);
  EXPECT_TRUE(value(trade_of(in), snapshot, tree)) << "by every method of the vanilla";
  TouchTerms touched = touch_terms();
  touched.state = BarrierState::knocked;
  touched.knocked_on = today + -30;
  const auto paid = value(trade_of(touched), snapshot, tree);
  EXPECT_DOUBLE_EQ(paid->price, 10.0 * std::exp(-0.03));
  EXPECT_DOUBLE_EQ(paid->greeks.theta, 0.03 * paid->price);
  EXPECT_DOUBLE_EQ(paid->greeks.rho, -paid->price);
}

TEST(ValueExotic, an_asset_that_is_certain_is_the_prepaid_forward_and_its_greeks_agree_with_bumps) {
  TouchTerms terms = touch_terms();
  terms.payout = Payout::asset;
  terms.state = BarrierState::knocked;
  terms.knocked_on = today;
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {{date("2026-07-06"), 2.0}};
  const double paid_in = 182.0 / 365.0;
  const auto result = value(trade_of(terms), snapshot_of(market), formula);
  EXPECT_NEAR(result->price, 100.0 * std::exp(-0.01) - 2.0 * std::exp(-0.03 * paid_in - 0.01 * (1.0 - paid_in)), 1e-12);
  const auto price_at = [&](double spot, double rate) {
    UnderlyingMarket moved = market;
    moved.spot = spot;
    moved.rate = *Curve::flat(rate);
    return worth(terms, snapshot_of(moved));
  };
  EXPECT_NEAR(result->greeks.delta, (price_at(101.0, 0.03) - price_at(99.0, 0.03)) / 2.0, 1e-10);
  EXPECT_NEAR(result->greeks.rho, (price_at(100.0, 0.0301) - price_at(100.0, 0.0299)) / 2e-4, 1e-6);
  // A year that passes brings dividend and delivery nearer alike.
  const auto at_year = [&](double moved) {
    return 100.0 * std::exp(-0.01 * (1.0 - moved)) - 2.0 * std::exp(-0.03 * (paid_in - moved) - 0.01 * (1.0 - paid_in));
  };
  EXPECT_NEAR(result->greeks.theta, (at_year(1e-4) - at_year(-1e-4)) / 2e-4, 1e-6);
  market.dividends = {{date("2026-07-06"), 500.0}};
  EXPECT_EQ(worth(terms, snapshot_of(market)), 0.0);
}

TEST(ValueExotic, todays_spot_counts_in_a_running_extremum) {
  const Snapshot at_115 = snapshot_of(market_of("ABC", 115.0));
  EXPECT_EQ(worth(lookback_terms(LookbackStrike::fixed, 110.0), at_115),
            worth(lookback_terms(LookbackStrike::fixed, 115.0), at_115));
  EXPECT_EQ(worth(lookback_terms(LookbackStrike::floating, 120.0), at_115),
            worth(lookback_terms(LookbackStrike::floating, 115.0), at_115));
  const Snapshot at_85 = snapshot_of(market_of("ABC", 85.0));
  EXPECT_EQ(worth(soft_barrier_terms(Knock::knock_out, 100.0), at_85),
            worth(soft_barrier_terms(Knock::knock_out, 85.0), at_85));
}

TEST(ValueExotic, a_soft_barrier_is_knocked_by_share) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const double vanilla = value(option_trade(OptionType::call, european), snapshot, formula)->price;
  EXPECT_EQ(worth(soft_barrier_terms(Knock::knock_out, 80.0), snapshot), 0.0);
  EXPECT_NEAR(worth(soft_barrier_terms(Knock::knock_in, 80.0), snapshot), vanilla, 1e-12);
  double last = worth(soft_barrier_terms(Knock::knock_out), snapshot);
  for (const double extremum : {89.0, 87.0, 83.0, 81.0}) {
    const double out = worth(soft_barrier_terms(Knock::knock_out, extremum), snapshot);
    EXPECT_LT(out, last);
    EXPECT_NEAR(out + worth(soft_barrier_terms(Knock::knock_in, extremum), snapshot), vanilla, 1e-11);
    last = out;
  }
}

TEST(ValueExotic, a_market_that_holds_more_than_the_model_is_flagged) {
  UnderlyingMarket skewed = market_of("ABC");
  skewed.surface = *VolatilitySurface::skewed(0.25, -0.1);
  UnderlyingMarket sloping = market_of("ABC");
  sloping.rate = *Curve::from_zero_rates({0.5, 2.0}, {0.01, 0.05});
  UnderlyingMarket level = market_of("ABC");
  level.rate = *Curve::from_zero_rates({0.5, 2.0}, {0.03, 0.03});
  for (const Terms& terms : exotic_terms()) {
    const Trade trade = trade_of(terms);
    EXPECT_TRUE(has_flag(*value(trade, snapshot_of(skewed), formula), Flag::flattened_market));
    EXPECT_EQ(has_flag(*value(trade, snapshot_of(sloping), formula), Flag::flattened_market),
              !std::holds_alternative<DigitalTerms>(terms));
    EXPECT_FALSE(has_flag(*value(trade, snapshot_of(level), formula), Flag::flattened_market));
  }
  skewed.volatility_status = Status::assumed;
  EXPECT_TRUE(has_flag(*value(trade_of(barrier_terms()), snapshot_of(skewed), formula), Flag::assumed_volatility));
}

TEST(ValueExotic, a_knock_in_and_a_knock_out_add_up_at_the_volatility_of_their_strike) {
  UnderlyingMarket skewed = market_of("ABC");
  skewed.surface = *VolatilitySurface::skewed(0.25, -0.1);
  const Snapshot snapshot = snapshot_of(skewed);
  const double vanilla = value(option_trade(OptionType::call, european), snapshot, formula)->price;
  EXPECT_NEAR(worth(barrier_terms(Knock::knock_in), snapshot) + worth(barrier_terms(), snapshot), vanilla, 1e-12);
}

TEST(ValueExotic, a_shock_across_the_barrier_knocks_the_trade_and_moves_the_extremum) {
  const std::vector<Snapshot> markets{snapshot_of(market_of("ABC", 85.0)), snapshot_of(market_of("ABC", 130.0))};
  const std::vector<Trade> trades{trade_of(barrier_terms(Knock::knock_out, 3.0)),
                                  trade_of(barrier_terms(Knock::knock_in)),
                                  trade_of(touch_terms()),
                                  trade_of(double_barrier_terms()),
                                  trade_of(lookback_terms(LookbackStrike::floating, 95.0)),
                                  trade_of(double_touch_terms(Knock::knock_in)),
                                  trade_of(double_touch_terms()),
                                  trade_of(window_barrier_terms(BarrierWindow::start, Knock::knock_in))};
  const auto prices = price_book(trades, markets, formula, 2, CrossedBarrier::is_knocked);
  EXPECT_EQ(*prices[0][0], 3.0);
  EXPECT_EQ(*prices[0][1], value(option_trade(OptionType::call, european), markets[0], formula)->price);
  EXPECT_DOUBLE_EQ(*prices[1][2], 10.0 * std::exp(-0.03));
  EXPECT_GT(*prices[1][3], 0.0);
  EXPECT_EQ(*prices[0][4], worth(lookback_terms(LookbackStrike::floating, 85.0), markets[0]));
  EXPECT_DOUBLE_EQ(*prices[1][5], 10.0 * std::exp(-0.03));
  EXPECT_EQ(*prices[1][6], 0.0);
  EXPECT_EQ(*prices[0][7], *prices[0][1]);
  const auto strict = price_book(trades, markets, formula, 1);
  EXPECT_EQ(strict[0][0].error().field, "barrier") << "a book that contradicts its market is refused";
}

// Levels a fifth of a percent apart, a hundred deviations: neither is missed, on any path.
TEST(ValueExotic, what_is_sure_to_touch_one_of_two_levels_is_so_by_simulation) {
  DoubleTouchTerms near = double_touch_terms();
  near.lower = 99.9;
  near.upper = 100.1;
  const auto simulated = value(trade_of(near), snapshot_of(market_of("ABC")), simulation);
  ASSERT_TRUE(simulated) << simulated.error().message();
  EXPECT_EQ(simulated->price, 0.0);
  EXPECT_EQ(simulated->standard_error, 0.0);
  EXPECT_EQ(simulated->greeks, Greeks{});
}

TEST(ValueExotic, a_bad_trade_of_a_book_prices_all_others) {
  std::vector<Trade> trades;
  for (const Terms& terms : exotic_terms()) trades.push_back(trade_of(terms));
  std::get<BarrierTerms>(trades[2].terms).barrier = std::numeric_limits<double>::quiet_NaN();
  const auto outcomes = value_book(trades, snapshot_of(market_of("ABC")), formula, 1);
  for (std::size_t i = 0; i < trades.size(); ++i) EXPECT_EQ(outcomes[i].result.has_value(), i != 2);
  EXPECT_EQ(outcomes[2].result.error().field, "barrier");
}

RC_GTEST_PROP(ExoticProperty, parts_add_up_and_no_part_exceeds_its_whole_through_the_door, ()) {
  UnderlyingMarket market = market_of("ABC");
  market.rate = *Curve::flat(0.001 * *rc::gen::inRange(-20, 100));
  market.surface = *VolatilitySurface::flat(0.01 * *rc::gen::inRange(5, 80));
  const Snapshot snapshot = snapshot_of(market);
  const Date expiry{today.days + *rc::gen::inRange(1, 1095)};
  const double strike = 60.0 + *rc::gen::inRange(0, 80);
  const auto type = *rc::gen::element(OptionType::call, OptionType::put);
  const double rounding = 1e-10 * (100.0 + strike);
  const double vanilla = value(option_trade(type, european, strike, expiry), snapshot, formula)->price;
  const auto part = [&](Knock knock, BarrierSide direction, double level) {
    const auto result = value(trade_of(BarrierTerms{"ABC", type, Payout::difference, strike, 0.0, direction, knock,
                                                    level, 0.0, expiry, BarrierState::alive, std::nullopt}),
                              snapshot, formula);
    // A knock-out that can never pay is refused: it is worth nothing.
    return result ? result->price : 0.0;
  };
  const double distance = 1.0 + *rc::gen::inRange(0, 40);
  const auto direction = *rc::gen::element(BarrierSide::down, BarrierSide::up);
  const double sense = direction == BarrierSide::down ? -1.0 : 1.0;
  const double near = 100.0 + sense * distance;
  const double far = near + 5.0 * sense;
  const double out = part(Knock::knock_out, direction, near);
  RC_ASSERT(std::abs(part(Knock::knock_in, direction, near) + out - vanilla) <= rounding);
  RC_ASSERT(part(Knock::knock_out, direction, far) >= out - rounding);
  RC_ASSERT(out <= vanilla + rounding);
  DigitalTerms digital{"ABC", type, Payout::cash, strike, 10.0, 0.0, expiry};
  const double discount = market.rate.discount_factor(static_cast<double>(expiry.days - today.days) / 365.0);
  const double pays = worth(digital, snapshot);
  RC_ASSERT(pays >= 0.0 && pays <= 10.0 * discount * (1.0 + 1e-14));
  digital.type = type == OptionType::call ? OptionType::put : OptionType::call;
  RC_ASSERT(std::abs(pays + worth(digital, snapshot) - 10.0 * discount) <= rounding);
  RC_ASSERT(worth(LookbackTerms{"ABC", type, LookbackStrike::fixed, strike, 100.0, expiry}, snapshot) >=
            vanilla - rounding);
}

}  // namespace
}  // namespace plimsoll::testing
