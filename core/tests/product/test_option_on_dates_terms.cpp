#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include <plimsoll/product/trade.hpp>

namespace plimsoll {
namespace {

const Date today = *Date::parse("2026-11-20");
const Date first = *Date::parse("2027-05-20");
const Date last = *Date::parse("2027-11-20");
const double to_first = 181.0 / 365.0;
constexpr auto call = OptionType::call;
constexpr auto put = OptionType::put;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ForwardStartTerms forward_start() { return {"ABC", put, 0.95, first, last, std::nullopt}; }
ChooserTerms chooser() { return {"ABC", first, 105.0, last, 95.0, last + -31, std::nullopt}; }
CompoundTerms compound() { return {"ABC", put, 5.0, first, call, 100.0, last}; }
ExtendibleTerms extendible() { return {"ABC", call, ExtendedBy::holder, 100.0, first, 105.0, last, 2.0}; }
DoubleTouchTerms double_touch(Knock knock) {
  return {"ABC", 10.0, knock, 80.0, 120.0, last, BarrierState::alive, std::nullopt};
}

Result<Product> resolved(const Terms& terms, Date day = today) { return resolve({"T", 1.0, 1.0, terms}, day); }

void expect_refusal(const Terms& terms, const std::string& message, Date day = today) {
  const auto result = resolved(terms, day);
  ASSERT_FALSE(result) << message;
  EXPECT_EQ(result.error().message(), message);
}

TEST(OptionOnDatesTerms, are_their_products_in_years) {
  EXPECT_EQ(std::get<ForwardStart>(*resolved(forward_start())), (ForwardStart{put, 0.95, to_first, 1.0}));
  EXPECT_EQ(std::get<Chooser>(*resolved(chooser())), (Chooser{to_first, 105.0, 1.0, 95.0, 334.0 / 365.0}));
  EXPECT_EQ(std::get<Compound>(*resolved(compound())), (Compound{put, 5.0, to_first, call, 100.0, 1.0}));
  EXPECT_EQ(std::get<Extendible>(*resolved(extendible())),
            (Extendible{call, ExtendedBy::holder, 100.0, to_first, 105.0, 1.0, 2.0}));
  EXPECT_EQ(underlying_of({"T", 1.0, 1.0, chooser()}), "ABC");
}

TEST(OptionOnDatesTerms, on_the_first_date_what_is_to_come_of_it_is_open_and_may_be_known) {
  ForwardStartTerms starting = forward_start();
  EXPECT_EQ(std::get<ForwardStart>(*resolved(starting, first)).start, 0.0);
  starting.start_spot = 110.0;
  EXPECT_EQ(std::get<European>(*resolved(starting, first)), (European{put, 0.95 * 110.0, 184.0 / 365.0}));
  ChooserTerms choosing = chooser();
  EXPECT_EQ(std::get<Chooser>(*resolved(choosing, first)).choice, 0.0);
  choosing.chosen = put;
  EXPECT_EQ(std::get<European>(*resolved(choosing, first)), (European{put, 95.0, 153.0 / 365.0}));
  EXPECT_EQ(std::get<Compound>(*resolved(compound(), first)).expiry, 0.0);
  EXPECT_EQ(std::get<Extendible>(*resolved(extendible(), first)).expiry, 0.0);
}

TEST(OptionOnDatesTerms, a_start_that_is_over_has_set_the_strike) {
  ForwardStartTerms terms = forward_start();
  expect_refusal(terms,
                 "missing_field: start_spot = ; allowed: the spot on 2027-05-20, before the valuation date 2027-05-21; "
                 "fix: give start_spot",
                 first + 1);
  terms.start_spot = 110.0;
  EXPECT_EQ(std::get<European>(*resolved(terms, first + 1)), (European{put, 0.95 * 110.0, 183.0 / 365.0}));
  expect_refusal(terms,
                 "invalid_value: start_spot = 110; allowed: nothing before 2027-05-20; fix: remove start_spot, or "
                 "correct the date");
  terms.start_spot = 0.0;
  expect_refusal(
      terms, "invalid_value: start_spot = 0; allowed: a finite price > 0; fix: give the level as a price above zero",
      first + 1);
  terms.start_spot = nan;
  EXPECT_EQ(resolved(terms, first + 1).error().field, "start_spot");
  terms.start_spot = 110.0;
  terms.moneyness = -1.0;
  EXPECT_EQ(resolved(terms, first + 1).error().field, "moneyness");
}

TEST(OptionOnDatesTerms, a_choice_that_is_over_leaves_the_option_that_was_chosen) {
  ChooserTerms terms = chooser();
  expect_refusal(terms,
                 "missing_field: chosen = ; allowed: what was chosen on 2027-05-20, before the valuation date "
                 "2027-05-21; fix: give chosen",
                 first + 1);
  terms.chosen = call;
  EXPECT_EQ(std::get<European>(*resolved(terms, last)), (European{call, 105.0, 0.0})) << "the put is over";
  expect_refusal(terms,
                 "invalid_value: chosen = call; allowed: nothing before 2027-05-20; fix: remove chosen, or correct the "
                 "date");
  terms.chosen = put;
  EXPECT_EQ(std::get<European>(*resolved(terms, last + -31)), (European{put, 95.0, 0.0}));
  expect_refusal(terms,
                 "expired_product: put_expiry = 2027-10-20; allowed: a date on or after the valuation date 2027-10-21; "
                 "fix: remove the expired trade or value it as of a date on or before its expiry",
                 last + -30);
  terms.chosen = call;
  EXPECT_EQ(resolved(terms, last + 1).error().field, "call_expiry");
  terms.chosen = std::nullopt;
  EXPECT_EQ(resolved(terms, last + 1).error().code, ErrorCode::expired_product);
  EXPECT_EQ(resolved(terms, last).error().field, "chosen") << "the call may have been chosen";
}

TEST(OptionOnDatesTerms, after_the_first_date_a_mother_and_an_extension_are_other_trades) {
  expect_refusal(compound(),
                 "expired_product: expiry = 2027-05-20; allowed: a date on or after the valuation date 2027-05-21; "
                 "fix: remove the expired trade, or give the daughter of one that was exercised as an option",
                 first + 1);
  expect_refusal(extendible(),
                 "expired_product: expiry = 2027-05-20; allowed: a date on or after the valuation date 2027-05-21; "
                 "fix: remove the expired trade, or give one that was extended as an option",
                 first + 1);
}

TEST(OptionOnDatesTerms, dates_out_of_order_are_refused) {
  ForwardStartTerms late = forward_start();
  late.start = last + 1;
  expect_refusal(late,
                 "invalid_value: start = 2027-11-21; allowed: a date on or before expiry 2027-11-20; fix: bring the "
                 "dates into order");
  ChooserTerms choosing = chooser();
  choosing.choice = last;
  expect_refusal(choosing,
                 "invalid_value: choice = 2027-11-20; allowed: a date on or before put_expiry 2027-10-20; fix: bring "
                 "the dates into order");
  choosing.choice = last + 1;
  EXPECT_NE(resolved(choosing).error().allowed.find("call_expiry"), std::string::npos);
  CompoundTerms mother = compound();
  mother.daughter_expiry = first + -1;
  EXPECT_NE(resolved(mother).error().allowed.find("daughter_expiry 2027-05-19"), std::string::npos);
  ExtendibleTerms shortened = extendible();
  shortened.extended_expiry = first + -1;
  EXPECT_NE(resolved(shortened).error().allowed.find("extended_expiry 2027-05-19"), std::string::npos);
}

TEST(OptionOnDatesTerms, numbers_that_make_no_sense_are_refused_by_field) {
  const auto field_of = [](const Terms& terms) { return resolved(terms).error().field; };
  ForwardStartTerms start = forward_start();
  start.moneyness = nan;
  EXPECT_EQ(field_of(start), "moneyness");
  ChooserTerms choosing = chooser();
  choosing.put_strike = -1.0;
  EXPECT_EQ(field_of(choosing), "put_strike");
  choosing.call_strike = nan;
  EXPECT_EQ(field_of(choosing), "call_strike");
  CompoundTerms mother = compound();
  mother.daughter_strike = -1.0;
  EXPECT_EQ(field_of(mother), "daughter_strike");
  mother.strike = std::numeric_limits<double>::infinity();
  EXPECT_EQ(field_of(mother), "strike");
  ExtendibleTerms longer = extendible();
  longer.extended_by = ExtendedBy::writer;
  expect_refusal(longer,
                 "invalid_value: premium = 2; allowed: 0 where the writer extends; fix: only a holder pays to extend");
  longer.extended_strike = nan;
  EXPECT_EQ(field_of(longer), "extended_strike");
}

PartialTimeBarrierTerms window_barrier(BarrierWindow window, Knock knock = Knock::knock_out) {
  PartialTimeBarrierTerms terms;
  terms.underlying = "ABC";
  terms.strike = 100.0;
  if (window != BarrierWindow::end_any_side) terms.direction = BarrierSide::down;
  terms.knock = knock;
  terms.window = window;
  terms.barrier = 90.0;
  terms.cover = first;
  terms.expiry = last;
  return terms;
}

PartialTimeBarrierTerms knocked_on(PartialTimeBarrierTerms terms, Date day) {
  terms.state = BarrierState::knocked;
  terms.knocked_on = day;
  return terms;
}

constexpr BarrierWindow windows[] = {BarrierWindow::start, BarrierWindow::end_any_side, BarrierWindow::end_from_side};

TEST(PartialTimeBarrierTerms, are_their_product_in_years_up_to_the_cover_date) {
  for (const BarrierWindow window : windows) {
    EXPECT_EQ(std::get<PartialTimeBarrier>(*resolved(window_barrier(window))),
              (PartialTimeBarrier{call, 100.0, BarrierSide::down, Knock::knock_out, window, 90.0, to_first, 1.0}));
    EXPECT_EQ(std::get<PartialTimeBarrier>(*resolved(window_barrier(window), first)).cover, 0.0);
  }
}

TEST(PartialTimeBarrierTerms, after_the_cover_date_a_window_is_over_or_lasts_to_the_expiry) {
  const Date later = first + 1;
  const double left = 183.0 / 365.0;
  EXPECT_EQ(std::get<European>(*resolved(window_barrier(BarrierWindow::start), later)), (European{call, 100.0, left}));
  EXPECT_EQ(std::get<Payment>(*resolved(window_barrier(BarrierWindow::start, Knock::knock_in), later)), Payment{});
  for (const BarrierWindow window : {BarrierWindow::end_any_side, BarrierWindow::end_from_side}) {
    PartialTimeBarrierTerms terms = window_barrier(window);
    terms.direction = BarrierSide::down;
    EXPECT_EQ(std::get<Barrier>(*resolved(terms, later)),
              (Barrier{call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 90.0, 0.0, left}));
  }
}

TEST(PartialTimeBarrierTerms, the_cover_date_says_on_which_side_of_the_barrier_the_spot_is) {
  PartialTimeBarrierTerms terms = window_barrier(BarrierWindow::end_any_side);
  expect_refusal(terms,
                 "missing_field: direction = ; allowed: the side on which the barrier lay on 2027-05-20, before the "
                 "valuation date 2027-05-21; fix: give direction",
                 first + 1);
  terms.direction = BarrierSide::up;
  expect_refusal(terms,
                 "invalid_value: direction = up; allowed: nothing before 2027-05-20; fix: remove direction, or correct "
                 "the date");
  terms.barrier = 110.0;
  EXPECT_EQ(std::get<Barrier>(*resolved(terms, first)).direction, BarrierSide::up);
  for (const BarrierWindow window : {BarrierWindow::start, BarrierWindow::end_from_side}) {
    PartialTimeBarrierTerms without = window_barrier(window);
    without.direction.reset();
    expect_refusal(without,
                   "missing_field: direction = ; allowed: down or up, the side on which the barrier lies; fix: give "
                   "direction");
  }
}

TEST(PartialTimeBarrierTerms, a_knocked_trade_is_what_is_left_of_it) {
  const Date later = first + 30;
  const double left = 154.0 / 365.0;
  for (const BarrierWindow window : windows) {
    EXPECT_EQ(std::get<Payment>(*resolved(knocked_on(window_barrier(window), first), later)), Payment{});
    EXPECT_EQ(std::get<European>(*resolved(knocked_on(window_barrier(window, Knock::knock_in), first), later)),
              (European{call, 100.0, left}));
  }
  EXPECT_EQ(std::get<European>(*resolved(knocked_on(window_barrier(BarrierWindow::start, Knock::knock_in), today))),
            (European{call, 100.0, 1.0}));
}

TEST(PartialTimeBarrierTerms, a_knock_outside_the_window_is_refused) {
  expect_refusal(knocked_on(window_barrier(BarrierWindow::start), first + 1),
                 "invalid_value: knocked_on = 2027-05-21; allowed: a day on or before 2027-05-20: the barrier is "
                 "watched until then; fix: correct the day, or give the state alive",
                 first + 2);
  for (const BarrierWindow window : {BarrierWindow::end_any_side, BarrierWindow::end_from_side})
    expect_refusal(knocked_on(window_barrier(window), first + -1),
                   "invalid_value: knocked_on = 2027-05-19; allowed: a day on or after 2027-05-20: the barrier is "
                   "watched from then on; fix: correct the day, or give the state alive",
                   first + 2);
  EXPECT_EQ(resolved(knocked_on(window_barrier(BarrierWindow::start), today + 1)).error().field, "knocked_on");
  PartialTimeBarrierTerms alive = window_barrier(BarrierWindow::start);
  alive.knocked_on = today;
  EXPECT_EQ(resolved(alive).error().field, "state");
}

TEST(PartialTimeBarrierTerms, are_refused_by_field) {
  PartialTimeBarrierTerms terms = window_barrier(BarrierWindow::end_any_side);
  terms.cover = last;
  expect_refusal(terms,
                 "invalid_value: cover = 2027-11-20; allowed: a date before expiry 2027-11-20; fix: a barrier that is "
                 "watched to the expiry needs days to be watched on");
  terms.window = BarrierWindow::start;
  terms.direction = BarrierSide::down;
  EXPECT_TRUE(resolved(terms)) << "watched all its life";
  terms.cover = last + 1;
  expect_refusal(terms,
                 "invalid_value: cover = 2027-11-21; allowed: a date on or before expiry 2027-11-20; fix: bring the "
                 "dates into order");
  PartialTimeBarrierTerms never = window_barrier(BarrierWindow::end_from_side);
  never.direction = BarrierSide::up;
  expect_refusal(never,
                 "invalid_value: barrier = 90; allowed: a level above the strike 100: this knock-out ends before it "
                 "can pay; fix: put the barrier beyond the strike, or exchange knock_in and knock_out");
  never.window = BarrierWindow::start;
  EXPECT_TRUE(resolved(never)) << "it may pay beyond the barrier when nobody watches any more";
  for (const double bad : {nan, -1.0, 0.0}) {
    terms = window_barrier(BarrierWindow::start);
    terms.barrier = bad;
    EXPECT_EQ(resolved(terms).error().field, "barrier");
  }
  terms = window_barrier(BarrierWindow::start);
  terms.strike = -1.0;
  expect_refusal(terms,
                 "invalid_value: strike = -1; allowed: a finite number >= 0; fix: give the strike as a price >= 0");
  for (const BarrierWindow window : windows)
    EXPECT_EQ(resolved(window_barrier(window), last + 1).error().code, ErrorCode::expired_product);
}

PartialLookbackTerms partial_lookback(LookbackStrike kind) {
  const bool is_fixed = kind == LookbackStrike::fixed;
  return {"ABC", put, kind, is_fixed ? 100.0 : 0.0, 1.1, is_fixed ? std::nullopt : std::optional(120.0), first, last};
}

TEST(PartialLookbackTerms, are_their_product_in_years_and_afterwards_what_the_window_made_of_them) {
  PartialLookbackTerms floating = partial_lookback(LookbackStrike::floating);
  EXPECT_EQ(std::get<PartialLookback>(*resolved(floating)),
            (PartialLookback{put, LookbackStrike::floating, 0.0, 1.1, 120.0, to_first, 1.0}));
  EXPECT_EQ(std::get<PartialLookback>(*resolved(floating, first)).window, 0.0);
  EXPECT_EQ(std::get<European>(*resolved(floating, first + 1)), (European{put, 1.1 * 120.0, 183.0 / 365.0}));
  PartialLookbackTerms fixed = partial_lookback(LookbackStrike::fixed);
  EXPECT_EQ(std::get<PartialLookback>(*resolved(fixed)),
            (PartialLookback{put, LookbackStrike::fixed, 100.0, 1.1, 0.0, to_first, 1.0}));
  EXPECT_EQ(std::get<PartialLookback>(*resolved(fixed, first)).window, 0.0);
  fixed.extremum = 85.0;
  for (const int day : {0, 1})
    EXPECT_EQ(std::get<Lookback>(*resolved(fixed, first + day)),
              (Lookback{put, LookbackStrike::fixed, 100.0, 85.0, (184.0 - day) / 365.0}));
}

TEST(PartialLookbackTerms, are_refused_by_field) {
  PartialLookbackTerms floating = partial_lookback(LookbackStrike::floating);
  floating.fraction = 0.0;
  expect_refusal(floating,
                 "invalid_value: fraction = 0; allowed: a finite price > 0; fix: give the level as a price above zero");
  floating.extremum = std::nullopt;
  expect_refusal(floating,
                 "missing_field: extremum = ; allowed: the extremum of the spot since the trade began; fix: give "
                 "extremum");
  floating.extremum = nan;
  EXPECT_EQ(resolved(floating).error().field, "extremum");
  floating.cover = last + 1;
  expect_refusal(floating,
                 "invalid_value: cover = 2027-11-21; allowed: a date on or before expiry 2027-11-20; fix: bring the "
                 "dates into order");
  PartialLookbackTerms fixed = partial_lookback(LookbackStrike::fixed);
  expect_refusal(fixed,
                 "missing_field: extremum = ; allowed: what was watched on 2027-05-20, before the valuation date "
                 "2027-05-21; fix: give extremum",
                 first + 1);
  fixed.extremum = 85.0;
  expect_refusal(fixed,
                 "invalid_value: extremum = 85; allowed: nothing before 2027-05-20; fix: remove extremum, or correct "
                 "the date");
  fixed.extremum = std::nullopt;
  fixed.strike = 0.0;
  EXPECT_EQ(resolved(fixed).error().field, "strike");
  EXPECT_EQ(resolved(fixed, last + 1).error().code, ErrorCode::expired_product);
}

TEST(DoubleTouchTerms, are_a_touch_of_either_or_neither_and_what_is_left_of_it) {
  EXPECT_EQ(std::get<DoubleTouch>(*resolved(double_touch(Knock::knock_in))),
            (DoubleTouch{TouchOrder::either, 10.0, 80.0, 120.0, 1.0}));
  EXPECT_EQ(std::get<DoubleTouch>(*resolved(double_touch(Knock::knock_out))).order, TouchOrder::neither);
  DoubleTouchTerms touched = double_touch(Knock::knock_in);
  touched.state = BarrierState::knocked;
  EXPECT_EQ(resolved(touched).error().field, "knocked_on");
  touched.knocked_on = today + -3;
  EXPECT_EQ(std::get<Payment>(*resolved(touched)), (Payment{Payout::cash, 10.0, 1.0}));
  touched.knock = Knock::knock_out;
  EXPECT_EQ(std::get<Payment>(*resolved(touched)), Payment{});
}

TEST(DoubleTouchTerms, are_refused_by_field) {
  const auto field_of = [](const Terms& terms, Date day = today) { return resolved(terms, day).error().field; };
  DoubleTouchTerms terms = double_touch(Knock::knock_in);
  EXPECT_TRUE(resolved(terms, last)) << "at expiry";
  EXPECT_EQ(resolved(terms, last + 1).error().code, ErrorCode::expired_product);
  terms.lower = 120.0;
  expect_refusal(terms, "invalid_value: lower = 120; allowed: below the upper level 120; fix: exchange the levels");
  terms.lower = nan;
  EXPECT_EQ(field_of(terms), "lower");
  terms.amount = -1.0;
  expect_refusal(terms, "invalid_value: amount = -1; allowed: a finite number >= 0; fix: give the amount paid, >= 0");
}

}  // namespace
}  // namespace plimsoll
