#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/two_assets.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr OptionType types[] = {OptionType::call, OptionType::put};
constexpr Extreme extremes[] = {Extreme::minimum, Extreme::maximum};
const TwoAssets<double> model{100.0, 105.0, 0.02, 0.04, 0.2, 0.3, 0.4, 0.05};

double price(const auto& option, const TwoAssets<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced ? priced->price : std::nan("");
}

TwoAssets<double> model_of_two(const testing::ReferenceRow& row) {
  return {row.number("spot1"), row.number("spot2"), row.number("dividend_yield1"), row.number("dividend_yield2"),
          row.number("vol1"),  row.number("vol2"),  row.number("correlation"),     row.number("rate")};
}

/// The second asset given the logarithmic return of the first.
BlackScholes<double> second_given(const TwoAssets<double>& m, double first, double years) {
  const double drift = (m.rate - m.dividend_yield1 - 0.5 * m.volatility1 * m.volatility1) * years;
  const double pull = m.correlation * m.volatility2 / m.volatility1 * (std::log(first / m.spot1) - drift);
  const double left = m.volatility2 * std::sqrt(1.0 - m.correlation * m.correlation);
  const double centre = pull - 0.5 * (m.volatility2 * m.volatility2 - left * left) * years;
  return {m.spot2 * std::exp(centre), m.rate, m.dividend_yield2, left};
}

double second_option(OptionType type, double strike, double years, const TwoAssets<double>& m, double first) {
  return black_scholes_price<double>(type, strike, years, second_given(m, first, years));
}

/// Both options at once: prices of a payoff by the spot of the first asset; what the second pays is discounted already.
template <class F>
double by_first(const TwoAssets<double>& m, double years, const F& f, const std::vector<double>& bends) {
  return testing::expected_at(first_asset(m), years, f, bends);
}

TEST(ExchangeOption, agrees_with_the_printed_prices_and_sensitivities) {
  int cases = 0;
  for (const auto& row : testing::reference_table("exchange_margrabe_european.csv")) {
    const ExchangeOption option{row.number("quantity1"), row.number("quantity2"), row.number("maturity_years")};
    const auto priced = closed_form(option, model_of_two(row));
    ASSERT_TRUE(priced);
    const double tolerance = row.number("tolerance");
    const TwoAssetGreeks& g = priced->greeks;
    EXPECT_NEAR(priced->price, row.number("expected"), tolerance) << row.text("case_id");
    EXPECT_NEAR(g.delta1, row.number("expected_delta1"), tolerance) << row.text("case_id");
    EXPECT_NEAR(g.delta2, row.number("expected_delta2"), tolerance) << row.text("case_id");
    EXPECT_NEAR(g.gamma2, row.number("expected_gamma2"), tolerance) << row.text("case_id");
    EXPECT_NEAR(g.rho, row.number("expected_rho"), tolerance) << row.text("case_id");
    ++cases;
    // The gamma by the first and the theta of two units of half a spot are not those of one unit of the whole, which
    // the row before prints: see the test below.
    if (option.received != 1.0) continue;
    EXPECT_NEAR(g.gamma1, row.number("expected_gamma1"), tolerance) << row.text("case_id");
    EXPECT_NEAR(g.theta, row.number("expected_theta"), tolerance) << row.text("case_id");
  }
  EXPECT_EQ(cases, 14);
}

TEST(ExchangeOption, two_units_of_half_a_spot_are_one_unit) {
  const TwoAssets<double> whole{22.0, 20.0, 0.06, 0.04, 0.2, 0.2, 0.5, 0.1};
  TwoAssets<double> half = whole;
  half.spot1 = 11.0;
  const auto one = closed_form(ExchangeOption{1.0, 1.0, 0.5}, whole);
  const auto two = closed_form(ExchangeOption{2.0, 1.0, 0.5}, half);
  EXPECT_NEAR(one->price, two->price, 1e-14);
  EXPECT_NEAR(2.0 * one->greeks.delta1, two->greeks.delta1, 1e-14);
  EXPECT_NEAR(4.0 * one->greeks.gamma1, two->greeks.gamma1, 1e-14);
  EXPECT_NEAR(one->greeks.theta, two->greeks.theta, 1e-14);
}

TEST(ExtremeOption, agrees_with_the_printed_prices) {
  int cases = 0;
  for (const auto& row : testing::reference_table("two_asset_min_max_stulz.csv")) {
    const ExtremeOption option{testing::type_of(row),
                               row.text("payoff_type") == "min" ? Extreme::minimum : Extreme::maximum,
                               row.number("strike"), row.number("maturity_years")};
    EXPECT_NEAR(price(option, model_of_two(row)), row.number("expected"), row.number("tolerance"))
        << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 26);
}

TEST(ExtremeOption, agrees_with_an_integral_over_the_first_asset) {
  for (const double correlation : {-0.8, 0.0, 0.4, 0.95})
    for (const double strike : {80.0, 100.0, 125.0}) {
      TwoAssets<double> m = model;
      m.correlation = correlation;
      const double years = 0.75;
      const double discount = std::exp(-m.rate * years);
      // The call on the minimum, where the first is above the strike: a call on the second capped at the first.
      const auto call_on_minimum = [&](double first) {
        if (first <= strike) return 0.0;
        return second_option(OptionType::call, strike, years, m, first) -
               second_option(OptionType::call, first, years, m, first);
      };
      const auto put_on_maximum = [&](double first) {
        if (first >= strike) return 0.0;
        return second_option(OptionType::put, strike, years, m, first) -
               second_option(OptionType::put, first, years, m, first);
      };
      const double minimum = by_first(m, years, call_on_minimum, {strike});
      const double maximum = by_first(m, years, put_on_maximum, {strike});
      EXPECT_NEAR(price(ExtremeOption{OptionType::call, Extreme::minimum, strike, years}, m), minimum, 1e-8);
      EXPECT_NEAR(price(ExtremeOption{OptionType::put, Extreme::maximum, strike, years}, m), maximum, 1e-8);
      EXPECT_GT(discount * strike, maximum);
    }
}

TEST(ExtremeOption, minimum_and_maximum_are_the_two_options) {
  for (const OptionType type : types)
    for (const double correlation : {-1.0, -0.5, 0.3, 0.999, 1.0})
      for (const double strike : {0.0, 60.0, 101.0}) {
        TwoAssets<double> m = model;
        m.correlation = correlation;
        const double sum = price(ExtremeOption{type, Extreme::minimum, strike, 1.5}, m) +
                           price(ExtremeOption{type, Extreme::maximum, strike, 1.5}, m);
        const double plain = black_scholes_price(type, strike, 1.5, first_asset(m)) +
                             black_scholes_price(type, strike, 1.5, second_asset(m));
        EXPECT_NEAR(sum, plain, 2e-12) << correlation << " " << strike;
      }
}

TEST(ExtremeOption, twins_are_one_asset) {
  const TwoAssets<double> twins{100.0, 100.0, 0.02, 0.02, 0.25, 0.25, 1.0, 0.05};
  for (const OptionType type : types)
    for (const Extreme of : extremes)
      EXPECT_NEAR(price(ExtremeOption{type, of, 95.0, 1.0}, twins),
                  black_scholes_price(type, 95.0, 1.0, first_asset(twins)), 1e-12);
}

TEST(CorrelationOption, agrees_with_the_printed_price_and_an_integral_over_the_first_asset) {
  for (const auto& row : testing::reference_table("two_asset_correlation.csv")) {
    const CorrelationOption option{testing::type_of(row), row.number("strike1"), row.number("strike2"),
                                   row.number("maturity_years")};
    EXPECT_NEAR(price(option, model_of_two(row)), row.number("expected"), row.number("tolerance"));
  }
  for (const OptionType type : types) {
    const auto pays = [&](double first) {
      return sign(type) * (first - 97.0) > 0.0 ? second_option(type, 110.0, 0.75, model, first) : 0.0;
    };
    EXPECT_NEAR(price(CorrelationOption{type, 97.0, 110.0, 0.75}, model), by_first(model, 0.75, pays, {97.0}), 1e-8);
  }
  // Always in the money: the option on the second alone.
  EXPECT_NEAR(price(CorrelationOption{OptionType::call, 0.0, 110.0, 0.75}, model),
              black_scholes_price(OptionType::call, 110.0, 0.75, second_asset(model)), 1e-12);
}

/// The assets exchanged: the barrier's is the first.
TwoAssets<double> turned(const TwoAssets<double>& m) {
  return {m.spot2, m.spot1, m.dividend_yield2, m.dividend_yield1, m.volatility2, m.volatility1, m.correlation, m.rate};
}

TEST(TwoAssetBarrier, agrees_with_bridges_of_the_asset_with_the_barrier) {
  const TwoAssets<double> m = turned(model);
  const double years = 0.75;
  const double variance = model.volatility2 * model.volatility2 * years;
  for (const OptionType type : types)
    for (const BarrierSide side : {BarrierSide::down, BarrierSide::up})
      for (const Knock knock : {Knock::knock_in, Knock::knock_out}) {
        const double barrier = side == BarrierSide::down ? 95.0 : 120.0;
        const double distance = std::log(barrier / model.spot2);
        const auto at = [&](double watched) {
          const double beyond = distance * (distance - std::log(watched / model.spot2));
          const double clear = beyond <= 0.0 ? 0.0 : -std::expm1(-2.0 * beyond / variance);
          return second_option(type, 98.0, years, m, watched) * (knock == Knock::knock_out ? clear : 1.0 - clear);
        };
        const TwoAssetBarrier option{type, 98.0, side, knock, barrier, years};
        EXPECT_NEAR(price(option, model), by_first(m, years, at, {barrier}), 1e-8) << barrier;
      }
}

TEST(TwoAssetBarrier, on_the_asset_itself_is_the_plain_barrier_and_in_and_out_the_plain_option) {
  const TwoAssets<double> same{100.0, 100.0, 0.02, 0.02, 0.25, 0.25, 1.0, 0.05};
  const TwoAssetBarrier out{OptionType::call, 98.0, BarrierSide::up, Knock::knock_out, 130.0, 1.0};
  TwoAssetBarrier in = out;
  in.knock = Knock::knock_in;
  const double plain = black_scholes_price(OptionType::call, 98.0, 1.0, first_asset(same));
  EXPECT_NEAR(price(in, same) + price(out, same), plain, 1e-12);
  EXPECT_NEAR(price(in, model) + price(out, model),
              black_scholes_price(OptionType::call, 98.0, 1.0, first_asset(model)), 1e-12);
}

TEST(TwoAssetBarrier, touched_or_certain_is_the_plain_option_or_nothing) {
  const double plain = black_scholes_price(OptionType::call, 98.0, 1.0, first_asset(model));
  const TwoAssetBarrier in{OptionType::call, 98.0, BarrierSide::up, Knock::knock_in, 104.0, 1.0};
  TwoAssetBarrier out = in;
  out.knock = Knock::knock_out;
  EXPECT_NEAR(price(in, model), plain, 1e-12);
  EXPECT_EQ(price(out, model), 0.0);
  TwoAssets<double> certain = model;
  certain.volatility2 = 0.0;  // it grows to 106.06
  out.barrier = 107.0;
  EXPECT_NEAR(price(out, certain), plain, 1e-12);
  out.barrier = 105.5;
  EXPECT_EQ(price(out, certain), 0.0);
}

TEST(TwoAssets, sensitivities_agree_with_bumps) {
  const auto expect = [](const auto& option, const auto& formula) {
    const auto priced = closed_form(option, model);
    ASSERT_TRUE(priced);
    const TwoAssetGreeks& g = priced->greeks;
    testing::expect_derivatives(formula, {{100.0, 105.0, 0.02, 0.04, 0.2, 0.3, 0.4, 0.05, option.expiry}});
    const auto slopes =
        testing::adjoint_gradient(formula, {100.0, 105.0, 0.02, 0.04, 0.2, 0.3, 0.4, 0.05, option.expiry});
    EXPECT_NEAR(g.delta1, slopes.gradient[0], 1e-13);
    EXPECT_NEAR(g.delta2, slopes.gradient[1], 1e-13);
    EXPECT_NEAR(g.vega1, slopes.gradient[4], 1e-11);
    EXPECT_NEAR(g.vega2, slopes.gradient[5], 1e-11);
    EXPECT_NEAR(g.correlation, slopes.gradient[6], 1e-11);
    EXPECT_NEAR(g.rho, slopes.gradient[7], 1e-11);
    EXPECT_NEAR(g.theta, -slopes.gradient[8], 1e-11);
    const auto delta1 = [&](auto x) {
      TwoAssets<double> m = model;
      m.spot1 = x[0];
      m.spot2 = x[1];
      return closed_form(option, m)->greeks.delta1;
    };
    testing::expect_gradient(delta1, {100.0, 105.0}, {g.gamma1, g.cross_gamma});
  };
  const auto as_model = [](auto x) {
    using R = std::remove_cvref_t<decltype(x[0])>;
    return TwoAssets<R>{x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]};
  };
  const ExchangeOption exchange_terms{1.0, 1.1, 0.75};
  expect(exchange_terms, [&](auto x) { return exchange_price(exchange_terms, as_model(x), x[8]); });
  for (const OptionType type : types)
    for (const Extreme of : extremes) {
      const ExtremeOption terms{type, of, 101.0, 0.75};
      expect(terms, [&](auto x) { return extreme_price(terms, as_model(x), x[8]); });
    }
  const CorrelationOption pair{OptionType::call, 97.0, 110.0, 0.75};
  expect(pair, [&](auto x) { return correlation_price(pair, as_model(x), x[8]); });
  const TwoAssetBarrier barrier{OptionType::put, 98.0, BarrierSide::down, Knock::knock_out, 90.0, 0.75};
  expect(barrier, [&](auto x) { return two_asset_barrier_price(barrier, as_model(x), x[8]); });
}

TEST(TwoAssets, without_time_or_volatility_is_the_payoff_of_the_forwards) {
  EXPECT_NEAR(price(ExtremeOption{OptionType::call, Extreme::maximum, 90.0, 0.0}, model), 15.0, 1e-12);
  EXPECT_NEAR(price(CorrelationOption{OptionType::call, 99.0, 100.0, 0.0}, model), 5.0, 1e-12);
  EXPECT_EQ(price(CorrelationOption{OptionType::call, 101.0, 100.0, 0.0}, model), 0.0);
  TwoAssets<double> certain = model;
  certain.volatility1 = certain.volatility2 = 0.0;
  EXPECT_NEAR(price(ExtremeOption{OptionType::call, Extreme::minimum, 90.0, 1.0}, certain),
              100.0 * std::exp(-0.02) - 90.0 * std::exp(-0.05), 1e-12);
  EXPECT_NEAR(price(ExchangeOption{1.0, 1.0, 1.0}, certain), 0.0, 1e-12);
  TwoAssets<double> worthless = model;
  worthless.spot1 = 0.0;
  EXPECT_NEAR(price(ExtremeOption{OptionType::put, Extreme::minimum, 90.0, 1.0}, worthless), 90.0 * std::exp(-0.05),
              1e-12);
}

TEST(TwoAssets, refuse_what_makes_no_sense) {
  const auto field_of = [](const auto& option, const TwoAssets<double>& m) {
    return closed_form(option, m).error().field;
  };
  EXPECT_EQ(field_of(ExchangeOption{-1.0, 1.0, 1.0}, model), "received");
  EXPECT_EQ(field_of(ExchangeOption{1.0, NAN, 1.0}, model), "delivered");
  EXPECT_EQ(field_of(ExchangeOption{1.0, 1.0, -1.0}, model), "expiry");
  EXPECT_EQ(field_of(ExtremeOption{OptionType::call, Extreme::minimum, -1.0, 1.0}, model), "strike");
  EXPECT_EQ(field_of(CorrelationOption{OptionType::call, -1.0, 1.0, 1.0}, model), "first_strike");
  EXPECT_EQ(field_of(CorrelationOption{OptionType::call, 1.0, NAN, 1.0}, model), "second_strike");
  const TwoAssetBarrier barrier{OptionType::put, 98.0, BarrierSide::down, Knock::knock_out, 0.0, 0.75};
  EXPECT_EQ(field_of(barrier, model), "barrier");
  const ExchangeOption option{1.0, 1.0, 1.0};
  const auto with = [](double TwoAssets<double>::* member, double value) {
    TwoAssets<double> m = model;
    m.*member = value;
    return m;
  };
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::spot1, -1.0)), "spot1");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::spot2, NAN)), "spot2");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::dividend_yield1, NAN)), "dividend_yield1");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::dividend_yield2, INFINITY)), "dividend_yield2");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::volatility1, -0.1)), "volatility1");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::volatility2, -0.1)), "volatility2");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::correlation, 1.1)), "correlation");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::rate, NAN)), "rate");
  EXPECT_EQ(field_of(option, with(&TwoAssets<double>::dividend_yield1, -1e3)), "model");
}

}  // namespace
}  // namespace plimsoll
