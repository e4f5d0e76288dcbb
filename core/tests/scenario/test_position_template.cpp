#include "plimsoll/market/volatility_surface.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/tree/leisen_reimer.hpp"
#include "plimsoll/scenario/position_template.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

constexpr double day = 1.0 / 252.0;

/// One underlying, one day; three returns.
struct World {
  std::vector<PositionTemplate> templates;
  std::vector<double> volatility{0.012}, rate{0.03}, dividend_yield{0.0}, premium{1.2}, skew{-0.2};
  std::vector<double> returns{-0.08, 0.0, 0.05};
  RevaluationSettings settings;

  [[nodiscard]] MarketRows market() const { return {volatility, rate, dividend_yield, premium, skew}; }
  [[nodiscard]] Result<std::vector<double>> profits(int threads = 1) const {
    return template_profits(templates, market(), returns, settings, threads);
  }
  [[nodiscard]] std::string refused() const {
    const auto result = profits();
    return result ? "accepted" : result.error().field;
  }
  /// The daily volatility after a return.
  [[nodiscard]] double after(double r) const {
    return std::sqrt(settings.decay * volatility[0] * volatility[0] + (1.0 - settings.decay) * r * r);
  }
  [[nodiscard]] BlackScholes<double> model(double spot, double daily, double strike, double years) const {
    const double forward = spot * std::exp((rate[0] - dividend_yield[0]) * years);
    const double atm = premium[0] * daily * std::sqrt(252.0);
    return {spot, rate[0], dividend_yield[0],
            VolatilitySurface::skewed(atm, skew[0])->volatility(strike, forward, years)};
  }
};

PositionTemplate option(OptionType type, Exercise exercise, double moneyness, double years) {
  return {PositionKind::option, 0, type, exercise, moneyness, years};
}

constexpr double rounding = 1e-14;  // of prices below 1

TEST(PositionTemplate, stock_earns_the_simple_return) {
  World world;
  world.templates = {{}};
  const auto profits = *world.profits();
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(profits[k], std::exp(world.returns[k]) - 1.0, rounding);
}

TEST(PositionTemplate, future_earns_the_change_of_the_forward) {
  World world;
  world.dividend_yield = {0.01};
  world.templates = {{PositionKind::future, 0, OptionType::call, Exercise::european, 1.0, 0.25}};
  const auto profits = *world.profits();
  for (std::size_t k = 0; k < 3; ++k)
    EXPECT_NEAR(profits[k], std::exp(world.returns[k] + 0.02 * (0.25 - day)) - std::exp(0.02 * 0.25), rounding);
}

TEST(PositionTemplate, european_option_is_valued_in_full_before_and_after_with_volatility_moved_by_the_return) {
  World world;
  world.templates = {option(OptionType::put, Exercise::european, 0.95, 0.2)};
  const auto profits = *world.profits();
  const double before = black_scholes_price(OptionType::put, 0.95, 0.2, world.model(1.0, 0.012, 0.95, 0.2));
  for (std::size_t k = 0; k < 3; ++k) {
    const double r = world.returns[k];
    const double after = black_scholes_price(OptionType::put, 0.95, 0.2 - day,
                                             world.model(std::exp(r), world.after(r), 0.95, 0.2 - day));
    EXPECT_NEAR(profits[k], after - before, rounding);
  }
}

TEST(PositionTemplate, american_put_goes_to_the_lattice) {
  World world;
  world.templates = {option(OptionType::put, Exercise::american, 1.1, 0.4)};
  const auto profits = *world.profits();
  const LeisenReimer lattice{51, Extrapolation::none};
  const auto price = [&](double spot, double daily, double years) {
    return leisen_reimer(OptionType::put, Exercise::american, 1.1, years, world.model(spot, daily, 1.1, years), {},
                         lattice)
        .price;
  };
  for (std::size_t k = 0; k < 3; ++k) {
    const double r = world.returns[k];
    EXPECT_NEAR(profits[k], price(std::exp(r), world.after(r), 0.4 - day) - price(1.0, 0.012, 0.4), 1e-12);
  }
}

// Merton (1973), theorem 2: without dividends an American call is worth its European one.
TEST(PositionTemplate, american_option_that_is_never_exercised_early_is_the_european_one) {
  World world;
  world.templates = {option(OptionType::call, Exercise::american, 1.05, 0.4),
                     option(OptionType::call, Exercise::european, 1.05, 0.4)};
  auto profits = *world.profits();
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(profits[k], profits[3 + k]);
  for (PositionTemplate& t : world.templates) t.type = OptionType::put;
  world.rate = {0.0};
  profits = *world.profits();
  for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(profits[k], profits[3 + k]);
  world.rate = {0.05};
  profits = *world.profits();
  EXPECT_NE(profits[0], profits[3]);
}

TEST(PositionTemplate, american_call_with_a_dividend_yield_goes_to_the_lattice) {
  World world;
  world.dividend_yield = {0.06};
  world.templates = {option(OptionType::call, Exercise::american, 0.9, 1.0),
                     option(OptionType::call, Exercise::european, 0.9, 1.0)};
  const auto profits = *world.profits();
  EXPECT_GT(std::abs(profits[2] - profits[5]), 1e-4);
}

TEST(PositionTemplate, pays_off_within_a_day_of_expiry) {
  World world;
  world.templates = {option(OptionType::call, Exercise::european, 1.0, 0.5 * day)};
  const auto profits = *world.profits();
  const double before = black_scholes_price(OptionType::call, 1.0, 0.5 * day, world.model(1.0, 0.012, 1.0, 0.5 * day));
  EXPECT_NEAR(profits[2], std::exp(0.05) - 1.0 - before, rounding);
  EXPECT_NEAR(profits[0], -before, rounding);
}

/// Two underlyings, enough rows for more than one chunk.
World long_world() {
  World world;
  const std::size_t rows = 130;
  world.premium = {1.2, 1.1};
  world.skew = {-0.2, -0.45};
  world.volatility.clear();
  world.returns.clear();
  for (std::size_t i = 0; i < 2 * rows; ++i) {
    world.volatility.push_back(0.01 + 1e-5 * static_cast<double>(i));
    world.returns.push_back(0.001 * (static_cast<double>(i % 21) - 10.0));
  }
  world.rate.assign(2 * rows, 0.02);
  world.dividend_yield.assign(2 * rows, 0.0);
  world.templates = {option(OptionType::put, Exercise::american, 1.0, 0.1), {}};
  world.templates[1].underlying = 1;
  return world;
}

TEST(PositionTemplate, gives_the_same_bits_for_any_number_of_threads) {
  const World world = long_world();
  EXPECT_EQ(*world.profits(1), *world.profits(2));
}

TEST(PositionTemplate, values_each_row_by_its_own_market) {
  const World world = long_world();
  const auto all = *world.profits();
  World last = world;
  const std::size_t row = 100;
  const auto cut = [&](std::vector<double>& v) { v = {v[2 * row], v[2 * row + 1]}; };
  cut(last.volatility);
  cut(last.rate);
  cut(last.dividend_yield);
  cut(last.returns);
  const auto one = *last.profits();
  EXPECT_EQ(one[0], all[2 * row]);
  EXPECT_EQ(one[1], all[2 * row + 1]);
}

RC_GTEST_PROP(PositionTemplate, call_less_put_earns_what_the_discounted_forward_does, ()) {
  World world;
  world.skew = {0.0};
  const double moneyness = *rc::gen::inRange(50, 200) * 0.01;
  const double years = *rc::gen::inRange(2, 300) * 0.01;
  world.templates = {option(OptionType::call, Exercise::european, moneyness, years),
                     option(OptionType::put, Exercise::european, moneyness, years)};
  const auto profits = *world.profits();
  for (std::size_t k = 0; k < 3; ++k) {
    const double after = std::exp(world.returns[k]) - moneyness * std::exp(-0.03 * (years - day));
    const double before = 1.0 - moneyness * std::exp(-0.03 * years);
    RC_ASSERT(std::abs(profits[k] - profits[3 + k] - (after - before)) < 1e-13);
  }
}

TEST(PositionTemplate, refuses_templates_without_sense) {
  World world;
  EXPECT_EQ(world.refused(), "templates");
  world.templates = {option(OptionType::call, Exercise::european, 0.0, 0.1)};
  EXPECT_EQ(world.refused(), "templates[0].moneyness");
  world.templates = {option(OptionType::call, Exercise::european, 1.0, 0.0)};
  EXPECT_EQ(world.refused(), "templates[0].years");
  world.templates = {{}, {}};
  world.templates[1].underlying = 1;
  EXPECT_EQ(world.refused(), "templates[1].underlying");
}

TEST(PositionTemplate, refuses_markets_whose_shapes_do_not_agree) {
  const auto refused = [](auto change) {
    World world;
    world.templates = {{}};
    change(world);
    return world.refused();
  };
  EXPECT_EQ(refused([](World& w) { w.premium.clear(); }), "premium");
  EXPECT_EQ(refused([](World& w) { w.skew.clear(); }), "skew");
  EXPECT_EQ(refused([](World& w) { w.volatility.clear(); }), "volatility");
  EXPECT_EQ(refused([](World& w) {
              w.premium = w.skew = {1.0, 1.0};
              w.volatility = {0.1, 0.1, 0.1};
            }),
            "volatility beyond whole rows");
  EXPECT_EQ(refused([](World& w) { w.rate.clear(); }), "rate");
  EXPECT_EQ(refused([](World& w) { w.dividend_yield.clear(); }), "dividend_yield");
  EXPECT_EQ(refused([](World& w) { w.returns.clear(); }), "returns");
  EXPECT_EQ(refused([](World& w) { w.volatility = w.rate = w.dividend_yield = {0.1, 0.1}; }),
            "returns beyond whole rows");
}

TEST(PositionTemplate, refuses_numbers_and_settings_without_sense) {
  const double nan = std::nan("");
  const auto refused = [](auto change) {
    World world;
    world.templates = {{}};
    change(world);
    return world.refused();
  };
  EXPECT_EQ(refused([&](World& w) { w.skew = {nan}; }), "skew[0]");
  EXPECT_EQ(refused([&](World& w) { w.rate = {nan}; }), "rate[0]");
  EXPECT_EQ(refused([&](World& w) { w.dividend_yield = {nan}; }), "dividend_yield[0]");
  EXPECT_EQ(refused([&](World& w) { w.returns[1] = nan; }), "returns[1]");
  EXPECT_EQ(refused([](World& w) { w.premium = {0.0}; }), "premium");
  EXPECT_EQ(refused([](World& w) { w.volatility = {-0.1}; }), "volatility");
  EXPECT_EQ(refused([](World& w) { w.settings.decay = 1.0; }), "decay");
  EXPECT_EQ(refused([](World& w) { w.settings.days_per_year = 0.0; }), "days_per_year");
  EXPECT_EQ(refused([](World& w) { w.settings.lattice.steps = 50; }), "steps");
  World world;
  world.templates = {{}};
  EXPECT_EQ(world.profits(0).error().field, "threads");
}

TEST(PositionTemplate, refuses_a_return_beyond_which_no_price_is_finite) {
  World world;
  world.templates = {option(OptionType::call, Exercise::european, 1.0, 0.1)};
  world.returns = {800.0};
  const auto result = world.profits();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid_value);
}

}  // namespace
}  // namespace plimsoll
