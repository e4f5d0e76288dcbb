#include "plimsoll/method/tree/leisen_reimer.hpp"

#include "plimsoll/method/best_held.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/method/monotone_shift.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace plimsoll {

namespace {

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

double capped_deviation(const VanillaCase& option, double steps) noexcept {
  // Beyond, the lattice's highest spot would overflow and its lowest vanish.
  const double cap = std::min(2.5 * std::sqrt(steps), 400.0 / std::sqrt(steps));
  return std::min(option.model.volatility * std::sqrt(option.years), cap);
}

Step lattice_step(const VanillaCase& option, std::int64_t steps) noexcept {
  // A strike farther out than this is not worth a lattice bent towards it: its payoff is linear within reach.
  constexpr double farthest_centre = 5.0;
  const BlackScholes<double>& model = option.model;
  const auto n = static_cast<double>(steps);
  const double dt = option.years / n;
  const double drift = model.rate - model.dividend_yield;
  const double deviation = capped_deviation(option, n);
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
  Lattice(const VanillaCase& option, std::int64_t steps, std::size_t head, LatticeWorkspace& workspace) noexcept
      : option_(option),
        step_(lattice_step(option, steps)),
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
    double spot = option_.model.spot * std::exp(root + static_cast<double>(nodes - 1) * step_.log_down);
    for (std::size_t k = 0; k < nodes; ++k, spot *= up_over_down_) {
      w_.spots[k] = spot;
      w_.values[k] = std::max(sign(option_.type) * (spot - option_.strike), 0.0);
    }
    scale_ = 1.0;
    next_dividend_ = option_.dividends.size();
  }

  [[nodiscard]] std::size_t nodes_at(std::size_t level) const noexcept { return level + head_ + 1; }

  Jump jump_after(std::size_t level) noexcept {
    const double from = static_cast<double>(level) * step_.years;
    const double to = from + step_.years;
    Jump jump;
    while (next_dividend_ > 0) {
      const TimedDividend& dividend = option_.dividends[next_dividend_ - 1];
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
    const double discount = std::exp(-option_.model.rate * left);
    return option_.strike * (option_.exercise == Exercise::american ? std::max(discount, 1.0) : discount);
  }

  VanillaCase option_;
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
std::size_t head_of(const VanillaCase& option, std::int64_t steps, Measures measures) noexcept {
  constexpr double most_nodes = 16384.0;
  constexpr double largest_fall = 0.98;
  double fall = 0.0;
  for (const TimedDividend& dividend : option.dividends)
    if (dividend.years > 0.0 && dividend.years <= option.years) fall += dividend.amount;
  if (!(fall > 0.0)) return measures == Measures::with_greeks ? 4 : 0;
  const Step step = lattice_step(option, steps);
  const double reach = -std::log1p(-std::min(fall / option.model.spot, largest_fall)) / (step.log_up - step.log_down);
  const double nodes =
      reach < most_nodes ? std::ceil(reach) : most_nodes;  // also where steps without width reach nowhere
  return 2 * static_cast<std::size_t>(nodes) + 4;
}

// Today's price and its first two derivatives from five nodes equally spaced in log spot.
SpotPrice read_nodes(const double* v, double spot, double spacing) noexcept {
  const double first = (v[-2] - 8.0 * v[-1] + 8.0 * v[1] - v[2]) / (12.0 * spacing);
  const double second = (-v[-2] + 16.0 * v[-1] - 30.0 * v[0] + 16.0 * v[1] - v[2]) / (12.0 * spacing * spacing);
  return {v[0], first / spot, (second - first) / (spot * spot)};
}

// Removes a leading error of the given order in 1/steps.
double extrapolate(double coarse, double fine, double step_ratio, int order) noexcept {
  const double factor = order == 2 ? step_ratio * step_ratio : step_ratio;
  return fine + (fine - coarse) / (factor - 1.0);
}

// One setting of the lattice, for the option and for what it becomes when exercise or model are changed.
struct Tree {
  LeisenReimer settings;
  LatticeWorkspace& workspace;

  [[nodiscard]] SpotPrice roll(const VanillaCase& option, std::int64_t steps, Measures measures) const noexcept {
    const std::size_t head = head_of(option, steps, measures);
    Lattice lattice(option, steps, head, workspace);
    lattice.roll_back();
    const double* const middle = workspace.values.data() + head / 2;
    if (measures == Measures::price_only) return {*middle, 0.0, 0.0};
    return read_nodes(middle, option.model.spot, lattice.log_spacing());
  }

  // The price's leading error is of order 2 for an option that is held to expiry on a spot without jumps and of order 1
  // otherwise. Delta and gamma have a smooth error of order 1 always, because the lattice is centred for today's spot
  // and not for its neighbours: they are extrapolated whenever they are wanted.
  [[nodiscard]] SpotPrice extrapolated(const VanillaCase& option, Measures measures, SpotPrice fine) const noexcept {
    const std::int64_t coarse_steps = 2 * (settings.steps / 4) + 1;  // odd, about half
    const double ratio = static_cast<double>(settings.steps) / static_cast<double>(coarse_steps);
    const SpotPrice coarse = roll(option, coarse_steps, measures);
    fine.delta = extrapolate(coarse.delta, fine.delta, ratio, 1);
    fine.gamma = extrapolate(coarse.gamma, fine.gamma, ratio, 1);
    if (settings.extrapolation == Extrapolation::none) return fine;
    fine.price = std::max(extrapolate(coarse.price, fine.price, ratio, has_closed_form(option) ? 2 : 1), 0.0);
    if (option.exercise == Exercise::american) fine.price = std::max(fine.price, exercised_now(option));
    return fine;
  }

  [[nodiscard]] SpotPrice read(const VanillaCase& option, Measures measures) const noexcept {
    const SpotPrice fine = roll(option, settings.steps, measures);
    const double exercised = exercised_now(option);
    if (is_exercised_now(option.exercise, fine.price, exercised, option.model.spot + option.strike))
      return {exercised, sign(option.type), 0.0};
    if (settings.extrapolation == Extrapolation::none && measures == Measures::price_only) return fine;
    return extrapolated(option, measures, fine);
  }

  // How far the European price may lie above the formula, per unit of spot plus strike. Measured over 10 000 options:
  // 0.007 / n^2 at most as it is, and extrapolated 0.01 / n^3 from 51 steps on (0.05 / n^3 with ten standard
  // deviations of log spot).
  [[nodiscard]] double european_error() const noexcept {
    const auto n = static_cast<double>(settings.steps);
    if (settings.steps < 51) return std::numeric_limits<double>::infinity();
    return settings.extrapolation == Extrapolation::none ? 0.1 / (n * n) : 1.0 / (n * n * n);
  }

  // Without extrapolation and dividends each node of the American lattice is worth at least the European one's, in
  // floating point too; only a price taken for that of exercising now has been rounded.
  [[nodiscard]] HeldOption held(const VanillaCase& option, Measures measures) const noexcept {
    const bool monotone = settings.extrapolation == Extrapolation::none && option.dividends.empty();
    return best_held(
        option, [&](const VanillaCase& wanted) { return read(wanted, measures); },
        [&](double price) {
          if (monotone && price > exercised_now(option)) return false;
          return may_be_below_european(option, price, european_error());
        });
  }
};

}  // namespace

double leisen_reimer_price(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings, LatticeWorkspace& workspace) noexcept {
  if (is_deterministic(strike, years, model))
    return deterministic_option(type, exercise, strike, years, model, dividends).price;
  const VanillaCase option{type, exercise, strike, years, model, dividends};
  return Tree{settings, workspace}.held(option, Measures::price_only).today.price;
}

PricedGreeks leisen_reimer(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings, LatticeWorkspace& workspace) noexcept {
  if (is_deterministic(strike, years, model))
    return deterministic_option(type, exercise, strike, years, model, dividends);
  const Tree tree{settings, workspace};
  const HeldOption held = tree.held({type, exercise, strike, years, model, dividends}, Measures::with_greeks);
  return priced_greeks(held, [&](const VanillaCase& bumped) { return tree.read(bumped, Measures::price_only).price; });
}

PricedGreeks leisen_reimer(OptionType type, Exercise exercise, double strike, double years,
                           const BlackScholes<double>& model, std::span<const TimedDividend> dividends,
                           const LeisenReimer& settings) noexcept {
  LatticeWorkspace workspace;
  return leisen_reimer(type, exercise, strike, years, model, dividends, settings, workspace);
}

}  // namespace plimsoll
