#include "margin/synthetic_simm.hpp"
#include "plimsoll/margin/bilateral/simm.hpp"
#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace plimsoll::margin {
namespace {

// Sums of a few terms whose size is the result's: some tens of roundings.
constexpr double roundings = 1e-14;

SimmMargin margin_of(const std::vector<CrifRow>& rows, const SimmPack& pack = synthetic_pack(),
                     MarginSide side = MarginSide::call) {
  SimmSettings settings = synthetic_settings();
  settings.side = side;
  const auto found = simm(rows, pack, settings);
  EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().message());
  return found ? *found : SimmMargin{};
}

void expect_amount(const std::vector<CrifRow>& rows, double expected) {
  EXPECT_NEAR(margin_of(rows).amount, expected, roundings * std::abs(expected));
}

CrifRow curve(const char* currency, const char* tenor, const char* sub_curve, double amount) {
  return crif_row("RatesFX", "Risk_IRCurve", currency, "", tenor, sub_curve, amount);
}

CrifRow equity(const char* name, const char* bucket, double amount) {
  return crif_row("Equity", "Risk_Equity", name, bucket, "", "", amount);
}

CrifRow equity_vega(const char* name, const char* bucket, const char* tenor, double amount) {
  return crif_row("Equity", "Risk_EquityVol", name, bucket, tenor, "", amount);
}

TEST(Simm, one_rate_sensitivity_is_its_weight) {
  expect_amount({curve("USD", "1y", "OIS", -100.0)}, 15.0 * 100.0);
  expect_amount({curve("CHF", "2w", "OIS", 100.0)}, 21.0 * 100.0);
  expect_amount({curve("BRL", "30y", "OIS", 100.0)}, 42.0 * 100.0);
}

TEST(Simm, rates_of_one_currency_correlate_by_tenor_sub_curve_inflation_and_basis) {
  const double a = 15.0 * 100.0;  // one year
  const double b = 16.0 * 50.0;   // two years
  const double i = 15.0 * 20.0;
  const double x = 7.0 * 30.0;
  expect_amount({curve("USD", "1y", "OIS", 100.0), curve("USD", "2y", "OIS", 50.0)},
                std::sqrt(a * a + b * b + 2 * 0.75 * a * b));
  expect_amount({curve("USD", "1y", "OIS", 100.0), curve("USD", "2y", "Libor3m", 50.0)},
                std::sqrt(a * a + b * b + 2 * 0.75 * 0.9 * a * b));
  expect_amount({curve("USD", "1y", "OIS", 100.0), crif_row("RatesFX", "Risk_Inflation", "USD", "", "", "", 20.0),
                 crif_row("RatesFX", "Risk_XCcyBasis", "USD", "", "", "", 30.0)},
                std::sqrt(a * a + i * i + x * x + 2 * 0.4 * a * i - 2 * 0.1 * x * (a + i)));
}

TEST(Simm, concentration_is_the_root_above_the_threshold_and_leaves_the_basis_alone) {
  expect_amount({curve("USD", "1y", "OIS", 10000.0)}, 15.0 * 10000.0);
  expect_amount({curve("USD", "1y", "OIS", 40000.0)}, 15.0 * 40000.0 * 2.0);
  expect_amount({crif_row("RatesFX", "Risk_XCcyBasis", "USD", "", "", "", 40000.0)}, 7.0 * 40000.0);
  expect_amount({equity("A", "1", 4000.0)}, 21.0 * 4000.0 * 2.0);
}

TEST(Simm, currencies_offset_by_their_correlation_and_the_ratio_of_their_concentrations) {
  const double a = 15.0 * 40000.0 * 2.0;
  const double b = 15.0 * 100.0;
  expect_amount({curve("USD", "1y", "OIS", 40000.0), curve("EUR", "1y", "OIS", -100.0)},
                std::sqrt(a * a + b * b - 2 * 0.3 * 0.5 * a * b));
}

TEST(Simm, names_of_a_bucket_correlate_less_where_one_is_concentrated) {
  const double a = 21.0 * 4000.0 * 2.0;
  const double b = 21.0 * 500.0;
  expect_amount({equity("A", "1", 4000.0), equity("B", "1", 500.0)}, std::sqrt(a * a + b * b + 2 * 0.15 * 0.5 * a * b));
}

TEST(Simm, equity_nets_by_name_whatever_the_labels_say) {
  CrifRow labelled = equity("A", "1", 500.0);
  labelled.label1 = "spot";
  labelled.label2 = "spot";
  expect_amount({labelled, equity("A", "1", -500.0)}, 0.0);
}

TEST(Simm, the_residual_bucket_adds_without_offset) {
  expect_amount({equity("A", "1", 100.0), equity("B", "Residual", -100.0)}, 21.0 * 100.0 + 40.0 * 100.0);
}

TEST(Simm, credit_distinguishes_tenor_and_payment_currency_of_one_issuer) {
  const auto credit = [](const char* name, const char* tenor, const char* currency, double amount) {
    return crif_row("Credit", "Risk_CreditQ", name, "1", tenor, currency, amount);
  };
  const double a = 41.0 * 100.0;
  expect_amount({credit("A", "1y", "USD", 100.0), credit("A", "1y", "EUR", -100.0)}, std::sqrt(2 * a * a * (1 - 0.8)));
  expect_amount({credit("A", "1y", "USD", 100.0), credit("A", "5y", "USD", 100.0)}, std::sqrt(2 * a * a * (1 + 0.8)));
  expect_amount({credit("A", "1y", "USD", 100.0), credit("B", "1y", "USD", 100.0)}, std::sqrt(2 * a * a * (1 + 0.35)));
}

TEST(Simm, securitisations_correlate_by_group_and_concentrate_by_name) {
  const auto tranche = [](const char* name, const char* group, double amount) {
    return crif_row("Credit", "Risk_CreditNonQ", name, "1", "5y", group, amount);
  };
  const double a = 201.0 * 100.0;
  expect_amount({tranche("A", "G", 100.0), tranche("B", "G", 100.0)}, std::sqrt(2 * a * a * (1 + 0.7)));
  expect_amount({tranche("A", "G", 100.0), tranche("A", "H", 100.0)}, std::sqrt(2 * a * a * (1 + 0.45)));
  const double big = 201.0 * 4000.0 * 2.0;
  expect_amount({tranche("A", "G", 4000.0), tranche("B", "G", 100.0)},
                std::sqrt(big * big + a * a + 2 * 0.7 * 0.5 * a * big));
}

TEST(Simm, base_correlation_adds_to_the_class) {
  const auto index = [](const char* name, double amount) {
    return crif_row("Credit", "Risk_BaseCorr", name, "", "", "", amount);
  };
  const double a = 11.0 * 100.0;
  expect_amount({index("A", 100.0), index("B", -100.0)}, std::sqrt(2 * a * a * (1 - 0.2)));
}

TEST(Simm, exchange_rates_correlate_by_volatility_groups_and_the_own_currency_is_no_risk) {
  const auto rate = [](const char* currency, double amount) {
    return crif_row("RatesFX", "Risk_FX", currency, "", "", "", amount);
  };
  expect_amount({rate("USD", 1000.0)}, 0.0);
  const double a = 6.0 * 100.0;
  const double b = 9.0 * 100.0;
  expect_amount({rate("EUR", 100.0), rate("BRL", 100.0)}, std::sqrt(a * a + b * b + 2 * 0.25 * a * b));
  SimmSettings brazil = synthetic_settings();
  brazil.calculation_currency = "BRL";
  const std::vector<CrifRow> rows{rate("EUR", 100.0), rate("USD", 100.0), rate("BRL", 5.0)};
  EXPECT_NEAR(simm(rows, synthetic_pack(), brazil)->amount, std::sqrt(2 * b * b * (1 + 0.7)), roundings * b);
}

TEST(Simm, vega_of_names_implies_volatility_from_the_weight) {
  const double days = 28.0;  // twenty business days
  const double sigma = 21.0 * std::sqrt(365.0 / days) / normal_quantile(0.975);
  const auto found = margin_of({equity_vega("A", "1", "1y", 2.0), equity_vega("A", "1", "5y", 1.0)});
  ASSERT_EQ(found.classes.size(), 1u);
  EXPECT_NEAR(found.classes[0].vega, 0.1 * 0.65 * sigma * 3.0, roundings * sigma);
  const double scaled = 0.5 * days / 365.0 * sigma * (2.0 + 1.0 / 5.0);
  const double quantile = normal_quantile(0.9875);
  EXPECT_NEAR(found.classes[0].curvature, scaled + (quantile * quantile - 1.0) * scaled, roundings * 10.0 * scaled);
  EXPECT_EQ(found.amount, found.classes[0].vega + found.classes[0].curvature);
}

TEST(Simm, curvature_of_a_short_option_is_nothing_to_call_and_all_to_post) {
  const std::vector<CrifRow> short_option{equity_vega("A", "1", "1m", -2.0)};
  EXPECT_EQ(margin_of(short_option).classes[0].curvature, 0.0);
  const std::vector<CrifRow> bought{equity_vega("A", "1", "1m", 2.0)};
  EXPECT_EQ(margin_of(short_option, synthetic_pack(), MarginSide::post).classes[0],
            margin_of(bought, synthetic_pack(), MarginSide::call).classes[0]);
  EXPECT_EQ(margin_of({equity_vega("A", "4", "1m", 2.0)}).classes[0].curvature, 0.0);  // a bucket without curvature
}

TEST(Simm, curvature_of_rates_is_scaled_by_the_historical_volatility_ratio) {
  const auto found = margin_of({crif_row("RatesFX", "Risk_IRVol", "USD", "", "2w", "", 100.0)});
  const double quantile = normal_quantile(0.9875);
  const double expected = 50.0 * quantile * quantile / (0.8 * 0.8);
  EXPECT_NEAR(found.classes[0].curvature, expected, roundings * 10.0 * expected);
  EXPECT_NEAR(found.classes[0].vega, 25.0, roundings * 25.0);
}

TEST(Simm, volatilities_of_inflation_are_one_factor_of_a_currency) {
  const auto vega = [](const char* type, const char* tenor, double amount) {
    return crif_row("RatesFX", type, "USD", "", tenor, "", amount);
  };
  const auto opposite = margin_of({vega("Risk_InflationVol", "2w", -80.0), vega("Risk_InflationVol", "30y", 80.0)});
  EXPECT_EQ(opposite.amount, 0.0);
  const auto beside = margin_of({vega("Risk_InflationVol", "2w", 80.0), vega("Risk_IRVol", "30y", 80.0)});
  EXPECT_NEAR(beside.classes[0].vega, 20.0 * std::sqrt(2 * (1 + 0.4)), roundings * 40.0);
}

TEST(Simm, a_pair_of_currencies_is_one_name_either_way_round) {
  const auto vega = [](const char* pair, double amount) {
    return crif_row("RatesFX", "Risk_FXVol", pair, "", "1y", "", amount);
  };
  EXPECT_EQ(margin_of({vega("EURUSD", 3.0), vega("USDEUR", -3.0)}).amount, 0.0);
  const double sigma = 9.0 * std::sqrt(365.0 / 28.0) / normal_quantile(0.975);
  EXPECT_NEAR(margin_of({vega("BRLUSD", 3.0)}).classes[0].vega, 0.45 * 0.95 * sigma * 3.0, roundings * 100.0);
}

TEST(Simm, classes_add_by_root_within_products_and_plainly_across) {
  const double a = 15.0 * 100.0;
  const double b = 21.0 * 100.0;
  CrifRow in_equity = curve("USD", "1y", "OIS", 100.0);
  in_equity.product_class = "Equity";
  const auto within = margin_of({in_equity, equity("A", "1", 100.0)});
  EXPECT_NEAR(within.amount, std::sqrt(a * a + b * b + 2 * 0.185 * a * b), roundings * (a + b));
  EXPECT_NEAR(within.products[0].diversification, within.amount - a - b, roundings * (a + b));
  expect_amount({curve("USD", "1y", "OIS", 100.0), equity("A", "1", 100.0)}, a + b);
}

TEST(Simm, add_ons_multiply_fix_and_take_a_share_of_notional) {
  const auto row = [](const char* type, const char* qualifier, double amount) {
    return crif_row("", type, qualifier, "", "", "", amount);
  };
  const auto found = margin_of({equity("A", "1", 100.0), row("Param_ProductClassMultiplier", "Equity", 1.75),
                                row("Param_AddOnFixedAmount", "", 70.0), row("Param_AddOnFixedAmount", "", 30.0),
                                row("Param_AddOnNotionalFactor", "X", 6.25), row("Notional", "X", 300.0),
                                row("Notional", "X", 100.0), row("Notional", "Y", 1e6)});
  EXPECT_EQ(found.multiplier_add_on, 1575.0);
  EXPECT_EQ(found.fixed_add_on, 100.0);
  EXPECT_EQ(found.notional_add_on, 25.0);
  EXPECT_EQ(found.amount, 2100.0 + 1575.0 + 100.0 + 25.0);
}

TEST(Simm, nothing_bears_no_margin) {
  EXPECT_EQ(margin_of({}).amount, 0.0);
  EXPECT_EQ(margin_of({equity("A", "1", 0.0), equity_vega("A", "1", "1y", 0.0)}).amount, 0.0);
}

TEST(Simm, factors_and_buckets_say_what_the_margin_is_made_of) {
  SimmSettings settings = synthetic_settings();
  settings.factors = true;
  const std::vector<CrifRow> rows{equity("A", "1", 4000.0), curve("EUR", "5y", "OIS", 10.0)};
  const auto found = simm(rows, synthetic_pack(), settings);
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->factors.size(), 2u);
  const SimmFactor rate{ProductClass::rates_and_exchange,
                        RiskClass::interest_rate,
                        RiskMeasure::delta,
                        "EUR",
                        "Risk_IRCurve",
                        "EUR",
                        "5y",
                        "OIS",
                        10.0,
                        18.0,
                        1.0,
                        180.0};
  const SimmFactor share{ProductClass::equity,
                         RiskClass::equity,
                         RiskMeasure::delta,
                         "1",
                         "Risk_Equity",
                         "A",
                         "",
                         "",
                         4000.0,
                         21.0,
                         2.0,
                         168000.0};
  EXPECT_EQ(found->factors[0], rate);
  EXPECT_EQ(found->factors[1], share);
  const SimmBucketMargin bucket{
      ProductClass::equity, RiskClass::equity, RiskMeasure::delta, "1", 168000.0, 168000.0, 2.0, 1};
  EXPECT_EQ(found->buckets[1], bucket);
}

TEST(Simm, correlations_that_no_matrix_allows_are_named_and_never_give_less_than_nothing) {
  SimmPack pack = synthetic_pack();
  for (SimmBucket& bucket : pack.equity.buckets) bucket.different_name = -0.9;
  pack.equity.between = constant_square(pack.equity.buckets.size(), -0.9);
  const auto found = margin_of({equity("A", "1", 100.0), equity("B", "1", 100.0), equity("C", "1", 100.0)}, pack);
  EXPECT_EQ(found.amount, 0.0);
  EXPECT_EQ(found.warnings, (std::vector<std::string>{
                                "equity delta, bucket 1: correlations make the variance negative, it counts as zero",
                                "equity.between of the pack is not positive semidefinite"}));
}

TEST(Simm, netting_sets_and_regulations_are_margined_apart) {
  CrifRow one = equity("A", "1", 100.0);
  one.collect_regulations = "ESA, USPR";
  CrifRow other = equity("B", "2", 100.0);
  other.collect_regulations = "USPR";
  CrifRow bare = equity("C", "1", 10.0);
  CrifRow bad = equity("D", "9", 10.0);
  bad.portfolio_id = "N2";
  bad.line = 7;
  CrifRow scheduled = bare;
  scheduled.im_model = "Schedule";
  scheduled.portfolio_id = "N3";
  const CrifRow fixed = crif_row("", "Param_AddOnFixedAmount", "", "", "", "", 5.0);
  const auto found =
      simm_of_netting_sets({one, other, bare, bad, scheduled, fixed}, synthetic_pack(), synthetic_settings());
  ASSERT_EQ(found.size(), 4u);
  EXPECT_EQ(found[0].regulation, "ESA");
  EXPECT_EQ(found[0].margin->amount, 2105.0);
  EXPECT_EQ(found[1].regulation, "USPR");
  EXPECT_EQ(found[1].rows, 3);
  EXPECT_EQ(found[2].regulation, "unspecified");
  EXPECT_EQ(found[2].margin->amount, 215.0);
  EXPECT_EQ(found[3].portfolio_id, "N2");
  EXPECT_EQ(found[3].margin.error(),
            (Error{ErrorCode::invalid_value, "crif[7].bucket", "9", "1, 2, 3, 4, Residual", "name one of these"}));
}

struct Refusal {
  CrifRow row;
  Error error;
};

std::vector<Refusal> refusals() {
  using enum ErrorCode;
  const std::string types =
      "Risk_IRCurve, Risk_IRVol, Risk_Inflation, Risk_InflationVol, Risk_XCcyBasis, Risk_CreditQ, Risk_CreditVol, "
      "Risk_BaseCorr, Risk_CreditNonQ, Risk_CreditVolNonQ, Risk_Equity, Risk_EquityVol, Risk_Commodity, "
      "Risk_CommodityVol, Risk_FX, Risk_FXVol, Param_ProductClassMultiplier, Param_AddOnNotionalFactor, "
      "Param_AddOnFixedAmount, Notional";
  const std::string known = "the code of a currency that the pack knows, such as USD";
  const std::string add = "correct the code, or add the currency to the pack";
  CrifRow no_amount = equity("A", "1", 0.0);
  no_amount.amount.reset();
  CrifRow no_currency = equity("A", "1", 1.0);
  no_currency.amount_currency.clear();
  CrifRow foreign = equity("A", "1", 1.0);
  foreign.amount_currency = "SEK";
  CrifRow misspelt = equity("A", "1", 1.0);
  misspelt.im_model = "Shedule";
  CrifRow no_multiplier = crif_row("", "Param_ProductClassMultiplier", "Equity", "", "", "", 1.0);
  no_multiplier.amount.reset();
  const auto row = [](const char* type, const char* qualifier, double amount) {
    return crif_row("", type, qualifier, "", "", "", amount);
  };
  return {
      {row("Risk_Weather", "A", 1.0),
       {invalid_value, "crif[2].risk_type", "Risk_Weather", types,
        "name one of these; present values belong to im_model Schedule"}},
      {misspelt,
       {invalid_value, "crif[2].im_model", "Shedule", "SIMM, SIMM-P, SIMM-R, Schedule, or nothing for SIMM",
        "name the model that the row belongs to"}},
      {crif_row("RatesFX", "Risk_FXVol", "USDUSD", "", "1y", "", 1.0),
       {invalid_value, "crif[2].qualifier", "USDUSD", "the codes of two different currencies, such as EURUSD",
        "correct the pair"}},
      {crif_row("Bonds", "Risk_Equity", "A", "1", "", "", 1.0),
       {invalid_value, "crif[2].product_class", "Bonds", "RatesFX, Credit, Equity, Commodity, Rates, FX",
        "name one of these"}},
      {equity("", "1", 1.0),
       {missing_field, "crif[2].qualifier", "nothing", "the name of the issuer, index or product",
        "fill the column in"}},
      {equity("A", "", 1.0),
       {missing_field, "crif[2].bucket", "nothing", "1, 2, 3, 4, Residual", "fill the column in"}},
      {curve("usd", "1y", "OIS", 1.0), {invalid_value, "crif[2].qualifier", "usd", known, add}},
      {crif_row("RatesFX", "Risk_FX", "EURO", "", "", "", 1.0),
       {invalid_value, "crif[2].qualifier", "EURO", known, add}},
      {crif_row("RatesFX", "Risk_FXVol", "EUR", "", "1y", "", 1.0),
       {invalid_value, "crif[2].qualifier", "EUR", known, add}},
      {curve("USD", "4y", "OIS", 1.0),
       {invalid_value, "crif[2].label1", "4y", "2w, 1m, 3m, 6m, 1y, 2y, 3y, 5y, 10y, 15y, 20y, 30y",
        "map the sensitivity to these tenors"}},
      {crif_row("Credit", "Risk_CreditQ", "A", "1", "6m", "USD", 1.0),
       {invalid_value, "crif[2].label1", "6m", "1y, 2y, 3y, 5y, 10y", "map the sensitivity to these tenors"}},
      {curve("USD", "1y", "SOFR", 1.0),
       {invalid_value, "crif[2].label2", "SOFR", "OIS, Libor1m, Libor3m, Libor6m, Libor12m, Prime, Municipal",
        "name one of these sub-curves"}},
      {crif_row("RatesFX", "Risk_IRCurve", "USD", "2", "1y", "OIS", 1.0),
       {invalid_value, "crif[2].bucket", "2", "1, the pack's group of USD, or nothing",
        "correct the bucket, or use the pack that the file was made with"}},
      {no_amount, {missing_field, "crif[2].amount", "nothing", "a number", "fill the column in"}},
      {no_multiplier, {missing_field, "crif[2].amount", "nothing", "a number", "fill the column in"}},
      {equity("A", "1", std::numeric_limits<double>::quiet_NaN()),
       {invalid_value, "crif[2].amount", "nan", "a finite number", "correct the amount"}},
      {equity("A", "1", 1e19), {invalid_value, "crif[2].amount", "1e+19", "-1e+18 to 1e+18", "correct the amount"}},
      {no_currency,
       {missing_field, "crif[2].amount_currency", "nothing", "the currency of the amount", "fill the column in"}},
      {foreign,
       {missing_quote, "crif[2].amount_currency", "SEK", "USD, or a currency with a rate",
        "give the rate of the currency"}},
      {row("Param_ProductClassMultiplier", "Equity", 0.5),
       {invalid_value, "crif[2].amount", "0.5", "1 to 1e+18", "correct the amount"}},
      {row("Param_ProductClassMultiplier", "Bonds", 1.5),
       {invalid_value, "crif[2].qualifier", "Bonds", "RatesFX, Credit, Equity, Commodity, Rates, FX",
        "name one of these"}},
      {row("Notional", "", 1.0),
       {missing_field, "crif[2].qualifier", "nothing", "the name of the product", "fill the column in"}},
      {row("Notional", "X", -1.0), {invalid_value, "crif[2].amount", "-1", "0 to 1e+18", "correct the amount"}},
  };
}

TEST(Simm, a_row_that_cannot_be_read_is_refused_by_its_line) {
  for (const auto& [row, error] : refusals()) {
    const auto found = simm(std::vector<CrifRow>{row}, synthetic_pack(), synthetic_settings());
    ASSERT_FALSE(found.has_value()) << error.field << " " << error.value;
    EXPECT_EQ(found.error(), error) << found.error().message();
  }
}

TEST(Simm, add_ons_that_contradict_each_other_are_refused) {
  for (const char* type : {"Param_ProductClassMultiplier", "Param_AddOnNotionalFactor"}) {
    const std::vector<CrifRow> rows{crif_row("", type, "Equity", "", "", "", 2.0),
                                    crif_row("", type, "Equity", "", "", "", 3.0)};
    EXPECT_EQ(simm(rows, synthetic_pack(), synthetic_settings()).error(),
              (Error{ErrorCode::invalid_value, "crif[2].amount", "3", "2, as another row of the netting set says",
                     "keep one of the two rows"}));
  }
}

TEST(Simm, dollars_of_the_file_come_first_and_other_currencies_take_the_rate) {
  CrifRow both = equity("A", "1", 100.0);
  both.amount_currency = "EUR";
  both.amount_usd = 150.0;
  expect_amount({both}, 21.0 * 150.0);
  both.amount_usd.reset();
  SimmSettings settings = synthetic_settings();
  settings.rates = {{"EUR", 1.25}};
  EXPECT_EQ(simm(std::vector<CrifRow>{both}, synthetic_pack(), settings)->amount, 21.0 * 125.0);
  settings.rates = {{"EUR", 0.0}};
  EXPECT_EQ(simm(std::vector<CrifRow>{both}, synthetic_pack(), settings).error(),
            (Error{ErrorCode::invalid_value, "rates[EUR]", "0", "above 0, up to 1e12",
                   "give what one unit is worth in USD"}));
}

TEST(Simm, a_pack_outside_its_dates_and_an_unknown_calculation_currency_are_refused) {
  SimmSettings late = synthetic_settings();
  late.date = *Date::parse("2027-01-01");
  EXPECT_EQ(simm({}, synthetic_pack(), late).error(),
            (Error{ErrorCode::not_in_force, "pack", "synthetic-1 on 2027-01-01", "2026-01-01 to 2026-12-31",
                   "give the pack of that date"}));
  SimmPack closed = synthetic_pack();
  closed.currencies.pop_back();
  SimmSettings unknown = synthetic_settings();
  unknown.calculation_currency = "SEK";
  EXPECT_EQ(simm({}, closed, unknown).error(), (Error{ErrorCode::invalid_value, "calculation_currency", "SEK",
                                                      "the code of a currency that the pack knows, such as USD",
                                                      "correct the code, or add the currency to the pack"}));
}

TEST(SimmPack, each_flaw_is_named) {
  const std::pair<const char*, std::function<void(SimmPack&)>> cases[] = {
      {"pack.confidence", [](SimmPack& p) { p.confidence = 0.5; }},
      {"pack.horizon_days", [](SimmPack& p) { p.horizon_days = 0; }},
      {"pack.rates.weights", [](SimmPack& p) { p.rates.weights.pop_back(); }},
      {"pack.rates.inflation_weight", [](SimmPack& p) { p.rates.inflation_weight = -1.0; }},
      {"pack.rates.thresholds", [](SimmPack& p) { p.rates.thresholds[0] = 0.0; }},
      {"pack.rates.vega_thresholds", [](SimmPack& p) { p.rates.vega_thresholds[1] = -1.0; }},
      {"pack.rates.tenor_correlation", [](SimmPack& p) { p.rates.tenor_correlation[1] = 0.2; }},
      {"pack.equity.buckets", [](SimmPack& p) { p.equity.buckets.clear(); }},
      {"pack.equity.buckets", [](SimmPack& p) { p.equity.buckets[1].name = "1"; }},
      {"pack.equity.buckets", [](SimmPack& p) { p.equity.buckets[1].name.swap(p.equity.buckets[4].name); }},
      {"pack.equity.buckets[1].same_name", [](SimmPack& p) { p.equity.buckets[0].same_name = 1.1; }},
      {"pack.commodity.historical_volatility_ratio",
       [](SimmPack& p) { p.commodity.historical_volatility_ratio = 0.0; }},
      {"pack.commodity.between", [](SimmPack& p) { p.commodity.between[1] = 2.0; }},
      {"pack.exchange.weights", [](SimmPack& p) { p.exchange.weights[0] = std::nan(""); }},
      {"pack.exchange.correlation", [](SimmPack& p) { p.exchange.correlation.clear(); }},
      {"pack.exchange.vega_weight", [](SimmPack& p) { p.exchange.vega_weight = -1.0; }},
      {"pack.exchange.vega_correlation", [](SimmPack& p) { p.exchange.vega_correlation = -2.0; }},
      {"pack.exchange.historical_volatility_ratio", [](SimmPack& p) { p.exchange.historical_volatility_ratio = 0.0; }},
      {"pack.exchange.thresholds", [](SimmPack& p) { p.exchange.thresholds[0] = 0.0; }},
      {"pack.exchange.vega_thresholds", [](SimmPack& p) { p.exchange.vega_thresholds.pop_back(); }},
      {"pack.currencies", [](SimmPack& p) { p.currencies[1].currency = "USD"; }},
      {"pack.currencies[USD].rate_group", [](SimmPack& p) { p.currencies[0].rate_group = 3; }},
      {"pack.currencies[USD].exchange_group", [](SimmPack& p) { p.currencies[0].exchange_group = -1; }},
      {"pack.currencies[USD].rate_threshold", [](SimmPack& p) { p.currencies[0].rate_threshold = 3; }},
      {"pack.currencies[USD].exchange_threshold", [](SimmPack& p) { p.currencies[0].exchange_threshold = 3; }},
      {"pack.base_correlation_weight", [](SimmPack& p) { p.base_correlation_weight = -1.0; }},
      {"pack.base_correlation", [](SimmPack& p) { p.base_correlation = 1.5; }},
      {"pack.class_correlation", [](SimmPack& p) { p.class_correlation.pop_back(); }},
  };
  EXPECT_EQ(find_flaw(synthetic_pack()), std::nullopt);
  EXPECT_TRUE(indefinite_correlations(synthetic_pack()).empty());
  for (const auto& [field, break_it] : cases) {
    SimmPack pack = synthetic_pack();
    break_it(pack);
    const auto found = find_flaw(pack);
    ASSERT_TRUE(found.has_value()) << field;
    EXPECT_EQ(found->field, field);
    EXPECT_EQ(simm({}, pack, synthetic_settings()).error(), *found);
  }
}

/// A netting set of up to forty rows of seven risk types; amounts are multiples of a half, so their sums are exact.
std::vector<CrifRow> random_rows(std::mt19937& random) {
  const auto below = [&](int count) { return std::uniform_int_distribution<int>(0, count - 1)(random); };
  const auto pick = [&](std::initializer_list<const char*> words) {
    return std::string{*(words.begin() + below(static_cast<int>(words.size())))};
  };
  std::vector<CrifRow> rows;
  for (int count = below(40); count > 0; --count) {
    const double amount = 0.5 * (below(16000) - 8000);
    const auto product = pick({"RatesFX", "Credit", "Equity"});
    const auto tenor = pick({"1y", "2y", "5y"});
    const auto name = pick({"A", "B", "C"});
    const auto currency = pick({"EUR", "BRL", "CHF"});
    const std::array<CrifRow, 7> kinds{
        crif_row(product, "Risk_IRCurve", currency, "", tenor, pick({"OIS", "Prime"}), amount),
        crif_row(product, "Risk_CreditQ", name, pick({"1", "2", "Residual"}), tenor, "", amount),
        crif_row(product, "Risk_CreditNonQ", name, "1", tenor, pick({"G", "H"}), amount),
        crif_row(product, "Risk_EquityVol", name, pick({"1", "Residual"}), tenor, "", amount),
        crif_row(product, "Risk_FX", currency, "", "", "", amount),
        crif_row(product, "Risk_InflationVol", currency, "", tenor, "", amount),
        crif_row(product, "Risk_BaseCorr", name, "", "", "", amount)};
    rows.push_back(kinds[static_cast<std::size_t>(below(7))]);
  }
  return rows;
}

constexpr int books = 40;

TEST(SimmProperties, the_order_of_rows_changes_no_bit) {
  std::mt19937 random(20260630);
  for (int book = 0; book < books; ++book) {
    auto rows = random_rows(random);
    const SimmMargin before = margin_of(rows);
    std::ranges::shuffle(rows, random);
    EXPECT_EQ(margin_of(rows), before);
  }
}

TEST(SimmProperties, netting_the_file_first_changes_no_bit) {
  std::mt19937 random(20260701);
  for (int book = 0; book < books; ++book) {
    auto rows = random_rows(random);
    // Volatility scales each amount before it is added: those sums are rounded, and only near to the netted ones.
    std::erase_if(rows, [](const CrifRow& row) { return row.risk_type.ends_with("Vol"); });
    EXPECT_EQ(margin_of(*netted(rows)), margin_of(rows));
  }
}

TEST(SimmProperties, posting_is_calling_with_the_other_sign) {
  std::mt19937 random(20260702);
  for (int book = 0; book < books; ++book) {
    const auto rows = random_rows(random);
    auto mirrored = rows;
    for (CrifRow& row : mirrored) row.amount = -*row.amount;
    const double called = margin_of(mirrored).amount;
    // The same terms in the order of the other sign: some roundings of sums of at most eighty terms.
    EXPECT_NEAR(margin_of(rows, synthetic_pack(), MarginSide::post).amount, called, 1e-12 * called);
  }
}

TEST(SimmProperties, without_concentration_margin_scales_with_the_book) {
  SimmPack pack = synthetic_pack();
  constexpr double infinite = std::numeric_limits<double>::infinity();
  for (auto* table : {&pack.credit_qualifying, &pack.credit_non_qualifying, &pack.equity, &pack.commodity})
    for (SimmBucket& bucket : table->buckets) bucket.threshold = bucket.vega_threshold = infinite;
  for (auto* list :
       {&pack.rates.thresholds, &pack.rates.vega_thresholds, &pack.exchange.thresholds, &pack.exchange.vega_thresholds})
    std::ranges::fill(*list, infinite);
  std::mt19937 random(20260703);
  for (int book = 0; book < books; ++book) {
    auto rows = random_rows(random);
    const double before = margin_of(rows, pack).amount;
    for (CrifRow& row : rows) row.amount = 4.0 * *row.amount;
    EXPECT_EQ(margin_of(rows, pack).amount, 4.0 * before);  // a power of two: exact
  }
}

TEST(Crif, netting_adds_amounts_and_repeats_parameters) {
  CrifRow one = equity("A", "1", 100.0);
  one.amount_usd = 100.0;
  CrifRow other = equity("A", "1", -30.0);
  other.trade_id = "T2";
  other.amount_usd = -30.0;
  const CrifRow parameter = crif_row("", "Param_ProductClassMultiplier", "Equity", "", "", "", 1.75);
  const auto found = netted({one, parameter, other, parameter});
  ASSERT_TRUE(found.has_value());
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0].amount, 1.75);
  EXPECT_EQ((*found)[1].amount, 70.0);
  EXPECT_EQ((*found)[1].amount_usd, 70.0);
  EXPECT_EQ((*found)[1].trade_id, "");
  other.amount_usd.reset();
  EXPECT_EQ((*netted({one, other}))[0].amount_usd, std::nullopt);
  CrifRow scheduled = other;
  scheduled.im_model = "Schedule";
  CrifRow beside = scheduled;
  beside.trade_id = "T3";
  EXPECT_EQ(netted({scheduled, beside})->size(), 2u);
  EXPECT_EQ((*netted({scheduled, beside}))[1].trade_id, "T3");
  one.amount = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(netted({other, one}).error(),
            (Error{ErrorCode::invalid_value, "crif[2].amount", "nan", "a finite number", "correct the amount"}));
  one.amount.reset();
  EXPECT_EQ(netted({one}).error(),
            (Error{ErrorCode::missing_field, "crif[2].amount", "nothing", "a number", "fill the column in"}));
}

}  // namespace
}  // namespace plimsoll::margin
