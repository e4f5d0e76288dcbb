#include "expect_derivatives.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/fourier/contour.hpp"
#include "plimsoll/method/fourier/cosine_series.hpp"
#include "reference_table.hpp"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::ReferenceRow;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

template <class Model>
FourierValue<Model> by_contour(OptionType type, double strike, double expiry, const Model& model,
                               Measures measures = Measures::price_only) {
  const auto values = contour(StrikeLadder{type, expiry, {strike}}, model, measures);
  EXPECT_TRUE(values) << values.error().message();
  return values->front();
}

template <class Model>
FourierValue<Model> by_cosines(OptionType type, double strike, double expiry, const Model& model,
                               Measures measures = Measures::price_only) {
  const auto values = cosine_series(StrikeLadder{type, expiry, {strike}}, model, measures);
  EXPECT_TRUE(values) << values.error().message();
  return values->front();
}

OptionType type_of(const ReferenceRow& row) {
  return row.text("option_type") == "call" ? OptionType::call : OptionType::put;
}

Heston<double> heston_of(const ReferenceRow& row, double spot, double rate, double dividend_yield) {
  return {spot,
          rate,
          dividend_yield,
          row.number("v0"),
          row.number("kappa"),
          row.number("theta"),
          row.number("sigma_vol_of_vol"),
          row.number("rho")};
}

TEST(Fourier, heston_agrees_with_the_printed_prices_of_lewis_and_others) {
  int cases = 0;
  for (const auto& row : testing::reference_table("heston_european.csv")) {
    const bool is_formula = row.text("spot") == "exp((0.02-0.05)*0.7)";
    const double spot = is_formula ? std::exp(-0.03 * 0.7) : row.number("spot");
    const auto model = heston_of(row, spot, row.number("rate"), row.number("dividend_yield"));
    const double strike = row.number("strike");
    const double expiry = row.number("maturity_years");
    const double tolerance = row.number("tolerance");
    EXPECT_NEAR(by_contour(type_of(row), strike, expiry, model).price, row.number("expected"), tolerance);
    EXPECT_NEAR(by_cosines(type_of(row), strike, expiry, model).price, row.number("expected"), tolerance);
    ++cases;
  }
  EXPECT_EQ(cases, 12);
}

/// "31/365" or "1".
double years_of(const std::string& text) {
  const auto slash = text.find('/');
  const double value = std::strtod(text.c_str(), nullptr);
  return slash == std::string::npos || text.find('(') != std::string::npos
             ? value
             : value / std::strtod(text.c_str() + slash + 1, nullptr);
}

TEST(Fourier, heston_agrees_with_extreme_strikes_of_multiple_precision) {
  int cases = 0;
  for (const auto& row : testing::reference_table("heston_extreme_strikes.csv")) {
    const double years = years_of(row.text("maturity_years_act365"));
    const auto model = heston_of(row, 1.0, row.number("rate"), row.number("dividend_yield"));
    const double strike =
        forward(model, years) * std::exp(-row.number("moneyness_x") * std::sqrt(row.number("theta") * years));
    const OptionType type = strike > forward(model, years) ? OptionType::call : OptionType::put;
    const double expected = row.number("expected");
    const double price = by_contour(type, strike, years, model).price;
    EXPECT_NEAR(price, expected, row.number("tolerance_abs")) << row.text("case_id");
    EXPECT_NEAR(by_cosines(type, strike, years, model).price, expected, row.number("tolerance_abs"));
    // The table's numbers hold to their absolute tolerance; below about 1e-38 they lose relative digits as well.
    if (row.text("source").starts_with("Boost") && expected > 1e-38 && expected < 1e-10) {
      EXPECT_NEAR(price / expected, 1.0, 1e-6) << row.text("case_id");
    }
    ++cases;
  }
  EXPECT_EQ(cases, 35);
}

TEST(Fourier, values_far_below_rounding_keep_their_digits) {
  // By quadrature with 60 digits on the line through the saddle point (mpmath).
  const Heston<double> model{1.0, 0.0507, 0.0469, 0.04, 2.5, 0.06, 0.75, -0.6};
  struct Case {
    double days, x, price;
  };
  for (const Case& c : {Case{31, -20, 3.5608195070609460715e-48}, Case{1, -10, 1.064268218103753824e-49},
                        Case{3652, -20, 3.5665916040477575288e-55}, Case{1, -5, 6.928964891104315746e-16},
                        Case{1, 10, 1.5732790182236810661e-23}}) {
    const double years = c.days / 365.0;
    const double strike = forward(model, years) * std::exp(-c.x * std::sqrt(0.06 * years));
    const OptionType type = c.x < 0.0 ? OptionType::call : OptionType::put;
    EXPECT_NEAR(by_contour(type, strike, years, model).price / c.price, 1.0, 2e-12);
  }
}

TEST(Fourier, heston_gives_the_printed_implied_volatilities) {
  int cases = 0;
  for (const auto& row : testing::reference_table("heston_implied_vol_forde.csv")) {
    const auto model = heston_of(row, row.number("forward"), 0.0, 0.0);
    const double years = row.number("maturity_years");
    const double strike = row.number("strike");
    const OptionType type = strike > model.spot ? OptionType::call : OptionType::put;
    const auto greeks =
        black_scholes_greeks(type, strike, years, {model.spot, 0.0, 0.0, row.number("expected_black_vol")});
    // The printed volatility's price, as far off as its tolerance is worth.
    EXPECT_NEAR(by_contour(type, strike, years, model).price, greeks.price,
                row.number("tolerance") * greeks.greeks.vega + 1e-13)
        << row.text("case_id");
    ++cases;
  }
  EXPECT_EQ(cases, 20);
}

/// Black-Scholes prices by number of jumps. Source: Merton (1976), eq. 16.
double poisson_series(OptionType type, double strike, double expiry, const Merton<double>& m) {
  const double half = 0.5 * m.log_jump_deviation * m.log_jump_deviation;
  const double growth = std::expm1(m.mean_log_jump + half);
  const double mean = m.jump_intensity * expiry;
  double sum = 0.0;
  for (int n = 0; n < 120; ++n) {
    const double weight = std::exp(n * std::log(mean) - mean - std::lgamma(n + 1.0));
    const double yield = m.dividend_yield + m.jump_intensity * growth - n * (m.mean_log_jump + half) / expiry;
    const double volatility = std::sqrt(m.volatility * m.volatility + 2.0 * n * half / expiry);
    sum += weight * black_scholes_greeks(type, strike, expiry, {m.spot, m.rate, yield, volatility}).price;
  }
  return sum;
}

TEST(Fourier, merton_agrees_with_the_printed_prices_and_with_the_series_over_jumps) {
  int cases = 0;
  for (const auto& row : testing::reference_table("merton_jump_diffusion.csv")) {
    const double total = row.number("vol") * row.number("vol");
    const double share = row.number("gamma_fraction_of_variance_from_jumps");
    const double intensity = row.number("jump_intensity");
    const double jump = share * total / intensity;
    const Merton<double> model{row.number("spot"),
                               row.number("rate"),
                               row.number("dividend_yield"),
                               std::sqrt((1.0 - share) * total),
                               intensity,
                               -0.5 * jump,
                               std::sqrt(jump)};
    const double strike = row.number("strike");
    const double expiry = row.number("maturity_years");
    const double price = by_contour(type_of(row), strike, expiry, model).price;
    EXPECT_NEAR(price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    EXPECT_NEAR(price, poisson_series(type_of(row), strike, expiry, model), 1e-11);
    EXPECT_NEAR(price, by_cosines(type_of(row), strike, expiry, model).price, 1e-11);
    ++cases;
  }
  EXPECT_EQ(cases, 90);
}

TEST(Fourier, variance_gamma_agrees_with_the_printed_prices) {
  int cases = 0;
  for (const auto& row : testing::reference_table("variance_gamma_european.csv")) {
    const VarianceGamma<double> model{row.number("spot"),  row.number("rate"), row.number("dividend_yield"),
                                      row.number("sigma"), row.number("nu"),   row.number("theta")};
    const double strike = row.number("strike");
    const double expiry = row.number("maturity_years");
    const double price = by_contour(type_of(row), strike, expiry, model).price;
    EXPECT_NEAR(price, row.number("expected"), row.number("tolerance")) << row.text("case_id");
    EXPECT_NEAR(price, by_cosines(type_of(row), strike, expiry, model).price, 1e-9);
    ++cases;
  }
  EXPECT_EQ(cases, 30);
}

/// Models about whose prices something else is known, and one of each kind.
const BlackScholes<double> black_scholes{100.0, 0.01, 0.02, 0.2};
const Heston<double> heston{100.0, 0.01, 0.02, 0.04, 4.0, 0.25, 1.0, -0.5};
const Merton<double> merton{100.0, 0.01, 0.02, 0.2, 0.5, -0.1, 0.15};
const Bates<double> bates{100.0, 0.01, 0.02, 0.04, 4.0, 0.25, 1.0, -0.5, 0.5, -0.1, 0.15};
const VarianceGamma<double> variance_gamma{100.0, 0.01, 0.02, 0.2, 0.05, -0.5};

template <class F>
void for_each_model(const F& f) {
  f(black_scholes);
  f(heston);
  f(merton);
  f(bates);
  f(variance_gamma);
}

TEST(Fourier, black_scholes_is_met_to_rounding_in_price_and_greeks) {
  for (const double strike : {20.0, 80.0, 100.0, 125.0, 400.0}) {
    for (const OptionType type : {OptionType::call, OptionType::put}) {
      const auto exact = black_scholes_greeks(type, strike, 1.5, black_scholes);
      for (const auto& value : {by_contour(type, strike, 1.5, black_scholes, Measures::with_greeks),
                                by_cosines(type, strike, 1.5, black_scholes, Measures::with_greeks)}) {
        EXPECT_NEAR(value.price, exact.price, value.error + 64.0 * epsilon * 100.0);
        EXPECT_NEAR(value.by_parameter.spot, exact.greeks.delta, 1e-13);
        EXPECT_NEAR(value.gamma, exact.greeks.gamma, 1e-13);
        EXPECT_NEAR(value.by_parameter.volatility, exact.greeks.vega, 1e-10);
        EXPECT_NEAR(value.theta, exact.greeks.theta, 1e-11);
        EXPECT_NEAR(value.by_parameter.rate, exact.greeks.rho, 1e-10);
      }
    }
  }
}

TEST(Fourier, limits_of_every_model_are_black_scholes) {
  const double exact = black_scholes_greeks(OptionType::call, 110.0, 1.0, black_scholes).price;
  const Heston<double> still{100.0, 0.01, 0.02, 0.04, 0.0, 0.3, 0.0, -0.7};
  const Heston<double> level{100.0, 0.01, 0.02, 0.04, 2.0, 0.04, 1e-9, -0.7};
  const Merton<double> calm{100.0, 0.01, 0.02, 0.2, 0.0, -0.1, 0.15};
  const Bates<double> both{100.0, 0.01, 0.02, 0.04, 2.0, 0.04, 0.0, 0.0, 0.0, 0.1, 0.1};
  const VarianceGamma<double> steady{100.0, 0.01, 0.02, 0.2, 0.0, 0.3};
  EXPECT_NEAR(by_contour(OptionType::call, 110.0, 1.0, still).price, exact, 1e-13);
  EXPECT_NEAR(by_contour(OptionType::call, 110.0, 1.0, level).price, exact, 1e-8);  // linear in what is left
  EXPECT_NEAR(by_contour(OptionType::call, 110.0, 1.0, calm).price, exact, 1e-13);
  EXPECT_NEAR(by_contour(OptionType::call, 110.0, 1.0, both).price, exact, 1e-13);
  EXPECT_NEAR(by_contour(OptionType::call, 110.0, 1.0, steady).price, exact, 1e-13);
}

/// The price by either method as a function of every parameter and of time.
template <class Model, class Price>
auto as_function(const Price& price) {
  return [price](auto x) {
    Model model{};
    std::size_t i = 0;
    for_each_field(model, [&](std::string_view, double& parameter) { parameter = x[i++]; });
    return price(x[i], model);
  };
}

TEST(Fourier, every_sensitivity_agrees_with_bumps_and_between_methods) {
  for_each_model([]<class Model>(const Model& model) {
    for (const double strike : {85.0, 118.0}) {
      const auto value = by_contour(OptionType::put, strike, 0.75, model, Measures::with_greeks);
      const auto other = by_cosines(OptionType::put, strike, 0.75, model, Measures::with_greeks);
      testing::Point point;
      std::vector<double> gradient;
      for_each_field(model, [&](std::string_view, double parameter) { point.push_back(parameter); });
      for_each_field(value.by_parameter, [&](std::string_view, double slope) { gradient.push_back(slope); });
      point.push_back(0.75);
      gradient.push_back(-value.theta);
      testing::expect_gradient(as_function<Model>([&](double years, const Model& m) {
                                 return by_contour(OptionType::put, strike, years, m).price;
                               }),
                               point, gradient);
      std::size_t i = 0;
      for_each_field(other.by_parameter, [&](std::string_view name, double slope) {
        EXPECT_NEAR(slope, gradient[i], 1e-9 * std::max(1.0, std::abs(gradient[i]))) << name;
        ++i;
      });
      EXPECT_NEAR(other.theta, value.theta, 1e-9);
      EXPECT_NEAR(other.gamma, value.gamma, 1e-11);
      Model up = model;
      up.spot += 0.01;
      Model down = model;
      down.spot -= 0.01;
      const double bumped = (by_contour(OptionType::put, strike, 0.75, up, Measures::with_greeks).by_parameter.spot -
                             by_contour(OptionType::put, strike, 0.75, down, Measures::with_greeks).by_parameter.spot) /
                            0.02;
      EXPECT_NEAR(value.gamma, bumped, 1e-6 * std::abs(bumped));
    }
  });
}

TEST(Fourier, methods_agree_within_the_errors_that_they_state) {
  std::mt19937_64 random(11);
  const auto uniform = [&](double low, double high) { return std::uniform_real_distribution<>(low, high)(random); };
  const auto log_uniform = [&](double low, double high) { return std::exp(uniform(std::log(low), std::log(high))); };
  for (int i = 0; i < 40; ++i) {
    const double correlation = i % 5 == 0 ? std::copysign(0.99, uniform(-1.0, 1.0)) : uniform(-0.99, 0.99);
    const Heston<double> model{100.0,
                               uniform(-0.05, 0.1),
                               uniform(-0.05, 0.1),
                               log_uniform(1e-3, 1.0),
                               log_uniform(0.05, 20.0),
                               log_uniform(1e-3, 1.0),
                               log_uniform(0.01, 3.0),
                               correlation};
    const double expiry = log_uniform(0.01, 30.0);
    const double spread = std::sqrt(std::max(model.variance, expected_variance(model, expiry)) * expiry);
    const double strike = forward(model, expiry) * std::exp(uniform(-4.0, 4.0) * spread);
    const OptionType type = i % 2 == 0 ? OptionType::call : OptionType::put;
    const auto one = contour(StrikeLadder{type, expiry, {strike}}, model);
    const auto two = cosine_series(StrikeLadder{type, expiry, {strike}}, model, Measures::price_only, {1e-12, 4096});
    EXPECT_NEAR(one->front().price, two->front().price, one->front().error + two->front().error)
        << ::testing::PrintToString(i);
    EXPECT_LE(one->front().error, 1e-9 * std::max(1.0, one->front().price));
  }
}

TEST(Fourier, calls_less_puts_are_the_forward_and_prices_fall_convexly) {
  for_each_model([](const auto& model) {
    std::vector<double> strikes;
    for (double strike = 50.0; strike <= 200.0; strike += 10.0) strikes.push_back(strike);
    const auto calls = contour(StrikeLadder{OptionType::call, 0.4, strikes}, model);
    const auto puts = contour(StrikeLadder{OptionType::put, 0.4, strikes}, model);
    for (std::size_t i = 0; i < strikes.size(); ++i) {
      const double ahead = prepaid_forward(model, 0.4) - strikes[i] * discount_factor(model, 0.4);
      EXPECT_NEAR((*calls)[i].price - (*puts)[i].price, ahead, 1e-12);
      if (i == 0) continue;
      EXPECT_LT((*calls)[i].price, (*calls)[i - 1].price);
      if (i > 1) {
        EXPECT_GT((*calls)[i].price + (*calls)[i - 2].price, 2.0 * (*calls)[i - 1].price);
      }
    }
  });
}

TEST(Fourier, moments_that_explode_next_to_one_leave_the_price_right) {
  const Heston<double> model{100.0, 0.0, 0.0, 0.0044, 0.0135, 0.8, 4.36, 0.54};
  for (const double strike : {60.0, 100.0, 6900.0}) {
    const auto one = by_contour(OptionType::call, strike, 9.2, model, Measures::with_greeks);
    const auto put = by_contour(OptionType::put, strike, 9.2, model);
    EXPECT_LT(one.error, 1e-11);
    EXPECT_NEAR(one.price - put.price, 100.0 - strike, 1e-10);
    testing::expect_gradient(
        [&](std::span<const double> x) {
          Heston<double> moved = model;
          moved.spot = x[0];
          moved.correlation = x[1];
          return by_contour(OptionType::call, strike, 9.2, moved).price;
        },
        {100.0, 0.54}, {one.by_parameter.spot, one.by_parameter.correlation},
        2.0 * one.error / 0.02);  // two values off by their errors, over the least step
  }
}

TEST(Fourier, at_expiry_and_without_chance_or_strike_the_forward_is_left) {
  for (const auto& method : {by_contour<Heston<double>>, by_cosines<Heston<double>>}) {
    EXPECT_EQ(method(OptionType::call, 90.0, 0.0, heston, Measures::with_greeks).price, 10.0);
    EXPECT_EQ(method(OptionType::call, 90.0, 0.0, heston, Measures::with_greeks).by_parameter.spot, 1.0);
    EXPECT_EQ(method(OptionType::put, 90.0, 0.0, heston, Measures::with_greeks).price, 0.0);
    Heston<double> still = heston;
    still.variance = still.long_variance = 0.0;
    EXPECT_DOUBLE_EQ(method(OptionType::put, 120.0, 1.0, still, Measures::price_only).price,
                     120.0 * std::exp(-0.01) - 100.0 * std::exp(-0.02));
    Heston<double> worthless = heston;
    worthless.spot = 0.0;
    EXPECT_EQ(method(OptionType::call, 90.0, 1.0, worthless, Measures::with_greeks).price, 0.0);
    const auto free = method(OptionType::call, 0.0, 1.0, heston, Measures::with_greeks);
    EXPECT_DOUBLE_EQ(free.price, 100.0 * std::exp(-0.02));
    EXPECT_DOUBLE_EQ(free.by_parameter.spot, std::exp(-0.02));
  }
}

TEST(Fourier, a_variance_that_hardly_moves_leaves_jumps_their_price) {
  // The strip of moments reaches to orders at which the moment of a jump is beyond a double.
  for (const double years : {0.05, 1.0, 10.0}) {
    for (const double moves : {1e-2, 1e-3, 1e-4, 1e-6}) {
      const Bates<double> slow{100.0, 0.02, 0.0, 0.04, 1.5, 0.04, moves, -0.7, 5.0, -0.5, 0.5};
      const Merton<double> still{100.0, 0.02, 0.0, 0.2, 5.0, -0.5, 0.5};
      for (const double strike : {60.0, 110.0}) {
        const auto one = by_contour(OptionType::call, strike, years, slow);
        const auto two = by_cosines(OptionType::call, strike, years, slow);
        EXPECT_NEAR(one.price, two.price, one.error + two.error) << years << " " << moves;
        // Linear in what is left of the variance's moves: a vega of at most 130 times its skew, below a tenth of it.
        EXPECT_NEAR(one.price, by_contour(OptionType::call, strike, years, still).price, 13.0 * moves + 1e-11);
      }
    }
  }
}

TEST(Fourier, jumps_all_but_of_one_size_leave_the_series_within_its_error) {
  // The characteristic function comes back at each frequency that turns the jump by a whole circle.
  const Merton<double> model{100.0, 0.02, 0.0, std::sqrt(0.0915723), 13.048, -0.658002, 0.000905827};
  const double years = 1.965;
  const double strike = 148.652;
  const auto found = by_cosines(OptionType::put, strike, years, model);
  // Merton's series over the number of jumps, of which 26 are expected: beyond 120 lie 1e-35.
  const double grown = std::exp(model.mean_log_jump + 0.5 * model.log_jump_deviation * model.log_jump_deviation);
  const double expected = model.jump_intensity * years * grown;
  double exact = 0.0;
  double log_weight = -expected;
  for (int jumps = 0; jumps < 120; ++jumps) {
    const double variance =
        model.volatility * model.volatility + jumps * model.log_jump_deviation * model.log_jump_deviation / years;
    const double rate = model.rate - model.jump_intensity * (grown - 1.0) + jumps * std::log(grown) / years;
    exact += std::exp(log_weight) * black_scholes_greeks(OptionType::put, strike, years,
                                                         BlackScholes<double>{100.0, rate, 0.0, std::sqrt(variance)})
                                        .price;
    log_weight += std::log(expected / (jumps + 1.0));
  }
  EXPECT_NEAR(found.price, exact, found.error + 1e-12 * strike);  // what the sum of 120 formulas rounds to
}

TEST(Fourier, refuses_terms_models_and_settings_that_make_no_sense) {
  const auto field_of = [](const auto& result) { return result ? std::string("none") : result.error().field; };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Heston<double> bad = heston;
  bad.variance = -0.04;
  EXPECT_EQ(field_of(contour(StrikeLadder{OptionType::call, 1.0, {100.0}}, bad)), "variance");
  EXPECT_EQ(field_of(cosine_series(StrikeLadder{OptionType::call, 1.0, {100.0}}, bad)), "variance");
  EXPECT_EQ(field_of(contour(StrikeLadder{OptionType::call, -1.0, {100.0}}, heston)), "expiry");
  EXPECT_EQ(field_of(contour(StrikeLadder{OptionType::call, -1.0, {}}, heston)), "expiry");
  EXPECT_EQ(field_of(contour(StrikeLadder{OptionType::call, 1.0, {100.0, nan}}, heston)), "strike");
  EXPECT_EQ(field_of(cosine_series(StrikeLadder{OptionType::call, 1.0, {-1.0}}, heston)), "strike");
  EXPECT_EQ(field_of(cosine_series(StrikeLadder{OptionType::call, 1.0, {1.0}}, heston, Measures::price_only, {nan})),
            "tolerance");
}

TEST(Fourier, short_variance_gamma_says_what_its_series_leaves_out) {
  const VarianceGamma<double> model{100.0, 0.01, 0.02, 0.2, 0.5, -0.1};
  const auto exact = by_contour(OptionType::call, 100.0, 0.1, model);
  const auto cut =
      cosine_series(StrikeLadder{OptionType::call, 0.1, {100.0}}, model, Measures::price_only, {1e-12, 2048});
  EXPECT_LT(exact.error, 1e-12);
  EXPECT_GT(cut->front().error, 1e-6);
  EXPECT_NEAR(cut->front().price, exact.price, cut->front().error);
}

TEST(Fourier, strikes_outside_the_range_of_the_series_are_within_the_error) {
  const auto ladder = StrikeLadder{OptionType::put, 0.01, {1.0, 100.0, 10000.0}};
  const auto values = cosine_series(ladder, black_scholes, Measures::with_greeks);
  EXPECT_EQ(values->front().price, 0.0);
  EXPECT_NEAR(values->back().price, 10000.0 * std::exp(-0.0001) - 100.0 * std::exp(-0.0002), values->back().error);
  EXPECT_NEAR(values->back().by_parameter.spot, -std::exp(-0.0002), 1e-12);
}

}  // namespace
}  // namespace plimsoll
