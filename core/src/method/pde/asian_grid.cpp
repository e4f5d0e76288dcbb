#include "extrapolation_error.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/method/fixings_made.hpp"
#include "plimsoll/method/grid_greeks.hpp"
#include "plimsoll/method/monte_carlo/asian.hpp"
#include "plimsoll/method/pde/on_grid.hpp"
#include "plimsoll/real/batch_math.hpp"
#include "plimsoll/real/dual.hpp"
#include "read_cubic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

namespace plimsoll {

namespace {

using Tangents = Dual<Batch<8>>;  // in the first two lanes: by volatility and by rate

/// The strategy between two fixings: how many shares it holds, and for how long.
template <Real R>
struct Holding {
  R shares;
  double years;
};

/// The holdings from today to the last fixing. A share is sold at each fixing for as much as its part of the mean
/// costs, with the yield that it earns until then.
template <Real R>
std::vector<Holding<R>> holdings(const ArithmeticAsian& option, const BlackScholes<R>& model) {
  std::vector<Holding<R>> found(option.fixings.size());
  const double count = fixing_count(option);
  R shares{0.0};
  for (std::size_t i = found.size(); i-- > 0;) {
    const double date = option.fixings[i];
    shares = shares + exp(model.rate * (date - option.expiry) - model.dividend_yield * date) / count;
    found[i] = {shares, date - (i == 0 ? 0.0 : option.fixings[i - 1])};
  }
  return found;
}

/// Nodes in the ratio of wealth to spot, gathered at zero, which is one of them: hyperbolic sines of equal steps.
std::vector<double> ratio_mesh(double low, double high, double width, std::int64_t steps) {
  const double below = std::asinh(-low / width);
  const double above = std::asinh(high / width);
  const auto total = static_cast<double>(steps);
  // A multiple of four on both sides, so that half and a quarter of the steps are nodes of the same mesh.
  const double nodes_below = std::clamp(4.0 * std::round(0.25 * total * below / (below + above)), 4.0, total - 4.0);
  std::vector<double> nodes;
  for (std::int64_t j = 0; j <= steps; ++j) {
    const double from_zero = static_cast<double>(j) - nodes_below;
    const double step = from_zero < 0.0 ? below / nodes_below : above / (total - nodes_below);
    nodes.push_back(width * std::sinh(step * from_zero));
  }
  return nodes;
}

/// The value in shares on every node, marched back from the last fixing.
template <Real R>
class RatioMarch {
 public:
  RatioMarch(const std::vector<double>& nodes, double side, const R& volatility)
      : z_(nodes), volatility_(volatility), values_(nodes.size()), ratios_(nodes.size()), rates_(nodes.size()) {
    for (std::size_t i = 0; i < z_.size(); ++i) values_[i] = R{std::max(side * z_[i], 0.0)};
  }

  /// Over one interval; steps that grow from the payoff's kink on are shortest there.
  void back(const Holding<R>& holding, std::int64_t steps, bool grows) {
    for (std::size_t i = 1; i + 1 < z_.size(); ++i) {
      const R distance = holding.shares - z_[i];
      rates_[i] = volatility_ * volatility_ * distance * distance / (z_[i + 1] - z_[i - 1]);
    }
    const auto time_of = [&](std::int64_t k) {
      const double fraction = static_cast<double>(k) / static_cast<double>(steps);
      return holding.years * (grows ? fraction * fraction : fraction);
    };
    for (std::int64_t k = 0; k < steps; ++k) step(time_of(k + 1) - time_of(k));
  }

  [[nodiscard]] std::array<R, 3> read(double place) const {
    const auto above = static_cast<std::size_t>(std::ranges::upper_bound(z_, place) - z_.begin());
    const std::size_t start = std::clamp<std::size_t>(above, 2, z_.size() - 2) - 2;
    return read_cubic(z_.data() + start, values_.data() + start, place);
  }

 private:
  [[nodiscard]] R down(std::size_t i) const { return rates_[i] / (z_[i] - z_[i - 1]); }
  [[nodiscard]] R up(std::size_t i) const { return rates_[i] / (z_[i + 1] - z_[i]); }

  /// One step of TR-BDF2, whose two stages solve the same equations. Both ends are straight lines, which stay.
  void step(double years) {
    constexpr double gamma = 2.0 - std::numbers::sqrt2;
    constexpr double from_stage = 1.0 / (gamma * (2.0 - gamma));
    const double weight = 0.5 * gamma * years;
    std::vector<R> known = values_;
    for (std::size_t i = 1; i + 1 < z_.size(); ++i)
      known[i] =
          values_[i] + weight * (down(i) * (values_[i - 1] - values_[i]) + up(i) * (values_[i + 1] - values_[i]));
    solve(known, weight);
    for (std::size_t i = 0; i < z_.size(); ++i) known[i] = from_stage * known[i] - (from_stage - 1.0) * values_[i];
    solve(known, weight);
    values_ = std::move(known);
  }

  void solve(std::vector<R>& x, double weight) {
    R ratio{0.0};
    for (std::size_t i = 1; i + 1 < z_.size(); ++i) {
      const R below = weight * down(i);
      const R above = weight * up(i);
      const R inverse = 1.0 / (1.0 + below + above - below * ratio);
      x[i] = (x[i] + below * x[i - 1]) * inverse;
      ratios_[i] = ratio = above * inverse;
    }
    for (std::size_t i = z_.size() - 1; i-- > 1;) x[i] = x[i] + ratios_[i] * x[i + 1];
  }

  const std::vector<double>& z_;
  R volatility_;
  std::vector<R> values_, ratios_, rates_;
};

/// Value in shares with its first two derivatives by the ratio at `place`, on one mesh.
template <Real R>
std::array<R, 3> marched(const ArithmeticAsian& option, const BlackScholes<R>& model, const std::vector<double>& nodes,
                         std::int64_t time_steps, std::int64_t coarsening, double place) {
  const std::vector<Holding<R>> held = holdings<R>(option, model);
  RatioMarch<R> grid(nodes, sign(option.type), model.volatility);
  for (std::size_t i = held.size(); i-- > 0;) {
    const double share = 0.25 * static_cast<double>(time_steps) * held[i].years / option.fixings.back();
    const std::int64_t steps = 4 * std::max<std::int64_t>(std::llround(share), 1) / coarsening;
    if (held[i].years > 0.0) grid.back(held[i], steps, i + 1 == held.size());
  }
  return grid.read(place);
}

/// What is left of the strike for the fixings to come, discounted and in shares of today.
double strike_in_shares(const ArithmeticAsian& option, const BlackScholes<double>& model) {
  const double left = option.strike - option.past_sum / fixing_count(option);
  return left * std::exp(-model.rate * option.expiry) / model.spot;
}

/// Slope of today's holding by the rate.
double slope_by_rate(const ArithmeticAsian& option, const BlackScholes<double>& model) {
  double slope = 0.0;
  for (const double date : option.fixings)
    slope -= (option.expiry - date) * std::exp(model.rate * (date - option.expiry) - model.dividend_yield * date);
  return slope / fixing_count(option);
}

GridValuation finish(const ArithmeticAsian& option, const BlackScholes<double>& m, const std::array<double, 3>& value,
                     double vega, double rho) {
  const double strike = strike_in_shares(option, m);
  const double by_rate = slope_by_rate(option, m) + option.expiry * strike;
  GridValuation result;
  Greeks& g = result.priced.greeks;
  result.priced.price = m.spot * value[0];
  g.delta = value[0] + value[1] * strike;
  g.gamma = value[2] * strike * strike / m.spot;
  g.vega = m.spot * vega;
  g.rho = m.spot * (rho + value[1] * by_rate);
  g.theta = black_scholes_theta(m, result.priced.price, g.delta, g.gamma);
  return result;
}

}  // namespace

GridValuation on_grid(const ArithmeticAsian& option, const BlackScholes<double>& model, const CrankNicolson& settings) {
  const ArithmeticAsian rest = with_fixings_made(option, model.spot);
  if (rest.fixings.empty() || is_deterministic(1.0, rest.fixings.back(), model)) {
    const MonteCarloResult certain = monte_carlo_asian(rest, model, MonteCarlo{2, 1, 1});
    return {{certain.price, certain.greeks}};
  }
  const double strike = strike_in_shares(rest, model);
  const auto held = holdings<double>(rest, model);
  const double shares = held.front().shares;
  const double place = shares - strike;
  if (!(strike > 0.0)) {  // the fixings made exceed the strike: a call is sure to be exercised, a put is worth nothing
    const double side = sign(rest.type);
    return finish(rest, model, {std::max(side * place, 0.0), side > 0.0 ? 1.0 : 0.0, 0.0}, 0.0, 0.0);
  }
  constexpr double reach_in_deviations = 5.5;
  double variance = 0.0;  // of the ratio about zero
  for (const auto& holding : held) variance += holding.shares * holding.shares * holding.years;
  const double deviation = model.volatility * std::sqrt(rest.fixings.back());
  const double reach = std::min(reach_in_deviations * deviation + 0.5 * deviation * deviation, 50.0);
  // Above as many shares as are held the option is sure to be exercised, below the reach sure not to be.
  const double low = std::min(-shares * std::expm1(reach), 1.5 * place);
  const double width = 0.5 * std::min(model.volatility * std::sqrt(variance), shares);
  const auto on_mesh = [&](std::int64_t coarsening) {
    const std::vector<double> all = ratio_mesh(low, shares, width, settings.space_steps / 8 * 8);
    std::vector<double> nodes;
    for (std::size_t j = 0; j < all.size(); j += static_cast<std::size_t>(coarsening)) nodes.push_back(all[j]);
    const auto lane = [](double value, std::size_t direction) {
      std::array<double, 8> unit{};
      if (direction < unit.size()) unit[direction] = 1.0;
      return Tangents(Batch<8>(value), Batch<8>::load(unit.data()));
    };
    const BlackScholes<Tangents> moved{lane(model.spot, 8), lane(model.rate, 1), lane(model.dividend_yield, 8),
                                       lane(model.volatility, 0)};
    const auto read = marched<Tangents>(rest, moved, nodes, settings.time_steps, coarsening, place);
    return std::array<double, 5>{read[0].value[0], read[1].value[0], read[2].value[0], read[0].tangent[0],
                                 read[0].tangent[1]};
  };
  std::array<double, 5> found = on_mesh(1);
  std::optional<double> error;
  if (settings.extrapolation == Extrapolation::richardson) {
    const std::array<double, 5> coarse = on_mesh(2);
    error =
        model.spot * extrapolation_error(found[0], coarse[0], settings.space_steps / 4, [&] { return on_mesh(4)[0]; });
    for (std::size_t i = 0; i < found.size(); ++i) found[i] += (found[i] - coarse[i]) / 3.0;
  }
  GridValuation result = finish(rest, model, {std::max(found[0], 0.0), found[1], found[2]}, found[3], found[4]);
  result.error_estimate = error;
  return result;
}

}  // namespace plimsoll
