#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <plimsoll/method/tree/binomial.hpp>
#include <plimsoll/method/tree/leisen_reimer.hpp>
#include <plimsoll/valuation/bulk.hpp>

namespace plimsoll {
namespace {

struct Table {
  std::vector<std::uint8_t> type, exercise;
  std::vector<double> spot, strike, years, rate, yield, volatility;
  std::vector<std::int64_t> offsets;
  std::vector<double> dividend_years, dividend_amounts;
  std::vector<double> price, delta, gamma, vega, theta, rho;
  std::vector<std::int32_t> status;

  explicit Table(std::size_t rows)
      : type(rows, 1),
        exercise(rows, 1),
        spot(rows, 100.0),
        strike(rows, 110.0),
        years(rows, 0.75),
        rate(rows, 0.05),
        yield(rows, 0.02),
        volatility(rows, 0.3),
        price(rows),
        delta(rows),
        gamma(rows),
        vega(rows),
        theta(rows),
        rho(rows),
        status(rows, -1) {
    for (std::size_t i = 0; i < rows; ++i) strike[i] = 60.0 + static_cast<double>(i);
  }

  OptionColumns in() const {
    return {type, exercise, spot, strike, years, rate, yield, volatility, offsets, dividend_years, dividend_amounts};
  }
  OptionResults out() { return {price, delta, gamma, vega, theta, rho, status, {}}; }
};

const Method tree = LeisenReimer{51, Extrapolation::richardson};

TEST(Bulk, rows_are_those_of_the_kernel) {
  Table table(130);
  ASSERT_FALSE(value_options(table.in(), tree, Measures::with_greeks, 2, table.out()));
  for (std::size_t i = 0; i < table.spot.size(); ++i) {
    const PricedGreeks exact = leisen_reimer(OptionType::put, Exercise::american, table.strike[i], 0.75,
                                             {100.0, 0.05, 0.02, 0.3}, {}, {51, Extrapolation::richardson});
    EXPECT_EQ(table.status[i], row_is_valued);
    EXPECT_EQ(table.price[i], exact.price);
    EXPECT_EQ((Greeks{table.delta[i], table.gamma[i], table.vega[i], table.theta[i], table.rho[i]}), exact.greeks);
  }
}

TEST(Bulk, prices_alone_on_a_lattice_are_those_of_one_option_at_a_time) {
  LatticeWorkspace workspace;
  for (const Extrapolation extrapolation : {Extrapolation::none, Extrapolation::richardson})
    for (const LastStep last_step : {LastStep::payoff, LastStep::black_scholes}) {
      const Binomial settings{BinomialMoves::cox_ross_rubinstein, 52, extrapolation, last_step};
      Table table(40);
      for (std::size_t i = 0; i < 40; ++i) {
        table.strike[i] = 60.0 + 2.0 * static_cast<double>(i);
        table.type[i] = static_cast<std::uint8_t>(i % 2);
        table.exercise[i] = static_cast<std::uint8_t>(i % 3 > 0);
        table.yield[i] = i % 5 == 0 ? 0.0 : 0.07;
      }
      table.volatility[7] = 0.0;
      table.volatility[8] = 0.001;  // a probability above one
      table.strike[9] = -1.0;
      ASSERT_FALSE(value_options(table.in(), settings, Measures::price_only, 2, table.out()));
      for (std::size_t i = 0; i < 40; ++i) {
        if (i == 8 || i == 9) {
          EXPECT_TRUE(std::isnan(table.price[i]));
          EXPECT_EQ(table.status[i], row_status(ErrorCode::invalid_value));
          continue;
        }
        const VanillaCase option{table.type[i] == 0 ? OptionType::call : OptionType::put,
                                 table.exercise[i] == 0 ? Exercise::european : Exercise::american,
                                 table.strike[i],
                                 0.75,
                                 {100.0, 0.05, table.yield[i], table.volatility[i]},
                                 {}};
        EXPECT_NEAR(table.price[i], binomial_price(option, settings, workspace), 2e-10) << i;
        EXPECT_EQ(table.status[i], row_is_valued);
      }
    }
}

TEST(Bulk, lattices_with_sensitivities_go_one_by_one_and_have_the_same_bits_on_one_thread_and_two) {
  for (const Method& method : {Method{Binomial{BinomialMoves::cox_ross_rubinstein, 24}}, Method{Trinomial{24}}})
    for (const Measures measures : {Measures::price_only, Measures::with_greeks}) {
      Table one(70);
      Table two(70);
      ASSERT_FALSE(value_options(one.in(), method, measures, 1, one.out()));
      ASSERT_FALSE(value_options(two.in(), method, measures, 2, two.out()));
      EXPECT_EQ(one.price, two.price);
      EXPECT_EQ(one.vega, two.vega);
    }
}

TEST(Bulk, price_alone_needs_no_columns_for_greeks) {
  Table table(3);
  OptionResults out = table.out();
  out.delta = out.gamma = out.vega = out.theta = out.rho = {};
  table.type = {0, 1, 0};
  table.exercise = {0, 0, 1};
  ASSERT_FALSE(value_options(table.in(), CrankNicolson{}, Measures::price_only, 1, out));
  for (const double price : table.price) EXPECT_GT(price, 0.0);
}

TEST(Bulk, same_bits_on_one_thread_and_two) {
  Table one(200);
  Table two(200);
  ASSERT_FALSE(value_options(one.in(), tree, Measures::with_greeks, 1, one.out()));
  ASSERT_FALSE(value_options(two.in(), tree, Measures::with_greeks, 2, two.out()));
  EXPECT_EQ(one.price, two.price);
  EXPECT_EQ(one.vega, two.vega);
}

TEST(Bulk, prices_alone_by_the_integral_equation_are_those_of_one_option_at_a_time) {
  const Method method = IntegralEquation::accurate();
  Table one(203);
  for (std::size_t i = 0; i < one.spot.size(); ++i) one.type[i] = i % 2 == 0 ? 1 : 0;
  one.rate[3] = -0.01;  // two boundaries, no early exercise, nothing left to chance, a bad row
  one.yield[3] = -0.03;
  one.rate[5] = -0.01;
  one.yield[5] = 0.0;
  one.years[7] = 0.0;
  one.spot[9] = -1.0;
  one.exercise[11] = 0;
  Table two = one;
  Table alone = one;
  const auto prices_of = [](Table& table) {
    OptionResults out = table.out();
    out.delta = out.gamma = out.vega = out.theta = out.rho = {};
    return out;
  };
  ASSERT_FALSE(value_options(one.in(), method, Measures::price_only, 1, prices_of(one)));
  ASSERT_FALSE(value_options(two.in(), method, Measures::price_only, 2, prices_of(two)));
  ASSERT_FALSE(value_options(alone.in(), method, Measures::with_greeks, 1, alone.out()));
  EXPECT_EQ(one.status, alone.status);
  for (std::size_t i = 0; i < one.price.size(); ++i) {
    if (i == 9) continue;
    EXPECT_EQ(one.price[i], two.price[i]) << i;
    EXPECT_NEAR(one.price[i], alone.price[i], 1e-9) << i;
  }
}

TEST(Bulk, a_boundary_that_the_kernel_leaves_unsettled_is_sought_alone) {
  Table table(9);
  const Method hasty = IntegralEquation{12, 14, 1, 36};
  OptionResults out = table.out();
  out.delta = out.gamma = out.vega = out.theta = out.rho = {};
  ASSERT_FALSE(value_options(table.in(), hasty, Measures::price_only, 1, out));
  const std::vector<double> found = table.price;
  ASSERT_FALSE(value_options(table.in(), IntegralEquation::accurate(), Measures::price_only, 1, out));
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], table.price[i], 1e-7) << i;
}

TEST(Bulk, error_estimates_have_a_row_each_where_they_are_asked_for) {
  Table table(5);
  std::vector<double> errors(5);
  OptionResults out = table.out();
  out.error_estimate = errors;
  table.spot[1] = -1.0;
  ASSERT_FALSE(value_options(table.in(), IntegralEquation::accurate(), Measures::with_greeks, 1, out));
  for (const std::size_t row : {0U, 2U, 3U, 4U}) EXPECT_LT(errors[row], 1e-5);
  EXPECT_TRUE(std::isnan(errors[1]));
  ASSERT_FALSE(value_options(table.in(), tree, Measures::with_greeks, 1, out));
  EXPECT_TRUE(std::isnan(errors[0]));
  out.error_estimate = std::span<double>(errors).first(4);
  const auto flaw = value_options(table.in(), tree, Measures::with_greeks, 1, out);
  ASSERT_TRUE(flaw);
  EXPECT_EQ(flaw->field, "error_estimate");
}

TEST(Bulk, a_bad_row_has_a_status_and_the_others_a_price) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Table table(12);
  table.spot[0] = -1.0;
  table.strike[1] = nan;
  table.volatility[2] = infinity;
  table.rate[3] = nan;
  table.yield[4] = infinity;
  table.years[5] = -0.1;
  table.years[6] = nan;
  table.type[7] = 2;
  table.exercise[8] = 9;
  ASSERT_FALSE(value_options(table.in(), tree, Measures::with_greeks, 1, table.out()));
  for (const std::size_t row : {0U, 1U, 2U, 3U, 4U, 6U, 7U, 8U}) {
    EXPECT_EQ(table.status[row], row_status(ErrorCode::invalid_value)) << row;
    EXPECT_TRUE(std::isnan(table.price[row]) && std::isnan(table.rho[row])) << row;
  }
  EXPECT_EQ(table.status[5], row_status(ErrorCode::expired_product));
  for (const std::size_t row : {9U, 10U, 11U}) EXPECT_EQ(table.status[row], row_is_valued);
}

TEST(Bulk, zero_spot_strike_years_and_volatility_are_limits) {
  Table table(4);
  table.spot[0] = 0.0;
  table.strike[1] = 0.0;
  table.years[2] = 0.0;
  table.volatility[3] = 0.0;
  ASSERT_FALSE(value_options(table.in(), tree, Measures::with_greeks, 1, table.out()));
  EXPECT_EQ(table.status, (std::vector<std::int32_t>(4, row_is_valued)));
  EXPECT_EQ(table.price[0], table.strike[0]);
  EXPECT_EQ(table.price[1], 0.0);
  EXPECT_EQ(table.price[2], 0.0);
  EXPECT_EQ(table.price[3], 0.0);
}

TEST(Bulk, a_row_whose_results_leave_the_range_of_a_double_is_refused_alone) {
  for (const Method& method : {Method{ClosedForm{}}, tree}) {
    Table table(3);
    table.type.assign(3, 0);
    table.exercise.assign(3, 0);
    table.yield[1] = -1000.0;
    ASSERT_FALSE(value_options(table.in(), method, Measures::with_greeks, 1, table.out()));
    EXPECT_EQ(table.status,
              (std::vector<std::int32_t>{row_is_valued, row_status(ErrorCode::invalid_value), row_is_valued}));
    EXPECT_TRUE(std::isnan(table.price[1]) && std::isnan(table.rho[1]));
    EXPECT_TRUE(std::isfinite(table.price[0]) && std::isfinite(table.price[2]));
  }
}

// A block of nothing but plain European options is read where it is; with one other row it is gathered first.
TEST(Bulk, the_formula_gives_the_same_bits_from_columns_in_place_and_from_gathered_rows) {
  constexpr std::size_t rows = 1200;
  for (const Measures measures : {Measures::price_only, Measures::with_greeks}) {
    Table plain(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      plain.type[i] = static_cast<std::uint8_t>(i % 2);
      plain.exercise[i] = 0;
      plain.strike[i] = 60.0 + 0.1 * static_cast<double>(i);
    }
    plain.rate[1101] = -800.0;
    plain.years[1101] = 20.0;  // the price leaves the range of a double
    Table mixed = plain;
    for (std::size_t i = 3; i < rows; i += 500) mixed.spot[i] = -1.0;
    std::vector<double> plain_errors(rows, 1.0);
    std::vector<double> mixed_errors(rows, 1.0);
    const auto with = [](Table& table, std::span<double> errors) {
      OptionResults out = table.out();
      out.error_estimate = errors;
      return out;
    };
    ASSERT_FALSE(value_options(plain.in(), ClosedForm{}, measures, 1, with(plain, plain_errors)));
    ASSERT_FALSE(value_options(mixed.in(), ClosedForm{}, measures, 1, with(mixed, mixed_errors)));
    for (std::size_t i = 0; i < rows; ++i) {
      EXPECT_TRUE(std::isnan(plain_errors[i]));
      if (mixed.spot[i] < 0.0) continue;
      EXPECT_EQ(plain.status[i], i == 1101 ? row_status(ErrorCode::invalid_value) : row_is_valued);
      EXPECT_EQ(plain.status[i], mixed.status[i]);
      EXPECT_EQ(std::isnan(plain.price[i]), i == 1101);
      if (i == 1101) continue;
      EXPECT_EQ(plain.price[i], mixed.price[i]);
      EXPECT_EQ(plain.delta[i], mixed.delta[i]);
      EXPECT_EQ(plain.gamma[i], mixed.gamma[i]);
      EXPECT_EQ(plain.vega[i], mixed.vega[i]);
      EXPECT_EQ(plain.theta[i], mixed.theta[i]);
      EXPECT_EQ(plain.rho[i], mixed.rho[i]);
    }
  }
}

TEST(Bulk, rows_that_the_method_does_not_fit_are_unsupported) {
  Table table(2);
  table.exercise = {0, 1};
  ASSERT_FALSE(value_options(table.in(), ClosedForm{}, Measures::with_greeks, 1, table.out()));
  EXPECT_EQ(table.status, (std::vector<std::int32_t>{row_is_valued, row_status(ErrorCode::unsupported)}));
}

TEST(Bulk, dividends_go_to_their_rows) {
  Table table(3);
  table.strike = {100.0, 100.0, 100.0};
  table.offsets = {0, 0, 2, 3};
  table.dividend_years = {0.2, 0.6, 0.3};
  table.dividend_amounts = {2.0, 2.0, 1.0};
  ASSERT_FALSE(value_options(table.in(), tree, Measures::price_only, 1, table.out()));
  const std::vector<TimedDividend> dividends{{0.2, 2.0}, {0.6, 2.0}};
  LatticeWorkspace workspace;
  EXPECT_EQ(table.price[1],
            leisen_reimer_price(OptionType::put, Exercise::american, 100.0, 0.75, {100.0, 0.05, 0.02, 0.3}, dividends,
                                {51, Extrapolation::richardson}, workspace));
  EXPECT_LT(table.price[0], table.price[2]);
  EXPECT_LT(table.price[2], table.price[1]);
}

TEST(Bulk, bad_dividends_spoil_their_row_only) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Table table(4);
  table.offsets = {0, 2, 3, 4, 4};
  table.dividend_years = {0.6, 0.2, nan, 0.2};
  table.dividend_amounts = {2.0, 2.0, 1.0, -1.0};
  ASSERT_FALSE(value_options(table.in(), tree, Measures::price_only, 1, table.out()));
  const std::int32_t invalid = row_status(ErrorCode::invalid_value);
  EXPECT_EQ(table.status, (std::vector<std::int32_t>{invalid, invalid, invalid, row_is_valued}));
}

void expect_flaw(const std::optional<Error>& flaw, const std::string& field) {
  ASSERT_TRUE(flaw);
  EXPECT_EQ(flaw->code, ErrorCode::invalid_value);
  EXPECT_EQ(flaw->field, field);
}

TEST(Bulk, columns_of_unequal_length_stop_the_call_by_name) {
  Table table(3);
  table.rate.pop_back();
  expect_flaw(value_options(table.in(), tree, Measures::price_only, 1, table.out()), "rate");
  Table short_result(3);
  short_result.vega.pop_back();
  expect_flaw(value_options(short_result.in(), tree, Measures::with_greeks, 1, short_result.out()), "vega");
}

TEST(Bulk, dividend_offsets_that_do_not_fit_stop_the_call) {
  for (const std::vector<std::int64_t>& offsets :
       std::vector<std::vector<std::int64_t>>{{}, {0, 1}, {1, 1, 1}, {0, 0, 2}, {0, 2, 1}}) {
    Table table(2);
    table.offsets = offsets;
    table.dividend_years = {0.1};
    table.dividend_amounts = {1.0};
    expect_flaw(value_options(table.in(), tree, Measures::price_only, 1, table.out()), "dividend_offsets");
  }
  Table table(2);
  table.offsets = {0, 0, 1};
  table.dividend_years = {0.1};
  expect_flaw(value_options(table.in(), tree, Measures::price_only, 1, table.out()), "dividend_offsets");
}

TEST(Bulk, a_flaw_of_the_method_stops_the_call) {
  Table table(1);
  expect_flaw(value_options(table.in(), LeisenReimer{2}, Measures::price_only, 1, table.out()), "steps");
}

}  // namespace
}  // namespace plimsoll
