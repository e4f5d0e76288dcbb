#include "plimsoll/method/monte_carlo/heston.hpp"

#include "heston_geometric_mean.hpp"
#include "plimsoll/model/carried.hpp"
#include "plimsoll/model/heston_exact.hpp"
#include "plimsoll/model/heston_quadratic_exponential.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace plimsoll {

namespace {

using Path = ObservedPath<double>;

constexpr std::int64_t most_steps = 100'000;

/// The steps from date to date: so many of one length, then the next date.
template <class Scheme>
struct Leg {
  Scheme scheme;
  std::size_t steps;
};

std::size_t steps_between(double years, const HestonPaths& how) {
  const double wanted = std::ceil(years * static_cast<double>(how.steps_per_year) * (1.0 - 1e-12));
  return static_cast<std::size_t>(std::max(wanted, static_cast<double>(how.least_steps)));
}

PathSource quadratic_source(const Heston<double>& model, std::span<const double> dates, const HestonPaths& how,
                            PathSource source) {
  std::vector<Leg<QuadraticExponential<double>>> legs;
  double now = 0.0;
  for (const double date : dates) {
    const std::size_t steps = steps_between(date - now, how);
    const double step = (date - now) / static_cast<double>(steps);
    legs.push_back({{model, step}, steps});
    for (std::size_t k = 1; k < steps; ++k) source.draw_times.push_back(now + step * static_cast<double>(k));
    source.draw_times.push_back(date);
    now = date;
  }
  source.factors = 2;
  source.fill = [legs, start = HestonState<double>{std::log(model.spot), model.variance}](
                    std::span<const double> normals, std::span<double> spots) {
    HestonState<double> state = start;
    std::size_t draw = 0;
    for (std::size_t d = 0; d < legs.size(); ++d) {
      for (std::size_t k = 0; k < legs[d].steps; ++k, draw += 2)
        state = legs[d].scheme.advance(state, normals[draw], normals[draw + 1]);
      spots[d] = std::exp(state.log_spot);
    }
  };
  return source;
}

PathSource exact_source(const Heston<double>& model, std::span<const double> dates, PathSource source) {
  std::vector<HestonExact> legs;
  double now = 0.0;
  for (const double date : dates) {
    legs.emplace_back(model, date - now);
    now = date;
  }
  source.draw = [legs, start = HestonState<double>{std::log(model.spot), model.variance}](RandomStream& stream,
                                                                                          std::span<double> spots) {
    HestonState<double> state = start;
    for (std::size_t d = 0; d < legs.size(); ++d) {
      state = legs[d].advance(state, stream);
      spots[d] = std::exp(state.log_spot);
    }
  };
  return source;
}

std::optional<Error> flaw_of_case(const Heston<double>& model, const HestonPaths& how, double last) {
  if (auto flaw = find_flaw(model)) return flaw;
  const auto refuse = [](const char* field, double value, const char* allowed) {
    return Error{ErrorCode::unsupported, field, text_of(value), allowed, "use the limit: a model with less chance"};
  };
  if (!(model.spot > 0.0)) return refuse("spot", model.spot, "a spot above zero");
  if (!(model.volatility_of_variance > 0.0))
    return refuse("volatility_of_variance", model.volatility_of_variance, "a number above zero");
  if (!(model.mean_reversion > 0.0)) return refuse("mean_reversion", model.mean_reversion, "a number above zero");
  if (!(last > 0.0)) return refuse("expiry", last, "an expiry after today");
  if (how.steps_per_year < 1 || how.least_steps < 1 ||
      static_cast<double>(how.steps_per_year) * last > static_cast<double>(most_steps) || how.least_steps > most_steps)
    return Error{ErrorCode::invalid_value, "steps_per_year", std::to_string(how.steps_per_year),
                 "at least one step a year and between dates, at most 100000 in all", "ask for a number in this range"};
  return std::nullopt;
}

/// The forward of the average, and the option on the geometric mean of the fixings to come at the strike that those
/// made leave over.
std::vector<PathControl> controls_of(const ArithmeticAsian& option, const Heston<double>& model) {
  const double discount = std::exp(-model.rate * option.expiry);
  double forwards = 0.0;
  for (const double date : option.fixings) forwards += forward(model, date);
  std::vector<PathControl> controls{{"forward of the average", discount * forwards, [discount](const Path& path) {
                                       double sum = 0.0;
                                       for (const double spot : path.spots) sum += spot;
                                       return discount * sum;
                                     }}};
  const auto to_come = static_cast<double>(option.fixings.size());
  const double strike = (option.strike * fixing_count(option) - option.past_sum) / to_come;
  if (!(strike > 0.0)) return controls;
  const auto expected = expected_geometric_payoff(option.type, strike, option.fixings, model);
  if (!expected) return controls;
  controls.push_back({"geometric mean", discount * *expected, [=, side = sign(option.type)](const Path& path) {
                        double sum = 0.0;
                        for (const double spot : path.spots) sum += std::log(spot);
                        return discount * std::max(side * (std::exp(sum / to_come) - strike), 0.0);
                      }});
  return controls;
}

}  // namespace

PathSource path_source(const Heston<double>& model, std::span<const double> dates, const HestonPaths& how) {
  PathSource source;
  for (const double date : dates) source.discounts.push_back(std::exp(-model.rate * date));
  return how.scheme == HestonScheme::exact ? exact_source(model, dates, std::move(source))
                                           : quadratic_source(model, dates, how, std::move(source));
}

Result<SimulatedPrice> simulated_price(const European& option, const Heston<double>& model, const HestonPaths& how,
                                       const Simulation& method, const Listener& listener) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = flaw_of_case(model, how, option.expiry)) return *flaw;
  const std::vector<double> dates{option.expiry};
  const PathControl control{"forward", prepaid_forward(model, option.expiry),
                            [](const Path& path) { return path.discounts[0] * path.spots[0]; }};
  const PathValue value = [option](const Path& path) {
    return path.discounts[0] * payoff<double>(option, path.spots[0]);
  };
  return simulate_mean(path_source(model, dates, how), value, {&control, 1}, method, listener);
}

Result<SimulatedPrice> simulated_price(const ArithmeticAsian& option, const Heston<double>& model,
                                       const HestonPaths& how, const Simulation& method, const Listener& listener) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = flaw_of_case(model, how, option.expiry)) return *flaw;
  ArithmeticAsian rest = option;  // fixings at time zero become fixings made
  for (; !rest.fixings.empty() && rest.fixings.front() <= 0.0; rest.fixings.erase(rest.fixings.begin())) {
    rest.past_count += 1;
    rest.past_sum += model.spot;
  }
  SimulatedPrice fixed;
  const double discount = std::exp(-model.rate * rest.expiry);
  fixed.price = discount * payoff<double>(rest, {});
  if (rest.fixings.empty()) return fixed;
  const std::vector<PathControl> controls = controls_of(rest, model);
  const PathValue value = [rest, discount](const Path& path) { return discount * payoff<double>(rest, path.spots); };
  return simulate_mean(path_source(model, rest.fixings, how), value, controls, method, listener);
}

}  // namespace plimsoll
