#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/option_chain.hpp"
#include "plimsoll/method/integral_equation/american.hpp"
#include "plimsoll/numerics/call_arbitrage.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr Date today{20000};
constexpr double nan_price = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
const BlackScholes<double> market{100.0, 0.03, 0.01, 0.25};

/// Calls and puts at eleven strikes of two expiries; a quarter of a per cent of the price on either side of the middle.
std::vector<ListedQuote> listed(Exercise exercise, double half = 0.0025) {
  IntegralWorkspace workspace;
  std::vector<ListedQuote> quotes;
  for (const int days : {73, 365})
    for (int i = -5; i <= 5; ++i)
      for (const OptionType type : {OptionType::call, OptionType::put}) {
        const double strike = 100.0 + 5.0 * i;
        const VanillaCase option{type, exercise, strike, days / 365.0, market, {}};
        const double price = integral_equation_price(option, IntegralEquation::accurate(), workspace);
        quotes.push_back({type, strike, Date{today.days + days}, price * (1.0 - half), price * (1.0 + half)});
      }
  return quotes;
}

ChainTerms european() { return {today, Exercise::european, std::nullopt, std::nullopt}; }
ChainTerms american() { return {today, Exercise::american, 100.0, 0.03}; }

TEST(OptionChain, parity_implies_forward_and_discount_of_exact_quotes) {
  const auto reading = read_chain(listed(Exercise::european), european());
  ASSERT_TRUE(reading) << reading.error().message();
  ASSERT_EQ(reading->chain.size(), 2U);
  for (const ImpliedForward& implied : reading->forwards) {
    EXPECT_NEAR(implied.forward, 100.0 * std::exp(0.02 * implied.years), 1e-11);
    EXPECT_NEAR(implied.discount, std::exp(-0.03 * implied.years), 1e-13);
    EXPECT_EQ(implied.pairs, 11U);
    EXPECT_LT(implied.miss, 1e-12);
  }
  EXPECT_EQ(std::ranges::count(reading->ends, QuoteEnd::used), 22);
  EXPECT_EQ(std::ranges::count(reading->ends, QuoteEnd::in_the_money), 22);
  const QuotedExpiry& year = reading->chain[1];
  EXPECT_EQ(year.types.front(), OptionType::put);
  EXPECT_EQ(year.types.back(), OptionType::call);
  // The weight of half a spread, and which row it was.
  EXPECT_NEAR(year.weights[0], std::pow(0.0025 * year.prices[0], -2), 1e-6 * year.weights[0]);
  EXPECT_EQ(reading->rows[1][0], 23U);
  EXPECT_FALSE(find_flaw(std::span<const QuotedExpiry>(reading->chain)));
}

TEST(OptionChain, american_quotes_give_back_the_volatility_and_the_yield) {
  const auto quotes = listed(Exercise::american);
  const auto reading = read_chain(quotes, american());
  ASSERT_TRUE(reading) << reading.error().message();
  for (const ImpliedForward& implied : reading->forwards)
    // The engine's own error of some 1e-7 a price, over the pairs.
    EXPECT_NEAR(implied.forward, 100.0 * std::exp(0.02 * implied.years), 2e-5);
  for (const QuotedExpiry& expiry : reading->chain)
    for (std::size_t i = 0; i < expiry.prices.size(); ++i) {
      const double wanted = black_scholes_price<double>(expiry.types[i], expiry.strikes[i], expiry.years, market);
      EXPECT_NEAR(expiry.prices[i], wanted, 2e-5);
    }
  // Read as European ones the same quotes imply another forward: the early exercise premium is no small error.
  const auto naive = read_chain(quotes, european());
  EXPECT_GT(std::abs(naive->forwards[1].forward - reading->forwards[1].forward), 0.02);
}

TEST(OptionChain, a_lone_price_weighs_as_a_hundredth_of_volatility) {
  const auto reading = read_chain(listed(Exercise::european, 0.0), european());
  ASSERT_TRUE(reading);
  const QuotedExpiry& expiry = reading->chain[0];
  const BlackScholes<double> on_forward{expiry.forward, 0.0, 0.0, 0.25};
  const double vega = black_scholes_greeks(expiry.types[3], expiry.strikes[3], expiry.years, on_forward).greeks.vega;
  EXPECT_NEAR(expiry.weights[3], std::pow(0.01 * expiry.discount * vega, -2), 1e-8 * expiry.weights[3]);
}

TEST(OptionChain, every_row_ends_in_its_own_way) {
  auto quotes = listed(Exercise::european);
  const std::array<QuoteEnd, 12> wanted{QuoteEnd::no_price, QuoteEnd::crossed,   QuoteEnd::bad_strike,
                                        QuoteEnd::expired,  QuoteEnd::duplicate, QuoteEnd::no_bid,
                                        QuoteEnd::no_bid,   QuoteEnd::no_parity, QuoteEnd::out_of_bounds,
                                        QuoteEnd::no_price, QuoteEnd::no_price,  QuoteEnd::no_price};
  const Date soon{today.days + 73};
  const std::size_t first = quotes.size();
  quotes.push_back({OptionType::call, 200.0, soon, 1.0, nan_price});
  quotes.push_back({OptionType::call, 201.0, soon, 1.2, 1.0});
  quotes.push_back({OptionType::call, -1.0, soon, 1.0, 1.2});
  quotes.push_back({OptionType::call, 100.0, today, 1.0, 1.2});
  quotes.push_back(quotes[4]);
  quotes.push_back({OptionType::call, 202.0, soon, 0.0, 0.1});
  quotes.push_back({OptionType::call, 203.0, soon, nan_price, 0.1});
  quotes.push_back({OptionType::call, 100.0, Date{today.days + 500}, 1.0, 1.2});
  quotes.push_back({OptionType::put, 20.0, soon, 25.0, 26.0});
  quotes.push_back({OptionType::put, 21.0, soon, -1.0, 0.1});
  quotes.push_back({OptionType::put, 22.0, soon, -infinity, 0.1});
  quotes.push_back({OptionType::put, 23.0, soon, nan_price, -0.1});
  const auto reading = read_chain(quotes, european());
  ASSERT_TRUE(reading);
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(reading->ends[first + i], wanted[i]) << i;
  EXPECT_EQ(reading->chain.size(), 2U);
  EXPECT_EQ(name(QuoteEnd::out_of_bounds), "out_of_bounds");
  // A rate makes one pair enough, and none is needed for the discount.
  ChainTerms with_rate = european();
  with_rate.rate = 0.03;
  const auto pair = read_chain(std::vector<ListedQuote>{quotes[0], quotes[1]}, with_rate);
  EXPECT_NEAR(pair->forwards[0].forward, 100.0 * std::exp(0.02 * 0.2), 1e-11);
  EXPECT_TRUE(read_chain(std::vector<ListedQuote>{quotes[0], quotes[1]}, european())->chain.empty());
}

TEST(OptionChain, a_stale_pair_does_not_move_the_forward) {
  auto quotes = listed(Exercise::european);
  quotes[2].bid += 3.0;
  quotes[2].ask += 3.0;
  const auto reading = read_chain(quotes, european());
  EXPECT_EQ(reading->forwards[0].pairs, 10U);
  EXPECT_NEAR(reading->forwards[0].forward, 100.0 * std::exp(0.02 * 0.2), 1e-10);
  EXPECT_EQ(reading->forwards[0].left_out, (std::vector<std::size_t>{2, 3}));
  EXPECT_TRUE(reading->forwards[1].left_out.empty());
  EXPECT_FALSE(reading->forwards[0].misses_beyond_spread);
}

/// To cents, as listed.
std::vector<ListedQuote> in_cents(double half) {
  auto quotes = listed(Exercise::european, half);
  for (ListedQuote& quote : quotes) {
    quote.bid = std::round(100.0 * quote.bid) / 100.0;
    quote.ask = std::round(100.0 * quote.ask) / 100.0;
  }
  return quotes;
}

TEST(OptionChain, a_stale_price_without_a_spread_does_not_move_the_forward) {
  for (const std::size_t stale : {0U, 10U, 20U}) {
    auto quotes = in_cents(0.0);
    const auto clean = read_chain(quotes, european());
    // Prices that are right but for rounding are all used: none misses by more than a cent.
    EXPECT_EQ(clean->forwards[0].pairs, 11U);
    EXPECT_LT(clean->forwards[0].miss, 0.01);
    quotes[stale].bid += 6.08;
    quotes[stale].ask += 6.08;
    const auto reading = read_chain(quotes, european());
    EXPECT_EQ(reading->forwards[0].left_out, (std::vector<std::size_t>{stale, stale + 1})) << stale;
    // One pair less of eleven moves the line by some of the cent that each may be off.
    EXPECT_NEAR(reading->forwards[0].forward, clean->forwards[0].forward, 0.01);
  }
  // Beside quotes with a spread a locked one is no more trusted than what they scatter by, and no less watched.
  auto quotes = in_cents(0.0025);
  quotes[10].bid = quotes[10].ask = quotes[10].ask + 2.0;
  quotes[11].bid = quotes[11].ask;
  const auto reading = read_chain(quotes, european());
  EXPECT_EQ(reading->forwards[0].left_out, (std::vector<std::size_t>{10, 11}));
  EXPECT_NEAR(reading->forwards[0].forward, 100.0 * std::exp(0.02 * 0.2), 0.01);
}

TEST(OptionChain, few_pairs_without_a_spread_are_held_against_each_other_as_far_as_they_tell) {
  const auto all = in_cents(0.0);
  ChainTerms with_rate = european();
  with_rate.rate = 0.03;
  const auto left_out = [&](std::size_t pairs, const ChainTerms& terms, double off) {
    std::vector<ListedQuote> quotes(all.begin() + 6, all.begin() + 6 + static_cast<std::ptrdiff_t>(2 * pairs));
    quotes[2].bid = quotes[2].ask += off;
    return read_chain(quotes, terms)->forwards.at(0).left_out;
  };
  const std::vector<std::size_t> stale{2, 3};
  EXPECT_EQ(left_out(4, european(), 3.0), stale);
  EXPECT_EQ(left_out(3, with_rate, 3.0), stale);
  // A line through two points of three tells nothing of the third; and no fewer are thrown away for rounding.
  EXPECT_TRUE(left_out(3, european(), 3.0).empty());
  for (const std::size_t pairs : {2U, 3U, 4U, 5U}) EXPECT_TRUE(left_out(pairs, european(), 0.0).empty()) << pairs;
}

TEST(OptionChain, of_very_many_pairs_some_tell_how_far_they_scatter) {
  std::vector<ListedQuote> quotes;
  for (int i = 0; i < 1100; ++i) {
    const double strike = 50.0 + 0.1 * i;
    for (const double side : {1.0, -1.0}) {
      const double price = std::round(97.0 * std::max(side * (101.0 - strike), 0.0) + 1000.0) / 100.0;
      quotes.push_back({side > 0.0 ? OptionType::call : OptionType::put, strike, Date{today.days + 365}, price, price});
    }
  }
  quotes[600].bid = quotes[600].ask += 5.0;
  const auto reading = read_chain(quotes, european());
  ASSERT_FALSE(reading->forwards.empty());
  EXPECT_EQ(reading->forwards[0].left_out, (std::vector<std::size_t>{600, 601}));
  EXPECT_NEAR(reading->forwards[0].forward, 101.0, 1e-3);
}

TEST(OptionChain, an_expiry_whose_pairs_contradict_their_spreads_is_flagged) {
  auto quotes = listed(Exercise::european, 1e-4);
  // Calls off by half a unit in turn: more than the spreads, and no pair stands out.
  for (std::size_t i = 0; i < 22; i += 2) {
    const double off = i % 4 == 0 ? 0.5 : 0.0;
    quotes[i].bid += off;
    quotes[i].ask += off;
  }
  const auto reading = read_chain(quotes, european());
  EXPECT_TRUE(reading->forwards[0].misses_beyond_spread);
  EXPECT_FALSE(reading->forwards[1].misses_beyond_spread);
}

TEST(OptionChain, pairs_that_contradict_each_other_imply_nothing) {
  std::vector<ListedQuote> quotes;
  for (const double strike : {90.0, 100.0})
    for (const OptionType type : {OptionType::call, OptionType::put})
      quotes.push_back({type, strike, Date{today.days + 73}, 5.0, 5.0});
  const auto reading = read_chain(quotes, european());
  EXPECT_TRUE(reading->chain.empty());
  EXPECT_EQ(reading->ends[0], QuoteEnd::no_parity);
}

TEST(OptionChain, an_american_option_best_exercised_now_tells_no_volatility) {
  auto quotes = listed(Exercise::american);
  // Out of the money by the forward, in it by the spot, and quoted below what exercise pays.
  quotes.push_back({OptionType::put, 100.3, Date{today.days + 73}, 0.2, 0.2});
  const auto reading = read_chain(quotes, american());
  EXPECT_EQ(reading->ends.back(), QuoteEnd::no_time_value);
}

TEST(OptionChain, american_volatility_inverts_the_price) {
  IntegralWorkspace workspace;
  for (const double volatility : {0.1, 0.4, 1.2}) {
    BlackScholes<double> at = market;
    at.volatility = volatility;
    const VanillaCase option{OptionType::put, Exercise::american, 105.0, 0.75, at, {}};
    const double price = integral_equation_price(option, IntegralEquation::accurate(), workspace);
    const auto found = american_implied_volatility(OptionType::put, 105.0, 0.75, market, price);
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_NEAR(*found, volatility, 1e-8);
  }
  const auto field_of = [](double strike, double years, const BlackScholes<double>& at, double price) {
    return american_implied_volatility(OptionType::put, strike, years, at, price).error().field;
  };
  EXPECT_EQ(field_of(105.0, 0.75, market, 5.0), "price");
  EXPECT_EQ(field_of(105.0, 0.75, market, 105.0), "price");
  EXPECT_EQ(field_of(105.0, 0.75, market, nan_price), "price");
  EXPECT_EQ(field_of(0.0, 0.75, market, 5.0), "strike");
  EXPECT_EQ(field_of(105.0, 0.0, market, 5.0), "years");
  EXPECT_EQ(field_of(105.0, 0.75, {0.0, 0.03, 0.01, 0.0}, 5.0), "spot");
  EXPECT_EQ(field_of(105.0, 0.75, {100.0, nan_price, 0.01, 0.0}, 5.0), "rate");
  EXPECT_EQ(field_of(105.0, 0.75, {100.0, 0.03, nan_price, 0.0}, 5.0), "dividend_yield");
}

TEST(OptionChain, its_calls_over_the_forward_are_free_of_arbitrage_and_give_the_chain_back) {
  const auto reading = read_chain(listed(Exercise::european), european());
  const auto calls = *calls_of(reading->chain);
  EXPECT_TRUE(find_arbitrage(calls, 1e-13)->empty());
  const auto back = *with_calls(reading->chain, calls);
  const auto weights = *call_weights(reading->chain);
  for (std::size_t e = 0; e < back.size(); ++e)
    for (std::size_t i = 0; i < back[e].prices.size(); ++i) {
      EXPECT_NEAR(back[e].prices[i], reading->chain[e].prices[i], 1e-13);
      const double unit = back[e].discount * back[e].forward;
      EXPECT_DOUBLE_EQ(weights[e][i], back[e].weights[i] * unit * unit);
    }
}

TEST(OptionChain, lists_of_other_lengths_have_no_calls) {
  const auto chain = read_chain(listed(Exercise::european), european())->chain;
  const auto calls = *calls_of(chain);
  const auto field_with = [&](auto change) {
    auto changed = calls;
    change(changed);
    return with_calls(chain, changed).error().field;
  };
  EXPECT_EQ(field_with([](auto& c) { c.clear(); }), "calls");
  EXPECT_EQ(field_with([](auto& c) { c[1].moneyness.pop_back(); }), "calls[1].moneyness");
  EXPECT_EQ(field_with([](auto& c) { c[0].prices.push_back(0.1); }), "calls[0].prices");
  auto broken = chain;
  broken[1].types.pop_back();
  EXPECT_EQ(calls_of(broken).error().field, "chain[1].types");
  EXPECT_EQ(with_calls(broken, calls).error().field, "chain[1].types");
  broken = chain;
  broken[0].weights.clear();
  EXPECT_EQ(call_weights(broken).error().field, "chain[0].weights");
  EXPECT_EQ(call_weights(broken).error().allowed, "11, as many as strikes");
}

TEST(OptionChain, refuses_american_terms_without_spot_or_rate) {
  const auto field_of = [](const ChainTerms& terms) {
    const auto reading = read_chain(std::vector<ListedQuote>{}, terms);
    return reading ? std::string("none") : reading.error().field;
  };
  EXPECT_EQ(field_of(european()), "none");
  EXPECT_EQ(field_of({today, Exercise::american, std::nullopt, 0.03}), "spot");
  EXPECT_EQ(field_of({today, Exercise::american, 100.0, std::nullopt}), "rate");
  EXPECT_EQ(field_of({today, Exercise::european, -1.0, std::nullopt}), "spot");
  EXPECT_EQ(field_of({today, Exercise::european, std::nullopt, nan_price}), "rate");
  const auto fix_of = [](const ChainTerms& terms) { return read_chain(std::vector<ListedQuote>{}, terms).error().fix; };
  EXPECT_EQ(fix_of({today, Exercise::european, -5.0, std::nullopt}),
            "correct it or leave it out: European quotes do not need it");
  EXPECT_EQ(fix_of({today, Exercise::american, -5.0, 0.03}), "give it with the chain: American quotes do not imply it");
}

}  // namespace
}  // namespace plimsoll
