#include "margin/books.hpp"
#include "plimsoll/margin/intraday.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

constexpr std::int64_t minute = 60'000'000;
constexpr std::int64_t opening = 570 * minute;

Money dollars(const char* text) { return *Money::parse(text); }

IntradayChoices choices() { return {false, false, true, 5 * minute, 12, 20'000}; }

LedgerEvent entry(std::string id, LedgerKind kind, const char* cash, std::optional<std::int64_t> time = {}) {
  return {std::move(id), kind, time, "", dollars(cash), {}, {}, {}, {}, {}};
}

LedgerEvent shares(std::string id, double quantity, const char* cash, std::optional<std::int64_t> time = {}) {
  auto made = entry(id, LedgerKind::trade, cash, time);
  made.stocks = {{id, "XYZ", quantity}};
  return made;
}

LedgerEvent contracts(const std::string& id, const char* cash, OptionType type, double strike, double quantity,
                      double mark, std::optional<std::int64_t> time = {}) {
  auto made = entry(id, LedgerKind::trade, cash, time);
  made.options = {{id, "XYZ", type, Exercise::american, strike, books::near_expiry(), quantity, 100, mark}};
  return made;
}

LedgerEvent spot(std::string id, double price, std::int64_t time) {
  auto made = entry(std::move(id), LedgerKind::mark, "0", time);
  made.spots = {{"XYZ", price}};
  return made;
}

DayLedger day_of(const books::Writer& start, std::vector<LedgerEvent> events, double price = 50.0) {
  return {start.account, books::at(price), std::move(events)};
}

DayDeficit run(const DayLedger& ledger, const IntradayChoices& chosen = choices()) {
  return *intraday_deficit(ledger, books::pack(), chosen, books::search);
}

std::string refused(const DayLedger& ledger, const IntradayChoices& chosen = choices()) {
  return intraday_deficit(ledger, books::pack(), chosen, books::search).error().message();
}

TEST(Intraday, purchase_of_five_times_the_equity_lacks_a_quarter_of_its_value) {
  // margin.md 1.18: equity 10,000, buys to 50,000 long at 25 per cent: 10,000 - 12,500.
  const auto day = run(day_of(books::Writer{}.cash(10'000), {shares("buy", 1000, "-50000", opening)}));
  EXPECT_EQ(day.deficit, dollars("2500"));
  EXPECT_EQ(day.equity, dollars("10000"));
  EXPECT_EQ(day.start_level, dollars("10000"));
  EXPECT_EQ(day.end_level, dollars("-2500"));
  EXPECT_EQ(day.order, std::vector<std::string>{"buy"});
  EXPECT_EQ(day.day, books::day("2008-09-02"));
}

TEST(Intraday, recovery_within_the_day_does_not_take_the_deficit_back) {
  const auto day = run(day_of(books::Writer{}.cash(10'000), {shares("buy", 1000, "-50000", opening),
                                                             entry("pay", LedgerKind::deposit, "9000", opening + 1),
                                                             shares("sell", -1000, "50000", opening + 2)}));
  EXPECT_EQ(day.deficit, dollars("2500"));
  EXPECT_EQ(day.end_level, dollars("19000"));
  EXPECT_EQ(day.net_deposits, dollars("9000"));
}

TEST(Intraday, fall_of_the_market_alone_makes_no_deficit) {
  const auto day = run(day_of(books::Writer{}.cash(-37'000).stock(1000), {spot("fall", 40, opening)}));
  EXPECT_EQ(day.end_level, dollars("-7000"));
  EXPECT_EQ(day.deficit, Money{});
}

TEST(Intraday, transaction_that_raises_the_level_is_not_sampled_below_zero) {
  const auto day = run(day_of(books::Writer{}.cash(-37'000).stock(1000),
                              {spot("fall", 40, opening), shares("sell", -500, "20000", opening + 1)}));
  EXPECT_EQ(day.end_level, dollars("-2000"));
  EXPECT_EQ(day.deficit, Money{});
}

TEST(Intraday, withdrawal_after_a_fall_counts_the_whole_shortfall_at_that_moment) {
  const auto day = run(day_of(books::Writer{}.cash(-37'000).stock(1000),
                              {spot("fall", 40, opening), entry("out", LedgerKind::withdrawal, "-100", opening + 1)}));
  EXPECT_EQ(day.deficit, dollars("7100"));
}

TEST(Intraday, expiry_of_a_covering_long_option_makes_a_deficit) {
  // Call spread 50/55 short with a loss of 500; alone the call costs 2 + 20 per cent of 50, in all 1,200.
  auto gone = entry("expiry", LedgerKind::expiry, "0", opening);
  gone.options = {{"x", "XYZ", OptionType::call, Exercise::american, 55, books::next_expiry(), -1, 100, 0.5}};
  const auto start = books::Writer{}.cash(1'000).call(50, -1, 2.0).call(55, 1, 0.5, books::next_expiry());
  const auto day = run(day_of(start, {gone}));
  EXPECT_EQ(day.start_level, dollars("500"));
  EXPECT_EQ(day.deficit, dollars("200"));
}

TEST(Intraday, missing_times_take_the_order_that_is_worst_for_the_customer) {
  const auto start = books::Writer{}.cash(-30'000).stock(1000);
  const auto buy = shares("a-buy", 600, "-30000");
  const auto sell = shares("b-sell", -1000, "50000");
  EXPECT_EQ(run(day_of(start, {sell, buy})).deficit, Money{});  // 20,000 - 0.25 x 80,000
  const auto more = shares("a-buy", 800, "-40000");
  const auto day = run(day_of(start, {sell, more}));
  EXPECT_EQ(day.deficit, dollars("2500"));
  EXPECT_EQ(day.order, std::vector<std::string>{"a-buy"});
  EXPECT_EQ(run(day_of(start, {more, sell})), day);
}

TEST(Intraday, known_times_keep_their_order_and_one_moment_has_none) {
  const auto start = books::Writer{}.cash(-30'000).stock(1000);
  const auto sell = shares("sell", -1000, "50000", opening);
  EXPECT_EQ(run(day_of(start, {shares("buy", 800, "-40000", opening + 1), sell})).deficit, Money{});
  EXPECT_EQ(run(day_of(start, {shares("buy", 800, "-40000", opening), sell})).deficit, dollars("2500"));
  EXPECT_EQ(run(day_of(start, {shares("buy", 800, "-40000", opening - 1), sell})).deficit, dollars("2500"));
}

TEST(Intraday, untimed_purchase_meets_the_worst_price_of_the_day) {
  const auto start = books::Writer{}.cash(-30'000).stock(1000);
  const auto day =
      run(day_of(start, {spot("down", 42, opening), spot("up", 55, opening + 1), shares("buy", 200, "-9000")}));
  EXPECT_EQ(day.deficit, dollars("1200"));  // 42 x 1,200 - 39,000 less a quarter of 42 x 1,200
  EXPECT_EQ(day.order, (std::vector<std::string>{"down", "buy"}));
}

TEST(Intraday, new_mark_of_a_series_holds_for_what_is_traded_later) {
  auto up = entry("up", LedgerKind::mark, "0", opening);
  up.marks = {{"write", 6.0}};
  const auto write = contracts("write", "200", OptionType::call, 55, -1, 2.0, opening + 1);
  // 200 received, less 6 + 5 a share.
  EXPECT_EQ(run(day_of(books::Writer{}.cash(300), {up, write})).deficit, dollars("600"));
}

TEST(Intraday, legs_of_one_order_count_as_one_when_the_firm_chooses_so) {
  auto near = contracts("short", "200", OptionType::call, 50, -1, 2.0, opening);
  auto far = contracts("long", "-50", OptionType::call, 55, 1, 0.5, opening + minute);
  near.together_with = far.together_with = "spread";
  const auto start = books::Writer{}.cash(400);
  EXPECT_EQ(run(day_of(start, {near, far})).deficit, Money{});
  auto apart = choices();
  apart.together_as_one = false;
  EXPECT_EQ(run(day_of(start, {near, far}), apart).deficit, dollars("600"));
  auto tight = choices();
  tight.together_within = 1;
  EXPECT_EQ(refused(day_of(start, {near, far}), tight),
            "invalid_value: events[short].time = 34200000000 microseconds; allowed: within 1 microseconds of long; "
            "fix: give entries that are further apart names of their own");
  far.time.reset();
  EXPECT_EQ(refused(day_of(start, {near, far})),
            "invalid_value: events[short].time = 34200000000 microseconds; allowed: times for all or none of the "
            "entries of spread; fix: complete the times");
}

TEST(Intraday, transfers_and_closings_at_the_start_come_before_everything) {
  const auto start = books::Writer{}.cash(-30'000).stock(1000);
  const std::vector<LedgerEvent> events{shares("buy", 800, "-40000", opening), shares("sell", -1000, "50000"),
                                        entry("pay", LedgerKind::deposit, "100")};
  EXPECT_EQ(run(day_of(start, events)).deficit, dollars("2500"));
  auto early = choices();
  early.transfers_at_start = true;
  EXPECT_EQ(run(day_of(start, events), early).deficit, Money{});
  // Sales of more than was held may open a short position, so that none of them is known to close.
  auto oversold = events;
  oversold.push_back(shares("sell more", -1, "50"));
  EXPECT_EQ(run(day_of(start, oversold), early).deficit, dollars("2400"));
}

TEST(Intraday, one_calculation_at_the_end_still_needs_a_transaction_that_lowers_the_level) {
  auto end = choices();
  end.end_of_day_only = true;
  const auto start = books::Writer{}.cash(10'000);
  const auto buy = shares("buy", 1000, "-50000", opening);
  EXPECT_EQ(run(day_of(start, {buy}), end).deficit, dollars("2500"));
  EXPECT_EQ(run(day_of(start, {buy, shares("sell", -1000, "50000", opening + 1)}), end).deficit, Money{});
  EXPECT_EQ(run(day_of(books::Writer{}.cash(-37'000).stock(1000), {spot("fall", 40, opening)}), end).deficit, Money{});
}

TEST(Intraday, day_without_entries_has_one_state_and_no_deficit) {
  const auto day = run(day_of(books::Writer{}.cash(-45'000).stock(1000), {}));
  EXPECT_EQ(day.deficit, Money{});
  EXPECT_EQ(day.start_level, dollars("-7500"));
  EXPECT_EQ(day.states, 1);
}

TEST(Intraday, future_bought_in_the_day_asks_for_its_outright_margin) {
  auto buy = entry("buy", LedgerKind::trade, "0", opening);
  buy.futures = {{"buy", "SP500", books::near_expiry(), 1, 50, 1280, 1280}};
  auto down = entry("down", LedgerKind::mark, "0", opening + 1);
  down.marks = {{"buy", 1270.0}};
  auto more = buy;
  more.event_id = "more";
  more.time = opening + 2;
  DayLedger ledger = day_of(books::Writer{}.cash(3'600), {buy, down, more});
  ledger.market.underlyings.push_back({"SP500", UnderlyingClass::broad_index, 1280, 1.0, PriceBasis::raw});
  // Two contracts at 3,600 and a loss of 500 on each: the second was entered at 1,280 too.
  EXPECT_EQ(run(ledger).deficit, dollars("4600"));
}

TEST(Intraday, too_many_unordered_transactions_ask_for_times) {
  std::vector<LedgerEvent> events;
  for (int i = 0; i < 3; ++i) events.push_back(shares("buy " + std::to_string(i), 1, "-50"));
  const auto start = books::Writer{}.cash(1'000);
  auto few = choices();
  few.most_unordered = 2;
  EXPECT_EQ(refused(day_of(start, events), few),
            "missing_field: events.time = 3 of unknown order at one moment; allowed: at most 2; fix: give the times "
            "at which the transactions took place");
  few = choices();
  few.most_states = 7;
  EXPECT_EQ(refused(day_of(start, events), few),
            "missing_field: events.time = 8 accounts to margin; allowed: at most 7; fix: give the times at which the "
            "transactions took place");
  few.most_states = 8;
  EXPECT_EQ(run(day_of(start, events), few).states, 8);
}

TEST(Intraday, wrong_entries_are_named) {
  const auto start = books::Writer{}.cash(1'000).call(50, 1, 2.0);
  const auto one = [&](const LedgerEvent& event) { return refused(day_of(start, {event})); };
  EXPECT_EQ(one(entry("d", LedgerKind::deposit, "-1")),
            "invalid_value: events[d].cash = -1.00; allowed: 0 or more in a deposit; fix: write what comes in as a "
            "deposit and what goes out as a withdrawal");
  auto out = entry("w", LedgerKind::withdrawal, "0");
  out.stocks = {{"w", "XYZ", 5}};
  EXPECT_EQ(one(out),
            "invalid_value: events[w].positions[w].quantity = 5; allowed: 0 or less in a withdrawal; fix: write what "
            "comes in as a deposit and what goes out as a withdrawal");
  EXPECT_EQ(one(shares("late", 1, "-50", 1440 * minute)),
            "invalid_value: events[late].time = 86400000000 microseconds; allowed: from 0 to 24 hours after midnight; "
            "fix: correct the time");
  EXPECT_EQ(one(entry("big", LedgerKind::deposit, "10000000000000.01")),
            "invalid_value: events[big].cash = 10000000000000.01; allowed: an amount within +-1e13 dollars; fix: "
            "correct the amount");
  auto moved = spot("m", 51, opening);
  moved.time.reset();
  EXPECT_EQ(one(moved),
            "invalid_value: events[m].time = none; allowed: a time for every new price; fix: give the time from which "
            "the price holds");
  moved = spot("m", 51, opening);
  moved.cash = dollars("1");
  EXPECT_EQ(one(moved),
            "invalid_value: events[m].kind = mark; allowed: prices alone in a mark; fix: give the transaction in an "
            "entry of its own");
  moved = spot("m", 51, opening);
  moved.together_with = "x";
  EXPECT_EQ(refused(day_of(start, {moved})),
            "invalid_value: events[m].together_with = x; allowed: none for a new price; fix: take the name away");
  auto mixed = shares("t", 1, "-50", opening);
  mixed.spots = {{"XYZ", 50}};
  EXPECT_EQ(one(mixed),
            "invalid_value: events[t].spots = 1 prices; allowed: none in a transaction; fix: give new prices in an "
            "entry of their own");
  moved = spot("m", 51, opening);
  moved.spots = {{"ABC", 1}};
  EXPECT_EQ(one(moved),
            "invalid_value: events[m].spots = ABC; allowed: an underlying of the day's market; fix: correct the name");
  moved = spot("m", 51, opening);
  moved.marks = {{"T9", 1}};
  EXPECT_EQ(one(moved),
            "invalid_value: events[m].marks = T9; allowed: the id of an option or future that is held or traded on "
            "the day; fix: correct the id");
  EXPECT_EQ(refused(day_of(start, {spot("m", 51, opening), spot("n", 52, opening)})),
            "invalid_value: events[n].time = 34200000000 microseconds; allowed: one new price of XYZ at one moment; "
            "fix: give the later price a later time");
  EXPECT_EQ(refused(day_of(start, {spot("m", 51, opening), spot("m", 52, opening + 1)})),
            "invalid_value: events.event_id = m; allowed: an id that no other entry of the day has; fix: give each "
            "entry an id of its own");
  EXPECT_EQ(one(contracts("o", "0", OptionType::call, 50, 1, 2.5)),
            "invalid_value: positions[o].mark = 2.5; allowed: the mark of the series at the start of the day, here 2; "
            "fix: give later prices as entries of kind mark");
  EXPECT_EQ(one(shares("nan", std::nan(""), "0")),
            "invalid_value: positions[nan].quantity = nan; allowed: a number of shares within +-1e9; fix: correct the "
            "quantity");
}

TEST(Intraday, wrong_choices_are_named) {
  const auto ledger = day_of(books::Writer{}.cash(1'000), {});
  auto wrong = choices();
  wrong.most_unordered = 21;
  EXPECT_EQ(refused(ledger, wrong),
            "invalid_value: pack.intraday.most_unordered = 21; allowed: from 0 to 20; fix: correct the pack of the "
            "call rules");
  wrong = choices();
  wrong.most_states = 0;
  EXPECT_EQ(refused(ledger, wrong),
            "invalid_value: pack.intraday.most_states = 0; allowed: 1 or more; fix: correct the pack of the call "
            "rules");
  wrong = choices();
  wrong.together_within = -1;
  EXPECT_EQ(refused(ledger, wrong),
            "invalid_value: pack.intraday.together_within = -1; allowed: 0 or more; fix: correct the pack of the call "
            "rules");
}

/// One entry of a drawn day: shares of one stock, a written call, cash in or out, or a move of the spot.
struct Drawn {
  int what = 0;
  int size = 0;
  bool timed = false;
};

LedgerEvent written(const Drawn& drawn, int index) {
  const auto at = drawn.timed || drawn.what == 3 ? std::optional(opening + index) : std::nullopt;
  const std::string id = "e" + std::to_string(index);
  const std::string cash = std::to_string(-50 * drawn.size);
  if (drawn.what == 0) return shares(id, drawn.size, cash.c_str(), at);
  if (drawn.what == 1)
    return contracts(id, std::to_string(-2 * drawn.size).c_str(), OptionType::call, 52, drawn.size / 50, 2.0, at);
  if (drawn.what == 2)
    return entry(id, drawn.size > 0 ? LedgerKind::deposit : LedgerKind::withdrawal,
                 std::to_string(10 * drawn.size).c_str(), at);
  return spot(id, 50.0 + drawn.size / 100.0, *at);
}

DayLedger drawn_day() {
  auto all = *rc::gen::container<std::vector<Drawn>>(
      rc::gen::build<Drawn>(rc::gen::set(&Drawn::what, rc::gen::inRange(0, 4)),
                            rc::gen::set(&Drawn::size, rc::gen::inRange(-400, 401)), rc::gen::set(&Drawn::timed)));
  if (all.size() > 4) all.resize(4);
  std::vector<LedgerEvent> events;
  for (std::size_t i = 0; i < all.size(); ++i) events.push_back(written(all[i], static_cast<int>(i)));
  return day_of(books::Writer{}.cash(-4'000).stock(300), std::move(events));
}

/// The deficit of one order, each entry booked on one net position of each kind: shares nothing with the search.
Money deficit_of(const DayLedger& ledger, const std::vector<std::size_t>& order) {
  Money cash = ledger.start.cash;
  double net = ledger.start.stocks.front().quantity;
  double written = 0.0;
  double price = 50.0;
  const auto level = [&] {
    books::Writer now = books::Writer{}.call(52, written, 2.0);
    now.account.cash = cash;
    now.stock(net);
    return books::run(now, price).maintenance.excess;
  };
  Money lowest;
  for (const std::size_t index : order) {
    const LedgerEvent& event = ledger.events[index];
    const Money before = level();
    cash += event.cash;
    for (const auto& p : event.stocks) net += p.quantity;
    for (const auto& p : event.options) written += p.quantity;
    for (const auto& p : event.spots) price = p.price;
    const Money after = level();
    if (event.kind != LedgerKind::mark && after < before) lowest = std::min(lowest, after);
  }
  return -lowest;
}

bool keeps_times(const DayLedger& ledger, const std::vector<std::size_t>& order) {
  std::int64_t last = 0;
  for (const std::size_t index : order) {
    const auto time = ledger.events[index].time;
    if (time && *time < last) return false;
    last = time.value_or(last);
  }
  return true;
}

RC_GTEST_PROP(IntradayProperty, deficit_is_the_highest_of_all_orders_that_keep_the_known_times, ()) {
  const DayLedger ledger = drawn_day();
  const auto found = run(ledger);
  std::vector<std::size_t> order(ledger.events.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Money highest;
  do {
    if (keeps_times(ledger, order)) highest = std::max(highest, deficit_of(ledger, order));
  } while (std::ranges::next_permutation(order).found);
  RC_ASSERT(found.deficit == highest);
}

RC_GTEST_PROP(IntradayProperty, listing_leaves_no_trace, ()) {
  DayLedger ledger = drawn_day();
  const auto found = run(ledger);
  std::ranges::reverse(ledger.events);
  RC_ASSERT(run(ledger) == found);
  std::ranges::rotate(ledger.events, ledger.events.begin() + (ledger.events.empty() ? 0 : 1));
  RC_ASSERT(run(ledger) == found);
}

}  // namespace
}  // namespace plimsoll::margin
