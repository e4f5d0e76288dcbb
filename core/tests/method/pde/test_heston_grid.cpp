#include "../option_cases.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/pde/finite_differences.hpp>
#include <plimsoll/method/pde/heston_grid.hpp>
#include <plimsoll/numerics/quadrature.hpp>

namespace plimsoll::testing {
namespace {

constexpr auto call = OptionType::call;
constexpr auto put = OptionType::put;
const Heston<double> lewis{100.0, 0.01, 0.02, 0.04, 4.0, 0.25, 1.0, -0.5};

/// A European price by the contour half way between the poles: the characteristic function in the form of Albrecher,
/// Mayer, Schoutens & Tistaert (2007), and Lewis (2001), A simple option formula for general jump-diffusion processes.
double by_contour(OptionType type, double strike, double years, const Heston<double>& m) {
  using Complex = std::complex<double>;
  const double forward = m.spot * std::exp((m.rate - m.dividend_yield) * years);
  const double xi = m.volatility_of_variance;
  const auto characteristic = [&](Complex u) {
    const Complex iu = Complex(0.0, 1.0) * u;
    const Complex beta = m.mean_reversion - m.correlation * xi * iu;
    const Complex d = std::sqrt(beta * beta + xi * xi * (iu + u * u));
    const Complex g = (beta - d) / (beta + d);
    const Complex fading = std::exp(-d * years);
    const Complex constant = m.mean_reversion * m.long_variance / (xi * xi) *
                             ((beta - d) * years - 2.0 * std::log((1.0 - g * fading) / (1.0 - g)));
    return std::exp(constant + m.variance * (beta - d) / (xi * xi) * (1.0 - fading) / (1.0 - g * fading));
  };
  const auto integrand = [&](double u) {
    const Complex moved(u, -0.5);
    return (std::exp(Complex(0.0, u * std::log(forward / strike))) * characteristic(moved)).real() / (u * u + 0.25);
  };
  const double integral = gauss_kronrod(integrand, 0.0, 400.0).value;
  const double covered = forward - std::sqrt(forward * strike) / std::numbers::pi * integral;
  return std::exp(-m.rate * years) * (type == call ? covered : covered - forward + strike);
}

double price(const SpotContract& contract, const Heston<double>& model, const AlternatingGrid& settings = {}) {
  const auto found = heston_grid(contract, model, settings, Measures::price_only);
  EXPECT_TRUE(found) << found.error().message();
  return found ? found->price : std::nan("");
}

TEST(HestonGrid, contour_agrees_with_the_printed_value) {
  // Lewis's high-precision prices, as in table heston_european.
  EXPECT_NEAR(by_contour(put, 80.0, 1.0, lewis), 7.95887811325676828521, 1e-9);
  EXPECT_NEAR(by_contour(put, 90.0, 1.0, lewis), 12.0179667073463049877, 1e-9);
}

TEST(HestonGrid, error_falls_with_the_square_of_the_steps) {
  for (const AlternatingScheme scheme :
       {AlternatingScheme::modified_craig_sneyd, AlternatingScheme::hundsdorfer_verwer}) {
    std::vector<double> orders;
    for (const double strike : {79.3, 94.7}) {
      const double exact = by_contour(put, strike, 1.0, lewis);
      const auto error = [&](std::int64_t steps) {
        return std::abs(price(spot_contract(European{put, strike, 1.0}), lewis, {steps, steps / 2, steps / 2, scheme}) -
                        exact);
      };
      orders.push_back(std::log2(error(40) / error(80)));
    }
    std::ranges::sort(orders);
    std::printf("[ MEASURED ] scheme %d: order %.2f, from %.2f to %.2f\n", static_cast<int>(scheme), median(orders),
                orders.front(), orders.back());
    EXPECT_NEAR(median(orders), 2.0, 0.2);
  }
}

TEST(HestonGrid, douglas_is_of_the_first_order_in_time_alone) {
  const SpotContract contract = spot_contract(European{put, 97.0, 1.0});
  const auto at = [&](std::int64_t time) { return price(contract, lewis, {32, 16, time, AlternatingScheme::douglas}); };
  const double limit = price(contract, lewis, {32, 16, 300, AlternatingScheme::hundsdorfer_verwer});
  EXPECT_NEAR(std::log2((at(50) - limit) / (at(100) - limit)), 1.0, 0.25);
}

TEST(HestonGrid, extrapolated_price_agrees_with_the_contour_where_the_variance_touches_zero) {
  // Feller ratios of 2, 0.32 and 0.05.
  for (const auto& [model, allowed] : {std::pair{lewis, 1e-3},
                                       {Heston<double>{100.0, 0.03, 0.0, 0.04, 2.0, 0.04, 0.7, -0.7}, 1e-2},
                                       {Heston<double>{100.0, 0.03, 0.01, 0.02, 0.5, 0.04, 0.9, 0.5}, 3e-2}})
    for (const double strike : {118.0}) {
      const double found = price(spot_contract(European{call, strike, 1.0}), model,
                                 {80, 48, 40, AlternatingScheme::modified_craig_sneyd, Extrapolation::richardson});
      EXPECT_NEAR(found, by_contour(call, strike, 1.0, model), allowed) << strike;
    }
}

TEST(HestonGrid, american_puts_agree_with_the_printed_grids) {
  int cases = 0;
  for (const ReferenceRow& row : reference_table("heston_american_put.csv")) {
    const Heston<double> model{
        row.number("spot"),  row.number("rate"),  row.number("dividend_yield"),   row.number("v0"),
        row.number("kappa"), row.number("theta"), row.number("sigma_vol_of_vol"), row.number("rho")};
    const SpotContract contract = spot_contract(American{put, row.number("strike"), row.number("maturity_years")});
    for (const AlternatingScheme scheme :
         {AlternatingScheme::douglas, AlternatingScheme::craig_sneyd, AlternatingScheme::modified_craig_sneyd,
          AlternatingScheme::hundsdorfer_verwer})
      EXPECT_NEAR(price(contract, model, {64, 32, 24, scheme}), row.number("expected"), row.number("tolerance"))
          << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 3);
}

TEST(HestonGrid, dividends_agree_with_the_printed_value) {
  // 27 December 2004 to 28 March 2006 is 456 days; the dividends are on days 90, 274 and 455.
  int cases = 0;
  for (const ReferenceRow& row : reference_table("heston_discrete_dividends.csv")) {
    const Heston<double> model{row.number("spot"),
                               row.number("rate"),
                               0.0,
                               row.number("v0"),
                               row.number("kappa"),
                               row.number("theta"),
                               row.number("sigma_vol_of_vol"),
                               row.number("rho")};
    SpotContract contract = spot_contract(European{call, row.number("strike"), 456.0 / 365.0});
    contract.dividends = {{90.0 / 365.0, 1.0, 0.0}, {274.0 / 365.0, 1.0, 0.0}, {455.0 / 365.0, 1.0, 0.0}};
    EXPECT_NEAR(price(contract, model, {160, 16, 60}), row.number("expected"), row.number("tolerance"));
    ++cases;
  }
  EXPECT_EQ(cases, 1);
}

TEST(HestonGrid, little_volatility_of_variance_is_black_and_scholes_with_dividends_and_exercise) {
  const Heston<double> calm{100.0, 0.05, 0.02, 0.0625, 1.0, 0.0625, 1e-3, 0.0};
  const BlackScholes<double> flat{100.0, 0.05, 0.02, 0.25};
  for (const Exercise exercise : {Exercise::european, Exercise::american}) {
    SpotContract contract = spot_contract(European{put, 103.0, 0.8});
    contract.exercise = exercise;
    contract.dividends = {{0.3, 2.0, 0.0}, {0.6, 0.0, 0.01}};
    const double exact = finite_differences(contract, flat, {200, 100}, Measures::price_only)->priced.price;
    EXPECT_NEAR(price(contract, calm, {160, 12, 80}), exact, 1e-2);
  }
}

TEST(HestonGrid, sensitivities_agree_with_differences_of_the_contour) {
  const double strike = 95.0;
  const auto found = heston_grid(spot_contract(European{call, strike, 1.0}), lewis,
                                 {40, 24, 16, AlternatingScheme::modified_craig_sneyd, Extrapolation::richardson});
  const auto bumped = [&](double Heston<double>::* field, double size) {
    Heston<double> high = lewis;
    Heston<double> low = lewis;
    high.*field += size;
    low.*field -= size;
    return (by_contour(call, strike, 1.0, high) - by_contour(call, strike, 1.0, low)) / (2.0 * size);
  };
  // A thousandth of each derivative, and of the price's scale per unit of the parameter.
  using H = Heston<double>;
  for (const auto& [field, size] : {std::pair{&H::spot, 0.01},
                                    {&H::rate, 1e-4},
                                    {&H::dividend_yield, 1e-4},
                                    {&H::variance, 1e-4},
                                    {&H::mean_reversion, 1e-3},
                                    {&H::long_variance, 1e-4},
                                    {&H::volatility_of_variance, 1e-3},
                                    {&H::correlation, 1e-3}}) {
    const double exact = bumped(field, size);
    EXPECT_NEAR(found->sensitivities.*field, exact, 1e-3 * std::abs(exact) + 2e-3);
  }
  const auto at = [&](double spot, double years) {
    H moved = lewis;
    moved.spot = spot;
    return by_contour(call, strike, years, moved);
  };
  EXPECT_NEAR(found->gamma, at(101.0, 1.0) - 2.0 * at(100.0, 1.0) + at(99.0, 1.0), 2e-5);
  EXPECT_NEAR(found->theta, (at(100.0, 0.999) - at(100.0, 1.001)) / 0.002, 1e-2);
}

TEST(HestonGrid, spot_where_exercise_is_best_has_the_payoff) {
  const auto found = heston_grid(spot_contract(American{put, 200.0, 0.5}), {100.0, 0.1, 0.0, 0.04, 2.0, 0.04, 0.3, 0.0},
                                 {40, 20, 20}, Measures::price_only);
  EXPECT_EQ(found->price, 100.0);
  EXPECT_EQ(found->sensitivities.spot, -1.0);
}

TEST(HestonGrid, sensitivities_with_dividends_and_exercise_agree_with_differences) {
  SpotContract contract = spot_contract(American{put, 103.0, 0.8});
  contract.dividends = {{0.3, 2.0, 0.0}};
  const AlternatingGrid settings{32, 20, 16};
  const auto found = heston_grid(contract, lewis, settings);
  EXPECT_NEAR(found->price, price(contract, lewis, settings), 1e-9);
  const auto bumped = [&](double Heston<double>::* field, double size) {
    Heston<double> high = lewis;
    Heston<double> low = lewis;
    high.*field += size;
    low.*field -= size;
    return (price(contract, high, {64, 32, 32}) - price(contract, low, {64, 32, 32})) / (2.0 * size);
  };
  const double by_mean = bumped(&Heston<double>::long_variance, 0.01);
  EXPECT_NEAR(found->sensitivities.long_variance, by_mean, 0.03 * by_mean);
  const double by_rate = bumped(&Heston<double>::rate, 1e-3);
  EXPECT_NEAR(found->sensitivities.rate, by_rate, 0.03 * std::abs(by_rate));
}

std::string field(const SpotContract& c, const Heston<double>& m = lewis, const AlternatingGrid& g = {}) {
  const auto found = heston_grid(c, m, g);
  return found ? "" : found.error().field;
}

TEST(HestonGrid, refuses_contracts_that_make_no_sense_or_are_not_for_it) {
  const SpotContract good = spot_contract(European{call, 95.0, 1.0});
  SpotContract bad = good;
  bad.strike = NAN;
  EXPECT_EQ(field(bad), "strike");
  bad.strike = 0.0;
  EXPECT_EQ(field(bad), "strike");
  bad = good;
  bad.years = 0.0;
  EXPECT_EQ(field(bad), "expiry");
  bad = good;
  bad.lower = 90.0;
  EXPECT_EQ(field(bad), "lower");
  bad = good;
  bad.payout = Payout::cash;
  EXPECT_EQ(field(bad), "payout");
  bad = good;
  bad.dividends = {{2.0, 1.0, 0.0}};
  EXPECT_EQ(field(bad), "dividends[0].years");
}

TEST(HestonGrid, refuses_models_and_settings_that_make_no_sense) {
  const SpotContract good = spot_contract(European{call, 95.0, 1.0});
  Heston<double> model = lewis;
  model.volatility_of_variance = 0.0;
  EXPECT_EQ(field(good, model), "volatility_of_variance");
  model = lewis;
  model.correlation = 1.5;
  EXPECT_EQ(field(good, model), "correlation");
  model = lewis;
  model.variance = -0.1;
  EXPECT_EQ(field(good, model), "variance");
  model.variance = model.long_variance = 0.0;
  EXPECT_EQ(field(good, model), "variance");
  EXPECT_EQ(field(good, lewis, {4, 50, 50}), "spot_steps");
  EXPECT_EQ(field(good, lewis, {100, 50, 5000}), "time_steps");
}

}  // namespace
}  // namespace plimsoll::testing
