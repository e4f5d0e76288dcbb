#include "put_on_one.hpp"

#include "plimsoll/method/integral_equation/american.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace plimsoll {

namespace {

/// One boundary with the memory that it was found in.
struct Boundary {
  BoundaryCase<double> terms;
  std::vector<double> logs, squares;
  bool is_found = false;

  [[nodiscard]] double last() const { return terms.start + logs.back(); }
};

Boundary boundary_of(const BoundaryCase<double>& terms, const BoundaryTables& tables, std::vector<double>& memory) {
  constexpr int most_steps = 40;
  const auto plan = tables.plan();
  memory.resize(BoundaryScratch<double>::size(plan.nodes, plan.points));
  const auto scratch = BoundaryScratch<double>::within(memory.data(), plan.nodes, plan.points);
  Boundary found{terms, std::vector<double>(plan.nodes), std::vector<double>(plan.nodes), false};
  double change = find_boundary<double>(terms, plan, found.squares.data(), scratch, found.logs.data());
  for (int step = 0; step < most_steps && change > settled_change; ++step)
    change = improve_boundary<double>(terms, plan, found.squares.data(), scratch, found.logs.data());
  for (std::size_t j = 0; j < plan.nodes; ++j) found.squares[j] = found.logs[j] * found.logs[j];
  found.is_found = change <= settled_change && std::isfinite(found.logs.back());
  return found;
}

Premium<double> premium_of(const Boundary& boundary, const BoundaryTables& tables, double spot, double wait) {
  return premium<double>(boundary.terms, tables.plan(), boundary.squares.data(), spot, wait);
}

/// The two boundaries between which a put is exercised where yield < rate < 0, until they meet or time is up.
struct Band {
  Boundary upper, lower;
  double years = 0.0;

  [[nodiscard]] bool is_found() const { return upper.is_found && lower.is_found; }
  /// Logarithm of the upper boundary over the lower one at the end.
  [[nodiscard]] double gap() const { return upper.last() - lower.last(); }
};

Band band_until(const PutOnOne& put, double years, const BoundaryTables& tables, std::vector<double>& memory) {
  return {boundary_of(upper_boundary<double>(put.rate, put.yield, put.volatility, years), tables, memory),
          boundary_of(lower_boundary<double>(put.rate, put.yield, put.volatility, years), tables, memory), years};
}

/// The band until the boundaries meet, found by bisection and, where both sides are known, by the secant; the equations
/// of both hold beyond their meeting, but not for ever.
Band band_of(const PutOnOne& put, const BoundaryTables& tables, std::vector<double>& memory) {
  constexpr int most_tries = 60;
  constexpr double met = 1e-9;
  constexpr double thinnest = 1e-7;  // the premium is of the order of the square of the width
  const double width = std::log(put.yield / put.rate);
  if (width < thinnest) return {};
  Band band = band_until(put, put.years, tables, memory);
  if (band.is_found() && band.gap() >= 0.0) return band;
  double low = 0.0;
  double high = put.years;
  double low_gap = width;  // at expiry
  double high_gap = band.is_found() ? band.gap() : std::numeric_limits<double>::quiet_NaN();
  Band best;
  for (int i = 0; i < most_tries; ++i) {
    const double secant = low + (high - low) * low_gap / (low_gap - high_gap);
    const bool by_secant = low > 0.0 && i % 3 != 2 && secant > low && secant < high;
    band = band_until(put, by_secant ? secant : 0.5 * (low + high), tables, memory);
    const double gap = band.is_found() ? band.gap() : std::numeric_limits<double>::quiet_NaN();
    if (gap >= 0.0) {
      low = band.years;
      low_gap = gap;
      best = std::move(band);
      if (gap < met) break;
    } else {
      high = band.years;
      high_gap = gap;
    }
    if (high - low < 1e-12 * put.years) break;
  }
  return best;
}

std::optional<Premium<double>> premium_of_band(const PutOnOne& put, const BoundaryTables& tables,
                                               std::vector<double>& memory) {
  const Band band = band_of(put, tables, memory);
  if (!band.is_found()) return Premium<double>{0.0, 0.0, 0.0};
  const double wait = put.years - band.years;
  const double log_spot = std::log(put.spot);
  if (wait == 0.0 && log_spot <= band.upper.last() && log_spot >= band.lower.last()) return std::nullopt;
  const Premium<double> above = premium_of(band.upper, tables, put.spot, wait);
  const Premium<double> below = premium_of(band.lower, tables, put.spot, wait);
  return Premium<double>{above.value - below.value, above.slope - below.slope, above.curvature - below.curvature};
}

}  // namespace

std::optional<Premium<double>> exercise_premium(const PutOnOne& put, const BoundaryTables& tables,
                                                std::vector<double>& memory) {
  if (put.rate < 0.0) return premium_of_band(put, tables, memory);
  const Boundary boundary =
      boundary_of(upper_boundary<double>(put.rate, put.yield, put.volatility, put.years), tables, memory);
  if (std::log(put.spot) <= boundary.last()) return std::nullopt;
  return premium_of(boundary, tables, put.spot, 0.0);
}

}  // namespace plimsoll
