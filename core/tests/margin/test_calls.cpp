#include "margin/books.hpp"
#include "plimsoll/margin/calls.hpp"
#include "plimsoll/margin/intraday_clock.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

using books::day;

Money dollars(const char* text) { return *Money::parse(text); }

/// Sessions of the New York Stock Exchange from June to October 2026: weekdays without Juneteenth (19 June), the day
/// observed for Independence Day (3 July) and Labor Day (7 September). Source: the exchange's holiday calendar for
/// 2026.
std::vector<Date> sessions() {
  std::vector<Date> found;
  for (Date date = day("2026-06-01"); date <= day("2026-10-30"); date = date + 1) {
    const int weekday = (date.days + 3) % 7;  // 1970-01-01 was a Thursday; 0 is Monday
    const bool closed = date == day("2026-06-19") || date == day("2026-07-03") || date == day("2026-09-07");
    if (weekday < 5 && !closed) found.push_back(date);
  }
  return found;
}

IntradayRules rules() {
  return {day("2026-06-04"),
          day("2027-10-20"),
          5,
          15,
          90,
          0.05,
          dollars("1000"),
          2,
          365,
          4,
          5,
          0.06,
          dollars("25000"),
          4.0};
}

IntradayDay on(const char* date, const char* deficit, const char* level, const char* deposits = "0") {
  return {day(date), dollars(deficit), dollars("100000"), dollars(level), dollars(deposits), false};
}

IntradayClock clock_of(const std::vector<IntradayDay>& days) { return *intraday_clock(days, sessions(), rules()); }

std::string refused(const std::vector<IntradayDay>& days, const std::vector<Date>& calendar = sessions(),
                    const IntradayRules& with = rules()) {
  return intraday_clock(days, calendar, with).error().message();
}

TEST(IntradayClock, fifth_and_fifteenth_business_day_skip_the_holidays) {
  const auto found = clock_of({on("2026-06-15", "5000", "0")}).deficits.front();
  EXPECT_EQ(found.cure_by, day("2026-06-23"));
  EXPECT_EQ(found.expires, day("2026-07-08"));
  EXPECT_EQ(found.state, DeficitState::outstanding);
  EXPECT_TRUE(found.counted);
  EXPECT_FALSE(found.late);
}

TEST(IntradayClock, deposits_or_a_rise_of_the_level_from_the_end_of_the_day_satisfy) {
  const auto paid = clock_of(
      {on("2026-06-15", "5000", "9000"), on("2026-06-16", "0", "8000", "3000"), on("2026-06-17", "0", "7000", "2000")});
  EXPECT_EQ(paid.deficits.front().state, DeficitState::satisfied);
  EXPECT_EQ(paid.deficits.front().satisfied_on, day("2026-06-17"));
  EXPECT_EQ(paid.outstanding, Money{});
  const auto risen = clock_of({on("2026-06-15", "5000", "-9000"), on("2026-06-16", "0", "-4000")});
  EXPECT_EQ(risen.deficits.front().satisfied_on, day("2026-06-16"));
  const auto short_of = clock_of({on("2026-06-15", "5000", "-9000"), on("2026-06-16", "0", "-4000.01", "4999.99")});
  EXPECT_EQ(short_of.deficits.front().state, DeficitState::outstanding);
  EXPECT_EQ(short_of.outstanding, dollars("5000"));
}

TEST(IntradayClock, one_deposit_satisfies_several_deficits) {
  const auto found =
      clock_of({on("2026-06-15", "5000", "0"), on("2026-06-16", "4000", "0"), on("2026-06-17", "0", "0", "5000")});
  EXPECT_EQ(found.deficits[0].satisfied_on, day("2026-06-17"));
  EXPECT_EQ(found.deficits[1].satisfied_on, day("2026-06-17"));
}

TEST(IntradayClock, deficit_expires_after_the_close_of_the_fifteenth_business_day) {
  const auto before = clock_of({on("2026-06-15", "5000", "0"), on("2026-07-07", "0", "0")});
  EXPECT_EQ(before.deficits.front().state, DeficitState::outstanding);
  const auto after = clock_of({on("2026-06-15", "5000", "0"), on("2026-07-08", "0", "0")});
  EXPECT_EQ(after.deficits.front().state, DeficitState::expired);
  EXPECT_EQ(after.outstanding, Money{});
  const auto cured = clock_of({on("2026-06-15", "5000", "0"), on("2026-07-08", "0", "0", "5000")});
  EXPECT_EQ(cured.deficits.front().state, DeficitState::satisfied);
  const auto late = clock_of({on("2026-06-15", "5000", "0"), on("2026-07-09", "0", "0", "5000")});
  EXPECT_EQ(late.deficits.front().state, DeficitState::expired);
  EXPECT_EQ(late.deficits.front().satisfied_on, day("2026-07-09"));
}

TEST(IntradayClock, practice_of_late_cure_freezes_for_ninety_calendar_days_even_after_expiry) {
  std::vector<IntradayDay> days{on("2026-06-15", "5000", "0"), on("2026-06-16", "6000", "0")};
  const auto frozen_at = [&](const char* last) {
    auto until = days;
    until.push_back(on(last, "0", "0"));
    return clock_of(until);
  };
  EXPECT_FALSE(frozen_at("2026-06-23").frozen);  // the first alone is no practice
  const auto found = frozen_at("2026-06-24");
  EXPECT_TRUE(found.frozen);
  EXPECT_FALSE(found.deficits[0].frozen_from);
  EXPECT_EQ(found.deficits[1].frozen_from, day("2026-06-25"));
  EXPECT_EQ(found.deficits[1].frozen_until, day("2026-09-22"));
  EXPECT_TRUE(frozen_at("2026-09-21").frozen);
  EXPECT_EQ(frozen_at("2026-09-21").deficits[1].state, DeficitState::expired);
  EXPECT_FALSE(frozen_at("2026-09-22").frozen);
  days.push_back(on("2026-08-03", "0", "0", "6000"));
  const auto paid = frozen_at("2026-08-04");
  EXPECT_FALSE(paid.frozen);
  EXPECT_EQ(paid.deficits[1].frozen_until, day("2026-08-03"));
}

TEST(IntradayClock, small_and_extraordinary_deficits_make_no_practice) {
  auto small = on("2026-06-15", "1000", "0");
  EXPECT_FALSE(clock_of({small}).deficits.front().counted);
  small.deficit = dollars("1000.01");
  EXPECT_TRUE(clock_of({small}).deficits.front().counted);
  small.equity = dollars("10000");
  small.deficit = dollars("500");
  EXPECT_FALSE(clock_of({small}).deficits.front().counted);
  small.deficit = dollars("500.01");
  EXPECT_TRUE(clock_of({small}).deficits.front().counted);
  small.equity = dollars("-10000");
  small.deficit = dollars("0.01");
  EXPECT_TRUE(clock_of({small}).deficits.front().counted);
  small.extraordinary = true;
  EXPECT_FALSE(clock_of({small}).deficits.front().counted);
  auto late = on("2026-06-15", "5000", "0");
  late.extraordinary = true;
  EXPECT_FALSE(clock_of({late, on("2026-06-16", "6000", "0"), on("2026-06-24", "0", "0")}).frozen);
}

TEST(IntradayClock, late_deficits_further_apart_than_the_window_make_no_practice) {
  auto with = rules();
  with.practice_days = 1;
  const std::vector<IntradayDay> days{on("2026-06-15", "5000", "0"), on("2026-06-16", "6000", "0"),
                                      on("2026-06-24", "0", "0")};
  EXPECT_FALSE(intraday_clock(days, sessions(), with)->frozen);
}

TEST(IntradayClock, wrong_days_are_named) {
  const std::string sorted =
      "; allowed: business days, each later than the one before; fix: sort the days and take out those on which the "
      "market was closed";
  EXPECT_EQ(refused({}), "invalid_value: days = none; allowed: one day at least; fix: give the days of the account");
  EXPECT_EQ(refused({on("2026-06-19", "0", "0")}), "invalid_value: days.day = 2026-06-19" + sorted);
  EXPECT_EQ(refused({on("2026-06-16", "0", "0"), on("2026-06-15", "0", "0")}),
            "invalid_value: days.day = 2026-06-15" + sorted);
  EXPECT_EQ(refused({on("2026-06-16", "-1", "0")}),
            "invalid_value: days.deficit = -1.00; allowed: 0 or more; fix: give what is missing as a positive amount");
  EXPECT_EQ(refused({on("2026-06-03", "0", "0")}),
            "not_in_force: days.day = 2026-06-03; allowed: on or after 2026-06-04, when the intraday rule came into "
            "force; fix: keep the account under the pattern-day-trader rule until then");
  EXPECT_EQ(refused({on("2026-10-28", "1", "0")}),
            "missing_field: business_days = up to 2026-10-30; allowed: 5 business days after 2026-10-28; fix: give a "
            "longer calendar");
  EXPECT_EQ(refused({on("2026-10-20", "1", "0")}),
            "missing_field: business_days = up to 2026-10-30; allowed: 15 business days after 2026-10-20; fix: give a "
            "longer calendar");
  EXPECT_EQ(refused({on("2026-06-16", "0", "0")}, {day("2026-06-16"), day("2026-06-16")}),
            "invalid_value: business_days = 2026-06-16; allowed: days that rise, each once; fix: take the sessions of "
            "the exchange in their order");
}

TEST(IntradayClock, wrong_rules_are_named) {
  const auto flaw = [](const auto& spoil) {
    auto with = rules();
    spoil(with);
    return find_flaw(with)->message();
  };
  const std::string fix = "; fix: correct the pack of the call rules";
  EXPECT_EQ(flaw([](auto& r) { r.cure_days = 0; }),
            "invalid_value: pack.intraday.cure_days = 0; allowed: from 1 to 3660" + fix);
  EXPECT_EQ(flaw([](auto& r) { r.de_minimis_share = 1.5; }),
            "invalid_value: pack.intraday.de_minimis_share = 1.5; allowed: a fraction from 0 to 1" + fix);
  EXPECT_EQ(flaw([](auto& r) { r.de_minimis = dollars("-1"); }),
            "invalid_value: pack.intraday.de_minimis = -1.00; allowed: 0 dollars or more" + fix);
  EXPECT_EQ(flaw([](auto& r) { r.buying_power_multiple = -1; }),
            "invalid_value: pack.intraday.buying_power_multiple = -1; allowed: from 0 to 100" + fix);
  EXPECT_EQ(flaw([](auto& r) { r.outstanding_days = 4; }),
            "invalid_value: pack.intraday.outstanding_days = 4; allowed: not less than cure_days" + fix);
  EXPECT_EQ(flaw([](auto& r) { r.phase_in_until = day("2026-06-03"); }),
            "invalid_value: pack.intraday.phase_in_until = 2026-06-03; allowed: not before in_force_from" + fix);
  auto with = rules();
  with.day_trades = 0;
  EXPECT_FALSE(intraday_clock({}, sessions(), with));
  EXPECT_FALSE(day_trader({}, sessions(), {}, {}, with));
}

TEST(DayTrader, four_day_trades_in_five_business_days_and_more_than_six_per_cent_make_a_pattern) {
  const auto trader = [](const std::vector<TradeCount>& counts, const char* equity = "30000") {
    return *day_trader(counts, sessions(), dollars(equity), dollars("7000"), rules());
  };
  const TradeCount first{day("2026-06-15"), 10, 2};
  const auto found = trader({first, {day("2026-06-23"), 20, 2}});  // the sixth business day: 19 June was closed
  EXPECT_FALSE(found.since);
  EXPECT_EQ(found.buying_power, Money{});
  const auto pattern = trader({first, {day("2026-06-18"), 20, 2}});
  EXPECT_EQ(pattern.since, day("2026-06-18"));
  EXPECT_EQ(pattern.buying_power, dollars("28000"));
  EXPECT_FALSE(trader({first, {day("2026-06-18"), 57, 2}}).since);  // 4 of 67 are less than six per cent
  const auto poor = trader({first, {day("2026-06-18"), 20, 2}}, "24000");
  EXPECT_EQ(poor.equity_shortfall, dollars("1000"));
  EXPECT_EQ(poor.buying_power, Money{});
}

TEST(DayTrader, fifth_business_day_is_within_the_window_and_the_sixth_is_not) {
  const auto since = [](const char* last) {
    const std::vector<TradeCount> counts{{day("2026-06-22"), 3, 2}, {day(last), 3, 2}};
    return day_trader(counts, sessions(), dollars("30000"), {}, rules())->since;
  };
  EXPECT_EQ(since("2026-06-26"), day("2026-06-26"));
  EXPECT_FALSE(since("2026-06-29"));
}

TEST(DayTrader, wrong_counts_are_named) {
  const auto why = [](const TradeCount& count, const std::vector<Date>& calendar = sessions()) {
    return day_trader(std::vector{count}, calendar, {}, {}, rules()).error().message();
  };
  EXPECT_EQ(why({day("2026-06-20"), 1, 1}),
            "invalid_value: counts.day = 2026-06-20; allowed: business days, each later than the one before; fix: sort "
            "the days and take out those on which the market was closed");
  EXPECT_EQ(why({day("2026-06-22"), 1, 2}),
            "invalid_value: counts.day_trades = 2; allowed: from 0 to the trades of the day, here 1; fix: correct the "
            "counts");
  EXPECT_EQ(why({day("2027-10-21"), 1, 1}, {day("2027-10-21")}),
            "not_in_force: counts.day = 2027-10-21; allowed: on or before 2027-10-20, when the pattern-day-trader rule "
            "ends; fix: keep the account under the intraday rule from then on");
  EXPECT_EQ(why({day("2026-06-22"), 1, 1}, {day("2026-06-23"), day("2026-06-22")}),
            "invalid_value: business_days = 2026-06-22; allowed: days that rise, each once; fix: take the sessions of "
            "the exchange in their order");
}

CallRules call_rules() {
  return {{{day("2017-09-05"), 2}, {day("2024-05-28"), 1}},
          {{CallKind::regulation_t, 2, dollars("1000"), false, 0, Restriction::closing_only, Restriction::freeze},
           {CallKind::maintenance, 3, {}, true, 2, Restriction::closing_only, Restriction::freeze},
           {CallKind::house, 0, {}, true, 1, Restriction::none, Restriction::closing_only}}};
}

CallEvent issue(const char* id, CallKind kind, const char* date, const char* amount) {
  return {id, CallAction::issue, kind, day(date), dollars(amount), {}, "", ""};
}

CallEvent paid(const char* id, const char* date, const char* amount, CallAction action = CallAction::payment) {
  return {id, action, CallKind::maintenance, day(date), dollars(amount), {}, "", ""};
}

CallEvent decided(const char* id, CallAction action, const char* date, const char* until = "1970-01-01") {
  return {id, action, CallKind::maintenance, day(date), {}, day(until), "A. Officer", "funds in transit"};
}

CallStatus one(const std::vector<CallEvent>& events, const char* as_of) {
  return call_states(events, day(as_of), sessions(), call_rules())->front();
}

std::string refused(const std::vector<CallEvent>& events, const CallRules& with = call_rules(),
                    const std::vector<Date>& calendar = sessions()) {
  return call_states(events, day("2026-10-30"), calendar, with).error().message();
}

TEST(Calls, regulation_t_is_due_two_business_days_after_settlement) {
  const auto call = issue("c", CallKind::regulation_t, "2026-06-17", "5000");
  EXPECT_EQ(one({call}, "2026-06-17").due, day("2026-06-23"));  // 18, 22 and 23: the 19th was closed
  EXPECT_EQ(one({call}, "2026-06-22").state, CallState::issued);
  const auto late = one({call}, "2026-06-23");
  EXPECT_EQ(late.state, CallState::escalated);
  EXPECT_EQ(late.restriction, Restriction::freeze);
}

TEST(Calls, settlement_cycle_is_that_of_the_day_of_issue) {
  const std::vector<Date> days{day("2024-05-24"), day("2024-05-28"), day("2024-05-29"), day("2024-05-30"),
                               day("2024-05-31")};
  const std::vector<CallEvent> events{issue("a", CallKind::regulation_t, "2024-05-24", "5000"),
                                      issue("b", CallKind::regulation_t, "2024-05-28", "5000")};
  const auto found = *call_states(events, day("2024-05-28"), days, call_rules());
  EXPECT_EQ(found[0].due, day("2024-05-31"));
  EXPECT_EQ(found[1].due, day("2024-05-31"));
}

TEST(Calls, a_thousand_dollars_of_a_regulation_t_call_may_be_disregarded) {
  const auto call = issue("c", CallKind::regulation_t, "2026-06-17", "5000");
  EXPECT_EQ(one({call, paid("c", "2026-06-18", "4000")}, "2026-06-30").state, CallState::disregarded);
  EXPECT_EQ(one({call, paid("c", "2026-06-18", "3999.99")}, "2026-06-30").state, CallState::escalated);
  EXPECT_EQ(one({issue("c", CallKind::regulation_t, "2026-06-17", "1000")}, "2026-06-17").state,
            CallState::disregarded);
}

TEST(Calls, maintenance_call_goes_from_issued_to_escalated) {
  const auto call = issue("c", CallKind::maintenance, "2026-06-22", "500");
  EXPECT_EQ(one({call}, "2026-06-24").state, CallState::issued);
  const auto partly = one({call, paid("c", "2026-06-23", "200")}, "2026-06-24");
  EXPECT_EQ(partly.state, CallState::partially_met);
  EXPECT_EQ(partly.missing, dollars("300"));
  EXPECT_EQ(partly.restriction, Restriction::none);
  const auto overdue = one({call}, "2026-06-25");
  EXPECT_EQ(overdue.state, CallState::overdue);
  EXPECT_EQ(overdue.restriction, Restriction::closing_only);
  const auto escalated = one({call}, "2026-06-29");
  EXPECT_EQ(escalated.state, CallState::escalated);
  EXPECT_EQ(escalated.restriction, Restriction::freeze);
  EXPECT_EQ(one({call, paid("c", "2026-06-25", "500")}, "2026-06-25").state, CallState::met);
  EXPECT_EQ(one({call, paid("c", "2026-06-30", "700")}, "2026-06-30").state, CallState::met);
  EXPECT_EQ(one({call, paid("c", "2026-06-24", "500", CallAction::relief)}, "2026-06-24").state, CallState::met);
  EXPECT_EQ(one({call, paid("c", "2026-06-26", "500")}, "2026-06-25").state, CallState::overdue);
}

TEST(Calls, extension_moves_the_due_day_and_waiver_ends_the_call_with_names_and_reasons) {
  const auto call = issue("c", CallKind::maintenance, "2026-06-22", "500");
  const auto more = decided("c", CallAction::extend, "2026-06-24", "2026-06-30");
  const auto extended = one({call, more}, "2026-06-29");
  EXPECT_EQ(extended.state, CallState::extended);
  EXPECT_EQ(extended.due, day("2026-06-30"));
  EXPECT_EQ(extended.record, std::vector{more});
  EXPECT_EQ(one({call, more}, "2026-06-30").state, CallState::overdue);
  const auto waived = one({call, decided("c", CallAction::waive, "2026-06-26")}, "2026-06-30");
  EXPECT_EQ(waived.state, CallState::waived);
  EXPECT_EQ(waived.restriction, Restriction::none);
  EXPECT_EQ(waived.record.front().who, "A. Officer");
}

TEST(Calls, house_call_may_be_due_at_once) {
  const auto call = issue("c", CallKind::house, "2026-06-22", "500");
  EXPECT_EQ(one({call}, "2026-06-22").state, CallState::overdue);
  EXPECT_EQ(one({call}, "2026-06-23").restriction, Restriction::closing_only);
}

TEST(Calls, wrong_entries_are_named) {
  const auto call = issue("c", CallKind::regulation_t, "2026-06-17", "5000");
  auto nobody = decided("c", CallAction::waive, "2026-06-18");
  nobody.who.clear();
  EXPECT_EQ(refused({call, nobody}),
            "invalid_value: calls[c].who = none; allowed: who extends or waives the call; fix: name who decided");
  auto silent = decided("c", CallAction::waive, "2026-06-18");
  silent.why.clear();
  EXPECT_EQ(refused({call, silent}),
            "invalid_value: calls[c].why = none; allowed: why the call is extended or waived; fix: give the reason");
  EXPECT_EQ(refused({call, paid("c", "2026-06-18", "0")}),
            "invalid_value: calls[c].amount = 0.00; allowed: above 0 and up to 1e13 dollars; fix: correct the amount");
  EXPECT_EQ(refused({call, call}),
            "invalid_value: calls[c].call_id = c; allowed: an id that no other call has; fix: give the call an id of "
            "its own");
  EXPECT_EQ(refused({paid("c", "2026-06-16", "1"), call}),
            "invalid_value: calls[c].call_id = c; allowed: a call that was issued on or before 2026-06-16; fix: record "
            "the issue of the call");
  EXPECT_EQ(refused({call, paid("c", "2026-06-18", "1", CallAction::relief)}),
            "invalid_value: calls[c].action = relief; allowed: a payment: no rise of the market meets a call of this "
            "kind; fix: record what was paid in or sold");
  EXPECT_EQ(refused({call, decided("c", CallAction::extend, "2026-06-18", "2026-06-23")}),
            "invalid_value: calls[c].until = 2026-06-23; allowed: a day after the due day 2026-06-23 and not before "
            "the extension; fix: give the day until which the call is extended");
  EXPECT_EQ(refused({call, decided("c", CallAction::waive, "2026-06-18"), paid("c", "2026-06-19", "1")}),
            "invalid_value: calls[c].day = 2026-06-19; allowed: nothing after a waiver; fix: issue a new call");
  EXPECT_EQ(refused({issue("c", CallKind::intraday, "2026-06-17", "5")}),
            "invalid_value: calls[c].kind = of this kind; allowed: a kind that the pack has terms for; fix: add the "
            "terms to the pack");
  EXPECT_EQ(refused({issue("c", CallKind::regulation_t, "2016-06-17", "5")}),
            "not_in_force: pack.calls.settlement = 2016-06-17; allowed: a day on which a settlement cycle is in force; "
            "fix: add the cycle of that date to the pack");
  EXPECT_EQ(refused({call}, call_rules(), {}),
            "missing_field: business_days = none; allowed: 3 business days after 2026-06-17; fix: give a longer "
            "calendar");
  EXPECT_EQ(refused({issue("c", CallKind::maintenance, "2026-10-26", "5")}),
            "missing_field: business_days = up to 2026-10-30; allowed: 2 business days after 2026-10-29; fix: give a "
            "longer calendar");
  EXPECT_EQ(refused({call}, call_rules(), {day("2026-06-17"), day("2026-06-16")}),
            "invalid_value: business_days = 2026-06-16; allowed: days that rise, each once; fix: take the sessions of "
            "the exchange in their order");
}

TEST(Calls, wrong_rules_are_named) {
  auto with = call_rules();
  with.settlement.front().business_days = -1;
  EXPECT_EQ(refused({}, with),
            "invalid_value: pack.calls.settlement.business_days = -1; allowed: from 0 to 366; fix: correct the pack of "
            "the call rules");
  with = call_rules();
  with.terms.front().due_days = 400;
  EXPECT_EQ(refused({}, with),
            "invalid_value: pack.calls.terms.due_days = 400; allowed: from 0 to 366; fix: correct the pack of the call "
            "rules");
  with = call_rules();
  with.terms.front().escalate_days = -1;
  EXPECT_EQ(refused({}, with),
            "invalid_value: pack.calls.terms.escalate_days = -1; allowed: from 0 to 366; fix: correct the pack of the "
            "call rules");
}

RC_GTEST_PROP(CallProperty, listing_leaves_no_trace_and_no_payment_makes_more_missing, ()) {
  std::vector<CallEvent> events{issue("a", CallKind::maintenance, "2026-06-22", "500"),
                                issue("b", CallKind::house, "2026-06-23", "700")};
  const auto draws = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 400));
  for (const int draw : draws)
    events.push_back(
        paid(draw % 2 == 0 ? "a" : "b", draw % 3 == 0 ? "2026-06-24" : "2026-06-25", std::to_string(draw).c_str()));
  const auto found = *call_states(events, day("2026-06-26"), sessions(), call_rules());
  auto turned = events;
  std::ranges::reverse(turned);
  RC_ASSERT(*call_states(turned, day("2026-06-26"), sessions(), call_rules()) == found);
  auto more = events;
  more.push_back(paid("a", "2026-06-24", "10"));
  const auto after = *call_states(more, day("2026-06-26"), sessions(), call_rules());
  RC_ASSERT(after[0].missing <= found[0].missing);
  RC_ASSERT(after[0].missing >= found[0].missing - dollars("10"));
}

}  // namespace
}  // namespace plimsoll::margin
