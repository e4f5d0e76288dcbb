#include "plimsoll/method/monte_carlo/path_price.hpp"

#include "../underlyings_match.hpp"
#include "plimsoll/method/closed_form/bounded_cliquet.hpp"
#include "plimsoll/method/closed_form/truncated_moment.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <utility>

namespace plimsoll {

namespace {

using Model = CorrelatedBlackScholes<double>;
using Path = ObservedPath<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();

BlackScholes<double> of_asset(const Model& model, std::size_t i) {
  return {model.spots[i], model.rate, model.dividend_yields[i], model.volatilities[i]};
}

/// Discounted spots of the last date, each times a weight.
PathControl forwards(const Model& model, const std::vector<double>& weights, double last) {
  double mean = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) mean += weights[i] * prepaid_forward(of_asset(model, i), last);
  return {"forwards", mean, [weights](const Path& path) {
            const auto spots = path.on(path.dates() - 1);
            return path.discounts.back() * std::inner_product(spots.begin(), spots.end(), weights.begin(), 0.0);
          }};
}

/// The sum of vanilla options on each weighted spot of the last date.
PathControl vanillas(const Model& model, OptionType type, const std::vector<double>& weights, double strike,
                     double last) {
  double mean = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const BlackScholes<double> asset = of_asset(model, i);
    const LinearPayoff payoff = linear_payoff(type, Payout::difference, strike / weights[i], 0.0);
    const bool certain = !(asset.volatility > 0.0 && asset.spot > 0.0);
    const double spot = forward(asset, last);
    const double amount = certain ? std::max(sign(type) * (spot - strike / weights[i]), 0.0)
                                  : expected_payoff(log_normal_spot(asset, last), payoff, 0.0, infinity);
    mean += weights[i] * discount_factor(asset, last) * amount;
  }
  return {"vanilla options", mean, [type, weights, strike](const Path& path) {
            const auto spots = path.on(path.dates() - 1);
            double sum = 0.0;
            for (std::size_t i = 0; i < spots.size(); ++i)
              sum += std::max(sign(type) * (weights[i] * spots[i] - strike), 0.0);
            return path.discounts.back() * sum;
          }};
}

/// The option on the geometric mean of spot over forward, weighted as the forwards are in the basket.
PathControl geometric_option(const BasketOption& option, const Model& model) {
  const std::size_t n = model.spots.size();
  std::vector<double> forwards_of(n);
  for (std::size_t i = 0; i < n; ++i) forwards_of[i] = forward(of_asset(model, i), option.expiry);
  const double total = std::inner_product(option.weights.begin(), option.weights.end(), forwards_of.begin(), 0.0);
  std::vector<double> shares(n);
  double drift = 0.0;
  double variance = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    shares[i] = option.weights[i] * forwards_of[i] / total;
    drift -= 0.5 * shares[i] * model.volatilities[i] * model.volatilities[i];
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      variance += shares[i] * shares[j] * model.volatilities[i] * model.volatilities[j] * model.correlation[i * n + j];
  const LogNormalSpot<double> mean{std::log(total), drift, std::sqrt(std::max(variance, 0.0)), option.expiry};
  const LinearPayoff payoff = linear_payoff(option.type, Payout::difference, option.strike, 0.0);
  const double discount = std::exp(-model.rate * option.expiry);
  return {"geometric mean", discount * expected_payoff(mean, payoff, 0.0, infinity),
          [side = sign(option.type), strike = option.strike, shares, forwards_of, total](const Path& path) {
            const auto spots = path.on(0);
            double log_mean = 0.0;
            for (std::size_t i = 0; i < spots.size(); ++i) log_mean += shares[i] * std::log(spots[i] / forwards_of[i]);
            return path.discounts[0] * std::max(side * (total * std::exp(log_mean) - strike), 0.0);
          }};
}

std::vector<PathControl> controls_of(const BasketOption& option, const Model& model) {
  std::vector<PathControl> controls{forwards(model, option.weights, option.expiry)};
  const bool chance = std::ranges::any_of(model.volatilities, [](double v) { return v > 0.0; });
  const auto positive = [](const std::vector<double>& values) {
    return std::ranges::all_of(values, [](double v) { return v > 0.0; });
  };
  if (!(option.strike > 0.0 && positive(option.weights))) return controls;
  if (option.of != Aggregate::sum)
    controls.push_back(vanillas(model, option.type, option.weights, option.strike, option.expiry));
  else if (chance && positive(model.spots))
    controls.push_back(geometric_option(option, model));
  return controls;
}

std::vector<PathControl> controls_of(const Autocallable& note, const Model& model) {
  std::vector<double> weights;
  for (const double fixing : note.initial_fixings) weights.push_back(1.0 / fixing);
  const double last = note.coupon_dates.back();
  return {forwards(model, weights, last), vanillas(model, OptionType::put, weights, note.strike_level, last)};
}

std::vector<PathControl> controls_of(const BoundedCliquet& option, const Model& model) {
  const double last = option.reset_dates.back();
  const double discount = std::exp(-model.rate * last);
  return {forwards(model, {1.0}, last),
          {"returns between local bounds", discount * expected_bounded_sum(option, of_asset(model, 0)),
           [option](const Path& path) { return path.discounts.back() * bounded_sum<double>(option, path.spots); }}};
}

template <PathProduct Product, class Value>
Result<SimulatedPrice> simulated(const Product& product, const Model& model, const Simulation& method,
                                 const Listener& listener, const Value& value) {
  if (auto flaw = flaw_of_match(product, model)) return *flaw;
  const std::vector<double> dates = observations(product).dates;
  return simulate_mean(path_source(model, dates), value, controls_of(product, model), method, listener);
}

}  // namespace

PathSource path_source(const Model& model, std::span<const double> dates) {
  std::vector<double> discounts;
  for (const double date : dates) discounts.push_back(std::exp(-model.rate * date));
  const auto steps = std::make_shared<const CorrelatedSteps<double>>(model, dates);
  return {model.spots.size(),
          model.spots.size(),
          {dates.begin(), dates.end()},
          std::move(discounts),
          [steps](std::span<const double> normals, std::span<double> spots) { steps->fill(normals, spots); },
          {}};
}

Result<SimulatedPrice> simulated_price(const BasketOption& option, const Model& model, const Simulation& method,
                                       const Listener& listener) {
  if (auto flaw = flaw_of_match(option, model)) return *flaw;
  if (auto flaw = find_flaw(method)) return *flaw;
  if (!(option.expiry > 0.0)) {
    SimulatedPrice paid;
    paid.price = payoff<double>(option, model.spots);
    return paid;
  }
  return simulated(option, model, method, listener,
                   [option](const Path& path) { return present_value<double>(option, path); });
}

Result<SimulatedPrice> simulated_price(const Autocallable& note, const Model& model, const Simulation& method,
                                       const Listener& listener) {
  return simulated(note, model, method, listener,
                   [note, when = schedule(note)](const Path& path) { return present_value<double>(note, when, path); });
}

Result<SimulatedPrice> simulated_price(const BoundedCliquet& option, const Model& model, const Simulation& method,
                                       const Listener& listener) {
  return simulated(option, model, method, listener,
                   [option](const Path& path) { return present_value<double>(option, path); });
}

}  // namespace plimsoll
