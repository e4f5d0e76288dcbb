#include "expect_derivatives.hpp"
#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/chooser.hpp"
#include "plimsoll/method/closed_form/compound.hpp"
#include "plimsoll/method/closed_form/extendible.hpp"
#include "plimsoll/method/closed_form/forward_start.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr OptionType types[] = {OptionType::call, OptionType::put};
const BlackScholes<double> model{100.0, 0.06, 0.03, 0.3};

double price(const auto& option, const BlackScholes<double>& m) {
  const auto priced = closed_form(option, m);
  EXPECT_TRUE(priced) << priced.error().message();
  return priced ? priced->price : std::nan("");
}

double plain(OptionType type, double strike, double years, const BlackScholes<double>& m, double spot) {
  return black_scholes_price<double>(type, strike, years, {spot, m.rate, m.dividend_yield, m.volatility});
}

/// A payoff on one date by quadrature over its spot.
template <class F>
double by_quadrature(double years, const F& payoff, const std::vector<double>& bends,
                     const BlackScholes<double>& m = model) {
  return std::exp(-m.rate * years) * testing::expected_at(m, years, payoff, bends);
}

template <class Option>
void expect_delta_and_gamma(const Option& option) {
  const auto priced = closed_form(option, model);
  ASSERT_TRUE(priced);
  const auto price_of = [&](auto x) { return closed_form(option, {x[0], x[1], x[2], x[3]})->price; };
  // An exercise level that is moved with the parameters must not move the price: bumps move it, adjoints do not.
  const testing::Bump by_spot = testing::central_bump(price_of, {100.0, 0.06, 0.03, 0.3}, 0, 256.0);
  EXPECT_NEAR(priced->greeks.delta, by_spot.derivative, by_spot.error);
  const testing::Bump by_rate = testing::central_bump(price_of, {100.0, 0.06, 0.03, 0.3}, 1, 256.0);
  EXPECT_NEAR(priced->greeks.rho, by_rate.derivative, by_rate.error);
  const testing::Bump by_volatility = testing::central_bump(price_of, {100.0, 0.06, 0.03, 0.3}, 3, 256.0);
  EXPECT_NEAR(priced->greeks.vega, by_volatility.derivative, by_volatility.error);
  const auto delta = [&](auto x) { return closed_form(option, {x[0], 0.06, 0.03, 0.3})->greeks.delta; };
  const testing::Bump gamma = testing::central_bump(delta, {100.0}, 0, 4096.0);
  EXPECT_NEAR(priced->greeks.gamma, gamma.derivative, gamma.error);
}

TEST(Compound, agrees_with_the_printed_prices_and_sensitivities) {
  int cases = 0;
  for (const auto& row : testing::reference_table("compound_geske.csv")) {
    const auto type = [&](const char* column) {
      return row.text(column) == "call" ? OptionType::call : OptionType::put;
    };
    const Compound option{type("option_type_mother"),          row.number("strike_mother"),
                          row.number("maturity_mother_years"), type("option_type_daughter"),
                          row.number("strike_daughter"),       row.number("maturity_daughter_years")};
    const auto priced = closed_form(option, testing::model_of(row));
    ASSERT_TRUE(priced);
    const double tolerance = row.number("tolerance");
    EXPECT_NEAR(priced->price, row.number("expected"), tolerance) << row.text("case_id");
    EXPECT_NEAR(priced->greeks.delta, row.number("expected_delta"), tolerance) << row.text("case_id");
    EXPECT_NEAR(priced->greeks.gamma, row.number("expected_gamma"), tolerance) << row.text("case_id");
    EXPECT_NEAR(priced->greeks.vega, row.number("expected_vega"), tolerance) << row.text("case_id");
    EXPECT_NEAR(priced->greeks.theta, row.number("expected_theta"), tolerance) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 14);
}

TEST(Compound, agrees_with_an_integral_over_the_spot_at_the_mother_s_expiry) {
  for (const OptionType mother : types)
    for (const OptionType daughter : types)
      for (const double strike : {2.0, 9.0, 25.0}) {
        const Compound option{mother, strike, 0.4, daughter, 104.0, 1.0};
        const auto worth = [&](double spot) { return plain(daughter, 104.0, 0.6, model, spot) - strike; };
        const double level = level_of_zero([&](double spot) { return sign(daughter) * worth(spot); }, 104.0);
        EXPECT_NEAR(price(option, model),
                    by_quadrature(0.4, [&](double spot) { return std::max(sign(mother) * worth(spot), 0.0); }, {level}),
                    1e-9);
      }
}

TEST(Compound, call_less_put_is_the_daughter_less_the_strike) {
  for (const OptionType daughter : types) {
    const double call = price(Compound{OptionType::call, 7.0, 0.4, daughter, 104.0, 1.0}, model);
    const double put = price(Compound{OptionType::put, 7.0, 0.4, daughter, 104.0, 1.0}, model);
    EXPECT_NEAR(call - put, plain(daughter, 104.0, 1.0, model, 100.0) - 7.0 * std::exp(-0.024), 1e-12);
  }
}

TEST(Compound, has_its_limits) {
  // A strike of nothing is the daughter; one above all that a put can be worth is never paid.
  EXPECT_NEAR(price(Compound{OptionType::call, 0.0, 0.4, OptionType::call, 104.0, 1.0}, model),
              plain(OptionType::call, 104.0, 1.0, model, 100.0), 1e-12);
  EXPECT_EQ(price(Compound{OptionType::call, 105.0, 0.4, OptionType::put, 104.0, 1.0}, model), 0.0);
  // Both expire together: a call on a call is a call at the sum of the strikes.
  EXPECT_NEAR(price(Compound{OptionType::call, 6.0, 0.4, OptionType::call, 104.0, 0.4}, model),
              plain(OptionType::call, 110.0, 0.4, model, 100.0), 1e-11);
  EXPECT_NEAR(price(Compound{OptionType::call, 6.0, 0.0, OptionType::call, 104.0, 1.0}, model),
              plain(OptionType::call, 104.0, 1.0, model, 100.0) - 6.0, 1e-12);
  const BlackScholes<double> certain{100.0, 0.06, 0.0, 0.0};
  EXPECT_NEAR(price(Compound{OptionType::call, 2.0, 0.5, OptionType::call, 95.0, 1.0}, certain),
              100.0 - 95.0 * std::exp(-0.06) - 2.0 * std::exp(-0.03), 1e-12);
  EXPECT_EQ(price(Compound{OptionType::call, 2.0, 0.5, OptionType::call, 95.0, 1.0}, {0.0, 0.06, 0.0, 0.2}), 0.0);
}

TEST(Compound, derivatives_agree_with_bumps) {
  for (const OptionType mother : types)
    for (const OptionType daughter : types) expect_delta_and_gamma(Compound{mother, 8.0, 0.4, daughter, 104.0, 1.0});
}

TEST(Chooser, agrees_with_printed_values) {
  // Source: Haug (2007), sec. 4.12: the simple and the complex chooser of the text.
  EXPECT_NEAR(price(Chooser{0.25, 50.0, 0.5, 50.0, 0.5}, {50.0, 0.08, 0.0, 0.25}), 6.1071, 5e-5);
  EXPECT_NEAR(price(Chooser{0.25, 55.0, 0.5, 48.0, 0.5833}, {50.0, 0.10, 0.05, 0.35}), 6.0508, 1e-4);
}

TEST(Chooser, simple_one_is_a_call_and_a_put_that_expires_at_the_choice) {
  // Source: Rubinstein (1991): put-call parity at the date of the choice.
  const double put = std::exp(-0.03 * 0.6) * plain(OptionType::put, 104.0 * std::exp(-0.03 * 0.6), 0.4, model, 100.0);
  EXPECT_NEAR(price(Chooser{0.4, 104.0, 1.0, 104.0, 1.0}, model),
              plain(OptionType::call, 104.0, 1.0, model, 100.0) + put, 1e-11);
}

TEST(Chooser, complex_one_agrees_with_an_integral_over_the_spot_at_the_choice) {
  const auto call = [&](double spot) { return plain(OptionType::call, 110.0, 0.5, model, spot); };
  const auto put = [&](double spot) { return plain(OptionType::put, 97.0, 0.8, model, spot); };
  const double level = level_of_zero([&](double spot) { return call(spot) - put(spot); }, 100.0);
  EXPECT_NEAR(price(Chooser{0.4, 110.0, 0.9, 97.0, 1.2}, model),
              by_quadrature(0.4, [&](double spot) { return std::max(call(spot), put(spot)); }, {level}), 1e-9);
  expect_delta_and_gamma(Chooser{0.4, 110.0, 0.9, 97.0, 1.2});
}

TEST(Chooser, has_its_limits) {
  const double call = plain(OptionType::call, 110.0, 0.9, model, 100.0);
  const double put = plain(OptionType::put, 97.0, 1.2, model, 100.0);
  EXPECT_NEAR(price(Chooser{0.0, 110.0, 0.9, 97.0, 1.2}, model), std::max(call, put), 1e-12);
  // Chosen at the end: a straddle, both options together.
  EXPECT_NEAR(price(Chooser{0.9, 104.0, 0.9, 104.0, 0.9}, model),
              plain(OptionType::call, 104.0, 0.9, model, 100.0) + plain(OptionType::put, 104.0, 0.9, model, 100.0),
              1e-11);
  const BlackScholes<double> certain{100.0, 0.06, 0.0, 0.0};
  EXPECT_NEAR(price(Chooser{0.5, 95.0, 1.0, 95.0, 1.0}, certain), 100.0 - 95.0 * std::exp(-0.06), 1e-12);
}

TEST(ForwardStart, agrees_with_printed_values) {
  const BlackScholes<double> m{60.0, 0.08, 0.04, 0.30};
  // Source: Haug (1998), p. 37.
  EXPECT_NEAR(price(ForwardStart{OptionType::call, 1.1, 0.25, 1.0}, m), 4.4064, 1e-4);
  EXPECT_NEAR(price(Cliquet{OptionType::call, 1.1, {0.25, 1.0}}, m), 4.4064, 1e-4);
}

TEST(ForwardStart, agrees_with_an_integral_over_the_spot_at_the_start) {
  for (const OptionType type : types)
    EXPECT_NEAR(price(ForwardStart{type, 0.95, 0.3, 1.0}, model),
                by_quadrature(0.3, [&](double spot) { return plain(type, 0.95 * spot, 0.7, model, spot); }, {}), 1e-9);
}

TEST(ForwardStart, is_in_proportion_to_the_spot) {
  const auto priced = closed_form(ForwardStart{OptionType::put, 1.05, 0.3, 1.0}, model);
  EXPECT_NEAR(priced->greeks.delta * 100.0, priced->price, 1e-12);
  EXPECT_EQ(priced->greeks.gamma, 0.0);
  testing::expect_derivatives(
      [](auto x) {
        using R = std::remove_cvref_t<decltype(x[0])>;
        return forward_start_price<R>(OptionType::put, 1.05, 0.7, {x[0], x[1], x[2], x[3]}, x[4]);
      },
      {{100.0, 0.06, 0.03, 0.3, 0.3}});
}

TEST(ForwardStart, begins_today_or_ends_at_once) {
  EXPECT_NEAR(price(ForwardStart{OptionType::call, 1.1, 0.0, 1.0}, model),
              plain(OptionType::call, 110.0, 1.0, model, 100.0), 1e-12);
  EXPECT_NEAR(price(ForwardStart{OptionType::call, 0.9, 0.5, 0.5}, model), 10.0 * std::exp(-0.015), 1e-12);
}

TEST(Cliquet, is_the_sum_of_its_options) {
  const std::vector<double> dates{0.1, 0.5, 0.75, 1.5};
  double sum = 0.0;
  for (std::size_t i = 1; i < dates.size(); ++i)
    sum += price(ForwardStart{OptionType::call, 1.02, dates[i - 1], dates[i]}, model);
  EXPECT_NEAR(price(Cliquet{OptionType::call, 1.02, dates}, model), sum, 1e-12);
}

TEST(Extendible, agrees_with_printed_values) {
  // Source: Haug (1998), The Complete Guide to Option Pricing Formulas, after Longstaff (1990).
  EXPECT_NEAR(
      price(Extendible{OptionType::call, ExtendedBy::holder, 100.0, 0.5, 105.0, 0.75, 1.0}, {100.0, 0.08, 0.0, 0.25}),
      9.4233, 1e-4);
  EXPECT_NEAR(
      price(Extendible{OptionType::call, ExtendedBy::writer, 90.0, 0.5, 82.0, 0.75, 0.0}, {80.0, 0.10, 0.0, 0.30}),
      6.8238, 1e-4);
}

TEST(Extendible, agrees_with_an_integral_over_the_spot_at_the_first_expiry) {
  for (const OptionType type : types)
    for (const double longer : {95.0, 106.0})
      for (const double premium : {0.0, 1.0, 30.0}) {
        const auto extended = [&](double spot) { return plain(type, longer, 0.5, model, spot) - premium; };
        const auto exercised = [&](double spot) { return sign(type) * (spot - 100.0); };
        const auto best = [&](double spot) { return std::max({exercised(spot), extended(spot), 0.0}); };
        const double side = sign(type);
        const double dear = level_of_zero([&](double s) { return side * extended(s); }, 100.0);
        const double indifferent = level_of_zero([&](double s) { return side * (exercised(s) - extended(s)); }, 100.0);
        const auto bend = [](double level) { return std::clamp(level, 1.0, 1e4); };
        EXPECT_NEAR(price(Extendible{type, ExtendedBy::holder, 100.0, 0.4, longer, 0.9, premium}, model),
                    by_quadrature(0.4, best, {100.0, bend(dear), bend(indifferent)}), 1e-8)
            << longer << " " << premium;
        if (premium != 0.0) continue;
        const auto by_writer = [&](double spot) { return exercised(spot) > 0.0 ? exercised(spot) : extended(spot); };
        EXPECT_NEAR(price(Extendible{type, ExtendedBy::writer, 100.0, 0.4, longer, 0.9, 0.0}, model),
                    by_quadrature(0.4, by_writer, {100.0}), 1e-8);
      }
}

TEST(Extendible, finds_a_level_far_from_the_strike_where_doubles_lie_further_apart) {
  // One of the duels: the holder exercises a long way above the strike, for little is lost by waiting.
  const BlackScholes<double> slow{100.0, 0.02373039127006109, 0.016763026599694513, 0.580056184093791};
  const Extendible option{OptionType::call,   ExtendedBy::holder, 35.03183291774973, 110.0 / 365.0,
                          24.098109382471605, 847.0 / 365.0,      2.9368996023299365};
  const ExtensionRanges ranges = extension_ranges(option, slow);
  EXPECT_NEAR(std::log(ranges.exercised.low / option.strike), 2.0602239618995792, 2e-15)
      << "the logarithm is above two";
  const auto extended = [&](double spot) {
    return plain(OptionType::call, option.extended_strike, 737.0 / 365.0, slow, spot) - option.premium;
  };
  const auto best = [&](double spot) { return std::max({spot - option.strike, extended(spot), 0.0}); };
  const std::vector<double> bends{ranges.extended.low, ranges.exercised.low};
  EXPECT_NEAR(price(option, slow), by_quadrature(option.expiry, best, bends, slow), 1e-8);
}

TEST(Extendible, derivatives_agree_with_bumps) {
  for (const OptionType type : types) {
    expect_delta_and_gamma(Extendible{type, ExtendedBy::holder, 100.0, 0.4, 103.0, 0.9, 1.0});
    expect_delta_and_gamma(Extendible{type, ExtendedBy::writer, 100.0, 0.4, 103.0, 0.9, 0.0});
  }
}

TEST(Extendible, has_its_limits) {
  EXPECT_NEAR(price(Extendible{OptionType::call, ExtendedBy::holder, 100.0, 0.4, 103.0, 0.9, 1e3}, model),
              plain(OptionType::call, 100.0, 0.4, model, 100.0), 1e-12);
  const BlackScholes<double> certain{100.0, 0.06, 0.0, 0.0};
  EXPECT_NEAR(price(Extendible{OptionType::call, ExtendedBy::holder, 90.0, 0.5, 80.0, 1.0, 1.0}, certain),
              100.0 - 80.0 * std::exp(-0.06) - std::exp(-0.03), 1e-12);
  EXPECT_NEAR(price(Extendible{OptionType::call, ExtendedBy::writer, 90.0, 0.5, 80.0, 1.0, 0.0}, certain),
              100.0 - 90.0 * std::exp(-0.03), 1e-12);
  EXPECT_NEAR(price(Extendible{OptionType::put, ExtendedBy::writer, 90.0, 0.5, 120.0, 1.0, 0.0}, certain),
              120.0 * std::exp(-0.06) - 100.0, 1e-12);
}

TEST(OptionsOnDates, refuse_what_makes_no_sense) {
  const auto field_of = [](const auto& option) { return closed_form(option, model).error().field; };
  EXPECT_EQ(field_of(Compound{OptionType::call, -1.0, 0.4, OptionType::call, 104.0, 1.0}), "strike");
  EXPECT_EQ(field_of(Compound{OptionType::call, 1.0, 0.4, OptionType::call, NAN, 1.0}), "daughter_strike");
  EXPECT_EQ(field_of(Compound{OptionType::call, 1.0, 1.4, OptionType::call, 104.0, 1.0}), "expiry");
  EXPECT_EQ(field_of(Compound{OptionType::call, 1.0, -0.1, OptionType::call, 104.0, 1.0}), "expiry");
  EXPECT_EQ(field_of(Chooser{0.4, -1.0, 1.0, 104.0, 1.0}), "call_strike");
  EXPECT_EQ(field_of(Chooser{0.4, 1.0, 1.0, NAN, 1.0}), "put_strike");
  EXPECT_EQ(closed_form(Chooser{-0.4, 1.0, 1.0, 1.0, 1.0}, model).error().code, ErrorCode::expired_product);
  EXPECT_EQ(field_of(Chooser{0.4, 1.0, 0.3, 1.0, 1.0}), "choice");
  EXPECT_EQ(field_of(Chooser{0.4, 1.0, 1.0, 1.0, INFINITY}), "put_expiry");
  EXPECT_EQ(field_of(ForwardStart{OptionType::call, -1.0, 0.2, 1.0}), "moneyness");
  EXPECT_EQ(field_of(ForwardStart{OptionType::call, 1.0, 0.2, -1.0}), "expiry");
  EXPECT_EQ(field_of(ForwardStart{OptionType::call, 1.0, 1.2, 1.0}), "start");
  EXPECT_EQ(field_of(Cliquet{OptionType::call, NAN, {0.0, 1.0}}), "moneyness");
  EXPECT_EQ(field_of(Cliquet{OptionType::call, 1.0, {1.0}}), "dates");
  EXPECT_EQ(field_of(Cliquet{OptionType::call, 1.0, {1.0, 1.0}}), "dates");
  EXPECT_EQ(field_of(Cliquet{OptionType::call, 1.0, {-0.1, 1.0}}), "dates");
  EXPECT_EQ(field_of(Extendible{OptionType::call, ExtendedBy::holder, NAN, 0.4, 103.0, 0.9, 1.0}), "strike");
  EXPECT_EQ(field_of(Extendible{OptionType::call, ExtendedBy::holder, 1.0, 0.4, -103.0, 0.9, 1.0}), "extended_strike");
  EXPECT_EQ(field_of(Extendible{OptionType::call, ExtendedBy::holder, 1.0, 0.4, 103.0, 0.9, -1.0}), "premium");
  EXPECT_EQ(field_of(Extendible{OptionType::call, ExtendedBy::writer, 1.0, 0.4, 103.0, 0.9, 1.0}), "premium");
  EXPECT_EQ(field_of(Extendible{OptionType::call, ExtendedBy::holder, 1.0, 1.4, 103.0, 0.9, 1.0}), "expiry");
  const Extendible by_holder{OptionType::call, ExtendedBy::holder, 100.0, 0.4, 103.0, 0.9, 1.0};
  EXPECT_EQ(closed_form(by_holder, {100.0, 0.0, -0.01, 0.2}).error().code, ErrorCode::unsupported);
  const BlackScholes<double> bad{100.0, NAN, 0.0, 0.2};
  EXPECT_EQ(closed_form(by_holder, bad).error().field, "rate");
  // Where the daughter's own price leaves the doubles no level of exercise is found.
  const BlackScholes<double> beyond{100.0, -2e3, 0.0, 0.2};
  EXPECT_EQ(closed_form(Chooser{0.4, 1.0, 1.0, 1.0, 1.0}, beyond).error().field, "model");
  EXPECT_EQ(closed_form(Compound{OptionType::call, 1.0, 0.4, OptionType::call, 104.0, 1.0}, bad).error().field, "rate");
  EXPECT_EQ(closed_form(Chooser{0.4, 1.0, 1.0, 1.0, 1.0}, bad).error().field, "rate");
  EXPECT_EQ(closed_form(Cliquet{OptionType::call, 1.0, {0.0, 1.0}}, bad).error().field, "rate");
}

}  // namespace
}  // namespace plimsoll
