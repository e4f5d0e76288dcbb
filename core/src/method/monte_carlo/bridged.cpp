#include "plimsoll/method/monte_carlo/bridged.hpp"

#include "bridged_payoffs.hpp"
#include "first_date_payoffs.hpp"
#include "plimsoll/method/closed_form/barrier.hpp"
#include "plimsoll/method/closed_form/chooser.hpp"
#include "plimsoll/method/closed_form/compound.hpp"
#include "plimsoll/method/closed_form/double_barrier.hpp"
#include "plimsoll/method/closed_form/double_touch.hpp"
#include "plimsoll/method/closed_form/extendible.hpp"
#include "plimsoll/method/closed_form/forward_start.hpp"
#include "plimsoll/method/closed_form/lookback.hpp"
#include "plimsoll/method/closed_form/partial_lookback.hpp"
#include "plimsoll/method/closed_form/partial_time_barrier.hpp"
#include "plimsoll/method/closed_form/soft_barrier.hpp"
#include "plimsoll/method/closed_form/touch.hpp"
#include "plimsoll/method/deterministic.hpp"
#include "plimsoll/method/grid_greeks.hpp"
#include "plimsoll/method/monte_carlo/blocks.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "window_payoffs.hpp"

#include <algorithm>
#include <array>

namespace plimsoll {

namespace {

using First = Dual<Paths>;
using Second = Dual<First>;

/// Normals of one deviation about several centres, drawn from with equal chance.
class Mixture {
 public:
  Mixture(const BlackScholes<double>& model, double years, const std::vector<double>& places,
          std::optional<double> turned_drift)
      : deviation_(model.volatility * std::sqrt(years)) {
    constexpr double near = 1.5;  // deviations: what lies within is met from the forward
    constexpr double far = 30.0;  // beyond, no double is left of the density
    const double start = std::log(model.spot);
    const double drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
    centres_.push_back(start + drift * years);
    const auto add = [&](double place) {
      const double reach = far * deviation_;
      const double held = std::clamp(place, centres_.front() - reach, centres_.front() + reach);
      const bool is_met =
          std::ranges::any_of(centres_, [&](double centre) { return std::abs(held - centre) < near * deviation_; });
      if (!is_met) centres_.push_back(held);
    };
    if (turned_drift) add(start + *turned_drift * years);
    for (const double place : places)
      if (place > 0.0) add(std::log(place));
  }

  /// Ends from uniform draws; the first chooses the centre, and what is left of it is uniform again.
  [[nodiscard]] Ends ends(const Paths& choice, const Paths& uniform) const noexcept {
    const auto count = static_cast<double>(centres_.size());
    std::array<double, 8> centre{};
    std::array<double, 8> rest{};
    for (std::size_t k = 0; k < centre.size(); ++k) {
      const double scaled = count * lane_value(choice, k);
      const double chosen = std::min(std::floor(scaled), count - 1.0);
      centre[k] = centres_[static_cast<std::size_t>(chosen)];
      rest[k] = scaled - chosen;
    }
    const Paths log_spot = Paths::load(centre.data()) + deviation_ * normal_quantile(uniform);
    return {log_spot, exp(log_spot), Paths::load(rest.data())};
  }

  /// The density of an end, but for the root of two pi.
  [[nodiscard]] Paths density(const Paths& log_spot) const noexcept {
    Paths sum{0.0};
    for (const double centre : centres_) {
      const Paths distance = (log_spot - centre) / deviation_;
      sum += exp(-0.5 * distance * distance);
    }
    return sum / (deviation_ * static_cast<double>(centres_.size()));
  }

 private:
  double deviation_;
  std::vector<double> centres_;
};

/// The laws with the derivatives that the measures need: twice by the spot, and by volatility and rate.
struct MovedLaws {
  LogLaw<Second> by_spot;
  LogLaw<First> by_volatility;
  LogLaw<First> by_rate;

  MovedLaws(const BlackScholes<double>& m, double years)
      : by_spot({Second{First{Paths(m.spot), Paths{1.0}}, First{1.0}}, Second{m.rate}, Second{m.dividend_yield},
                 Second{m.volatility}},
                years),
        by_volatility({First{m.spot}, First{m.rate}, First{m.dividend_yield}, First{Paths(m.volatility), Paths{1.0}}},
                      years),
        by_rate({First{m.spot}, First{Paths(m.rate), Paths{1.0}}, First{m.dividend_yield}, First{m.volatility}},
                years) {}
};

template <class P>
PathSample<Paths> sample_of(const P& option, const MovedLaws& laws, const BlackScholes<double>& m, const Ends& ends,
                            const Paths& density) {
  const Second by_spot = weighed_value<Second>(option, laws.by_spot, ends);
  PathSample<Paths> sample;
  sample.price = by_spot.value.value / density;
  sample.delta = by_spot.value.tangent / density;
  sample.gamma = by_spot.tangent.tangent / density;
  sample.vega = weighed_value<First>(option, laws.by_volatility, ends).tangent / density;
  sample.rho = weighed_value<First>(option, laws.by_rate, ends).tangent / density;
  const double half_variance = 0.5 * m.volatility * m.volatility * m.spot * m.spot;
  sample.theta =
      m.rate * sample.price - (m.rate - m.dividend_yield) * m.spot * sample.delta - half_variance * sample.gamma;
  return sample;
}

template <class P>
BlockSums run_block(const P& option, const Digital& control, const MovedLaws& laws, const BlackScholes<double>& m,
                    const Mixture& mixture, const Block& block) {
  constexpr std::size_t lanes = 8;
  std::vector<double> draws(2 * (block.paths + lanes));
  RandomStream(block.seed, block.number).fill_uniform(draws);
  BlockSums sums;
  for (std::size_t done = 0; done < block.paths; done += lanes) {
    const double* const from = draws.data() + 2 * done;
    const Ends ends = mixture.ends(Paths::load(from), Paths::load(from + lanes));
    const Paths density = mixture.density(ends.log_spot);
    sums.add(sample_of(option, laws, m, ends, density), sample_of(control, laws, m, ends, density),
             std::min(lanes, block.paths - done));
  }
  return sums;
}

/// The asset that is sure to be paid has no strike for its formula to take the logarithm of.
PricedGreeks exact_control(const Digital& control, const BlackScholes<double>& m) {
  if (control.strike > 0.0) {
    const auto priced = closed_form(control, m);
    return priced ? *priced : PricedGreeks{};
  }
  const double slope = std::exp(-m.dividend_yield * control.expiry);
  return {slope * m.spot, {slope, 0.0, 0.0, m.dividend_yield * slope * m.spot, 0.0}};
}

/// What is not simulated: what the formula refuses, but for what is refused by reason of the formula alone.
template <class P>
std::optional<Error> refusal_of(const P& option, const BlackScholes<double>& model) {
  const auto formula = closed_form(option, model);
  return formula ? std::nullopt : std::optional(formula.error());
}

std::optional<Error> refusal_of(const Extendible& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return flaw;
  return find_flaw(model);
}

std::optional<Error> refusal_of(const DoubleTouch& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return flaw;
  if (auto flaw = find_flaw(model)) return flaw;
  return flaw_of_touch_order(option);
}

template <class P>
Result<MonteCarloResult> simulated(const P& option, const BlackScholes<double>& model, const MonteCarlo& method) {
  if (auto refusal = refusal_of(option, model)) return *refusal;
  const double years = drawn_date(option);
  if (is_deterministic(1.0, years, model)) {
    const auto formula = closed_form(option, model);
    if (!formula) return formula.error();
    return MonteCarloResult{formula->price, 0.0, formula->greeks, {}, 1.0};
  }
  std::optional<double> turned;
  if (const auto direction = paid_at_hit(option))
    turned = turned_drift<double>(LogLaw<double>(model, years), *direction);
  const Mixture mixture(model, years, places_of(option, model), turned);
  const MovedLaws laws(model, years);
  const Digital control = control_of(option);
  return run_blocks(method, [&](const Block& block) { return run_block(option, control, laws, model, mixture, block); })
      .result(exact_control(control, model));
}

}  // namespace

Result<MonteCarloResult> monte_carlo_bridged(const Digital& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const Touch& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const Barrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const DoubleBarrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const SoftBarrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const Lookback& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const DoubleTouch& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const ForwardStart& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const Chooser& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const Compound& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const Extendible& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const PartialTimeBarrier& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

Result<MonteCarloResult> monte_carlo_bridged(const PartialLookback& option, const BlackScholes<double>& model,
                                             const MonteCarlo& method) {
  return simulated(option, model, method);
}

}  // namespace plimsoll
