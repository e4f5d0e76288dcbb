#include "plimsoll/method/approximation/continuous_asian.hpp"

#include "plimsoll/method/closed_form/adjoint_greeks.hpp"
#include "plimsoll/numerics/quadrature.hpp"
#include "plimsoll/numerics/roots.hpp"
#include "plimsoll/numerics/tridiagonal.hpp"
#include "plimsoll/real/dual.hpp"

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace plimsoll {

namespace {

std::optional<Error> flaw_of(const ContinuousAsian& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return flaw;
  return find_flaw(model);
}

/// The payoff of the average that is certain: known already, or that of a path without chance.
double certain_price(const ContinuousAsian& option, const BlackScholes<double>& model) {
  const double whole = option.expiry + option.elapsed;
  const double to_come = model.spot * relative_growth<double>((model.rate - model.dividend_yield) * option.expiry);
  const double average = whole > 0.0 ? (option.elapsed * option.average + option.expiry * to_come) / whole : model.spot;
  return std::exp(-model.rate * option.expiry) * std::max(sign(option.type) * (average - option.strike), 0.0);
}

double levy_gamma(const ContinuousAsian& option, const BlackScholes<double>& model) {
  using Lane = Dual<double>;
  using R = Adjoint<Lane>;
  Tape<Lane> tape;
  const R spot = R::leaf(tape, Lane{model.spot, 1.0});
  const auto mark = tape.mark();
  const R value =
      levy_price<R>(option, {spot, R{model.rate}, R{model.dividend_yield}, R{model.volatility}}, R{option.expiry});
  sweep(tape, value, mark);
  return spot.adjoint().tangent;
}

/// The call as Vecer's grid sees it: shares held per unit of spot, wealth per share, and the price per share.
struct WealthGrid {
  double carry, volatility, years;
  std::vector<double> nodes;
  std::vector<double> values;

  /// Shares held with `left` years to go. They fall to zero.
  [[nodiscard]] double shares(double left) const { return left / years * relative_growth<double>(-carry * left); }

  /// Half the diffusion's second differences at a node, below, at and above it.
  void row(std::size_t i, double left, double& below, double& above) const {
    const double distance = nodes[i] - shares(left);
    const double variance = volatility * volatility * distance * distance;
    const double down = nodes[i] - nodes[i - 1];
    const double up = nodes[i + 1] - nodes[i];
    below = variance / (down * (down + up));
    above = variance / (up * (down + up));
  }

  /// One step back in time, `implicit` of it implicit.
  void step(double from, double to, double implicit) {
    const std::size_t count = nodes.size();
    const double dt = to - from;
    std::vector<double> lower(count, 0.0);
    std::vector<double> diagonal(count, 1.0);
    std::vector<double> upper(count, 0.0);
    std::vector<double> right = values;
    for (std::size_t i = 1; i + 1 < count; ++i) {
      double below = 0.0;
      double above = 0.0;
      row(i, from, below, above);
      right[i] += (1.0 - implicit) * dt * (below * values[i - 1] - (below + above) * values[i] + above * values[i + 1]);
      row(i, to, below, above);
      lower[i] = -implicit * dt * below;
      upper[i] = -implicit * dt * above;
      diagonal[i] = 1.0 + implicit * dt * (below + above);
    }
    TridiagonalSolver<>(lower, diagonal, upper).solve(right);
    values = std::move(right);
  }
};

/// Price per share of the call at one wealth, on a grid of so many steps, finest where the payoff bends.
double call_per_share(double wealth, const BlackScholes<double>& model, double years, int steps) {
  const double deviation = model.volatility * std::sqrt(years);
  WealthGrid grid{model.rate - model.dividend_yield, model.volatility, years, {}, {}};
  const double shares = grid.shares(years);
  const double reach = (std::abs(wealth) + shares) * std::exp(6.0 * deviation) - shares;
  const double fine = 0.5 * shares * std::min(deviation, 1.0);
  const double stretch = std::asinh(reach / fine);
  for (int i = -steps / 2; i <= steps / 2; ++i) {
    grid.nodes.push_back(i == 0 ? 0.0 : fine * std::sinh(stretch * 2.0 * i / steps));
    grid.values.push_back(std::max(grid.nodes.back(), 0.0));
  }
  const int time_steps = steps / 2;
  constexpr int implicit_steps = 2;
  double left = 0.0;
  for (int n = 1; n <= time_steps; ++n) {
    const double next = years * n / time_steps;
    const int parts = n <= implicit_steps ? 2 : 1;
    for (int part = 1; part <= parts; ++part) {
      const double to = left + (next - left) / (parts - part + 1);
      grid.step(left, to, parts == 2 ? 1.0 : 0.5);
      left = to;
    }
  }
  // The cubic through the four nodes about the wealth.
  const auto above = std::ranges::upper_bound(grid.nodes, wealth);
  const auto count = static_cast<std::ptrdiff_t>(grid.nodes.size());
  const auto begin = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(above - grid.nodes.begin() - 2, 0, count - 4));
  double price = 0.0;
  for (std::size_t i = begin; i < begin + 4; ++i) {
    double weight = 1.0;
    for (std::size_t j = begin; j < begin + 4; ++j)
      if (j != i) weight *= (wealth - grid.nodes[j]) / (grid.nodes[i] - grid.nodes[j]);
    price += weight * grid.values[i];
  }
  return price;
}

}  // namespace

Result<PricedGreeks> levy(const ContinuousAsian& option, const BlackScholes<double>& model) {
  if (auto flaw = flaw_of(option, model)) return *flaw;
  if (is_certain(model, option.expiry)) return PricedGreeks{certain_price(option, model), {}};
  PricedGreeks priced = adjoint_greeks(model, option.expiry, [&]<class R>(const BlackScholes<R>& m, const R& years) {
    return levy_price<R>(option, m, years);
  });
  // While an average is taken its price solves an equation of its own, so gamma is a tangent of an adjoint.
  priced.greeks.gamma = levy_gamma(option, model);
  return within_doubles(priced);
}

Result<PriceAndError> vecer(const ContinuousAsian& option, const BlackScholes<double>& model, int space_steps) {
  if (auto flaw = flaw_of(option, model)) return *flaw;
  if (space_steps < 50 || space_steps > 5000)
    return Error{ErrorCode::invalid_value, "space_steps", std::to_string(space_steps), "50 to 5,000",
                 "take a grid of that size"};
  if (is_certain(model, option.expiry)) return PriceAndError{certain_price(option, model), 0.0};
  const double years = option.expiry;
  const double deviation = model.volatility * std::sqrt(years);
  if (deviation > 3.0)
    return Error{ErrorCode::unsupported, "volatility", text_of(model.volatility),
                 "volatility times the root of the time up to 3", "value the option by simulation"};
  const double whole = years + option.elapsed;
  const double left_over = (option.strike * whole - option.elapsed * option.average) / years;
  const double carry = model.rate - model.dividend_yield;
  const double shares = relative_growth<double>(-carry * years);
  const double wealth = shares - std::exp(-carry * years) * left_over / model.spot;
  const double scale = model.spot * std::exp(-model.dividend_yield * years) * years / whole;
  const double put_less_call = option.type == OptionType::put ? -wealth : 0.0;
  if (!(left_over > 0.0)) return PriceAndError{option.type == OptionType::call ? scale * wealth : 0.0, 0.0};
  // Three grids: two extrapolations, whose distance is far above what the better one leaves.
  const int even = 2 * ((space_steps + 3) / 4);
  const double coarse = call_per_share(wealth, model, years, even);
  const double middle = call_per_share(wealth, model, years, 2 * even);
  const double fine = call_per_share(wealth, model, years, 4 * even);
  const double best = fine + (fine - middle) / 3.0;
  const double other = middle + (middle - coarse) / 3.0;
  const double error = std::max(std::abs(best - other), 1e-3 * std::abs(fine - middle));
  return PriceAndError{scale * std::max(best + put_less_call, 0.0), scale * error};
}

Result<double> asian_lower_bound(const ContinuousAsian& option, const BlackScholes<double>& model) {
  if (auto flaw = flaw_of(option, model)) return *flaw;
  if (is_certain(model, option.expiry) || option.elapsed != 0.0)
    return Error{ErrorCode::unsupported, "elapsed", text_of(option.elapsed),
                 "an average that has not begun, with time and volatility", "take the exact price"};
  // Given the mean Z of the Brownian motion, variance T/3, the motion at t has mean c Z, c = 3 (t/T) (1 - t/(2T)), and
  // variance t - (T/3) c^2.
  const double years = option.expiry;
  const double sigma = model.volatility;
  const double carry = model.rate - model.dividend_yield;
  const double spread = std::sqrt(years / 3.0);
  const GaussRule rule = *gauss_legendre(64);
  const auto mean_given = [&](double z) {
    return 0.5 * rule([&](double node) {
             const double share = 0.5 * (node + 1.0);
             const double t = share * years;
             const double pull = 3.0 * share * (1.0 - 0.5 * share);
             const double variance = t - years / 3.0 * pull * pull;
             return model.spot *
                    std::exp((carry - 0.5 * sigma * sigma) * t + sigma * pull * z + 0.5 * sigma * sigma * variance);
           });
  };
  const auto gain = [&](double z) { return mean_given(z * spread) - option.strike; };
  constexpr double widest = 12.0;
  const double side = sign(option.type);
  double from = -widest;
  double to = widest;
  if (gain(from) * gain(to) < 0.0) {
    const auto level = brent(gain, from, to);
    if (!level) return level.error();
    (side > 0.0 ? from : to) = level->x;
  } else if (side * gain(0.0) < 0.0) {
    return 0.0;
  }
  const Integral expected = gauss_kronrod([&](double z) { return side * gain(z) * normal_pdf(z); }, from, to);
  if (auto flaw = find_flaw(expected)) return *flaw;
  return std::exp(-model.rate * years) * expected.value;
}

}  // namespace plimsoll
