#include "margin/books.hpp"
#include "plimsoll/margin/leveraged/leverage.hpp"
#include "plimsoll/margin/reverse_stress.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

using books::day;

const Method tree = LeisenReimer{51, Extrapolation::none};

Snapshot market() {
  return *Snapshot::make(day("2008-09-02"), {UnderlyingMarket{"XYZ",
                                                              100.0,
                                                              PriceBasis::raw,
                                                              *Curve::flat(0.0),
                                                              Status::assumed,
                                                              *Curve::flat(0.0),
                                                              Status::assumed,
                                                              {},
                                                              *VolatilitySurface::flat(0.2),
                                                              Status::assumed}});
}

MarginSettings settings() { return {books::at(100.0), books::pack(), books::search}; }

void add_stock(StressBook& book, const char* id, const char* cash, double quantity) {
  book.trades.push_back({id, quantity, 1.0, StockTerms{"XYZ"}});
  book.accounts.push_back({id, *Money::parse(cash), {{id, "XYZ", quantity}}, {}, {}});
}

std::vector<Result<SpotLimits>> found(const StressBook& book, const SpotSearch& search = {}, int threads = 1) {
  return *spot_limits(book, market(), tree, settings(), search, threads);
}

TEST(ReverseStress, stock_on_margin_runs_out_of_excess_where_the_algebra_says) {
  StressBook book;
  add_stock(book, "long", "-5000", 100.0);
  add_stock(book, "short", "15000", -100.0);
  const auto limits = found(book);
  // Long: 100 S - 5000 = 25 S gives S = 66.67 (4210(c)(1)). Short: 15000 - 100 S = 30 S gives S = 115.38 (4210(c)(3)).
  const SpotLimits& bought = *limits[0];
  ASSERT_TRUE(bought.down);
  EXPECT_FALSE(bought.up);
  EXPECT_NEAR(bought.down->inside, 200.0 / 3.0 / 100.0 - 1.0, 1e-4);
  EXPECT_NEAR(bought.down->beyond, bought.down->inside, 1e-4);
  EXPECT_LT(bought.down->beyond, bought.down->inside);
  EXPECT_GE(bought.down->excess_inside, Money{});
  EXPECT_LT(bought.down->excess_beyond, Money{});
  const SpotLimits& sold = *limits[1];
  EXPECT_FALSE(sold.down);
  ASSERT_TRUE(sold.up);
  EXPECT_NEAR(sold.up->inside, 15000.0 / 13000.0 - 1.0, 1e-4);
  EXPECT_GT(sold.up->beyond, sold.up->inside);
}

TEST(ReverseStress, an_account_that_is_called_already_has_no_limit_to_find) {
  StressBook book;
  add_stock(book, "called", "-9000", 100.0);
  const auto limits = found(book);
  EXPECT_EQ(limits[0]->excess, *Money::parse("-1500"));
  EXPECT_FALSE(limits[0]->down);
  EXPECT_FALSE(limits[0]->up);
}

TEST(ReverseStress, a_straddle_written_has_a_limit_on_both_sides_though_its_excess_is_not_monotone) {
  StressBook book;
  const Date expiry = books::near_expiry();
  Account account{"straddle", *Money::parse("8000"), {}, {}, {}};
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const std::string id = type == OptionType::call ? "call" : "put";
    book.trades.push_back({id, -2.0, 100.0, OptionTerms{"XYZ", type, Exercise::american, 100.0, expiry}});
    account.options.push_back({id, "XYZ", type, Exercise::american, 100.0, expiry, -2.0, 100.0, 0.0});
  }
  book.accounts.push_back(account);
  const SpotLimits limits = *found(book)[0];
  ASSERT_TRUE(limits.down);
  ASSERT_TRUE(limits.up);
  EXPECT_GT(limits.excess, limits.down->excess_inside);
  EXPECT_GT(limits.excess, limits.up->excess_inside);
  EXPECT_LT(limits.down->beyond, 0.0);
  EXPECT_GT(limits.up->beyond, 0.0);
}

TEST(ReverseStress, what_is_paid_in_full_has_no_limit_and_an_empty_account_none_either) {
  StressBook book;
  add_stock(book, "paid", "0", 100.0);
  book.accounts.push_back({"empty", *Money::parse("100"), {}, {}, {}});
  for (const auto& limits : found(book)) {
    EXPECT_FALSE(limits->down);
    EXPECT_FALSE(limits->up);
  }
}

TEST(ReverseStress, the_last_step_ends_where_the_search_ends) {
  StressBook book;
  add_stock(book, "long", "-5000", 100.0);
  EXPECT_FALSE(found(book, {-0.33, 1.0, 0.25, 1e-4})[0]->down);
  EXPECT_TRUE(found(book, {-0.34, 1.0, 0.25, 1e-4})[0]->down);
}

TEST(ReverseStress, refuses_a_search_that_makes_no_sense_by_its_field) {
  const auto field = [](const SpotSearch& search) {
    return spot_limits({}, market(), tree, settings(), search, 1).error().field;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field({-1.5, 1.0, 0.1, 1e-4}), "search.lowest");
  EXPECT_EQ(field({nan, 1.0, 0.1, 1e-4}), "search.lowest");
  EXPECT_EQ(field({-0.5, HUGE_VAL, 0.1, 1e-4}), "search.highest");
  EXPECT_EQ(field({-0.5, 1.0, 1e-9, 1e-9}), "search.step");
  EXPECT_EQ(field({-0.5, 1.0, 0.1, 0.0}), "search.tolerance");
  EXPECT_EQ(field({-0.5, 1.0, 0.1, 0.2}), "search.tolerance");
}

TEST(ReverseStress, an_account_that_cannot_be_valued_on_the_way_is_refused_and_the_others_are_searched) {
  StressBook book;
  add_stock(book, "long", "-5000", 100.0);
  book.accounts.push_back({"no trade", Money{}, {{"x", "XYZ", 1.0}}, {}, {}});
  book.trades.push_back({"lost", 1.0, 1.0, StockTerms{"TULIP"}});
  book.accounts.push_back({"lost", Money{}, {{"lost", "TULIP", 1.0}}, {}, {}});
  // A hundred million shares pass the rules' largest notional on the way up, beyond 1,000 a share.
  add_stock(book, "large", "0", 1e8);
  const auto limits = found(book, {-0.95, 20.0, 0.25, 1e-4}, 2);
  EXPECT_TRUE(limits[0]);
  EXPECT_EQ(limits[1].error().field, "positions[x].mark");
  EXPECT_EQ(limits[2].error().code, ErrorCode::missing_quote);
  EXPECT_EQ(limits[3].error().field, "positions[large].quantity");
}

TEST(ReverseStress, same_bits_on_one_thread_and_three_threads) {
  StressBook book;
  for (const char* id : {"a", "b", "c", "d"}) add_stock(book, id, "-5000", 100.0);
  const auto one = found(book, {}, 1);
  const auto three = found(book, {}, 3);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_EQ(*one[i], *three[i]);
}

// ---- Leverage -------------------------------------------------------------------------------------------------------

constexpr SpotSearch fine{-0.9, 1.0, 0.05, 1e-7};

Result<std::vector<Result<Leverage>>> levered(const StressBook& book, const LeverageSettings& asked,
                                              const MarginSettings& with = settings()) {
  return leverage(book, market(), tree, with, asked, 1);
}

TEST(Leverage, bought_stock_by_hand) {
  StressBook book;
  add_stock(book, "long", "-5000", 100.0);
  const Leverage found = *levered(book, {{}, -0.2, fine, true}).value()[0];
  // 10,000 of stock on 5,000; 50 % and 25 %; a call at two thirds of the price; at 80, 8,000 on 3,000.
  EXPECT_EQ(found.equity, *Money::parse("5000"));
  EXPECT_DOUBLE_EQ(found.ratios->gross, 2.0);
  EXPECT_DOUBLE_EQ(found.ratios->net, 2.0);
  EXPECT_DOUBLE_EQ(found.ratios->delta_net, 2.0);
  EXPECT_DOUBLE_EQ(*found.equity_over_gross, 0.5);
  EXPECT_DOUBLE_EQ(*found.utilisation, 0.5);
  EXPECT_DOUBLE_EQ(*found.regime_leverage, 2.0);
  EXPECT_DOUBLE_EQ(*found.implied_haircut, 0.25);
  EXPECT_DOUBLE_EQ(found.stressed->gross, 8.0 / 3.0);
  EXPECT_EQ(found.stressed_equity, *Money::parse("3000"));
  // The excess of cents turns below zero half a cent beyond the root of the algebra: 1e-6 of the price at 75 a point.
  EXPECT_NEAR(found.index.down->inside, -1.0 / 3.0, 1.2e-6);
  ASSERT_EQ(found.names.size(), 1u);
  EXPECT_EQ(found.names[0].limits, found.index);
}

TEST(Leverage, beta_shortens_the_way_of_the_index_and_a_fund_is_looked_through) {
  StressBook book;
  add_stock(book, "long", "-5000", 100.0);
  add_stock(book, "short", "25000", -100.0);
  auto with = settings();
  with.market = books::at(100.0, UnderlyingClass::equity, 3.0);
  const auto all = *levered(book, {{{"XYZ", 2.0, -3.0}}, -0.1, fine, false}, with);
  const Leverage& found = *all[0];
  EXPECT_DOUBLE_EQ(found.ratios->beta_net, 4.0);
  EXPECT_DOUBLE_EQ(found.ratios->look_through_net, -6.0);
  EXPECT_DOUBLE_EQ(found.ratios->look_through_gross, 6.0);
  EXPECT_EQ(found.maintenance, *Money::parse("7500"));  // 25 % x 3, Regulatory Notice 09-53
  EXPECT_DOUBLE_EQ(*found.utilisation, 1.5);
  EXPECT_DOUBLE_EQ(found.stressed->gross, 8000.0 / 3000.0);
  EXPECT_FALSE(found.index.down);  // called already
  // Short: 25,000 - 100 S = 90 S at 131.58, half of it by the index.
  EXPECT_EQ(all[1]->maintenance, *Money::parse("9000"));
  EXPECT_NEAR(all[1]->index.up->inside, 0.5 * (25000.0 / 19000.0 - 1.0), 1.2e-6);
  EXPECT_DOUBLE_EQ(all[1]->ratios->delta_net, -10.0 / 15.0);
}

TEST(Leverage, options_and_futures_count_by_value_and_by_delta) {
  StressBook book;
  const Date expiry = books::near_expiry();
  Account account{"mixed", *Money::parse("50000"), {}, {}, {}};
  book.trades.push_back({"call", 2.0, 100.0, OptionTerms{"XYZ", OptionType::call, Exercise::european, 100.0, expiry}});
  account.options.push_back({"call", "XYZ", OptionType::call, Exercise::european, 100.0, expiry, 2.0, 100.0, 0.0});
  book.trades.push_back({"future", -1.0, 50.0, FutureTerms{"XYZ", expiry}});
  account.futures.push_back({"future", "XYZ", expiry, -1.0, 50.0, 100.0, 100.0});
  book.accounts.push_back(account);
  auto with = settings();
  with.pack.futures = {{"XYZ", 50.0, day("2008-01-01"), *Money::parse("500"), *Money::parse("400")}};
  const Leverage found = *levered(book, {{}, 0.1, fine, true}, with).value()[0];
  const auto call = *value(book.trades[0], market(), tree);
  const Exposure& only = found.exposures[0];
  EXPECT_DOUBLE_EQ(only.value, 200.0 * call.price - 5000.0);
  EXPECT_DOUBLE_EQ(only.gross_value, 200.0 * call.price + 5000.0);
  EXPECT_NEAR(only.delta, 200.0 * call.greeks.delta * 100.0 - 5000.0, 1e-9);
  EXPECT_GT(only.gross_delta, 15000.0);  // a call at the money has a delta above one half
  EXPECT_GT(found.stressed->delta_net, found.ratios->delta_net);
  EXPECT_EQ(found.names.size(), 1u);
}

TEST(Leverage, what_makes_no_sense_is_refused_for_the_account_or_the_call) {
  StressBook book;
  add_stock(book, "broke", "-20000", 100.0);
  add_stock(book, "stray", "1", 1.0);
  add_stock(book, "empty", "1000", 0.0);
  book.accounts[1].stocks[0].underlying = "TULIP";
  const auto all = *levered(book, {{}, -0.2, fine, false});
  EXPECT_FALSE(all[0]->ratios);
  EXPECT_FALSE(all[0]->utilisation);
  EXPECT_FALSE(all[0]->stressed);
  EXPECT_EQ(all[1].error().field, "positions[stray].underlying");
  EXPECT_FALSE(all[2]->regime_leverage);
  EXPECT_FALSE(all[2]->equity_over_gross);
  EXPECT_EQ(levered(book, {{}, -1.0, fine, false}).error().field, "stressed_move");
  EXPECT_EQ(levered(book, {{{"XYZ", HUGE_VAL, 1}}, 0.0, fine, false}).error().field, "factors[XYZ].beta");
  EXPECT_EQ(levered(book, {{{"XYZ", 1, 11}}, 0.0, fine, false}).error().field, "factors[XYZ].multiple");
  EXPECT_EQ(levered(book, {{}, 0.0, {-2.0, 1.0, 0.1, 1e-4}, false}).error().field, "search.lowest");
  book.accounts.push_back({"unheld", {}, {{"nowhere", "XYZ", 1.0}}, {}, {}});
  EXPECT_EQ(levered(book, {{}, -0.2, fine, false}).value()[3].error().field, "positions[nowhere].mark");
  EXPECT_EQ(spot_limits_along({{"XYZ", HUGE_VAL}}, book, market(), tree, settings(), fine, 1).error().field,
            "direction.XYZ");
}

}  // namespace
}  // namespace plimsoll::margin
