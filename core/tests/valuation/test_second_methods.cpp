#include "exotic_trades.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/closed_form/double_touch.hpp>
#include <plimsoll/method/integral_equation/american.hpp>
#include <plimsoll/method/monte_carlo/bridged.hpp>
#include <plimsoll/method/pde/on_grid.hpp>
#include <plimsoll/valuation/value.hpp>

// Each product that the formula values, by a method that shares nothing with the formula.
namespace plimsoll::testing {
namespace {

const Method lattice = Trinomial{200, Extrapolation::richardson, LastStep::payoff};

std::vector<Terms> digitals() {
  std::vector<Terms> all;
  for (const Payout payout : {Payout::cash, Payout::asset, Payout::difference})
    for (const OptionType type : {OptionType::call, OptionType::put}) {
      DigitalTerms terms = digital_terms(payout);
      terms.type = type;
      all.emplace_back(terms);
    }
  return all;
}

std::vector<Terms> touches() {
  std::vector<Terms> all;
  for (const Payout payout : {Payout::cash, Payout::asset})
    for (const BarrierSide direction : {BarrierSide::up, BarrierSide::down})
      for (const auto& [knock, settlement] : {std::pair{Knock::knock_in, Settlement::at_hit},
                                              {Knock::knock_in, Settlement::at_expiry},
                                              {Knock::knock_out, Settlement::at_expiry}}) {
        TouchTerms terms = touch_terms(knock, direction);
        terms.payout = payout;
        terms.settlement = settlement;
        all.emplace_back(terms);
      }
  return all;
}

std::vector<Terms> barriers() {
  std::vector<Terms> all;
  for (const Knock knock : {Knock::knock_in, Knock::knock_out}) {
    for (const double rebate : {0.0, 3.0}) all.emplace_back(barrier_terms(knock, rebate));
    BarrierTerms paying_cash = barrier_terms(knock);
    paying_cash.payout = Payout::cash;
    paying_cash.amount = 10.0;
    // The strike on the level is where the jump of the payoff meets a node.
    paying_cash.strike = paying_cash.barrier;
    all.emplace_back(paying_cash);
    all.emplace_back(double_barrier_terms(knock));
  }
  return all;
}

/// Barriers watched over half a year, from the spot's side and from behind the level.
std::vector<Terms> windows() {
  std::vector<Terms> all;
  for (const BarrierWindow window : {BarrierWindow::start, BarrierWindow::end_any_side, BarrierWindow::end_from_side})
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const BarrierSide direction : {BarrierSide::down, BarrierSide::up}) {
        PartialTimeBarrierTerms terms = window_barrier_terms(window, knock, direction);
        all.emplace_back(terms);
        if (direction == BarrierSide::up) continue;
        terms.type = OptionType::put;
        if (window != BarrierWindow::start) terms.barrier = 104.0;
        all.emplace_back(terms);
      }
  return all;
}

std::vector<Terms> on_a_grid() {
  std::vector<Terms> all = digitals();
  for (const Knock knock : {Knock::knock_in, Knock::knock_out}) all.emplace_back(double_touch_terms(knock));
  for (const auto& more : {touches(), barriers(), windows()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<Terms> extremes() {
  std::vector<Terms> all;
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    for (const LookbackStrike kind : {LookbackStrike::fixed, LookbackStrike::floating})
      for (const double extremum : {92.0, 100.0, 110.0}) {
        LookbackTerms terms = lookback_terms(kind, extremum);
        terms.type = type;
        all.emplace_back(terms);
      }
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const double extremum : {100.0, 85.0}) {
        SoftBarrierTerms terms = soft_barrier_terms(knock, extremum);
        terms.type = type;
        if (type == OptionType::put && knock == Knock::knock_out) terms.strike = 95.0;
        all.emplace_back(terms);
      }
  }
  return all;
}

/// Lookbacks over half a year, at the record and away from it, and with a window to the expiry.
std::vector<Terms> partial_lookbacks() {
  std::vector<Terms> all;
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    all.emplace_back(partial_lookback_terms(LookbackStrike::fixed, type));
    for (const double away : {0.0, 3.0, 15.0}) {
      const double extremum = type == OptionType::call ? 100.0 - away : 100.0 + away;
      PartialLookbackTerms terms = partial_lookback_terms(LookbackStrike::floating, type, extremum);
      all.emplace_back(terms);
      terms.cover = terms.expiry;
      terms.fraction = 0.97;
      all.emplace_back(terms);
    }
  }
  return all;
}

/// Options with a first date, those whose first date is their last or today among them.
std::vector<Terms> on_dates() {
  std::vector<Terms> all;
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    all.emplace_back(forward_start_terms(type));
    for (const OptionType daughter : {OptionType::call, OptionType::put})
      all.emplace_back(compound_terms(type, daughter));
    for (const ExtendedBy by : {ExtendedBy::holder, ExtendedBy::writer}) all.emplace_back(extendible_terms(by, type));
    ForwardStartTerms begun = forward_start_terms(type);
    begun.start = today;
    all.emplace_back(begun);
    CompoundTerms at_once = compound_terms(type, OptionType::put);
    at_once.daughter_expiry = at_once.expiry;
    all.emplace_back(at_once);
  }
  all.emplace_back(chooser_terms());
  ChooserTerms simple = chooser_terms();
  simple.call_strike = simple.put_strike = 100.0;
  simple.put_expiry = simple.call_expiry;
  all.emplace_back(simple);
  simple.choice = simple.call_expiry;
  all.emplace_back(simple);
  return all;
}

/// Trades whose payoff lies in a tail.
std::vector<Terms> rare() {
  BarrierTerms deep = barrier_terms(Knock::knock_in, 0.0);
  deep.barrier = 35.0;
  TouchTerms far = touch_terms();
  far.level = 300.0;
  TouchTerms far_at_hit = far;
  far_at_hit.settlement = Settlement::at_hit;
  DigitalTerms out = digital_terms();
  out.strike = 320.0;
  LookbackTerms high = lookback_terms(LookbackStrike::fixed, 100.0);
  high.strike = 310.0;
  PartialTimeBarrierTerms low = window_barrier_terms(BarrierWindow::end_from_side, Knock::knock_in);
  low.type = OptionType::put;
  low.barrier = 35.0;
  PartialTimeBarrierTerms early = window_barrier_terms(BarrierWindow::start, Knock::knock_in);
  early.barrier = 45.0;
  PartialLookbackTerms late = partial_lookback_terms(LookbackStrike::fixed);
  late.strike = 310.0;
  return {deep, far, far_at_hit, out, high, low, early, late};
}

/// What a trade pays at most, by which errors are measured.
double size_of(const Terms& terms) {
  const auto* const touch = std::get_if<TouchTerms>(&terms);
  const auto* const digital = std::get_if<DigitalTerms>(&terms);
  const bool is_small =
      (touch != nullptr && touch->payout == Payout::cash) || (digital != nullptr && digital->payout == Payout::cash);
  if (is_small || std::holds_alternative<DoubleTouchTerms>(terms)) return 10.0;
  // A window on any side is the sum of three contracts, each with its grid.
  const auto* const window = std::get_if<PartialTimeBarrierTerms>(&terms);
  return window != nullptr && window->window == BarrierWindow::end_any_side ? 300.0 : 100.0;
}

TEST(SecondMethod, the_grid_gives_the_formula_within_the_error_that_it_states) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  for (const Terms& terms : on_a_grid()) {
    const Trade trade = trade_of(terms);
    const auto exact = value(trade, snapshot, formula);
    const auto found = value(trade, snapshot, grid);
    ASSERT_TRUE(found) << found.error().message();
    SCOPED_TRACE(digest_of(trade) + " " + std::to_string(terms.index()));
    // Measured on these trades, largest, per unit of size: price 7e-8, delta 5e-7, gamma 2e-7, vega 5e-6, rho 5e-6:
    // the extrapolated grid's error of order above two. Theta is read from gamma times half the variance of the spot.
    const double size = size_of(terms);
    EXPECT_NEAR(found->price, exact->price, 2e-7 * size);
    EXPECT_NEAR(found->greeks.delta, exact->greeks.delta, 2e-6 * size);
    EXPECT_NEAR(found->greeks.gamma, exact->greeks.gamma, 1e-6 * size);
    EXPECT_NEAR(found->greeks.vega, exact->greeks.vega, 2e-5 * size);
    EXPECT_NEAR(found->greeks.theta, exact->greeks.theta, 0.5 * 0.25 * 0.25 * 100.0 * 100.0 * 1e-6 * size);
    EXPECT_NEAR(found->greeks.rho, exact->greeks.rho, 2e-5 * size);
    ASSERT_TRUE(found->error_estimate);
    EXPECT_LE(std::abs(found->price - exact->price), *found->error_estimate);
    EXPECT_TRUE(found->flags.empty());
  }
}

TEST(SecondMethod, a_grid_without_extrapolation_states_no_error_and_the_price_alone_is_the_same) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const Method plain = CrankNicolson{200, 100, Extrapolation::none};
  const Trade trade = trade_of(touch_terms());
  EXPECT_FALSE(value(trade, snapshot, plain)->error_estimate);
  const std::vector<Trade> trades{trade};
  const std::vector<Snapshot> markets{snapshot};
  // The tangents change no bit of the values that they are carried with, but for the vector library's exponentials.
  EXPECT_NEAR(*price_book(trades, markets, grid, 1)[0][0], value(trade, snapshot, grid)->price, 1e-12);
}

TEST(SecondMethod, with_cash_dividends_the_parts_add_up_on_the_grid) {
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {{date("2026-03-02"), 2.0}, {date("2026-09-01"), 3.0}};
  const Snapshot snapshot = snapshot_of(market);
  const auto worth = [&](const Terms& terms, const Method& method = grid) {
    const auto found = value(trade_of(terms), snapshot, method);
    EXPECT_TRUE(found) << found.error().message();
    return found ? found->price : 0.0;
  };
  const double vanilla = value(option_trade(OptionType::call, Exercise::european), snapshot, grid)->price;
  // The errors of the grids of both parts: 1e-5 of a price of ten each with extrapolation at these steps, and some
  // room.
  constexpr double discretisation = 1e-4;
  EXPECT_NEAR(worth(barrier_terms(Knock::knock_in)) + worth(barrier_terms()), vanilla, discretisation);
  EXPECT_NEAR(worth(double_barrier_terms(Knock::knock_in)) + worth(double_barrier_terms()), vanilla, discretisation);
  const double certain = 10.0 * std::exp(-0.03);
  EXPECT_NEAR(worth(touch_terms(Knock::knock_in)) + worth(touch_terms(Knock::knock_out)), certain, discretisation);
  EXPECT_NEAR(worth(double_touch_terms(Knock::knock_in)) + worth(double_touch_terms()), certain, discretisation);
  // A dividend within the window and one outside: a window that lasts to the expiry is the barrier.
  for (const BarrierWindow window : {BarrierWindow::start, BarrierWindow::end_from_side}) {
    PartialTimeBarrierTerms whole = window_barrier_terms(window);
    whole.barrier = barrier_terms().barrier;
    EXPECT_GT(worth(whole), worth(barrier_terms())) << "half a window knocks fewer";
    whole.cover = window == BarrierWindow::start ? in_a_year + -1 : today + 1;
    // Half a deviation of a day is 0.7 of the spot, of whose slope the days without a watch are a part.
    EXPECT_NEAR(worth(whole), worth(barrier_terms()), 0.02);
  }
  DigitalTerms put = digital_terms();
  put.type = OptionType::put;
  EXPECT_NEAR(worth(digital_terms()) + worth(put), certain, discretisation);
  // A digital is the slope of a vanilla by its strike, which another method gives.
  const auto vanilla_at = [&](double strike) {
    return value(option_trade(OptionType::call, Exercise::european, strike), snapshot, LeisenReimer{401})->price;
  };
  EXPECT_NEAR(worth(digital_terms()), 10.0 * (vanilla_at(104.0) - vanilla_at(106.0)) / 2.0, 2e-3);
}

TEST(SecondMethod, what_is_certain_is_the_formula_and_with_dividends_refused) {
  UnderlyingMarket market = market_of("ABC");
  market.surface = *VolatilitySurface::flat(0.0);
  for (const Terms& terms : on_a_grid()) {
    const auto found = value(trade_of(terms), snapshot_of(market), grid);
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(found->price, value(trade_of(terms), snapshot_of(market), formula)->price);
  }
  market.rate = *Curve::flat(-0.05);
  market.surface = *VolatilitySurface::flat(0.2);
  market.dividend_yield = *Curve::flat(-0.05);
  TouchTerms at_hit = touch_terms();
  at_hit.settlement = Settlement::at_hit;
  EXPECT_FALSE(value(trade_of(at_hit), snapshot_of(market), formula)) << "no formula so far below a rate of zero";
  EXPECT_TRUE(value(trade_of(at_hit), snapshot_of(market), grid));
  market.surface = *VolatilitySurface::flat(0.0);
  market.dividends = {{date("2026-03-02"), 2.0}};
  EXPECT_EQ(value(trade_of(digital_terms()), snapshot_of(market), grid).error().field, "volatility");
}

std::vector<double> scores(const Valuation& found, const Valuation& exact) {
  const Greeks& errors = *found.greek_standard_errors;
  const Greeks& a = found.greeks;
  const Greeks& b = exact.greeks;
  // The gamma of what is in proportion to the spot is zero on each path: nothing is left to score.
  const bool has_gamma = a.gamma != 0.0 || errors.gamma != 0.0 || b.gamma != 0.0;
  return {(found.price - exact.price) / *found.standard_error,
          (a.delta - b.delta) / errors.delta,
          has_gamma ? (a.gamma - b.gamma) / errors.gamma : 0.0,
          (a.vega - b.vega) / errors.vega,
          (a.theta - b.theta) / errors.theta,
          (a.rho - b.rho) / errors.rho};
}

TEST(SecondMethod, simulated_bridges_give_the_formula_within_their_standard_errors) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  std::vector<Terms> all = on_a_grid();
  for (const auto& more : {extremes(), on_dates(), partial_lookbacks(), rare()})
    all.insert(all.end(), more.begin(), more.end());
  double squares = 0.0;
  double count = 0.0;
  std::uint64_t seed = 1;
  for (const Terms& terms : all) {
    const Trade trade = trade_of(terms);
    const auto exact = value(trade, snapshot, formula);
    const auto found = value(trade, snapshot, MonteCarlo{4096, ++seed, 1});
    ASSERT_TRUE(found) << found.error().message();
    SCOPED_TRACE(digest_of(trade) + " " + std::to_string(terms.index()));
    for (const double score : scores(*found, *exact)) {
      EXPECT_LT(std::abs(score), 5.0);
      squares += score * score;
      count += 1.0;
    }
    EXPECT_TRUE(found->flags.empty());
    EXPECT_EQ(found->evidence.seed, seed);
  }
  // Six measures of 65 trades move together by trade, so the mean square stands on some 65 numbers: 1 +- 0.2.
  EXPECT_NEAR(squares / count, 1.0, 0.6);
}

/// Options on a mean of four fixings, fresh and with two made.
std::vector<Terms> asians() {
  std::vector<Terms> all;
  for (const OptionType type : {OptionType::call, OptionType::put})
    for (const double strike : {80.0, 100.0, 125.0}) {
      AsianTerms terms{"ABC", type, strike, {today + 91, today + 182, today + 273, today + 364}, {}, in_a_year};
      all.emplace_back(terms);
      terms.fixings = {today + -60, today + -1, today, today + 100, today + 101, today + 300};
      terms.fixed = {104.0, 99.0};
      terms.strike = 100.0 + 0.3 * (strike - 100.0);  // the mean moves less
      all.emplace_back(terms);
    }
  return all;
}

TEST(SecondMethod, a_mean_on_the_grid_agrees_with_its_simulation_and_with_a_finer_grid) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  double squares = 0.0;
  for (const Terms& terms : asians()) {
    const Trade trade = trade_of(terms);
    const auto found = value(trade, snapshot, grid);
    const auto paths = value(trade, snapshot, MonteCarlo{16384, 5, 1});
    ASSERT_TRUE(found) << found.error().message();
    for (const double score : scores(*paths, *found)) {
      EXPECT_LT(std::abs(score), 5.0);
      squares += score * score;
    }
    EXPECT_TRUE(found->flags.empty());
    if (std::get<AsianTerms>(terms).strike != 100.0) continue;
    const auto finer = value(trade, snapshot, CrankNicolson{400, 200});
    EXPECT_LE(std::abs(found->price - finer->price), *found->error_estimate);
    EXPECT_NEAR(found->price, finer->price, 5e-6) << "measured 1.5e-6 at most over volatilities from 0.05 to 0.8";
  }
  // Twelve trades on one set of draws: their scores move together.
  EXPECT_LT(squares / 72.0, 3.0);
}

TEST(SecondMethod, a_mean_on_the_grid_keeps_parity_and_is_exact_where_it_is_sure) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  AsianTerms call{"ABC", OptionType::call, 100.0, {today + 91, today + 182, today + 364}, {}, in_a_year};
  AsianTerms put = call;
  put.type = OptionType::put;
  const auto of_call = value(trade_of(call), snapshot, grid);
  const auto of_put = value(trade_of(put), snapshot, grid);
  double forwards = 0.0;
  for (const Date date : call.fixings) forwards += 100.0 * std::exp(0.02 * (date.days - today.days) / 365.0);
  const double parity = std::exp(-0.03) * (forwards / 3.0 - 100.0);
  EXPECT_NEAR(of_call->price - of_put->price, parity, 1e-10) << "the scheme is linear and exact on straight lines";
  // One fixing at the expiry is the vanilla.
  call.fixings = {in_a_year};
  const auto vanilla = value(option_trade(OptionType::call, Exercise::european, 100.0), snapshot, formula);
  const auto single = value(trade_of(call), snapshot, grid);
  EXPECT_NEAR(single->price, vanilla->price, 5e-6);
  EXPECT_NEAR(single->greeks.delta, vanilla->greeks.delta, 1e-5);
  EXPECT_NEAR(single->greeks.gamma, vanilla->greeks.gamma, 1e-5);
  EXPECT_NEAR(single->greeks.vega, vanilla->greeks.vega, 1e-3);
  EXPECT_NEAR(single->greeks.theta, vanilla->greeks.theta, 1e-3);
  EXPECT_NEAR(single->greeks.rho, vanilla->greeks.rho, 1e-3);
  // Fixings made that exceed the strike: the rest is linear in the spot.
  AsianTerms sure{"ABC", OptionType::call, 60.0, {today + -9, today + -8, today + 100}, {120.0, 110.0}, in_a_year};
  const auto exact = value(trade_of(sure), snapshot, grid);
  const double mean = (230.0 + 100.0 * std::exp(0.02 * 100.0 / 365.0)) / 3.0;
  EXPECT_NEAR(exact->price, std::exp(-0.03) * (mean - 60.0), 1e-12);
  EXPECT_NEAR(exact->greeks.delta, std::exp(-0.03 + 0.02 * 100.0 / 365.0) / 3.0, 1e-14);
  EXPECT_EQ(exact->greeks.gamma, 0.0);
  sure.type = OptionType::put;
  EXPECT_EQ(value(trade_of(sure), snapshot, grid)->price, 0.0);
  // Nothing left to chance, and no extrapolation.
  sure.fixings = {today + -9, today + -8};
  EXPECT_EQ(value(trade_of(sure), snapshot, grid)->price, 0.0);
  EXPECT_FALSE(value(trade_of(put), snapshot, CrankNicolson{200, 100, Extrapolation::none})->error_estimate);
  // Too few steps for a third grid.
  EXPECT_TRUE(value(trade_of(put), snapshot, CrankNicolson{40, 20})->error_estimate);
}

TEST(SecondMethod, a_payoff_in_a_tail_is_met_by_enough_paths) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  for (const Terms& terms : rare()) {
    const auto exact = value(trade_of(terms), snapshot, formula);
    const auto found = value(trade_of(terms), snapshot, MonteCarlo{4096, 3, 1});
    EXPECT_LT(exact->price, 1e-3 * size_of(terms)) << terms.index();
    // Half the paths are drawn about the place that matters, and of those the nearer half pay.
    EXPECT_LT(*found->standard_error, 0.08 * exact->price) << terms.index();
  }
}

TEST(SecondMethod, a_range_of_one_level_that_the_extremum_has_reached_is_touched) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  SoftBarrierTerms terms = soft_barrier_terms(Knock::knock_out, 85.0);
  terms.lower = terms.upper = 85.0;
  EXPECT_EQ(value(trade_of(terms), snapshot, simulation)->price, 0.0);
  EXPECT_EQ(value(trade_of(terms), snapshot, formula)->price, 0.0);
  terms.extremum = 100.0;
  const auto alive = value(trade_of(terms), snapshot, simulation);
  EXPECT_NEAR(alive->price, value(trade_of(terms), snapshot, formula)->price, 5.0 * *alive->standard_error);
}

TEST(SecondMethod, a_simulation_has_the_bits_of_its_seed_for_any_number_of_threads) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  const Trade trade = trade_of(soft_barrier_terms());
  const auto one = value(trade, snapshot, MonteCarlo{5000, 9, 1});
  EXPECT_EQ(*one, *value(trade, snapshot, MonteCarlo{5000, 9, 3}));
  EXPECT_NE(one->price, value(trade, snapshot, MonteCarlo{5000, 10, 1})->price);
}

TEST(SecondMethod, a_simulation_refuses_what_the_formula_refuses_and_is_it_without_chance) {
  UnderlyingMarket market = market_of("ABC");
  market.surface = *VolatilitySurface::flat(0.0);
  for (const Terms& terms : exotic_terms()) {
    const auto found = value(trade_of(terms), snapshot_of(market), simulation);
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_EQ(found->price, value(trade_of(terms), snapshot_of(market), formula)->price);
    EXPECT_EQ(found->standard_error, 0.0);
  }
  market.rate = *Curve::flat(-0.05);
  market.dividend_yield = *Curve::flat(-0.05);
  market.surface = *VolatilitySurface::flat(0.2);
  TouchTerms at_hit = touch_terms();
  at_hit.settlement = Settlement::at_hit;
  EXPECT_EQ(value(trade_of(at_hit), snapshot_of(market), simulation).error().field, "rate");
}

TEST(SecondMethod, a_double_touch_that_is_paid_at_the_hit_has_its_formula_alone) {
  const BlackScholes<double> model{100.0, 0.03, 0.01, 0.25};
  const DoubleTouch touch{TouchOrder::lower_first, 10.0, 80.0, 120.0, 1.0};
  EXPECT_TRUE(closed_form(touch, model));
  const std::string refusal =
      "unsupported: order = paid at the hit; allowed: neither, either; fix: value the touch by its formula, or one "
      "that "
      "is paid at expiry";
  EXPECT_EQ(monte_carlo_bridged(touch, model, MonteCarlo{128, 1, 1}).error().message(), refusal);
  EXPECT_EQ(on_grid(touch, model, {}, CrankNicolson{}).error().message(), refusal);
  EXPECT_EQ(monte_carlo_bridged(DoubleTouch{TouchOrder::neither, 10.0, 80.0, 120.0, -1.0}, model, {}).error().field,
            "expiry");
  EXPECT_EQ(monte_carlo_bridged(DoubleTouch{}, {-1.0, 0.0, 0.0, 0.2}, {}).error().field, "lower");
}

TEST(SecondMethod, a_lattice_states_its_error_and_its_price_is_not_flagged_for_it) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  for (const Terms& terms : barriers()) {
    const auto exact = value(trade_of(terms), snapshot, formula);
    const auto found = value(trade_of(terms), snapshot, lattice);
    ASSERT_TRUE(found) << found.error().message();
    ASSERT_TRUE(found->error_estimate);
    EXPECT_LE(std::abs(found->price - exact->price), *found->error_estimate);
  }
  // A knock-out whose barrier is out of reach is the vanilla, which is its upper bound: the lattice's error is no
  // arbitrage.
  for (const double strike : {95.0, 100.0, 103.0, 105.0, 111.0, 120.0}) {
    BarrierTerms far = barrier_terms();
    far.barrier = 20.0;
    far.strike = strike;
    const auto found = value(trade_of(far), snapshot, Trinomial{20, Extrapolation::richardson, LastStep::payoff});
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->flags.empty()) << strike << " " << found->price;
  }
}

TEST(SecondMethod, a_lattice_that_is_too_coarse_says_how_many_steps_are_enough) {
  DoubleBarrierTerms narrow = double_barrier_terms();
  narrow.lower = 99.0;
  narrow.upper = 101.0;
  narrow.strike = 100.0;
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  UnderlyingMarket calm = market_of("ABC");
  calm.surface = *VolatilitySurface::flat(0.05);
  const auto refused = value(trade_of(narrow), snapshot_of(calm), Trinomial{20});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_converged);
  const std::string allowed = refused.error().allowed;
  ASSERT_EQ(allowed.rfind("at least ", 0), 0U) << allowed;
  const std::int64_t enough = std::stoll(allowed.substr(9));
  EXPECT_FALSE(value(trade_of(narrow), snapshot_of(calm), Trinomial{enough - 4}));
  EXPECT_TRUE(value(trade_of(narrow), snapshot_of(calm), Trinomial{enough}));
  const auto never = value(trade_of(narrow), snapshot, Trinomial{20});
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().allowed.rfind("more than 4000 steps", 0), 0U) << never.error().message();
}

TEST(SecondMethod, a_knocked_trade_is_over_wherever_its_barrier_lay) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  BarrierTerms up = barrier_terms(Knock::knock_out);
  up.direction = BarrierSide::up;
  up.barrier = 104.0;
  EXPECT_EQ(value(trade_of(up), snapshot, formula).error().field, "barrier") << "alive it can never pay";
  up.state = BarrierState::knocked;
  up.knocked_on = today + -30;
  EXPECT_EQ(value(trade_of(up), snapshot, formula)->price, 0.0);
  DoubleBarrierTerms both = double_barrier_terms();
  both.upper = 104.0;
  EXPECT_EQ(value(trade_of(both), snapshot, formula).error().field, "upper");
  both.state = BarrierState::knocked;
  both.knocked_on = today;
  EXPECT_EQ(value(trade_of(both), snapshot, formula)->price, 0.0);
}

TEST(SecondMethod, an_asset_paid_at_a_hit_that_a_dividend_may_jump_past_is_refused) {
  auto market = market_of("ABC");
  market.dividends = {{date("2026-03-02"), 5.0}};
  TouchTerms terms = touch_terms(Knock::knock_in, BarrierSide::down);
  terms.payout = Payout::asset;
  terms.settlement = Settlement::at_hit;
  const auto refused = value(trade_of(terms), snapshot_of(market), grid);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unsupported);
  EXPECT_EQ(refused.error().field, "dividends");
  terms = touch_terms(Knock::knock_in, BarrierSide::up);
  terms.payout = Payout::asset;
  terms.settlement = Settlement::at_hit;
  EXPECT_TRUE(value(trade_of(terms), snapshot_of(market), grid)) << "no dividend carries the spot up";
}

TEST(SecondMethod, a_book_is_marked_whole_where_an_unfit_method_yields_to_the_best) {
  const Snapshot snapshot = snapshot_of(market_of("ABC"));
  std::vector<Trade> trades{option_trade(OptionType::put, Exercise::american)};
  for (const Terms& terms : exotic_terms()) trades.push_back(trade_of(terms));
  trades.push_back(option_trade(OptionType::put, Exercise::american, -1.0));
  const auto marked = value_book(trades, snapshot, tree, 1, UnfitMethod::yields_to_best);
  const auto prices = price_book(trades, std::vector<Snapshot>{snapshot}, tree, 1, CrossedBarrier::is_refused,
                                 UnfitMethod::yields_to_best);
  const auto best = value_book_by_best(trades, snapshot, 1);
  EXPECT_EQ(*marked.front().result, *value(trades.front(), snapshot, tree));
  for (std::size_t i = 1; i + 1 < trades.size(); ++i) {
    EXPECT_EQ(*marked[i].result, *best[i].result);
    EXPECT_EQ(*prices[0][i], best[i].result->price);
  }
  EXPECT_EQ(marked.back().result.error().field, "strike") << "a trade that makes no sense yields to nothing";
  EXPECT_EQ(prices[0].back().error().field, "strike");
  EXPECT_FALSE(value_book(trades, snapshot, tree, 1)[1].result);
}

TEST(SecondMethod, an_american_option_on_nothing_is_exact) {
  IntegralWorkspace workspace;
  const VanillaCase put{OptionType::put, Exercise::american, 105.0, 1.0, {0.0, 0.03, 0.01, 0.25}, {}};
  const auto worthless = integral_equation_bounded(put, IntegralEquation::accurate(), workspace);
  EXPECT_EQ(worthless.price, 105.0);
  EXPECT_LE(worthless.error, 1e-11) << "a spot of zero stays there: no deviation was left out";
}

TEST(SecondMethod, where_no_method_takes_cash_dividends_the_fix_says_what_to_give) {
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {{date("2026-03-02"), 2.0}};
  const auto refused = value(trade_of(lookback_terms()), snapshot_of(market), formula);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().allowed.rfind("none", 0), 0U);
  EXPECT_EQ(refused.error().fix.rfind("give a dividend yield", 0), 0U) << refused.error().fix;
}

}  // namespace
}  // namespace plimsoll::testing
