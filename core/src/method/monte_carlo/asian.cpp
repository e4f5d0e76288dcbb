#include "plimsoll/method/monte_carlo/asian.hpp"

#include "plimsoll/method/closed_form/geometric_asian.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace plimsoll {

namespace {

/// Fixings at time zero become fixings made.
ArithmeticAsian with_fixings_made(const ArithmeticAsian& option, double spot) {
  ArithmeticAsian rest = option;
  const auto made = std::ranges::upper_bound(rest.fixings, 0.0) - rest.fixings.begin();
  rest.fixings.erase(rest.fixings.begin(), rest.fixings.begin() + made);
  rest.past_count += made;
  rest.past_sum += static_cast<double>(made) * spot;
  return rest;
}

/// A geometric-mean option whose payoff follows the arithmetic one: `scale` of them, at the strike that the fixings
/// made leave over.
struct Control {
  double scale;
  double strike;
  AverageTimes times;
  std::vector<double> weights;  // of the normal draws in the log of the mean, but for the volatility; the first is zero

  explicit Control(const ArithmeticAsian& option)
      : scale(static_cast<double>(option.fixings.size()) / fixing_count(option)),
        strike(std::max(
            (option.strike * fixing_count(option) - option.past_sum) / static_cast<double>(option.fixings.size()),
            0.0)),
        times(average_times(option.fixings)),
        weights(option.fixings.size(), 0.0) {
    const auto count = static_cast<double>(weights.size());
    for (std::size_t i = 1; i < weights.size(); ++i) {
      weights[i] = (count - static_cast<double>(i)) / count * std::sqrt(option.fixings[i] - option.fixings[i - 1]);
    }
  }
};

/// The discounted payoff along one lane of paths; `path` is working memory.
template <Real R>
R path_value(const ArithmeticAsian& option, const BlackScholes<R>& model, const R& elapsed,
             std::span<const Passive<R>> normals, std::span<R> path) {
  simulate<R>(model, elapsed, option.fixings, normals, path);
  return exp(-model.rate * (option.expiry - elapsed)) * payoff<R>(option, path);
}

/// The discounted payoff of the control on the same paths.
template <Real R>
R control_value(const ArithmeticAsian& option, const Control& control, const BlackScholes<R>& model, const R& elapsed,
                std::span<const Passive<R>> normals) {
  Passive<R> later{0.0};
  for (std::size_t i = 1; i < normals.size(); ++i) later = later + control.weights[i] * normals[i];
  const R drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
  const R chance = sqrt(option.fixings[0] - elapsed) * normals[0] + later;
  const R mean = model.spot * exp(drift * (control.times.mean - elapsed) + model.volatility * chance);
  const R amount = max(R(sign(option.type) * (mean - control.strike)), R{0.0});
  return exp(-model.rate * (option.expiry - elapsed)) * amount;
}

BlockSums run_block(const ArithmeticAsian& option, const Control& control, const BlackScholes<double>& model,
                    const Block& block) {
  RecordedModel<double> recorded(model);
  const auto& parameters = recorded.parameters();
  RandomStream stream(block.seed, block.number);
  std::vector<double> normals(option.fixings.size());
  std::vector<Adjoint<double>> path(option.fixings.size());
  BlockSums sums;
  for (std::size_t i = 0; i < block.paths; ++i) {
    stream.fill_normal(normals);
    const double weight = gamma_weight(model, option.fixings[0], normals[0]);
    const auto sample = recorded.differentiate(
        path_value<Adjoint<double>>(option, parameters, recorded.elapsed(), normals, path), weight);
    const auto followed = recorded.differentiate(
        control_value<Adjoint<double>>(option, control, parameters, recorded.elapsed(), normals), weight);
    sums.add(sample, followed, 1);
  }
  return sums;
}

/// The option when the spot moves along its forward: one path without chance.
MonteCarloResult certain_asian(const ArithmeticAsian& option, const BlackScholes<double>& model) {
  RecordedModel<double> recorded(model);
  const std::vector<double> normals(option.fixings.size(), 0.0);
  std::vector<Adjoint<double>> path(option.fixings.size());
  const auto sample = recorded.differentiate(
      path_value<Adjoint<double>>(option, recorded.parameters(), recorded.elapsed(), normals, path), 0.0);
  return {sample.price, 0.0, {sample.delta, 0.0, sample.vega, sample.theta, sample.rho}, {}, 1.0};
}

}  // namespace

MonteCarloResult monte_carlo_asian(const ArithmeticAsian& option, const BlackScholes<double>& model,
                                   const MonteCarlo& method) {
  const ArithmeticAsian rest = with_fixings_made(option, model.spot);
  if (rest.fixings.empty() || !(model.spot > 0.0 && model.volatility > 0.0)) return certain_asian(rest, model);
  const Control control(rest);
  const PricedGreeks exact = geometric_asian_greeks(option.type, control.strike, rest.fixings, option.expiry, model);
  return run_blocks(method, [&](const Block& block) { return run_block(rest, control, model, block); }).result(exact);
}

}  // namespace plimsoll
