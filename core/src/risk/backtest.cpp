#include "plimsoll/risk/backtest.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/statistics/check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace plimsoll {
namespace {

constexpr std::size_t lanes = 4;  // inner loops have this fixed length, so the compiler may use vectors
constexpr std::size_t forecasts_in_block = 32;
constexpr int most_threads = 256;

std::size_t padded(std::size_t window) noexcept { return (window + lanes - 1) / lanes * lanes; }

std::optional<Error> find_flaw(const BacktestSettings& s) {
  if (auto flaw = check::within(s.window, 10, 100'000, "window")) return flaw;
  if (auto flaw = check::within(s.nodes, 3, 200, "nodes")) return flaw;
  if (auto flaw = check::positive(s.grid_width, "grid_width")) return flaw;
  for (const auto& [level, field] : {std::pair{s.levels.value_at_risk, "levels.value_at_risk"},
                                     std::pair{s.levels.expected_shortfall, "levels.expected_shortfall"}}) {
    if (auto flaw = check::open_probability(level, field)) return flaw;
    if (auto flaw = check::refuse_unless(tail_count(static_cast<std::size_t>(s.window), level) >= 1.0, "window",
                                         std::to_string(s.window), "at least 1 / (1 - level) scenarios",
                                         "give a longer window or a lower level"))
      return flaw;
  }
  return std::nullopt;
}

std::optional<Error> find_flaw(const ReturnHistory& h, std::size_t first, std::size_t last,
                               const BacktestSettings& settings) {
  if (auto flaw = find_flaw(settings)) return flaw;
  if (auto flaw = check::at_least(h.underlyings, 1, "underlyings")) return flaw;
  if (auto flaw = check::sized(h.returns.size() % h.underlyings, 0, "returns beyond whole rows")) return flaw;
  if (auto flaw = check::sized(h.volatility.size(), h.returns.size() + h.underlyings, "volatility")) return flaw;
  const auto window = static_cast<std::size_t>(settings.window);
  if (auto flaw = check::refuse_unless(first < last && last + window <= h.rows() + 1, "forecasts",
                                       std::to_string(first) + " to " + std::to_string(last),
                                       "at least one, ending at most at rows - window + 1",
                                       "give a longer history or a shorter window"))
    return flaw;
  if (auto flaw = check::finite(h.returns, "returns")) return flaw;
  for (const double volatility : h.volatility)
    if (!(volatility > 0.0 && std::isfinite(volatility))) return check::positive(volatility, "volatility");
  return std::nullopt;
}

std::optional<Error> find_flaw(const ReturnHistory& h, const ProfitProfiles& p, std::size_t forecasts,
                               const BacktestSettings& settings) {
  const std::size_t templates = p.underlying_of.size();
  if (auto flaw = check::at_least(templates, 1, "underlying_of")) return flaw;
  if (auto flaw = check::at_least(p.accounts, 1, "accounts")) return flaw;
  for (const std::uint32_t u : p.underlying_of)
    if (auto flaw = check::within(u, 0, static_cast<std::int64_t>(h.underlyings) - 1, "underlying_of")) return flaw;
  if (auto flaw = check::sized(p.weights.size(), p.accounts * templates, "weights")) return flaw;
  if (auto flaw = check::finite(p.weights, "weights")) return flaw;
  if (auto flaw = check::sized(p.profits.size(), forecasts * templates * point_count(settings), "profits")) return flaw;
  return check::finite(p.profits, "profits");
}

/// Filtered returns in grid widths, mapped: volatility of the forecast cancels, so each row is mapped once for all.
std::vector<double> mapped_filtered(const ReturnHistory& h, const BacktestSettings& s) {
  std::vector<double> mapped(h.returns.size());
  for (std::size_t i = 0; i < mapped.size(); ++i)
    mapped[i] = mapped_return(h.returns[i] / (h.volatility[i] * s.grid_width));
  return mapped;
}

/// What one account holds of one underlying: the templates in their order.
struct Holding {
  std::size_t account;
  std::vector<std::size_t> templates;
};

/// Holdings by underlying, so that each scenario is mapped to its grid once.
std::vector<std::vector<Holding>> holdings_of(const ReturnHistory& h, const ProfitProfiles& p) {
  const std::size_t templates = p.underlying_of.size();
  std::vector<std::vector<Holding>> by_underlying(h.underlyings);
  for (std::size_t a = 0; a < p.accounts; ++a)
    for (std::size_t u = 0; u < h.underlyings; ++u) {
      Holding holding{a, {}};
      for (std::size_t t = 0; t < templates; ++t)
        if (p.underlying_of[t] == u && p.weights[a * templates + t] != 0.0) holding.templates.push_back(t);
      if (!holding.templates.empty()) by_underlying[u].push_back(std::move(holding));
    }
  return by_underlying;
}

/// Everything that the forecasts share.
struct Plan {
  const ReturnHistory& history;
  const ProfitProfiles& profiles;
  const BacktestSettings& settings;
  std::size_t first;  // forecast that the profiles begin with
  std::size_t window;
  std::size_t nodes;
  std::vector<std::vector<Holding>> holdings;
  std::vector<double> transform;
  std::vector<double> filtered_positions;

  Plan(const ReturnHistory& h, const ProfitProfiles& p, const BacktestSettings& s, std::size_t first_forecast)
      : history(h),
        profiles(p),
        settings(s),
        first(first_forecast),
        window(static_cast<std::size_t>(s.window)),
        nodes(static_cast<std::size_t>(s.nodes)),
        holdings(holdings_of(h, p)),
        transform(chebyshev_transform(nodes)),
        filtered_positions(mapped_filtered(h, s)) {}
};

/// Room for one forecast at a time. Rows have the padded length.
struct Workspace {
  std::size_t stride;
  std::vector<double> historical, filtered_profits, historical_basis, filtered_basis, values, coefficients, sample;

  explicit Workspace(const Plan& plan)
      : stride(padded(plan.window)),
        historical(plan.profiles.accounts * stride),
        filtered_profits(plan.profiles.accounts * stride),
        historical_basis(plan.nodes * stride),
        filtered_basis(plan.nodes * stride),
        values(point_count(plan.settings)),
        coefficients(plan.nodes),
        sample(plan.window) {}
};

/// Row k holds the k-th Chebyshev polynomial at every position; row 1 holds the positions on entry.
void fill_basis(std::span<double> basis, std::size_t nodes, std::size_t stride) noexcept {
  const double* const x = basis.data() + stride;
  std::fill_n(basis.data(), stride, 1.0);
  for (std::size_t k = 2; k < nodes; ++k) {
    const double* const one = basis.data() + (k - 1) * stride;
    const double* const two = basis.data() + (k - 2) * stride;
    double* const next = basis.data() + k * stride;
    for (std::size_t s = 0; s < stride; s += lanes)
      for (std::size_t i = s; i < s + lanes; ++i) next[i] = 2.0 * x[i] * one[i] - two[i];
  }
}

/// Adds the polynomial with these coefficients, at the positions of the basis, to the profits.
void add_polynomial(std::span<const double> coefficients, const double* basis, std::size_t stride,
                    double* profits) noexcept {
  for (std::size_t s = 0; s < stride; s += lanes) {
    std::array<double, lanes> sum{};
    for (std::size_t k = 0; k < coefficients.size(); ++k)
      for (std::size_t i = 0; i < lanes; ++i) sum[i] += coefficients[k] * basis[k * stride + s + i];
    for (std::size_t i = 0; i < lanes; ++i) profits[s + i] += sum[i];
  }
}

/// Puts every scenario of an underlying at its place on the grid. Those that have a point of their own stand in the
/// middle, where the polynomial is known and is taken away again.
void fill_positions(const Plan& plan, std::size_t forecast, std::size_t u, const ScenarioGrid& grid,
                    Workspace& work) noexcept {
  double* const historical = work.historical_basis.data() + work.stride;
  double* const scaled = work.filtered_basis.data() + work.stride;
  for (std::size_t s = 0; s < plan.window; ++s) {
    const std::size_t at = (forecast + s) * plan.history.underlyings + u;
    historical[s] = grid.body.position(plan.history.returns[at]);
    scaled[s] = (plan.filtered_positions[at] - grid.body.centre) / grid.body.half;
  }
  for (const ExactScenario& exact : grid.exact)
    (exact.kind == ScenarioKind::historical ? historical : scaled)[exact.place] = 0.0;
  fill_basis(work.historical_basis, plan.nodes, work.stride);
  fill_basis(work.filtered_basis, plan.nodes, work.stride);
}

/// Adds what one account holds of one underlying to its profits in every scenario.
void add_holding(const Plan& plan, std::size_t forecast, const Holding& holding, const ScenarioGrid& grid,
                 Workspace& work) noexcept {
  const std::size_t templates = plan.profiles.underlying_of.size();
  std::ranges::fill(work.values, 0.0);
  for (const std::size_t t : holding.templates) {
    const double weight = plan.profiles.weights[holding.account * templates + t];
    const double* const profile =
        plan.profiles.profits.data() + ((forecast - plan.first) * templates + t) * work.values.size();
    for (std::size_t j = 0; j < work.values.size(); ++j) work.values[j] += weight * profile[j];
  }
  chebyshev_coefficients(plan.transform, std::span<const double>{work.values}.first(plan.nodes), work.coefficients);
  double* const historical = work.historical.data() + holding.account * work.stride;
  double* const scaled = work.filtered_profits.data() + holding.account * work.stride;
  add_polynomial(work.coefficients, work.historical_basis.data(), work.stride, historical);
  add_polynomial(work.coefficients, work.filtered_basis.data(), work.stride, scaled);
  const double middle = chebyshev_value(work.coefficients, 0.0);
  for (std::size_t e = 0; e < exact_scenarios; ++e) {
    const ExactScenario& exact = grid.exact[e];
    (exact.kind == ScenarioKind::historical ? historical : scaled)[exact.place] += work.values[plan.nodes + e] - middle;
  }
}

/// Scenario profits of all accounts on one forecast, into the workspace.
void fill_profits(const Plan& plan, std::size_t forecast, Workspace& work) noexcept {
  std::ranges::fill(work.historical, 0.0);
  std::ranges::fill(work.filtered_profits, 0.0);
  for (std::size_t u = 0; u < plan.history.underlyings; ++u) {
    if (plan.holdings[u].empty()) continue;
    const ScenarioGrid grid = scenario_grid(plan.history, forecast, u, plan.window, plan.settings.grid_width);
    fill_positions(plan, forecast, u, grid, work);
    for (const Holding& holding : plan.holdings[u]) add_holding(plan, forecast, holding, grid, work);
  }
}

enum class FitEnd : std::uint8_t { converged, at_bound, not_converged, without_spread };

struct FittedTail {
  TailRisk risk;
  double degrees_of_freedom;
  FitEnd end;
};

/// Tail of the Student-t fitted to the profits; profits that are all one have that one as their tail.
FittedTail student_t_tail(std::span<const double> profits, const BacktestSettings& settings) noexcept {
  const auto [least, most] = std::ranges::minmax_element(profits);
  if (*most - *least <= 1e-12 * std::max(std::abs(*least), std::abs(*most)))
    return {{-*least, -*least, -*least}, 0.0, FitEnd::without_spread};
  const StudentTFit fit = student_t_maximum_likelihood(profits, settings.student_t);
  const FitEnd end = fit.status == FitStatus::converged  ? FitEnd::converged
                     : fit.status == FitStatus::at_bound ? FitEnd::at_bound
                                                         : FitEnd::not_converged;
  return {{student_t_value_at_risk(fit.distribution, 1.0 - settings.levels.value_at_risk),
           student_t_expected_shortfall(fit.distribution, 1.0 - settings.levels.expected_shortfall),
           student_t_value_at_risk(fit.distribution, 1.0 - settings.levels.expected_shortfall)},
          fit.distribution.degrees_of_freedom,
          end};
}

/// Writes the figures of each forecast in their own place of the result.
class HistoryWriter {
 public:
  HistoryWriter(const Plan& plan, std::size_t forecasts, TailHistory& result)
      : plan_(plan), forecasts_(forecasts), result_(result), ends_(forecasts * plan.profiles.accounts) {}

  void run(std::size_t index, Workspace& work) noexcept {
    fill_profits(plan_, plan_.first + index, work);
    for (std::size_t a = 0; a < plan_.profiles.accounts; ++a) {
      const std::span<double> historical{work.historical.data() + a * work.stride, plan_.window};
      const std::span<double> scaled{work.filtered_profits.data() + a * work.stride, plan_.window};
      const FittedTail fitted = student_t_tail(scaled, plan_.settings);  // before the sort, which changes the order
      put(TailModel::historical, a, index, tail_risk_of(historical, plan_.settings.levels));
      put(TailModel::filtered_historical, a, index, tail_risk_of(scaled, plan_.settings.levels));
      put(TailModel::student_t, a, index, fitted.risk);
      result_.degrees_of_freedom[a * forecasts_ + index] = fitted.degrees_of_freedom;
      ends_[a * forecasts_ + index] = fitted.end;
    }
  }

  void count_ends() noexcept {
    const auto count = [&](FitEnd end) -> std::int64_t { return std::ranges::count(ends_, end); };
    result_.fits_converged = count(FitEnd::converged);
    result_.fits_at_bound = count(FitEnd::at_bound);
    result_.fits_not_converged = count(FitEnd::not_converged);
    result_.fits_without_spread = count(FitEnd::without_spread);
  }

 private:
  void put(TailModel model, std::size_t account, std::size_t index, const TailRisk& risk) noexcept {
    const std::size_t at = (static_cast<std::size_t>(model) * plan_.profiles.accounts + account) * forecasts_ + index;
    result_.value_at_risk[at] = risk.value_at_risk;
    result_.expected_shortfall[at] = risk.expected_shortfall;
    result_.shortfall_value_at_risk[at] = risk.shortfall_value_at_risk;
  }

  const Plan& plan_;
  std::size_t forecasts_;
  TailHistory& result_;
  std::vector<FitEnd> ends_;
};

}  // namespace

Result<std::vector<double>> node_returns(const ReturnHistory& history, std::size_t first, std::size_t last,
                                         const BacktestSettings& settings) {
  if (auto flaw = find_flaw(history, first, last, settings)) return *flaw;
  const std::vector<double> points = chebyshev_points(static_cast<std::size_t>(settings.nodes));
  const auto window = static_cast<std::size_t>(settings.window);
  std::vector<double> returns;
  returns.reserve((last - first) * history.underlyings * point_count(settings));
  for (std::size_t f = first; f < last; ++f)
    for (std::size_t u = 0; u < history.underlyings; ++u) {
      const ScenarioGrid grid = scenario_grid(history, f, u, window, settings.grid_width);
      for (const double point : points) returns.push_back(grid.body.at(point));
      for (const ExactScenario& exact : grid.exact) returns.push_back(exact.value);
    }
  return returns;
}

Result<TailHistory> tail_history(const ReturnHistory& history, const ProfitProfiles& profiles, std::size_t first,
                                 std::size_t last, const BacktestSettings& settings, int threads) {
  if (auto flaw = find_flaw(history, first, last, settings)) return *flaw;
  if (auto flaw = find_flaw(history, profiles, last - first, settings)) return *flaw;
  if (auto flaw = check::within(threads, 1, most_threads, "threads")) return *flaw;
  const Plan plan{history, profiles, settings, first};
  const std::size_t forecasts = last - first;
  TailHistory result;
  result.value_at_risk.resize(tail_model_count * profiles.accounts * forecasts);
  result.expected_shortfall.resize(tail_model_count * profiles.accounts * forecasts);
  result.shortfall_value_at_risk.resize(tail_model_count * profiles.accounts * forecasts);
  result.degrees_of_freedom.resize(profiles.accounts * forecasts);
  HistoryWriter writer{plan, forecasts, result};
  parallel_blocks(forecasts, forecasts_in_block, threads, [&](std::size_t begin, std::size_t end) {
    Workspace workspace{plan};
    for (std::size_t i = begin; i < end; ++i) writer.run(i, workspace);
  });
  writer.count_ends();
  return result;
}

Result<ScenarioProfits> scenario_profits(const ReturnHistory& history, const ProfitProfiles& profiles,
                                         std::size_t forecast, const BacktestSettings& settings) {
  if (auto flaw = find_flaw(history, forecast, forecast + 1, settings)) return *flaw;
  if (auto flaw = find_flaw(history, profiles, 1, settings)) return *flaw;
  const Plan plan{history, profiles, settings, forecast};
  Workspace work{plan};
  fill_profits(plan, forecast, work);
  ScenarioProfits result;
  for (std::size_t a = 0; a < profiles.accounts; ++a) {
    const auto row = static_cast<std::ptrdiff_t>(a * work.stride);
    const auto window = static_cast<std::ptrdiff_t>(plan.window);
    result.historical.insert(result.historical.end(), work.historical.begin() + row,
                             work.historical.begin() + row + window);
    result.filtered.insert(result.filtered.end(), work.filtered_profits.begin() + row,
                           work.filtered_profits.begin() + row + window);
  }
  return result;
}

Result<ScenarioProfits> scenario_returns(const ReturnHistory& history, std::size_t forecast,
                                         const BacktestSettings& settings) {
  if (auto flaw = find_flaw(history, forecast, forecast + 1, settings)) return *flaw;
  const auto window = static_cast<std::size_t>(settings.window);
  ScenarioProfits result;
  for (std::size_t row = forecast; row < forecast + window; ++row)
    for (std::size_t u = 0; u < history.underlyings; ++u) {
      result.historical.push_back(history.returns[row * history.underlyings + u]);
      result.filtered.push_back(
          history.filtered(row, u, history.volatility[(forecast + window) * history.underlyings + u]));
    }
  return result;
}

Result<std::vector<double>> account_profits(std::span<const double> template_profits, std::span<const double> weights,
                                            std::size_t templates, std::size_t accounts) {
  if (auto flaw = check::at_least(templates, 1, "templates")) return *flaw;
  if (auto flaw = check::sized(weights.size(), accounts * templates, "weights")) return *flaw;
  if (auto flaw = check::sized(template_profits.size() % templates, 0, "template_profits beyond whole rows"))
    return *flaw;
  if (auto flaw = check::finite(template_profits, "template_profits")) return *flaw;
  if (auto flaw = check::finite(weights, "weights")) return *flaw;
  const std::size_t days = template_profits.size() / templates;
  std::vector<double> profits(accounts * days, 0.0);
  for (std::size_t a = 0; a < accounts; ++a)
    for (std::size_t d = 0; d < days; ++d)
      for (std::size_t t = 0; t < templates; ++t)
        if (weights[a * templates + t] != 0.0)
          profits[a * days + d] += weights[a * templates + t] * template_profits[d * templates + t];
  return profits;
}

}  // namespace plimsoll
