#include "plimsoll/method/normal_future.hpp"

#include "plimsoll/method/closed_form/bachelier.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/numerics/tridiagonal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace plimsoll {

namespace {

/// What one lattice or grid says of today.
struct Reading {
  double price = 0.0;
  double delta = 0.0;
  double gamma = 0.0;
};

double exercised(const NormalOption& o, double future) { return std::max(sign(o.type) * (future - o.strike), 0.0); }

bool is_early(const NormalOption& o) { return o.exercise == Exercise::american; }

bool is_certain(const NormalOption& o) { return !(o.years > 0.0 && o.model.volatility > 0.0); }

/// Refusals of the model, the strike and the time, and, where nothing is left to chance, the exact worth.
Result<PricedGreeks> formula(const NormalOption& o) { return bachelier(o.type, o.strike, o.years, o.model); }

PricedGreeks exercised_now(const NormalOption& o) {
  const double worth = exercised(o, o.model.forward);
  return {worth, {worth > 0.0 ? sign(o.type) : 0.0, 0.0, 0.0, 0.0, 0.0}};
}

/// Without chance the future stays: exercise is best at once, or, where money costs less than nothing, at the end.
NormalValuation certain(const NormalOption& o, const PricedGreeks& european) {
  if (is_early(o) && exercised(o, o.model.forward) > european.price) return {exercised_now(o), std::nullopt};
  return {european, std::nullopt};
}

/// A lattice that began two steps ago, so that today has three nodes.
Reading on_lattice(const NormalOption& o, std::int64_t steps) {
  const double step = o.years / static_cast<double>(steps);
  const double move = o.model.volatility * std::sqrt(step);
  const double half = 0.5 * std::exp(-o.model.rate * step);
  const auto future = [&](std::int64_t level, std::size_t node) {
    return o.model.forward + move * static_cast<double>(2 * static_cast<std::int64_t>(node) - level);
  };
  // A step before the expiry an option with one step left has a formula.
  const std::int64_t last = steps + 1;
  std::vector<double> values(static_cast<std::size_t>(last) + 1);
  for (std::size_t j = 0; j < values.size(); ++j) {
    const double at = future(last, j);
    const double held = bachelier_price<double>(o.type, o.strike, {at, o.model.rate, o.model.volatility}, step);
    values[j] = is_early(o) ? std::max(held, exercised(o, at)) : held;
  }
  for (std::int64_t level = last - 1; level >= 2; --level) {
    const auto nodes = static_cast<std::size_t>(level) + 1;
    for (std::size_t j = 0; j < nodes; ++j) {
      const double held = half * (values[j] + values[j + 1]);
      values[j] = is_early(o) ? std::max(held, exercised(o, future(level, j))) : held;
    }
  }
  return {values[1], (values[2] - values[0]) / (4.0 * move),
          (values[2] - 2.0 * values[1] + values[0]) / (4.0 * move * move)};
}

/// A put's payoff averaged over the hat function of a node, in units of the spacing: exact but within one of the kink.
double averaged_put(double distance) {
  if (distance <= -1.0) return -distance;
  if (distance >= 1.0) return 0.0;
  const double inside = (1.0 - std::abs(distance)) * (1.0 - std::abs(distance)) * (1.0 - std::abs(distance)) / 6.0;
  return inside + std::max(-distance, 0.0);
}

/// The put of a mirrored call: what lies below the strike is paid.
class PutGrid {
 public:
  PutGrid(const NormalOption& o, std::int64_t space_steps)
      : early_(is_early(o)),
        rate_(o.model.rate),
        half_(static_cast<std::size_t>(space_steps) / 2),
        spacing_(deviations * o.model.volatility * std::sqrt(o.years) / static_cast<double>(half_)),
        diffusion_(0.5 * o.model.volatility * o.model.volatility / (spacing_ * spacing_)) {
    const double distance = sign(o.type) * -1.0 * (o.model.forward - o.strike);
    for (std::size_t i = 0; i <= 2 * half_; ++i) {
      const double away = distance / spacing_ + static_cast<double>(i) - static_cast<double>(half_);
      values_.push_back(spacing_ * averaged_put(away));
      exercised_.push_back(spacing_ * std::max(-away, 0.0));
    }
  }

  /// One step back; `weight` is the share of the implicit side.
  void step(double years, double weight) {
    const std::size_t n = values_.size();
    const double out = years * (1.0 - weight);
    const double in = years * weight;
    std::vector<double> right(n), lower(n, 0.0), diagonal(n, 1.0 + in * rate_), upper(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      right[i] = (1.0 - out * rate_) * values_[i];
      if (i == 0 || i + 1 == n) continue;  // far away the price is a line
      right[i] += out * diffusion_ * (values_[i - 1] - 2.0 * values_[i] + values_[i + 1]);
      lower[i] = upper[i] = -in * diffusion_;
      diagonal[i] += 2.0 * in * diffusion_;
    }
    solve(lower, diagonal, upper, right);
  }

  [[nodiscard]] Reading read(OptionType type) const {
    const double low = values_[half_ - 1];
    const double high = values_[half_ + 1];
    const double slope = (high - low) / (2.0 * spacing_);
    return {values_[half_], type == OptionType::put ? slope : -slope,
            (high - 2.0 * values_[half_] + low) / (spacing_ * spacing_)};
  }

 private:
  static constexpr double deviations = 7.0;

  /// Elimination from above, so that the way back starts where the put is exercised.
  void solve(const std::vector<double>& lower, std::vector<double>& diagonal, const std::vector<double>& upper,
             std::vector<double>& right) {
    for (std::size_t i = values_.size() - 1; i-- > 0;) {
      const double share = upper[i] / diagonal[i + 1];
      diagonal[i] -= share * lower[i + 1];
      right[i] -= share * right[i + 1];
    }
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const double held = (right[i] - (i == 0 ? 0.0 : lower[i] * values_[i - 1])) / diagonal[i];
      values_[i] = early_ ? std::max(held, exercised_[i]) : held;
    }
  }

  bool early_;
  double rate_;
  std::size_t half_;
  double spacing_;
  double diffusion_;
  std::vector<double> values_;
  std::vector<double> exercised_;
};

Reading on_grid(const NormalOption& o, std::int64_t space_steps, std::int64_t time_steps) {
  constexpr std::int64_t damped = 2;
  PutGrid grid(o, space_steps);
  const double step = o.years / static_cast<double>(time_steps);
  for (std::int64_t k = 0; k < 2 * damped; ++k) grid.step(0.5 * step, 1.0);
  for (std::int64_t k = damped; k < time_steps; ++k) grid.step(step, 0.5);
  return grid.read(o.type);
}

/// The limit of two readings of which one has half the steps of the other.
Reading extrapolated(const Reading& fine, const Reading& coarse, double order) {
  const double gain = 1.0 / (std::exp2(order) - 1.0);
  const auto limit = [&](double f, double c) { return f + gain * (f - c); };
  return {std::max(limit(fine.price, coarse.price), 0.0), limit(fine.delta, coarse.delta),
          limit(fine.gamma, coarse.gamma)};
}

/// A reading with how far its price may be from the exact one.
struct Judged {
  Reading today;
  double error = 0.0;
};

/// Price and sensitivities by `read(option, eighths)`, which gives a reading with so many eighths of the steps. What is
/// extrapolated is judged by the extrapolation of the next coarser pair.
template <class Read>
Result<NormalValuation> valued(const NormalOption& o, double order, Extrapolation extrapolation, Measures measures,
                               const Read& read) {
  const auto european = formula(o);
  if (!european) return european.error();
  if (is_certain(o)) return certain(o, *european);
  const double now = exercised(o, o.model.forward);
  const auto best = [&](const NormalOption& option) {
    const Reading whole = read(option, 8);
    const Reading half = read(option, 4);
    if (extrapolation == Extrapolation::none) return Judged{whole, std::abs(whole.price - half.price)};
    const Reading limit = extrapolated(whole, half, order);
    // Strikes lie anywhere among the nodes of a lattice, so one change may be small by chance.
    const double change = std::abs(limit.price - extrapolated(half, read(option, 2), order).price);
    return Judged{limit, 2.0 * change / (order * order)};
  };
  const auto [today, error] = best(o);
  if (is_early(o) && today.price <= now && now > 0.0) return NormalValuation{exercised_now(o), error};
  NormalValuation valuation{{today.price, {today.delta, today.gamma, 0.0, 0.0, -o.years * today.price}}, error};
  if (measures == Measures::price_only) return valuation;
  const double sigma = o.model.volatility;
  Greeks& greeks = valuation.priced.greeks;
  greeks.vega = (today.price - (o.model.forward - o.strike) * today.delta) / sigma;
  greeks.theta = o.model.rate * today.price - 0.5 * sigma * sigma * today.gamma;
  if (!is_early(o)) return valuation;
  constexpr double bump = 1e-4;
  NormalOption moved = o;
  moved.model.rate = o.model.rate + bump;
  const double up = best(moved).today.price;
  moved.model.rate = o.model.rate - bump;
  greeks.rho = (up - best(moved).today.price) / (2.0 * bump);
  return valuation;
}

}  // namespace

Result<NormalValuation> on_normal_lattice(const NormalOption& option, const Binomial& settings, Measures measures) {
  if (auto flaw = find_flaw(Method{settings})) return *flaw;
  return valued(option, 1.0, settings.extrapolation, measures, [&](const NormalOption& o, std::int64_t eighths) {
    return on_lattice(o, std::max<std::int64_t>(settings.steps * eighths / 8, 2));
  });
}

Result<NormalValuation> on_normal_grid(const NormalOption& option, const CrankNicolson& settings, Measures measures) {
  if (auto flaw = find_flaw(Method{settings})) return *flaw;
  return valued(option, 2.0, settings.extrapolation, measures, [&](const NormalOption& o, std::int64_t eighths) {
    const auto part = [&](std::int64_t steps) { return std::max<std::int64_t>(steps * eighths / 8, 4); };
    return on_grid(o, part(settings.space_steps), part(settings.time_steps));
  });
}

Result<MonteCarloResult> monte_carlo_normal(const NormalOption& o, const MonteCarlo& settings) {
  if (auto flaw = find_flaw(Method{settings})) return *flaw;
  const auto exact = formula(o);
  if (!exact) return exact.error();
  if (is_early(o))
    return Error{ErrorCode::unsupported, "exercise", "american", "european",
                 "value early exercise by a lattice or finite differences"};
  if (is_certain(o)) return MonteCarloResult{exact->price, 0.0, exact->greeks, {}, 1.0};
  const double root = std::sqrt(o.years);
  const double deviation = o.model.volatility * root;
  const double discount = std::exp(-o.model.rate * o.years);
  const auto run = [&](const Block& block) {
    RandomStream stream(block.seed, block.number);
    std::vector<double> normals(block.paths);
    stream.fill_normal(normals);
    BlockSums sums;
    for (const double z : normals) {
      const double paid = exercised(o, o.model.forward + deviation * z);
      const double slope = paid > 0.0 ? discount * sign(o.type) : 0.0;
      const double price = discount * paid;
      const PathSample<double> sample{price,
                                      slope,
                                      slope * z / deviation,
                                      slope * root * z,
                                      o.model.rate * price - 0.5 * slope * o.model.volatility * z / root,
                                      -o.years * price};
      sums.add(sample, PathSample<double>{}, 1);
    }
    return sums;
  };
  return run_blocks(settings, run).result();
}

}  // namespace plimsoll
