#include "method/distance_from_refits.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/fourier/calibration.hpp"
#include "plimsoll/method/fourier/contour.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

// Merton's series is the shortest; Heston is fitted in the tests of the extension, without sanitisers.
const Merton<double> truth{100.0, 0.0, 0.0, 0.18, 0.8, -0.12, 0.15};
const Merton<double> start{100.0, 0.0, 0.0, 0.2, 0.7, -0.1, 0.16};
const Merton<double> lower{0.0, 0.0, 0.0, 0.01, 0.01, -1.0, 0.01};
const Merton<double> upper{0.0, 0.0, 0.0, 1.0, 9.0, 0.5, 1.0};

/// Prices by the contour, which the fit does not use, with noise of some thousandths of volatility, and weights of one
/// over vega squared.
template <class Model>
std::vector<QuotedExpiry> chain_of(double noise, Model model) {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  std::vector<QuotedExpiry> chain;
  for (const double years : {0.5, 1.5}) {
    model.spot = 100.0 * std::exp(0.02 * years);
    QuotedExpiry expiry{years, model.spot, std::exp(-0.03 * years), {}, {}, {}, {}};
    for (int i = -2; i <= 2; ++i) {
      const double strike = model.spot * std::exp(0.6 * i * 0.2 * std::sqrt(years));
      const OptionType type = i < 0 ? OptionType::put : OptionType::call;
      const double price = contour(StrikeLadder{type, years, {strike}}, model)->front().price;
      const double vega = black_scholes_greeks(type, strike, years, {model.spot, 0.0, 0.0, 0.22}).greeks.vega;
      expiry.types.push_back(type);
      expiry.strikes.push_back(strike);
      expiry.prices.push_back(expiry.discount * (price + noise * vega * uniform(random)));
      expiry.weights.push_back(1.0 / (vega * vega));
    }
    chain.push_back(expiry);
  }
  return chain;
}

std::vector<QuotedExpiry> chain_of(double noise) { return chain_of(noise, truth); }

double& price_of(std::vector<QuotedExpiry>& chain, std::size_t quote) { return chain[quote / 5].prices[quote % 5]; }

TEST(Calibration, exact_quotes_give_back_the_model_that_made_them) {
  const auto fit = calibrate(std::span<const QuotedExpiry>(chain_of(0.0)), start, lower, upper);
  ASSERT_TRUE(fit) << fit.error().message();
  EXPECT_TRUE(fit->quotes.fit.converged());
  EXPECT_LT(fit->quotes.fit.sum_of_squares, 1e-18);
  EXPECT_NEAR(fit->model.volatility, truth.volatility, 1e-9);
  EXPECT_NEAR(fit->model.jump_intensity, truth.jump_intensity, 1e-6);
  EXPECT_NEAR(fit->model.mean_log_jump, truth.mean_log_jump, 1e-7);
  EXPECT_NEAR(fit->model.log_jump_deviation, truth.log_jump_deviation, 1e-7);
}

/// The largest relative difference between by_quote and the fit to bumped quotes, over every parameter and `quotes`.
double worst_bump(double noise, const std::vector<std::size_t>& quotes, double relative) {
  auto chain = chain_of(noise);
  const auto fit = calibrate(std::span<const QuotedExpiry>(chain), start, lower, upper);
  EXPECT_TRUE(fit) << fit.error().message();
  EXPECT_LT(fit->quotes.newton_step, 1e-11);
  double worst = 0.0;
  for (const std::size_t quote : quotes) {
    const double price = price_of(chain, quote);
    const auto moved = [&](double by) {
      price_of(chain, quote) = price + by;
      auto again = calibrate(std::span<const QuotedExpiry>(chain), fit->model, lower, upper);
      price_of(chain, quote) = price;
      return again->quotes.fit.parameters;
    };
    worst = std::max(worst, testing::distance_from_refits(fit->quotes, quote, relative * price, moved));
  }
  return worst;
}

TEST(Calibration, parameters_move_with_the_quotes_as_the_implicit_function_theorem_says) {
  EXPECT_LT(worst_bump(0.003, {2}, 1e-4), 1e-4);
  EXPECT_LT(worst_bump(0.0, {7}, 1e-4), 1e-8);
}

TEST(Calibration, noise_shows_in_the_residuals_and_in_the_standard_errors) {
  const auto fit = calibrate(std::span<const QuotedExpiry>(chain_of(0.003)), start, lower, upper);
  ASSERT_TRUE(fit);
  // A uniform error of 0.003 has a deviation of 0.0017.
  EXPECT_NEAR(std::sqrt(fit->quotes.fit.residual_variance), 0.0017, 0.0007);
  EXPECT_GT(fit->quotes.standard_errors[0], 1e-4);
  EXPECT_NEAR(fit->model.volatility, 0.18, 4.0 * fit->quotes.standard_errors[0]);
  EXPECT_NEAR(fit->model.mean_log_jump, -0.12, 4.0 * fit->quotes.standard_errors[2]);
}

TEST(Calibration, a_parameter_that_a_bound_holds_does_not_move) {
  Merton<double> capped = upper;
  capped.jump_intensity = 0.7;
  const auto fit = calibrate(std::span<const QuotedExpiry>(chain_of(0.0)), start, lower, capped);
  ASSERT_TRUE(fit) << fit.error().message();
  EXPECT_EQ(fit->model.jump_intensity, 0.7);
  EXPECT_TRUE(fit->quotes.fit.at_bound[1]);
  EXPECT_EQ(fit->quotes.by_quote(1, 0), 0.0);
  EXPECT_TRUE(std::isnan(fit->quotes.standard_errors[1]));
  EXPECT_NE(fit->quotes.by_quote(0, 0), 0.0);
}

/// A fit that begins at the model which made the quotes stays there.
template <class Model>
void expect_rest(const Model& made, const Model& low, const Model& high) {
  auto chain = chain_of(0.0, made);
  chain.resize(1);
  const auto fit = calibrate(std::span<const QuotedExpiry>(chain), made, low, high);
  ASSERT_TRUE(fit) << fit.error().message();
  // Two methods price the quotes, each to 1e-13 of the spot.
  EXPECT_LT(fit->quotes.fit.sum_of_squares, 1e-18);
}

TEST(Calibration, every_model_rests_at_its_own_quotes) {
  expect_rest(VarianceGamma<double>{100.0, 0.0, 0.0, 0.2, 0.3, -0.1},
              VarianceGamma<double>{0.0, 0.0, 0.0, 0.01, 0.01, -1.0},
              VarianceGamma<double>{0.0, 0.0, 0.0, 1.0, 2.0, 0.5});
  expect_rest(Heston<double>{100.0, 0.0, 0.0, 0.04, 2.0, 0.05, 0.4, -0.5},
              Heston<double>{0.0, 0.0, 0.0, 1e-4, 0.1, 1e-4, 0.01, -0.99},
              Heston<double>{0.0, 0.0, 0.0, 1.0, 9.0, 1.0, 2.0, 0.99});
}

TEST(Calibration, refuses_chains_that_make_no_sense) {
  const auto field_of = [](const auto& damage) {
    auto chain = chain_of(0.0);
    damage(chain);
    const auto fit = calibrate(std::span<const QuotedExpiry>(chain), start, lower, upper);
    return fit ? std::string("none") : fit.error().field;
  };
  using Chain = std::vector<QuotedExpiry>;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(field_of([](Chain& c) { c[1].years = 0.2; }), "chain[1].years");
  EXPECT_EQ(field_of([&](Chain& c) { c[0].forward = nan; }), "chain[0].forward");
  EXPECT_EQ(field_of([](Chain& c) { c[1].discount = 0.0; }), "chain[1].discount");
  EXPECT_EQ(field_of([](Chain& c) { c[0].weights.pop_back(); }), "chain[0].strikes");
  EXPECT_EQ(field_of([](Chain& c) { c[0].strikes[3] = -1.0; }), "chain[0].strikes[3]");
  EXPECT_EQ(field_of([](Chain& c) { c[0].prices[4] = 101.0; }), "chain[0].prices[4]");
  EXPECT_EQ(field_of([&](Chain& c) { c[0].prices[2] = nan; }), "chain[0].prices[2]");
  EXPECT_EQ(field_of([](Chain& c) { c[0].weights[1] = -1.0; }), "chain[0].weights[1]");
  auto chain = chain_of(0.0);
  Merton<double> bad = start;
  bad.log_jump_deviation = -2.0;
  EXPECT_EQ(calibrate(std::span<const QuotedExpiry>(chain), bad, lower, upper).error().field, "log_jump_deviation");
}

}  // namespace
}  // namespace plimsoll
