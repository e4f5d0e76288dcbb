#include "plimsoll/method/monte_carlo/greek_routes.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/kernels.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"
#include "plimsoll/method/monte_carlo/path_sample.hpp"
#include "plimsoll/product/product.hpp"
#include "plimsoll/real/dual.hpp"
#include "route_payoffs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

namespace plimsoll {

namespace {

constexpr std::size_t measure_count = 6;
constexpr std::array<const char*, measure_count> measures{"price", "delta", "gamma", "vega", "theta", "rho"};

/// Which measures a route gives.
using Given = std::array<bool, measure_count>;
constexpr Given all_measures{true, true, true, true, true, true};
constexpr Given all_but_gamma{true, true, false, true, true, true};
constexpr Given gamma_only{false, false, true, false, false, false};

/// What one path says of each measure, and of the bias of that.
struct RouteSample {
  std::array<double, measure_count> value{};
  std::array<double, measure_count> bias{};
};

std::array<double, measure_count> in_order(const PathSample<double>& s) {
  return {s.price, s.delta, s.gamma, s.vega, s.theta, s.rho};
}

/// The parameters as leaves of a tape of dual numbers whose direction is the spot: one sweep gives the gradient and
/// gamma.
class TwiceRecordedModel {
 public:
  using Lane = Dual<double>;
  using R = Adjoint<Lane>;

  explicit TwiceRecordedModel(const BlackScholes<double>& m)
      : parameters_{R::leaf(tape_, Lane{m.spot, 1.0}), R::leaf(tape_, Lane{m.rate}),
                    R::leaf(tape_, Lane{m.dividend_yield}), R::leaf(tape_, Lane{m.volatility})},
        elapsed_(R::leaf(tape_, Lane{0.0})),
        leaves_(tape_.mark()) {}

  [[nodiscard]] const BlackScholes<R>& parameters() const noexcept { return parameters_; }
  [[nodiscard]] const R& elapsed() const noexcept { return elapsed_; }

  std::array<double, measure_count> differentiate(const R& value) {
    sweep(tape_, value, leaves_);
    const Lane spot = parameters_.spot.adjoint();
    const std::array<double, measure_count> found{value.value().value,
                                                  spot.value,
                                                  spot.tangent,
                                                  parameters_.volatility.adjoint().value,
                                                  elapsed_.adjoint().value,
                                                  parameters_.rate.adjoint().value};
    tape_.rewind(leaves_);
    tape_.clear_adjoints();
    return found;
  }

 private:
  Tape<Lane> tape_;
  BlackScholes<R> parameters_;
  R elapsed_;
  Tape<Lane>::Mark leaves_;
};

/// Derivatives of the path itself.
template <class Option>
class Pathwise {
 public:
  Pathwise(const Option& option, const BlackScholes<double>& model)
      : option_(option), model_(model), dates_(dates_of(option)), path_(dates_.size()), recorded_(model) {}

  [[nodiscard]] const std::vector<double>& dates() const noexcept { return dates_; }

  RouteSample sample(std::span<const double> normals) {
    using R = Adjoint<double>;
    simulate<R>(recorded_.parameters(), recorded_.elapsed(), dates_, normals, path_);
    const R value = value_along<R>(option_, recorded_.parameters(), recorded_.elapsed(), path_);
    return {in_order(recorded_.differentiate(value, gamma_weight(model_, dates_[0], normals[0]))), {}};
  }

 private:
  Option option_;
  BlackScholes<double> model_;
  std::vector<double> dates_;
  std::vector<Adjoint<double>> path_;
  RecordedModel<double> recorded_;
};

/// Derivatives of the density of a path that stands still, and of what the model contributes besides the path.
template <class Option>
class LikelihoodRatio {
 public:
  LikelihoodRatio(const Option& option, const BlackScholes<double>& model)
      : option_(option), model_(model), dates_(dates_of(option)), spots_(dates_.size()), recorded_(model) {}

  [[nodiscard]] const std::vector<double>& dates() const noexcept { return dates_; }

  RouteSample sample(std::span<const double> normals) {
    using R = TwiceRecordedModel::R;
    simulate<double>(model_, 0.0, dates_, normals, spots_);
    const std::vector<R> still(spots_.begin(), spots_.end());
    const R density = log_density();
    const R ratio = exp(density - passive(density));
    return {
        recorded_.differentiate(ratio * value_along<R>(option_, recorded_.parameters(), recorded_.elapsed(), still)),
        {}};
  }

 private:
  /// Log of the density of the path, but for what does not depend on the parameters.
  TwiceRecordedModel::R log_density() {
    using R = TwiceRecordedModel::R;
    const BlackScholes<R>& m = recorded_.parameters();
    const R drift = m.rate - m.dividend_yield - 0.5 * m.volatility * m.volatility;
    R density{0.0};
    for (std::size_t i = 0; i < dates_.size(); ++i) {
      const R step = i == 0 ? R(dates_[0] - recorded_.elapsed()) : R{dates_[i] - dates_[i - 1]};
      const R gain = i == 0 ? R(std::log(spots_[0]) - log(m.spot)) : R{std::log(spots_[i] / spots_[i - 1])};
      const R normal = (gain - drift * step) / (m.volatility * sqrt(step));
      density = density - 0.5 * normal * normal - log(m.volatility) - 0.5 * log(step);
    }
    return density;
  }

  Option option_;
  BlackScholes<double> model_;
  std::vector<double> dates_;
  std::vector<double> spots_;
  TwiceRecordedModel recorded_;
};

/// Derivatives of the formula that holds from half the life on, along the path up to there.
template <class Option>
class Conditional {
 public:
  Conditional(const Option& option, const BlackScholes<double>& model)
      : option_(option), dates_{0.5 * option.expiry}, path_(1), recorded_(model) {}

  [[nodiscard]] const std::vector<double>& dates() const noexcept { return dates_; }

  RouteSample sample(std::span<const double> normals) {
    using R = TwiceRecordedModel::R;
    simulate<R>(recorded_.parameters(), recorded_.elapsed(), dates_, normals, path_);
    return {recorded_.differentiate(value_at_half<R>(option_, recorded_.parameters(), recorded_.elapsed(), path_[0])),
            {}};
  }

 private:
  Option option_;
  std::vector<double> dates_;
  std::vector<TwiceRecordedModel::R> path_;
  TwiceRecordedModel recorded_;
};

/// Derivatives of the path under a ramp instead of the jump; the bias is what the ramp adds by likelihood ratios.
class Smoothed {
 public:
  Smoothed(const Digital& option, const BlackScholes<double>& model)
      : ramped_{option, 0.05 * option.strike},
        pathwise_(ramped_, model),
        sharp_(option, model),
        ramp_(ramped_, model) {}

  [[nodiscard]] const std::vector<double>& dates() const noexcept { return pathwise_.dates(); }

  RouteSample sample(std::span<const double> normals) {
    RouteSample found = pathwise_.sample(normals);
    const RouteSample sharp = sharp_.sample(normals);
    const RouteSample ramp = ramp_.sample(normals);
    for (std::size_t m = 0; m < measure_count; ++m) found.bias[m] = ramp.value[m] - sharp.value[m];
    return found;
  }

 private:
  RampedDigital ramped_;
  Pathwise<RampedDigital> pathwise_;
  LikelihoodRatio<Digital> sharp_;
  LikelihoodRatio<RampedDigital> ramp_;
};

/// Bump of the spot: two per cent, but for a barrier, which twice the bump must not come near.
template <class Option>
double spot_bump(const Option&, double spot) {
  return 0.02 * spot;
}
double spot_bump(const Barrier& option, double spot) {
  return std::min(0.02 * spot, std::abs(spot - option.barrier) / 8.0);
}

/// Central differences on the same draws, with the bias that a bump twice as wide shows.
template <class Option>
class Bumped {
 public:
  Bumped(const Option& option, const BlackScholes<double>& model)
      : option_(option), model_(model), dates_(dates_of(option)), spots_(dates_.size()) {}

  [[nodiscard]] const std::vector<double>& dates() const noexcept { return dates_; }

  RouteSample sample(std::span<const double> normals) {
    const double now = price(model_, 0.0, normals);
    RouteSample found;
    found.value[0] = now;
    const auto at = [&](double spot, double volatility, double rate, double elapsed) {
      return price({model_.spot + spot, model_.rate + rate, model_.dividend_yield, model_.volatility + volatility},
                   elapsed, normals);
    };
    const double spot = spot_bump(option_, model_.spot);
    const double volatility = 0.05 * model_.volatility;
    const double rate = 0.002;
    const double time = 0.1 * dates_[0];
    const Differences by_spot = differences(spot, now, [&](double h) { return at(h, 0.0, 0.0, 0.0); });
    store(found, 1, by_spot.first);
    store(found, 2, by_spot.second);
    store(found, 3, differences(volatility, now, [&](double h) { return at(0.0, h, 0.0, 0.0); }).first);
    store(found, 4, differences(time, now, [&](double h) { return at(0.0, 0.0, 0.0, h); }).first);
    store(found, 5, differences(rate, now, [&](double h) { return at(0.0, 0.0, h, 0.0); }).first);
    return found;
  }

 private:
  /// A difference by a bump, and by one twice as wide.
  struct Pair {
    double narrow = 0.0;
    double wide = 0.0;
  };
  struct Differences {
    Pair first, second;
  };

  double price(const BlackScholes<double>& model, double elapsed, std::span<const double> normals) {
    simulate<double>(model, elapsed, dates_, normals, spots_);
    return value_along<double>(option_, model, elapsed, spots_);
  }

  template <class Price>
  static Differences differences(double step, double now, const Price& price) {
    const auto ends = [&](double h) { return std::pair{price(h), price(-h)}; };
    const auto [up, down] = ends(step);
    const auto [far_up, far_down] = ends(2.0 * step);
    return {{(up - down) / (2.0 * step), (far_up - far_down) / (4.0 * step)},
            {(up - 2.0 * now + down) / (step * step), (far_up - 2.0 * now + far_down) / (4.0 * step * step)}};
  }

  /// The error of a central difference grows as the square of the bump: a third of what doubling it adds.
  static void store(RouteSample& found, std::size_t measure, const Pair& pair) {
    found.value[measure] = pair.narrow;
    found.bias[measure] = (pair.wide - pair.narrow) / 3.0;
  }

  Option option_;
  BlackScholes<double> model_;
  std::vector<double> dates_;
  std::vector<double> spots_;
};

/// Moments of each measure with its bias.
using RouteMoments = std::array<CoMoments, measure_count>;

template <class Route>
RouteMoments run_block(Route route, const Block& block, std::uint64_t stream) {
  const std::size_t draws = route.dates().size();
  std::vector<double> normals(draws * block.paths);
  kernels(chosen_instruction_set()).normals(block.seed, stream, normals.data(), normals.size());
  RouteMoments moments;
  for (std::size_t p = 0; p < block.paths; ++p) {
    const RouteSample sample = route.sample(std::span<const double>(normals).subspan(p * draws, draws));
    for (std::size_t m = 0; m < measure_count; ++m) moments[m].add(sample.value[m], sample.bias[m]);
  }
  return moments;
}

RouteGreeks summary(GreekRoute route, const RouteMoments& moments, const Given& given) {
  RouteGreeks found{route, {}};
  for (std::size_t m = 0; m < measure_count; ++m) {
    if (!given[m]) continue;
    const CoMoments& all = moments[m];
    const auto of = [&](double mean, double squares) {
      return plain_estimate({.count = all.count, .mean_x = mean, .xx = std::max(squares, 0.0)});
    };
    found.estimates.push_back({measures[m], of(all.mean_x, all.xx), of(all.mean_y, all.yy),
                               of(all.mean_x - all.mean_y, all.xx - 2.0 * all.xy + all.yy)});
  }
  return found;
}

/// Runs a route on blocks of its own streams.
template <class Route, class Option>
RouteGreeks run_route(GreekRoute kind, const Option& option, const BlackScholes<double>& model,
                      const MonteCarlo& method, const Given& given) {
  const std::vector<Block> blocks = split(method);
  std::vector<RouteMoments> found(blocks.size());
  const std::uint64_t own = (static_cast<std::uint64_t>(kind) + 1) << 48U;
  parallel_blocks(blocks.size(), 1, method.threads, [&](std::size_t i, std::size_t) {
    found[i] = run_block(Route(option, model), blocks[i], own + blocks[i].number);
  });
  RouteMoments total;
  for (const RouteMoments& part : found)
    for (std::size_t m = 0; m < measure_count; ++m) total[m].merge(part[m]);
  return summary(kind, total, given);
}

template <class Option>
std::optional<Error> flaw_of_case(const Option& option, const BlackScholes<double>& model, const MonteCarlo& method) {
  if (auto flaw = find_flaw(option)) return flaw;
  if (auto flaw = find_flaw(model)) return flaw;
  if (auto flaw = find_flaw(Method{method})) return flaw;
  const std::vector<double> dates = dates_of(option);
  if (!(model.spot > 0.0 && model.volatility > 0.0) || dates.empty() || !(dates.front() > 0.0))
    return Error{ErrorCode::unsupported, "option", "nothing left to chance, or a fixing today",
                 "spot, volatility and time to every fixing above zero", "take the sensitivities of the exact formula"};
  return std::nullopt;
}

RouteReport reported(std::vector<RouteGreeks> routes) {
  RouteReport report{std::move(routes), {}};
  report.disagreements = disagreements(report.routes);
  return report;
}

}  // namespace

std::string_view name(GreekRoute route) noexcept {
  constexpr std::array<std::string_view, 6> names{"pathwise",    "likelihood_ratio", "mixed",
                                                  "conditional", "smoothed",         "bumped"};
  return names[static_cast<std::size_t>(route)];
}

const RouteEstimate* estimate(const RouteReport& report, GreekRoute route, std::string_view measure) noexcept {
  for (const RouteGreeks& by : report.routes)
    for (const RouteEstimate& found : by.estimates)
      if (by.route == route && found.measure == measure) return &found;
  return nullptr;
}

bool is_without_information(const Estimate& found) noexcept { return found.mean == 0.0 && found.standard_error == 0.0; }

std::vector<RouteDisagreement> disagreements(const std::vector<RouteGreeks>& routes) {
  constexpr double limit = 3.0;
  std::vector<RouteDisagreement> found;
  for (std::size_t i = 0; i < routes.size(); ++i)
    for (std::size_t j = i + 1; j < routes.size(); ++j)
      for (const RouteEstimate& a : routes[i].estimates)
        for (const RouteEstimate& b : routes[j].estimates) {
          if (a.measure != b.measure || is_without_information(a.corrected) || is_without_information(b.corrected))
            continue;
          const double error = std::hypot(a.corrected.standard_error, b.corrected.standard_error);
          const double distance = std::abs(a.corrected.mean - b.corrected.mean);
          if (distance > limit * error)
            found.push_back({a.measure, routes[i].route, routes[j].route, distance / error});
        }
  return found;
}

Result<RouteReport> greek_routes(const European& option, const BlackScholes<double>& model, const MonteCarlo& method) {
  using enum GreekRoute;
  if (auto flaw = flaw_of_case(option, model, method)) return *flaw;
  return reported({run_route<Pathwise<European>>(pathwise, option, model, method, all_but_gamma),
                   run_route<LikelihoodRatio<European>>(likelihood_ratio, option, model, method, all_measures),
                   run_route<Pathwise<European>>(mixed, option, model, method, gamma_only),
                   run_route<Conditional<European>>(conditional, option, model, method, all_measures),
                   run_route<Bumped<European>>(bumped, option, model, method, all_measures)});
}

Result<RouteReport> greek_routes(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                 const MonteCarlo& method) {
  using enum GreekRoute;
  if (auto flaw = flaw_of_case(option, model, method)) return *flaw;
  return reported({run_route<Pathwise<ArithmeticAsian>>(pathwise, option, model, method, all_but_gamma),
                   run_route<LikelihoodRatio<ArithmeticAsian>>(likelihood_ratio, option, model, method, all_measures),
                   run_route<Pathwise<ArithmeticAsian>>(mixed, option, model, method, gamma_only),
                   run_route<Bumped<ArithmeticAsian>>(bumped, option, model, method, all_measures)});
}

Result<RouteReport> greek_routes(const Digital& option, const BlackScholes<double>& model, const MonteCarlo& method) {
  using enum GreekRoute;
  if (auto flaw = flaw_of_case(option, model, method)) return *flaw;
  if (!(option.strike > 0.0))
    return Error{ErrorCode::unsupported, "strike", text_of(option.strike), "above zero",
                 "what is certain has a formula"};
  return reported({run_route<LikelihoodRatio<Digital>>(likelihood_ratio, option, model, method, all_measures),
                   run_route<Conditional<Digital>>(conditional, option, model, method, all_measures),
                   run_route<Smoothed>(smoothed, option, model, method, all_but_gamma),
                   run_route<Bumped<Digital>>(bumped, option, model, method, all_measures)});
}

Result<RouteReport> greek_routes(const Barrier& option, const BlackScholes<double>& model, const MonteCarlo& method) {
  using enum GreekRoute;
  if (auto flaw = flaw_of_case(option, model, method)) return *flaw;
  if (option.rebate != 0.0)
    return Error{ErrorCode::unsupported, "rebate", text_of(option.rebate), "0",
                 "price the rebate by the exact formula"};
  const bool is_touched =
      option.direction == BarrierSide::down ? model.spot <= option.barrier : model.spot >= option.barrier;
  if (is_touched)
    return Error{ErrorCode::unsupported, "barrier", text_of(option.barrier), "on its own side of the spot",
                 "a barrier that was touched leaves an option without one, or nothing"};
  // The payoff of a cash or asset payout jumps at the strike, which no pathwise derivative sees.
  std::vector<RouteGreeks> routes;
  if (option.payout == Payout::difference)
    routes.push_back(run_route<Pathwise<Barrier>>(pathwise, option, model, method, all_but_gamma));
  routes.push_back(run_route<LikelihoodRatio<Barrier>>(likelihood_ratio, option, model, method, all_measures));
  routes.push_back(run_route<Conditional<Barrier>>(conditional, option, model, method, all_measures));
  routes.push_back(run_route<Bumped<Barrier>>(bumped, option, model, method, all_measures));
  return reported(std::move(routes));
}

}  // namespace plimsoll
