#include "method/closed_form/exotic_rows.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/closed_form/forward_start.hpp"
#include "plimsoll/method/closed_form/fx_delta.hpp"
#include "plimsoll/model/quanto.hpp"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr OptionType types[] = {OptionType::call, OptionType::put};
const std::map<std::string, FxDelta> conventions{{"Spot", FxDelta::spot},
                                                 {"Fwd", FxDelta::forward},
                                                 {"PaSpot", FxDelta::premium_adjusted_spot},
                                                 {"PaFwd", FxDelta::premium_adjusted_forward}};
const FxMarket market{1.3, 0.97, 0.99};

TEST(FxDelta, agrees_with_the_printed_deltas_and_strikes) {
  int cases = 0;
  for (const auto& row : testing::reference_table("fx_delta_conventions.csv")) {
    const FxMarket quoted{row.number("spot"), row.number("domestic_discount_factor"),
                          row.number("foreign_discount_factor")};
    const FxDelta convention = conventions.at(row.text("delta_type"));
    const OptionType type = testing::type_of(row);
    const auto delta = fx_delta(type, convention, row.number("strike"), quoted, row.number("std_dev"));
    const auto strike = fx_strike(type, convention, row.number("expected_delta"), quoted, row.number("std_dev"));
    ASSERT_TRUE(delta && strike);
    EXPECT_NEAR(*delta, row.number("expected_delta"), row.number("tolerance_delta")) << row.text("case_id");
    EXPECT_NEAR(*strike, row.number("strike"), row.number("tolerance_strike_from_delta")) << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 10);
}

TEST(FxDelta, spot_delta_is_the_slope_of_the_price_and_the_adjusted_one_less_the_premium) {
  const double years = 0.75;
  const BlackScholes<double> m{1.3, -std::log(0.97) / years, -std::log(0.99) / years, 0.2};
  const double deviation = 0.2 * std::sqrt(years);
  for (const OptionType type : types)
    for (const double strike : {1.0, 1.3, 1.6}) {
      const PricedGreeks plain = black_scholes_greeks(type, strike, years, m);
      EXPECT_NEAR(*fx_delta(type, FxDelta::spot, strike, market, deviation), plain.greeks.delta, 1e-14);
      EXPECT_NEAR(*fx_delta(type, FxDelta::premium_adjusted_spot, strike, market, deviation),
                  plain.greeks.delta - plain.price / 1.3, 1e-14);
      EXPECT_NEAR(*fx_delta(type, FxDelta::forward, strike, market, deviation) * 0.99, plain.greeks.delta, 1e-14);
    }
}

TEST(FxDelta, strike_of_a_delta_has_that_delta) {
  for (const auto& [name, convention] : conventions)
    for (const OptionType type : types)
      for (const double size : {0.01, 0.1, 0.25, 0.4})
        for (const double deviation : {0.01, 0.1, 0.6}) {
          const auto strike = fx_strike(type, convention, sign(type) * size, market, deviation);
          ASSERT_TRUE(strike) << name << " " << size << " " << deviation << strike.error().message();
          EXPECT_NEAR(*fx_delta(type, convention, *strike, market, deviation), sign(type) * size, 2e-13) << name;
        }
}

TEST(FxDelta, straddle_has_no_delta) {
  for (const auto& [name, convention] : conventions) {
    const double strike = fx_straddle_strike(convention, market, 0.15);
    const double call = *fx_delta(OptionType::call, convention, strike, market, 0.15);
    EXPECT_NEAR(call + *fx_delta(OptionType::put, convention, strike, market, 0.15), 0.0, 1e-15) << name;
  }
}

TEST(FxDelta, without_deviation_is_all_or_nothing) {
  EXPECT_EQ(*fx_delta(OptionType::call, FxDelta::forward, 1.2, market, 0.0), 1.0);
  EXPECT_EQ(*fx_delta(OptionType::put, FxDelta::forward, 1.2, market, 0.0), 0.0);
  EXPECT_NEAR(*fx_delta(OptionType::put, FxDelta::premium_adjusted_forward, 1.5, market, 0.0), -1.5 / forward(market),
              1e-15);
}

TEST(FxDelta, refuses_what_makes_no_sense) {
  const auto refused = [](double delta, FxDelta convention, const FxMarket& at, double deviation) {
    return fx_strike(OptionType::call, convention, delta, at, deviation).error().field;
  };
  EXPECT_EQ(refused(-0.25, FxDelta::spot, market, 0.1), "delta");
  EXPECT_EQ(refused(1.2, FxDelta::spot, market, 0.1), "delta");
  EXPECT_EQ(refused(0.99, FxDelta::premium_adjusted_forward, market, 0.6), "delta");  // no call has that much
  EXPECT_EQ(refused(0.25, FxDelta::spot, market, 0.0), "deviation");
  EXPECT_EQ(refused(0.25, FxDelta::spot, market, -0.1), "deviation");
  EXPECT_EQ(refused(0.25, FxDelta::spot, {0.0, 1.0, 1.0}, 0.1), "spot");
  EXPECT_EQ(refused(0.25, FxDelta::spot, {1.0, NAN, 1.0}, 0.1), "domestic_discount");
  EXPECT_EQ(refused(0.25, FxDelta::spot, {1.0, 1.0, -1.0}, 0.1), "foreign_discount");
  EXPECT_EQ(fx_delta(OptionType::call, FxDelta::spot, 0.0, market, 0.1).error().field, "strike");
  EXPECT_EQ(fx_delta(OptionType::call, FxDelta::spot, 1.0, market, NAN).error().field, "deviation");
}

TEST(Quanto, agrees_with_the_printed_options) {
  for (const auto& row : testing::reference_table("quanto_options.csv")) {
    const BlackScholes<double> asset{row.number("spot"), row.number("domestic_or_asset_rate"),
                                     row.number("dividend_yield"), row.number("vol")};
    const BlackScholes<double> m =
        quanto_asset<double>(asset, {row.number("fx_rate_interest"), row.number("fx_vol"), row.number("correlation")});
    const double strike = row.number("strike_or_moneyness");
    const double expiry = row.number("maturity_years");
    const double found =
        row.text("product") == "quanto_european"
            ? black_scholes_greeks(testing::type_of(row), strike, expiry, m).price
            : closed_form(ForwardStart{testing::type_of(row), strike, row.number("start_years"), expiry}, m)->price;
    EXPECT_NEAR(found, row.number("expected"), row.number("tolerance")) << row.text("case_id");
  }
}

TEST(Quanto, grows_under_the_domestic_measure_as_the_change_of_money_says) {
  // E[S_T X_T / X_0] over E[X_T / X_0], both log-normal, against the drift: the covariance comes off.
  const BlackScholes<double> m = quanto_asset<double>({100.0, 0.08, 0.04, 0.2}, {0.05, 0.1, 0.3});
  EXPECT_NEAR(forward(m, 2.0), 100.0 * std::exp((0.05 - 0.04 - 0.3 * 0.1 * 0.2) * 2.0), 1e-12);
  // Without exchange risk and with one rate it is the asset itself; a double barrier on it follows.
  const BlackScholes<double> same = quanto_asset<double>({100.0, 0.05, 0.02, 0.2}, {0.05, 0.0, 0.3});
  const DoubleBarrier option{OptionType::call, Payout::difference, 100.0, 0.0, Knock::knock_out, 80.0, 125.0, 0.5};
  EXPECT_NEAR(closed_form(option, same)->price, closed_form(option, {100.0, 0.05, 0.02, 0.2})->price, 1e-13);
}

TEST(Quanto, refuses_what_makes_no_sense) {
  EXPECT_EQ(find_flaw(Quanto{0.0, -0.1, 0.0})->field, "exchange_volatility");
  EXPECT_EQ(find_flaw(Quanto{NAN, 0.1, 0.0})->field, "foreign_rate");
  EXPECT_EQ(find_flaw(Quanto{0.0, 0.1, -1.5})->field, "correlation");
  EXPECT_FALSE(find_flaw(Quanto{0.0, 0.1, -0.5}));
}

TEST(Barrier, agrees_with_the_printed_prices_of_el_babsiri_and_noel) {
  int cases = 0;
  for (const auto& row : testing::reference_table("barrier_babsiri_noel.csv")) {
    const Barrier option{
        testing::type_of(row),       Payout::difference,     row.number("strike"),  0.0,
        testing::direction_of(row),  testing::knock_of(row), row.number("barrier"), row.number("rebate"),
        row.number("maturity_years")};
    EXPECT_NEAR(closed_form(option, testing::model_of(row))->price, row.number("expected"), row.number("tolerance"));
    ++cases;
  }
  EXPECT_EQ(cases, 8);
}

}  // namespace
}  // namespace plimsoll
