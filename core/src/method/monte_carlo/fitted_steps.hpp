#pragma once

#include "plimsoll/method/fitted_prices.hpp"
#include "plimsoll/method/monte_carlo/bridge_survival.hpp"
#include "plimsoll/model/dupire.hpp"
#include "plimsoll/model/heston_quadratic_exponential.hpp"
#include "plimsoll/numerics/random_variates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

// Steps of the fitted models' spot over its forward, which has the mean one.
namespace plimsoll::fitted {

/// Where a path is: the logarithm of spot over forward, and the variance of a model that has one.
struct State {
  double log_share = 0.0;
  double variance = 0.0;
};

/// One step: where it ends, where it would have ended without jumps, and the variance of the bridge up to there.
struct Step {
  State to;
  double without_jumps = 0.0;
  double bridge_variance = 0.0;
};

/// Lengths of the steps up to these times.
inline std::vector<double> lengths_of(std::span<const double> times) {
  std::vector<double> lengths;
  double before = 0.0;
  for (const double time : times) {
    lengths.push_back(time - before);
    before = time;
  }
  return lengths;
}

/// Merton's jumps, as Bates has them too: what they and their compensator add to a step.
struct Jumps {
  double intensity;
  double mean;
  double deviation;

  [[nodiscard]] double compensator() const { return intensity * std::expm1(mean + 0.5 * deviation * deviation); }

  /// Takes the same numbers of the stream however many jumps there are, so that paths of near models are near.
  [[nodiscard]] double draw(double length, RandomStream& stream) const {
    std::array<double, 1> normal{};
    stream.fill_normal(normal);
    const double count = poisson_draw(intensity * length, stream);
    return count * mean + std::sqrt(count) * deviation * normal[0];
  }
};

struct HestonSteps {
  static constexpr bool is_bridged = true;
  std::vector<double> lengths;
  std::vector<QuadraticExponential<double>> schemes;
  double variance;

  HestonSteps(Heston<double> model, std::span<const double> times)
      : lengths(lengths_of(times)), variance(model.variance) {
    model.spot = 1.0;
    model.rate = model.dividend_yield = 0.0;
    for (const double length : lengths) schemes.emplace_back(model, length);
  }

  [[nodiscard]] State start() const { return {0.0, variance}; }
  Step advance(std::size_t i, const State& from, std::span<const double> normals, RandomStream&) const {
    const auto to = schemes[i].advance({from.log_share, from.variance}, normals[0], normals[1]);
    return {{to.log_spot, to.variance}, to.log_spot, 0.5 * (from.variance + to.variance) * lengths[i]};
  }
};

struct BatesSteps {
  static constexpr bool is_bridged = true;
  HestonSteps diffusion;
  Jumps jumps;

  BatesSteps(const Bates<double>& m, std::span<const double> times)
      : diffusion(
            {1.0, 0.0, 0.0, m.variance, m.mean_reversion, m.long_variance, m.volatility_of_variance, m.correlation},
            times),
        jumps{m.jump_intensity, m.mean_log_jump, m.log_jump_deviation} {}

  [[nodiscard]] State start() const { return diffusion.start(); }
  Step advance(std::size_t i, const State& from, std::span<const double> normals, RandomStream& stream) const {
    Step step = diffusion.advance(i, from, normals, stream);
    step.without_jumps -= jumps.compensator() * diffusion.lengths[i];
    step.to.log_share = step.without_jumps + jumps.draw(diffusion.lengths[i], stream);
    return step;
  }
};

struct MertonSteps {
  static constexpr bool is_bridged = true;
  std::vector<double> lengths;
  double volatility;
  Jumps jumps;

  MertonSteps(const Merton<double>& m, std::span<const double> times)
      : lengths(lengths_of(times)),
        volatility(m.volatility),
        jumps{m.jump_intensity, m.mean_log_jump, m.log_jump_deviation} {}

  [[nodiscard]] static State start() { return {}; }
  Step advance(std::size_t i, const State& from, std::span<const double> normals, RandomStream& stream) const {
    const double variance = volatility * volatility * lengths[i];
    const double drift = -0.5 * variance - jumps.compensator() * lengths[i];
    const double near = from.log_share + drift + std::sqrt(variance) * normals[0];
    return {{near + jumps.draw(lengths[i], stream), 0.0}, near, variance};
  }
};

struct VarianceGammaSteps {
  static constexpr bool is_bridged = false;  // it moves by jumps alone
  std::vector<double> lengths;
  VarianceGamma<double> model;
  double drift;

  VarianceGammaSteps(const VarianceGamma<double>& m, std::span<const double> times)
      : lengths(lengths_of(times)),
        model(m),
        drift(std::log1p(-m.variance_rate * (m.drift + 0.5 * m.volatility * m.volatility)) / m.variance_rate) {}

  [[nodiscard]] static State start() { return {}; }
  Step advance(std::size_t i, const State& from, std::span<const double> normals, RandomStream& stream) const {
    const double clock = model.variance_rate * gamma_draw(lengths[i] / model.variance_rate, stream);
    const double to =
        from.log_share + drift * lengths[i] + model.drift * clock + model.volatility * std::sqrt(clock) * normals[0];
    return {{to, 0.0}, to, 0.0};
  }
};

struct LocalSteps {
  static constexpr bool is_bridged = true;
  std::vector<double> lengths;
  LocalVolatilityGrid grid;
  double low;
  double density;

  LocalSteps(LocalVolatilityGrid found, std::span<const double> times)
      : lengths(lengths_of(times)),
        grid(std::move(found)),
        low(std::log(grid.low_spot)),
        density(static_cast<double>(grid.columns - 1) / std::log(grid.high_spot / grid.low_spot)) {}

  /// The table of a surface with a row for each step, six deviations wide on either side.
  static Result<LocalSteps> of(const Ssvi<double>& surface, std::span<const double> times) {
    constexpr std::size_t columns = 161;
    const double deviation = std::sqrt(variance_at_forward(surface, times.back()));
    const double reach = std::min(std::max(6.0 * deviation, 0.5), 20.0);
    const auto made = dupire(
        surface,
        LocalVolatilityPlan{1.0, 0.0, 0.0, {times.begin(), times.end()}, std::exp(-reach), std::exp(reach), columns});
    if (!made) return made.error();
    return LocalSteps(made->grid, times);
  }

  [[nodiscard]] static State start() { return {}; }
  Step advance(std::size_t i, const State& from, std::span<const double> normals, RandomStream&) const {
    const double place = std::clamp((from.log_share - low) * density, 0.0, static_cast<double>(grid.columns - 1));
    const std::size_t cell = std::min(static_cast<std::size_t>(place), grid.columns - 2);
    const double* const row = grid.volatilities.data() + i * grid.columns + cell;
    const double volatility = row[0] + (place - static_cast<double>(cell)) * (row[1] - row[0]);
    const double variance = volatility * volatility * lengths[i];
    const double to = from.log_share - 0.5 * variance + std::sqrt(variance) * normals[0];
    return {{to, 0.0}, to, variance};
  }
};

inline Result<HestonSteps> steps_of(const Heston<double>& model, std::span<const double> times) {
  return HestonSteps(model, times);
}
inline Result<BatesSteps> steps_of(const Bates<double>& model, std::span<const double> times) {
  return BatesSteps(model, times);
}
inline Result<MertonSteps> steps_of(const Merton<double>& model, std::span<const double> times) {
  return MertonSteps(model, times);
}
inline Result<VarianceGammaSteps> steps_of(const VarianceGamma<double>& model, std::span<const double> times) {
  return VarianceGammaSteps(model, times);
}
inline Result<LocalSteps> steps_of(const Ssvi<double>& surface, std::span<const double> times) {
  return LocalSteps::of(surface, times);
}

/// Spots that end or begin an option; zero and infinity where there is none.
struct Levels {
  double lower = 0.0;
  double upper = std::numeric_limits<double>::infinity();

  [[nodiscard]] bool any() const { return lower > 0.0 || std::isfinite(upper); }
  [[nodiscard]] bool are_touched(double spot) const { return !(spot > lower && spot < upper); }

  /// Probability that a bridge between two spots touches none.
  [[nodiscard]] double kept(double from, double to, double variance) const {
    constexpr double least_variance = 1e-14;  // where a path moves less, only its ends matter
    if (are_touched(from) || are_touched(to)) return 0.0;
    const double floored = std::max(variance, least_variance);
    if (lower > 0.0 && std::isfinite(upper)) {
      const double width = std::log(upper / lower);
      return bridge_stays_between<double>(std::log(from / lower), std::log(to / lower), width, floored,
                                          std::sqrt(floored) / width);
    }
    if (lower > 0.0) return bridge_stays_above<double>(std::log(from / lower), std::log(to / lower), floored);
    return bridge_stays_above<double>(std::log(upper / from), std::log(upper / to), floored);
  }
};

}  // namespace plimsoll::fitted
