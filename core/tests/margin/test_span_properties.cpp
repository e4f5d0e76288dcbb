// SPAN: what must hold for every portfolio, columns of many accounts, and arrays made by valuation.
#include "margin/span_sets.hpp"
#include "plimsoll/margin/span/arrays.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin::span {
namespace {

using namespace sets;

/// A random set of three commodities with all that a file may hold, and random portfolios on it.
struct World {
  ParameterSet set;
  std::mt19937 random;

  explicit World(unsigned seed) : random(seed) {
    set.set_id = "random";
    set.scan_points = points();
    for (const std::string code : {"X", "Y", "Z"}) {
      Commodity made = commodity(code);
      made.spread_tiers = {{1, march, june, 0}, {2, september, september, 0}};
      made.spreads = {{1, SpreadRate::flat, 0.25 * pick(0, 400), {leg(code, Side::a, 1, 1), leg(code, Side::b, 1, 1)}},
                      {2, SpreadRate::flat, 0.25 * pick(0, 400), {leg(code, Side::a, 1, 1), leg(code, Side::b, 1, 2)}}};
      made.option_tiers = {{1, 0, last_period, 0.25 * pick(0, 200)}};
      made.delivery = {{march, 0.25 * pick(0, 40), 0.25 * pick(0, 80)}};
      if (pick(0, 1) == 1) made.scan_tiers = {{1, march, march, 0}, {2, june, june, 0}};
      set.commodities.push_back(made);
      for (const std::int32_t period : {march, june, september}) add_contracts(code, period);
    }
    set.inter_spreads = {{1, SpreadRate::weighted, 0.05 * pick(0, 20), {leg("X", Side::a, 1), leg("Y", Side::b, 2)}},
                         {2, SpreadRate::weighted, 0.05 * pick(0, 20), {leg("Y", Side::a, 3), leg("Z", Side::b, 1)}}};
    set.super_spreads = {{1, SpreadRate::weighted, 0.05 * pick(0, 20), {leg("X", Side::a, 1), leg("Z", Side::a, 1)}}};
  }

  int pick(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); }

  void add_contracts(const std::string& code, std::int32_t period) {
    const double slope = 4.0 * pick(100, 300);
    set.contracts.push_back(future(code, period, slope));
    const double delta = 0.125 * pick(1, 7);
    const double vega = 0.5 * pick(1, 100);
    // Nobody loses more on a long option than it costs: its price covers every scenario.
    const double call = slope * delta + vega + 1;
    const double put = slope * (1 - delta) + vega + 1;
    set.contracts.push_back(
        option(code, ContractKind::call, 100, period, delta, call / 50, linear(slope * delta, vega, 1)));
    set.contracts.push_back(
        option(code, ContractKind::put, 100, period, delta - 1, put / 50, linear(slope * (delta - 1), vega, 1)));
  }

  Account portfolio() {
    Account made = account({});
    for (int i = pick(0, 8); i > 0; --i)
      made.positions.push_back({"T" + std::to_string(i), set.contracts[static_cast<std::size_t>(pick(0, 26))].id,
                                static_cast<double>(pick(-9, 9))});
    return made;
  }
};

std::size_t leaves_of(const Component& node) {
  std::size_t count = node.children.empty() ? 1 : 0;
  for (const Component& child : node.children) count += leaves_of(child);
  return count;
}

RC_GTEST_PROP(SpanProperty, every_portfolio_keeps_the_invariants_of_the_regime, ()) {
  World world(*rc::gen::arbitrary<unsigned>());
  const auto set = PreparedSet::prepare(world.set);
  RC_ASSERT(set.has_value());
  const Account book = world.portfolio();
  const auto found = requirement(book, *set);
  RC_ASSERT(found.has_value());
  const Money amount = found->maintenance.amount;
  RC_ASSERT(adds_up(found->maintenance));
  RC_ASSERT(amount >= Money{});
  for (const CommodityFigures& own : found->commodities) {
    RC_ASSERT(own.credit >= 0.0);
    // No more delta is matched than there is: credits end at the price risk, up to the last bits of the sums.
    RC_ASSERT(own.credit <= own.price_risk * (1 + 1e-12));
    RC_ASSERT(own.spread_charge >= 0.0 && own.delivery_charge >= 0.0);
  }
  // Order and lots leave no trace.
  Account other = book;
  std::ranges::shuffle(other.positions, world.random);
  for (std::size_t i = book.positions.size(); i-- > 0;) {
    const double part = world.pick(-3, 3);
    other.positions.push_back({"L", other.positions[i].contract, part});
    other.positions[i].quantity -= part;
  }
  RC_ASSERT(requirement(other, *set)->maintenance == found->maintenance);
  // Closing everything leaves nothing.
  for (const Position& position : book.positions)
    other.positions.push_back({"C", position.contract, -position.quantity});
  RC_ASSERT(requirement(other, *set)->maintenance.amount == Money{});
  // Four times the portfolio is four times the requirement, but for half a cent a leaf and its four copies.
  Account four = book;
  for (Position& position : four.positions) position.quantity *= 4;
  const Money apart = requirement(four, *set)->maintenance.amount - 4 * amount;
  const auto room = static_cast<std::int64_t>((5 * leaves_of(found->maintenance) + 1) / 2);
  RC_ASSERT(std::abs(apart.cents()) <= room);
}

RC_GTEST_PROP(SpanProperty, options_held_are_covered_by_what_they_cost, ()) {
  World world(*rc::gen::arbitrary<unsigned>());
  // Charges come on top of the loss and are no part of the argument.
  for (Commodity& own : world.set.commodities) {
    own.spreads.clear();
    own.delivery.clear();
  }
  const auto set = PreparedSet::prepare(world.set);
  Account book = world.portfolio();
  std::erase_if(book.positions, [&](const Position& p) {
    return world.set.contracts[0].kind == set->parameters().contracts[*set->index_of(p.contract)].kind;
  });
  for (Position& position : book.positions) position.quantity = std::abs(position.quantity);
  RC_ASSERT(requirement(book, *set)->maintenance.amount == Money{});
}

TEST(Span, columns_give_the_figures_of_the_accounts_for_any_number_of_threads) {
  World world(20260202);
  world.set.commodities[2].ratios = {{AccountClass::hedger, 1.05, 1.25}};
  const auto set = PreparedSet::prepare(world.set);
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int64_t> quantity;
  std::vector<std::uint32_t> contract;
  std::vector<Account> books;
  for (int i = 0; i < 3000; ++i) {
    books.push_back(world.portfolio());
    books.back().account_class = AccountClass::hedger;
    for (const Position& position : books.back().positions) {
      contract.push_back(*set->index_of(position.contract));
      quantity.push_back(static_cast<std::int64_t>(position.quantity));
    }
    offsets.push_back(static_cast<std::int64_t>(contract.size()));
  }
  const auto one = requirement_columns({offsets, contract, quantity}, *set, AccountClass::hedger, 1);
  for (std::size_t i = 0; i < books.size(); i += 100) {
    EXPECT_EQ(one->maintenance[i], requirement(books[i], *set)->maintenance.amount.cents());
    EXPECT_EQ(one->initial[i], requirement(books[i], *set)->initial.amount.cents());
  }
  const auto three = requirement_columns({offsets, contract, quantity}, *set, AccountClass::hedger, 3);
  EXPECT_EQ(one->maintenance, three->maintenance);
  EXPECT_EQ(one->initial, three->initial);
  EXPECT_EQ(one->status, three->status);
}

TEST(Span, columns_refuse_what_makes_no_sense_and_mark_accounts_that_cannot_be_margined) {
  ParameterSet parameters = two_commodities();
  parameters.commodities[1].unsupported = "something else";
  parameters.contracts[0].losses = linear(1e12);
  const auto set = PreparedSet::prepare(parameters);
  const auto refusal = [&](std::vector<std::int64_t> offsets, std::vector<std::uint32_t> contract,
                           std::vector<std::int64_t> quantity) {
    const auto found = requirement_columns({offsets, contract, quantity}, *set, AccountClass::member, 1);
    return found ? "none" : found.error().field + ": " + found.error().value + ", not " + found.error().allowed;
  };
  EXPECT_EQ(refusal({0, 1}, {0}, {1, 2}), "quantity: 2, not 1 rows");
  EXPECT_EQ(refusal({}, {}, {}), "offsets: -1, not 0 at first");
  EXPECT_EQ(refusal({1, 1}, {0}, {1}), "offsets: 1, not 0 at first");
  EXPECT_EQ(refusal({0, 2}, {0}, {1}), "offsets: 2, not 1 at last");
  EXPECT_EQ(refusal({0, 2, 1}, {0}, {1}), "offsets: 1, not none below the one before it");
  EXPECT_EQ(refusal({0, 1}, {4}, {1}), "contract: 4, not places below 4");
  EXPECT_EQ(refusal({0, 1}, {0}, {1}), "none");
  const auto at = [&](const std::string& id) { return *set->index_of(id); };
  const std::vector<std::uint32_t> contract{at("X 20260600"), at("Y 20260300"), at("X 20260600"), at("X 20260300")};
  const std::vector<std::int64_t> quantity{-2'000'000'000, 1, 1, 1'000'000'000};
  const std::vector<std::int64_t> offsets{0, 1, 2, 3, 4};
  const auto found = requirement_columns({offsets, contract, quantity}, *set, AccountClass::member, 1);
  EXPECT_EQ(found->status, (std::vector<std::uint8_t>{1, 2, 0, 1}));
  EXPECT_EQ(found->maintenance, (std::vector<std::int64_t>{0, 0, 90000, 0}));
  EXPECT_FALSE(set->index_of("none").has_value());
}

Snapshot market(double spot, double rate, double volatility, std::vector<CashDividend> dividends = {}) {
  return *Snapshot::make(
      *Date::parse("2026-02-02"),
      {UnderlyingMarket{"X", spot, PriceBasis::raw, *Curve::flat(rate), Status::assumed, *Curve::flat(0.0),
                        Status::assumed, std::move(dividends), *VolatilitySurface::flat(volatility), Status::assumed}});
}

ScanSettings scan_settings() {
  // Delta weights of the published point table: .217, .111 and .037 on both sides of .270.
  return {points(),
          {{-1, .037}, {-2.0 / 3, .111}, {-1.0 / 3, .217}, {0, .270}, {1.0 / 3, .217}, {2.0 / 3, .111}, {1, .037}},
          {{"X", 60.0, 0.05}}};
}

const Date expiry = *Date::parse("2026-08-03");
const Trade call{"C", 1.0, 50.0, OptionTerms{"X", OptionType::call, Exercise::european, 1000.0, expiry}};
const Trade forward{"F", 1.0, 50.0, FutureTerms{"X", expiry}};
const Trade share{"S", 1.0, 1.0, StockTerms{"X"}};

/// The formula of Black and Scholes once more, with its delta.
std::pair<double, double> black_scholes(double spot, double rate, double volatility, double years) {
  const double deviation = volatility * std::sqrt(years);
  const double d1 = (std::log(spot / 1000.0) + rate * years) / deviation + 0.5 * deviation;
  const auto normal = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
  return {spot * normal(d1) - 1000.0 * std::exp(-rate * years) * normal(d1 - deviation), normal(d1)};
}

TEST(SpanArrays, each_scenario_is_a_full_valuation_a_day_later) {
  const auto found =
      scan_contracts(std::vector{call, forward, share}, market(1000, 0.03, 0.2), scan_settings(), ClosedForm{}, 1);
  ASSERT_TRUE(found);
  const ScannedContract& option = *(*found)[0];
  const double today = black_scholes(1000, 0.03, 0.2, 182.0 / 365).first;
  // Two evaluations of one formula in doubles differ by rounding alone: 1e-9 of a price near 65, times 50.
  EXPECT_NEAR(option.price, today, 1e-9);
  double delta = 0.0;
  for (const DeltaPoint& point : scan_settings().delta_points)
    delta += point.weight * black_scholes(1000 + 60 * point.price, 0.03, 0.2, 181.0 / 365).second;
  EXPECT_NEAR(option.delta, delta, 1e-12);
  for (std::size_t s = 0; s < scenario_count; ++s) {
    const ScanPoint point = points()[s];
    const double spot = 1000 + 60 * point.price;
    const double then = black_scholes(spot, 0.03, 0.2 + 0.05 * point.volatility, 181.0 / 365).first;
    EXPECT_NEAR(option.losses[s], 50 * point.weight * (today - then), 1e-7) << s + 1;
    const double carried = spot * std::exp(0.03 * 181 / 365) - 1000 * std::exp(0.03 * 182 / 365);
    EXPECT_NEAR((*found)[1]->losses[s], -50 * point.weight * carried, 1e-7) << s + 1;
    EXPECT_NEAR((*found)[2]->losses[s], -60 * point.weight * point.price, 1e-9) << s + 1;
  }
  EXPECT_EQ((*found)[1]->delta, 1.0);
}

TEST(SpanArrays, a_dividend_on_the_way_falls_off_the_spot) {
  const Date tomorrow = *Date::parse("2026-02-03");
  const auto found = scan_contracts(std::vector{forward, share}, market(1000, 0.0, 0.2, {{tomorrow, 7.0}}),
                                    scan_settings(), ClosedForm{}, 1);
  // The forward knew of the dividend before, the share falls by it.
  EXPECT_NEAR((*found)[0]->losses[0], 0.0, 1e-9);
  EXPECT_NEAR((*found)[1]->losses[0], 7.0, 1e-9);
}

TEST(SpanArrays, contracts_and_settings_without_sense_are_refused_by_name) {
  const Snapshot today = market(1000, 0.03, 0.2);
  const auto refusal = [&](ScanSettings settings) {
    const auto found = scan_contracts(std::vector{call}, today, settings, ClosedForm{}, 1);
    return found ? "none" : found.error().field + ": " + found.error().value + ", not " + found.error().allowed;
  };
  auto settings = scan_settings();
  settings.scan_points.pop_back();
  EXPECT_EQ(refusal(settings), "settings.scan_points: 15, not 16 scenarios");
  settings = scan_settings();
  settings.delta_points.clear();
  EXPECT_EQ(refusal(settings), "settings.delta_points: 0, not at least one point");
  settings = scan_settings();
  settings.look_ahead_days = 31;
  EXPECT_EQ(refusal(settings), "settings.look_ahead_days: 31, not 0 to 30");
  settings = scan_settings();
  settings.ranges[0].price = 500;
  EXPECT_EQ(refusal(settings),
            "settings.ranges[X].price: 500, not above 0, and the widest move, 2 times it, below the spot 1000");
  settings = scan_settings();
  settings.ranges[0].volatility = -1;
  EXPECT_EQ(refusal(settings), "settings.ranges[X].volatility: -1, not 0 to 10");
  settings = scan_settings();
  settings.ranges[0].underlying = "Z";
  EXPECT_EQ(refusal(settings).substr(0, 13), "underlying: Z");
  // A contract that cannot be valued stands beside the others: one that ends today, and one without a range.
  const Trade ends{"E", 1.0, 50.0,
                   OptionTerms{"X", OptionType::call, Exercise::european, 1000.0, today.valuation_date()}};
  const Trade other{"O", 1.0, 1.0, StockTerms{"Z"}};
  const auto found = scan_contracts(std::vector{ends, other, share}, today, scan_settings(), ClosedForm{}, 1);
  EXPECT_EQ((*found)[0].error().code, ErrorCode::expired_product);
  EXPECT_EQ((*found)[1].error(),
            (Error{ErrorCode::missing_quote, "settings.ranges", "Z", "a scan range for its underlying",
                   "add the range of the underlying to the scan ranges"}));
  EXPECT_TRUE((*found)[2].has_value());
}

}  // namespace
}  // namespace plimsoll::margin::span
