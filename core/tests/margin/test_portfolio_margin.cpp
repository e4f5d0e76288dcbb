// Portfolio margin: facts of the rule, examples of its worst point and offsets by hand, and its properties.
#include "margin/books.hpp"
#include "plimsoll/margin/portfolio/portfolio_bulk.hpp"
#include "plimsoll/margin/portfolio/portfolio_margin.hpp"
#include "plimsoll/margin/what_if/portfolio_state.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll::margin {
namespace {

using books::day;

const Method tree = LeisenReimer{51, Extrapolation::none};
const Date today = day("2008-09-02");

std::vector<double> points(double down, double up) {
  std::vector<double> moves;
  for (int k = 5; k >= 1; --k) moves.push_back(-down * k / 5);
  for (int k = 1; k <= 5; ++k) moves.push_back(up * k / 5);
  return moves;
}

/// Ranges of the rule; two indices of one product group, beside a second product group of the same portfolio group.
PortfolioPack pack(double product = 0.9, double portfolio = 0.5) {
  PortfolioPack p;
  p.pack_id = "test";
  p.in_force_from = day("2007-04-02");
  p.in_force_until = day("2030-12-31");
  p.class_types = {{"equity", points(0.15, 0.15)}, {"high", points(0.08, 0.06)}, {"broad", points(0.10, 0.10)}};
  p.equity_type = "equity";
  p.narrow_index_type = "equity";
  p.broad_index_type = "broad";
  p.classes = {{"SPX", "high", "SPX", "high capitalization", 1.0, false},
               {"XSP", "high", "SPX", "high capitalization", 1.0, false},
               {"OEX", "high", "OEX", "high capitalization", 1.0, false},
               {"RUT", "broad", "RUT", "other", 1.0, false},
               {"UP3", "equity", "", "", 3.0, false},
               {"UP9", "equity", "", "", 9.0, false},
               {"FUND", "equity", "", "", 1.0, true}};
  p.product_groups = {{"high capitalization", "broad", product}, {"other", "broad", product}};
  p.portfolio_groups = {{"broad", "", portfolio}};
  p.minimum_per_unit = 0.375;
  p.tiers = {{"full real-time monitoring", *Money::parse("100000")}};
  return p;
}

constexpr const char* names[] = {"XYZ", "ABC", "SPX", "XSP", "OEX", "RUT", "UP3", "UP9", "FUND", "NIX"};

MarketView view() {
  MarketView market{today, {}};
  for (const char* name : names) {
    const std::string text = name;
    const bool index = text == "SPX" || text == "XSP" || text == "OEX" || text == "RUT" || text == "NIX";
    market.underlyings.push_back(
        {name, index ? UnderlyingClass::broad_index : UnderlyingClass::equity, 100.0, 1.0, PriceBasis::raw});
  }
  return market;
}

UnderlyingMarket market_of(const char* name, double spot, std::vector<CashDividend> dividends = {}, double skew = 0.0) {
  return {name,
          spot,
          PriceBasis::raw,
          *Curve::flat(0.02),
          Status::assumed,
          *Curve::flat(0.0),
          Status::assumed,
          std::move(dividends),
          *VolatilitySurface::skewed(0.3, skew),
          Status::assumed};
}

Snapshot snapshot() {
  std::vector<UnderlyingMarket> markets;
  for (const char* name : names) markets.push_back(market_of(name, 100.0));
  return *Snapshot::make(today, std::move(markets));
}

Result<PortfolioMargin> outcome(const Account& account, const PortfolioPack& rules = pack()) {
  return portfolio_margin(std::span(&account, 1), snapshot(), tree, {view(), rules}, 1).front();
}

PortfolioMargin run(const Account& account, const PortfolioPack& rules = pack()) { return *outcome(account, rules); }

Account of_stocks(std::vector<StockPosition> stocks) {
  return {"A", *Money::parse("1000000"), std::move(stocks), {}, {}};
}

OptionPosition option(const char* underlying, OptionType type, double strike, double quantity) {
  return {std::string("o") + underlying + text_of(strike),
          underlying,
          type,
          Exercise::american,
          strike,
          day("2008-10-17"),
          quantity,
          100.0,
          3.0};
}

Money dollars(const char* text) { return *Money::parse(text); }

TEST(PortfolioMargin, stock_costs_its_range_on_either_side) {
  EXPECT_EQ(run(of_stocks({{"s", "XYZ", 100.0}})).requirement, dollars("1500"));
  EXPECT_EQ(run(of_stocks({{"s", "XYZ", -100.0}})).requirement, dollars("1500"));
  EXPECT_EQ(run(of_stocks({{"s", "RUT", 100.0}})).requirement, dollars("1000"));
  // SEC release 34-46576: a high-capitalisation index falls by 8 % and rises by 6 %.
  EXPECT_EQ(run(of_stocks({{"s", "SPX", 100.0}})).requirement, dollars("800"));
  EXPECT_EQ(run(of_stocks({{"s", "SPX", -100.0}})).requirement, dollars("600"));
}

TEST(PortfolioMargin, a_leveraged_fund_moves_by_its_multiple_and_never_by_more_than_its_price) {
  EXPECT_EQ(run(of_stocks({{"s", "UP3", 100.0}})).requirement, dollars("4500"));
  EXPECT_EQ(run(of_stocks({{"s", "UP9", 100.0}})).requirement, dollars("10000"));
  // 9 x 15 % would be 135 %; 9 x 9 % = 81 % stays.
  EXPECT_EQ(run(of_stocks({{"s", "UP9", 100.0}})).groups[0].profits[2], -810000.0);
}

TEST(PortfolioMargin, an_option_survives_a_fund_that_loses_its_whole_price) {
  Account account{"A", {}, {}, {option("UP9", OptionType::put, 100.0, -1.0)}, {}};
  const PortfolioMargin found = run(account);
  EXPECT_EQ(found.groups[0].worst_point, 0U);
  EXPECT_LT(found.requirement, dollars("10000"));
  EXPECT_GT(found.requirement, dollars("9000"));
}

TEST(PortfolioMargin, a_class_group_offsets_in_full_and_a_product_group_in_part) {
  EXPECT_EQ(run(of_stocks({{"a", "SPX", 100.0}, {"b", "XSP", -100.0}})).requirement, Money{});
  // At -8 %: loss 800, gain 800 of which 90 % counts; at +6 %: gain and loss 600.
  const PortfolioMargin product = run(of_stocks({{"a", "SPX", 100.0}, {"b", "OEX", -100.0}}));
  EXPECT_EQ(product.requirement, dollars("80"));
  EXPECT_EQ(product.groups[0].name, "portfolio group broad");
  EXPECT_EQ(product.groups[0].worst_point, 0U);
  // Across product groups half counts of what counts within: at the lowest point a loss of 1,000 and 50 % of 90 % of
  // 800; at the highest a loss of 600 and 50 % of 90 % of 1,000.
  EXPECT_EQ(run(of_stocks({{"a", "SPX", -100.0}, {"b", "RUT", 100.0}})).requirement, dollars("640"));
  EXPECT_EQ(run(of_stocks({{"a", "XYZ", 100.0}, {"b", "ABC", -100.0}})).requirement, dollars("3000"));
}

TEST(PortfolioMargin, offset_limits_are_no_netting_and_full_netting) {
  const Account pair = of_stocks({{"a", "SPX", 100.0}, {"b", "OEX", -50.0}});
  EXPECT_EQ(run(pair, pack(0.0)).requirement, dollars("800"));
  EXPECT_EQ(run(pair, pack(1.0)).requirement, dollars("400"));
  const Account apart = of_stocks({{"a", "SPX", 100.0}, {"b", "RUT", -40.0}});
  EXPECT_EQ(run(apart, pack(0.9, 0.0)).requirement, dollars("800"));
  EXPECT_EQ(run(apart, pack(1.0, 1.0)).requirement, dollars("400"));
}

// Cboe, margin requirement examples for sample options-based positions (2007): 100 calls and 100 puts at the minimum of
// $37.50 a contract cost $7,500. The volatility and expiry of the sheet's straddle are not printed, so that the minimum
// is shown on options too far away to lose anything.
TEST(PortfolioMargin, the_minimum_counts_every_contract_bought_or_sold) {
  Account far{
      "A", {}, {}, {option("XYZ", OptionType::call, 300.0, 100.0), option("XYZ", OptionType::put, 20.0, 100.0)}, {}};
  EXPECT_EQ(run(far).requirement, dollars("7500"));
  far.options[0].quantity = -100.0;
  EXPECT_EQ(run(far).requirement, dollars("7500"));
  EXPECT_EQ(run(far).groups[0].minimum, dollars("7500"));
  Account future{"A", {}, {}, {}, {{"f", "SPX", day("2008-12-19"), -1.0, 50.0, 100.0, 100.0}}};
  EXPECT_EQ(run(future).groups[0].minimum, dollars("18.75"));
}

TEST(PortfolioMargin, a_future_costs_the_move_of_its_forward) {
  const Account future{"A", {}, {}, {}, {{"f", "SPX", day("2008-12-19"), 1.0, 50.0, 100.0, 100.0}}};
  const double growth = std::exp(0.02 * 108.0 / 365.0);  // 108 days from 2 September to 19 December
  EXPECT_EQ(run(future).requirement, *Money::round_half_up(0.08 * 100.0 * growth * 50.0));
}

TEST(PortfolioMargin, options_are_valued_with_early_exercise_dividends_and_their_own_volatility) {
  const Account account{"A", {}, {}, {option("XYZ", OptionType::put, 110.0, -10.0)}, {}};
  const std::vector<CashDividend> dividends{{day("2008-09-20"), 1.5}};
  const Snapshot skewed = *Snapshot::make(today, {market_of("XYZ", 100.0, dividends, -0.4)});
  const auto found = *portfolio_margin(std::span(&account, 1), skewed, tree, {view(), pack()}, 1).front();
  // The same series through the door, at the volatility that it has before the move.
  const double years = 45.0 / 365.0;
  const double forward = (100.0 - 1.5 * std::exp(-0.02 * 18.0 / 365.0)) * std::exp(0.02 * years);
  const double volatility = VolatilitySurface::skewed(0.3, -0.4)->volatility(110.0, forward, years);
  const auto price = [&](double spot) {
    UnderlyingMarket market = market_of("XYZ", spot, dividends);
    market.surface = *VolatilitySurface::flat(volatility);
    const Trade trade{"t", 1.0, 1.0, OptionTerms{"XYZ", OptionType::put, Exercise::american, 110.0, day("2008-10-17")}};
    return value(trade, *Snapshot::make(today, {market}), tree)->price;
  };
  // A lattice laid out for sensitivities differs from one that is not by its last bits: a cent for 1,000 units.
  EXPECT_NEAR(found.requirement.dollars(), 1000.0 * (price(85.0) - price(100.0)), 0.01);
}

TEST(PortfolioMargin, the_explanation_adds_up_and_names_what_does_not_count) {
  Account account = of_stocks({{"a", "SPX", 100.0}, {"b", "OEX", -100.0}, {"c", "XYZ", 30.0}});
  account.options = {option("XYZ", OptionType::call, 105.0, -2.0), option("SPX", OptionType::put, 90.0, 3.0)};
  const PortfolioMargin found = run(account);
  EXPECT_TRUE(adds_up(found.requirement_tree));
  EXPECT_TRUE(adds_up(found.equity_tree));
  EXPECT_EQ(found.excess, found.equity - found.requirement);
  ASSERT_EQ(found.requirement_tree.children.size(), 2U);
  EXPECT_EQ(found.requirement_tree.children[0].name, "XYZ");
  EXPECT_EQ(found.requirement_tree.children[0].children[0].name, "long XYZ");
  const Component& product = found.requirement_tree.children[1].children[0];
  EXPECT_EQ(product.name, "product group high capitalization");
  EXPECT_EQ(product.children.back().name, "gains that do not count");
}

TEST(PortfolioMargin, equity_below_a_tier_and_an_index_without_a_row_are_warned_of) {
  Account account = of_stocks({{"s", "NIX", 1.0}});
  account.cash = dollars("99899.99");
  const PortfolioMargin found = run(account);
  ASSERT_EQ(found.warnings.size(), 2U);
  EXPECT_EQ(found.warnings[0].code, "class_not_listed");
  EXPECT_EQ(found.warnings[0].underlying, "NIX");
  EXPECT_EQ(found.warnings[1].code, "below_equity_tier");
  EXPECT_EQ(found.warnings[1].text, "equity 99999.99 is below the 100000.00 for full real-time monitoring");
  EXPECT_EQ(run(of_stocks({{"s", "XYZ", 1.0}})).warnings.size(), 0U);
}

TEST(PortfolioMargin, closing_everything_costs_nothing) {
  Account account = of_stocks({});
  account.options = {option("XYZ", OptionType::call, 105.0, -2.0), option("XYZ", OptionType::call, 105.0, 2.0)};
  const PortfolioMargin found = run(account);
  EXPECT_EQ(found.requirement, Money{});
  EXPECT_TRUE(found.groups.empty());
  EXPECT_TRUE(found.warnings.empty());
}

TEST(PortfolioMargin, a_bad_account_is_refused_by_name_and_the_others_are_margined) {
  Account unknown = of_stocks({{"t", "TULIP", 5.0}});
  Account expired{"B", {}, {}, {option("XYZ", OptionType::call, 100.0, 1.0)}, {}};
  expired.options[0].expiry = day("2008-09-01");
  Account without{"C", {}, {}, {option("XYZ", OptionType::call, 100.0, 1.0)}, {}};
  without.options[0].multiplier = 0.0;
  Account sold = of_stocks({{"f", "FUND", -5.0}});
  Account unvalued{"E", {}, {}, {option("XYZ", OptionType::call, -1.0, 1.0)}, {}};
  const std::vector<Account> all{unknown, expired, without, sold, unvalued, of_stocks({{"s", "XYZ", 100.0}})};
  const auto found = portfolio_margin(all, snapshot(), tree, {view(), pack()}, 1);
  EXPECT_EQ(found[0].error(),
            (Error{ErrorCode::missing_quote, "positions[t].underlying", "TULIP", "an underlying of the snapshot",
                   "add the underlying to the snapshot or correct its name"}));
  EXPECT_EQ(found[1].error(), (Error{ErrorCode::expired_product, "positions[oXYZ100].expiry", "2008-09-01",
                                     "on or after 2008-09-02", "settle the position and take it out of the book"}));
  EXPECT_EQ(found[2].error(), (Error{ErrorCode::invalid_value, "positions[oXYZ100].multiplier", "0",
                                     "a whole number of units of the underlying from 1 to 100000",
                                     "give the units that one contract delivers"}));
  EXPECT_EQ(found[3].error(), (Error{ErrorCode::invalid_value, "positions[f].quantity", "-5",
                                     "0 or more of FUND, which nobody sells short", "correct the quantity"}));
  EXPECT_EQ(found[4].error().field, "positions[oXYZ-1].strike");
  EXPECT_EQ(found[5]->requirement, dollars("1500"));
}

TEST(PortfolioMargin, a_pack_that_is_not_in_force_or_flawed_refuses_every_account) {
  PortfolioPack late = pack();
  late.in_force_from = day("2009-01-01");
  EXPECT_EQ(outcome(of_stocks({}), late).error(),
            (Error{ErrorCode::not_in_force, "pack.pack_id", "test",
                   "a pack in force on 2008-09-02; this one is from 2009-01-01 to 2030-12-31",
                   "choose the pack of that date"}));
  const auto field_of = [](auto spoil) {
    PortfolioPack bad = pack();
    spoil(bad);
    const auto flaw = find_flaw(bad);
    return flaw ? flaw->field : std::string("none");
  };
  EXPECT_EQ(field_of([](PortfolioPack&) {}), "none");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.class_types[0].moves.pop_back(); }), "pack.class_types.equity");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.class_types[0].moves[3] = 0.0; }), "pack.class_types.equity");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.class_types[0].moves[0] = NAN; }), "pack.class_types.equity");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.class_types[1].name = "equity"; }), "pack.class_types.name");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.classes[1].underlying = "SPX"; }), "pack.classes.underlying");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.broad_index_type = "?"; }), "pack.default_types");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.product_groups[0].offset = 1.1; }),
            "pack.groups.high capitalization.offset");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.product_groups[0].parent = "?"; }),
            "pack.product_groups.high capitalization");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.product_groups[1].name = "high capitalization"; }),
            "pack.product_groups.name");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.portfolio_groups[0].name = ""; }), "pack.portfolio_groups.name");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.classes[0].class_type = "?"; }), "pack.classes.SPX.class_type");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.classes[0].product_group = "?"; }), "pack.classes.SPX.product_group");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.classes[0].product_group = "other"; }), "pack.classes.SPX.product_group");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.classes[4].leverage = 0.5; }), "pack.classes.UP3.leverage");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.minimum_per_unit = -1.0; }), "pack.minimum_per_unit");
  EXPECT_EQ(field_of([](PortfolioPack& p) { p.tiers[0].equity = dollars("-1"); }),
            "pack.tiers.full real-time monitoring");
}

Account drawn() {
  Account account = of_stocks({});
  const int positions = *rc::gen::inRange(1, 9);
  for (int i = 0; i < positions; ++i) {
    const char* name = names[*rc::gen::inRange(0, 6)];
    const double size = *rc::gen::inRange(-40, 41);
    const int kind = *rc::gen::inRange(0, 5);
    if (kind == 0) {
      account.stocks.push_back({"s" + std::to_string(i), name, 25.0 * size});
    } else if (kind == 1) {
      account.futures.push_back({"f" + std::to_string(i), name, day("2008-12-19"), size, 50.0, 100.0, 100.0});
    } else {
      const auto type = kind == 2 ? OptionType::put : OptionType::call;
      account.options.push_back(option(name, type, 5.0 * *rc::gen::inRange(16, 25), size));
    }
  }
  return account;
}

Money risk_of(const PortfolioMargin& found) {
  Money risk;
  for (const auto& group : found.groups) risk += group.risk;
  return risk;
}

RC_GTEST_PROP(PortfolioMargin, order_and_lots_leave_no_trace_and_the_explanation_adds_up, ()) {
  const Account account = drawn();
  const PortfolioMargin found = run(account);
  Account split = account;
  std::ranges::reverse(split.stocks);
  std::ranges::reverse(split.options);
  std::ranges::reverse(split.futures);
  for (auto option : account.options) {
    option.quantity = 3.0;
    split.options.push_back(option);
    option.quantity = -3.0;
    split.options.insert(split.options.begin(), option);
  }
  RC_ASSERT(run(split).requirement == found.requirement);
  RC_ASSERT(adds_up(found.requirement_tree));
  RC_ASSERT(found.requirement_tree.amount == found.requirement);
  for (const auto& group : found.groups) {
    RC_ASSERT(group.requirement >= group.minimum);
    RC_ASSERT(group.requirement == std::max(group.risk, group.minimum));
  }
}

RC_GTEST_PROP(PortfolioMargin, twice_a_book_costs_twice_as_much_to_the_rounding_of_its_legs, ()) {
  const Account account = drawn();
  Account twice = account;
  for (auto& position : twice.stocks) position.quantity *= 2.0;
  for (auto& position : twice.options) position.quantity *= 2.0;
  for (auto& position : twice.futures) position.quantity *= 2.0;
  const Money difference = run(twice).requirement - 2 * run(account).requirement;
  // A leg is rounded to half a cent, and so are the gains of each of up to six classes and two product groups; doubling
  // doubles the error of the one book.
  const auto roundings =
      static_cast<std::int64_t>(account.stocks.size() + account.options.size() + account.futures.size() + 8);
  RC_ASSERT(std::abs(difference.cents()) <= 2 * roundings);
}

RC_GTEST_PROP(PortfolioMargin, a_protective_put_never_raises_the_risk_part, ()) {
  const int lots = *rc::gen::inRange(1, 30);
  Account account = of_stocks({{"s", "XYZ", 100.0 * lots}});
  const Money before = risk_of(run(account));
  account.options = {option("XYZ", OptionType::put, 5.0 * *rc::gen::inRange(10, 30), *rc::gen::inRange(1, lots + 1))};
  // The put is rounded to the cent at its point; its price falls by no more than the stock rises.
  RC_ASSERT(risk_of(run(account)) <= before + Money::from_cents(1));
}

TEST(PortfolioMargin, same_cents_on_one_thread_and_three_threads) {
  std::vector<Account> accounts;
  for (int i = 0; i < 12; ++i) {
    Account account = of_stocks({{"s", names[i % 6], 100.0 * (i - 5)}});
    account.options = {option(names[i % 5], OptionType::put, 90.0 + i, 7.0 - i)};
    accounts.push_back(account);
  }
  const auto one = portfolio_margin(accounts, snapshot(), tree, {view(), pack()}, 1);
  const auto three = portfolio_margin(accounts, snapshot(), tree, {view(), pack()}, 3);
  for (std::size_t i = 0; i < accounts.size(); ++i) EXPECT_EQ(one[i]->requirement_tree, three[i]->requirement_tree);
}

/// Columns of accounts, with their series numbered from the last to the first so that ranks are not numbers.
struct Columns {
  std::vector<BulkSeries> series;
  std::vector<std::uint64_t> first{0};
  std::vector<std::uint32_t> number;
  std::vector<double> quantity;
  std::vector<double> product;
  std::vector<double> portfolio;

  [[nodiscard]] auto run(int threads) const {
    return portfolio_requirements({first, number, quantity}, series, {product, portfolio}, threads);
  }
};

/// Positions in stock and futures, whose profits are known without a valuation.
void add(Columns& to, const Account& account) {
  const auto series = [&](const std::string& name, bool future) {
    const std::size_t place =
        static_cast<std::size_t>(std::ranges::find(names, name) - std::begin(names)) * 2 + (future ? 1 : 0);
    return static_cast<std::uint32_t>(to.series.size() - 1 - place);
  };
  for (const auto& position : account.stocks) {
    to.number.push_back(series(position.underlying, false));
    to.quantity.push_back(position.quantity);
  }
  for (const auto& position : account.futures) {
    to.number.push_back(series(position.underlying, true));
    to.quantity.push_back(position.quantity);
  }
  to.first.push_back(to.number.size());
}

Columns columns() {
  Columns made;
  std::vector<std::string> classes;
  std::vector<std::string> products;
  std::vector<std::string> portfolios;
  const auto number_of = [](std::vector<std::string>& seen, const std::string& name) {
    const auto found = std::ranges::find(seen, name);
    if (found != seen.end()) return static_cast<std::uint32_t>(found - seen.begin());
    seen.push_back(name);
    return static_cast<std::uint32_t>(seen.size() - 1);
  };
  const MarketView market = view();
  for (const auto& underlying : market.underlyings) {
    const ClassPlace place = place_of(underlying, pack());
    BulkSeries row{number_of(portfolios, place.portfolio_group),
                   number_of(products, place.product_group),
                   number_of(classes, place.class_group),
                   1.0,
                   0.0,
                   {}};
    made.product.resize(products.size(), place.product_offset);
    made.portfolio.resize(portfolios.size(), place.portfolio_offset);
    for (std::size_t s = 0; s < valuation_points; ++s) row.per_unit[s] = 100.0 * place.moves[s];
    made.series.insert(made.series.begin(), row);
    // A future moves by its forward, the spot grown at the rate, as the door values it.
    const auto price = [&](double spot) {
      return value({"f", 1.0, 1.0, FutureTerms{underlying.name, day("2008-12-19")}},
                   *Snapshot::make(today, {market_of(underlying.name.c_str(), spot)}), tree)
          ->price;
    };
    for (std::size_t s = 0; s < valuation_points; ++s)
      row.per_unit[s] = price(100.0 * (1.0 + place.moves[s])) - price(100.0);
    row.multiplier = 50.0;
    row.minimum_per_unit = 0.375;
    made.series.insert(made.series.begin(), row);
  }
  return made;
}

RC_GTEST_PROP(PortfolioMarginBulk, columns_cost_what_accounts_cost, ()) {
  Columns all = columns();
  std::vector<Account> accounts;
  for (int i = 0; i < 4; ++i) {
    Account account = drawn();
    account.options.clear();
    // Two lots of each future, which are netted.
    for (std::size_t k = account.futures.size(); k-- > 0;) account.futures.push_back(account.futures[k]);
    add(all, account);
    accounts.push_back(std::move(account));
  }
  const auto cents = all.run(1);
  RC_ASSERT(static_cast<bool>(cents));
  for (std::size_t i = 0; i < accounts.size(); ++i) RC_ASSERT((*cents)[i] == run(accounts[i]).requirement.cents());
}

TEST(PortfolioMarginBulk, same_cents_on_one_thread_and_three_threads) {
  Columns all = columns();
  for (int i = 0; i < 9000; ++i)
    add(all, of_stocks({{"a", names[i % 6], 7.0 * (i % 11) - 20.0}, {"b", names[i % 5], 3.0 * (i % 7) - 10.0}}));
  const auto one = all.run(1);
  const auto three = all.run(3);
  EXPECT_EQ(*one, *three);
  EXPECT_EQ(one->size(), 9000U);
}

TEST(PortfolioMarginBulk, columns_that_do_not_fit_are_refused_by_name) {
  const auto flaw_of = [](auto spoil) {
    Columns bad = columns();
    add(bad, of_stocks({{"a", "XYZ", 1.0}, {"b", "SPX", 1.0}}));
    spoil(bad);
    const auto found = bad.run(1);
    return found ? Error{} : found.error();
  };
  EXPECT_EQ(flaw_of([](Columns& c) { c.quantity.pop_back(); }),
            (Error{ErrorCode::invalid_value, "quantity", "1 rows", "2", "correct the columns"}));
  EXPECT_EQ(flaw_of([](Columns& c) { c.first.back() = 1; }).field, "first");
  EXPECT_EQ(flaw_of([](Columns& c) { c.first = {0, 2, 1, 2}; }).allowed, "rising from 0 to the number of rows, 2");
  EXPECT_EQ(flaw_of([](Columns& c) { c.number[1] = 99; }),
            (Error{ErrorCode::invalid_value, "positions[1].series", "99", "below 20", "correct the columns"}));
  EXPECT_EQ(flaw_of([](Columns& c) { c.quantity[0] = NAN; }),
            (Error{ErrorCode::invalid_value, "positions[0].quantity", "nan",
                   "finite, with profits within +-1e11 dollars", "correct the columns"}));
  EXPECT_EQ(flaw_of([](Columns& c) { c.quantity[1] = 1e12; }).field, "positions[1].quantity");
  EXPECT_EQ(flaw_of([](Columns& c) { c.series[3].product_group = 99; }).field, "series[3].product_group");
  EXPECT_EQ(flaw_of([](Columns& c) { c.series[3].portfolio_group = 99; }).field, "series[3].portfolio_group");
  EXPECT_EQ(flaw_of([](Columns& c) { c.series[3].multiplier = 0.0; }).field, "series[3].multiplier");
  EXPECT_EQ(flaw_of([](Columns& c) { c.series[3].minimum_per_unit = -1.0; }).field, "series[3].minimum_per_unit");
  EXPECT_EQ(flaw_of([](Columns& c) { c.series[3].per_unit[2] = NAN; }).field, "series[3].per_unit");
  EXPECT_EQ(flaw_of([](Columns& c) { c.product[0] = 2.0; }).field, "product_offsets");
  EXPECT_EQ(flaw_of([](Columns& c) { c.portfolio[0] = -0.5; }).field, "portfolio_offsets");
}

PortfolioState state_of(const Account& account) {
  return *PortfolioState::of(account, snapshot(), tree, {view(), pack()});
}

PortfolioFigures figures_of(const PortfolioState& state) {
  const Account account = state.account();
  MarketView market = view();
  const auto whole =
      *portfolio_margin(std::span(&account, 1), state.snapshot(), tree, {std::move(market), pack()}, 1).front();
  return {whole.equity, whole.requirement, whole.excess, whole.call};
}

Change any_change(int number) {
  const std::string id = "n" + std::to_string(number);
  const char* name = names[*rc::gen::inRange(0, 6)];
  const double size = *rc::gen::suchThat(rc::gen::inRange(-9, 10), [](int q) { return q != 0; });
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      return CashChange{Money::from_cents(*rc::gen::inRange(-900000, 900000))};
    case 1:
      return PriceChange{name, 100.0 + *rc::gen::inRange(-9, 10), {}};
    case 2:
      return TradeChange{StockPosition{id, name, 30.0 * size}, 99.5};
    case 3:
      return TradeChange{FuturePosition{id, name, day("2008-12-19"), size, 50.0, 0.0, 100.0}, 100.5};
    default: {
      OptionPosition traded = option(name, OptionType::put, 5.0 * *rc::gen::inRange(17, 24), size);
      traded.trade_id = id;
      return TradeChange{traded, 2.75};
    }
  }
}

RC_GTEST_PROP(PortfolioWhatIf, changes_one_by_one_cost_what_a_run_of_the_whole_costs, ()) {
  PortfolioState state = state_of(drawn());
  const int steps = *rc::gen::inRange(1, 6);
  for (int i = 0; i < steps; ++i) {
    const Change change = any_change(i);
    const auto tried = state.tried(change);
    const auto applied = state.apply(change);
    RC_ASSERT(static_cast<bool>(applied));
    RC_ASSERT(*tried == *applied);
    RC_ASSERT(state.figures() == figures_of(state));
  }
}

RC_GTEST_PROP(PortfolioWhatIf, no_size_beyond_the_largest_is_borne, ()) {
  Account account = drawn();
  account.cash = dollars("25000");
  const PortfolioState state = state_of(account);
  const Change change = any_change(99);
  const auto* trade = std::get_if<TradeChange>(&change);
  if (trade == nullptr) return;
  constexpr int limit = 25;
  const double side = std::visit([](const auto& p) { return p.quantity < 0.0 ? -1.0 : 1.0; }, trade->position);
  int last = -1;
  for (int quantity = 0; quantity <= limit; ++quantity) {
    TradeChange one = *trade;
    std::visit([&](auto& p) { p.quantity = side * quantity; }, one.position);
    if (state.tried(one)->excess >= Money{}) last = quantity;
  }
  const auto found = state.largest(*trade, limit);
  RC_ASSERT(found.has_value() == (last >= 0));
  if (last >= 0) RC_ASSERT(found->quantity == last);
}

TEST(PortfolioWhatIf, a_leg_is_worth_what_the_requirement_falls_by_without_it) {
  PortfolioState state = state_of(of_stocks({{"a", "SPX", 100.0}}));
  static_cast<void>(*state.apply(TradeChange{StockPosition{"b", "OEX", -100.0}, 100.0}));
  EXPECT_EQ(state.figures().requirement, dollars("80"));
  const auto found = *state.marginals();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], (PortfolioMarginal{"a", dollars("-520")}));
  EXPECT_EQ(found[1], (PortfolioMarginal{"b", dollars("-720")}));
}

TEST(PortfolioWhatIf, a_refused_change_leaves_the_account_as_it_was) {
  PortfolioState state = state_of(of_stocks({{"a", "SPX", 100.0}}));
  const PortfolioFigures before = state.figures();
  const auto refused = [&](const Change& change) { return state.apply(change).error().field; };
  EXPECT_EQ(refused(PriceChange{"TULIP", 1.0, {}}), "underlying");
  EXPECT_EQ(refused(PriceChange{"SPX", -1.0, {}}), "SPX.spot");
  EXPECT_EQ(refused(PriceChange{"SPX", 1.0, {{"q", 1.0}}}), "marks[q]");
  EXPECT_EQ(refused(TradeChange{StockPosition{"f", "FUND", -1.0}, 1.0}), "positions[f].quantity");
  EXPECT_EQ(refused(TradeChange{StockPosition{"f", "FUND", 1.0}, NAN}), "trade.price");
  EXPECT_EQ(state.figures(), before);
  EXPECT_EQ(state.largest(TradeChange{StockPosition{"f", "TULIP", 1.0}, 1.0}, 5).error().field, "underlying");
  EXPECT_EQ(state.largest(TradeChange{StockPosition{"f", "XYZ", 1.0}, NAN}, 5).error().field, "trade.price");
  PortfolioPack late = pack();
  late.in_force_from = day("2009-01-01");
  EXPECT_EQ(PortfolioState::of(of_stocks({}), snapshot(), tree, {view(), late}).error().code, ErrorCode::not_in_force);
  EXPECT_FALSE(PortfolioState::of(of_stocks({{"t", "TULIP", 1.0}}), snapshot(), tree, {view(), pack()}));
}

}  // namespace
}  // namespace plimsoll::margin
