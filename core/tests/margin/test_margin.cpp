#include "margin/books.hpp"
#include "plimsoll/margin/margin.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

using books::run;
using books::Writer;

using Names = std::vector<std::string>;

Money dollars(const char* text) { return *Money::parse(text); }

TEST(Margin, uncovered_call_out_of_the_money_costs_mark_plus_the_greater_rate) {
  EXPECT_EQ(run(Writer{}.call(55, -1, 2.0), 50).maintenance.amount, dollars("700"));
}

TEST(Margin, uncovered_put_takes_its_minimum_from_the_exercise_price) {
  // Ten per cent of the underlying, a frequent error, would give 600.
  EXPECT_EQ(run(Writer{}.put(40, -1, 1.0), 50).maintenance.amount, dollars("500"));
}

TEST(Margin, short_straddle_costs_the_greater_side_plus_the_mark_of_the_other) {
  const auto result = run(Writer{}.call(50, -1, 3.0).put(50, -1, 2.5), 50);
  EXPECT_EQ(result.maintenance.amount, dollars("1550"));
  EXPECT_EQ(books::names(result.maintenance), Names{"short straddle"});
}

TEST(Margin, straddle_of_equal_requirements_takes_the_dearer_reading) {
  // Both legs ask for 49.30 a share; the call is worth 37.60, the put 34.85.
  const auto result = run(Writer{}.call(75, -1, 37.6).put(105, -1, 34.85), 72.25);
  EXPECT_EQ(result.maintenance.amount, dollars("8690"));
}

TEST(Margin, unequal_iron_condor_costs_the_wider_wing) {
  const auto result = run(Writer{}.put(7135, 2, 60).put(7185, -2, 70).call(7500, -2, 60).call(7660, 2, 10), 7300);
  EXPECT_EQ(result.maintenance.amount, dollars("32000"));
  EXPECT_EQ(books::names(result.maintenance), Names{"short iron condor"});
}

TEST(Margin, collar_costs_the_lesser_of_put_protection_and_a_quarter_of_the_call_strike) {
  const auto result = run(Writer{}.stock(100).put(45, 1, 1.0).call(55, -1, 1.0), 50);
  EXPECT_EQ(result.maintenance.amount, dollars("950"));
  EXPECT_EQ(books::names(result.maintenance), Names{"collar"});
  EXPECT_EQ(result.initial.amount, dollars("2500"));
}

TEST(Margin, collar_above_its_call_strike_counts_the_stock_at_the_strike) {
  const auto result = run(Writer{}.stock(100).put(45, 1, 0.1).call(55, -1, 11.0), 66);
  // min(4.5 + 21, 25% of 55) per share, and 11 per share of market value that does not count.
  EXPECT_EQ(result.maintenance.amount, dollars("1375") + dollars("1100"));
}

TEST(Margin, short_stock_follows_the_per_share_minimum_of_its_price) {
  EXPECT_EQ(run(Writer{}.stock(-1000), 4).maintenance.amount, dollars("4000"));
  EXPECT_EQ(run(Writer{}.stock(-1000), 12).maintenance.amount, dollars("5000"));
  EXPECT_EQ(run(Writer{}.stock(-1000), 2).maintenance.amount, dollars("2500"));
  EXPECT_EQ(run(Writer{}.stock(-1000), 40).maintenance.amount, dollars("12000"));
  EXPECT_EQ(run(Writer{}.stock(-1000), 40).initial.amount, dollars("20000"));
}

TEST(Margin, protective_put_costs_a_tenth_of_the_strike_and_the_gap_to_it) {
  EXPECT_EQ(run(Writer{}.stock(100).put(45, 1, 1.0), 50).maintenance.amount, dollars("950"));
  EXPECT_EQ(run(Writer{}.stock(100).put(55, 1, 6.0), 50).maintenance.amount, dollars("550"));
}

TEST(Margin, protective_call_never_costs_more_than_the_short_stock) {
  EXPECT_EQ(run(Writer{}.stock(-100).call(52, 1, 1.0), 50).maintenance.amount, dollars("720"));
  EXPECT_EQ(run(Writer{}.stock(-100).call(90, 1, 0.1), 50).maintenance.amount, dollars("1500"));
}

TEST(Margin, uncovered_index_call_takes_fifteen_per_cent) {
  const auto result = run(Writer{}.call(108, -1, 0.5).account, books::at(100, UnderlyingClass::broad_index));
  EXPECT_EQ(result.maintenance.amount, dollars("1050"));
}

TEST(Margin, narrow_index_takes_the_narrow_rate) {
  const auto result = run(Writer{}.call(100, -1, 1.0).account, books::at(100, UnderlyingClass::narrow_index));
  EXPECT_EQ(result.maintenance.amount, dollars("2100"));
}

TEST(Margin, leveraged_fund_scales_stock_and_option_rates_up_to_the_whole_value) {
  EXPECT_EQ(run(Writer{}.stock(100).account, books::at(100, UnderlyingClass::equity, 3)).maintenance.amount,
            dollars("7500"));
  EXPECT_EQ(run(Writer{}.stock(100).account, books::at(100, UnderlyingClass::equity, 3)).initial.amount,
            dollars("7500"));
  EXPECT_EQ(run(Writer{}.stock(-100).account, books::at(100, UnderlyingClass::equity, 3)).maintenance.amount,
            dollars("9000"));
  EXPECT_EQ(run(Writer{}.stock(100).account, books::at(100, UnderlyingClass::equity, 8)).maintenance.amount,
            dollars("10000"));
}

TEST(Margin, covered_call_leaves_the_call_free_and_counts_the_stock_at_the_strike) {
  const auto result = run(Writer{}.stock(100).call(50, -1, 11.0), 60);
  EXPECT_EQ(result.maintenance.amount, dollars("1250") + dollars("1000"));
  EXPECT_EQ(books::names(result.maintenance), Names{"covered call"});
}

TEST(Margin, covered_put_costs_the_short_stock_and_the_put_in_the_money) {
  const auto result = run(Writer{}.stock(-100).put(55, -1, 6.0), 50);
  EXPECT_EQ(result.maintenance.amount, dollars("1500") + dollars("500"));
  EXPECT_EQ(books::names(result.maintenance), Names{"covered put"});
}

TEST(Margin, conversion_costs_a_tenth_of_the_strike) {
  const auto result = run(Writer{}.stock(100).put(50, 1, 2.0).call(50, -1, 2.5), 50);
  EXPECT_EQ(result.maintenance.amount, dollars("500"));
  EXPECT_EQ(books::names(result.maintenance), Names{"conversion"});
}

TEST(Margin, reverse_conversion_values_the_short_stock_at_the_strike) {
  const auto result = run(Writer{}.stock(-100).call(110, 1, 6.5).put(110, -1, 1.35), 115);
  EXPECT_EQ(result.maintenance.amount, dollars("1100") - dollars("500"));
  EXPECT_EQ(books::names(result.maintenance), Names{"reverse conversion"});
}

TEST(Margin, stock_long_and_short_costs_five_per_cent_of_the_long_side) {
  const auto result = run(Writer{}.stock(300).stock(-200), 50);
  EXPECT_EQ(result.maintenance.amount, dollars("500") + dollars("1250"));
  EXPECT_EQ(books::names(result.maintenance), (Names{"short against the box", "long stock"}));
}

TEST(Margin, short_calendar_gives_no_cover) {
  // The long call expires first, so the short one stands alone.
  const auto result = run(Writer{}.call(50, 1, 1.0).call(50, -1, 2.0, books::next_expiry()), 50);
  EXPECT_EQ(result.maintenance.amount, dollars("1200"));
  EXPECT_EQ(books::names(result.maintenance), (Names{"long call", "uncovered call"}));
}

TEST(Margin, long_calendar_is_covered) {
  const auto result = run(Writer{}.call(50, -1, 1.0).call(50, 1, 2.0, books::next_expiry()), 50);
  EXPECT_EQ(result.maintenance.amount, Money{});
  EXPECT_EQ(books::names(result.maintenance), Names{"call calendar"});
}

TEST(Margin, mixed_exercise_styles_do_not_cover_each_other) {
  Writer writer;
  writer.option(OptionType::call, 100, -1, 2.0, books::near_expiry(), Exercise::american);
  writer.option(OptionType::call, 100, 1, 2.0, books::near_expiry(), Exercise::european);
  EXPECT_EQ(run(writer, 100).maintenance.amount, dollars("2200"));
}

TEST(Margin, short_box_costs_its_width) {
  Writer writer;
  writer.call(40, -1, 15.0).call(50, 1, 7.0).put(50, -1, 2.0).put(40, 1, 0.5);
  const auto result = run(writer, 50);
  EXPECT_EQ(result.maintenance.amount, dollars("1000"));
  EXPECT_EQ(books::names(result.maintenance), Names{"short box"});
}

TEST(Margin, european_index_box_carries_half_of_its_width_as_loan) {
  Writer writer;
  const auto leg = [&](OptionType type, double strike, double quantity, double mark) {
    writer.option(type, strike, quantity, mark, books::near_expiry(), Exercise::european);
  };
  leg(OptionType::call, 535, 1, 19.4);
  leg(OptionType::call, 545, -1, 12.2);
  leg(OptionType::put, 545, 1, 5.3);
  leg(OptionType::put, 535, -1, 3.0);
  const auto result = run(writer.account, books::at(550, UnderlyingClass::broad_index));
  EXPECT_EQ(result.maintenance.amount, dollars("500"));
  EXPECT_EQ(result.maintenance.uncounted_options.amount, Money{});
  EXPECT_EQ(books::names(result.maintenance), Names{"long box"});
}

TEST(Margin, debit_spread_book_that_greedy_pairing_overcharges_costs_nothing) {
  // A pairing that spends the long 105 on the short 100 would charge 500.
  const auto result = run(Writer{}.call(95, 1, 8).call(100, -1, 5).call(105, 1, 3).call(110, -1, 1), 102);
  EXPECT_EQ(result.maintenance.amount, Money{});
}

TEST(Margin, long_dated_option_carries_loan_value_until_nine_months_are_left) {
  const auto far = run(Writer{}.call(80, 1, 12.0, books::far_expiry()), 78);
  EXPECT_EQ(far.maintenance.amount, dollars("900"));
  EXPECT_EQ(far.maintenance.excess, dollars("300"));
  const auto near = run(Writer{}.call(80, 1, 12.0), 78);
  EXPECT_EQ(near.maintenance.amount, Money{});
  EXPECT_EQ(near.maintenance.paid_in_full, dollars("1200"));
  EXPECT_EQ(near.maintenance.excess, Money{});
}

TEST(Margin, premium_is_counted_once) {
  // 2,000 in cash, a call written for 2.00: the mark is a debt of 200, and the requirement of 700 contains it.
  const auto result = run(Writer{}.cash(2200).call(55, -1, 2.0), 50);
  EXPECT_EQ(result.equity, dollars("2000"));
  EXPECT_EQ(result.maintenance.equity_with_loan_value, dollars("2200"));
  EXPECT_EQ(result.maintenance.excess, dollars("1500"));
}

TEST(Margin, fully_paid_defined_risk_spread_never_gives_a_call) {
  // 320 in cash covers a five-wide credit spread sold for 1.80, wherever its marks go.
  for (const double mark : {1.8, 3.0, 4.9})
    EXPECT_EQ(run(Writer{}.cash(500).put(95, -1, mark).put(90, 1, 0.0), 80).call, Money{}) << mark;
}

TEST(Margin, future_costs_the_outright_margin_in_force_and_pays_its_variation) {
  Account account{"A1", dollars("20000"), {}, {}, {{"F1", "SP500", books::day("2008-12-19"), -2, 50, 1270.5, 1250.5}}};
  MarketView market{books::day("2008-09-30"), {{"SP500", UnderlyingClass::broad_index, 1250.5, 1.0, PriceBasis::raw}}};
  const auto before = run(account, market);
  EXPECT_EQ(before.maintenance.amount, dollars("7200"));
  EXPECT_EQ(before.initial.amount, dollars("9000"));
  EXPECT_EQ(before.equity, dollars("22000"));
  market.valuation_date = books::day("2008-10-01");
  EXPECT_EQ(run(account, market).maintenance.amount, dollars("9000"));
}

TEST(Margin, call_is_what_is_missing_and_small_accounts_are_told_apart) {
  const auto result = run(Writer{}.cash(-4500).stock(100), 50);
  EXPECT_EQ(result.equity, dollars("500"));
  EXPECT_EQ(result.call, dollars("750"));
  EXPECT_EQ(result.minimum_equity_shortfall, dollars("1500"));
}

TEST(Margin, closed_account_needs_nothing) {
  const auto result = run(Writer{}.cash(100).call(50, 2, 1.0).call(50, -2, 1.0), 50);
  EXPECT_EQ(result.maintenance.amount, Money{});
  EXPECT_EQ(result.initial.amount, Money{});
  EXPECT_EQ(result.call, Money{});
  EXPECT_EQ(result.minimum_equity_shortfall, Money{});
  EXPECT_EQ(result.equity, dollars("100"));
}

std::vector<std::string> codes(const MarginResult& result) {
  std::vector<std::string> found;
  for (const Warning& warning : result.warnings) found.push_back(warning.code);
  return found;
}

TEST(Margin, adjusted_price_does_not_trip_a_price_level_rule_unnoticed) {
  auto market = books::at(4);
  market.underlyings[0].price_basis = PriceBasis::adjusted;
  const Writer writer = Writer{}.stock(-1000);
  EXPECT_EQ(codes(run(writer.account, market)), Names{"hinges_on_adjusted_price"});
  market.underlyings[0].spot = 12;
  EXPECT_EQ(codes(run(writer.account, market)), Names{"hinges_on_adjusted_price"});
  market.underlyings[0].spot = 40;
  EXPECT_EQ(codes(run(writer.account, market)), Names{"price_level_unknown"});
  market.underlyings[0].price_basis = PriceBasis::raw;
  market.underlyings[0].spot = 4;
  EXPECT_EQ(codes(run(writer.account, market)), Names{});
  market.underlyings[0].price_basis = PriceBasis::adjusted;
  EXPECT_EQ(codes(run(Writer{}.stock(1000).account, market)), Names{});
}

TEST(Margin, spread_that_the_rule_lets_stand_below_its_maximum_loss_is_flagged) {
  const auto result = run(Writer{}.put(100, -1, 0.2).put(50, 1, 0.01), 200);
  EXPECT_EQ(result.maintenance.amount, dollars("1020"));
  EXPECT_EQ(codes(result), Names{"below_maximum_loss"});
  EXPECT_EQ(codes(run(Writer{}.put(100, -1, 6).put(95, 1, 4), 100)), Names{});
}

TEST(Margin, search_cut_short_says_how_far_from_optimal_it_may_be) {
  const Writer writer = Writer{}.put(95, -1, 5).put(90, 1, 3);
  const auto result = *margin(writer.account, books::at(92), books::pack(), {0, 0});
  EXPECT_EQ(codes(result), Names{"pairing_not_proven"});
  const auto& certificate = result.maintenance.pairings[0].pairing.certificate;
  EXPECT_LE(certificate.bound, 500.0);
  EXPECT_GT(certificate.gap(), 0.0);
}

TEST(Margin, reduced_value_contracts_cover_full_value_ones_of_equal_aggregate) {
  Writer writer;
  writer.option(OptionType::call, 450, 10, 13.5, books::far_expiry(), Exercise::american, 10);
  writer.option(OptionType::call, 450, -1, 0.25);
  EXPECT_EQ(run(writer, 433.4).maintenance.amount, Money{});
}

TEST(Margin, explanation_adds_up_and_names_its_rules) {
  const auto result = run(Writer{}.cash(123.45).stock(333).put(45, 3, 1.0).call(50, -2, 2.5), 50.37);
  EXPECT_TRUE(adds_up(result.equity_tree));
  EXPECT_TRUE(adds_up(result.initial.requirement));
  EXPECT_TRUE(adds_up(result.maintenance.requirement));
  EXPECT_TRUE(adds_up(result.maintenance.uncounted_options));
  const auto& groups = result.maintenance.requirement.children.at(0).children;
  EXPECT_TRUE(std::ranges::all_of(groups, [](const Component& g) { return !g.rule_ref.empty(); }));
  EXPECT_EQ(result.maintenance.excess,
            result.equity - result.maintenance.uncounted_options.amount - result.maintenance.amount);
}

TEST(Margin, negative_prices_and_strikes_are_margined_by_their_size) {
  const auto result = run(Writer{}.put(-10, -1, 27.63).call(-5, -1, 0.0), -37.63);
  EXPECT_GT(result.maintenance.amount, Money{});
  EXPECT_TRUE(adds_up(result.maintenance.requirement));
}

TEST(Margin, initial_requirement_has_its_own_cheapest_pairing) {
  const auto result = run(Writer{}.stock(100).put(45, 1, 1.0), 50);
  EXPECT_EQ(result.initial.amount, dollars("2500"));
  EXPECT_EQ(books::names(result.initial), (Names{"long put", "long stock"}));
}

Error refusal(const Account& account, const MarketView& market) {
  return margin(account, market, books::pack(), books::search).error();
}

TEST(Margin, refuses_what_it_cannot_margin_and_names_the_field) {
  const auto market = books::at(50);
  const auto field = [&](const Account& account) { return refusal(account, market).field; };
  EXPECT_EQ(field(Writer{}.call(50, 1.5, 1.0).account), "positions[T1].quantity");
  EXPECT_EQ(field(Writer{}.stock(1e10).account), "positions[T1].quantity");
  EXPECT_EQ(field(Writer{}.call(1e8, 1, 1.0).account), "positions[T1].strike");
  EXPECT_EQ(field(Writer{}.call(50, 1, -1.0).account), "positions[T1].mark");
  EXPECT_EQ(field(Writer{}.call(50, 1, 1.0, books::day("2008-09-01")).account), "positions[T1].expiry");
  EXPECT_EQ(field(Writer{}.option(OptionType::put, 50, 1, 1, books::near_expiry(), Exercise::american, 0.5).account),
            "positions[T1].multiplier");
  EXPECT_EQ(field(Writer{}.call(50, 1, 1.0).call(50, 1, 1.1).account), "positions[T2].mark");
  EXPECT_EQ(field(Writer{}.call(1e6, 1e9, 1.0).account), "positions[T1].quantity");
  EXPECT_EQ(field(Writer{}.call(0, 1e8, 0.0).account), "positions[T1].quantity");
}

TEST(Margin, refuses_futures_that_the_pack_does_not_know) {
  Account account{"A1", {}, {}, {}, {{"F1", "XYZ", books::day("2008-12-19"), 1, 50, 50, 50}}};
  EXPECT_EQ(refusal(account, books::at(50)).code, ErrorCode::not_in_force);
  account.futures[0].multiplier = 0.0;
  EXPECT_EQ(refusal(account, books::at(50)).field, "positions[F1].multiplier");
  account.futures[0] = {"F1", "XYZ", books::day("2008-12-19"), 0.5, 50, 50, 50};
  EXPECT_EQ(refusal(account, books::at(50)).field, "positions[F1].quantity");
  account.futures[0] = {"F1", "XYZ", books::day("2008-12-19"), 1, 50, 1e9, 50};
  EXPECT_EQ(refusal(account, books::at(50)).field, "positions[F1].entry_price");
  account.futures[0] = {"F1", "XYZ", books::day("2008-12-19"), 1, 50, 50, 1e9};
  EXPECT_EQ(refusal(account, books::at(50)).field, "positions[F1].mark");
  account.futures = {{"F1", "XYZ", books::day("2008-12-19"), 1, 50, 50, 50},
                     {"F2", "XYZ", books::day("2008-12-19"), 1, 50, 50, 51}};
  EXPECT_EQ(refusal(account, books::at(50)).field, "positions[F2].mark");
  account.futures = {{"F1", "XYZ", books::day("2008-09-01"), 1, 50, 50, 50}};
  EXPECT_EQ(refusal(account, books::at(50)).code, ErrorCode::expired_product);
}

TEST(Margin, refuses_unknown_underlyings_bad_quotes_and_packs_that_are_not_in_force) {
  const Writer writer = Writer{}.stock(100);
  MarketView empty{books::day("2008-09-02"), {}};
  EXPECT_EQ(refusal(writer.account, empty).code, ErrorCode::missing_quote);
  EXPECT_EQ(refusal(writer.account, books::at(1e9)).code, ErrorCode::invalid_value);
  EXPECT_EQ(refusal(writer.account, books::at(50, UnderlyingClass::equity, 0.5)).code, ErrorCode::invalid_value);
  auto late = books::at(50);
  late.valuation_date = books::day("2031-01-01");
  EXPECT_EQ(refusal(writer.account, late).code, ErrorCode::not_in_force);
  auto flawed = books::pack();
  flawed.stock.long_initial = 50.0;
  EXPECT_EQ(margin(writer.account, books::at(50), flawed, books::search).error().field, "pack.stock.long_initial");
}

TEST(Margin, bad_account_is_one_refusal_among_results) {
  const std::vector<Account> accounts{Writer{}.stock(100).account, Writer{}.call(50, 1, -1.0).account,
                                      Writer{}.stock(-100).account};
  const auto results = margin_accounts(accounts, books::at(50), books::pack(), books::search);
  ASSERT_EQ(results.size(), 3U);
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(results[1].error().field, "positions[T1].mark");
  EXPECT_TRUE(results[2]);
}

}  // namespace
}  // namespace plimsoll::margin
