#include "plimsoll/model/dupire.hpp"

#include <cmath>
#include <optional>
#include <utility>

namespace plimsoll {

namespace {

/// How far from the forward, in deviations, a price still tells a variance: at six a call is worth 1e-10 of it.
constexpr double most_deviations = 6.0;
constexpr double least_ratio = 1e-3;  // of a density, below which the surface determines no volatility

/// The volatility of a cell from total variances at both ends of its time and their jet at its middle.
std::optional<double> cell_volatility(double before, double after, double span, double log_strike,
                                      const VarianceJet& middle) {
  if (!(middle.value > 0.0 && std::abs(log_strike) < most_deviations * std::sqrt(middle.value))) return std::nullopt;
  const double ratio = density_ratio(log_strike, middle);
  const double rise = after - before;
  if (!(ratio > least_ratio && rise >= 0.0 && std::isfinite(rise))) return std::nullopt;
  return std::sqrt(rise / span / ratio);
}

/// Fills the cells without a volatility from those towards the forward; says how many, or nothing for an empty row.
std::optional<std::size_t> fill_row(std::vector<std::optional<double>>& row, std::size_t centre) {
  std::size_t held = 0;
  std::size_t from = row.size();
  for (std::size_t away = 0; away < row.size() && from == row.size(); ++away) {
    if (centre + away < row.size() && row[centre + away]) from = centre + away;
    if (from == row.size() && away <= centre && row[centre - away]) from = centre - away;
  }
  if (from == row.size()) return std::nullopt;
  for (std::size_t i = from; i-- > 0;)
    if (!row[i]) row[i] = (++held, row[i + 1]);
  for (std::size_t i = from + 1; i < row.size(); ++i)
    if (!row[i]) row[i] = (++held, row[i - 1]);
  return held;
}

LocalVolatilityGrid empty_grid(const LocalVolatilityPlan& plan) {
  return {plan.spot, plan.rate, plan.dividend_yield, plan.times, plan.low_spot, plan.high_spot, plan.columns, {}};
}

/// `variance(k, t)` and `jet(k, t)` of a surface.
template <class Variance, class Jet>
Result<DupireGrid> from_variances(const LocalVolatilityPlan& plan, const Variance& variance, const Jet& jet) {
  DupireGrid made{empty_grid(plan), 0};
  LocalVolatilityGrid& grid = made.grid;
  if (auto flaw = flaw_of_axes(grid)) return *flaw;
  grid.volatilities.assign(grid.times.size() * grid.columns, 0.0);
  double start = 0.0;
  for (std::size_t r = 0; r < grid.times.size(); ++r) {
    const double end = grid.times[r];
    const double middle = 0.5 * (start + end);
    const double log_forward = std::log(grid.spot) + (grid.rate - grid.dividend_yield) * middle;
    std::vector<std::optional<double>> row;
    std::size_t centre = 0;
    for (std::size_t c = 0; c < grid.columns; ++c) {
      const double k = std::log(column_spot(grid, c)) - log_forward;
      if (k <= 0.0) centre = c;
      row.push_back(
          cell_volatility(start > 0.0 ? variance(k, start) : 0.0, variance(k, end), end - start, k, jet(k, middle)));
    }
    const auto held = fill_row(row, centre);
    if (!held)
      return Error{ErrorCode::invalid_value, "times", text_of(end), "rows in which the surface determines a volatility",
                   "give columns nearer to the forward, or fewer rows"};
    made.held += *held;
    for (std::size_t c = 0; c < grid.columns; ++c) grid.volatilities[r * grid.columns + c] = row[c].value_or(0.0);
    start = end;
  }
  return made;
}

}  // namespace

Result<DupireGrid> dupire(const Ssvi<double>& surface, const LocalVolatilityPlan& plan) {
  if (auto flaw = find_flaw(surface)) return *flaw;
  return from_variances(
      plan,
      [&](double k, double years) { return total_variance<double>(surface, variance_at_forward(surface, years), k); },
      [&](double k, double years) { return variance_jet(slice_of(surface, years), k); });
}

Result<DupireGrid> dupire(const CallSurface& surface, const LocalVolatilityPlan& plan) {
  if (auto flaw = flaw_of_axes(empty_grid(plan))) return *flaw;
  const auto variance = [&](double k, double years) { return surface.total_variance(std::exp(k), years); };
  const double step = std::log(plan.high_spot / plan.low_spot) / static_cast<double>(plan.columns - 1);
  return from_variances(plan, variance, [&](double k, double years) {
    const double here = variance(k, years);
    const double up = variance(k + step, years);
    const double down = variance(k - step, years);
    return VarianceJet{here, 0.5 * (up - down) / step, (up - here - (here - down)) / (step * step)};
  });
}

}  // namespace plimsoll
