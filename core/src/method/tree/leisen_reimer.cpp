#include "plimsoll/method/tree/leisen_reimer.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/method/grid_greeks.hpp"
#include "plimsoll/method/monotone_shift.hpp"
#include "plimsoll/method/vanilla_case.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace plimsoll {

namespace {

using Dividends = std::span<const TimedDividend>;

struct Option {
  OptionType type;
  Exercise exercise;
  double strike;
  double years;

  [[nodiscard]] VanillaCase in(const BlackScholes<double>& model, Dividends dividends) const noexcept {
    return {type, exercise, strike, years, model, dividends};
  }
};

// One step of the lattice in the risk-neutral measure; weights are discounted probabilities.
struct Step {
  double years;
  double log_up;
  double log_down;
  double up_weight;
  double down_weight;
};

// Probability of a step such that the median of the binomial has the normal's probability of ending above z standard
// deviations below; the lower tail is written without cancellation.
double peizer_pratt(double z, double steps) noexcept {
  const double scaled = z / (steps + 1.0 / 3.0 + 0.1 / (steps + 1.0));
  const double gap = std::exp(-scaled * scaled * (steps + 1.0 / 6.0));
  const double tail = 0.5 * gap / (1.0 + std::sqrt(1.0 - gap));
  return z < 0.0 ? tail : 1.0 - tail;
}

double capped_deviation(const Option& option, const BlackScholes<double>& model, double steps) noexcept {
  // Beyond, the lattice's highest spot would overflow and its lowest vanish.
  const double cap = std::min(2.5 * std::sqrt(steps), 400.0 / std::sqrt(steps));
  return std::min(model.volatility * std::sqrt(option.years), cap);
}

Step lattice_step(const Option& option, const BlackScholes<double>& model, std::int64_t steps) noexcept {
  // A strike farther out than this is not worth a lattice bent towards it: its payoff is linear within reach.
  constexpr double farthest_centre = 5.0;
  const auto n = static_cast<double>(steps);
  const double dt = option.years / n;
  const double drift = model.rate - model.dividend_yield;
  const double deviation = capped_deviation(option, model, n);
  const double distance = (std::log(model.spot / option.strike) + drift * option.years) / deviation;
  const double d2 = std::clamp(distance - 0.5 * deviation, -farthest_centre, farthest_centre);
  const double d1 = d2 + deviation;
  const double up = peizer_pratt(d2, n);
  const double down = peizer_pratt(-d2, n);
  const double discount = std::exp(-model.rate * dt);
  return {dt, drift * dt + std::log(peizer_pratt(d1, n) / up), drift * dt + std::log(peizer_pratt(-d1, n) / down),
          discount * up, discount * down};
}

// The lattice begins `head` steps before today, so that today it has head + 1 nodes with the spot in the middle.
class Lattice {
 public:
  Lattice(const Option& option, const BlackScholes<double>& model, Dividends dividends, std::int64_t steps,
          std::size_t head, LatticeWorkspace& workspace) noexcept
      : option_(option),
        model_(model),
        dividends_(dividends),
        step_(lattice_step(option, model, steps)),
        steps_(static_cast<std::size_t>(steps)),
        head_(head),
        up_over_down_(std::exp(step_.log_up - step_.log_down)),
        inverse_down_(std::exp(-step_.log_down)),
        w_(workspace) {}

  // Rolls the payoff back to today; afterwards w.values holds the head + 1 values of today.
  void roll_back() noexcept {
    start();
    for (std::size_t level = steps_; level-- > 0;) {
      const Jump jump = jump_after(level);
      if (jump.amount > 0.0)
        step_over(level, jump);
      else
        step_to(level);
    }
  }

  [[nodiscard]] double log_spacing() const noexcept { return step_.log_up - step_.log_down; }

 private:
  // Dividends between a level and the next, as one amount; `early` is its nearness to the earlier level, 0 to 1.
  struct Jump {
    double amount = 0.0;
    double early = 0.0;
  };

  void start() noexcept {
    const std::size_t nodes = steps_ + head_ + 1;
    w_.spots.resize(nodes);
    w_.values.resize(nodes);
    const double root = -0.5 * static_cast<double>(head_) * (step_.log_up + step_.log_down);
    double spot = model_.spot * std::exp(root + static_cast<double>(nodes - 1) * step_.log_down);
    for (std::size_t k = 0; k < nodes; ++k, spot *= up_over_down_) {
      w_.spots[k] = spot;
      w_.values[k] = std::max(sign(option_.type) * (spot - option_.strike), 0.0);
    }
    scale_ = 1.0;
    next_dividend_ = dividends_.size();
  }

  [[nodiscard]] std::size_t nodes_at(std::size_t level) const noexcept { return level + head_ + 1; }

  Jump jump_after(std::size_t level) noexcept {
    const double from = static_cast<double>(level) * step_.years;
    const double to = from + step_.years;
    Jump jump;
    while (next_dividend_ > 0) {
      const TimedDividend& dividend = dividends_[next_dividend_ - 1];
      if (dividend.years <= from) break;
      --next_dividend_;
      if (dividend.years > option_.years || !(dividend.amount > 0.0)) continue;
      jump.amount += dividend.amount;
      jump.early += dividend.amount * std::clamp((to - dividend.years) / step_.years, 0.0, 1.0);
    }
    if (jump.amount > 0.0) jump.early /= jump.amount;
    return jump;
  }

  void step_to(std::size_t level) noexcept {
    scale_ *= inverse_down_;
    double* const values = w_.values.data();
    const double* const spots = w_.spots.data();
    const std::size_t nodes = nodes_at(level);
    const double up = step_.up_weight;
    const double down = step_.down_weight;
    if (option_.exercise == Exercise::european) {
      for (std::size_t k = 0; k < nodes; ++k) values[k] = up * values[k + 1] + down * values[k];
      return;
    }
    const double slope = sign(option_.type) * scale_;
    const double strike = sign(option_.type) * option_.strike;
    for (std::size_t k = 0; k < nodes; ++k) {
      const double held = up * values[k + 1] + down * values[k];
      const double exercised = slope * spots[k] - strike;
      values[k] = held > exercised ? held : exercised;
    }
  }

  // Values with the dividend paid at the later level and at the earlier one, weighted by its nearness.
  void step_over(std::size_t level, Jump jump) noexcept {
    const double later_scale = scale_;
    w_.later.assign(w_.values.begin(), w_.values.end());
    step_to(level);
    pay(level, jump.amount);
    std::swap(w_.later, w_.values);
    scale_ = later_scale;
    pay(level + 1, jump.amount);
    step_to(level);
    for (std::size_t k = 0; k < nodes_at(level); ++k)
      w_.values[k] = jump.early * w_.later[k] + (1.0 - jump.early) * w_.values[k];
  }

  void pay(std::size_t level, double amount) noexcept {
    const std::size_t nodes = nodes_at(level);
    w_.points.resize(nodes);
    for (std::size_t k = 0; k < nodes; ++k) w_.points[k] = scale_ * w_.spots[k];
    shift_by_dividend(w_.points, std::span(w_.values).first(nodes), value_at_zero(level), amount, w_.interpolation);
    if (option_.exercise == Exercise::european) return;
    for (std::size_t k = 0; k < nodes; ++k)
      w_.values[k] = std::max(w_.values[k], sign(option_.type) * (w_.points[k] - option_.strike));
  }

  [[nodiscard]] double value_at_zero(std::size_t level) const noexcept {
    if (option_.type == OptionType::call) return 0.0;
    const double left = option_.years - static_cast<double>(level) * step_.years;
    const double discount = std::exp(-model_.rate * left);
    return option_.strike * (option_.exercise == Exercise::american ? std::max(discount, 1.0) : discount);
  }

  Option option_;
  BlackScholes<double> model_;
  Dividends dividends_;
  Step step_;
  std::size_t steps_;
  std::size_t head_;
  double up_over_down_;
  double inverse_down_;
  LatticeWorkspace& w_;
  double scale_ = 1.0;
  std::size_t next_dividend_ = 0;
};

// Nodes of today needed on both sides of the spot: two for the sensitivities, and enough that the spot less all
// dividends still falls inside.
std::size_t head_of(const Option& option, const BlackScholes<double>& model, Dividends dividends, std::int64_t steps,
                    Measures measures) noexcept {
  constexpr double most_nodes = 16384.0;
  constexpr double largest_fall = 0.98;
  double fall = 0.0;
  for (const TimedDividend& dividend : dividends)
    if (dividend.years > 0.0 && dividend.years <= option.years) fall += dividend.amount;
  if (!(fall > 0.0)) return measures == Measures::with_greeks ? 4 : 0;
  const Step step = lattice_step(option, model, steps);
  const double reach = -std::log1p(-std::min(fall / model.spot, largest_fall)) / (step.log_up - step.log_down);
  return 2 * static_cast<std::size_t>(std::min(std::ceil(reach), most_nodes)) + 4;
}

struct Nodes {
  double price;
  double delta;
  double gamma;
};

double exercised_now(const Option& option, const BlackScholes<double>& model) noexcept {
  return sign(option.type) * (model.spot - option.strike);
}

// Today's price and its first two derivatives from five nodes equally spaced in log spot.
Nodes read_nodes(const double* v, double spot, double spacing) noexcept {
  const double first = (v[-2] - 8.0 * v[-1] + 8.0 * v[1] - v[2]) / (12.0 * spacing);
  const double second = (-v[-2] + 16.0 * v[-1] - 30.0 * v[0] + 16.0 * v[1] - v[2]) / (12.0 * spacing * spacing);
  return {v[0], first / spot, (second - first) / (spot * spot)};
}

Nodes nodes_of(const Option& option, const BlackScholes<double>& model, Dividends dividends, std::int64_t steps,
               Measures measures, LatticeWorkspace& workspace) noexcept {
  const std::size_t head = head_of(option, model, dividends, steps, measures);
  Lattice lattice(option, model, dividends, steps, head, workspace);
  lattice.roll_back();
  const double* const middle = workspace.values.data() + head / 2;
  if (measures == Measures::price_only) return {*middle, 0.0, 0.0};
  return read_nodes(middle, model.spot, lattice.log_spacing());
}

// Removes a leading error of the given order in 1/steps.
double extrapolate(double coarse, double fine, double step_ratio, int order) noexcept {
  const double factor = order == 2 ? step_ratio * step_ratio : step_ratio;
  return fine + (fine - coarse) / (factor - 1.0);
}

// The price's leading error is of order 2 for an option that is held to expiry on a spot without jumps and of order 1
// otherwise. Delta and gamma have a smooth error of order 1 always, because the lattice is centred for today's spot and
// not for its neighbours: they are extrapolated whenever they are wanted.
Nodes extrapolated(const Option& option, const BlackScholes<double>& model, Dividends dividends,
                   const LeisenReimer& settings, Measures measures, LatticeWorkspace& workspace, Nodes nodes) noexcept {
  const std::int64_t coarse_steps = 2 * (settings.steps / 4) + 1;  // odd, about half
  const double ratio = static_cast<double>(settings.steps) / static_cast<double>(coarse_steps);
  const Nodes coarse = nodes_of(option, model, dividends, coarse_steps, measures, workspace);
  nodes.delta = extrapolate(coarse.delta, nodes.delta, ratio, 1);
  nodes.gamma = extrapolate(coarse.gamma, nodes.gamma, ratio, 1);
  if (settings.extrapolation == Extrapolation::none) return nodes;
  const bool second_order = has_closed_form(option.in(model, dividends));
  nodes.price = std::max(extrapolate(coarse.price, nodes.price, ratio, second_order ? 2 : 1), 0.0);
  if (option.exercise == Exercise::european) return nodes;
  nodes.price = std::max(nodes.price, exercised_now(option, model));
  const VanillaCase held{option.type, Exercise::european, option.strike, option.years, model, dividends};
  if (has_closed_form(held))
    nodes.price = std::max(nodes.price, black_scholes_price(option.type, option.strike, option.years, model));
  return nodes;
}

Nodes nodes_of(const Option& option, const BlackScholes<double>& model, Dividends dividends,
               const LeisenReimer& settings, Measures measures, LatticeWorkspace& workspace) noexcept {
  const Nodes nodes = nodes_of(option, model, dividends, settings.steps, measures, workspace);
  if (is_exercised_now(option.exercise, nodes.price, exercised_now(option, model), model.spot + option.strike))
    return {exercised_now(option, model), sign(option.type), 0.0};
  if (settings.extrapolation == Extrapolation::none && measures == Measures::price_only) return nodes;
  return extrapolated(option, model, dividends, settings, measures, workspace, nodes);
}

double price_of(const Option& option, const BlackScholes<double>& model, Dividends dividends,
                const LeisenReimer& settings, LatticeWorkspace& workspace) noexcept {
  return nodes_of(option, model, dividends, settings, Measures::price_only, workspace).price;
}

}  // namespace

double leisen_reimer_price(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings, LatticeWorkspace& workspace) noexcept {
  if (is_deterministic(strike, years, model))
    return deterministic_option(type, exercise, strike, years, model, dividends).price;
  return price_of({type, exercise, strike, years}, model, dividends, settings, workspace);
}

PricedGreeks leisen_reimer(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings, LatticeWorkspace& workspace) noexcept {
  if (is_deterministic(strike, years, model))
    return deterministic_option(type, exercise, strike, years, model, dividends);
  const Option option{type, exercise, strike, years};
  const Nodes nodes = nodes_of(option, model, dividends, settings, Measures::with_greeks, workspace);
  if (is_exercised_now(exercise, nodes.price, exercised_now(option, model), model.spot + strike))
    return {nodes.price, {sign(type), 0.0, 0.0, 0.0, 0.0}};
  const auto price = [&](const BlackScholes<double>& bumped) {
    return price_of(option, bumped, dividends, settings, workspace);
  };
  const double theta = black_scholes_theta(model, nodes.price, nodes.delta, nodes.gamma);
  return {nodes.price, {nodes.delta, nodes.gamma, bumped_vega(model, price), theta, bumped_rho(model, price)}};
}

PricedGreeks leisen_reimer(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings) noexcept {
  LatticeWorkspace workspace;
  return leisen_reimer(type, exercise, strike, years, model, dividends, settings, workspace);
}

}  // namespace plimsoll
