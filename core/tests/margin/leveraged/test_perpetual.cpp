// Perpetual contracts: printed examples of venues, hand-made figures, and invariants on random accounts.
#include "plimsoll/margin/leveraged/ledger.hpp"
#include "plimsoll/margin/leveraged/perpetual.hpp"
#include "plimsoll/margin/leveraged/waterfall.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

/// BTCUSDT of Binance, March 2021: section 1.8 of the margin specification.
std::vector<MaintenanceTier> btcusdt() {
  return {{5e4, 0.004, 125, 0}, {2.5e5, 0.005, 100, 0}, {1e6, 0.01, 50, 0}, {1e7, 0.025, 20, 0}, {2e7, 0.05, 10, 0},
          {5e7, 0.10, 5, 0},    {1e8, 0.125, 4, 0},     {2e8, 0.15, 3, 0},  {3e8, 0.25, 2, 0},   {5e8, 0.5, 1, 0}};
}

std::vector<MaintenanceTier> flat(double rate) { return {{unlimited, rate, 125, 0}}; }

PerpetualContract contract(const char* name, std::vector<MaintenanceTier> tiers,
                           PerpetualKind kind = PerpetualKind::linear, MarginPrice base = MarginPrice::mark) {
  return {name, "USDT", kind, 1.0, 0.001, false, base, 0.0, std::move(tiers)};
}

PerpetualRules rules(std::vector<PerpetualContract> contracts) {
  return {"test", "1", *Date::parse("2020-01-01"), *Date::parse("2030-12-31"), std::move(contracts)};
}

PerpetualMarket market(std::vector<PerpetualMark> marks) {
  return {*Date::parse("2026-11-27"), 1000, std::move(marks)};
}

PerpetualPosition position(const char* id, const char* name, double quantity, double entry, double leverage = 10.0) {
  return {id, name, quantity, entry, leverage, false, {}, 0, 0.0};
}

PerpetualPosition isolated(PerpetualPosition p, double dollars) {
  p.isolated = true;
  p.isolated_margin = *Money::round_half_up(dollars);
  return p;
}

PerpetualAccount account(double dollars, std::vector<PerpetualPosition> positions, const char* id = "A") {
  return {id, "USDT", 2, *Money::round_half_up(dollars), {}, std::move(positions)};
}

PerpetualResult run(const PerpetualAccount& a, const PerpetualMarket& m, const PerpetualRules& r) {
  auto result = perpetual_margin(a, m, r);
  if (!result) throw std::runtime_error(result.error().message());
  return *result;
}

Error refused(const PerpetualAccount& a, const PerpetualMarket& m, const PerpetualRules& r) {
  return perpetual_margin(a, m, r).error();
}

TEST(Perpetual, ledger_rounds_half_units_of_any_place_away_from_zero) {
  const Ledger bitcoin{"BTC", 8};
  EXPECT_EQ(bitcoin.booked(0.123456785).cents(), 12345679);
  EXPECT_EQ(bitcoin.booked(-0.123456785).cents(), -12345679);
  EXPECT_EQ(bitcoin.booked(1.2).cents(), 120000000);
  EXPECT_EQ((Ledger{"JPY", 0}.booked(2.5).cents()), 3);
  EXPECT_EQ((Ledger{"USD", 2}.booked(1.005).cents()), 101);
  EXPECT_EQ((Ledger{"USD", 2}.booked(0.0).cents()), 0);
  EXPECT_EQ((Ledger{"USD", 2}.booked(1e-300).cents()), 0);
  EXPECT_DOUBLE_EQ(bitcoin.amount(Money::from_cents(150000000)), 1.5);
}

TEST(Perpetual, amounts_of_the_brackets_are_those_that_the_exchange_prints) {
  const auto tiers = *continuous_tiers(btcusdt(), "BTCUSDT");
  // Lower bound times the step of the rate, summed: 50k x 0.1 %, + 250k x 0.5 %, + 1m x 1.5 %, + 10m x 2.5 %, ...
  const std::vector<double> printed{0, 50, 1300, 16300, 266300, 1266300, 2516300, 5016300, 25016300, 100016300};
  for (std::size_t k = 0; k < tiers.size(); ++k) EXPECT_NEAR(tiers[k].amount, printed[k], 1e-9 * (1.0 + printed[k]));
  for (std::size_t k = 0; k + 1 < tiers.size(); ++k) {
    const double bound = tiers[k].up_to;
    const double above = bound * tiers[k + 1].rate - tiers[k + 1].amount;
    EXPECT_NEAR(maintenance_of(bound, tiers), above, 1e-15 * 8.0 * bound);  // a few roundings of the notional
  }
  EXPECT_DOUBLE_EQ(maintenance_of(6e8, tiers), 6e8 * 0.5 - tiers.back().amount);  // the last rate goes on
}

TEST(Perpetual, worked_example_of_the_specification) {
  // Long 1 at 60,000 with 10,000: (10,000 + 50 - 60,000) / (0.005 - 1) = 50,201.0; equity and requirement 201.0.
  const auto r = rules({contract("BTCUSDT", btcusdt())});
  const auto a = account(10000, {position("T", "BTCUSDT", 1, 60000)});
  const auto now = run(a, market({{"BTCUSDT", 60000, 0, {}}}), r);
  const double price = *now.lines[0].liquidation_below;
  EXPECT_NEAR(price, 49950.0 / 0.995, 1e-9);
  EXPECT_FALSE(now.lines[0].liquidation_above);
  EXPECT_NEAR(*now.lines[0].bankruptcy_price, 50000.0, 1e-9);
  EXPECT_EQ(now.maintenance.cents(), 25000);  // 60,000 x 0.5 % - 50
  EXPECT_EQ(now.initial.cents(), 600000);
  EXPECT_NEAR(*now.pools[0].margin_ratio, 0.025, 1e-15);
  EXPECT_EQ(now.lines[0].tier, 2);
  EXPECT_DOUBLE_EQ(*now.lines[0].effective_leverage, 6.0);
  const auto there = run(a, market({{"BTCUSDT", price, 0, {}}}), r);
  EXPECT_EQ(there.equity.cents(), 20101);
  EXPECT_EQ(there.maintenance.cents(), 20101);
}

TEST(Perpetual, examples_that_venues_print) {
  // Flipster: 0.1 at 30,000, ten times: 300 initial, 30 maintenance; 900 left at 36,000, 100 at 28,000.
  const auto flipster = rules({contract("BTC", flat(0.01))});
  const auto small = account(0, {isolated(position("T", "BTC", 0.1, 30000), 300)});
  const auto at_entry = run(small, market({{"BTC", 30000, 0, {}}}), flipster);
  EXPECT_EQ(at_entry.initial.cents(), 30000);
  EXPECT_EQ(at_entry.maintenance.cents(), 3000);
  EXPECT_EQ(run(small, market({{"BTC", 36000, 0, {}}}), flipster).equity.cents(), 90000);
  EXPECT_EQ(run(small, market({{"BTC", 28000, 0, {}}}), flipster).equity.cents(), 10000);
  // Toobit: 10 at 1,500, fifty times, mark 1,483, margins on the entry: 150 / 130 = 115.38 %.
  const auto toobit = rules({contract("ETH", flat(0.01), PerpetualKind::linear, MarginPrice::entry)});
  const auto eth = account(0, {isolated(position("T", "ETH", 10, 1500, 50), 300)});
  const auto pool = run(eth, market({{"ETH", 1483, 0, {}}}), toobit).pools[1];
  EXPECT_NEAR(*pool.margin_ratio, 1.1538, 5e-5);
  EXPECT_TRUE(pool.liquidated);
  // Bybit: 60,000 contracts of a dollar at 50,000: value 1.2 bitcoin, initial margin 0.12.
  PerpetualContract inverse = contract("BTCUSD", flat(0.005), PerpetualKind::inverse, MarginPrice::entry);
  inverse.settlement = "BTC";
  PerpetualAccount bitcoin{"A", "BTC", 8, Money::from_cents(12000000), {}, {position("T", "BTCUSD", 60000, 50000)}};
  const auto coin = run(bitcoin, market({{"BTCUSD", 50000, 0, {}}}), rules({inverse}));
  EXPECT_DOUBLE_EQ(coin.lines[0].notional, 1.2);
  EXPECT_EQ(coin.initial.cents(), 12000000);
  // MCS: entry L / (L (1 - rate) + 1) at 2,000, ten times, 0.5 %: 1,826.48.
  bitcoin.positions = {position("T", "BTCUSD", 2000, 2000)};
  bitcoin.wallet = Money::from_cents(10000000);
  const auto mcs = run(bitcoin, market({{"BTCUSD", 2000, 0, {}}}), rules({inverse}));
  EXPECT_NEAR(*mcs.lines[0].liquidation_below, 1826.48, 0.01);
}

TEST(Perpetual, liquidation_price_changes_bracket_on_the_way) {
  // Short 1 at 40,000 (first bracket) with 20,000 ends in the second: (20,000 + 50 + 40,000) / (0.005 + 1).
  const auto r = rules({contract("BTCUSDT", btcusdt())});
  const auto a = account(20000, {position("T", "BTCUSDT", -1, 40000)});
  const auto now = run(a, market({{"BTCUSDT", 40000, 0, {}}}), r);
  EXPECT_EQ(now.lines[0].tier, 1);
  EXPECT_NEAR(*now.lines[0].liquidation_above, 60050.0 / 1.005, 1e-8);
  EXPECT_FALSE(now.lines[0].liquidation_below);
}

TEST(Perpetual, cross_price_counts_the_profit_and_requirement_of_the_others) {
  const auto r = rules({contract("BTC", flat(0.01)), contract("ETH", flat(0.02))});
  const auto a = account(5000, {position("B", "BTC", 1, 50000), position("E", "ETH", -10, 3000)});
  const auto m = market({{"BTC", 50000, 0, {}}, {"ETH", 2900, 0, {}}});
  const auto now = run(a, m, r);
  // BTC: 5,000 + 1,000 - 580 + (p - 50,000) = 0.01 p.  ETH: 5,000 - 500 - 10 (p - 3,000) = 0.2 p.
  EXPECT_NEAR(*now.lines[0].liquidation_below, 44580.0 / 0.99, 1e-8);
  EXPECT_NEAR(*now.lines[1].liquidation_above, 34500.0 / 10.2, 1e-9);
  EXPECT_EQ(now.pools[0].excess.cents(), 600000 - 50000 - 58000);
}

TEST(Perpetual, hedged_contract_has_a_price_on_each_side) {
  const auto r = rules({contract("BTC", flat(0.01))});
  const auto a = account(2000, {position("L", "BTC", 2, 50000), position("S", "BTC", -1, 50000)});
  const auto now = run(a, market({{"BTC", 50000, 0, {}}}), r);
  // 2,000 + (p - 50,000) = 0.03 p below; net long, so nothing above while the requirement grows by less than profit.
  EXPECT_NEAR(*now.lines[0].liquidation_below, 48000.0 / 0.97, 1e-8);
  EXPECT_FALSE(now.lines[0].liquidation_above);
  const auto even = account(2000, {position("L", "BTC", 1, 50000), position("S", "BTC", -1, 50000)});
  const auto flat_book = run(even, market({{"BTC", 50000, 0, {}}}), r);
  EXPECT_NEAR(*flat_book.lines[0].liquidation_above, 100000.0, 1e-8);  // 2,000 = 0.02 p
  EXPECT_FALSE(flat_book.lines[0].bankruptcy_price);
}

TEST(Perpetual, funding_and_fees_are_in_the_equity) {
  const auto r = rules({contract("BTC", flat(0.01))});
  auto p = position("T", "BTC", 2, 50000);
  p.opened = 100;
  p.unpaid_fee = 0.0004;
  const std::vector<FundingFixing> fixings{
      {100, 0.01, 50000}, {200, 0.0001, 51000}, {300, -0.0002, 49000}, {1000, 0.00005, 50000}, {1001, 0.5, 50000}};
  const auto now = run(account(9000, {p}), market({{"BTC", 50000, 0, fixings}}), r);
  // After opening and up to now: -10.20 + 19.60 - 5.00; fee 0.04 % of 100,000.
  EXPECT_EQ(now.lines[0].funding.cents(), 440);
  EXPECT_EQ(now.lines[0].fee.cents(), -4000);
  EXPECT_EQ(now.equity.cents(), 900000 + 440 - 4000);
  EXPECT_TRUE(adds_up(now.pools[0].equity));
  p.quantity = -2;
  EXPECT_EQ(run(account(9000, {p}), market({{"BTC", 50000, 0, fixings}}), r).lines[0].funding.cents(), -440);
}

TEST(Perpetual, inverse_is_linear_in_the_reciprocal_price) {
  // A long of n dollars settled in bitcoin is a short of n at 1 / price: the same money, brackets and roots.
  PerpetualContract inverse = contract("INV", btcusdt(), PerpetualKind::inverse);
  PerpetualContract linear = contract("LIN", btcusdt());
  for (const double quantity : {4e9, -4e9}) {
    const auto i =
        run(account(90000, {position("T", "INV", quantity, 50000)}), market({{"INV", 48000, 0, {}}}), rules({inverse}));
    const auto l = run(account(90000, {position("T", "LIN", -quantity, 1.0 / 50000)}),
                       market({{"LIN", 1.0 / 48000, 0, {}}}), rules({linear}));
    EXPECT_EQ(i.equity, l.equity);
    EXPECT_EQ(i.maintenance, l.maintenance);
    EXPECT_EQ(i.initial, l.initial);
    EXPECT_EQ(i.lines[0].tier, l.lines[0].tier);
    const auto& inverse_price = quantity > 0 ? i.lines[0].liquidation_below : i.lines[0].liquidation_above;
    const auto& linear_price = quantity > 0 ? l.lines[0].liquidation_above : l.lines[0].liquidation_below;
    ASSERT_EQ(inverse_price.has_value(), linear_price.has_value());
    if (inverse_price.has_value()) {
      EXPECT_NEAR(*inverse_price * *linear_price, 1.0, 1e-12);  // a dozen roundings
    }
  }
}

TEST(Perpetual, quanto_pays_a_fixed_amount_a_point) {
  PerpetualContract quanto = contract("ETHUSD", flat(0.02), PerpetualKind::quanto);
  quanto.settlement = "BTC";
  quanto.multiplier = 1e-6;  // bitcoin for a dollar of the price
  const PerpetualAccount a{"A", "BTC", 8, Money::from_cents(5000000), {}, {position("T", "ETHUSD", 100, 3000)}};
  const auto now = run(a, market({{"ETHUSD", 3100, 0, {}}}), rules({quanto}));
  EXPECT_EQ(now.lines[0].profit.cents(), 1000000);      // 100 x 100 x 1e-6
  EXPECT_EQ(now.lines[0].maintenance.cents(), 620000);  // 0.31 x 2 %
  // 0.05 + 1e-4 (p - 3,000) = 2e-6 p
  EXPECT_NEAR(*now.lines[0].liquidation_below, 0.25 / 9.8e-5, 1e-9);
}

TEST(Perpetual, negative_prices_where_the_contract_has_them) {
  PerpetualContract oil = contract("WTI", flat(0.1));
  oil.negative_prices = true;
  const auto a = account(30, {position("T", "WTI", 1, 10)});
  const auto now = run(a, market({{"WTI", -15, 0, {}}}), rules({oil}));
  EXPECT_EQ(now.equity.cents(), 500);
  EXPECT_EQ(now.maintenance.cents(), 150);
  EXPECT_NEAR(*now.lines[0].liquidation_below, -20.0 / 1.1, 1e-12);  // 30 + p - 10 = -0.1 p
  EXPECT_NEAR(*now.lines[0].bankruptcy_price, -20.0, 1e-12);
  oil.negative_prices = false;
  EXPECT_EQ(refused(a, market({{"WTI", -15, 0, {}}}), rules({oil})).message(),
            (Error{ErrorCode::invalid_value, "marks[WTI].mark", "-15",
                   "a price above 0, up to 1e9, of the contract WTI", "correct the price"}
                 .message()));
  oil.kind = PerpetualKind::inverse;
  EXPECT_EQ(refused(a, market({{"WTI", -15, 0, {}}}), rules({oil})).allowed,
            "a price above 0, up to 1e9, of the inverse contract WTI");
  oil.negative_prices = true;
  EXPECT_EQ(refused(a, market({{"WTI", 15, 0, {}}}), rules({oil})).message(),
            (Error{ErrorCode::unsupported, "contracts[WTI].negative_prices", "true",
                   "false: the profit of an inverse contract is in 1 / price", "list the contract as linear or quanto"}
                 .message()));
}

TEST(Perpetual, no_positions_cost_nothing_and_what_is_too_large_is_flagged) {
  const auto r = rules({contract("BTCUSDT", btcusdt())});
  const auto m = market({{"BTCUSDT", 60000, 0, {}}});
  const auto empty = run(account(100, {position("T", "BTCUSDT", 0, 60000)}), m, r);
  EXPECT_EQ(empty.maintenance, Money{});
  EXPECT_EQ(empty.initial, Money{});
  EXPECT_EQ(empty.equity.cents(), 10000);
  EXPECT_EQ(*empty.pools[0].margin_ratio, 0.0);
  const auto huge = run(account(1e9, {position("T", "BTCUSDT", 10000, 60000, 100)}), m, r);
  ASSERT_EQ(huge.warnings.size(), 2u);
  EXPECT_EQ(huge.warnings[0].code, "beyond_last_bracket");
  EXPECT_EQ(huge.warnings[1].code, "leverage_above_bracket");
  EXPECT_EQ(huge.lines[0].leverage, 1.0);
  // Paid in full: no price liquidates it; without equity there is no ratio.
  const auto full = run(account(60001, {position("T", "BTCUSDT", 1, 60000)}), m, r);
  EXPECT_FALSE(full.lines[0].liquidation_below);
  EXPECT_FALSE(full.lines[0].bankruptcy_price);
  const auto gone = run(account(-1, {position("T", "BTCUSDT", 1, 60000)}), m, r);
  EXPECT_FALSE(gone.pools[0].margin_ratio);
  EXPECT_FALSE(gone.lines[0].effective_leverage);
  EXPECT_TRUE(gone.pools[0].liquidated);
}

TEST(Perpetual, bad_input_is_named_by_field) {
  const auto r = rules({contract("BTC", flat(0.01))});
  const auto m = market({{"BTC", 50000, 0, {}}});
  const auto field_of = [&](auto change) {
    auto p = position("T", "BTC", 1, 50000);
    auto a = account(100, {p});
    auto market_now = m;
    auto pack = r;
    change(a, a.positions[0], market_now, pack);
    const auto result = perpetual_margin(a, market_now, pack);
    return result ? std::string("accepted") : std::string(name(result.error().code)) + " " + result.error().field;
  };
  using A = PerpetualAccount&;
  using P = PerpetualPosition&;
  using M = PerpetualMarket&;
  using R = PerpetualRules&;
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field_of([&](A, P, M, R) {}), "accepted");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p.quantity = none; }), "invalid_value positions[T].quantity");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p.entry_price = 0; }), "invalid_value positions[T].entry_price");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p.leverage = 0.5; }), "invalid_value positions[T].leverage");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p.unpaid_fee = 1; }), "invalid_value positions[T].unpaid_fee");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p.contract = "X"; }), "not_in_force positions[T].contract");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p.quantity = 1e10; }), "invalid_value positions[T].quantity");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p = isolated(p, -1); }), "invalid_value positions[T].isolated_margin");
  EXPECT_EQ(field_of([&](A, P p, M, R) { p = isolated(p, 2e13); }), "invalid_value positions[T].isolated_margin");
  EXPECT_EQ(field_of([&](A a, P p, M, R) { a.positions.push_back(PerpetualPosition(p)); }),
            "invalid_value positions[T].trade_id");
  EXPECT_EQ(field_of([&](A a, P, M, R) { a.settlement = "EUR"; }), "unsupported positions[T].contract");
  EXPECT_EQ(field_of([&](A a, P, M, R) { a.decimals = 13; }), "invalid_value accounts[A].decimals");
  EXPECT_EQ(field_of([&](A a, P, M, R) { a.wallet = Money::from_cents(2000000000000000); }),
            "invalid_value accounts[A].wallet");
  EXPECT_EQ(field_of([&](A a, P, M, R) { a.order_hold = Money::from_cents(-1); }),
            "invalid_value accounts[A].order_hold");
  EXPECT_EQ(field_of([&](A a, P, M, R) { a.order_hold = Money::from_cents(2000000000000000); }),
            "invalid_value accounts[A].order_hold");
  EXPECT_EQ(field_of([&](A, P, M x, R) { x.marks.clear(); }), "missing_quote positions[T].contract");
  EXPECT_EQ(field_of([&](A, P, M x, R) { x.marks[0].slippage = 1; }), "invalid_value marks[BTC].slippage");
  EXPECT_EQ(field_of([&](A, P, M x, R) { x.marks[0].funding = {{1, 2, 1}}; }), "invalid_value marks[BTC].funding.rate");
  EXPECT_EQ(field_of([&](A, P, M x, R) { x.marks[0].funding = {{1, 0.1, -1}}; }),
            "invalid_value marks[BTC].funding.mark");
  EXPECT_EQ(field_of([&](A, P, M x, R) { x.date = *Date::parse("2031-01-01"); }), "not_in_force pack.pack_id");
  EXPECT_EQ(field_of([&](A, P, M, R x) { x.contracts[0].multiplier = 0; }), "invalid_value contracts[BTC].multiplier");
  EXPECT_EQ(field_of([&](A, P, M, R x) { x.contracts[0].lot = 0; }), "invalid_value contracts[BTC].lot");
  EXPECT_EQ(field_of([&](A, P, M, R x) { x.contracts[0].liquidation_fee = 1; }),
            "invalid_value contracts[BTC].liquidation_fee");
}

TEST(Perpetual, brackets_that_no_venue_could_mean_are_refused) {
  const auto field_of = [](std::vector<MaintenanceTier> tiers) {
    return continuous_tiers(std::move(tiers), "C").error();
  };
  EXPECT_EQ(field_of({}).field, "contracts[C].tiers");
  EXPECT_EQ(field_of({{0, 0.1, 1, 0}}).field, "contracts[C].tiers[0].up_to");
  EXPECT_EQ(field_of({{1, 0.1, 2, 0}, {1, 0.1, 2, 0}}).field, "contracts[C].tiers[1].up_to");
  EXPECT_EQ(field_of({{1, 0.1, 2, 0}, {2, 0.05, 2, 0}}).field, "contracts[C].tiers[1].rate");
  EXPECT_EQ(field_of({{1, 1.1, 2, 0}}).field, "contracts[C].tiers[0].rate");
  EXPECT_EQ(field_of({{1, 0.1, 2, 0}, {2, 0.1, 3, 0}}).field, "contracts[C].tiers[1].maximum_leverage");
  EXPECT_EQ(field_of({{100, 0.1, 2, 0}, {200, 0.2, 2, 11}}).message(),
            (Error{ErrorCode::invalid_value, "contracts[C].tiers[1].amount", "11",
                   "the amount that makes the requirement continuous, 10",
                   "correct the parameter pack; its numbers carry their source"}
                 .message()));
}

// ---- Invariants on random accounts ----------------------------------------------------------------------------------

constexpr const char* names[] = {"AAA", "BBB", "CCC"};

PerpetualRules any_rules() {
  PerpetualContract quanto =
      contract("BBB", {{2e3, 0.01, 50, 0}, {9e3, 0.03, 20, 0}, {unlimited, 0.2, 4, 0}}, PerpetualKind::quanto);
  quanto.multiplier = 0.01;
  PerpetualContract inverse = contract("CCC", {{3e3, 0.02, 50, 0}, {unlimited, 0.1, 5, 0}}, PerpetualKind::inverse);
  inverse.multiplier = 1000.0;
  auto all = rules({contract("AAA", btcusdt()), quanto, inverse});
  for (auto& each : all.contracts) each.liquidation_fee = 0.005;
  return all;
}

PerpetualMarket any_market() {
  const auto mark = [](int low, int high) { return 0.25 * *rc::gen::inRange(low, high); };
  return market({{"AAA", mark(40, 4000), 0.002, {{500, 0.0001 * *rc::gen::inRange(-20, 20), 100}}},
                 {"BBB", mark(400, 40000), 0.001, {}},
                 {"CCC", mark(4, 40), 0.01, {}}});
}

PerpetualAccount any_account(const PerpetualMarket& m, std::string id) {
  PerpetualAccount made{std::move(id),
                        "USDT",
                        2,
                        Money::from_cents(*rc::gen::inRange(-10000, 5000000)),
                        Money::from_cents(*rc::gen::inRange(0, 2) * 1000),
                        {}};
  const int count = *rc::gen::inRange(0, 5);
  for (int i = 0; i < count; ++i) {
    const auto which = static_cast<std::size_t>(*rc::gen::inRange(0, 3));
    const double entry = m.marks[which].mark * (1.0 + 0.01 * *rc::gen::inRange(-15, 16));
    const double quantity = *rc::gen::inRange(-4000, 4001) * 0.1;
    auto p = position("", names[which], quantity, entry, *rc::gen::inRange(1, 60));
    p.trade_id = made.account_id + "-" + std::to_string(i);
    if (*rc::gen::inRange(0, 3) == 0) p = isolated(p, std::fabs(quantity * entry) * 0.05);
    made.positions.push_back(p);
  }
  return made;
}

/// Half a unit for each leaf of equity and requirement, and one for the balance of a sum of doubles below 1e7.
std::int64_t rounding_of(const PerpetualPool& pool) {
  return static_cast<std::int64_t>(pool.equity.children.size() + pool.maintenance.children.size()) / 2 + 1;
}

RC_GTEST_PROP(PerpetualProperty, at_a_liquidation_price_equity_is_the_requirement, ()) {
  const auto m = any_market();
  const auto a = any_account(m, "A");
  const auto r = any_rules();
  const auto now = run(a, m, r);
  for (const PerpetualLine& line : now.lines)
    for (const auto& price : {line.liquidation_below, line.liquidation_above}) {
      if (!price || *price < 1e-3 || *price > 1e7) continue;  // beyond what cents resolve
      auto there = m;
      std::ranges::find(there.marks, line.contract, &PerpetualMark::contract)->mark = *price;
      const auto result = perpetual_margin(a, there, r);
      if (!result) continue;
      for (const PerpetualPool& pool : result->pools) {
        const bool own = pool.name == line.trade_id ||
                         (pool.name == "cross" && std::ranges::any_of(pool.maintenance.children, [&](const auto& leaf) {
                            return leaf.name == line.trade_id;
                          }));
        if (own) RC_ASSERT(std::abs((pool.excess + pool.order_hold).cents()) <= rounding_of(pool));
      }
    }
}

RC_GTEST_PROP(PerpetualProperty, trees_add_up_and_the_order_of_positions_leaves_no_trace, ()) {
  const auto m = any_market();
  auto a = any_account(m, "A");
  const auto r = any_rules();
  const auto one = run(a, m, r);
  std::ranges::reverse(a.positions);
  const auto other = run(a, m, r);
  RC_ASSERT(one.lines == other.lines);
  RC_ASSERT(one.equity == other.equity);
  for (const PerpetualPool& pool : one.pools) {
    RC_ASSERT(adds_up(pool.equity));
    RC_ASSERT(adds_up(pool.initial));
    RC_ASSERT(adds_up(pool.maintenance));
    RC_ASSERT(pool.excess == pool.equity.amount - pool.maintenance.amount - pool.order_hold);
  }
}

RC_GTEST_PROP(PerpetualProperty, requirement_is_convex_and_never_falls, ()) {
  const auto tiers = *continuous_tiers(btcusdt(), "BTCUSDT");
  const double a = *rc::gen::inRange(0, 600000000);
  const double b = *rc::gen::inRange(0, 600000000);
  const double middle = maintenance_of(0.5 * (a + b), tiers);
  const double rounding = 1e-6;  // of amounts up to 3e8 by doubles
  RC_ASSERT(middle <= 0.5 * (maintenance_of(a, tiers) + maintenance_of(b, tiers)) + rounding);
  RC_ASSERT(maintenance_of(std::max(a, b), tiers) >= maintenance_of(std::min(a, b), tiers) - rounding);
}

RC_GTEST_PROP(PerpetualProperty, a_multiple_of_an_account_has_the_same_prices, ()) {
  const auto r = rules({contract("BTC", flat(0.01))});
  const double entry = *rc::gen::inRange(100, 100000);
  const double quantity = *rc::gen::inRange(1, 100);
  const double cash = *rc::gen::inRange(1, 1000000);
  const auto m = market({{"BTC", entry, 0, {}}});
  const auto one = run(account(cash, {position("T", "BTC", -quantity, entry)}), m, r).lines[0];
  const auto four = run(account(4 * cash, {position("T", "BTC", -4 * quantity, entry)}), m, r).lines[0];
  RC_ASSERT(one.liquidation_above == four.liquidation_above);  // a power of two changes no bit
  RC_ASSERT(four.maintenance.cents() <= 4 * one.maintenance.cents() + 2);
  RC_ASSERT(four.maintenance.cents() >= 4 * one.maintenance.cents() - 2);
}

Money equity_at(const PerpetualAccount& a, const PerpetualMarket& m, const PerpetualRules& r) {
  return run(a, m, r).equity;
}

RC_GTEST_PROP(WaterfallProperty, money_is_conserved_and_no_account_is_left_to_liquidate, ()) {
  const auto m = any_market();
  const auto r = any_rules();
  std::vector<PerpetualAccount> accounts;
  for (const char* id : {"A", "B", "C", "D"}) accounts.push_back(any_account(m, id));
  const InsuranceFund fund{"USDT", 2, Money::from_cents(*rc::gen::element(0, 10000, 100000000))};
  const auto result = liquidate(accounts, m, r, fund);
  Money total = result.fund - fund.amount + result.market - result.uncovered;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    const AccountAfter& after = *result.accounts[i];
    RC_ASSERT(after.equity_before == equity_at(accounts[i], m, r));
    RC_ASSERT(after.equity_after == equity_at(after.account, m, r));  // the state that is given back says the same
    total += after.equity_after - after.equity_before;
    for (const PerpetualPool& pool : run(after.account, m, r).pools) RC_ASSERT(!pool.liquidated);
    for (const PerpetualPosition& p : after.account.positions) {
      const auto before = std::ranges::find(accounts[i].positions, p.trade_id, &PerpetualPosition::trade_id);
      RC_ASSERT(p.quantity * before->quantity >= 0.0);
      RC_ASSERT(std::fabs(p.quantity) <= std::fabs(before->quantity));
    }
  }
  RC_ASSERT(total == Money{});
  for (const LiquidationStep& step : result.steps)
    RC_ASSERT(step.account + step.fund + step.market + step.other == Money{});
  std::ranges::reverse(accounts);
  RC_ASSERT(liquidate(accounts, m, r, fund).steps == result.steps);
}

TEST(Waterfall, orders_first_then_brackets_then_the_bankruptcy_price) {
  auto pack = rules({contract("BTC", {{1000, 0.01, 50, 0}, {unlimited, 0.05, 10, 0}})});
  pack.contracts[0].lot = 1.0;
  pack.contracts[0].liquidation_fee = 0.001;
  const auto at = [](double mark) { return market({{"BTC", mark, 0.01, {}}}); };
  const InsuranceFund fund{"USDT", 2, Money::from_cents(100000)};
  auto a = account(340, {position("T", "BTC", 20, 100)});
  a.order_hold = Money::from_cents(10000);
  // At 86: equity 60, requirement 1,720 x 5 % - 40 = 46; the orders hold 100.
  const auto orders = liquidate(std::vector{a}, at(86), pack, fund);
  ASSERT_EQ(orders.steps.size(), 1u);
  EXPECT_EQ(orders.steps[0].stage, LiquidationStage::orders_cancelled);
  EXPECT_EQ(orders.accounts[0]->account.positions[0].quantity, 20.0);
  // At 85: equity 40, requirement 45; down to 11 lots of 85 = 935: 9 sold at 84.15, fee 0.765: equity 31.58, need 9.35.
  const auto reduced = liquidate(std::vector{a}, at(85), pack, fund);
  ASSERT_EQ(reduced.steps.size(), 2u);
  EXPECT_EQ(reduced.steps[1].stage, LiquidationStage::reduced);
  EXPECT_EQ(reduced.steps[1].quantity, -9.0);
  EXPECT_DOUBLE_EQ(*reduced.steps[1].price, 84.15);
  EXPECT_EQ(reduced.steps[1].market.cents(), 765);
  EXPECT_EQ(reduced.steps[1].fund.cents(), 77);
  EXPECT_EQ(reduced.accounts[0]->equity_after.cents(), 4000 - 765 - 77);
  EXPECT_FALSE(reduced.accounts[0]->liquidated);
  // In lots of 20 the whole position goes: slippage 17, fee 1.70; nothing but the balance is left of it.
  auto coarse = pack;
  coarse.contracts[0].lot = 20.0;
  const auto closed = liquidate(std::vector{a}, at(85), coarse, fund);
  EXPECT_EQ(closed.steps.back().quantity, -20.0);
  EXPECT_EQ(closed.accounts[0]->account.wallet.cents(), 4000 - 1700 - 170);
  EXPECT_TRUE(closed.accounts[0]->account.positions.empty());
  // At 80: equity -60; the fund bears 60 and 16 of slippage; bankruptcy price 83.
  const auto gone = liquidate(std::vector{a}, at(80), pack, fund);
  EXPECT_EQ(gone.steps.back().stage, LiquidationStage::taken_over);
  EXPECT_NEAR(*gone.steps.back().price, 83.0, 1e-12);
  EXPECT_EQ(gone.fund.cents(), 100000 - 6000 - 1600);
  EXPECT_EQ(gone.market.cents(), 1600);
  EXPECT_EQ(gone.uncovered, Money{});
  EXPECT_EQ(gone.accounts[0]->equity_after, Money{});
  EXPECT_TRUE(gone.accounts[0]->liquidated);
  EXPECT_TRUE(gone.accounts[0]->account.positions.empty());
}

TEST(Waterfall, deleverages_by_profit_times_leverage_and_then_leaves_it_uncovered) {
  const auto pack = rules({contract("BTC", flat(0.01))});
  const auto m = market({{"BTC", 80, 0.01, {}}});
  const InsuranceFund fund{"USDT", 2, Money::from_cents(500)};
  const auto loser = account(340, {position("T", "BTC", 20, 100)}, "loser");
  // Profit over entry 20 % each; equity 5 x 20 + 100 = 200 at 400 notional against 1,100: the first has more leverage.
  const auto levered = account(100, {position("L", "BTC", -5, 100)}, "levered");
  const auto careful = account(1000, {position("C", "BTC", -5, 100)}, "careful");
  const auto result = liquidate(std::vector{loser, careful, levered}, m, pack, fund);
  ASSERT_EQ(result.steps.size(), 3u);
  EXPECT_EQ(result.steps[0].counterparty, "levered");
  EXPECT_EQ(result.steps[1].counterparty, "careful");
  EXPECT_EQ(result.steps[0].other.cents(), -1500);  // 60 of deficit over 20 contracts
  EXPECT_NEAR(*result.steps[0].price, 83.0, 1e-12);
  EXPECT_EQ(result.steps[2].stage, LiquidationStage::uncovered);
  EXPECT_EQ(result.steps[2].quantity, -10.0);
  EXPECT_EQ(result.fund, Money{});
  EXPECT_EQ(result.uncovered.cents(), 3000 + 800 - 500);
  EXPECT_EQ(result.accounts[1]->equity_after.cents(), 110000 - 1500);
}

TEST(Waterfall, a_debt_without_positions_and_accounts_that_take_no_part) {
  const auto pack = rules({contract("BTC", flat(0.01))});
  const auto m = market({{"BTC", 80, 0, {}}});
  const InsuranceFund fund{"USDT", 2, Money::from_cents(3000)};
  auto other = account(10, {}, "other");
  other.decimals = 6;
  const auto result = liquidate(
      std::vector{account(-50, {}, "debt"), other, account(1, {position("X", "NONE", 1, 1)}, "bad")}, m, pack, fund);
  EXPECT_EQ(result.accounts[0]->equity_after, Money{});
  EXPECT_EQ(result.uncovered.cents(), 2000);
  EXPECT_EQ(result.accounts[1].error().message(),
            (Error{ErrorCode::unsupported, "accounts[other].settlement", "USDT with 6 decimals",
                   "the ledger of the insurance fund, USDT with 2 decimals", "run accounts of one ledger together"}
                 .message()));
  EXPECT_EQ(result.accounts[2].error().field, "positions[X].contract");
  auto expired = pack;
  expired.in_force_until = *Date::parse("2021-01-01");
  EXPECT_EQ(liquidate(std::vector{account(1, {})}, m, expired, fund).accounts[0].error().code, ErrorCode::not_in_force);
}

TEST(Waterfall, queue_at_prices_of_zero_has_an_order) {
  PerpetualContract oil = contract("WTI", flat(0.1));
  oil.negative_prices = true;
  const InsuranceFund fund{"USDT", 2, {}};
  const auto entered = [](const char* id, double entry) { return account(1000, {position(id, "WTI", -1, entry)}, id); };
  // Entry values of 0 and 10, profits of 5, 15 and -2 at -5: the first rate is beyond all, losses come last.
  const auto loser = account(20, {position("T", "WTI", 3, 10)}, "loser");
  const auto queue = liquidate(std::vector{entered("C", -7), entered("B", 10), entered("A", 0), loser},
                               market({{"WTI", -5, 0, {}}}), rules({oil}), fund);
  std::string order;
  for (const LiquidationStep& step : queue.steps) order += step.counterparty;
  EXPECT_EQ(order, "ABC");
  // At a mark of zero nothing has leverage: gains have a score of 0, as what neither gained nor lost, losses come last.
  const auto at_zero = liquidate(std::vector{entered("C", -7), entered("B", 10), entered("A", 0), loser},
                                 market({{"WTI", 0, 0, {}}}), rules({oil}), fund);
  EXPECT_EQ(at_zero.steps.size(), 1u);
  EXPECT_EQ(at_zero.steps[0].other.cents(), -1000);  // without a notional the deficit is the venue's
  EXPECT_EQ(at_zero.uncovered.cents(), 1000);
}

TEST(Waterfall, moves_are_fractions_of_each_mark) {
  const auto m = market({{"BTC", 80, 0, {}}, {"ETH", 40, 0, {}}});
  const auto after = moved(m, std::vector{-0.25, 0.5});
  EXPECT_DOUBLE_EQ(after->marks[0].mark, 60.0);
  EXPECT_DOUBLE_EQ(after->marks[1].mark, 60.0);
  EXPECT_EQ(moved(m, std::vector{0.1}).error().field, "moves");
  EXPECT_EQ(moved(m, std::vector{0.1, HUGE_VAL}).error().field, "moves[ETH]");
}

}  // namespace
}  // namespace plimsoll::margin
