#include "method/distance_from_refits.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/closed_form/smile_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

const Svi<double> slice{0.01, 0.12, -0.45, 0.05, 0.2};
const Svi<double> slice_low{-1.0, 0.0, -0.999, -2.0, 1e-4};
const Svi<double> slice_high{1.0, 2.0, 0.999, 2.0, 5.0};
const Sabr<double> sabr{2.2, 0.5, 0.6, -0.35};
const Ssvi<double> surface{{0.25, 1.0}, {0.012, 0.045}, -0.5, 0.8, 0.4};
const Ssvi<double> surface_low{{0.25, 1.0}, {0.0, 0.0}, -0.99, 0.0, 0.0};
const Ssvi<double> surface_high{{0.25, 1.0}, {1.0, 1.0}, 0.99, 1.0, 1.0};

/// Quotes out of the money of what `variance(strike, forward)` says, with noise of so much volatility, and weights of
/// one over vega squared.
template <class Variance>
QuotedExpiry quoted(double years, const Variance& variance, double noise, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  QuotedExpiry expiry{years, 100.0 * std::exp(0.02 * years), std::exp(-0.03 * years), {}, {}, {}, {}};
  for (int i = -6; i <= 6; ++i) {
    const double strike = expiry.forward * std::exp(0.35 * i * 0.2 * std::sqrt(years));
    const double volatility = std::sqrt(variance(strike, expiry.forward) / years) + noise * uniform(random);
    const OptionType type = i < 0 ? OptionType::put : OptionType::call;
    const auto priced = black_scholes_greeks(type, strike, years, {expiry.forward, 0.0, 0.0, volatility});
    expiry.types.push_back(type);
    expiry.strikes.push_back(strike);
    expiry.prices.push_back(expiry.discount * priced.price);
    expiry.weights.push_back(1.0 / std::pow(expiry.discount * priced.greeks.vega, 2));
  }
  return expiry;
}

std::vector<QuotedExpiry> svi_chain(double noise) {
  return {quoted(0.5, [](double k, double f) { return total_variance<double>(slice, std::log(k / f)); }, noise, 7)};
}

std::vector<QuotedExpiry> sabr_chain(double noise) {
  return {quoted(
      2.0, [](double k, double f) { return 2.0 * std::pow(hagan_volatility<double>(sabr, f, k, 2.0), 2); }, noise, 8)};
}

std::vector<QuotedExpiry> ssvi_chain(double noise) {
  std::vector<QuotedExpiry> chain;
  for (std::size_t e = 0; e < 2; ++e)
    chain.push_back(quoted(
        surface.years[e],
        [&](double k, double f) { return total_variance<double>(surface, surface.variances[e], std::log(k / f)); },
        noise, 9 + static_cast<unsigned>(e)));
  return chain;
}

using Chain = std::vector<QuotedExpiry>;

auto fit_svi(const Chain& chain, const Svi<double>& start) {
  return calibrate(std::span<const QuotedExpiry>(chain), start, slice_low, slice_high);
}

auto fit_ssvi(const Chain& chain, const Ssvi<double>& start) {
  return calibrate(std::span<const QuotedExpiry>(chain), start, surface_low, surface_high);
}

auto fit_sabr(const Chain& chain, const Sabr<double>& start) {
  return calibrate(std::span<const QuotedExpiry>(chain), start, {1e-6, 0.5, 0.0, -0.999}, {50.0, 0.5, 9.0, 0.999});
}

TEST(SmileFit, exact_quotes_give_back_the_slice_that_made_them) {
  const Chain chain = svi_chain(0.0);
  const auto fit = fit_svi(chain, *svi_start(chain[0]));
  ASSERT_TRUE(fit) << fit.error().message();
  EXPECT_TRUE(fit->quotes.fit.converged());
  // Prices are exact to 1e-15 and the five parameters are told apart to about a thousandth of them.
  EXPECT_NEAR(fit->model.level, slice.level, 1e-9);
  EXPECT_NEAR(fit->model.wing_slope, slice.wing_slope, 1e-9);
  EXPECT_NEAR(fit->model.correlation, slice.correlation, 1e-9);
  EXPECT_NEAR(fit->model.shift, slice.shift, 1e-9);
  EXPECT_NEAR(fit->model.curvature, slice.curvature, 1e-9);
}

TEST(SmileFit, first_guess_of_a_slice_is_a_second_method_for_it) {
  // The grid of the two parameters that are not linear is coarse: a tenth of a point of volatility.
  const Chain chain = svi_chain(0.0);
  const auto start = svi_start(chain[0]);
  ASSERT_TRUE(start) << start.error().message();
  for (const double strike : chain[0].strikes) {
    const double k = std::log(strike / chain[0].forward);
    EXPECT_NEAR(std::sqrt(total_variance<double>(*start, k) / 0.5), std::sqrt(total_variance<double>(slice, k) / 0.5),
                1e-3);
  }
}

TEST(SmileFit, exact_quotes_give_back_sabr_with_its_elasticity_held) {
  const Chain chain = sabr_chain(0.0);
  const auto fit = fit_sabr(chain, *sabr_start(chain[0], 0.5));
  ASSERT_TRUE(fit) << fit.error().message();
  EXPECT_NEAR(fit->model.level, sabr.level, 1e-9);
  EXPECT_EQ(fit->model.elasticity, 0.5);
  EXPECT_TRUE(fit->quotes.fit.at_bound[1]);
  EXPECT_NEAR(fit->model.volatility_of_level, sabr.volatility_of_level, 1e-9);
  EXPECT_NEAR(fit->model.correlation, sabr.correlation, 1e-9);
}

TEST(SmileFit, exact_quotes_give_back_the_surface_that_made_them) {
  const Chain chain = ssvi_chain(0.0);
  const auto fit = fit_ssvi(chain, *ssvi_start(chain));
  ASSERT_TRUE(fit) << fit.error().message();
  EXPECT_TRUE(fit->quotes.fit.converged());
  EXPECT_NEAR(fit->model.variances[0], surface.variances[0], 1e-10);
  EXPECT_NEAR(fit->model.variances[1], surface.variances[1], 1e-10);
  EXPECT_NEAR(fit->model.correlation, surface.correlation, 1e-8);
  EXPECT_NEAR(fit->model.steepness, surface.steepness, 1e-8);
  EXPECT_NEAR(fit->model.exponent, surface.exponent, 1e-8);
}

TEST(SmileFit, a_surface_fitted_to_quotes_that_can_be_arbitraged_cannot) {
  Chain chain = ssvi_chain(0.0);
  // The later expiry's total variances are below those of the earlier.
  chain[1] =
      quoted(1.0, [](double k, double f) { return total_variance<double>(surface, 0.01, std::log(k / f)); }, 0.0, 1);
  // Both expiries end at one variance, which tells steepness and exponent apart no more.
  EXPECT_EQ(fit_ssvi(chain, *ssvi_start(chain)).error().code, ErrorCode::not_converged);
  Ssvi<double> low = surface_low;
  Ssvi<double> high = surface_high;
  low.exponent = high.exponent = 0.4;
  const auto fit = calibrate(std::span<const QuotedExpiry>(chain), *ssvi_start(chain), low, high);
  ASSERT_TRUE(fit) << fit.error().message();
  EXPECT_FALSE(find_flaw(fit->model));
  EXPECT_EQ(fit->model.variances[0], fit->model.variances[1]);
  EXPECT_EQ(fit->model.exponent, 0.4);
  EXPECT_TRUE(fit->quotes.fit.at_bound[1]);
}

/// The worst difference between by_quote and a fit to bumped quotes, relative to the row's largest entry.
template <class Fit, class Model>
double worst_bump(Chain chain, const Fit& fit, const Model& start, double relative) {
  const auto found = fit(chain, start);
  EXPECT_TRUE(found) << found.error().message();
  EXPECT_LT(found->quotes.newton_step, 1e-12);
  double worst = 0.0;
  const std::size_t count = found->quotes.fit.residuals.size();
  const std::size_t per_expiry = chain[0].prices.size();
  for (std::size_t quote = 2; quote < count; quote += 9) {
    double& price = chain[quote / per_expiry].prices[quote % per_expiry];
    const double kept = price;
    const auto moved = [&](double by) {
      price = kept + by;
      auto again = fit(chain, found->model);
      price = kept;
      return again->quotes.fit.parameters;
    };
    worst = std::max(worst, testing::distance_from_refits(found->quotes, quote, relative * kept, moved));
  }
  return worst;
}

TEST(SmileFit, parameters_move_with_the_quotes_as_the_implicit_function_theorem_says) {
  // 1e-8 where the fit is exact, 1e-4 where quotes are noisy; tests of the extension bump twenty of them.
  EXPECT_LT(worst_bump(svi_chain(0.0), fit_svi, slice, 1e-4), 1e-8);
  EXPECT_LT(worst_bump(sabr_chain(0.0), fit_sabr, sabr, 1e-4), 1e-8);
  EXPECT_LT(worst_bump(ssvi_chain(0.0), fit_ssvi, surface, 1e-4), 1e-8);
  EXPECT_LT(worst_bump(svi_chain(0.002), fit_svi, slice, 1e-4), 1e-4);
  EXPECT_LT(worst_bump(sabr_chain(0.002), fit_sabr, sabr, 1e-4), 1e-4);
  EXPECT_LT(worst_bump(ssvi_chain(0.002), fit_ssvi, surface, 1e-4), 1e-4);
}

TEST(SmileFit, noise_shows_in_the_standard_errors) {
  const auto fit = fit_ssvi(ssvi_chain(0.002), surface);
  ASSERT_TRUE(fit);
  // A uniform error of 0.002 has a deviation of 0.00115; 26 quotes and five parameters tell it to a sixth.
  EXPECT_NEAR(std::sqrt(fit->quotes.fit.residual_variance), 0.00115, 0.0005);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_GT(fit->quotes.standard_errors[i], 0.0);
  EXPECT_EQ(fit->quotes.residual_deviation(), std::sqrt(fit->quotes.fit.residual_variance));
  // A value of the correlation less twice the steepness.
  const std::vector<double> moved = fit->quotes.value_by_quote(std::vector<double>{0.0, 0.0, 1.0, -2.0, 0.0});
  ASSERT_EQ(moved.size(), 26U);
  EXPECT_DOUBLE_EQ(moved[7], fit->quotes.by_quote(2, 7) - 2.0 * fit->quotes.by_quote(3, 7));
  EXPECT_NEAR(fit->model.correlation, surface.correlation, 4.0 * fit->quotes.standard_errors[2]);
  EXPECT_NEAR(fit->model.steepness, surface.steepness, 4.0 * fit->quotes.standard_errors[3]);
}

TEST(SmileFit, quotes_without_a_time_value_are_left_out_of_the_points) {
  QuotedExpiry expiry = svi_chain(0.0)[0];
  expiry.prices[0] = 0.0;
  EXPECT_EQ(smile_points(expiry)->size(), 12U);
  EXPECT_NEAR(*volatility_at_forward(expiry), std::sqrt(total_variance<double>(slice, 0.0) / 0.5), 1e-12);
  const auto only = [&](std::size_t first, std::size_t count) {
    QuotedExpiry part = expiry;
    const auto keep = [&](auto& list) {
      const auto all = std::span(list).subspan(first, count);
      list = {all.begin(), all.end()};
    };
    keep(part.types);
    keep(part.strikes);
    keep(part.prices);
    keep(part.weights);
    return part;
  };
  const auto at = [&](std::size_t i) {
    return std::sqrt(total_variance<double>(slice, std::log(expiry.strikes[i] / expiry.forward)) / 0.5);
  };
  EXPECT_NEAR(*volatility_at_forward(only(1, 3)), at(3), 1e-12);
  EXPECT_NEAR(*volatility_at_forward(only(9, 4)), at(9), 1e-12);
  EXPECT_EQ(volatility_at_forward(only(0, 1)).error().code, ErrorCode::missing_quote);
  EXPECT_EQ(svi_start(only(0, 5)).error().value, "4 with a time value");
  EXPECT_EQ(sabr_start(only(0, 1), 0.5).error().field, "strikes");
  EXPECT_EQ(sabr_start(expiry, 2.0).error().field, "elasticity");
  const Chain lone{only(0, 1)};
  EXPECT_EQ(ssvi_start(lone).error().field, "strikes");
  QuotedExpiry same = only(1, 5);
  same.strikes.assign(5, expiry.strikes[3]);
  same.types.assign(5, OptionType::put);
  same.prices.assign(5, expiry.prices[3]);
  EXPECT_EQ(svi_start(same).error().code, ErrorCode::missing_quote);
}

TEST(SmileFit, refuses_what_makes_no_sense) {
  const Chain good = svi_chain(0.0);
  Chain two = ssvi_chain(0.0);
  EXPECT_EQ(fit_svi(two, slice).error().field, "chain");
  EXPECT_EQ(fit_svi({}, slice).error().field, "chain");
  EXPECT_EQ(fit_sabr({}, sabr).error().field, "chain");
  EXPECT_EQ(fit_svi(good, {-1.0, 0.1, 0.0, 0.0, 0.1}).error().field, "level");
  EXPECT_EQ(fit_ssvi(good, surface).error().field, "years");
  EXPECT_EQ(fit_ssvi(two, {{0.25, 1.0}, {0.02, 0.01}, 0.0, 0.5, 0.4}).error().field, "variances");
  two[0].prices[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(fit_ssvi(two, surface).error().field, "chain[0].prices[2]");
  EXPECT_EQ(ssvi_start(two).error().field, "chain[0].prices[2]");
  EXPECT_EQ(smile_points(two[0]).error().field, "chain[0].prices[2]");
  EXPECT_EQ(svi_start(two[0]).error().field, "chain[0].prices[2]");
  EXPECT_EQ(volatility_at_forward(two[0]).error().field, "chain[0].prices[2]");
}

}  // namespace
}  // namespace plimsoll
