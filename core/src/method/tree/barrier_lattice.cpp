#include "plimsoll/method/tree/barrier_lattice.hpp"

#include "open_lattice.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/deterministic.hpp"

#include <limits>
#include <optional>
#include <vector>

namespace plimsoll {

namespace {

/// A contract with one barrier or two, as the lattice sees it.
struct KnockTerms {
  NodePayoff payoff;
  Exercise exercise;
  Knock knock;
  double rebate;
  double expiry;
  double barrier;
  double direction;              // in which the spot lies from the barrier
  std::optional<double> second;  // a barrier above, where the first is the lower one

  /// What exercise at a spot pays; where there is no such right, less than any price.
  [[nodiscard]] double exercised(double spot) const noexcept {
    return exercise == Exercise::american ? payoff.paid(spot) : -std::numeric_limits<double>::infinity();
  }
};

/// One lattice: its nodes, and where today's spot lies among them. Nothing of it moves with the parameters.
struct KnockFrame {
  NodeLine line;
  std::size_t steps = 0;
  double years = 0.0;     // of a step
  std::size_t first = 0;  // of the nodes that today's price is read from
  std::size_t last = 0;   // of the nodes of today
  double at = 0.0;        // today's spot, counted from the first
};

KnockFrame frame_of(const KnockTerms& terms, const BlackScholes<double>& model, std::size_t steps,
                    std::size_t coarsening) {
  KnockFrame frame;
  frame.steps = steps / (coarsening * coarsening);
  frame.years = terms.expiry / static_cast<double>(frame.steps);
  // The distances of the coarse lattice are exactly twice those of the fine one.
  const double fine = node_stretch * model.volatility * std::sqrt(terms.expiry / static_cast<double>(steps));
  const auto times = static_cast<double>(coarsening);
  frame.line = {std::log(terms.barrier), terms.direction, times * fine};
  if (terms.second) {
    const double width = std::log(*terms.second / terms.barrier);
    const double pairs = std::max(std::round(0.5 * width / fine), 1.0);
    frame.line.spacing = times * 0.5 * width / pairs;
    frame.last = static_cast<std::size_t>(2.0 * pairs) / coarsening;
  }
  const double place = std::abs(std::log(model.spot) - frame.line.origin) / frame.line.spacing;
  frame.first = place < 2.0 ? 0 : static_cast<std::size_t>(place) - 2;
  if (terms.second)
    frame.first = std::min(frame.first, frame.last - std::min(frame.last, reading_nodes - 1));
  else
    frame.last = frame.first + reading_nodes - 1;
  frame.at = place - static_cast<double>(frame.first);
  return frame;
}

/// The values at a barrier, by level.
template <Real R>
std::vector<R> at_barrier(const KnockTerms& terms, const KnockFrame& frame, const NodeWeights<R>& weights,
                          double barrier) {
  std::vector<R> values(frame.steps + 1, R{terms.rebate});
  if (terms.knock == Knock::knock_out) {
    if (terms.exercise == Exercise::american)
      values.assign(frame.steps + 1, R{std::max(terms.rebate, terms.payoff.at(std::log(barrier)))});
    return values;
  }
  const NodeLine line{std::log(barrier), frame.line.direction, frame.line.spacing};
  const auto free = free_values<R>(
      line, weights, terms.payoff, [&](std::size_t, double spot) { return R{terms.exercised(spot)}; }, frame.steps, 0);
  for (std::size_t level = 0; level <= frame.steps; ++level) values[level] = free[level][0];
  values[frame.steps] = R{terms.payoff.at(line.origin)};
  return values;
}

/// Today's values at the nodes that the price is read from.
template <Real R>
std::vector<R> today(const KnockTerms& terms, const KnockFrame& frame, const NodeWeights<R>& weights) {
  BandContract<R> contract;
  contract.nearer_end = at_barrier<R>(terms, frame, weights, terms.barrier);
  if (terms.second) contract.farther_end = at_barrier<R>(terms, frame, weights, *terms.second);
  const std::size_t nodes = frame.last + 1 + (terms.second ? 0 : frame.steps);
  const bool may_exercise = terms.exercise == Exercise::american && terms.knock == Knock::knock_out;
  for (std::size_t j = 0; j < nodes; ++j) {
    const double place = frame.line.log_spot(static_cast<double>(j));
    const bool is_out = terms.knock == Knock::knock_out;
    contract.at_expiry.push_back(is_out ? terms.payoff.average(place, frame.line.spacing) : terms.rebate);
    if (may_exercise) contract.on_exercise.push_back(terms.payoff.at(place));
  }
  const auto all = band_values<R>(weights, contract, frame.steps, frame.last);
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(frame.first);
  return {from, from + static_cast<std::ptrdiff_t>(reading_nodes)};
}

template <class Values>
auto weighed(const std::array<double, reading_nodes>& weights, const Values& values) {
  auto sum = weights[0] * values[0];
  for (std::size_t k = 1; k < reading_nodes; ++k) sum = sum + weights[k] * values[k];
  return sum;
}

/// Whether there are nodes enough to read a price from, and the weights of a step are probabilities.
bool holds(const KnockFrame& frame, const BlackScholes<double>& model) {
  return frame.last + 1 >= reading_nodes && are_probabilities(frame.line, model, frame.years);
}

/// Price with delta, gamma, vega and rho on one lattice. Limits: a frame that holds.
PricedGreeks measures_on(const KnockTerms& terms, const KnockFrame& frame, const BlackScholes<double>& model) {
  using Number = Dual<double>;
  const auto by = [&](bool by_rate) {
    const auto weights = node_weights<Number>(frame.line, with_tangent(model, by_rate), frame.years);
    return today<Number>(terms, frame, weights);
  };
  const std::vector<Number> by_volatility = by(false);
  const std::vector<Number> by_rate = by(true);
  const ReadingWeights reading = reading_weights(frame.at);
  const double step = frame.line.direction * frame.line.spacing;
  // The payoff's line is known between the nodes: what is interpolated is the rest, which exercise makes zero.
  const LinearPayoff& line = terms.payoff.line;
  std::array<double, reading_nodes> rest{};
  for (std::size_t k = 0; k < reading_nodes; ++k) {
    const double spot = std::exp(frame.line.log_spot(static_cast<double>(frame.first + k)));
    rest[k] = by_volatility[k].value - (line.per_asset * spot + line.per_cash);
  }
  const double asset = line.per_asset * model.spot;
  const double first = weighed(reading.first, rest) / step + asset;
  const double second = weighed(reading.second, rest) / (step * step) + asset;
  PricedGreeks found{weighed(reading.value, rest) + asset + line.per_cash, {}};
  found.greeks.delta = first / model.spot;
  found.greeks.gamma = (second - first) / (model.spot * model.spot);
  found.greeks.vega = weighed(reading.value, by_volatility).tangent;
  found.greeks.rho = weighed(reading.value, by_rate).tangent;
  return found;
}

/// What exercising now pays, or nothing where there is no such right.
double exercised_today(const KnockTerms& terms, double spot) {
  return terms.exercise == Exercise::american ? terms.payoff.paid(spot) : 0.0;
}

Result<LatticeGreeks> alive(const KnockTerms& terms, const BlackScholes<double>& model, const Trinomial& settings) {
  const double exercised = terms.knock == Knock::knock_out ? exercised_today(terms, model.spot) : 0.0;
  return extrapolated_measures(
      model, settings, exercised, terms.payoff.line.per_asset,
      [&](std::size_t steps, std::size_t coarsening) {
        return holds(frame_of(terms, model, steps, coarsening), model);
      },
      [&](std::size_t steps, std::size_t coarsening) {
        return measures_on(terms, frame_of(terms, model, steps, coarsening), model);
      });
}

/// The option that a touched barrier began, on a lattice without barriers.
Result<LatticeGreeks> begun(const KnockTerms& terms, const BlackScholes<double>& model, const Trinomial& settings) {
  const auto exercised_by = [&]<class R>(const BlackScholes<R>&) {
    return [&terms](std::size_t, double spot) { return R{terms.exercised(spot)}; };
  };
  return extrapolated_measures(
      model, settings, exercised_today(terms, model.spot), terms.payoff.line.per_asset,
      [&](std::size_t steps, std::size_t coarsening) {
        return open_holds(model, terms.expiry, steps / (coarsening * coarsening));
      },
      [&](std::size_t steps, std::size_t coarsening) {
        return open_measures(terms.payoff, exercised_by, model, terms.expiry, steps / (coarsening * coarsening));
      });
}

Result<PricedGreeks> without_estimate(const Result<LatticeGreeks>& found) {
  if (!found) return found.error();
  return found->priced;
}

/// The formula, which is exact.
Result<LatticeGreeks> certain(const Result<PricedGreeks>& priced) {
  if (!priced) return priced.error();
  return LatticeGreeks{*priced};
}

/// Refuses what a lattice cannot hold: a path that is certain.
std::optional<Error> flaw_of(const BlackScholes<double>& model, double expiry, Exercise exercise,
                             const Trinomial& settings) {
  if (auto flaw = find_flaw(model)) return flaw;
  if (auto flaw = find_flaw(Method{settings})) return flaw;
  if (exercise == Exercise::european || !is_deterministic(1.0, expiry, model)) return std::nullopt;
  return Error{ErrorCode::unsupported, "volatility", text_of(model.volatility),
               "a spot, a time to expiry and a volatility above zero where exercise may be early",
               "value the European option, or give the volatility"};
}

}  // namespace

Result<LatticeGreeks> estimated_on_lattice(const Barrier& option, Exercise exercise, const BlackScholes<double>& model,
                                           const Trinomial& settings) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = flaw_of(model, option.expiry, exercise, settings)) return *flaw;
  if (is_deterministic(1.0, option.expiry, model)) return certain(closed_form(option, model));
  const bool is_down = option.direction == BarrierSide::down;
  const KnockTerms terms{{linear_payoff(option.type, option.payout, option.strike, option.cash)},
                         exercise,
                         option.knock,
                         option.rebate,
                         option.expiry,
                         option.barrier,
                         is_down ? 1.0 : -1.0,
                         std::nullopt};
  const bool touched = is_down ? model.spot <= option.barrier : model.spot >= option.barrier;
  if (!touched) return alive(terms, model, settings);
  if (option.knock == Knock::knock_out) return LatticeGreeks{{option.rebate, {}}};
  return begun(terms, model, settings);
}

Result<LatticeGreeks> estimated_on_lattice(const DoubleBarrier& option, Exercise exercise,
                                           const BlackScholes<double>& model, const Trinomial& settings) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = flaw_of(model, option.expiry, exercise, settings)) return *flaw;
  if (is_deterministic(1.0, option.expiry, model)) return certain(closed_form(option, model));
  const KnockTerms terms{{linear_payoff(option.type, option.payout, option.strike, option.cash)},
                         exercise,
                         option.knock,
                         0.0,
                         option.expiry,
                         option.lower,
                         1.0,
                         option.upper};
  if (model.spot > option.lower && model.spot < option.upper) return alive(terms, model, settings);
  if (option.knock == Knock::knock_out) return LatticeGreeks{};
  return begun(terms, model, settings);
}

Result<PricedGreeks> on_lattice(const Barrier& option, Exercise exercise, const BlackScholes<double>& model,
                                const Trinomial& settings) {
  return without_estimate(estimated_on_lattice(option, exercise, model, settings));
}

Result<PricedGreeks> on_lattice(const DoubleBarrier& option, Exercise exercise, const BlackScholes<double>& model,
                                const Trinomial& settings) {
  return without_estimate(estimated_on_lattice(option, exercise, model, settings));
}

}  // namespace plimsoll
