#include "plimsoll/method/monte_carlo/barrier.hpp"

#include "plimsoll/method/closed_form/truncated_moment.hpp"
#include "plimsoll/method/monte_carlo/bridge_survival.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

using Path = ObservedPath<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t most_steps = 1000;
constexpr std::int64_t pilot_paths = 4096;
constexpr std::uint64_t pilot_stream = 0x50494C4F00000001U;

/// What all three products come down to: a payoff at expiry, kept or begun by levels, infinite where there are none.
struct Watched {
  LinearPayoff payoff;
  double expiry = 0.0;
  double lower = 0.0;
  double upper = infinity;
  bool begins = false;  // at a level; else it ends there
  double rebate = 0.0;  // at expiry, of an option that never began
};

/// The steps of one spot in equal times with draws moved by a shift of each.
struct ShiftedSteps {
  BlackScholes<double> model;
  double step;
  std::vector<double> shifts;

  /// Writes the spot after each step and, beside it, how much less likely the unmoved draws make the path.
  void fill(std::span<const double> normals, std::span<double> spots) const {
    const double drift = (model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility) * step;
    const double deviation = model.volatility * std::sqrt(step);
    double log_spot = std::log(model.spot);
    double log_likelihood = 0.0;
    for (std::size_t i = 0; i < shifts.size(); ++i) {
      log_spot += drift + deviation * (normals[i] + shifts[i]);
      log_likelihood -= shifts[i] * (normals[i] + 0.5 * shifts[i]);
      spots[2 * i] = std::exp(log_spot);
      spots[2 * i + 1] = std::exp(log_likelihood);
    }
  }
};

double last_spot(const Path& path) { return path.on(path.dates() - 1)[0]; }
double likelihood(const Path& path) { return path.on(path.dates() - 1)[1]; }

/// Probability that no level was touched along the path.
double survival(const Watched& option, const BlackScholes<double>& model, double step, const Path& path) {
  const double variance = model.volatility * model.volatility * step;
  const double width = std::log(option.upper / option.lower);
  double kept = 1.0;
  double before = model.spot;
  for (std::size_t d = 0; d < path.dates() && kept > 0.0; ++d) {
    const double spot = path.on(d)[0];
    if (option.lower > 0.0 && std::isfinite(option.upper))
      kept *= bridge_stays_between<double>(std::log(before / option.lower), std::log(spot / option.lower), width,
                                           variance, std::sqrt(variance) / width);
    else if (option.lower > 0.0)
      kept *= bridge_stays_above<double>(std::log(before / option.lower), std::log(spot / option.lower), variance);
    else if (std::isfinite(option.upper))
      kept *= bridge_stays_above<double>(std::log(option.upper / before), std::log(option.upper / spot), variance);
    before = spot;
  }
  return kept;
}

double amount(const Watched& option, double spot) { return certain_payoff<double>(option.payoff, spot, spot); }

/// What is paid at the end in the mean, given the spots after each step.
double value_along(const Watched& option, const BlackScholes<double>& model, double step, const Path& path) {
  const double kept = survival(option, model, step, path);
  const double paid = option.begins ? amount(option, last_spot(path)) * (1.0 - kept) + option.rebate * kept
                                    : amount(option, last_spot(path)) * kept;
  return path.discounts.back() * likelihood(path) * paid;
}

/// Slopes of the Brownian motion before and after one of the steps, and the energy less the log of the payoff.
struct LeastPath {
  double cost = infinity;
  std::size_t turn = 0;  // steps before it
  double before = 0.0;
  double after = 0.0;
};

/// The cheapest path to the payoff, straight or by way of a level that has to be touched.
LeastPath least_path(const Watched& option, const BlackScholes<double>& model, std::size_t steps) {
  constexpr int ends = 800;
  constexpr double reach = 12.0;
  const double step = option.expiry / static_cast<double>(steps);
  const double drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
  const double root = std::sqrt(option.expiry);
  LeastPath least;
  for (int k = -ends; k <= ends; ++k) {
    const double end = reach * root * k / ends;
    const double spot = model.spot * std::exp(drift * option.expiry + model.volatility * end);
    const double paid = amount(option, spot);
    if (!(paid > 0.0)) continue;
    const bool beyond = spot <= option.lower || spot >= option.upper;
    const double straight = 0.5 * end * end / option.expiry - std::log(paid);
    if (option.begins == beyond && straight < least.cost) least = {straight, steps, end / option.expiry, 0.0};
    if (!option.begins || beyond) continue;
    for (const double level : {option.lower, option.upper}) {
      if (!(level > 0.0 && std::isfinite(level))) continue;
      for (std::size_t turn = 1; turn < steps; ++turn) {
        const double before = step * static_cast<double>(turn);
        const double after = option.expiry - before;
        const double touch = (std::log(level / model.spot) - drift * before) / model.volatility;
        const double cost = 0.5 * (touch * touch / before + (end - touch) * (end - touch) / after) - std::log(paid);
        if (cost < least.cost) least = {cost, turn, touch / before, (end - touch) / after};
      }
    }
  }
  return least;
}

/// Variance without the shift over that with it: the second moments of both under the shift.
double gain_of(const PathSource& source, const PathValue& value, std::uint64_t seed) {
  RandomStream stream(seed, pilot_stream);
  std::vector<double> normals(source.draw_times.size());
  std::vector<double> spots(2 * normals.size());
  double mean = 0.0;
  double shifted = 0.0;
  double plain = 0.0;
  for (std::int64_t i = 0; i < pilot_paths; ++i) {
    stream.fill_normal(normals);
    source.fill(normals, spots);
    const Path path{spots, source.discounts, 2};
    const double paid = value(path);
    mean += paid;
    shifted += paid * paid;
    plain += paid * (paid / likelihood(path));
  }
  constexpr auto count = static_cast<double>(pilot_paths);
  mean /= count;
  const double left = shifted / count - mean * mean;
  return left > 0.0 ? (plain / count - mean * mean) / left : 1.0;
}

std::vector<PathControl> controls_of(const Watched& option, const BlackScholes<double>& model, bool is_plain) {
  const double discount = discount_factor(model, option.expiry);
  std::vector<PathControl> controls{{"forward", prepaid_forward(model, option.expiry), [](const Path& path) {
                                       return path.discounts.back() * last_spot(path) * likelihood(path);
                                     }}};
  if (is_plain) return controls;
  const LogNormalSpot<double> last = log_normal_spot<double>(model, option.expiry);
  controls.push_back({"option without barrier", discount * expected_payoff<double>(last, option.payoff, 0.0, infinity),
                      [option](const Path& path) {
                        return path.discounts.back() * amount(option, last_spot(path)) * likelihood(path);
                      }});
  return controls;
}

std::optional<Error> flaw_of_case(const Watched& option, const BlackScholes<double>& model, const PathCut& cut) {
  if (cut.steps < 1 || cut.steps > most_steps)
    return Error{ErrorCode::invalid_value, "steps", std::to_string(cut.steps), "1 to 1000",
                 "the bridge needs no small steps: a few are enough"};
  if (!(model.spot > 0.0 && model.volatility > 0.0 && option.expiry > 0.0))
    return Error{ErrorCode::unsupported, model.spot > 0.0 ? "volatility" : "spot",
                 text_of(std::min(model.spot, model.volatility)), "something that is left to chance",
                 "use the closed form"};
  return std::nullopt;
}

Result<SimulatedPrice> simulated(const Watched& option, const BlackScholes<double>& model, const PathCut& cut,
                                 const Simulation& method, const Listener& listener) {
  if (auto flaw = find_flaw(model)) return *flaw;
  if (auto flaw = flaw_of_case(option, model, cut)) return *flaw;
  if (auto flaw = find_flaw(method)) return *flaw;
  const bool touched = !(model.spot > option.lower && model.spot < option.upper);
  if (touched && !option.begins) return SimulatedPrice{};
  const auto steps = static_cast<std::size_t>(cut.steps);
  const double step = option.expiry / static_cast<double>(steps);
  ShiftedSteps taken{model, step, std::vector<double>(steps, 0.0)};
  if (cut.importance == Importance::shifted) {
    const LeastPath least = least_path(option, model, steps);
    for (std::size_t i = 0; i < steps && std::isfinite(least.cost); ++i)
      taken.shifts[i] = (i < least.turn ? least.before : least.after) * std::sqrt(step);
  }
  PathSource source{2, 1, {}, {}, [taken](std::span<const double> z, std::span<double> s) { taken.fill(z, s); }, {}};
  for (std::size_t i = 1; i <= steps; ++i) {
    source.draw_times.push_back(step * static_cast<double>(i));
    source.discounts.push_back(discount_factor(model, step * static_cast<double>(i)));
  }
  const PathValue value = [option, model, step](const Path& path) { return value_along(option, model, step, path); };
  const bool is_plain = option.lower == 0.0 && std::isinf(option.upper);
  auto found = simulate_mean(source, value, controls_of(option, model, is_plain), method, listener);
  if (found && cut.importance == Importance::shifted) found->importance_gain = gain_of(source, value, method.seed);
  return found;
}

}  // namespace

Result<SimulatedPrice> simulated_price(const Barrier& option, const BlackScholes<double>& model, const PathCut& cut,
                                       const Simulation& method, const Listener& listener) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (option.knock == Knock::knock_out && option.rebate != 0.0)
    return Error{ErrorCode::unsupported, "rebate", text_of(option.rebate), "0 for a knock-out",
                 "use the closed form, which pays the rebate at the hit"};
  Watched watched{linear_payoff(option.type, option.payout, option.strike, option.cash), option.expiry};
  (option.direction == BarrierSide::down ? watched.lower : watched.upper) = option.barrier;
  watched.begins = option.knock == Knock::knock_in;
  watched.rebate = option.rebate;
  return simulated(watched, model, cut, method, listener);
}

Result<SimulatedPrice> simulated_price(const DoubleBarrier& option, const BlackScholes<double>& model,
                                       const PathCut& cut, const Simulation& method, const Listener& listener) {
  if (auto flaw = find_flaw(option)) return *flaw;
  Watched watched{linear_payoff(option.type, option.payout, option.strike, option.cash), option.expiry, option.lower,
                  option.upper};
  watched.begins = option.knock == Knock::knock_in;
  return simulated(watched, model, cut, method, listener);
}

Result<SimulatedPrice> simulated_price(const European& option, const BlackScholes<double>& model, const PathCut& cut,
                                       const Simulation& method, const Listener& listener) {
  if (auto flaw = find_flaw(option)) return *flaw;
  const Watched watched{linear_payoff(option.type, Payout::difference, option.strike, 0.0), option.expiry};
  return simulated(watched, model, cut, method, listener);
}

}  // namespace plimsoll
