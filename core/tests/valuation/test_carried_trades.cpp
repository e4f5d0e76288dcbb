#include "carried_trades.hpp"

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/closed_form/bachelier.hpp>
#include <plimsoll/valuation/best_method.hpp>
#include <plimsoll/valuation/routes_of_trade.hpp>

// Trades whose underlying costs nothing to hold, or earns another money's rate: options on futures, exchange rates.
namespace plimsoll::testing {
namespace {

FutureOptionTerms future_option(OptionType type = OptionType::call, Exercise exercise = Exercise::european,
                                double strike = 105.0) {
  return {"ABC", type, exercise, strike, in_half_a_year, in_a_year};
}

/// A future that is quoted itself: its dividend yield is its rate.
UnderlyingMarket quoted(double price, double rate, double volatility, Quotation quotation = Quotation::future) {
  UnderlyingMarket market = market_of("ABC", price);
  market.rate = market.dividend_yield = *Curve::flat(rate);
  market.surface = *VolatilitySurface::flat(volatility);
  market.quotation = quotation;
  return market;
}

Snapshot oil(double price = -4.0, double rate = 0.03) {
  return snapshot_of(quoted(price, rate, 12.0, Quotation::normal_future));
}

/// Prices depend on time by rate times time and variance alone, so a printed maturity that is no whole number of days
/// is met by others: `years` as so many days of 365 at a rate and a volatility that leave both products.
struct Printed {
  OptionType type;
  double future, years, volatility, expected, tolerance;
};

Valuation at_printed(const Printed& row, Exercise exercise, double strike, int days, const Method& method) {
  const double stretch = row.years / (days / 365.0);
  const Snapshot market = snapshot_of(quoted(row.future, 0.10 * stretch, row.volatility * std::sqrt(stretch)));
  return valued(FutureOptionTerms{"ABC", row.type, exercise, strike, today + days, today + days + 30}, market, method);
}

// Haug (2007), sec. 1.1.3 (Black 1976) and 3.1 table (Barone-Adesi & Whaley, cost of carry zero), rate 10 %.
TEST(FutureOptions, agree_with_the_printed_values_of_black_and_of_barone_adesi_and_whaley) {
  for (const OptionType type : types)
    EXPECT_NEAR(at_printed({type, 19.0, 0.75, 0.28, 0.0, 0.0}, Exercise::european, 19.0, 292, ClosedForm{}).price,
                1.7011, 5e-5);
  // The second prints one digit in the last place too many: 1.87334.
  constexpr std::array european{Printed{OptionType::call, 100.0, 0.1, 0.15, 1.8734, 6e-5},
                                Printed{OptionType::put, 90.0, 0.5, 0.15, 10.3192, 5e-5},
                                Printed{OptionType::put, 110.0, 0.5, 0.35, 5.7963, 5e-5}};
  for (const Printed& row : european)
    EXPECT_NEAR(at_printed(row, Exercise::european, 100.0, 73, ClosedForm{}).price, row.expected, row.tolerance);
  // The print is the approximation's; its last digits are those of a boundary that was not iterated to the end.
  constexpr std::array american{Printed{OptionType::call, 90.0, 0.1, 0.15, 0.0206, 3e-4},
                                Printed{OptionType::call, 110.0, 0.5, 0.15, 10.8087, 3e-4},
                                Printed{OptionType::call, 100.0, 0.5, 0.35, 9.5106, 3e-4},
                                Printed{OptionType::put, 100.0, 0.1, 0.15, 1.8770, 3e-4}};
  for (const Printed& row : american)
    EXPECT_NEAR(at_printed(row, Exercise::american, 100.0, 73, BaroneAdesiWhaley{}).price, row.expected, row.tolerance);
}

TEST(FutureOptions, on_a_future_of_the_same_day_are_options_on_the_spot) {
  UnderlyingMarket market = market_of("ABC");
  market.dividends = {};
  const Snapshot snapshot = snapshot_of(market);
  for (const OptionType type : types) {
    const Valuation spot = valued(OptionTerms{"ABC", type, Exercise::european, 105.0, in_a_year}, snapshot);
    const Valuation future =
        valued(FutureOptionTerms{"ABC", type, Exercise::european, 105.0, in_a_year, in_a_year}, snapshot);
    const auto one = numbers(spot.price, spot.greeks);
    const auto other = numbers(future.price, future.greeks);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], other[i], 1e-12 * 100.0) << i;
    EXPECT_TRUE(spot.flags == future.flags);
  }
}

/// The price after a change of one number of the market.
template <class Change>
double moved(const Terms& terms, UnderlyingMarket market, const Method& method, const Change& change) {
  change(market);
  return valued(terms, snapshot_of(std::move(market)), method).price;
}

/// Sensitivities against central differences of the door; `noise` is what the method's price may be off by.
void expect_bumped(const Terms& terms, const UnderlyingMarket& market, const Method& method, double noise) {
  const Valuation found = valued(terms, snapshot_of(market), method);
  const auto slope = [&](double step, const auto& change) {
    const auto at = [&](double move) {
      return moved(terms, market, method, [&](UnderlyingMarket& m) { change(m, move); });
    };
    return std::pair{(at(step) - at(-step)) / (2.0 * step), (at(step) - 2.0 * at(0.0) + at(-step)) / (step * step)};
  };
  const auto by_spot = slope(0.5, [](UnderlyingMarket& m, double x) { m.spot += x; });
  EXPECT_NEAR(found.greeks.delta, by_spot.first, 1e-4 + noise / 0.5);
  EXPECT_NEAR(found.greeks.gamma, by_spot.second, 1e-4 + 4.0 * noise / 0.25);
  const double vol = market.surface.atm();
  const auto by_volatility =
      slope(0.01 * vol, [&](UnderlyingMarket& m, double x) { m.surface = *VolatilitySurface::flat(vol + x); });
  EXPECT_NEAR(found.greeks.vega, by_volatility.first, 1e-3 * std::abs(by_volatility.first) + noise / (0.01 * vol));
  const auto by_rate = slope(1e-3, [](UnderlyingMarket& m, double x) {
    m.rate = m.rate.shifted(x);
    if (m.quotation != Quotation::spot) m.dividend_yield = m.rate;
  });
  EXPECT_NEAR(found.greeks.rho, by_rate.first, 2e-3 + noise / 1e-3);
}

TEST(FutureOptions, have_the_sensitivities_of_bumped_markets) {
  for (const OptionType type : types)
    for (const UnderlyingMarket& market : {market_of("ABC"), quoted(100.0, 0.06, 0.3)}) {
      // The formula and the integral equation at these sizes are good to 1e-12 and 1e-7.
      expect_bumped(future_option(type), market, ClosedForm{}, 1e-12);
      expect_bumped(future_option(type, Exercise::american), market, integral, 1e-7);
    }
}

TEST(FutureOptions, are_priced_alike_by_unrelated_methods) {
  for (const OptionType type : types) {
    const Snapshot market = snapshot_of(quoted(100.0, 0.06, 0.3));
    const Valuation exact = valued(future_option(type), market);
    for (const Method& method : {tree, grid, Method{Binomial{}}, Method{Trinomial{}}}) {
      const Valuation found = valued(future_option(type), market, method);
      EXPECT_NEAR(found.price, exact.price, 1e-3) << kind(method);
      EXPECT_NEAR(found.greeks.delta, exact.greeks.delta, 1e-3) << kind(method);
      EXPECT_NEAR(found.greeks.rho, exact.greeks.rho, 1e-3) << kind(method);
    }
    const Valuation drawn = valued(future_option(type), market, simulation);
    const auto one = numbers(drawn.price, drawn.greeks);
    const auto errors = numbers(*drawn.standard_error, *drawn.greek_standard_errors);
    const auto other = numbers(exact.price, exact.greeks);
    // Six numbers of two runs: one in a thousand lies beyond by chance.
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], other[i], 4.0 * errors[i]) << i;
    const Valuation early = valued(future_option(type, Exercise::american), market, integral);
    EXPECT_GT(early.price, exact.price);
    for (const Method& method : {tree, grid, Method{Binomial{}}}) {
      const Valuation found = valued(future_option(type, Exercise::american), market, method);
      EXPECT_NEAR(found.price, early.price, 2e-3) << kind(method);
      EXPECT_NEAR(found.greeks.rho, early.greeks.rho, 2e-2) << kind(method);
      EXPECT_NEAR(found.greeks.theta, early.greeks.theta, 2e-2) << kind(method);
    }
  }
}

TEST(FutureOptions, below_zero_are_priced_in_a_normal_model_by_unrelated_methods) {
  const double years = 182.0 / 365.0;
  for (const OptionType type : types)
    for (const double strike : {-10.0, 0.0, 3.0}) {
      const PricedGreeks exact = *bachelier(type, strike, years, {-4.0, 0.03, 12.0});
      const Valuation formula_ = valued(future_option(type, Exercise::european, strike), oil());
      EXPECT_EQ(formula_.price, exact.price);
      EXPECT_EQ(formula_.greeks, exact.greeks);
      EXPECT_TRUE(formula_.flags.empty());
      for (const Method& method : {Method{Binomial{}}, grid}) {
        const Valuation found = valued(future_option(type, Exercise::european, strike), oil(), method);
        // A thousandth of the deviation of 8.5.
        EXPECT_NEAR(found.price, exact.price, 5e-4) << kind(method);
        EXPECT_NEAR(found.greeks.delta, exact.greeks.delta, 5e-4) << kind(method);
        EXPECT_NEAR(found.greeks.gamma, exact.greeks.gamma, 2e-4) << kind(method);
        EXPECT_NEAR(found.greeks.vega, exact.greeks.vega, 5e-4) << kind(method);
        EXPECT_NEAR(found.greeks.theta, exact.greeks.theta, 2e-2) << kind(method);
        EXPECT_NEAR(found.greeks.rho, exact.greeks.rho, 5e-4) << kind(method);
        EXPECT_GT(*found.error_estimate, 0.0);
      }
      const Valuation drawn = valued(future_option(type, Exercise::european, strike), oil(), simulation);
      const auto one = numbers(drawn.price, drawn.greeks);
      const auto errors = numbers(*drawn.standard_error, *drawn.greek_standard_errors);
      const auto other = numbers(exact.price, exact.greeks);
      for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], other[i], 4.0 * errors[i]) << i;
    }
}

TEST(FutureOptions, exercised_early_in_a_normal_model_agree_on_lattice_and_grid) {
  const Method lattice = Binomial{.steps = 400};
  for (const OptionType type : types)
    for (const double strike : {-12.0, -4.0, 3.0}) {
      const auto terms = future_option(type, Exercise::american, strike);
      const Snapshot market = oil(-4.0, 0.08);
      const Valuation one = valued(terms, market, lattice);
      const Valuation other = valued(terms, market, grid);
      EXPECT_GT(one.price, valued(future_option(type, Exercise::european, strike), market).price);
      EXPECT_GE(one.price, std::max(sign(type) * (-4.0 - strike), 0.0));
      // The grid's early exercise is one step late at most, which is what the tolerance is made of.
      EXPECT_NEAR(one.price, other.price, 2e-3);
      EXPECT_NEAR(one.greeks.delta, other.greeks.delta, 1e-3);
      EXPECT_NEAR(one.greeks.vega, other.greeks.vega, 2e-3);
      EXPECT_NEAR(one.greeks.rho, other.greeks.rho, 2e-2);
      // The mirror of the price turns a call into a put.
      const auto mirrored =
          future_option(type == OptionType::call ? OptionType::put : OptionType::call, Exercise::american, -strike);
      EXPECT_NEAR(valued(mirrored, oil(4.0, 0.08), lattice).price, one.price, 1e-12);
      EXPECT_NEAR(valued(mirrored, oil(4.0, 0.08), lattice).greeks.delta, -one.greeks.delta, 1e-12);
    }
  expect_bumped(future_option(OptionType::put, Exercise::american, -1.0),
                quoted(-4.0, 0.08, 12.0, Quotation::normal_future), lattice, 2e-5);
}

TEST(FutureOptions, deep_in_the_money_are_exercised_at_once_and_without_chance_are_exact) {
  const auto early = future_option(OptionType::put, Exercise::american, 80.0);
  for (const Method& method : {Method{Binomial{}}, grid}) {
    const Valuation now = valued(early, oil(-4.0, 0.3), method);
    EXPECT_DOUBLE_EQ(now.price, 84.0);
    EXPECT_EQ(now.greeks, (Greeks{-1.0, 0.0, 0.0, 0.0, 0.0}));
    const Snapshot still = snapshot_of(quoted(-4.0, 0.05, 0.0, Quotation::normal_future));
    EXPECT_DOUBLE_EQ(valued(early, still, method).price, 84.0);
    // Where money costs less than nothing the payment is better late.
    const Snapshot negative = snapshot_of(quoted(-4.0, -0.05, 0.0, Quotation::normal_future));
    EXPECT_DOUBLE_EQ(valued(early, negative, method).price, 84.0 * std::exp(0.05 * 182.0 / 365.0));
  }
  const FutureOptionTerms ended{"ABC", OptionType::call, Exercise::european, -10.0, today, in_a_year};
  for (const Method& method : {Method{Binomial{}}, grid, simulation, formula})
    EXPECT_DOUBLE_EQ(valued(ended, oil(), method).price, 6.0);
}

TEST(FutureOptions, take_the_best_method_of_their_model) {
  const auto best = [](Exercise exercise, const Snapshot& market) {
    return std::string(kind(*best_method({"T", 1.0, 1.0, future_option(OptionType::put, exercise)}, market)));
  };
  EXPECT_EQ(best(Exercise::european, snapshot_of(market_of("ABC"))), "ClosedForm");
  EXPECT_EQ(best(Exercise::american, snapshot_of(market_of("ABC"))), "IntegralEquation");
  EXPECT_EQ(best(Exercise::european, oil()), "ClosedForm");
  EXPECT_EQ(best(Exercise::american, oil()), "Binomial");
}

TEST(FutureOptions, are_refused_by_what_does_not_value_them) {
  const Error negative =
      refusal(future_option(OptionType::call, Exercise::european, -1.0), snapshot_of(market_of("ABC")));
  EXPECT_EQ(negative, (Error{ErrorCode::invalid_value, "strike", "-1",
                             "a finite number >= 0 where the volatility is that of a logarithm",
                             "quote the future with a normal volatility, or correct the strike"}));
  FutureOptionTerms early_end = future_option();
  early_end.future_expiry = today + 100;
  EXPECT_EQ(refusal(early_end, oil()), (Error{ErrorCode::invalid_value, "future_expiry", "2026-04-15",
                                              "a date on or after the option's expiry 2026-07-06",
                                              "give the expiry of the future that the option is on"}));
  EXPECT_EQ(refusal(future_option(), oil(), tree).allowed, "ClosedForm, Binomial, CrankNicolson, MonteCarlo");
  EXPECT_EQ(refusal(future_option(OptionType::put, Exercise::american), oil(), simulation),
            (Error{ErrorCode::unsupported, "method", "MonteCarlo for FutureOption with a normal volatility",
                   "Binomial, CrankNicolson", "choose one of the methods that value this product"}));
  EXPECT_EQ(refusal(future_option(OptionType::call, Exercise::european, std::nan("")), oil()).field, "strike");
  const OptionTerms plain{"ABC", OptionType::call, Exercise::european, 1.0, in_a_year};
  const auto routes = greek_routes({"T", 1.0, 1.0, plain}, oil(), MonteCarlo{64, 1, 1});
  ASSERT_FALSE(routes);
  EXPECT_EQ(routes.error(), refusal(plain, oil()));
  EXPECT_EQ(refusal(plain, oil()),
            (Error{ErrorCode::unsupported, "underlying", "ABC, which is quoted as a future",
                   "future, future_option on a quoted future", "give an option on a future as a future_option"}));
}

TEST(QuotedFutures, are_worth_their_price_whatever_the_rate) {
  const Valuation found = valued(FutureTerms{"ABC", in_a_year}, oil(-37.63));
  EXPECT_EQ(found.price, -37.63);
  EXPECT_EQ(found.greeks, (Greeks{1.0, 0.0, 0.0, 0.0, 0.0}));
}

TEST(QuotedFutures, are_refused_where_they_carry_something) {
  const auto refused = [](const UnderlyingMarket& market) { return Snapshot::make(today, {market}).error(); };
  UnderlyingMarket market = quoted(-1.0, 0.03, 0.2);
  EXPECT_EQ(refused(market),
            (Error{ErrorCode::invalid_value, "ABC.spot", "-1", "a finite number >= 0", "give the price of one unit"}));
  market = quoted(std::nan(""), 0.03, 0.2, Quotation::normal_future);
  EXPECT_EQ(refused(market).allowed, "a finite number");
  market = quoted(50.0, 0.03, 0.2);
  market.dividend_yield = *Curve::flat(0.01);
  EXPECT_EQ(refused(market), (Error{ErrorCode::invalid_value, "ABC.dividend_yield", "another curve than the rate",
                                    "the curve of the rate, for a quoted future",
                                    "give a future its rate as dividend yield, or leave it out"}));
  market = quoted(50.0, 0.03, 0.2);
  market.dividends = {{today + 10, 1.0}};
  EXPECT_EQ(refused(market).field, "ABC.cash_dividends");
  market = quoted(50.0, 0.03, 0.2, Quotation::normal_future);
  market.surface = *VolatilitySurface::skewed(12.0, -0.1);
  EXPECT_EQ(refused(market), (Error{ErrorCode::invalid_value, "ABC.skew", "-0.1", "0 where the volatility is normal",
                                    "remove the skew"}));
}

TEST(QuotedFutures, leave_the_digest_of_other_markets_as_it_was) {
  UnderlyingMarket market = quoted(100.0, 0.03, 0.2, Quotation::spot);
  const std::string before = snapshot_of(market).digest();
  Digester digester;
  add_to_digest(digester, today);
  digester.add("UnderlyingMarket");
  for_each_field(market, [&](std::string_view field, const auto& member) {
    if (field == "quotation") return;
    digester.add(field);
    add_to_digest(digester, member);
  });
  EXPECT_EQ(before, digester.hex());
  market.quotation = Quotation::future;
  EXPECT_NE(snapshot_of(market).digest(), before);
}

CurrencyOptionTerms currency_option(OptionType type = OptionType::call, Exercise exercise = Exercise::european) {
  return {"EURUSD", "EUR", "USD", type, exercise, 1.6, in_half_a_year};
}

// Haug (2007), sec. 1.1.6 (Garman & Kohlhagen 1983), half a year, met by 146 days at other rates and volatility.
TEST(CurrencyOptions, agree_with_the_printed_value_of_garman_and_kohlhagen) {
  const double stretch = 0.5 / 0.4;
  UnderlyingMarket market = exchange_rate(1.56, 0.06 * stretch, 0.08 * stretch);
  market.surface = *VolatilitySurface::flat(0.12 * std::sqrt(stretch));
  const CurrencyOptionTerms terms{"EURUSD", "EUR", "USD", OptionType::call, Exercise::european, 1.6, today + 146};
  EXPECT_NEAR(valued(terms, snapshot_of(market)).price, 0.0291, 5e-5);
}

TEST(CurrencyOptions, are_options_with_both_rates_among_their_sensitivities) {
  for (const OptionType type : types)
    for (const auto& [exercise, method] : {std::pair{Exercise::european, formula},
                                           std::pair{Exercise::american, Method{IntegralEquation::high_precision()}},
                                           std::pair{Exercise::european, simulation}}) {
      const auto terms = currency_option(type, exercise);
      const Valuation found = valued(terms, snapshot_of(exchange_rate()), method);
      const Valuation plain =
          valued(OptionTerms{"EURUSD", type, exercise, 1.6, in_half_a_year}, snapshot_of(exchange_rate()), method);
      EXPECT_EQ(found.price, plain.price);
      EXPECT_EQ(found.greeks, plain.greeks);
      ASSERT_EQ(found.several.by_underlying.size(), 1U);
      const UnderlyingGreeks& own = found.several.by_underlying.front();
      EXPECT_EQ(own.underlying, "EURUSD");
      EXPECT_EQ(own.delta, found.greeks.delta);
      constexpr double bump = 1e-4;
      const auto at = [&](double foreign) {
        return valued(terms, snapshot_of(exchange_rate(1.56, 0.06, foreign)), method).price;
      };
      const double bumped = (at(0.08 + bump) - at(0.08 - bump)) / (2.0 * bump);
      // Paths of the same draws differ from their derivative by what the kink does between them.
      EXPECT_NEAR(own.dividend, bumped, method == simulation ? 1e-3 : 1e-6);
      EXPECT_LT(own.dividend * sign(type), 0.0);
      EXPECT_EQ(found.standard_error.has_value(), method == simulation);
      EXPECT_EQ(found.several_standard_errors.by_underlying.size(), method == simulation ? 1U : 0U);
    }
}

TEST(CurrencyOptions, agree_on_lattice_grid_and_integral_equation) {
  for (const OptionType type : types) {
    const auto terms = currency_option(type, Exercise::american);
    const Valuation exact = valued(terms, snapshot_of(exchange_rate()), integral);
    EXPECT_EQ(std::string(kind(*best_method({"T", 1.0, 1.0, terms}, snapshot_of(exchange_rate())))),
              "IntegralEquation");
    for (const Method& method : {tree, grid}) {
      const Valuation found = valued(terms, snapshot_of(exchange_rate()), method);
      EXPECT_NEAR(found.price, exact.price, 2e-5);
      EXPECT_NEAR(found.several.by_underlying[0].dividend, exact.several.by_underlying[0].dividend, 1e-3);
    }
  }
}

TEST(CurrencyForwards, are_a_call_less_a_put_with_all_their_sensitivities) {
  const Snapshot market = snapshot_of(exchange_rate());
  const CurrencyForwardTerms terms{"EURUSD", "EUR", "USD", 1.6, in_half_a_year};
  for (const Method& method : {formula, tree, simulation}) {
    const Valuation found = valued(terms, market, method);
    const Valuation call = valued(currency_option(OptionType::call), market);
    const Valuation put = valued(currency_option(OptionType::put), market);
    const auto one = numbers(found.price, found.greeks);
    const auto plus = numbers(call.price, call.greeks);
    const auto minus = numbers(put.price, put.greeks);
    for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NEAR(one[i], plus[i] - minus[i], 1e-13) << i;
    EXPECT_NEAR(found.several.by_underlying[0].dividend,
                call.several.by_underlying[0].dividend - put.several.by_underlying[0].dividend, 1e-13);
    EXPECT_TRUE(found.flags.empty());
  }
  const Position whole = position({"T", -2.0, 1e6, terms}, valued(terms, market));
  EXPECT_EQ(whole.value, -2e6 * valued(terms, market).price);
}

TEST(CurrencyOptions, are_refused_where_the_moneys_make_no_sense) {
  const Snapshot market = snapshot_of(exchange_rate());
  CurrencyOptionTerms terms = currency_option();
  terms.price_currency = "EUR";
  EXPECT_EQ(refusal(terms, market),
            (Error{ErrorCode::invalid_value, "price_currency", "EUR", "another currency than that of the notional",
                   "give the currency that strike and value are in"}));
  terms.price_currency = "usd";
  EXPECT_EQ(refusal(terms, market),
            (Error{ErrorCode::invalid_value, "price_currency", "usd", "a code of three capital letters",
                   "give the code of ISO 4217, EUR for the euro"}));
  terms = currency_option();
  terms.notional_currency = "EURO";
  EXPECT_EQ(refusal(terms, market).field, "notional_currency");
  UnderlyingMarket paying = exchange_rate();
  paying.dividends = {{today + 30, 0.01}};
  for (const Terms& either :
       {Terms{currency_option()}, Terms{CurrencyForwardTerms{"EURUSD", "EUR", "USD", 1.6, in_a_year}}})
    EXPECT_EQ(refusal(either, snapshot_of(paying)),
              (Error{ErrorCode::unsupported, "cash_dividends", "1 before expiry", "none on an exchange rate",
                     "give the foreign rate as the dividend yield"}));
  EXPECT_EQ(refusal(CurrencyForwardTerms{"EURUSD", "EUR", "USD", -1.0, in_a_year}, market).field, "strike");
  EXPECT_EQ(refusal(CurrencyForwardTerms{"EURUSD", "EUR", "USD", 1.0, today + -1}, market).code,
            ErrorCode::expired_product);
}
}  // namespace
}  // namespace plimsoll::testing
