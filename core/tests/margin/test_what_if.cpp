// What-if: a changed account costs what a run of it costs, and the largest size is the largest.
#include "margin/books.hpp"
#include "plimsoll/margin/what_if/margin_state.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

using books::day;

constexpr const char* names[] = {"XYZ", "ABC", "SP500"};

MarketView view() {
  MarketView market{day("2008-09-02"), {}};
  for (const char* name : names)
    market.underlyings.push_back({name, UnderlyingClass::equity, 100.0, 1.0, PriceBasis::raw});
  return market;
}

MarginState state_of(const Account& account) { return *MarginState::of(account, view(), books::pack(), books::search); }

MarginFigures figures_of(const Account& account, const MarketView& market) {
  const MarginResult whole = *margin(account, market, books::pack(), books::search);
  return {whole.equity,         whole.initial.amount,     whole.maintenance.amount,
          whole.initial.excess, whole.maintenance.excess, whole.call};
}

Money dollars(const char* text) { return *Money::parse(text); }

TradeChange shares(const char* underlying, double quantity, double price) {
  return {StockPosition{"new", underlying, quantity}, price};
}

TradeChange contracts(const char* underlying, OptionType type, double strike, double quantity, double price,
                      std::string id = "new") {
  return {OptionPosition{std::move(id), underlying, type, Exercise::american, strike, books::near_expiry(), quantity,
                         100.0, price},
          price};
}

Account cash_only(const char* amount) { return {"A", dollars(amount), {}, {}, {}}; }

TEST(WhatIf, a_purchase_costs_cash_and_half_its_value_at_first) {
  MarginState state = state_of(cash_only("10000"));
  const MarginFigures after = *state.apply(shares("XYZ", 100.0, 100.0));
  EXPECT_EQ(after.equity, dollars("10000"));
  EXPECT_EQ(after.initial, dollars("5000"));
  EXPECT_EQ(after.maintenance, dollars("2500"));
  EXPECT_EQ(state.account().cash, Money{});
  EXPECT_EQ(state.figures(), after);
}

TEST(WhatIf, a_sale_closes_the_oldest_lots_first_and_opens_a_short_beyond_them) {
  MarginState state = state_of(cash_only("0"));
  static_cast<void>(*state.apply(shares("XYZ", 100.0, 100.0)));
  static_cast<void>(*state.apply(shares("XYZ", 50.0, 100.0)));
  static_cast<void>(*state.apply(shares("XYZ", -120.0, 100.0)));
  ASSERT_EQ(state.account().stocks.size(), 1U);
  EXPECT_EQ(state.account().stocks[0].quantity, 30.0);
  static_cast<void>(*state.apply(shares("XYZ", -40.0, 100.0)));
  EXPECT_EQ(state.account().stocks[0].quantity, -10.0);
  static_cast<void>(*state.apply(shares("XYZ", 10.0, 100.0)));
  EXPECT_EQ(state.figures(), MarginFigures{});
}

TEST(WhatIf, a_trade_away_from_the_mark_gains_or_loses_the_difference) {
  MarginState state = state_of(cash_only("1000"));
  static_cast<void>(*state.apply(contracts("XYZ", OptionType::call, 100.0, 1.0, 3.0, "o")));
  // Another contract of the series for 2.50 is worth its mark of 3 at once.
  EXPECT_EQ(state.apply(contracts("XYZ", OptionType::call, 100.0, 1.0, 2.5))->equity, dollars("1050"));
  MarginState futures = state_of(cash_only("100000"));
  const TradeChange future{FuturePosition{"f", "SP500", day("2008-12-19"), 1.0, 50.0, 0.0, 101.0}, 100.0};
  EXPECT_EQ(futures.apply(future)->equity, dollars("100050"));
  EXPECT_EQ(futures.figures().initial, dollars("4500"));
}

TEST(WhatIf, trying_leaves_the_account_as_it_was_and_so_does_a_refusal) {
  MarginState state = state_of(cash_only("10000"));
  static_cast<void>(*state.apply(contracts("XYZ", OptionType::put, 90.0, -1.0, 2.0, "p")));
  const MarginFigures before = state.figures();
  EXPECT_NE(*state.tried(CashChange{dollars("5")}), before);
  const auto refused = [&](const Change& change) {
    const auto found = state.apply(change);
    return found ? Error{} : found.error();
  };
  EXPECT_EQ(refused(shares("TULIP", 1.0, 1.0)).field, "positions[new].underlying");
  EXPECT_EQ(refused(shares("XYZ", 1.0, NAN)),
            (Error{ErrorCode::invalid_value, "trade.price", "nan", "a finite price of a bearable amount",
                   "correct quantity or price"}));
  EXPECT_EQ(refused(PriceChange{"TULIP", 1.0, {}}),
            (Error{ErrorCode::missing_quote, "underlying", "TULIP", "an underlying of the snapshot",
                   "add the underlying to the snapshot or correct its name"}));
  EXPECT_EQ(refused(PriceChange{"XYZ", 95.0, {{"q", 1.0}}}),
            (Error{ErrorCode::invalid_value, "marks[q]", "1", "an option or future of the account on the underlying",
                   "name a position of the account"}));
  EXPECT_EQ(refused(PriceChange{"XYZ", NAN, {}}).code, ErrorCode::invalid_value);
  EXPECT_EQ(state.figures(), before);
  EXPECT_FALSE(MarginState::of({"A", {}, {{"t", "TULIP", 1.0}}, {}, {}}, view(), books::pack(), books::search));
}

TEST(WhatIf, a_leg_is_worth_what_the_requirement_falls_by_without_it) {
  MarginState state = state_of(cash_only("50000"));
  static_cast<void>(*state.apply(contracts("XYZ", OptionType::call, 100.0, -1.0, 3.0, "short")));
  static_cast<void>(*state.apply(contracts("XYZ", OptionType::call, 105.0, 1.0, 1.0, "long")));
  const auto found = *state.marginals();
  ASSERT_EQ(found.size(), 2U);
  // Together a spread of 500; the uncovered call alone costs 3 + 20 % of 100, 2,300.
  EXPECT_EQ(found[0], (MarginalRequirement{"short", dollars("500"), dollars("500")}));
  EXPECT_EQ(found[1], (MarginalRequirement{"long", dollars("-1800"), dollars("-1800")}));
}

TEST(WhatIf, the_largest_size_is_what_cash_over_the_requirement_of_one_says) {
  const MarginState state = state_of(cash_only("10000"));
  const auto stock = *state.largest(shares("XYZ", 1.0, 100.0), Phase::initial, 1'000'000);
  EXPECT_EQ(stock.quantity, 200);  // half of 20,000
  EXPECT_EQ(stock.excess, Money{});
  EXPECT_EQ(stock.next_excess, dollars("-50"));
  EXPECT_EQ(state.largest(shares("XYZ", 1.0, 100.0), Phase::maintenance, 1'000'000)->quantity, 400);
  // An uncovered put at 3 costs 20 beyond its proceeds.
  EXPECT_EQ(state.largest(contracts("XYZ", OptionType::put, 100.0, -1.0, 3.0), Phase::initial, 1000)->quantity, 5);
  const auto capped = *state.largest(shares("XYZ", 1.0, 100.0), Phase::initial, 50);
  EXPECT_EQ(capped.quantity, 50);
  EXPECT_TRUE(capped.reached_limit);
}

TEST(WhatIf, an_account_in_call_bears_what_cures_it_or_nothing) {
  MarginState state = state_of(cash_only("1900"));
  static_cast<void>(*state.apply(contracts("XYZ", OptionType::call, 100.0, -1.0, 3.0, "short")));
  EXPECT_EQ(state.figures().excess, dollars("-100"));
  EXPECT_EQ(state.largest(shares("ABC", 1.0, 100.0), Phase::maintenance, 1000).error(),
            (Error{ErrorCode::invalid_value, "excess", "-100.00", "0 or more at some quantity up to 1000",
                   "pay in, or close positions first: no quantity of this trade can be borne"}));
  // A long call above it makes a spread of 500 a contract.
  const auto cure = *state.largest(contracts("XYZ", OptionType::call, 105.0, 1.0, 1.0), Phase::maintenance, 1000);
  EXPECT_EQ(cure.quantity, 17);  // 1,900 + 300 - 500 of cash, in calls at 100
  EXPECT_EQ(state.largest(shares("TULIP", 1.0, 1.0), Phase::initial, 10).error().field, "underlying");
}

Change any_change(int number) {
  const std::string id = "T" + std::to_string(number);
  const char* name = names[*rc::gen::inRange(0, 2)];
  const double size = *rc::gen::suchThat(rc::gen::inRange(-5, 6), [](int q) { return q != 0; });
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return CashChange{Money::from_cents(*rc::gen::inRange(-500000, 500000))};
    case 1:
      return PriceChange{name, 0.25 * *rc::gen::inRange(320, 480), {}};
    case 2:
      return TradeChange{StockPosition{id, name, 100.0 * size}, 100.0};
    case 3:
      return TradeChange{FuturePosition{id, "SP500", day("2008-12-19"), size, 50.0, 0.0, 101.0}, 100.5};
    default: {
      const double strike = 5.0 * *rc::gen::inRange(18, 23);
      const auto type = *rc::gen::inRange(0, 2) == 0 ? OptionType::call : OptionType::put;
      return TradeChange{
          OptionPosition{id, name, type, Exercise::american, strike, books::near_expiry(), size, 100.0, 0.03 * strike},
          0.5};
    }
  }
}

RC_GTEST_PROP(WhatIf, changes_one_by_one_cost_what_a_run_of_the_whole_costs, ()) {
  MarginState state = state_of(cash_only("100000"));
  const int steps = *rc::gen::inRange(1, 12);
  for (int i = 0; i < steps; ++i) {
    const Change change = any_change(i);
    const auto tried = state.tried(change);
    const auto applied = state.apply(change);
    RC_ASSERT(static_cast<bool>(applied));
    RC_ASSERT(*tried == *applied);
    RC_ASSERT(state.figures() == figures_of(state.account(), state.market()));
  }
}

RC_GTEST_PROP(WhatIf, no_size_beyond_the_largest_is_borne, ()) {
  MarginState state = state_of(cash_only("20000"));
  const int steps = *rc::gen::inRange(0, 5);
  for (int i = 0; i < steps; ++i) static_cast<void>(state.apply(any_change(i)));
  const Change change = any_change(99);
  const auto* trade = std::get_if<TradeChange>(&change);
  if (trade == nullptr) return;
  constexpr int limit = 40;
  const double side = std::visit([](const auto& p) { return p.quantity < 0.0 ? -1.0 : 1.0; }, trade->position);
  int last = -1;
  for (int quantity = 0; quantity <= limit; ++quantity) {
    TradeChange one = *trade;
    std::visit([&](auto& p) { p.quantity = side * quantity; }, one.position);
    if (state.tried(one)->initial_excess >= Money{}) last = quantity;
  }
  const auto found = state.largest(*trade, Phase::initial, limit);
  RC_ASSERT(found.has_value() == (last >= 0));
  if (last < 0) return;
  RC_ASSERT(found->quantity == last);
  RC_ASSERT(found->excess >= Money{});
  RC_ASSERT(found->reached_limit || found->next_excess < Money{});
}

}  // namespace
}  // namespace plimsoll::margin
