// Contracts for difference: the rules of ESMA's decision by hand, and invariants on random accounts. Leveraged funds:
// paths by hand, and the decay within its bound.
#include "plimsoll/margin/leveraged/cfd.hpp"
#include "plimsoll/margin/leveraged/fund.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

const Date today = *Date::parse("2026-11-27");

CfdRules esma() {
  return {"esma",
          "1",
          *Date::parse("2018-08-01"),
          *Date::parse("2030-12-31"),
          {{"major_fx", 30}, {"major_index", 20}, {"equity", 5}, {"crypto", 2}}};
}

CfdPosition position(const char* id, const char* instrument, const char* kind, double quantity, double entry,
                     double mark) {
  CfdPosition p;
  p.trade_id = id;
  p.instrument = instrument;
  p.asset_class = kind;
  p.quantity = quantity;
  p.entry_price = entry;
  p.mark = mark;
  return p;
}

CfdAccount account(double cash, std::vector<CfdPosition> positions) {
  return {"A", "EUR", 2, *Money::round_half_up(cash), std::move(positions)};
}

CfdResult run(const CfdAccount& a, const CfdRules& rules = esma()) { return *cfd_margin(a, today, rules); }

TEST(Cfd, leverage_limits_set_the_initial_margin) {
  // 30,000 of major currency, 2,000 of an index, 1,000 of a share and 100 of a coin: 1,000 + 100 + 200 + 50.
  const auto now = run(account(
      2000, {position("F", "EURUSD", "major_fx", 30000, 1, 1), position("I", "DAX", "major_index", 1, 2000, 2000),
             position("S", "SAP", "equity", -10, 100, 100), position("C", "BTC", "crypto", 0.01, 10000, 10000)}));
  EXPECT_EQ(now.initial.amount.cents(), 135000);
  EXPECT_EQ(now.close_out_level.cents(), 67500);
  EXPECT_EQ(now.free.cents(), 65000);
  EXPECT_DOUBLE_EQ(*now.margin_level, 2000.0 / 1350.0);
  EXPECT_DOUBLE_EQ(*now.leverage, 33100.0 / 2000.0);
  EXPECT_TRUE(adds_up(now.initial));
  EXPECT_TRUE(now.closures.empty());
  EXPECT_EQ(now.left.size(), 4u);
}

TEST(Cfd, stop_out_price_by_hand_and_just_beyond_it) {
  // Long 10 at 100 with 300: margin 200, closed out where 300 + 10 (p - 100) = 100, at 80.
  auto p = position("T", "SAP", "equity", 10, 100, 100);
  const auto now = run(account(300, {p}));
  EXPECT_DOUBLE_EQ(*now.lines[0].stop_out_below, 80.0);
  EXPECT_FALSE(now.lines[0].stop_out_above);
  p.mark = 80.0;
  EXPECT_TRUE(run(account(300, {p})).closures.empty());  // half is enough, less is not
  p.mark = 79.99;
  EXPECT_EQ(run(account(300, {p})).closures.size(), 1u);
  // On the mark: 300 + 10 (p - 100) = p, at 700 / 9; a short of the same: 300 - 10 (p - 100) = p, at 1,300 / 11.
  auto current = esma();
  current.margin_price = MarginPrice::mark;
  EXPECT_NEAR(*run(account(300, {p}), current).lines[0].stop_out_below, 700.0 / 9.0, 1e-12);
  p.quantity = -10;
  EXPECT_NEAR(*run(account(300, {p}), current).lines[0].stop_out_above, 1300.0 / 11.0, 1e-12);
}

TEST(Cfd, financing_and_dividends_by_hand) {
  auto p = position("T", "SAP", "equity", 100, 100, 110);
  p.benchmark = 0.04;
  p.spread = 0.025;
  p.nights = 3;
  p.day_basis = 360;
  p.dividend = 2.0;
  p.withheld = 0.15;
  p.currency_rate = 0.5;
  const auto held = run(account(5000, {p}));
  EXPECT_EQ(held.lines[0].profit.cents(), 50000);    // 100 x 10 x 0.5
  EXPECT_EQ(held.lines[0].financing.cents(), -298);  // 5,500 x 6.5 % x 3 / 360 = 2.979
  EXPECT_EQ(held.lines[0].dividend.cents(), 8500);   // 100 x 2 x 0.5 x 0.85
  EXPECT_EQ(held.equity.amount.cents(), 500000 + 50000 - 298 + 8500);
  EXPECT_TRUE(adds_up(held.equity));
  p.quantity = -100;
  p.day_basis = 365;
  const auto sold = run(account(5000, {p}));
  EXPECT_EQ(sold.lines[0].financing.cents(), 68);  // 5,500 x 1.5 % x 3 / 365 = 0.678 received
  EXPECT_EQ(sold.lines[0].dividend.cents(), -10000);
  p.benchmark = 0.0;
  EXPECT_EQ(run(account(5000, {p})).lines[0].financing.cents(), -113);  // the spread alone is paid
}

TEST(Cfd, closes_in_the_order_of_the_rules_until_half_is_covered) {
  // Losses 300, 100 and gain 50 on margins 200, 400, 200; cash 500: equity 150 is below 400.
  std::vector<CfdPosition> all{position("A", "A", "equity", 10, 100, 70), position("B", "B", "equity", 20, 100, 95),
                               position("C", "C", "equity", 10, 100, 105)};
  all[0].opened = 3;
  all[1].opened = 1;
  all[2].opened = 2;
  auto rules = esma();
  const auto closed = [&](StopOutOrder order) {
    rules.order = order;
    std::string ids;
    for (const CfdClosure& closure : run(account(500, all), rules).closures) ids += closure.trade_id;
    return ids;
  };
  EXPECT_EQ(closed(StopOutOrder::largest_loss_first), "AB");  // 150 < 300, then 150 >= 100
  EXPECT_EQ(closed(StopOutOrder::largest_margin_first), "BA");
  EXPECT_EQ(closed(StopOutOrder::oldest_first), "BC");  // 150 < 200, then 150 >= 100
  EXPECT_EQ(closed(StopOutOrder::all_at_once), "ABC");
  rules.order = StopOutOrder::largest_loss_first;
  all[0].slippage = 0.1;
  const auto slipped = run(account(500, all), rules);
  EXPECT_EQ(slipped.closures[0].realised.cents(), -37000);
  EXPECT_DOUBLE_EQ(slipped.closures[0].price, 63.0);
  EXPECT_EQ(slipped.closures[0].equity_after.cents(), 8000);
  EXPECT_EQ(slipped.closures.size(), 3u);  // 80 is below half of the last 200 too
}

TEST(Cfd, negative_balance_is_the_brokers) {
  // The Swiss franc of 2015-01-15: a long of 100,000 at 1.20 with 4,000, thirty times, opens at 1.00.
  const auto franc = account(4000, {position("T", "EURCHF", "major_fx", 100000, 1.2, 1.0)});
  const auto protected_by_rule = run(franc);
  EXPECT_EQ(protected_by_rule.equity_after, Money{});
  EXPECT_EQ(protected_by_rule.broker_loss.cents(), 1600000);
  EXPECT_FALSE(protected_by_rule.leverage);
  auto rules = esma();
  rules.negative_balance_protection = false;
  EXPECT_EQ(run(franc, rules).equity_after.cents(), -1600000);
  EXPECT_EQ(run(franc, rules).broker_loss, Money{});
  const auto empty = run(account(10, {position("T", "X", "equity", 0, 1, 1)}));
  EXPECT_FALSE(empty.margin_level);
  EXPECT_EQ(empty.initial.amount, Money{});
}

TEST(Cfd, negative_marks_of_oil_are_prices) {
  auto rules = esma();
  rules.margin_price = MarginPrice::mark;
  const auto now = run(account(6000, {position("T", "WTI", "equity", 100, 18, -37.63)}), rules);
  EXPECT_EQ(now.lines[0].profit.cents(), -556300);
  EXPECT_EQ(now.initial.amount.cents(), 75260);
  // 6,000 + 100 (p - 18) = -10 p below zero
  EXPECT_NEAR(*now.lines[0].stop_out_below, -4200.0 / 110.0, 1e-12);
}

TEST(Cfd, bad_input_is_named_by_field) {
  const auto field_of = [](auto change) {
    auto a = account(100, {position("T", "SAP", "equity", 1, 10, 10)});
    auto rules = esma();
    change(a, a.positions[0], rules);
    const auto result = cfd_margin(a, today, rules);
    return result ? std::string("accepted") : result.error().field;
  };
  using A = CfdAccount&;
  using P = CfdPosition&;
  using R = CfdRules&;
  EXPECT_EQ(field_of([](A, P, R) {}), "accepted");
  EXPECT_EQ(field_of([](A, P p, R) { p.quantity = HUGE_VAL; }), "positions[T].quantity");
  EXPECT_EQ(field_of([](A, P p, R) { p.mark = std::nan(""); }), "positions[T].mark");
  EXPECT_EQ(field_of([](A, P p, R) { p.dividend = HUGE_VAL; }), "positions[T].dividend");
  EXPECT_EQ(field_of([](A, P p, R) { p.day_basis = 366; }), "positions[T].day_basis");
  EXPECT_EQ(field_of([](A, P p, R) { p.nights = -1; }), "positions[T].nights");
  EXPECT_EQ(field_of([](A, P p, R) { p.quantity = p.mark = p.entry_price = 1e9; }), "positions[T].quantity");
  EXPECT_EQ(field_of([](A a, P p, R) { a.positions.push_back(CfdPosition(p)); }), "positions[T].trade_id");
  EXPECT_EQ(field_of([](A a, P p, R) {
              auto other = p;
              other.trade_id = "U";
              other.mark = 11;
              a.positions.push_back(other);
            }),
            "positions[U].mark");
  EXPECT_EQ(field_of([](A a, P, R) { a.decimals = -1; }), "accounts[A].decimals");
  EXPECT_EQ(field_of([](A a, P, R) { a.cash = Money::from_cents(-2000000000000000); }), "accounts[A].cash");
  EXPECT_EQ(field_of([](A, P, R r) { r.close_out = 0; }), "pack.close_out");
  EXPECT_EQ(field_of([](A, P, R r) { r.classes[0].maximum_leverage = 0; }), "pack.classes[major_fx].maximum_leverage");
  EXPECT_EQ(field_of([](A, P, R r) { r.in_force_until = *Date::parse("2019-01-01"); }), "pack.pack_id");
  const auto unknown = cfd_margin(account(1, {position("T", "X", "stock", 1, 1, 1)}), today, esma());
  EXPECT_EQ(unknown.error().message(),
            (Error{ErrorCode::invalid_value, "positions[T].asset_class", "stock",
                   "major_fx, major_index, equity, crypto", "name the class of the underlying, also of a future on it"}
                 .message()));
}

RC_GTEST_PROP(CfdProperty, what_is_left_is_covered_and_equity_is_cash_and_results, ()) {
  std::vector<CfdPosition> all;
  const std::vector<std::string> kinds{"major_fx", "major_index", "equity", "crypto"};
  const int count = *rc::gen::inRange(0, 7);
  for (int i = 0; i < count; ++i) {
    const std::string id(1, static_cast<char>('A' + i));
    auto p = position(id.c_str(), id.c_str(), kinds[static_cast<std::size_t>(*rc::gen::inRange(0, 4))].c_str(),
                      *rc::gen::inRange(-50, 51), 100, 0.5 * *rc::gen::inRange(120, 280));
    p.slippage = 0.001 * *rc::gen::inRange(0, 10);
    p.nights = *rc::gen::inRange(0, 4);
    p.spread = 0.03;
    all.push_back(p);
  }
  auto rules = esma();
  rules.order = *rc::gen::element(StopOutOrder::largest_loss_first, StopOutOrder::largest_margin_first,
                                  StopOutOrder::oldest_first, StopOutOrder::all_at_once);
  const auto a = account(*rc::gen::inRange(0, 3000), all);
  const auto now = run(a, rules);
  Money required = now.initial.amount;
  for (const CfdClosure& closure : now.closures) required = closure.required_after;
  RC_ASSERT(2 * now.equity_after.cents() + 1 >= required.cents());  // half of an odd cent is rounded up
  RC_ASSERT(now.left.size() + now.closures.size() == now.lines.size());
  RC_ASSERT(now.equity_after >= Money{});
  Money cost;
  for (const CfdClosure& closure : now.closures)
    cost += std::ranges::find(now.lines, closure.trade_id, &CfdLine::trade_id)->profit - closure.realised;
  RC_ASSERT(now.equity_after - now.broker_loss == now.equity.amount - cost);
  auto reversed = a;
  std::ranges::reverse(reversed.positions);
  RC_ASSERT(run(reversed, rules).closures == now.closures);
  // At a stop-out price the equity is half of the margin.
  for (const CfdLine& line : now.lines)
    for (const auto& price : {line.stop_out_below, line.stop_out_above}) {
      if (!price) continue;
      auto there = a;
      std::ranges::find(there.positions, line.trade_id, &CfdPosition::trade_id)->mark = *price;
      for (CfdPosition& p : there.positions) p.nights = 0;
      auto fixed = a;
      for (CfdPosition& p : fixed.positions) p.nights = 0;
      const auto base = run(fixed, rules);
      const auto own = std::ranges::find(base.lines, line.trade_id, &CfdLine::trade_id);
      const auto& root = price == line.stop_out_below ? own->stop_out_below : own->stop_out_above;
      if (!root || std::fabs(*root) > 1e6) continue;
      std::ranges::find(there.positions, line.trade_id, &CfdPosition::trade_id)->mark = *root;
      const auto at = run(there, rules);
      // A leaf of profit and of margin for each position, half a cent each, and the close-out level's own half.
      RC_ASSERT(std::abs((at.equity.amount - at.close_out_level).cents()) <= static_cast<std::int64_t>(all.size()) + 1);
    }
}

// ---- Leveraged and inverse funds ------------------------------------------------------------------------------------

TEST(LeveragedFund, two_days_by_hand) {
  // 1,000 twice the index over 100, 110, 99: +20 % and -20 % of what is there.
  const auto path = *fund_path({2.0, 1000.0, 0.0, 0.0, 252}, std::vector{100.0, 110.0, 99.0});
  EXPECT_DOUBLE_EQ(path.days[0].net_assets, 1200.0);
  EXPECT_NEAR(path.days[0].rebalancing, 200.0, 1e-9);  // 2 x 1 x 1,000 x 10 %
  EXPECT_NEAR(path.days[0].shares, 200.0 / 110.0, 1e-12);
  EXPECT_NEAR(path.days[1].rebalancing, -240.0, 1e-9);
  EXPECT_NEAR(path.fund_return, -0.04, 1e-15);
  EXPECT_NEAR(path.index_return, -0.01, 1e-15);
  EXPECT_NEAR(path.shortfall, -0.02, 1e-15);
  EXPECT_NEAR(*path.decay, std::log(0.96) - 2.0 * std::log(0.99), 1e-15);
  EXPECT_NEAR(*path.decay_by_variance, -0.02, 1e-15);
  EXPECT_LE(std::fabs(*path.decay - *path.decay_by_variance), *path.error_bound);
  // Inverse: sold 1,000, after +10 % owes 1,100 with 900 of its own, buys 200 back.
  const auto inverse = *fund_path({-1.0, 1000.0, 0.0, 0.0, 252}, std::vector{100.0, 110.0});
  EXPECT_DOUBLE_EQ(inverse.days[0].net_assets, 900.0);
  EXPECT_NEAR(inverse.days[0].rebalancing, 200.0, 1e-9);
  EXPECT_DOUBLE_EQ(rebalancing_flow(-1.0, 1000.0, 0.1), 200.0);
  EXPECT_DOUBLE_EQ(rebalancing_flow(1.0, 1000.0, 0.1), 0.0);
}

TEST(LeveragedFund, costs_and_loss_of_everything) {
  // A day without a move: 1,000 x (1 - (0.95 % + 5 %) / 250).
  const auto costly = *fund_path({2.0, 1000.0, 0.0095, 0.05, 250}, std::vector{100.0, 100.0});
  EXPECT_NEAR(costly.days[0].net_assets, 1000.0 * (1.0 - 0.0595 / 250), 1e-12);
  EXPECT_EQ(*costly.decay, 0.0);
  const auto lost = *fund_path({3.0, 1000.0, 0.0, 0.0, 252}, std::vector{100.0, 66.0, 100.0});
  EXPECT_TRUE(lost.lost);
  EXPECT_EQ(lost.days.size(), 1u);
  EXPECT_EQ(lost.fund_return, -1.0);
  EXPECT_FALSE(lost.decay);
  EXPECT_FALSE(lost.frequent_limit);
  EXPECT_NEAR(lost.days[0].rebalancing, -1980.0, 1e-9);  // everything is sold
}

TEST(LeveragedFund, steady_alternation_has_the_limit_of_frequent_rebalancing) {
  std::vector<double> closes{100.0};
  for (int day = 0; day < 252; ++day) closes.push_back(day % 2 == 0 ? 101.0 : 100.0);
  const auto path = *fund_path({3.0, 1.0, 0.0, 0.0, 252}, closes);
  // exp(-3 x sum of squared log returns), Avellaneda and Zhang (2010) eq. 10.
  const double variance = 252 * std::log(1.01) * std::log(1.01);
  EXPECT_NEAR(*path.frequent_limit, std::exp(-3.0 * variance) - 1.0, 1e-12);
  EXPECT_NEAR(path.fund_return, *path.frequent_limit, *path.error_bound);
}

TEST(LeveragedFund, bad_input_is_named_by_field) {
  const auto field_of = [](const FundTerms& terms, std::vector<double> closes) {
    return fund_path(terms, closes).error().field;
  };
  const std::vector<double> closes{1.0, 2.0};
  EXPECT_EQ(field_of({11, 1, 0, 0, 252}, closes), "multiple");
  EXPECT_EQ(field_of({2, 0, 0, 0, 252}, closes), "net_assets");
  EXPECT_EQ(field_of({2, 1, 2, 0, 252}, closes), "annual_fee");
  EXPECT_EQ(field_of({2, 1, 0, HUGE_VAL, 252}, closes), "annual_rate");
  EXPECT_EQ(field_of({2, 1, 0, 0, 0}, closes), "days_per_year");
  EXPECT_EQ(field_of({2, 1, 0, 0, 252}, {1.0}), "closes");
  EXPECT_EQ(field_of({2, 1, 0, 0, 252}, {1e-300, 1e12}), "closes[1]");  // a return that no double holds
  EXPECT_EQ(fund_path({2, 1, 0, 0, 252}, std::vector{1.0, -1.0}).error().message(),
            (Error{ErrorCode::invalid_value, "closes[1]", "-1", "above 0, up to 1e12", "correct the input"}.message()));
}

RC_GTEST_PROP(LeveragedFundProperty, decay_is_a_loss_within_its_bound_and_flows_restore_the_multiple, ()) {
  const double multiple = *rc::gen::element(-3.0, -2.0, -1.0, 0.5, 1.0, 2.0, 3.0);
  std::vector<double> closes{100.0};
  const int days = *rc::gen::inRange(1, 40);
  for (int day = 0; day < days; ++day) closes.push_back(closes.back() * (1.0 + 0.001 * *rc::gen::inRange(-120, 121)));
  const auto path = *fund_path({multiple, 1e6, 0.0, 0.0, 252}, closes);
  const double rounding = 1e-14 * days;  // of sums of logarithms below 1
  RC_ASSERT(std::fabs(*path.decay - *path.decay_by_variance) <= *path.error_bound + rounding);
  if (multiple > 1.0 || multiple < 0.0) RC_ASSERT(*path.decay <= rounding);
  double before = 1e6;
  for (const FundDay& day : path.days) {
    const double held = multiple * before * (1.0 + day.index_return);
    RC_ASSERT(std::fabs(held + day.rebalancing - multiple * day.net_assets) <= 1e-8);
    RC_ASSERT(std::fabs(day.rebalancing - rebalancing_flow(multiple, before, day.index_return)) <= 1e-8);
    before = day.net_assets;
  }
}

}  // namespace
}  // namespace plimsoll::margin
