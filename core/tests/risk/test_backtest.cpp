#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/risk/backtest.hpp"
#include "plimsoll/risk/volatility_filter.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace plimsoll {
namespace {

constexpr std::size_t underlyings = 2;
constexpr std::size_t rows = 160;

/// Two underlyings, each with returns of changing size; three templates: the first underlying, the second, and a
/// short curved position on the second. Two accounts and one that holds nothing.
struct World {
  std::vector<double> returns, volatility, profits;
  std::vector<std::uint32_t> underlying_of{0, 1, 1};
  std::vector<double> weights{100.0, 0.0, 0.0, 50.0, 20.0, 300.0, 0.0, 0.0, 0.0};
  BacktestSettings settings;

  explicit World(std::size_t forecasts = rows - 120 + 1) {
    settings.window = 120;
    returns.resize(rows * underlyings);
    RandomStream{11, 0}.fill_normal(returns);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t u = 0; u < underlyings; ++u)
        returns[row * underlyings + u] *= 0.01 * (1.0 + 0.5 * std::sin(0.1 * static_cast<double>(row)));
    volatility.resize((rows + 1) * underlyings);
    for (std::size_t u = 0; u < underlyings; ++u) {
      std::vector<double> column;
      for (std::size_t row = 0; row < rows; ++row) column.push_back(returns[row * underlyings + u]);
      const auto path = *ewma_volatility(column, 0.94, 0.01);
      for (std::size_t row = 0; row <= rows; ++row) volatility[row * underlyings + u] = path[row];
    }
    const auto nodes = *node_returns(history(), 0, forecasts, settings);
    const std::size_t count = point_count(settings);
    for (std::size_t f = 0; f < forecasts; ++f)
      for (std::size_t t = 0; t < 3; ++t)
        for (std::size_t j = 0; j < count; ++j)
          profits.push_back(profit(t, nodes[(f * underlyings + underlying_of[t]) * count + j]));
  }

  [[nodiscard]] ReturnHistory history() const { return {returns, volatility, underlyings}; }
  [[nodiscard]] ProfitProfiles profiles() const { return {profits, underlying_of, weights, 3}; }

  static double profit(std::size_t which, double r) {
    return which == 2 ? -(std::cosh(8.0 * r) - 1.0) : std::exp(r) - 1.0;
  }

  /// Profits of an account from the returns alone, without grids.
  [[nodiscard]] std::vector<double> direct(std::size_t account, const std::vector<double>& scenario) const {
    std::vector<double> result;
    for (std::size_t s = 0; s < 120; ++s) {
      double sum = 0.0;
      for (std::size_t t = 0; t < 3; ++t)
        sum += weights[account * 3 + t] * profit(t, scenario[s * underlyings + underlying_of[t]]);
      result.push_back(sum);
    }
    return result;
  }
};

// The profits are entire functions of the return on intervals of a few volatilities: 16 nodes reach rounding.
constexpr double interpolation = 1e-9;

TEST(Backtest, forecasts_the_tail_of_the_scenarios_of_its_window) {
  const World world;
  const auto history = tail_history(world.history(), world.profiles(), 0, 41, world.settings, 1);
  ASSERT_TRUE(history);
  for (const std::size_t f : {std::size_t{0}, std::size_t{40}}) {
    const auto scenarios = *scenario_returns(world.history(), f, world.settings);
    for (std::size_t a = 0; a < 3; ++a) {
      const auto raw = world.direct(a, scenarios.historical);
      const auto scaled = world.direct(a, scenarios.filtered);
      EXPECT_NEAR(history->value_at_risk[a * 41 + f], *value_at_risk(raw, 0.99), interpolation);
      EXPECT_NEAR(history->expected_shortfall[a * 41 + f], *expected_shortfall(raw, 0.975), interpolation);
      EXPECT_NEAR(history->shortfall_value_at_risk[a * 41 + f], *value_at_risk(raw, 0.975), interpolation);
      EXPECT_NEAR(history->value_at_risk[(3 + a) * 41 + f], *value_at_risk(scaled, 0.99), interpolation);
      EXPECT_NEAR(history->expected_shortfall[(3 + a) * 41 + f], *expected_shortfall(scaled, 0.975), interpolation);
      if (a == 2) continue;
      const auto fit = fit_student_t(scaled, world.settings.student_t);
      EXPECT_NEAR(history->value_at_risk[(6 + a) * 41 + f], student_t_value_at_risk(fit->distribution, 0.01), 1e-6);
      EXPECT_NEAR(history->expected_shortfall[(6 + a) * 41 + f], student_t_expected_shortfall(fit->distribution, 0.025),
                  1e-6);
    }
  }
}

TEST(Backtest, scenario_returns_are_the_window_and_the_window_at_the_volatility_of_the_forecast) {
  const World world;
  const auto scenarios = *scenario_returns(world.history(), 7, world.settings);
  ASSERT_EQ(scenarios.historical.size(), 240U);
  EXPECT_EQ(scenarios.historical[5], world.returns[7 * underlyings + 5]);
  EXPECT_EQ(scenarios.filtered[4], world.returns[18] / world.volatility[18] * world.volatility[127 * underlyings]);
}

TEST(Backtest, scenario_profits_are_those_of_the_returns) {
  const World world{1};
  const auto profits = *scenario_profits(world.history(), world.profiles(), 0, world.settings);
  const auto scenarios = *scenario_returns(world.history(), 0, world.settings);
  const auto direct = world.direct(1, scenarios.filtered);
  for (std::size_t s = 0; s < 120; ++s) EXPECT_NEAR(profits.filtered[120 + s], direct[s], interpolation);
}

TEST(Backtest, gives_the_same_bits_for_any_number_of_threads) {
  const World world;
  const auto one = tail_history(world.history(), world.profiles(), 0, 41, world.settings, 1);
  const auto three = tail_history(world.history(), world.profiles(), 0, 41, world.settings, 3);
  EXPECT_EQ(one->value_at_risk, three->value_at_risk);
  EXPECT_EQ(one->expected_shortfall, three->expected_shortfall);
  EXPECT_EQ(one->degrees_of_freedom, three->degrees_of_freedom);
  EXPECT_EQ(one->fits_converged, three->fits_converged);
}

TEST(Backtest, gives_the_same_bits_when_the_history_is_cut_into_pieces) {
  const World world;
  const auto whole = tail_history(world.history(), world.profiles(), 0, 41, world.settings, 1);
  const std::span<const double> all{world.profits};
  const std::size_t row = 3 * point_count(world.settings);
  const ProfitProfiles late{all.subspan(30 * row), world.underlying_of, world.weights, 3};
  const auto part = tail_history(world.history(), late, 30, 41, world.settings, 1);
  for (std::size_t a = 0; a < 9; ++a)
    for (std::size_t f = 30; f < 41; ++f)
      EXPECT_EQ(part->value_at_risk[a * 11 + f - 30], whole->value_at_risk[a * 41 + f]);
}

TEST(Backtest, does_not_look_ahead) {
  World world;
  const auto before = tail_history(world.history(), world.profiles(), 0, 41, world.settings, 1);
  const World untouched;
  world.returns[(120 + 10) * underlyings] = -0.5;  // row 130 is what forecast 10 is about
  const auto nodes_before = *node_returns(untouched.history(), 0, 11, world.settings);
  const auto nodes_after = *node_returns(world.history(), 0, 11, world.settings);
  EXPECT_EQ(nodes_before, nodes_after);
  const auto after = tail_history(world.history(), world.profiles(), 0, 41, world.settings, 1);
  for (std::size_t f = 0; f <= 10; ++f) EXPECT_EQ(after->value_at_risk[f], before->value_at_risk[f]);
  EXPECT_NE(after->value_at_risk[11], before->value_at_risk[11]);
}

TEST(Backtest, reports_how_every_fit_ended) {
  World world;
  const auto history = tail_history(world.history(), world.profiles(), 0, 41, world.settings, 1);
  EXPECT_EQ(history->fits_converged + history->fits_at_bound + history->fits_not_converged, 82);
  EXPECT_EQ(history->fits_without_spread, 41);  // the account that holds nothing
  EXPECT_EQ(history->degrees_of_freedom[2 * 41], 0.0);
  EXPECT_EQ(history->value_at_risk[(6 + 2) * 41], 0.0);  // and whose tail is nothing
  world.settings.student_t.most_iterations = 1;
  EXPECT_GT(tail_history(world.history(), world.profiles(), 0, 41, world.settings, 1)->fits_not_converged, 0);
}

TEST(Backtest, accounts_earn_what_their_templates_earn) {
  const std::vector<double> templates{1.0, 2.0, 3.0, 4.0};  // two days, two templates
  const std::vector<double> weights{10.0, 0.0, 1.0, -1.0};
  EXPECT_EQ(*account_profits(templates, weights, 2, 2), (std::vector<double>{10.0, 30.0, -1.0, -1.0}));
  EXPECT_EQ(account_profits(templates, weights, 0, 2).error().field, "templates");
  EXPECT_EQ(account_profits(templates, weights, 2, 3).error().field, "weights");
  EXPECT_EQ(account_profits(templates, std::vector<double>(6), 3, 2).error().field,
            "template_profits beyond whole rows");
  EXPECT_EQ(account_profits(std::vector<double>{std::nan(""), 0.0}, weights, 2, 2).error().field,
            "template_profits[0]");
  EXPECT_EQ(account_profits(templates, std::vector<double>{std::nan(""), 0.0}, 2, 1).error().field, "weights[0]");
}

std::string refused(const World& world, std::size_t first = 0, std::size_t last = 41, int threads = 1) {
  const auto result = tail_history(world.history(), world.profiles(), first, last, world.settings, threads);
  return result ? "accepted" : result.error().field;
}

TEST(Backtest, refuses_shapes_that_do_not_agree) {
  World world;
  EXPECT_EQ(refused(world, 0, 42), "forecasts");
  EXPECT_EQ(refused(world, 5, 5), "forecasts");
  EXPECT_EQ(refused(world, 0, 41, 0), "threads");
  world.volatility.pop_back();
  EXPECT_EQ(refused(world), "volatility");
  world = World{};
  world.returns.pop_back();
  EXPECT_EQ(refused(world), "returns beyond whole rows");
  world = World{};
  world.weights.pop_back();
  EXPECT_EQ(refused(world), "weights");
  world = World{};
  world.profits.pop_back();
  EXPECT_EQ(refused(world), "profits");
  world = World{};
  world.underlying_of[1] = 2;
  EXPECT_EQ(refused(world), "underlying_of");
  world.underlying_of.clear();
  EXPECT_EQ(refused(world), "underlying_of");
}

TEST(Backtest, refuses_numbers_without_sense) {
  World world;
  world.returns[3] = std::nan("");
  EXPECT_EQ(refused(world), "returns[3]");
  world = World{};
  world.volatility[3] = 0.0;
  EXPECT_EQ(refused(world), "volatility");
  world = World{};
  world.weights[3] = std::nan("");
  EXPECT_EQ(refused(world), "weights[3]");
  world = World{};
  world.profits[3] = std::nan("");
  EXPECT_EQ(refused(world), "profits[3]");
}

TEST(Backtest, refuses_settings_without_sense) {
  World world;
  world.settings.window = 5;
  EXPECT_EQ(refused(world), "window");
  world.settings.window = 99;
  EXPECT_EQ(refused(world), "window");  // no hundredth part
  world = World{};
  world.settings.nodes = 2;
  EXPECT_EQ(refused(world), "nodes");
  world = World{};
  world.settings.grid_width = 0.0;
  EXPECT_EQ(refused(world), "grid_width");
  world = World{};
  world.settings.levels.expected_shortfall = 1.0;
  EXPECT_EQ(refused(world), "levels.expected_shortfall");
  world.settings.window = 5;
  EXPECT_EQ(node_returns(world.history(), 0, 1, world.settings).error().field, "window");
  EXPECT_EQ(scenario_returns(world.history(), 0, world.settings).error().field, "window");
  EXPECT_EQ(scenario_profits(world.history(), world.profiles(), 0, world.settings).error().field, "window");
  world = World{};
  EXPECT_EQ(scenario_profits(world.history(), world.profiles(), 0, world.settings).error().field, "profits");
  EXPECT_EQ(tail_history({{}, {}, 0}, world.profiles(), 0, 1, world.settings, 1).error().field, "underlyings");
  EXPECT_EQ(
      tail_history(world.history(), {world.profits, world.underlying_of, world.weights, 0}, 0, 41, world.settings, 1)
          .error()
          .field,
      "accounts");
}

}  // namespace
}  // namespace plimsoll
