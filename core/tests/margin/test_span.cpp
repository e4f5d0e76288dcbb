// SPAN: small portfolios worked out by hand, and what the parameters may not be.
#include "margin/span_sets.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll::margin::span {
namespace {

using namespace sets;

const Component& child(const Component& node, const std::string& name) {
  const auto found = std::ranges::find(node.children, name, &Component::name);
  if (found == node.children.end()) throw std::runtime_error(node.name + " has no " + name);
  return *found;
}

double input(const Component& node, const std::string& name) {
  const auto found = std::ranges::find(node.inputs, name, &Input::name);
  if (found == node.inputs.end()) throw std::runtime_error(node.name + " has no " + name);
  return found->value;
}

const std::vector<std::pair<std::string, double>> hand_book{
    {"X 20260300", 2}, {"X 20260300 C100", -3}, {"X 20260600", -1}, {"Y 20260300", 1}};

TEST(Span, each_step_of_a_small_portfolio_is_that_of_the_hand) {
  const auto found = run(two_commodities(), account(hand_book));
  const CommodityFigures& x = found.commodities[0];
  // X: slope 2*900 - 3*450 - 900 = -450, vega -180, decay -18: scenario 11 loses 450 + 180 - 18.
  EXPECT_DOUBLE_EQ(x.scan_risk, 612.0);
  EXPECT_EQ(x.active_scenario, 11);
  // March 2 - 1.5, June -1; of the spread half a delta each: 0.5 * 40, and 0.5 in March in delivery: 0.5 * 10.
  EXPECT_DOUBLE_EQ(x.net_delta, -0.5);
  EXPECT_DOUBLE_EQ(x.spread_charge, 20.0);
  EXPECT_DOUBLE_EQ(x.delivery_charge, 5.0);
  // Scenario 12 loses 252: (612 + 252) / 2 = 432, less the mean of 162 and -198, which is -18: 450, of 0.5 delta 900.
  EXPECT_DOUBLE_EQ(x.price_risk, 450.0);
  // Half a spread (X short 0.5 of 1, Y long 1 of 2): 0.5 * 1 * 900 * 0.8, and for Y 0.5 * 2 * 500 * 0.8.
  EXPECT_DOUBLE_EQ(x.credit, 360.0);
  EXPECT_DOUBLE_EQ(found.commodities[1].credit, 400.0);
  // 612 + 20 + 5 - 360 = 277 is below 3 short calls at 100; the calls are worth -3 * 12 * 50.
  EXPECT_DOUBLE_EQ(x.option_minimum, 300.0);
  EXPECT_DOUBLE_EQ(x.option_value, -1800.0);
  EXPECT_EQ(child(found.maintenance, "X").amount, dollars(300 + 1800));
  EXPECT_EQ(child(found.maintenance, "Y").amount, dollars(500 - 400));
  EXPECT_EQ(found.maintenance.amount, dollars(2200));
  EXPECT_EQ(found.initial.amount, dollars(2200));
}

TEST(Span, the_tree_names_what_went_in_and_adds_up) {
  const auto found = run(two_commodities(), account(hand_book));
  EXPECT_TRUE(adds_up(found.maintenance));
  EXPECT_TRUE(adds_up(found.initial));
  const auto& credit = child(child(found.maintenance, "X"), "credit for spreads between commodities").children[0];
  EXPECT_EQ(credit.name, "X against Y");
  EXPECT_DOUBLE_EQ(input(credit, "weighted futures price risk"), 900.0);
  EXPECT_DOUBLE_EQ(input(credit, "spreads"), 0.5);
  const auto& charge = child(child(found.maintenance, "X"), "charge for spreads between months").children[0];
  EXPECT_EQ(charge.name, "X 202603 against X 202606");
  EXPECT_EQ(child(child(found.maintenance, "X"), "up to the short option minimum").amount, dollars(23));
  EXPECT_EQ(child(child(found.maintenance, "X"), "delivery charge").children[0].name, "delivery in 202603");
}

TEST(Span, a_class_of_accounts_has_its_own_ratio_on_risk_but_not_on_option_value) {
  const auto found = run(two_commodities(), account(hand_book, AccountClass::speculator));
  EXPECT_EQ(found.maintenance.amount, dollars(2200));
  EXPECT_EQ(found.initial.amount, dollars(300 * 1.1 + 1800 + 100 * 1.1));
}

// NSE Clearing, NIFTY future of 30 June 2026 in the settlement file of 25 June 2026 (third-party extract): losses for
// one unit by scenario; the price scan range that they were made with is 2235.635 and the drift of the day 8.72.
const std::vector<double> nifty{8.72,    8.72,    -736.49,  -736.49,  753.93,  753.93,  -1481.70, -1481.70,
                                1499.14, 1499.14, -2226.91, -2226.91, 2244.36, 2244.36, -1561.89, 1568.00};

TEST(Span, a_published_array_holds_the_covered_fraction_already) {
  // Each entry is weight * (8.72 - move * 2235.635), printed to two decimals: half a unit of the last place.
  for (std::size_t s = 0; s < scenario_count; ++s) {
    const ScanPoint point = points()[s];
    EXPECT_NEAR(nifty[s], point.weight * (8.72 - point.price * 2235.635), 0.0051) << s + 1;
  }
  ParameterSet set = two_commodities();
  set.contracts[2].losses = nifty;
  set.inter_spreads.clear();
  // A lot of 75 units: its greatest loss, and not 0.35 times the extreme ones once more.
  EXPECT_EQ(run(set, account({{"Y 20260300", 75}})).maintenance.amount, dollars(75 * 2244.36));
  EXPECT_EQ(run(set, account({{"Y 20260300", -75}})).maintenance.amount, dollars(75 * 2226.91));
}

// McMillan, Options as a Strategic Investment, ch. 34: profits of one S&P 500 future and of one December 410 call at
// 500 dollars a point; the requirement is the largest loss, and that of the covered write is 6,620.
const std::vector<double> mcmillan_future{0,     0,     3330,  3330,  -3330,  -3330,  6670, 6670,
                                          -6670, -6670, 10000, 10000, -10000, -10000, 7000, -7000};
const std::vector<double> mcmillan_call{460,   -610,  2640, 1730, -1270, -2340, 5210, 4540,
                                        -2540, -3430, 8060, 7640, -3380, -3990, 3130, -1500};

TEST(Span, the_sixteen_scenarios_of_the_textbook_give_its_requirements) {
  ParameterSet set = two_commodities();
  const auto lost = [](std::vector<double> profits) {
    std::ranges::transform(profits, profits.begin(), std::negate{});
    return profits;
  };
  set.commodities[0] = commodity("X");
  set.contracts[0].losses = lost(mcmillan_future);
  set.contracts[3].losses = lost(mcmillan_call);
  set.contracts[3].price = 0.0;  // the book looks at the scan alone
  EXPECT_EQ(run(set, account({{"X 20260300", 1}})).maintenance.amount, dollars(10000));
  EXPECT_EQ(run(set, account({{"X 20260300 C100", 1}})).maintenance.amount, dollars(3990));
  EXPECT_EQ(run(set, account({{"X 20260300", 1}, {"X 20260300 C100", -1}})).maintenance.amount, dollars(6620));
}

TEST(Span, scan_tiers_are_scanned_apart) {
  ParameterSet set = two_commodities();
  set.commodities[0] = commodity("X");
  const auto calendar = account({{"X 20260300", 1}, {"X 20260600", -1}});
  EXPECT_EQ(run(set, calendar).maintenance.amount, dollars(0));
  set.commodities[0].scan_tiers = {{1, march, march, 0}};  // June is in no tier: the rest is scanned together
  const auto found = run(set, calendar);
  EXPECT_EQ(found.maintenance.amount, dollars(1800));
  const auto& parts = child(child(found.maintenance, "X"), "scan risk").children;
  EXPECT_EQ(parts[0].name, "scenario 13 in tier 1");
  EXPECT_EQ(parts[1].name, "scenario 11");
}

TEST(Span, spreads_between_months_go_by_priority_and_consume_the_nearest_delta_first) {
  ParameterSet set = two_commodities();
  set.contracts.push_back(future("X", september, 900));
  Commodity& x = set.commodities[0] = commodity("X");
  x.spread_tiers = {{1, march, june, 0}, {2, september, september, 0}};
  x.spreads = {{2, SpreadRate::flat, 70.0, {leg("X", Side::a, 1, 1), leg("X", Side::b, 1, 2)}},
               {1, SpreadRate::flat, 30.0, {leg("X", Side::a, 1, 1), leg("X", Side::b, 1, 1)}}};
  x.delivery = {{march, 1.0, 5.0}, {june, 100.0, 500.0}};
  // March 3, June -1, September -1. Priority 1 inside tier 1: one spread (March 1, June 1). Priority 2: one (March 1).
  const auto found = run(set, account({{"X 20260300", 3}, {"X 20260600", -1}, {"X 20260900", -1}}));
  EXPECT_DOUBLE_EQ(found.commodities[0].spread_charge, 30.0 + 70.0);
  // March: 2 in spreads, 1 outright; June: 1 in spreads.
  EXPECT_DOUBLE_EQ(found.commodities[0].delivery_charge, 2 * 1.0 + 1 * 5.0 + 1 * 100.0);
}

TEST(Span, legs_of_one_side_and_tier_share_their_delta) {
  ParameterSet set = two_commodities();
  Commodity& x = set.commodities[0] = commodity("X");
  // A butterfly written as two legs of June: each spread takes two of them.
  x.spreads = {{1,
                SpreadRate::flat,
                10.0,
                {leg("X", Side::a, 2, 0, march), leg("X", Side::b, 1, 0, june), leg("X", Side::b, 1, 0, june)}}};
  EXPECT_DOUBLE_EQ(run(set, account({{"X 20260300", 6}, {"X 20260600", -4}})).commodities[0].spread_charge, 20.0);
}

TEST(Span, a_credit_needs_opposite_sides_and_is_given_by_leg_and_by_method) {
  ParameterSet set = two_commodities();
  set.commodities = {commodity("X"), commodity("Y")};
  const auto credits = [&set](double x, double y) {
    const auto found = run(set, account({{"X 20260300", x}, {"Y 20260300", y}}));
    return std::pair{found.commodities[0].credit, found.commodities[1].credit};
  };
  EXPECT_EQ(credits(1, 2), std::pair(0.0, 0.0));
  EXPECT_EQ(credits(1, -2), std::pair(720.0, 800.0));
  EXPECT_EQ(credits(-1, 2), std::pair(720.0, 800.0));
  set.inter_spreads[0].legs[1].rate = 0.5;
  EXPECT_EQ(credits(-1, 2), std::pair(720.0, 500.0));
  set.inter_spreads[0] = {1, SpreadRate::flat, 50.0, {leg("X", Side::a, 1), leg("Y", Side::b, 2)}};
  EXPECT_EQ(credits(-1, 2), std::pair(50.0, 100.0));
  set.inter_spreads[0].rate = 1e6;  // a flat credit above the risk ends at the minimum, here 0
  EXPECT_EQ(run(set, account({{"X 20260300", -1}, {"Y 20260300", 2}})).maintenance.amount, Money{});
}

TEST(Span, price_risk_of_a_delta_may_be_capped_at_the_scan_range_or_be_that) {
  ParameterSet set = two_commodities();
  set.commodities = {commodity("X"), commodity("Y")};
  set.commodities[0].price_scan_range = 600;
  const auto credit = [&set](PriceRisk method) {
    set.commodities[0].price_risk = method;
    return run(set, account({{"X 20260300", -1}, {"Y 20260300", 2}})).commodities[0].credit;
  };
  EXPECT_DOUBLE_EQ(credit(PriceRisk::normal), 900 * 0.8);
  EXPECT_DOUBLE_EQ(credit(PriceRisk::capped), 600 * 0.8);
  set.commodities[0].price_scan_range = 1000;
  EXPECT_DOUBLE_EQ(credit(PriceRisk::capped), 900 * 0.8);
  EXPECT_DOUBLE_EQ(credit(PriceRisk::scan_range), 1000 * 0.8);
}

TEST(Span, a_tier_of_a_credit_has_its_own_delta_and_price_risk) {
  ParameterSet set = two_commodities();
  set.commodities = {commodity("X"), commodity("Y")};
  set.contracts[1].losses = linear(1100);
  set.commodities[0].credit_tiers = {{1, march, march, 0}, {2, june, june, 0}};
  set.inter_spreads[0].legs[0].tier = 2;
  // The June tier is short one delta of 1100, whatever March is; one spread with two of Y.
  const auto found = run(set, account({{"X 20260300", 5}, {"X 20260600", -1}, {"Y 20260300", 2}}));
  EXPECT_DOUBLE_EQ(found.commodities[0].credit, 1100 * 0.8);
  // A leg of one period is priced by the tier that holds it; one outside of all tiers by the whole commodity.
  set.inter_spreads[0].legs[0] = leg("X", Side::a, 1, 0, june);
  EXPECT_DOUBLE_EQ(run(set, account({{"X 20260600", -1}, {"Y 20260300", 2}})).commodities[0].credit, 1100 * 0.8);
  set.commodities[0].credit_tiers = {{1, march, march, 0}};
  EXPECT_DOUBLE_EQ(run(set, account({{"X 20260600", -1}, {"Y 20260300", 2}})).commodities[0].credit, 1100 * 0.8);
}

TEST(Span, super_spreads_go_before_the_charges_between_months) {
  ParameterSet set = two_commodities();
  set.commodities[0].delivery.clear();
  const auto book = account({{"X 20260300", 1}, {"X 20260600", -2}, {"Y 20260300", 2}});
  // Months first: one spread of X for 40, then the one delta left in June against two of Y.
  const auto after = run(set, book).commodities[0];
  EXPECT_DOUBLE_EQ(after.spread_charge, 40.0);
  EXPECT_DOUBLE_EQ(after.credit, 900 * 0.8);
  // Super first: the net of minus one is taken from June, and the months still make their spread.
  std::swap(set.super_spreads, set.inter_spreads);
  EXPECT_DOUBLE_EQ(run(set, book).commodities[0].credit, 900 * 0.8);
  EXPECT_DOUBLE_EQ(run(set, book).commodities[0].spread_charge, 40.0);
  // A leg of one month takes all of June, and leaves nothing for the months.
  set.super_spreads[0].legs[0].period = june;
  const auto before = run(set, account({{"X 20260300", 1}, {"X 20260600", -1}, {"Y 20260300", 2}})).commodities[0];
  EXPECT_DOUBLE_EQ(before.spread_charge, 0.0);
}

TEST(Span, the_short_option_minimum_counts_both_sides_or_the_larger_one_by_tier) {
  ParameterSet set = two_commodities();
  Commodity& x = set.commodities[0] = commodity("X");
  set.contracts.push_back(option("X", ContractKind::put, 90, march, -0.1, 0, linear(0)));
  set.contracts.push_back(option("X", ContractKind::put, 80, june, -0.1, 0, linear(0)));
  set.contracts[3].losses = linear(0);
  set.contracts[3].price = 0;
  set.contracts[3].scale = 0.5;
  x.option_tiers = {{1, 0, march, 100.0}, {2, june, last_period, 7.0}};
  const auto short_options =
      account({{"X 20260300 C100", -6}, {"X 20260300 P90", -2}, {"X 20260600 P80", -10}, {"X 20260300", 0}});
  // 6 calls of half the size count 3, with 2 puts 5; 10 puts in June.
  EXPECT_EQ(run(set, short_options).maintenance.amount, dollars(5 * 100 + 10 * 7));
  set.commodities[0].option_minimum = OptionMinimum::larger_side;
  EXPECT_EQ(run(set, short_options).maintenance.amount, dollars(3 * 100 + 10 * 7));
}

TEST(Span, option_value_offsets_risk_but_is_never_paid_out) {
  ParameterSet set = two_commodities();
  set.commodities = {commodity("X"), commodity("Y")};
  set.inter_spreads.clear();
  // 2 calls: risk 450 + 60 + 6 each at scenario 14, value 600 each.
  const auto options = run(set, account({{"X 20260300 C100", 2}}));
  EXPECT_EQ(options.maintenance.amount, Money{});
  EXPECT_EQ(child(options.maintenance, "option value that is not paid out").amount, dollars(2 * (600 - 516)));
  EXPECT_TRUE(adds_up(options.maintenance));
  // The surplus of X offsets the 500 of Y, unless the file caps it at the risk of X.
  const auto both = account({{"X 20260300 C100", 2}, {"Y 20260300", 1}});
  EXPECT_EQ(run(set, both).maintenance.amount, dollars(500 - 168));
  set.commodities[0].caps_option_value = true;
  EXPECT_EQ(run(set, both).maintenance.amount, dollars(500));
  EXPECT_TRUE(adds_up(run(set, both).maintenance));
  // Futures-style options settle every day and have no value to offset.
  set.contracts[3].premium_style = false;
  EXPECT_EQ(run(set, account({{"X 20260300 C100", 2}})).maintenance.amount, dollars(2 * 516));
}

TEST(Span, a_portfolio_that_no_scenario_hurts_needs_nothing) {
  const auto empty = run(two_commodities(), account({{"X 20260300", 2}, {"X 20260300", -2}}));
  EXPECT_EQ(empty.maintenance.amount, Money{});
  EXPECT_TRUE(empty.commodities.empty());
  ParameterSet set = two_commodities();
  set.contracts[2].losses = std::vector<double>(scenario_count, -1.0);
  const auto gains = run(set, account({{"Y 20260300", 1}}));
  EXPECT_EQ(gains.maintenance.amount, Money{});
  EXPECT_EQ(gains.commodities[0].active_scenario, 0);
}

TEST(Span, refusals_name_the_position_and_the_others_go_on) {
  ParameterSet set = two_commodities();
  set.commodities[1].unsupported = "a combined commodity with flat charges between months";
  const auto prepared = PreparedSet::prepare(set);
  ASSERT_TRUE(prepared);
  auto euro = account({{"X 20260300", 1}});
  euro.currency = "EUR";
  const std::vector<Account> accounts{account({{"Z", 1}}),          account({{"X 20260300", 1.5}}),
                                      account({{"Y 20260300", 1}}), euro,
                                      account({{"X 20260300", 1}}), account({{"X 20260300", 2e9}})};
  const auto found = requirements(accounts, *prepared);
  EXPECT_EQ(found[0].error(), (Error{ErrorCode::missing_quote, "accounts[A].positions[T0].contract", "Z",
                                     "a contract of hand", "take the parameters of the house that clears it"}));
  EXPECT_EQ(found[1].error(),
            (Error{ErrorCode::invalid_value, "accounts[A].positions[T0].quantity", "1.5",
                   "whole contracts, up to 1e9 of them", "count the position in contracts of the set"}));
  EXPECT_EQ(found[2].error(), (Error{ErrorCode::unsupported, "accounts[A].positions[T0].contract", "Y",
                                     "a combined commodity with flat charges between months",
                                     "keep the position in an account of another regime"}));
  EXPECT_EQ(found[3].error(), (Error{ErrorCode::unsupported, "accounts[A].positions[T0].currency", "USD",
                                     "the currency of the account, EUR", "keep it in an account of its own currency"}));
  EXPECT_EQ(found[4]->maintenance.amount, dollars(900 + 30));
  EXPECT_EQ(found[5].error().value, "2e+09");
}

TEST(Span, a_figure_beyond_all_money_is_refused) {
  ParameterSet set = two_commodities();
  set.contracts[2].losses = linear(1e12);
  const auto prepared = PreparedSet::prepare(set);
  const auto found = requirement(account({{"Y 20260300", 1e9}}), *prepared);
  EXPECT_EQ(found.error(), (Error{ErrorCode::invalid_value, "accounts[A].positions", "a figure beyond 1e15",
                                  "figures up to 1e15", "check quantities and risk arrays; no account is that large"}));
}

TEST(Span, a_set_with_a_flaw_is_refused_with_its_field) {
  const auto field_of = [](const std::function<void(ParameterSet&)>& spoil) {
    ParameterSet set = two_commodities();
    spoil(set);
    const auto found = find_flaw(set);
    return found ? found->field : std::string{"none"};
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field_of([](ParameterSet&) {}), "none");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.scan_points.pop_back(); }), "parameters.scan_points");
  EXPECT_EQ(field_of([&](ParameterSet& s) { s.scan_points[3].price = nan; }), "parameters.scan_points");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.scan_points[3].weight = 2; }), "parameters.scan_points.weight");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.scan_points[3].paired = 16; }), "parameters.scan_points.paired");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.scan_points[0].price = s.scan_points[1].price = 1; }),
            "parameters.scan_points.price");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.delta_points = {{0, 2}}; }), "parameters.delta_points");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities.push_back(s.commodities[0]); }),
            "parameters.commodities.code");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].price_scan_range = -1; }),
            "parameters.commodities[X].price_scan_range");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].scan_tiers = {{1, 5, 4, 0}}; }),
            "parameters.commodities[X].scan_tiers");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].credit_tiers = {{1, 1, 5, 0}, {2, 5, 9, 0}}; }),
            "parameters.commodities[X].credit_tiers");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].option_tiers[0].rate = -1; }),
            "parameters.commodities[X].option_tiers.rate");
  EXPECT_EQ(field_of([&](ParameterSet& s) { s.commodities[0].delivery[0].outright = nan; }),
            "parameters.commodities[X].delivery");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].ratios[0].initial = 0.9; }),
            "parameters.commodities[X].ratios");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].spreads[0].legs.pop_back(); }),
            "parameters.commodities[X].spreads[1].legs");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].spreads[0].method = SpreadRate::weighted; }),
            "parameters.commodities[X].spreads[1].method");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].spreads[0].legs[1].side = Side::a; }),
            "parameters.commodities[X].spreads[1].side");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.inter_spreads[0].legs[0].commodity = "Z"; }),
            "parameters.inter_spreads[1].commodity");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.inter_spreads[0].legs[0].ratio = 0; }),
            "parameters.inter_spreads[1].ratio");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.inter_spreads[0].rate = 80; }), "parameters.inter_spreads[1].rate");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.inter_spreads[0].legs[0].tier = 4; }), "parameters.inter_spreads[1].tier");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.inter_spreads[0].legs.push_back(leg("X", Side::a, 1, 0, june)); }),
            "parameters.inter_spreads[1].tier");
  EXPECT_EQ(
      field_of([](ParameterSet& s) { std::swap(s.super_spreads, s.inter_spreads), s.super_spreads[0].rate = -1; }),
      "parameters.super_spreads[1].rate");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.contracts[0].commodity = "Z"; }),
            "parameters.contracts[X 20260300].commodity");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.contracts[0].losses.pop_back(); }),
            "parameters.contracts[X 20260300].losses");
  EXPECT_EQ(field_of([&](ParameterSet& s) { s.contracts[0].losses[4] = nan; }),
            "parameters.contracts[X 20260300].losses");
  EXPECT_EQ(field_of([&](ParameterSet& s) { s.contracts[0].delta = nan; }), "parameters.contracts[X 20260300].delta");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.contracts[0].multiplier = 0; }),
            "parameters.contracts[X 20260300].multiplier");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.contracts[0].scale = 0; }), "parameters.contracts[X 20260300].scale");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.commodities[0].option_tiers[0].last = 5; }),
            "parameters.contracts[X 20260300 C100].period");
  EXPECT_EQ(field_of([](ParameterSet& s) { s.contracts.push_back(s.contracts[0]); }), "parameters.contracts.id");
  ParameterSet set = two_commodities();
  set.contracts[0].scale = 0;
  EXPECT_EQ(
      PreparedSet::prepare(set).error(),
      (Error{ErrorCode::invalid_value, "parameters.contracts[X 20260300].scale", "0", "above 0, up to 1e6",
             "take the file of the clearing house as it was published, or correct what the generator was given"}));
}

}  // namespace
}  // namespace plimsoll::margin::span
