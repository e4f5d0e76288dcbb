#include "plimsoll/method/approximation/gjr_garch.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/monte_carlo/gjr_garch.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

constexpr double nan_value = std::numeric_limits<double>::quiet_NaN();

/// The source's stock of 50 at 5 %, whose first variance is the stationary one.
GjrGarch<double> printed_model(double risk_premium) {
  GjrGarch<double> model{50.0, 0.05, 0.0, 1.0, 2.0e-6, 0.024, 0.93, 0.059, risk_premium, 365.0};
  model.variance = *stationary_variance(model);
  return model;
}

const GjrGarch<double> skewed{100.0, 0.03, 0.01, 1.2e-4, 3e-6, 0.05, 0.85, 0.08, 0.15, 250.0};

struct Printed {
  double risk_premium;
  int days;
  double strike;
  double approximation;
  double by_paths;
};

// Source: Duan, Gauthier, Simonato & Sasseville (2006), as in QuantLib's test-suite/gjrgarchmodel.cpp.
constexpr std::array printed_prices{Printed{0.0, 90, 35.0, 15.4315, 15.4332},  Printed{0.0, 90, 50.0, 2.3282, 2.3521},
                                    Printed{0.0, 180, 60.0, 0.4357, 0.4502},   Printed{0.1, 90, 55.0, 0.7822, 0.8374},
                                    Printed{0.1, 180, 50.0, 3.9074, 4.0497},   Printed{0.2, 90, 45.0, 7.0376, 7.0968},
                                    Printed{0.2, 180, 40.0, 12.3170, 12.3181}, Printed{0.2, 180, 60.0, 1.0590, 1.8053}};

TEST(GjrGarch, both_methods_agree_with_the_printed_prices) {
  for (const Printed& row : printed_prices) {
    const GjrGarch<double> model = printed_model(row.risk_premium);
    const European option{OptionType::call, row.strike, row.days / 365.0};
    const auto series = duan_approximation(option, model);
    ASSERT_TRUE(series) << series.error().message();
    // The printed prices hold to about one in a thousand where the variance nearly explodes, else to the last place.
    EXPECT_NEAR(series->price, row.approximation, row.risk_premium < 0.2 ? 2e-3 : 1e-2);
    Simulation method;
    method.paths = 16'384;
    method.antithetic = Antithetic::yes;
    const auto paths = simulated_price(option, model, method);
    ASSERT_TRUE(paths) << paths.error().message();
    // The printed simulation states no error; our own at a million paths differs from it by at most 0.007.
    EXPECT_NEAR(paths->price, row.by_paths, 4.0 * paths->standard_error + 7e-3);
  }
}

/// Moments of the log return of two days, less its carry, by a quadrature over the first day's draw; the second day is
/// normal given its variance.
struct TwoDays {
  double mean = 0.0, variance = 0.0, skewness = 0.0, kurtosis = 0.0;

  explicit TwoDays(const GjrGarch<double>& m) {
    const auto raw = [&](std::size_t order) {
      const auto at = [&](double z) {
        const double u = z - m.risk_premium;
        const double h =
            m.constant + m.variance * (m.persistence + (m.reaction + (u < 0.0 ? m.leverage : 0.0)) * u * u);
        const double centre = std::sqrt(m.variance) * z - 0.5 * m.variance - 0.5 * h;
        const double square = centre * centre;
        const std::array powers{centre, square + h, centre * (square + 3.0 * h),
                                square * square + 6.0 * square * h + 3.0 * h * h};
        return powers[order - 1] * normal_pdf(z);
      };
      // At the kink in two; beyond twelve deviations nothing is left.
      return tanh_sinh(at, -12.0, m.risk_premium).value + tanh_sinh(at, m.risk_premium, 12.0).value;
    };
    mean = raw(1);
    variance = raw(2) - mean * mean;
    skewness = (raw(3) - 3.0 * mean * raw(2) + 2.0 * mean * mean * mean) / std::pow(variance, 1.5);
    kurtosis =
        (raw(4) - 4.0 * mean * raw(3) + 6.0 * mean * mean * raw(2) - 3.0 * std::pow(mean, 4)) / variance / variance;
  }
};

TEST(GjrGarch, moments_of_two_days_are_those_of_a_quadrature) {
  GjrGarch<double> gains_matter = skewed;
  gains_matter.leverage = -0.03;
  gains_matter.risk_premium = -0.4;
  for (const auto& model : {skewed, gains_matter, printed_model(0.2)}) {
    const double expiry = 2.0 / model.days_per_year;
    const auto found = duan_approximation({OptionType::call, model.spot, expiry}, model);
    const TwoDays exact{model};
    EXPECT_NEAR(found->mean - (model.rate - model.dividend_yield) * expiry, exact.mean, 1e-12 * std::abs(exact.mean));
    EXPECT_NEAR(found->variance, exact.variance, 1e-12 * exact.variance);
    EXPECT_NEAR(found->skewness, exact.skewness, 1e-9);
    // What the fourth moment leaves out is of the third order in the variance.
    EXPECT_NEAR(found->kurtosis, exact.kurtosis, 10.0 * exact.variance);
  }
}

TEST(GjrGarch, a_variance_that_does_not_move_is_black_and_scholes) {
  const GjrGarch<double> still{100.0, 0.04, 0.01, 1e-4, 0.0, 0.0, 1.0, 0.0, 0.1, 250.0};
  const int days = 50;
  const double total = days * 1e-4;
  for (const OptionType type : {OptionType::call, OptionType::put}) {
    const European option{type, 105.0, days / 250.0};
    const double formula = black_scholes_price<double>(type, 105.0, 0.2, {100.0, 0.04, 0.01, std::sqrt(250e-4)});
    const auto series = duan_approximation(option, still);
    EXPECT_NEAR(series->mean, 0.03 * 0.2 - 0.5 * total, 1e-15);
    EXPECT_NEAR(series->variance, total, 1e-16);
    EXPECT_NEAR(series->skewness, 0.0, 1e-12);
    // Of E[(XY)^2] = total^3 the fourth moment keeps a third, but for the days themselves, and E[Y^4] / 16 not at all.
    const double kept = (1.0 - 1.0 / (days * days)) / 3.0;
    const double excess = 1.5 * total * (kept - 1.0) - total * total / 16.0;
    EXPECT_NEAR(series->kurtosis, 3.0 + excess, 1e-10);
    // In the price it stands times spot * deviation / 24 and what is below one.
    EXPECT_NEAR(series->price, formula, 100.0 * std::sqrt(total) / 24.0 * std::abs(excess));
    Simulation method;
    method.paths = 2'048;
    const auto paths = simulated_price(option, still, method);
    EXPECT_NEAR(paths->price, formula, 1e-10);  // the control is the option itself
    EXPECT_LT(paths->standard_error, 1e-10);
  }
}

TEST(GjrGarch, series_and_paths_differ_by_what_the_series_leaves_out) {
  // Mild GARCH for a month: two unrelated methods, and the sign of each leg by parity.
  GjrGarch<double> mild = skewed;
  mild.reaction = 0.02;
  mild.leverage = 0.03;
  Simulation method;
  method.paths = 16'384;
  method.antithetic = Antithetic::yes;
  for (const double strike : {95.0, 100.0, 105.0}) {
    const European call{OptionType::call, strike, 20.0 / 250.0};
    const European put{OptionType::put, strike, 20.0 / 250.0};
    const auto series = duan_approximation(call, mild);
    const auto paths = simulated_price(call, mild, method);
    EXPECT_NEAR(series->price, paths->price, 4.0 * paths->standard_error + 2e-3 * series->price) << strike;
    EXPECT_GT(paths->variance_gain, 3.0);
    EXPECT_TRUE(series->within_bounds);
    const double forward = prepaid_forward(mild, 0.08) - strike * discount_factor(mild, 0.08);
    EXPECT_NEAR(series->price - duan_approximation(put, mild)->price, forward, 1e-12);
    const auto put_paths = simulated_price(put, mild, method);
    EXPECT_NEAR(paths->price - put_paths->price, forward, 4.0 * (paths->standard_error + put_paths->standard_error));
  }
}

TEST(GjrGarch, derivatives_agree_with_differences) {
  const European option{OptionType::put, 97.0, 30.0 / 250.0};
  const auto value = duan_approximation(option, skewed);
  const auto price = [&](double GjrGarch<double>::* parameter, double step) {
    GjrGarch<double> moved = skewed;
    moved.*parameter += step;
    return duan_approximation(option, moved)->price;
  };
  using G = GjrGarch<double>;
  for (const auto parameter : {&G::spot, &G::rate, &G::dividend_yield, &G::variance, &G::constant, &G::reaction,
                               &G::persistence, &G::leverage, &G::risk_premium}) {
    // A step of 1e-5 of the parameter errs by its square, and by a rounding of 1e-14 over it.
    const double step = 1e-5 * skewed.*parameter;
    const double difference = (price(parameter, step) - price(parameter, -step)) / (2.0 * step);
    EXPECT_NEAR(value->by_parameter.*parameter, difference, 1e-6 * std::abs(difference));
  }
  EXPECT_EQ(value->by_parameter.days_per_year, 0.0);
  const double up = price(&G::spot, 0.1);
  const double down = price(&G::spot, -0.1);
  EXPECT_NEAR(value->gamma, (up - 2.0 * value->price + down) / 0.01, 1e-5 * value->gamma);
  EXPECT_LT(value->by_parameter.spot, 0.0);
  EXPECT_GT(value->by_parameter.variance, 0.0);
  EXPECT_GT(value->gamma, 0.0);
}

TEST(GjrGarch, limits_are_certain) {
  const European now{OptionType::put, 110.0, 0.0};
  EXPECT_EQ(duan_approximation(now, skewed)->price, 10.0);
  EXPECT_EQ(duan_approximation(now, skewed)->by_parameter.spot, -1.0);
  EXPECT_EQ(duan_approximation(now, skewed)->kurtosis, 3.0);
  EXPECT_EQ(simulated_price(now, skewed, {})->price, 10.0);
  const European free{OptionType::call, 0.0, 0.4};
  EXPECT_NEAR(duan_approximation(free, skewed)->price, 100.0 * std::exp(-0.004), 1e-12);
  EXPECT_NEAR(duan_approximation(free, skewed)->by_parameter.spot, std::exp(-0.004), 1e-14);
  EXPECT_EQ(duan_approximation(free, skewed)->by_parameter.variance, 0.0);
  Simulation few;
  few.paths = 2'048;
  EXPECT_NEAR(simulated_price(free, skewed, few)->price, 100.0 * std::exp(-0.004), 1e-9);
  // Far in the money the series' density is negative, and the value, below that of the forward, says so.
  EXPECT_FALSE(duan_approximation({OptionType::call, 20.0, 90.0 / 365.0}, printed_model(0.2))->within_bounds);
  EXPECT_FALSE(duan_approximation({OptionType::put, 20.0, 90.0 / 365.0}, printed_model(0.2))->within_bounds);
}

TEST(GjrGarch, sequences_agree_and_so_do_any_number_of_threads) {
  const European option{OptionType::call, 102.0, 40.0 / 250.0};
  Simulation method;
  method.paths = 16'384;
  const auto philox = simulated_price(option, skewed, method);
  method.threads = 2;
  EXPECT_EQ(simulated_price(option, skewed, method)->price, philox->price);
  method.sequence = Sequence::sobol;
  const auto sobol = simulated_price(option, skewed, method);
  EXPECT_NEAR(sobol->price, philox->price, 4.0 * (philox->standard_error + sobol->standard_error));
  EXPECT_LT(sobol->standard_error, philox->standard_error);
  method.paths = 0;
  EXPECT_EQ(simulated_price(option, skewed, method).error().field, "paths");
}

TEST(GjrGarch, refuses_what_makes_no_sense) {
  const European option{OptionType::call, 100.0, 0.4};
  using G = GjrGarch<double>;
  struct Case {
    double G::* parameter;
    double value;
    const char* field;
    const char* allowed;
  };
  constexpr char amount[] = "a finite number, zero or above";
  constexpr char positive[] = "a finite number above zero";
  for (const Case& bad :
       {Case{&G::spot, 0.0, "spot", positive}, Case{&G::rate, nan_value, "rate", "a finite number"},
        Case{&G::dividend_yield, nan_value, "dividend_yield", "a finite number"},
        Case{&G::variance, 0.0, "variance", positive}, Case{&G::constant, -1e-9, "constant", amount},
        Case{&G::reaction, -0.1, "reaction", amount}, Case{&G::persistence, -0.1, "persistence", amount},
        Case{&G::leverage, -0.06, "leverage", "a finite number from minus the reaction"},
        Case{&G::risk_premium, nan_value, "risk_premium", "a finite number"},
        Case{&G::days_per_year, 0.0, "days_per_year", positive}}) {
    G model = skewed;
    model.*bad.parameter = bad.value;
    const Error expected{ErrorCode::invalid_value, bad.field, text_of(bad.value), bad.allowed,
                         "correct the model's parameter"};
    EXPECT_EQ(duan_approximation(option, model).error(), expected);
    EXPECT_EQ(simulated_price(option, model, {}).error(), expected);
  }
  const Error no_day{ErrorCode::invalid_value, "expiry", "0.401", "the end of one of the model's first 3650 days",
                     "give a whole number of days over days_per_year"};
  EXPECT_EQ(duan_approximation({OptionType::call, 100.0, 0.401}, skewed).error(), no_day);
  EXPECT_EQ(simulated_price({OptionType::call, 100.0, 0.401}, skewed, {}).error(), no_day);
  EXPECT_EQ(duan_approximation({OptionType::call, 100.0, 15.0}, skewed).error().field, "expiry");
  EXPECT_EQ(duan_approximation({OptionType::call, -1.0, 0.4}, skewed).error().field, "strike");
  EXPECT_EQ(simulated_price({OptionType::call, -1.0, 0.4}, skewed, {}).error().field, "strike");
}

TEST(GjrGarch, refuses_a_variance_that_explodes) {
  GjrGarch<double> wild = skewed;
  wild.persistence = 3.0;
  const Error no_stay{ErrorCode::invalid_value, "variance_growth", text_of(variance_growth(wild)),
                      "below 1, so that a variance stays", "correct the model's parameter"};
  EXPECT_EQ(stationary_variance(wild).error(), no_stay);
  const European option{OptionType::call, 100.0, 4.0};
  const Error no_moments{ErrorCode::unsupported, "variance_growth", text_of(variance_growth(wild)),
                         "a growth whose moments stay within a double until expiry",
                         "simulate the price, or calibrate anew"};
  EXPECT_EQ(duan_approximation(option, wild).error(), no_moments);
  const Error no_mean{ErrorCode::unsupported, "variance_growth", text_of(variance_growth(wild)),
                      "a growth whose mean variance stays within a double until expiry", "calibrate anew"};
  EXPECT_EQ(simulated_price(option, wild, {}).error(), no_mean);
}

}  // namespace
}  // namespace plimsoll
