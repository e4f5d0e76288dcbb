#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/risk/scenario_grid.hpp"
#include "plimsoll/risk/tail_risk.hpp"
#include "plimsoll/statistics/student_t_fit.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

namespace plimsoll {

/// The three ways from the same window to a tail: returns as they were; returns at today's volatility; a Student-t
/// fitted to the profits of the latter.
enum class TailModel { historical, filtered_historical, student_t };
inline constexpr std::size_t tail_model_count = 3;

/// How each forecast is made.
struct BacktestSettings {
  std::int64_t window = 500;
  std::int64_t nodes = 16;
  double grid_width = 5.0;  // width of the return grid in daily volatilities
  TailLevels levels;
  StudentTSettings student_t;

  friend bool operator==(const BacktestSettings&, const BacktestSettings&) = default;
};

template <>
struct Fields<BacktestSettings> {
  static constexpr std::string_view name = "BacktestSettings";
  static constexpr auto list =
      std::make_tuple(field("window", &BacktestSettings::window), field("nodes", &BacktestSettings::nodes),
                      field("grid_width", &BacktestSettings::grid_width), field("levels", &BacktestSettings::levels),
                      field("student_t", &BacktestSettings::student_t));
};

/// Positions as profits per unit of underlying value, known at each forecast's points, and what each account holds.
struct ProfitProfiles {
  std::span<const double> profits;               // forecasts x templates x points
  std::span<const std::uint32_t> underlying_of;  // templates
  std::span<const double> weights;               // accounts x templates
  std::size_t accounts = 0;
};

/// Figures for model x account x forecast, and how the Student-t fits ended.
struct TailHistory {
  std::vector<double> value_at_risk;
  std::vector<double> expected_shortfall;
  std::vector<double> shortfall_value_at_risk;  // of the expected shortfall's level
  std::vector<double> degrees_of_freedom;       // account x forecast; 0 where all profits are equal
  std::int64_t fits_converged = 0;
  std::int64_t fits_at_bound = 0;
  std::int64_t fits_not_converged = 0;
  std::int64_t fits_without_spread = 0;
};

/// Profits of each account in each scenario of one forecast: accounts x window, as the returns were and filtered.
struct ScenarioProfits {
  std::vector<double> historical;
  std::vector<double> filtered;
};

/// Points at which each position is valued for each forecast.
constexpr std::size_t point_count(const BacktestSettings& settings) noexcept {
  return static_cast<std::size_t>(settings.nodes) + exact_scenarios;
}

/// The returns at those points, forecasts x underlyings x points: the nodes of the grid, then the exact scenarios.
Result<std::vector<double>> node_returns(const ReturnHistory& history, std::size_t first, std::size_t last,
                                         const BacktestSettings& settings);

/// Value at risk and expected shortfall of every account on each forecast, first to last - 1; `profiles` holds those
/// forecasts alone. A forecast is a pure function of its window, so any number of threads gives the same bits.
/// Accuracy: that of the polynomial through the nodes; a run reports its distance to full revaluation.
Result<TailHistory> tail_history(const ReturnHistory& history, const ProfitProfiles& profiles, std::size_t first,
                                 std::size_t last, const BacktestSettings& settings, int threads);

/// The scenario profits of one forecast, whose profiles alone are given.
Result<ScenarioProfits> scenario_profits(const ReturnHistory& history, const ProfitProfiles& profiles,
                                         std::size_t forecast, const BacktestSettings& settings);

/// Scenario returns of one forecast: window x underlyings, as they were and filtered.
Result<ScenarioProfits> scenario_returns(const ReturnHistory& history, std::size_t forecast,
                                         const BacktestSettings& settings);

/// Profit of each account each day, accounts x days, from the profit of each template, days x templates.
Result<std::vector<double>> account_profits(std::span<const double> template_profits, std::span<const double> weights,
                                            std::size_t templates, std::size_t accounts);

}  // namespace plimsoll
