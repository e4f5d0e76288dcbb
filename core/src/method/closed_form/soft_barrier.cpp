#include "plimsoll/method/closed_form/soft_barrier.hpp"

#include "certain_path.hpp"
#include "plimsoll/method/closed_form/black_scholes.hpp"
#include "plimsoll/numerics/quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace plimsoll {

namespace {

/// A level of the range and its share in the mean.
struct Level {
  double barrier;
  double share;
};

/// The spot that has gone furthest into the range, today's included.
double furthest(const SoftBarrier& option, double spot) {
  const double extremum = option.extremum.value_or(spot);
  return option.direction == BarrierSide::down ? std::min(extremum, spot) : std::max(extremum, spot);
}

/// Splits the range at spot, extremum and strike, where the price as a function of the barrier has a kink or a jump,
/// and each piece into panels of at most two deviations.
std::vector<Level> levels_of(const SoftBarrier& option, const BlackScholes<double>& model) {
  if (option.lower == option.upper) return {{option.lower, 1.0}};
  const double panel = 2.0 * std::max(model.volatility * std::sqrt(option.expiry), 0.01);
  std::vector<double> cuts{option.lower, option.upper};
  for (const double cut : {model.spot, option.strike, furthest(option, model.spot)})
    if (cut > option.lower && cut < option.upper) cuts.push_back(cut);
  std::ranges::sort(cuts);
  const GaussRule rule = *gauss_legendre(24);
  std::vector<Level> levels;
  for (std::size_t piece = 0; piece + 1 < cuts.size(); ++piece) {
    const double from = cuts[piece];
    const double to = cuts[piece + 1];
    if (!(from < to)) continue;
    const auto count = static_cast<int>(std::ceil(std::log(to / from) / panel));
    const double half = 0.5 * (to - from) / count;
    for (int i = 0; i < count; ++i) {
      const double middle = from + (2.0 * i + 1.0) * half;
      for (std::size_t k = 0; k < rule.nodes.size(); ++k)
        levels.push_back({middle + rule.nodes[k] * half, rule.weights[k] * half / (option.upper - option.lower)});
    }
  }
  return levels;
}

/// The option with its barrier at one level of the range.
Result<PricedGreeks> option_at(const SoftBarrier& option, const BlackScholes<double>& model, double level) {
  const bool was_touched =
      touches(furthest(option, model.spot), option.direction, level) && !touches(model.spot, option.direction, level);
  if (!was_touched)
    return closed_form(Barrier{option.type, Payout::difference, option.strike, 0.0, option.direction, option.knock,
                               level, 0.0, option.expiry},
                       model);
  if (option.knock == Knock::knock_out) return PricedGreeks{};
  return black_scholes_greeks(option.type, option.strike, option.expiry, model);
}

}  // namespace

Result<PricedGreeks> closed_form(const SoftBarrier& option, const BlackScholes<double>& model) {
  if (auto flaw = find_flaw(option)) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  PricedGreeks mean;
  for (const Level& level : levels_of(option, model)) {
    const auto one = option_at(option, model, level.barrier);
    if (!one) return one.error();
    mean.price += level.share * one->price;
    mean.greeks.delta += level.share * one->greeks.delta;
    mean.greeks.gamma += level.share * one->greeks.gamma;
    mean.greeks.vega += level.share * one->greeks.vega;
    mean.greeks.theta += level.share * one->greeks.theta;
    mean.greeks.rho += level.share * one->greeks.rho;
  }
  return mean;
}

}  // namespace plimsoll
