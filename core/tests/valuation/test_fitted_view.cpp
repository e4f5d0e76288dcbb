#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/digital.hpp"
#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/method/monte_carlo/heston.hpp"
#include "plimsoll/valuation/fitted_view.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

using namespace plimsoll;

namespace {

const ImpliedCarry carry{100.0, {0.5, 1.0}, {101.0, 102.5}, {0.99, 0.975}};
const Heston<double> heston{0.0, 0.0, 0.0, 0.04, 1.5, 0.05, 0.6, -0.6};
const Bates<double> bates{0.0, 0.0, 0.0, 0.03, 1.5, 0.04, 0.5, -0.6, 0.4, -0.1, 0.15};
const Merton<double> merton{0.0, 0.0, 0.0, 0.15, 0.5, -0.15, 0.2};
const VarianceGamma<double> gamma_model{0.0, 0.0, 0.0, 0.2, 0.2, -0.15};
const Ssvi<double> surface{{0.5, 1.0}, {0.02, 0.045}, -0.5, 0.7, 0.4};
const Ssvi<double> flat{{1.0}, {0.04}, 0.0, 0.0, 0.4};
const std::vector<FittedModel> models{heston, bates, merton, gamma_model, surface};
const PathPlan plan{2048, 7, 1, 4};  // sixteen steps at least, whatever the pace

/// Black and Scholes's model of the flat surface, with the carry to one year.
const BlackScholes<double> as_flat{100.0, -std::log(0.975), -std::log(0.975) - std::log(1.025), 0.2};

Result<FittedPrice> price(const Product& product, const FittedModel& model, const PathPlan& how = plan) {
  return fitted_price(product, model, carry, how, Checked::yes);
}

double call_at(double strike, const FittedModel& model) {
  return price(European{OptionType::call, strike, 0.75}, model)->price;
}

/// Simulations state a standard error and what half the steps change: four of them are beyond what chance explains.
void expect_within_error(const FittedPrice& found, double expected, std::string_view model) {
  EXPECT_EQ(found.method, "paths");
  EXPECT_GT(found.error, 0.0);
  EXPECT_NEAR(found.price, expected, 4.0 * found.error) << model;
}

}  // namespace

TEST(ImpliedCarry, meets_the_chain_and_is_linear_in_time_between) {
  EXPECT_DOUBLE_EQ(carry_to(carry, 0.5).forward, 101.0);
  EXPECT_DOUBLE_EQ(carry_to(carry, 1.0).discount, 0.975);
  EXPECT_DOUBLE_EQ(carry_to(carry, 0.75).forward, std::sqrt(101.0 * 102.5));
  EXPECT_DOUBLE_EQ(carry_to(carry, 2.0).discount, 0.975 * 0.975);
  EXPECT_DOUBLE_EQ(carry_to(carry, 0.0).forward, 100.0);
  EXPECT_DOUBLE_EQ(carry_to(carry, 0.25).discount, std::sqrt(0.99));
}

TEST(ImpliedCarry, refuses_what_makes_no_sense) {
  const auto refused = [](ImpliedCarry flawed) { return fitted_price(Stock{}, heston, flawed, plan, Checked::no); };
  EXPECT_EQ(refused({100.0, {}, {}, {}}).error().field, "years");
  EXPECT_EQ(refused({100.0, {1.0, 0.5}, {1.0, 1.0}, {1.0, 1.0}}).error().field, "years");
  EXPECT_EQ(refused({100.0, {1.0}, {-1.0}, {1.0}}).error().field, "forwards");
  EXPECT_EQ(refused({0.0, {1.0}, {1.0}, {1.0}}).error().message(),
            (Error{ErrorCode::invalid_value, "spot", "0", "a finite number above zero", "correct the spot"}.message()));
}

TEST(FittedPrice, two_fourier_methods_agree_and_parity_holds) {
  for (const FittedModel& model : models) {
    const FittedPrice call = *price(European{OptionType::call, 95.0, 0.75}, model);
    const FittedPrice put = *price(European{OptionType::put, 95.0, 0.75}, model);
    // Both methods are good to 1e-12 of the strike, variance gamma's series, which is cut, to 1e-9.
    const double allowed = kind(model) == "VarianceGamma" ? 1e-7 : 1e-10;
    EXPECT_LT(call.error, allowed) << kind(model);
    const CarryTo to = carry_to(carry, 0.75);
    EXPECT_NEAR(call.price - put.price, to.discount * (to.forward - 95.0), allowed) << kind(model);
  }
}

TEST(FittedPrice, a_digital_is_the_slope_of_the_vanilla_in_the_strike) {
  for (const FittedModel& model : models) {
    const auto difference = [&](double step) {
      return (call_at(95.0 - step, model) - call_at(95.0 + step, model)) / (2.0 * step);
    };
    const double slope = (4.0 * difference(0.1) - difference(0.2)) / 3.0;
    const FittedPrice cash = *price(Digital{OptionType::call, Payout::cash, 95.0, 1.0, 0.0, 0.75}, model);
    // Richardson's difference errs by 0.2^4 / 120 of the fifth derivative, which is below 1e-3, and by the prices'
    // errors over the step, of 1e-9 for variance gamma.
    EXPECT_NEAR(cash.price, slope, 0.0016 / 120.0 * 1e-3 + 1e-8) << kind(model);
    const FittedPrice asset = *price(Digital{OptionType::call, Payout::asset, 95.0, 0.0, 0.0, 0.75}, model);
    const FittedPrice gap = *price(Digital{OptionType::call, Payout::difference, 95.0, 0.0, 90.0, 0.75}, model);
    EXPECT_NEAR(asset.price - 95.0 * cash.price, call_at(95.0, model), 1e-8) << kind(model);
    EXPECT_NEAR(gap.price, asset.price - 90.0 * cash.price, 1e-8) << kind(model);
    const FittedPrice below = *price(Digital{OptionType::put, Payout::cash, 95.0, 2.0, 0.0, 0.75}, model);
    EXPECT_NEAR(cash.price + 0.5 * below.price, carry_to(carry, 0.75).discount, 1e-9) << kind(model);
  }
}

TEST(FittedPrice, a_flat_surface_is_black_scholes) {
  const European option{OptionType::put, 105.0, 1.0};
  EXPECT_NEAR(price(option, flat)->price, black_scholes_price(option.type, option.strike, 1.0, as_flat), 1e-11);
  const Digital digital{OptionType::put, Payout::cash, 105.0, 3.0, 0.0, 1.0};
  EXPECT_NEAR(price(digital, flat)->price, closed_form(digital, as_flat)->price, 1e-11);
}

TEST(FittedPrice, without_chance_in_the_variance_or_jumps_every_model_knocks_as_the_formula) {
  // The limits of all models are Black and Scholes's; the parameters that make them different are all but zero.
  const std::vector<FittedModel> limits{Heston<double>{0.0, 0.0, 0.0, 0.04, 1.0, 0.04, 1e-2, 0.0},
                                        Bates<double>{0.0, 0.0, 0.0, 0.04, 1.0, 0.04, 1e-2, 0.0, 1e-9, 0.0, 0.1},
                                        Merton<double>{0.0, 0.0, 0.0, 0.2, 1e-9, 0.0, 0.1}, flat};
  const Barrier out{
      OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 85.0, 2.0, 1.0};
  const Barrier in{OptionType::put, Payout::cash, 100.0, 10.0, BarrierSide::up, Knock::knock_in, 115.0, 1.0, 1.0};
  const Touch hit{Payout::cash, 5.0, BarrierSide::down, Knock::knock_in, Settlement::at_hit, 85.0, 1.0};
  const Touch none{Payout::asset, 0.0, BarrierSide::up, Knock::knock_out, Settlement::at_expiry, 120.0, 1.0};
  const ImpliedCarry constant{100.0, {1.0}, {102.5}, {0.975}};
  const auto found = [&](const Product& product, const FittedModel& model) {
    return *fitted_price(product, model, constant, plan, Checked::yes);
  };
  for (const FittedModel& model : limits) {
    expect_within_error(found(out, model), closed_form(out, as_flat)->price, kind(model));
    expect_within_error(found(in, model), closed_form(in, as_flat)->price, kind(model));
    expect_within_error(found(hit, model), closed_form(hit, as_flat)->price, kind(model));
    expect_within_error(found(none, model), closed_form(none, as_flat)->price, kind(model));
  }
}

TEST(FittedPrice, what_ends_and_what_begins_add_up_to_the_plain_option) {
  DoubleBarrier option{OptionType::put, Payout::difference, 105.0, 0.0, Knock::knock_out, 75.0, 130.0, 1.0};
  for (const FittedModel& model : {FittedModel{bates}, FittedModel{merton}, FittedModel{surface}}) {
    option.knock = Knock::knock_out;
    const FittedPrice ends = *price(option, model);
    option.knock = Knock::knock_in;
    const FittedPrice begins = *price(option, model);
    const double plain = price(European{option.type, option.strike, option.expiry}, model)->price;
    EXPECT_NEAR(ends.price + begins.price, plain, 4.0 * (ends.error + begins.error)) << kind(model);
  }
}

TEST(FittedPrice, an_asian_is_that_of_the_older_simulation_and_of_one_fixing_the_vanilla) {
  // One fixing on the day of payment: the vanilla, under every model, jumps included.
  const ArithmeticAsian last{OptionType::put, 95.0, {0.75}, 0.75, 0, 0.0};
  for (const FittedModel& model : models)
    expect_within_error(*price(last, model), price(European{OptionType::put, 95.0, 0.75}, model)->price, kind(model));
  // A carry that is constant, so that the older simulation's model has it too.
  const ImpliedCarry constant{100.0, {1.0}, {100.0}, {0.97}};
  const ArithmeticAsian mean{OptionType::call, 98.0, {0.0, 0.25, 0.5, 0.75, 1.0}, 1.0, 1, 101.0};
  Heston<double> same = heston;
  same.spot = 100.0;
  same.rate = same.dividend_yield = -std::log(0.97);
  const auto older = *simulated_price(mean, same, HestonPaths{}, Simulation{.paths = 4096, .seed = 3});
  const auto found = *fitted_price(mean, heston, constant, plan, Checked::yes);
  EXPECT_NEAR(found.price, older.price, 4.0 * (found.error + older.standard_error));
  const ArithmeticAsian made{OptionType::call, 98.0, {0.0}, 1.0, 1, 102.0};
  EXPECT_EQ(fitted_price(made, heston, constant, plan, Checked::yes)->price, 0.97 * 3.0);
}

TEST(FittedPrice, the_error_tells_of_the_steps_where_the_fixings_leave_no_fewer) {
  // Sixteen steps a year, and twenty fixings: half the pace has the same steps.
  ArithmeticAsian option{OptionType::call, 98.0, {}, 1.0, 0, 0.0};
  for (int i = 1; i <= 20; ++i) option.fixings.push_back(0.05 * i);
  const FittedPrice checked = *price(option, heston);
  const FittedPrice unchecked = *fitted_price(option, heston, carry, plan, Checked::no);
  EXPECT_EQ(checked.price, unchecked.price);
  EXPECT_GT(checked.error, unchecked.error);  // which is the standard error alone
}

TEST(FittedPrice, what_is_certain_is_the_same_under_every_model) {
  for (const FittedModel& model : models) {
    EXPECT_EQ(*price(Stock{}, model), (FittedPrice{100.0, 0.0, "exact"}));
    EXPECT_DOUBLE_EQ(price(Future{1.0}, model)->price, 102.5);
    EXPECT_DOUBLE_EQ(price(Payment{Payout::cash, 2.0, 1.0}, model)->price, 1.95);
    EXPECT_DOUBLE_EQ(price(Payment{Payout::asset, 2.0, 1.0}, model)->price, 2.0 * 0.975 * 102.5);
    EXPECT_EQ(price(European{OptionType::call, 90.0, 0.0}, model)->price, 10.0) << kind(model);
    EXPECT_EQ(
        price(Touch{Payout::cash, 5.0, BarrierSide::up, Knock::knock_out, Settlement::at_expiry, 120.0, 0.0}, model)
            ->price,
        5.0);
  }
}

TEST(FittedPrice, refuses_what_has_no_method_or_no_sense) {
  const Barrier barrier{
      OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 85.0, 0.0, 1.0};
  EXPECT_EQ(price(barrier, gamma_model).error().value, "VarianceGamma for Barrier");
  EXPECT_EQ(price(American{OptionType::put, 100.0, 1.0}, heston).error().message(),
            (Error{ErrorCode::unsupported, "model", "Heston for American",
                   "European, Digital, ArithmeticAsian, Stock, Future, Payment under every model; Barrier, "
                   "DoubleBarrier, Touch under all but VarianceGamma",
                   "value the trade by the methods of the snapshot's own model, which `methods` lists"}
                 .message()));
  Barrier crossed = barrier;
  crossed.barrier = 100.0;
  EXPECT_EQ(price(crossed, heston).error().message(),
            (Error{ErrorCode::invalid_value, "spot", "100", "a spot that has touched no level of a trade that is alive",
                   "give the trade's state as knocked"}
                 .message()));
  EXPECT_EQ(price(Touch{Payout::asset, 0.0, BarrierSide::up, Knock::knock_in, Settlement::at_hit, 120.0, 1.0}, heston)
                .error()
                .field,
            "settlement");
  EXPECT_EQ(price(Digital{OptionType::call, Payout::cash, 0.0, 1.0, 0.0, 1.0}, heston).error().field, "strike");
  EXPECT_EQ(price(European{OptionType::call, -1.0, 1.0}, heston).error().field, "strike");
  EXPECT_EQ(price(barrier, heston, {100, 1, 1, 48}).error().field, "paths");
  EXPECT_EQ(price(barrier, heston, {8192, 1, 0, 48}).error().field, "threads");
  EXPECT_EQ(price(barrier, heston, {8192, 1, 1, 1}).error().field, "steps_per_year");
  // A carry that grows beyond a double: 1.025^40000.
  for (const FittedModel& model : models)
    EXPECT_EQ(
        price(European{OptionType::put, 95.0, 40000.0}, model).error().message(),
        (Error{ErrorCode::invalid_value, "expiry", "40000 years",
               "a time to which the quotes' forwards and discount factors can be carried on", "correct the expiry"}
             .message()));
  const Touch endless{Payout::cash, 5.0, BarrierSide::up, Knock::knock_out, Settlement::at_expiry, 120.0, 30000.0};
  EXPECT_EQ(price(endless, merton).error().allowed, "at most 100000 steps to the last date");
}

TEST(FittedPrice, has_the_same_bits_for_any_number_of_threads) {
  const Barrier barrier{
      OptionType::call, Payout::difference, 100.0, 0.0, BarrierSide::down, Knock::knock_out, 85.0, 0.0, 1.0};
  const PathPlan few{2048, 7, 1, 24};
  PathPlan more = few;
  more.threads = 3;
  EXPECT_EQ(*price(barrier, bates, few), *price(barrier, bates, more));
}

namespace {

/// Quotes of Black's formula: of one expiry and one volatility, each with a weight of four (half a unit of deviation).
QuotedExpiry black_quotes(const std::vector<double>& strikes, double volatility) {
  QuotedExpiry expiry{1.0, 102.5, 0.975, {}, strikes, {}, {}};
  for (const double strike : strikes) {
    expiry.types.push_back(OptionType::call);
    expiry.prices.push_back(black_price<double>(1.0, 0.975 * 102.5, 0.975 * strike, volatility));
    expiry.weights.push_back(4.0);
  }
  return expiry;
}

Ssvi<double> flat_bound(double variance) { return {{1.0}, {variance}, 0.0, 0.0, 0.4}; }

Trade european(double strike) {
  return {"t", -3.0, 100.0, OptionTerms{"X", OptionType::call, Exercise::european, strike, *Date::parse("2027-01-05")}};
}

}  // namespace

TEST(FitQuality, is_the_miss_in_volatility_and_in_half_spreads) {
  const std::vector<QuotedExpiry> chain{black_quotes({90.0, 110.0}, 0.2)};
  // The prices of a volatility one hundredth higher; a residual is the miss times the root of the weight.
  const QuotedExpiry higher = black_quotes({90.0, 110.0}, 0.21);
  std::vector<double> residuals;
  for (std::size_t i = 0; i < 2; ++i) residuals.push_back(2.0 * (higher.prices[i] - chain[0].prices[i]));
  const FitQuality found = *fit_quality(chain, residuals);
  EXPECT_NEAR(found.volatility_rmse, 0.01, 1e-13);  // the inversion's rounding over vega
  EXPECT_NEAR(found.worst_volatility, 0.01, 1e-13);
  EXPECT_DOUBLE_EQ(found.half_spread_rmse, std::hypot(residuals[0], residuals[1]) / std::sqrt(2.0));
  EXPECT_EQ(found.inverted, 2);
  EXPECT_EQ(
      fit_quality(chain, std::vector<double>{1.0}).error().message(),
      (Error{ErrorCode::invalid_value, "residuals", "1", "2, one for each quote", "give those of a fit to this chain"}
           .message()));
}

TEST(FitQuality, a_fitted_price_without_a_volatility_misses_by_all_of_the_quotes) {
  const std::vector<QuotedExpiry> chain{black_quotes({90.0, 110.0}, 0.2)};
  const FitQuality found = *fit_quality(chain, std::vector<double>{-2.0 * chain[0].prices[0], 0.0});
  EXPECT_NEAR(found.worst_volatility, 0.2, 1e-12);
  EXPECT_NEAR(found.volatility_rmse, 0.2 / std::sqrt(2.0), 1e-12);
  EXPECT_EQ(found.inverted, 2);
}

TEST(CandidateQuotes, lie_around_the_forward_and_not_on_a_quote) {
  const std::vector<QuotedExpiry> chain{black_quotes({102.5, 110.0}, 0.2)};
  const CandidateGrid grid{{2.0, 1.0, 1.0}, {1.0, 0.0, -1.0}, 0.01, 1e-6};
  const ImpliedCarry of_chain = carry_of(100.0, chain);
  const auto found = *candidate_quotes(chain, of_chain, grid);
  ASSERT_EQ(found.size(), 5U);  // the forward of the quoted expiry is quoted
  EXPECT_EQ(found[0].type, OptionType::put);
  EXPECT_NEAR(found[0].strike, 102.5 * std::exp(-0.2), 1e-10);
  EXPECT_EQ(found[1].type, OptionType::call);
  EXPECT_NEAR(found[3].strike, 102.5 * 1.025, 1e-10);  // the forward of two years at the mean pace
  // Vega of Black's formula at the strike, times the width.
  const double vega = 0.975 * 102.5 * std::exp(-0.5 * 1.1 * 1.1) / std::sqrt(2.0 * std::acos(-1.0));
  EXPECT_NEAR(found[0].width, 0.01 * vega, 1e-12);
  EXPECT_EQ(candidate_quotes(chain, of_chain, {{1.0, 40000.0}, {1.0}, 0.01, 1e-6})->size(), 1U);  // 1.025^40000
  const auto refused = [&](CandidateGrid flawed) { return candidate_quotes(chain, of_chain, flawed).error().field; };
  EXPECT_EQ(refused({{0.0}, {0.0}, 0.01, 1e-6}), "years");
  EXPECT_EQ(refused({{1.0}, {0.0}, 0.0, 1e-6}), "volatility_width");
  EXPECT_EQ(refused({{1.0}, {0.0}, 0.01, 0.0}), "least_width");
}

TEST(FittedView, an_option_that_is_the_only_quote_is_as_uncertain_as_the_quote) {
  const std::vector<QuotedExpiry> chain{black_quotes({100.0}, 0.2)};
  const auto fit = *calibrate(std::span<const QuotedExpiry>(chain), flat_bound(0.05), flat_bound(0.0), flat_bound(4.0));
  const ImpliedCarry of_chain = carry_of(100.0, chain);
  const std::vector<Trade> trades{
      european(100.0),
      {"a", 1.0, 1.0, OptionTerms{"X", OptionType::call, Exercise::american, 100.0, *Date::parse("2027-01-05")}}};
  const std::vector<CandidateQuote> candidates{{OptionType::call, 1.0, 100.0, 1.0}};
  const auto view =
      *fitted_view(*uncertain_model(fit, chain), of_chain, trades, *Date::parse("2026-01-05"), candidates, plan);
  EXPECT_NEAR(view.trades[0]->price, chain[0].prices[0], 1e-10);
  // Half a unit of deviation; the central difference of a thousandth errs by 1e-6 of it.
  EXPECT_NEAR(view.trades[0]->deviation, 0.5, 1e-5);
  EXPECT_NEAR(view.views[0].variances[0], 0.25, 1e-5);
  EXPECT_NEAR(view.views[0].covariances[0], 0.25, 1e-5);
  EXPECT_EQ(view.trades[1].error().code, ErrorCode::unsupported);
  EXPECT_TRUE(view.views[1].quotes.empty());
  EXPECT_EQ(range_of(trades[0], std::vector<double>{1.0, 2.0}, 0)->reserve, 300.0);
}

TEST(FittedView, the_deviation_is_that_of_values_fitted_to_moved_quotes) {
  std::vector<QuotedExpiry> chain;
  for (const double years : surface.years) {
    const CarryTo to = carry_to(carry, years);
    QuotedExpiry expiry{years, to.forward, to.discount, {}, {85.0, 95.0, 105.0, 115.0}, {}, {}};
    for (const double strike : expiry.strikes) {
      expiry.types.push_back(OptionType::call);
      expiry.prices.push_back(price(European{OptionType::call, strike, years}, surface)->price);
      expiry.weights.push_back(400.0);
    }
    chain.push_back(expiry);
  }
  const Ssvi<double> low{surface.years, {0.0, 0.0}, -0.99, 0.0, 1e-3};
  const Ssvi<double> high{surface.years, {9.0, 9.0}, 0.99, 1.0, 0.5};
  const auto fitted = [&] { return *calibrate(std::span<const QuotedExpiry>(chain), surface, low, high); };
  const auto value = [&] { return price(European{OptionType::call, 90.0, 1.0}, fitted().model)->price; };
  const auto fit = fitted();
  const auto view = *fitted_view(*uncertain_model(fit, chain), carry, std::vector<Trade>{european(90.0)},
                                 *Date::parse("2026-01-05"), {}, plan);
  double variance = 0.0;
  constexpr double bump = 1e-3;  // of a price: the difference errs by its square times what bends the fit
  for (QuotedExpiry& expiry : chain)
    for (double& quote : expiry.prices) {
      const double kept = std::exchange(quote, quote + bump);
      const double up = value();
      quote = kept - bump;
      const double slope = (up - value()) / (2.0 * bump);
      quote = kept;
      variance += slope * slope / 400.0;
    }
  EXPECT_NEAR(view.trades[0]->deviation, std::sqrt(variance), 1e-3 * std::sqrt(variance));
}

TEST(FittedView, a_path_price_is_as_uncertain_as_the_integral_that_it_is_the_mean_of) {
  Matrix covariance(8, 8);
  const std::vector<double> deviations{0.004, 0.2, 0.005, 0.05, 0.05, 0.1, 0.02, 0.02};
  for (std::size_t i = 0; i < 8; ++i) covariance(i, i) = deviations[i] * deviations[i];
  covariance(0, 2) = covariance(2, 0) = -0.5 * deviations[0] * deviations[2];
  const Date expiry = *Date::parse("2027-01-05");
  const std::vector<Trade> trades{european(100.0),
                                  {"m", 1.0, 1.0, AsianTerms{"X", OptionType::call, 100.0, {expiry}, {}, expiry}}};
  const PathPlan many{16384, 7, 1, 4};
  const auto view = *fitted_view({bates, covariance, 1.0, {}}, carry, trades, *Date::parse("2026-01-05"), {}, many);
  EXPECT_EQ(view.trades[1]->method, "paths");
  // Each of eight differences along 4,096 common paths has a few per cent of noise; a tenth of the sum is beyond it.
  EXPECT_NEAR(view.trades[1]->deviation, view.trades[0]->deviation, 0.1 * view.trades[0]->deviation);
}
