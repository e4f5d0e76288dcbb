#include "carried_trades.hpp"

#include <cmath>
#include <utility>

// Options on a foreign asset that pay in domestic money, and with a barrier on a second asset.
namespace plimsoll::testing {
namespace {

/// A share at 100 in euros, which pays in dollars.
Snapshot foreign_market(double correlation = 0.3, double stretch = 1.0) {
  UnderlyingMarket asset = market_of("ABC");
  asset.rate = *Curve::flat(0.05 * stretch);
  asset.dividend_yield = *Curve::flat(0.04 * stretch);
  asset.surface = *VolatilitySurface::flat(0.2 * std::sqrt(stretch));
  UnderlyingMarket exchange = exchange_rate(1.5, 0.08 * stretch, 0.05 * stretch);
  exchange.surface = *VolatilitySurface::flat(0.1 * std::sqrt(stretch));
  return *Snapshot::make(today, {asset, exchange}, {{"ABC", "EURUSD", correlation}});
}

QuantoTerms quanto(OptionType type = OptionType::call, Exercise exercise = Exercise::european,
                   double conversion = 1.5) {
  return {"ABC", "EURUSD", type, exercise, 105.0, conversion, in_half_a_year};
}

QuantoBarrierTerms quanto_barrier(OptionType type = OptionType::call, Knock knock = Knock::knock_out,
                                  BarrierSide side = BarrierSide::down) {
  const double level = side == BarrierSide::down ? 90.0 : 115.0;
  return {"ABC", "EURUSD", type, 100.0, side, knock, level, 1.5, in_half_a_year, BarrierState::alive, std::nullopt};
}

// Haug (2007), sec. 5.16.2: half a year, met by 146 days at other rates and volatilities; 3.552 in euros.
TEST(Quantos, agree_with_the_printed_values) {
  const Snapshot market = foreign_market(0.3, 0.5 / 0.4);
  for (const auto& [type, expected] : {std::pair{OptionType::call, 5.3280}, std::pair{OptionType::put, 1.5 * 8.1636}}) {
    QuantoTerms terms = quanto(type);
    terms.expiry = today + 146;
    EXPECT_NEAR(valued(terms, market).price, expected, 1e-4);
  }
}

/// Every number of a valuation of two underlyings, beginning with the total sensitivities.
std::vector<double> all_numbers(const Valuation& v) {
  std::vector<double> all = numbers(v.price, v.greeks);
  for (const UnderlyingGreeks& own : v.several.by_underlying)
    all.insert(all.end(), {own.delta, own.gamma, own.vega, own.dividend});
  for (const PairGreeks& pair : v.several.by_pair) all.insert(all.end(), {pair.cross_gamma, pair.correlation});
  return all;
}

std::vector<double> all_errors(const Valuation& v) {
  Valuation errors;
  errors.price = *v.standard_error;
  errors.greeks = *v.greek_standard_errors;
  errors.several = v.several_standard_errors;
  return all_numbers(errors);
}

/// Sensitivities to the exchange rate's market, to both rates and to the correlation against differences of the door.
void expect_bumped_moneys(const Terms& terms, const Method& method, double tolerance) {
  const Snapshot market = foreign_market();
  const Valuation found = valued(terms, market, method);
  const UnderlyingMarket asset = **market.underlying("ABC");
  const UnderlyingMarket exchange = **market.underlying("EURUSD");
  const auto slope = [&](const auto& change) {
    constexpr double bump = 1e-4;
    const auto at = [&](double move) {
      UnderlyingMarket one = asset;
      UnderlyingMarket other = exchange;
      double correlation = 0.3;
      change(one, other, correlation, move);
      return priced(terms, *Snapshot::make(today, {one, other}, {{"ABC", "EURUSD", correlation}}), method);
    };
    return (at(bump) - at(-bump)) / (2.0 * bump);
  };
  using M = UnderlyingMarket;
  const auto volatility = [](M& m, double x) { m.surface = m.surface.shifted(x); };
  const UnderlyingGreeks& own = found.several.by_underlying[0];
  const UnderlyingGreeks& other = found.several.by_underlying[1];
  EXPECT_NEAR(own.delta, slope([](M& a, M&, double&, double x) { a.spot += x; }), tolerance);
  EXPECT_NEAR(own.vega, slope([&](M& a, M&, double&, double x) { volatility(a, x); }), tolerance);
  EXPECT_NEAR(own.dividend, slope([](M& a, M&, double&, double x) { a.dividend_yield = a.dividend_yield.shifted(x); }),
              tolerance);
  EXPECT_NEAR(other.vega, slope([&](M&, M& e, double&, double x) { volatility(e, x); }), tolerance);
  EXPECT_NEAR(other.delta, slope([](M&, M& e, double&, double x) { e.spot += x; }), tolerance);
  EXPECT_NEAR(other.dividend, slope([](M& a, M& e, double&, double x) {
                a.rate = a.rate.shifted(x);
                e.dividend_yield = e.dividend_yield.shifted(x);
              }),
              tolerance);
  EXPECT_NEAR(found.greeks.rho, slope([](M&, M& e, double&, double x) { e.rate = e.rate.shifted(x); }), tolerance);
  EXPECT_NEAR(found.greeks.vega, slope([&](M& a, M& e, double&, double x) {
                volatility(a, x);
                volatility(e, x);
              }),
              tolerance);
  EXPECT_NEAR(found.several.by_pair[0].correlation, slope([](M&, M&, double& r, double x) { r += x; }), tolerance);
}

TEST(Quantos, have_the_sensitivities_of_bumped_markets) {
  for (const OptionType type : types) {
    // Differences of 1e-4 of prices to 1e-12, and to 1e-7 of the integral equation.
    expect_bumped_moneys(quanto(type), ClosedForm{}, 2e-6);
    expect_bumped_moneys(quanto(type, Exercise::american), integral, 1e-3);
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const BarrierSide side : {BarrierSide::down, BarrierSide::up})
        expect_bumped_moneys(quanto_barrier(type, knock, side), ClosedForm{}, 2e-5);
  }
}

TEST(Quantos, are_priced_alike_by_unrelated_methods) {
  const Snapshot market = foreign_market();
  std::vector<Terms> all{quanto(OptionType::call), quanto(OptionType::put)};
  // Each knock with each side and with each type; that every combination is mapped alike, the bumped markets show.
  for (const BarrierSide side : {BarrierSide::down, BarrierSide::up}) {
    const bool is_down = side == BarrierSide::down;
    all.emplace_back(quanto_barrier(is_down ? OptionType::call : OptionType::put, Knock::knock_out, side));
    all.emplace_back(quanto_barrier(is_down ? OptionType::put : OptionType::call, Knock::knock_in, side));
  }
  for (const Terms& terms : all) {
    const Valuation exact = valued(terms, market);
    const auto expected = all_numbers(exact);
    const Valuation gridded = valued(terms, market, CrankNicolson{100, 50, Extrapolation::richardson});
    const auto on_the_grid = all_numbers(gridded);
    // A grid of 100 nodes is good to a few hundredths of a cent, its sensitivities to about a thousandth.
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(on_the_grid[i], expected[i], 1e-2 + 1e-3 * std::abs(expected[i])) << i;
    const Valuation drawn = valued(terms, market, MonteCarlo{2048, 7, 1});
    const auto found = all_numbers(drawn);
    const auto errors = all_errors(drawn);
    // Sixteen numbers of six options, of which six are independent: one in a hundred lies beyond by chance.
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 4.5 * errors[i] + 1e-12) << i;
  }
}

TEST(Quantos, without_correlation_and_with_one_rate_are_plain_options) {
  UnderlyingMarket asset = market_of("ABC");
  UnderlyingMarket exchange = exchange_rate(1.5, 0.03, 0.03);
  const Snapshot market = *Snapshot::make(today, {asset, exchange}, {{"ABC", "EURUSD", 0.0}});
  for (const OptionType type : types) {
    const Valuation plain =
        valued(OptionTerms{"ABC", type, Exercise::american, 105.0, in_half_a_year}, market, integral);
    const Valuation found = valued(quanto(type, Exercise::american, 1.0), market, integral);
    EXPECT_NEAR(found.price, plain.price, 1e-12);
    EXPECT_NEAR(found.greeks.vega, plain.greeks.vega, 1e-12);
    EXPECT_EQ(found.several.by_underlying[1].vega, 0.0);
  }
}

TEST(QuantoBarriers, are_what_is_left_once_knocked) {
  const Snapshot market = foreign_market();
  QuantoBarrierTerms terms = quanto_barrier(OptionType::call, Knock::knock_in);
  terms.state = BarrierState::knocked;
  terms.knocked_on = today + -3;
  QuantoTerms vanilla = quanto();
  vanilla.strike = 100.0;
  EXPECT_EQ(valued(terms, market).price, valued(vanilla, market).price);
  EXPECT_NEAR(valued(quanto_barrier(OptionType::call, Knock::knock_in), market).price +
                  valued(quanto_barrier(OptionType::call, Knock::knock_out), market).price,
              valued(vanilla, market).price, 1e-12);
  terms.knock = Knock::knock_out;
  EXPECT_EQ(valued(terms, market).price, 0.0);
}

TEST(QuantoBarriers, are_knocked_by_a_shock_and_refused_where_the_book_is_wrong) {
  UnderlyingMarket asset = market_of("ABC", 85.0);
  asset.rate = *Curve::flat(0.05);
  const Snapshot low = *Snapshot::make(today, {asset, exchange_rate(1.5, 0.08, 0.05)}, {{"ABC", "EURUSD", 0.3}});
  const Terms terms = quanto_barrier();
  EXPECT_EQ(refusal(terms, low),
            (Error{ErrorCode::invalid_value, "barrier", "90", "a level below the spot 85 while the state is alive",
                   "give the state knocked with its day, or correct the level or its direction"}));
  const std::vector<Trade> trades{{"T", 1.0, 1.0, terms}};
  EXPECT_EQ(*price_book(trades, std::vector{low}, formula, 1, CrossedBarrier::is_knocked)[0][0], 0.0);
}

TEST(Quantos, after_a_shock_of_all_rates_take_the_foreign_rate_of_the_asset) {
  UnderlyingMarket asset = **foreign_market().underlying("ABC");
  UnderlyingMarket exchange = **foreign_market().underlying("EURUSD");
  asset.rate = asset.rate.shifted(0.01);
  exchange.rate = exchange.rate.shifted(0.01);
  const Snapshot apart = *foreign_market().with(asset)->with(exchange);
  exchange.dividend_yield = asset.rate;
  const Snapshot together = *apart.with(exchange);
  const std::vector<Trade> trades{
      {"T", 1.0, 1.0, quanto()}, {"T", 1.0, 1.0, quanto(OptionType::put)}, {"T", 1.0, 1.0, quanto_barrier()}};
  const auto shocked = price_book(trades, std::vector{apart}, formula, 1, CrossedBarrier::is_knocked);
  for (std::size_t i = 0; i < trades.size(); ++i) {
    EXPECT_EQ(*shocked[0][i], valued(trades[i].terms, together).price) << i;
    EXPECT_EQ(refusal(trades[i].terms, apart).field, "dividend_yield") << i;
  }
}

TEST(Quantos, are_refused_by_what_does_not_value_them) {
  QuantoTerms terms = quanto();
  terms.conversion = 0.0;
  EXPECT_EQ(refusal(terms, foreign_market()),
            (Error{ErrorCode::invalid_value, "conversion", "0", "a finite number above zero",
                   "give the domestic money that the contract pays for one unit of the foreign"}));
  const Snapshot other =
      *Snapshot::make(today, {market_of("ABC"), exchange_rate(1.5, 0.08, 0.05)}, {{"ABC", "EURUSD", 0.3}});
  EXPECT_EQ(refusal(quanto(), other), (Error{ErrorCode::invalid_value, "dividend_yield", "0.05 of EURUSD",
                                             "the rate 0.03 of ABC, which is that of the foreign money",
                                             "give the exchange rate the foreign rate as its dividend yield"}));
  EXPECT_EQ(refusal(quanto_barrier(), foreign_market(), tree).value, "LeisenReimer for QuantoBarrier");
  EXPECT_EQ(refusal(quanto_barrier(), foreign_market(), tree).allowed,
            "ClosedForm, CrankNicolson, MonteCarlo, Trinomial");
  QuantoBarrierTerms over = quanto_barrier(OptionType::put, Knock::knock_out, BarrierSide::down);
  over.strike = 80.0;
  EXPECT_EQ(refusal(over, foreign_market()).field, "barrier");
  over.strike = 0.0;
  EXPECT_EQ(refusal(over, foreign_market()).field, "strike");
  terms = quanto();
  terms.other = "ABC";
  EXPECT_EQ(refusal(terms, foreign_market()).field, "other");
  UnderlyingMarket paying = **foreign_market().underlying("ABC");
  paying.dividends = {{today + 30, 1.0}};
  EXPECT_EQ(refusal(quanto(), *foreign_market().with(paying)),
            (Error{ErrorCode::unsupported, "cash_dividends", "before the expiry of QuantoOption", "none",
                   "give a dividend yield in their place"}));
}

/// Two assets as in Haug's table: the option is on the first, the barrier on the second.
Snapshot two_assets(double correlation, double stretch = 1.0, double second = 100.0) {
  UnderlyingMarket one = market_of("ABC");
  one.rate = *Curve::flat(0.08 * stretch);
  one.dividend_yield = *Curve::flat(0.0);
  one.surface = *VolatilitySurface::flat(0.2 * std::sqrt(stretch));
  UnderlyingMarket other = one;
  other.name = "XYZ";
  other.spot = second;
  return *Snapshot::make(today, {one, other}, {{"ABC", "XYZ", correlation}});
}

TwoAssetBarrierTerms outside_barrier(OptionType type, Knock knock, BarrierSide side) {
  const double level = side == BarrierSide::down ? 90.0 : 110.0;
  return {"ABC", "XYZ", type, 95.0, side, knock, level, in_half_a_year, BarrierState::alive, std::nullopt};
}

TEST(TwoAssetBarriers, are_priced_alike_by_formula_and_draws_of_the_bridge) {
  for (const OptionType type : types)
    for (const Knock knock : {Knock::knock_in, Knock::knock_out})
      for (const BarrierSide side : {BarrierSide::down, BarrierSide::up}) {
        // Each sign of the correlation with each type, knock and side.
        const bool is_even = (type == OptionType::call) != (knock == Knock::knock_in) != (side == BarrierSide::down);
        const Snapshot market = two_assets(is_even ? -0.6 : 0.5);
        const Terms terms = outside_barrier(type, knock, side);
        const auto exact = all_numbers(valued(terms, market));
        const Valuation drawn = valued(terms, market, MonteCarlo{1024, 11, 1});
        const auto found = all_numbers(drawn);
        const auto errors = all_errors(drawn);
        // Sixteen numbers of eight options: one in two hundred runs has one beyond by chance.
        for (std::size_t i = 0; i < exact.size(); ++i) EXPECT_NEAR(found[i], exact[i], 4.5 * errors[i] + 1e-10) << i;
        EXPECT_LT(*drawn.standard_error, 0.2);
      }
}

TEST(TwoAssetBarriers, add_up_to_the_option_without_one_and_are_what_is_left_once_knocked) {
  const Snapshot market = two_assets(0.5);
  const Valuation plain =
      valued(OptionTerms{"ABC", OptionType::call, Exercise::european, 95.0, in_half_a_year}, market);
  TwoAssetBarrierTerms in = outside_barrier(OptionType::call, Knock::knock_in, BarrierSide::down);
  TwoAssetBarrierTerms out = outside_barrier(OptionType::call, Knock::knock_out, BarrierSide::down);
  EXPECT_NEAR(valued(in, market).price + valued(out, market).price, plain.price, 1e-12);
  in.state = out.state = BarrierState::knocked;
  in.knocked_on = out.knocked_on = today;
  EXPECT_EQ(valued(in, market).price, plain.price);
  EXPECT_EQ(valued(out, market).price, 0.0);
  // Touched in the market and alive in the book.
  EXPECT_EQ(refusal(outside_barrier(OptionType::call, Knock::knock_out, BarrierSide::down), two_assets(0.5, 1.0, 90.0)),
            (Error{ErrorCode::invalid_value, "barrier", "90", "a level below the spot 90 while the state is alive",
                   "give the state knocked with its day, or correct the level or its direction"}));
}

TEST(TwoAssetBarriers, refuse_what_has_no_answer_and_are_exact_without_chance) {
  const Terms terms = outside_barrier(OptionType::call, Knock::knock_out, BarrierSide::down);
  EXPECT_EQ(refusal(terms, two_assets(1.0), simulation),
            (Error{ErrorCode::unsupported, "correlation", "1", "above -1 and below 1",
                   "value an option whose assets determine each other by its formula"}));
  EXPECT_EQ(refusal(terms, two_assets(0.5), tree).allowed, "ClosedForm, MonteCarlo");
  UnderlyingMarket still = **two_assets(0.5).underlying("XYZ");
  still.surface = *VolatilitySurface::flat(0.0);
  const Snapshot certain = *two_assets(0.5).with(still);
  const Valuation drawn = valued(terms, certain, simulation);
  EXPECT_EQ(drawn.price, valued(terms, certain).price);
  EXPECT_EQ(drawn.standard_error, 0.0);
}

}  // namespace
}  // namespace plimsoll::testing
