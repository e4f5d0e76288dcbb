#include "plimsoll/margin/bilateral/agreement.hpp"
#include "plimsoll/margin/bilateral/schedule.hpp"

#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

Money dollars(std::int64_t amount) { return Money::from_cents(100 * amount); }

TransferTerms terms(std::int64_t threshold, std::int64_t minimum, std::int64_t rounding, std::int64_t independent = 0) {
  return {"USD", dollars(threshold), dollars(minimum), dollars(rounding), dollars(independent)};
}

Collateral cash(std::int64_t amount, const char* currency = "USD") {
  return {"C1", currency, dollars(amount), 0.0, 0.0, false};
}

TEST(TransferCall, secures_what_is_above_the_threshold_rounded_up) {
  const auto call = *transfer_call(dollars(1'234'567), terms(1'000'000, 50'000, 10'000), {}, {});
  EXPECT_EQ(call.required, dollars(234'567));
  EXPECT_EQ(call.delivery, dollars(240'000));
  EXPECT_EQ(call.returned, Money{});
  EXPECT_EQ(transfer_call(dollars(1'000'000), terms(1'000'000, 0, 0), {}, {})->delivery, Money{});
  EXPECT_EQ(transfer_call(dollars(1'000'001), terms(1'000'000, 0, 0), {}, {})->delivery, dollars(1));
}

TEST(TransferCall, moves_nothing_below_the_minimum_and_says_what_stays_unsecured) {
  const auto below = *transfer_call(dollars(49'999), terms(0, 50'000, 0), {}, {});
  EXPECT_EQ(below.delivery, Money{});
  EXPECT_EQ(below.unsecured, dollars(49'999));
  const auto at = *transfer_call(dollars(50'000), terms(0, 50'000, 0), {}, {});
  EXPECT_EQ(at.delivery, dollars(50'000));
  EXPECT_EQ(at.unsecured, Money{});
}

TEST(TransferCall, returns_what_is_held_in_excess_rounded_down) {
  const std::vector<Collateral> held{cash(100'000)};
  EXPECT_EQ(transfer_call(dollars(34'567), terms(0, 50'000, 10'000), held, {})->returned, dollars(60'000));
  EXPECT_EQ(transfer_call(dollars(60'000), terms(0, 50'000, 10'000), held, {})->returned, Money{});
  EXPECT_EQ(transfer_call(dollars(-5), terms(0, 0, 0), held, {})->returned, dollars(100'000));
}

TEST(TransferCall, collateral_in_transit_counts_once) {
  std::vector<Collateral> held{cash(70), cash(30)};
  held[1].in_transit = true;
  const auto call = *transfer_call(dollars(100), terms(0, 0, 0), held, {});
  EXPECT_EQ(call.held, dollars(100));
  EXPECT_EQ(call.in_transit, dollars(30));
  EXPECT_EQ(call.delivery, Money{});
}

TEST(CollateralValue, takes_both_haircuts_where_the_currency_differs) {
  const Collateral bond{"B1", "EUR", dollars(1'000), 0.04, 0.08, false};
  EXPECT_EQ(*collateral_value(bond, "EUR", {}), dollars(960));
  EXPECT_EQ(*collateral_value(bond, "USD", {{"EUR", 1.25}}), dollars(1'100));
  const Collateral worthless{"B2", "EUR", dollars(1'000), 0.97, 0.08, false};
  EXPECT_EQ(*collateral_value(worthless, "USD", {{"EUR", 1.25}}), Money{});
}

TEST(VariationCall, asks_both_sides_and_nets_what_moves) {
  const std::vector<Collateral> ours{cash(40)};
  const auto call = *variation_call(dollars(100), terms(20, 0, 0, 10), {}, terms(0, 0, 0, 4), ours, {});
  EXPECT_EQ(call.theirs.requirement, dollars(106));
  EXPECT_EQ(call.theirs.delivery, dollars(86));
  EXPECT_EQ(call.ours.required, Money{});
  EXPECT_EQ(call.ours.returned, dollars(40));
  EXPECT_EQ(call.net, dollars(126));
}

RC_GTEST_PROP(VariationCallProperties, seen_from_the_other_side_has_the_other_sign, ()) {
  const auto amount = [] { return *rc::gen::inRange<std::int64_t>(0, 1'000); };
  const Money exposure = dollars(*rc::gen::inRange<std::int64_t>(-5'000, 5'000));
  const auto one = terms(amount(), amount(), amount() / 100, amount());
  const auto other = terms(amount(), amount(), amount() / 100, amount());
  const std::vector<Collateral> from_them{cash(amount())};
  const std::vector<Collateral> from_us{cash(amount())};
  const auto here = *variation_call(exposure, one, from_them, other, from_us, {});
  const auto there = *variation_call(-exposure, other, from_us, one, from_them, {});
  RC_ASSERT(here.theirs == there.ours);
  RC_ASSERT(here.net == -there.net);
  // What is secured after the transfers is what is required, up to rounding and the minimum transfer.
  const Money after = here.theirs.held + here.theirs.delivery - here.theirs.returned;
  RC_ASSERT(after + here.theirs.unsecured >= here.theirs.required);
}

TEST(Agreement, each_bad_term_is_refused_in_full) {
  const auto refused = [](const TransferTerms& t, const std::vector<Collateral>& held) {
    return transfer_call(dollars(1), t, held, {{"CHF", -1.0}}).error();
  };
  using enum ErrorCode;
  EXPECT_EQ(refused(terms(-1, 0, 0), {}),
            (Error{invalid_value, "terms.threshold", "-1.00", "0 or more", "correct the terms of the agreement"}));
  EXPECT_EQ(refused(terms(0, -1, 0), {}).field, "terms.minimum_transfer");
  EXPECT_EQ(refused(terms(0, 0, -1), {}).field, "terms.rounding");
  EXPECT_EQ(refused(terms(0, 0, 0, -1), {}).field, "terms.independent_amount");
  EXPECT_EQ(refused(terms(0, 0, 0), {cash(-1)}), (Error{invalid_value, "collateral[C1].market_value", "-1.00",
                                                        "0 or more", "list it with the side that delivered it"}));
  EXPECT_EQ(refused(terms(0, 0, 0), {cash(1, "EUR")}),
            (Error{missing_quote, "rates", "EUR", "a rate into USD", "give the rate of the currency"}));
  EXPECT_EQ(refused(terms(0, 0, 0), {cash(1, "CHF")}),
            (Error{invalid_value, "rates[CHF]", "-1", "above 0, up to 1e12", "give what one unit is worth in USD"}));
  Collateral cut = cash(1);
  cut.haircut = 1.5;
  EXPECT_EQ(refused(terms(0, 0, 0), {cut}),
            (Error{invalid_value, "collateral[C1].haircut", "1.5", "a fraction, 0 to 1", "correct the haircut"}));
}

TEST(Agreement, sides_in_two_currencies_and_bad_terms_of_either_are_refused) {
  TransferTerms euros = terms(0, 0, 0);
  euros.currency = "EUR";
  EXPECT_EQ(variation_call(dollars(1), terms(0, 0, 0), {}, euros, {}, {}).error(),
            (Error{ErrorCode::invalid_value, "ours.currency", "EUR", "USD",
                   "state both sides' terms in the base currency of the agreement"}));
  EXPECT_EQ(variation_call(dollars(1), terms(-1, 0, 0), {}, terms(0, 0, 0), {}, {}).error().field, "terms.threshold");
  EXPECT_EQ(variation_call(dollars(1), terms(0, 0, 0), {}, terms(-1, 0, 0), {}, {}).error().field, "terms.threshold");
}

SchedulePack schedule() {
  return {"schedule",
          "1",
          *Date::parse("2020-01-01"),
          *Date::parse("2030-12-31"),
          "USD",
          {{"Rates", 0, 0.01}, {"Rates", 2, 0.02}, {"Rates", 5, 0.04}, {"Equity", 0, 0.15}},
          0.4,
          0.6};
}

SimmSettings settings(const char* date = "2024-02-29") {
  SimmSettings out;
  out.date = *Date::parse(date);
  return out;
}

CrifRow row(const char* trade, const char* type, double amount, const char* product = "Rates",
            const char* end = "2025-12-31") {
  CrifRow out;
  out.line = 3;
  out.trade_id = trade;
  out.portfolio_id = "N1";
  out.product_class = product;
  out.risk_type = type;
  out.amount_currency = "USD";
  out.amount = amount;
  out.im_model = "Schedule";
  out.end_date = *Date::parse(end);
  return out;
}

TEST(Schedule, margin_falls_with_the_net_to_gross_ratio) {
  const std::vector<CrifRow> rows{row("A", "Notional", -10'000), row("A", "PV", 80),
                                  row("B", "Notional", 1'000, "Equity"), row("B", "PV", -60, "Equity")};
  const auto found = schedule_of_netting_sets(rows, schedule(), settings());
  ASSERT_EQ(found.size(), 1u);
  const ScheduleMargin& margin = *found[0].margin;
  EXPECT_EQ(margin.gross_margin, 100.0 + 150.0);
  EXPECT_EQ(margin.gross_replacement_cost, 80.0);
  EXPECT_EQ(margin.net_replacement_cost, 20.0);
  EXPECT_EQ(margin.net_to_gross, 0.25);
  EXPECT_NEAR(margin.amount, (0.4 + 0.6 * 0.25) * 250.0, 1e-13 * 250.0);  // three roundings
  SimmSettings post = settings();
  post.side = MarginSide::post;
  EXPECT_EQ(schedule_of_netting_sets(rows, schedule(), post)[0].margin->net_to_gross, 0.0);
}

TEST(Schedule, takes_the_longer_maturity_on_the_border_and_knows_leap_days) {
  const auto rate = [](const char* end) {
    const std::vector<CrifRow> rows{row("A", "Notional", 1, "Rates", end), row("A", "PV", 0)};
    return schedule_of_netting_sets(rows, schedule(), settings())[0].margin->trades[0].rate;
  };
  EXPECT_EQ(rate("2024-02-29"), 0.01);
  EXPECT_EQ(rate("2026-02-27"), 0.01);
  EXPECT_EQ(rate("2026-02-28"), 0.02);
  EXPECT_EQ(rate("2029-02-28"), 0.04);
  // Two years on from here no calendar reaches.
  SchedulePack open = schedule();
  open.in_force_until = *Date::parse("9999-12-31");
  SimmSettings late = settings();
  late.date = *Date::parse("9998-01-01");
  const std::vector<CrifRow> last{row("A", "Notional", 1, "Rates", "9999-12-31"), row("A", "PV", 0)};
  EXPECT_EQ(schedule_of_netting_sets(last, open, late)[0].margin->trades[0].rate, 0.01);
}

TEST(Schedule, without_replacement_cost_nothing_shows_an_offset) {
  const std::vector<CrifRow> rows{row("A", "Notional", 100), row("A", "PV", 0)};
  EXPECT_EQ(schedule_of_netting_sets(rows, schedule(), settings())[0].margin->net_to_gross, 1.0);
}

TEST(Schedule, a_bad_row_refuses_its_netting_set_and_no_other) {
  using enum ErrorCode;
  CrifRow other = row("O", "Notional", 100);
  other.portfolio_id = "N2";
  CrifRow other_value = row("O", "PV", 0);
  other_value.portfolio_id = "N2";
  CrifRow endless = row("A", "Notional", 1);
  endless.end_date.reset();
  CrifRow no_amount = row("A", "PV", 1);
  no_amount.amount.reset();
  const std::pair<std::vector<CrifRow>, Error> cases[] = {
      {{row("A", "Risk_FX", 1)},
       {invalid_value, "crif[3].risk_type", "Risk_FX", "Notional, PV", "take the row out of im_model Schedule"}},
      {{row("A", "PV", 1), row("A", "PV", 1)},
       {invalid_value, "crif[3].trade_id", "A", "one row PV for each trade; line 3 is one",
        "keep one of the two rows"}},
      {{endless},
       {missing_field, "crif[3].end_date", "nothing", "the day on which the trade ends", "fill the column in"}},
      {{row("A", "Notional", 1, "Rates", "2024-02-28")},
       {expired_product, "crif[3].end_date", "2024-02-28", "2024-02-29 or later", "leave the trade out"}},
      {{row("A", "Notional", 1, "Bonds")},
       {invalid_value, "crif[3].product_class", "Bonds", "Equity, Rates", "name one of these"}},
      {{row("A", "Notional", 1, "")},
       {missing_field, "crif[3].product_class", "nothing", "Equity, Rates", "name one of these"}},
      {{no_amount}, {missing_field, "crif[3].amount", "nothing", "a number", "fill the column in"}},
      {{row("A", "PV", 1)},
       {missing_field, "crif[3].trade_id", "A", "a row Notional and a row PV for each trade",
        "add the row that is missing"}},
      {{row("A", "Notional", 1)},
       {missing_field, "crif[3].trade_id", "A", "a row Notional and a row PV for each trade",
        "add the row that is missing"}},
  };
  for (const auto& [rows, error] : cases) {
    auto all = rows;
    all.push_back(other);
    all.push_back(other_value);
    const auto found = schedule_of_netting_sets(all, schedule(), settings());
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].margin.error(), error);
    EXPECT_TRUE(found[1].margin.has_value());
  }
}

TEST(Schedule, a_pack_with_a_flaw_or_out_of_date_refuses_all) {
  const std::vector<CrifRow> rows{row("A", "Notional", 1), row("A", "PV", 1)};
  const std::pair<std::function<void(SchedulePack&)>, const char*> cases[] = {
      {[](SchedulePack& p) { p.rates[0].rate = 1.5; }, "pack.rates[Rates].rate"},
      {[](SchedulePack& p) { p.rates[1].from_years = -1; }, "pack.rates[Rates].from_years"},
      {[](SchedulePack& p) { p.gross_share = -0.1; }, "pack.gross_share"},
      {[](SchedulePack& p) { p.net_share = 2.0; }, "pack.net_share"},
  };
  for (const auto& [change, field] : cases) {
    SchedulePack pack = schedule();
    change(pack);
    EXPECT_EQ(schedule_of_netting_sets(rows, pack, settings())[0].margin.error().field, field);
  }
  EXPECT_EQ(schedule_of_netting_sets(rows, schedule(), settings("2019-12-31"))[0].margin.error(),
            (Error{ErrorCode::not_in_force, "pack", "schedule-1 on 2019-12-31", "2020-01-01 to 2030-12-31",
                   "give the pack of that date"}));
}

}  // namespace
}  // namespace plimsoll::margin
