#include "plimsoll/method/pde/finite_differences.hpp"

#include "extrapolation_error.hpp"
#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/method/grid_greeks.hpp"
#include "plimsoll/method/pde/spot_mesh.hpp"
#include "plimsoll/real/batch_math.hpp"
#include "plimsoll/real/dual.hpp"
#include "spot_march.hpp"

#include <limits>

namespace plimsoll {

namespace {

using Tangents = Dual<Batch<8>>;  // in the first three lanes: by volatility, rate and dividend yield

/// Where the logarithm of the spot may be, and what there is to resolve.
class Layout {
 public:
  Layout(const SpotContract& contract, const BlackScholes<double>& model) : c_(contract), m_(model) {
    constexpr double reach_in_deviations = 5.5;
    constexpr double least_width_in_drifts = 0.02;
    constexpr double smallest_remainder = 0.02;
    const double deviation = std::min(model.volatility * std::sqrt(contract.years), 20.0);
    const double drift = std::abs(model.rate - model.dividend_yield) * contract.years + 0.5 * deviation * deviation;
    // A spot that drifts far more than it spreads needs the mesh along its way, not only at the strike.
    width_ = std::max(deviation, least_width_in_drifts * drift);
    double least = model.spot;
    for (const SpotDividend& d : contract.dividends) least = least * (1.0 - d.fraction) - d.amount;
    const double today = std::log(model.spot);
    const double strike = contract.strike > 0.0 ? std::log(contract.strike) : today;
    const double reach = reach_in_deviations * deviation + drift;
    low_ = std::min(std::log(std::max(least, smallest_remainder * model.spot)), strike) - reach;
    high_ = std::max(today, strike) + reach;
  }

  /// Whether the spot may come near a level; the chance that it comes near another is below 1e-7.
  [[nodiscard]] bool reaches(double level) const noexcept {
    return level > 0.0 && std::isfinite(level) && std::log(level) > low_ && std::log(level) < high_;
  }

  [[nodiscard]] SpotMesh mesh(std::int64_t steps) const {
    const bool without_gap = c_.monitoring.empty();
    const bool stops = c_.knock == Knock::knock_out;
    SpotMesh mesh;
    mesh.at_lower = without_gap && c_.has_lower();
    mesh.at_upper = without_gap && c_.has_upper();
    std::vector<double> knots;
    if (!(mesh.at_lower && stops)) knots.push_back(low_);
    if (mesh.at_lower) knots.push_back(std::log(c_.lower));
    if (mesh.at_upper) knots.push_back(std::log(c_.upper));
    if (!(mesh.at_upper && stops)) knots.push_back(high_);
    const std::vector<double> logs = concentrated_mesh(knots, foci(), static_cast<std::size_t>(steps));
    if (!(mesh.at_lower && stops)) mesh.spots.push_back(0.0);
    for (const double place : logs) mesh.spots.push_back(std::exp(place));
    // A level must be its node to the last bit.
    const auto node_of = [&](double level) {
      const auto node = static_cast<std::size_t>(std::ranges::lower_bound(logs, std::log(level)) - logs.begin()) +
                        mesh.spots.size() - logs.size();
      mesh.spots[node] = level;
      return node;
    };
    mesh.lower = mesh.at_lower ? node_of(c_.lower) : 0;
    mesh.upper = mesh.at_upper ? node_of(c_.upper) : mesh.spots.size() - 1;
    return mesh;
  }

 private:
  /// Half a deviation wide about the strike and the levels; narrower where little time smooths a kink or a jump before
  /// a dividend moves it or a level is looked at again.
  [[nodiscard]] std::vector<MeshFocus> foci() const {
    std::vector<MeshFocus> foci;
    const auto add = [&](double level, double years) {
      if (!reaches(level)) return;
      const double smoothing = std::min(m_.volatility * std::sqrt(std::max(years, 1e-6)), width_);
      foci.push_back(
          {std::log(level), std::min(0.5 * width_, 2.0 * smoothing), std::clamp(0.5 * width_ / smoothing, 3.0, 30.0)});
    };
    double gap = c_.years;
    double before = 0.0;
    for (const double date : c_.monitoring) {
      gap = std::min(gap, date - before);
      before = date;
    }
    if (c_.watched_from > 0.0) gap = std::min(gap, c_.watched_from);
    gap = std::min(gap, c_.watched_to);
    add(c_.lower, gap);
    add(c_.upper, gap);
    double last = c_.years;  // how long the payoff's kink has been smoothed when something moves it
    double strike = c_.strike;
    for (std::size_t i = c_.dividends.size(); i-- > 0;) {
      const SpotDividend& d = c_.dividends[i];
      const double left = c_.years - d.years;
      if (left > 0.25 * c_.years) break;
      add(strike, std::min(last, left > 0.0 ? left : c_.years));
      strike = (strike + d.amount) / (1.0 - d.fraction);
      last = c_.years;
      if (left > 0.0) last = left;
    }
    add(strike, last);
    return foci;
  }

  const SpotContract& c_;
  const BlackScholes<double>& m_;
  double width_ = 0.0;
  double low_ = 0.0;
  double high_ = 0.0;
};

/// Price, delta and gamma, and how far the price may be from the exact one.
template <Real R>
struct Marched {
  std::array<R, 3> found;
  std::optional<double> error = std::nullopt;
};

template <Real R>
BlackScholes<double> passive_model(const BlackScholes<R>& model) noexcept {
  return {plain(model.spot), plain(model.rate), plain(model.dividend_yield), plain(model.volatility)};
}

template <Real R>
Marched<R> march(const SpotContract& c, const BlackScholes<R>& model, const Layout& layout, double spot,
                 const FiniteDifferences& settings) {
  const auto read = [&](std::int64_t space, std::int64_t time) {
    const SpotMesh mesh = layout.mesh(space);
    SpotMarch<R> grid(c, model, mesh, settings.scheme, time);
    grid.run();
    return grid.read(spot);
  };
  std::array<R, 3> found = read(settings.space_steps, settings.time_steps);
  if (settings.extrapolation == Extrapolation::none) return {found};
  const std::array<R, 3> coarse = read(settings.space_steps / 2, settings.time_steps / 2);
  const double fine_price = plain(found[0]);
  for (std::size_t i = 0; i < 3; ++i) found[i] = found[i] + (found[i] - coarse[i]) / R{3.0};
  const auto coarsest = [&] {
    const SpotMesh mesh = layout.mesh(settings.space_steps / 4);
    const BlackScholes<double> still = passive_model(model);
    SpotMarch<double> grid(c, still, mesh, settings.scheme, settings.time_steps / 4);
    grid.run();
    return grid.read(spot)[0];
  };
  return {found, extrapolation_error(fine_price, plain(coarse[0]), settings.space_steps / 4, coarsest)};
}

GridValuation of_cash(double amount, double rate, double years) {
  const double price = amount * std::exp(-rate * years);
  return {{price, {0.0, 0.0, 0.0, rate * price, -years * price}}};
}

GridValuation by_grid(const SpotContract& c, const BlackScholes<double>& m, const Layout& layout,
                      const FiniteDifferences& settings, Measures measures) {
  GridValuation result;
  std::array<double, 3> found{};
  if (measures == Measures::price_only) {
    const auto all = march<double>(c, m, layout, m.spot, settings);
    found = all.found;
    result.error_estimate = all.error;
  } else {
    const auto lane = [](double value, std::size_t direction) {
      std::array<double, 8> unit{};
      if (direction < unit.size()) unit[direction] = 1.0;
      return Tangents(Batch<8>(value), Batch<8>::load(unit.data()));
    };
    const BlackScholes<Tangents> moved{lane(m.spot, 8), lane(m.rate, 1), lane(m.dividend_yield, 2),
                                       lane(m.volatility, 0)};
    const auto all = march<Tangents>(c, moved, layout, m.spot, settings);
    const Tangents& price = all.found[0];
    found = {price.value[0], all.found[1].value[0], all.found[2].value[0]};
    result.priced.greeks.vega = price.tangent[0];
    result.priced.greeks.rho = price.tangent[1];
    result.dividend_rho = price.tangent[2];
    result.error_estimate = all.error;
  }
  const bool may_exercise = c.exercise == Exercise::american && !(c.knock == Knock::knock_in && c.has_barrier());
  const double exercised = sign(c.type) * (m.spot - c.strike);
  if (may_exercise && is_exercised_now(c.exercise, found[0], exercised, m.spot + c.strike))
    return {{exercised, {sign(c.type), 0.0, 0.0, 0.0, 0.0}}};
  Greeks& g = result.priced.greeks;
  result.priced.price = found[0];
  g.delta = found[1];
  g.gamma = found[2];
  g.theta = black_scholes_theta(m, found[0], g.delta, g.gamma);
  return result;
}

Error refuse_limit(const char* field) {
  return {ErrorCode::unsupported, field, "0", "above zero",
          "value what is certain by its formula, which takes a dividend yield and no cash dividends"};
}

}  // namespace

std::optional<Error> find_flaw(const FiniteDifferences& settings) {
  const auto outside = [](const char* field, std::int64_t value, const char* allowed) {
    return Error{ErrorCode::invalid_value, field, std::to_string(value), allowed, "choose another number of steps"};
  };
  if (settings.space_steps < 20 || settings.space_steps > 5000)
    return outside("space_steps", settings.space_steps, "20 to 5000");
  if (settings.time_steps < 5 || settings.time_steps > 20000)
    return outside("time_steps", settings.time_steps, "5 to 20000");
  return std::nullopt;
}

Result<GridValuation> finite_differences(const SpotContract& contract, const BlackScholes<double>& model,
                                         const FiniteDifferences& settings, Measures measures) {
  if (auto flaw = find_flaw(contract)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = find_flaw(settings)) return *flaw;
  if (!(model.spot > 0.0)) return refuse_limit("spot");
  if (!(model.volatility > 0.0)) return refuse_limit("volatility");
  if (!(contract.years > 0.0)) return refuse_limit("expiry");
  SpotContract c = contract;
  const bool without_gap = c.monitoring.empty();
  const Layout layout(c, model);
  // From beyond a level that is watched later a spot may come back before.
  const bool may_return = c.watched_from > 0.0 && (layout.reaches(c.lower) || layout.reaches(c.upper));
  if (without_gap && c.has_barrier() && (model.spot <= c.lower || model.spot >= c.upper) && !may_return) {
    if (c.knock == Knock::knock_out) return of_cash(c.rebate, 0.0, 0.0);
    c.lower = 0.0;
    c.upper = std::numeric_limits<double>::infinity();
    c.watched_from = 0.0;
    c.watched_to = std::numeric_limits<double>::infinity();
  }
  if (without_gap && c.has_barrier()) {
    if (!layout.reaches(c.lower)) c.lower = 0.0;
    if (!layout.reaches(c.upper)) c.upper = std::numeric_limits<double>::infinity();
    if (!c.has_barrier() && c.knock == Knock::knock_in) return of_cash(c.rebate, model.rate, c.years);
  }
  return by_grid(c, model, layout, settings, measures);
}

}  // namespace plimsoll
