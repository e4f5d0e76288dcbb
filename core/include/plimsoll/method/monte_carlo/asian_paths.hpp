#pragma once

#include "plimsoll/method/monte_carlo/path_sample.hpp"
#include "plimsoll/method/path_kernels.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <cmath>

namespace plimsoll {

/// One lane of paths under way: the Brownian motion, and its sums and those of the spot, in units of today's, over the
/// fixings so far. These few sums give the payoff and its derivatives by spot, volatility, rate and time, because the
/// log of the spot is linear in the motion and in time.
template <class Lane>
struct AsianPath {
  Lane motion{0.0};
  Lane motions{0.0};
  Lane spots{0.0};
  Lane spots_by_time{0.0};
  Lane spots_by_motion{0.0};

  /// Goes on to the fixing at `time`; `root` is the square root of the step and `drift` what the log gains up to `time`
  /// for certain.
  void move(double time, double root, double drift, double volatility, const Lane& normal) noexcept {
    motion = multiply_add(Lane{root}, normal, motion);
    motions = motions + motion;
    const Lane spot = exp(multiply_add(Lane{volatility}, motion, Lane{drift}));
    spots = spots + spot;
    spots_by_time = multiply_add(spot, Lane{time}, spots_by_time);
    spots_by_motion = multiply_add(spot, motion, spots_by_motion);
  }
};

/// What a lane of paths says of an option and of its control.
template <class Lane>
struct AsianSample {
  PathSample<Lane> option, control;
};

/// The payoff `side * (asset - strike)` above zero, discounted, with its derivatives. The asset is a sum of spots:
/// `by_time` and `by_motion` are the same sum with the time and the motion of each as a weight.
template <class Lane>
PathSample<Lane> asset_sample(const plimsoll_kernels::AsianTerms& option, const BlackScholes<double>& model,
                              const Lane& excess, const Lane& asset, const Lane& by_time, const Lane& by_motion,
                              const Lane& first_normal) noexcept {
  const double drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
  const Lane price = option.discount * max(option.side * excess, Lane{0.0});
  const Lane slope = select(option.side * excess > Lane{0.0}, Lane{option.discount * option.side}, Lane{0.0});
  const Lane delta = slope * asset / model.spot;
  const Lane first_pull = model.volatility / (2.0 * std::sqrt(option.first_fixing)) * first_normal + drift;
  return {price,
          delta,
          delta * gamma_weight(model, option.first_fixing, first_normal),
          slope * (by_motion - model.volatility * by_time),
          model.rate * price - slope * asset * first_pull,
          slope * by_time - option.expiry * price};
}

/// What a lane of paths, moved along all fixings, says of the arithmetic option and of the geometric one.
template <class Lane>
AsianSample<Lane> asian_sample(const plimsoll_kernels::AsianTerms& option, const BlackScholes<double>& model,
                               const AsianPath<Lane>& path, const Lane& first_normal) noexcept {
  const double drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
  const double unit = model.spot / option.count;
  const Lane asset = unit * path.spots;
  const Lane motion = path.motions / option.to_come;
  const Lane mean = model.spot * exp(model.volatility * motion + drift * option.mean_time);
  return {asset_sample<Lane>(option, model, asset + (option.past_sum / option.count - option.strike), asset,
                             unit * path.spots_by_time, unit * path.spots_by_motion, first_normal),
          asset_sample<Lane>(option, model, mean - option.control_strike, mean, option.mean_time * mean, motion * mean,
                             first_normal)};
}

}  // namespace plimsoll
