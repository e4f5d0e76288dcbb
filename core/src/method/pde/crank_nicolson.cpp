#include "plimsoll/method/pde/crank_nicolson.hpp"

#include "plimsoll/method/best_held.hpp"
#include "plimsoll/method/deterministic.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace plimsoll {

namespace {

bool falls_in_life(const TimedDividend& dividend, const VanillaCase& option) noexcept {
  return dividend.years > 0.0 && dividend.years <= option.years && dividend.amount > 0.0;
}

// Spots from zero upwards: zero, then strike * exp(width * sinh(u)) with u equally spaced, so the mesh is finest at the
// strike and coarsens smoothly over the reach of the spot.
void lay_spots(const VanillaCase& option, std::size_t steps, std::vector<double>& spots) noexcept {
  constexpr double reach_in_deviations = 5.0;
  constexpr double smallest_remainder = 0.02;
  constexpr double least_width_in_drifts = 0.02;
  const BlackScholes<double>& model = option.model;
  const double deviation = std::min(model.volatility * std::sqrt(option.years), 20.0);
  const double drift = std::abs(model.rate - model.dividend_yield) * option.years + 0.5 * deviation * deviation;
  const double reach = reach_in_deviations * deviation + drift;
  // A spot that drifts far more than it spreads needs the mesh along its way, not only at the strike.
  const double width = std::max(deviation, least_width_in_drifts * drift);
  double fall = 0.0;
  for (const TimedDividend& dividend : option.dividends)
    if (falls_in_life(dividend, option)) fall += dividend.amount;
  const double today = std::log(model.spot / option.strike);
  const double after = today + std::log(std::max(1.0 - fall / model.spot, smallest_remainder));
  const double low = std::asinh((std::min({0.0, today, after}) - reach) / width);
  const double high = std::asinh((std::max(0.0, today) + reach) / width);
  spots.resize(steps + 1);
  spots[0] = 0.0;
  const double spacing = (high - low) / static_cast<double>(steps - 2);
  const double nodes_below = std::ceil(-low / spacing);
  for (std::size_t i = 1; i <= steps; ++i) {
    const double u = spacing * (static_cast<double>(i - 1) - nodes_below);
    spots[i] = option.strike * std::exp(width * std::sinh(u));
  }
}

class Grid {
 public:
  Grid(const VanillaCase& option, std::int64_t time_steps, GridWorkspace& workspace) noexcept
      : option_(option), time_steps_(time_steps), w_(workspace) {}

  // Marches the payoff back to today on the spots that the workspace holds.
  void march() noexcept {
    lay_operator();
    lay_payoff();
    double later = option_.years;
    for (std::size_t i = option_.dividends.size(); i-- > 0;) {
      const TimedDividend& dividend = option_.dividends[i];
      if (!falls_in_life(dividend, option_)) continue;
      march_between(dividend.years, later);
      pay(dividend);
      later = dividend.years;
    }
    march_between(0.0, later);
  }

 private:
  [[nodiscard]] bool is_american() const noexcept { return option_.exercise == Exercise::american; }
  [[nodiscard]] std::size_t last() const noexcept { return w_.spots.size() - 1; }

  // Central differences, exact on parabolas; one-sided convection where the mesh is too coarse for the central one to
  // keep the off-diagonals positive, which happens only where values are straight lines.
  void lay_operator() noexcept {
    const std::size_t count = w_.spots.size();
    w_.lower.assign(count, 0.0);
    w_.upper.assign(count, 0.0);
    w_.known.resize(count);
    w_.pivots.resize(count);
    const double variance = option_.model.volatility * option_.model.volatility;
    const double drift = option_.model.rate - option_.model.dividend_yield;
    for (std::size_t i = 1; i < last(); ++i) {
      const double spot = w_.spots[i];
      const double below = spot - w_.spots[i - 1];
      const double above = w_.spots[i + 1] - spot;
      const double diffusion = variance * spot * spot / (below + above);
      const double convection = drift * spot / (below + above);
      w_.lower[i] = diffusion / below - convection * above / below;
      w_.upper[i] = diffusion / above + convection * below / above;
      if (w_.lower[i] < 0.0 || w_.upper[i] < 0.0) {
        w_.lower[i] = diffusion / below + std::max(-drift, 0.0) * spot / below;
        w_.upper[i] = diffusion / above + std::max(drift, 0.0) * spot / above;
      }
    }
  }

  void lay_payoff() noexcept {
    const std::size_t count = w_.spots.size();
    w_.payoffs.resize(count);
    for (std::size_t i = 0; i < count; ++i) w_.payoffs[i] = sign(option_.type) * (w_.spots[i] - option_.strike);
    w_.values.resize(count);
    for (std::size_t i = 0; i < count; ++i) w_.values[i] = std::max(w_.payoffs[i], 0.0);
    w_.exercised.assign(count, 0);
    for (std::size_t i = 1; i < last(); ++i) {
      const double from = 0.5 * (w_.spots[i - 1] + w_.spots[i]);
      const double to = 0.5 * (w_.spots[i] + w_.spots[i + 1]);
      if (!(from < option_.strike && option_.strike < to)) continue;
      const double paying = option_.type == OptionType::call ? to - option_.strike : option_.strike - from;
      w_.values[i] = 0.5 * paying * paying / (to - from);
    }
  }

  // Steps grow with the square of their distance from the payoff (or jump) behind them, where values change fastest.
  // The first two are split into two fully implicit halves each, which damp what a kink excites.
  void march_between(double earlier, double later) noexcept {
    constexpr std::int64_t implicit_starts = 2;
    const double span = later - earlier;
    if (!(span > 0.0)) return;
    const double share = span / option_.years * static_cast<double>(time_steps_);
    const std::int64_t steps = std::max<std::int64_t>(std::llround(share), 4);
    const auto time_of = [&](std::int64_t k) {
      const double fraction = static_cast<double>(k) / static_cast<double>(steps);
      return k == steps ? earlier : later - span * fraction * fraction;
    };
    for (std::int64_t k = 0; k < steps; ++k) {
      const double from = time_of(k);
      const double to = time_of(k + 1);
      if (k < implicit_starts) {
        step(from, 0.5 * (from + to), 1.0);
        step(0.5 * (from + to), to, 1.0);
      } else {
        step(from, to, 0.5);
      }
    }
  }

  // One step back in time; `implicitness` is 1 for the implicit and 1/2 for the Crank-Nicolson scheme.
  void step(double from, double to, double implicitness) noexcept {
    const double length = from - to;
    const double explicit_part = (1.0 - implicitness) * length;
    for (std::size_t i = 1; i < last(); ++i) {
      const double change = w_.lower[i] * (w_.values[i - 1] - w_.values[i]) +
                            w_.upper[i] * (w_.values[i + 1] - w_.values[i]) - option_.model.rate * w_.values[i];
      w_.known[i] = w_.values[i] + explicit_part * change;
    }
    w_.values.front() = boundary_value(w_.spots.front(), to);
    w_.values.back() = boundary_value(w_.spots.back(), to);
    const double weight = implicitness * length;
    if (is_american())
      solve_exercise(weight);
    else
      solve(weight);
  }

  // At both ends chance has no part in the value: the spot stays at zero, or the payoff is a straight line within
  // reach.
  [[nodiscard]] double boundary_value(double spot, double time) noexcept {
    w_.dividends_left.clear();
    for (const TimedDividend& dividend : option_.dividends)
      if (falls_in_life(dividend, option_) && dividend.years > time)
        w_.dividends_left.push_back({dividend.years - time, dividend.amount});
    const BlackScholes<double> at_end{spot, option_.model.rate, option_.model.dividend_yield, 0.0};
    return deterministic_option(option_.type, option_.exercise, option_.strike, option_.years - time, at_end,
                                w_.dividends_left)
        .price;
  }

  // Elimination from the bottom, substitution from the top; an exercised row says that the value is the payoff.
  void solve(double weight) noexcept {
    std::vector<double>& x = w_.values;
    double ratio = 0.0;
    double carried = x.front();
    for (std::size_t i = 1; i < last(); ++i) {
      if (w_.exercised[i] != 0) {
        w_.pivots[i] = ratio = 0.0;
        x[i] = carried = w_.payoffs[i];
        continue;
      }
      const double below = -weight * w_.lower[i];
      const double diagonal = 1.0 + weight * (w_.lower[i] + w_.upper[i] + option_.model.rate);
      const double inverse = 1.0 / (diagonal - below * ratio);
      x[i] = carried = (w_.known[i] - below * carried) * inverse;
      w_.pivots[i] = ratio = -weight * w_.upper[i] * inverse;
    }
    for (std::size_t i = last(); i-- > 1;) x[i] -= w_.pivots[i] * x[i + 1];
  }

  // Policy iteration: each row holds either the equation or the payoff, whichever binds, until no row changes its mind.
  void solve_exercise(double weight) noexcept {
    constexpr int most_rounds = 100;
    for (int round = 0; round < most_rounds; ++round) {
      solve(weight);
      bool changed = false;
      for (std::size_t i = 1; i < last(); ++i) {
        const double lower = weight * w_.lower[i];
        const double upper = weight * w_.upper[i];
        const double diagonal = 1.0 + lower + upper + weight * option_.model.rate;
        const double equation =
            diagonal * w_.values[i] - lower * w_.values[i - 1] - upper * w_.values[i + 1] - w_.known[i];
        const double above_payoff = w_.values[i] - w_.payoffs[i];
        const char exercised = above_payoff * diagonal < equation ? 1 : 0;
        if (exercised == w_.exercised[i]) continue;
        // Within rounding both sides bind and either choice gives the same values.
        if (std::abs(above_payoff * diagonal - equation) < 1e-13 * (w_.spots[i] + option_.strike)) continue;
        w_.exercised[i] = exercised;
        changed = true;
      }
      if (!changed) return;
    }
  }

  void pay(const TimedDividend& dividend) noexcept {
    shift_by_dividend(std::span<const double>(w_.spots).subspan(1), std::span(w_.values).subspan(1), w_.values.front(),
                      dividend.amount, w_.interpolation);
    if (!is_american()) return;
    for (std::size_t i = 0; i < w_.values.size(); ++i) w_.values[i] = std::max(w_.values[i], w_.payoffs[i]);
  }

  VanillaCase option_;
  std::int64_t time_steps_;
  GridWorkspace& w_;
};

// Value and first two derivatives at x of the cubic through four points, by Newton's divided differences.
SpotPrice read_cubic(const double* s, const double* v, double x) noexcept {
  const double d01 = (v[1] - v[0]) / (s[1] - s[0]);
  const double d12 = (v[2] - v[1]) / (s[2] - s[1]);
  const double d23 = (v[3] - v[2]) / (s[3] - s[2]);
  const double d012 = (d12 - d01) / (s[2] - s[0]);
  const double d123 = (d23 - d12) / (s[3] - s[1]);
  const double d0123 = (d123 - d012) / (s[3] - s[0]);
  const double a = x - s[0];
  const double b = x - s[1];
  const double c = x - s[2];
  return {v[0] + a * (d01 + b * (d012 + c * d0123)), d01 + d012 * (a + b) + d0123 * (a * b + a * c + b * c),
          2.0 * d012 + 2.0 * d0123 * (a + b + c)};
}

// One problem whose mesh stays where the option as it was given put it, so that differences between models are smooth
// and the European option has the grid of the American one.
struct Problem {
  VanillaCase given;
  CrankNicolson settings;
  GridWorkspace& w;

  [[nodiscard]] SpotPrice march(const VanillaCase& option, std::int64_t space_steps,
                                std::int64_t time_steps) const noexcept {
    lay_spots(given, static_cast<std::size_t>(space_steps), w.spots);
    Grid(option, time_steps, w).march();
    const double spot = option.model.spot;
    const auto above = std::ranges::upper_bound(w.spots, spot) - w.spots.begin();
    const auto last_start = static_cast<std::ptrdiff_t>(w.spots.size()) - 4;
    const auto start = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above - 2, 1, last_start));
    return read_cubic(w.spots.data() + start, w.values.data() + start, spot);
  }

  // The error is clean of order 2 in both steps together, American included: half the steps tell four thirds of it.
  [[nodiscard]] SpotPrice read(const VanillaCase& option) const noexcept {
    SpotPrice fine = march(option, settings.space_steps, settings.time_steps);
    const double exercised = exercised_now(option);
    if (is_exercised_now(option.exercise, fine.price, exercised, option.model.spot + option.strike))
      return {exercised, sign(option.type), 0.0};
    if (settings.extrapolation == Extrapolation::richardson) {
      const SpotPrice coarse = march(option, settings.space_steps / 2, settings.time_steps / 2);
      const auto mix = [](double from_coarse, double from_fine) { return from_fine + (from_fine - from_coarse) / 3.0; };
      fine = {mix(coarse.price, fine.price), mix(coarse.delta, fine.delta), mix(coarse.gamma, fine.gamma)};
    }
    fine.price = std::max(fine.price, 0.0);
    if (option.exercise == Exercise::american) fine.price = std::max(fine.price, exercised);
    return fine;
  }

  // How far the European price may lie above the formula, per unit of spot plus strike. From 100 x 10 steps on 8e-4 was
  // the most of 20 000 options, where drift moves the spot much farther than chance does.
  [[nodiscard]] double european_error() const noexcept {
    const bool is_fine = settings.space_steps >= 100 && settings.time_steps >= 10;
    return is_fine ? 1e-2 : std::numeric_limits<double>::infinity();
  }

  [[nodiscard]] HeldOption held() const noexcept {
    return best_held(
        given, [&](const VanillaCase& wanted) { return read(wanted); },
        [&](double price) { return may_be_below_european(given, price, european_error()); });
  }
};

}  // namespace

double crank_nicolson_price(OptionType type, Exercise exercise, double strike, double years,
                            const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                            const CrankNicolson& settings, GridWorkspace& workspace) noexcept {
  if (is_deterministic(strike, years, model))
    return deterministic_option(type, exercise, strike, years, model, dividends).price;
  return Problem{{type, exercise, strike, years, model, dividends}, settings, workspace}.held().today.price;
}

PricedGreeks crank_nicolson(OptionType type, Exercise exercise, double strike, double years,
                            const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                            const CrankNicolson& settings, GridWorkspace& workspace) noexcept {
  if (is_deterministic(strike, years, model))
    return deterministic_option(type, exercise, strike, years, model, dividends);
  const Problem problem{{type, exercise, strike, years, model, dividends}, settings, workspace};
  return priced_greeks(problem.held(), [&](const VanillaCase& bumped) { return problem.read(bumped).price; });
}

PricedGreeks crank_nicolson(OptionType type, Exercise exercise, double strike, double years,
                            const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                            const CrankNicolson& settings) noexcept {
  GridWorkspace workspace;
  return crank_nicolson(type, exercise, strike, years, model, dividends, settings, workspace);
}

}  // namespace plimsoll
