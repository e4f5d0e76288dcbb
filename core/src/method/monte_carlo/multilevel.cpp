#include "plimsoll/method/monte_carlo/multilevel.hpp"

#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/product/european.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

namespace plimsoll {

namespace {

constexpr std::int64_t samples_per_unit = 256;
constexpr std::int64_t first_samples = 2048;
constexpr std::int64_t most_samples = 4'294'967'296;
constexpr std::size_t first_levels = 3;
// Of the squared error the bias may take a quarter: it falls fast, and what it leaves is for the samples.
constexpr double share_of_bias = 0.25;

/// All samples of one level so far; they only grow, unit by unit, each with a stream of its own.
class Level {
 public:
  explicit Level(std::size_t number) : number_(number) {}

  void grow_to(std::int64_t samples, const LevelLadder& ladder, const Multilevel& method) {
    const std::int64_t units = (samples + samples_per_unit - 1) / samples_per_unit;
    if (units <= units_) return;
    std::vector<CoMoments> parts(static_cast<std::size_t>(units - units_));
    parallel_blocks(parts.size(), 1, method.threads, [&](std::size_t i, std::size_t) {
      const std::uint64_t unit = static_cast<std::uint64_t>(units_) + i;
      RandomStream stream(method.seed, std::uint64_t{number_} << 40U | unit);
      for (std::int64_t k = 0; k < samples_per_unit; ++k) {
        const LevelPair pair = ladder.draw(number_, stream);
        parts[i].add(pair.fine - pair.coarse, pair.fine);
      }
    });
    for (const CoMoments& part : parts) moments_.merge(part);
    units_ = units;
  }

  [[nodiscard]] double samples() const noexcept { return moments_.count; }
  [[nodiscard]] double mean() const noexcept { return moments_.mean_x; }
  [[nodiscard]] double variance() const noexcept { return moments_.xx / (moments_.count - 1.0); }
  [[nodiscard]] double variance_of_fine() const noexcept { return moments_.yy / (moments_.count - 1.0); }

 private:
  std::size_t number_;
  std::int64_t units_ = 0;
  CoMoments moments_;
};

/// Steps of one sample: those of its grid and of the one below.
double work_of(std::size_t level, double ratio) {
  return std::pow(ratio, static_cast<double>(level)) * (level == 0 ? 1.0 : 1.0 + 1.0 / ratio);
}

/// Grows every level to the number of samples of least work for a variance in all.
void share_out(std::vector<Level>& levels, double variance, const LevelLadder& ladder, const Multilevel& method) {
  double sum = 0.0;
  for (std::size_t l = 0; l < levels.size(); ++l) sum += std::sqrt(levels[l].variance() * work_of(l, ladder.ratio));
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const double wanted = std::ceil(sum * std::sqrt(levels[l].variance() / work_of(l, ladder.ratio)) / variance);
    levels[l].grow_to(static_cast<std::int64_t>(std::min(wanted, static_cast<double>(most_samples))), ladder, method);
  }
}

/// What is left beyond the last level: the largest that its last three differences foretell, each with two standard
/// errors of its own.
double bias_bound(const std::vector<Level>& levels, const LevelLadder& ladder) {
  const double fall = std::pow(ladder.ratio, ladder.weak_order);
  double largest = 0.0;
  double shrunk = 1.0;
  for (std::size_t back = 0; back < 3 && back + 1 < levels.size(); ++back, shrunk /= fall) {
    const Level& level = levels[levels.size() - 1 - back];
    const double error = std::sqrt(level.variance() / level.samples());
    largest = std::max(largest, (std::abs(level.mean()) + (back == 0 ? 0.0 : error)) * shrunk);
  }
  return largest / (fall - 1.0);
}

MultilevelPrice summed(const std::vector<Level>& levels, const LevelLadder& ladder) {
  MultilevelPrice found;
  double variance = 0.0;
  double work = 0.0;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const Level& level = levels[l];
    found.price += level.mean();
    variance += level.variance() / level.samples();
    work += level.samples() * work_of(l, ladder.ratio);
    found.levels.push_back({static_cast<std::int64_t>(level.samples()), level.mean(), level.variance()});
  }
  found.standard_error = std::sqrt(variance);
  found.bias_bound = bias_bound(levels, ladder);
  found.claimed_error = std::hypot(found.standard_error, found.bias_bound);
  const double single =
      levels.back().variance_of_fine() / variance * std::pow(ladder.ratio, static_cast<double>(levels.size() - 1));
  found.work = single > 0.0 ? work / single : 1.0;
  return found;
}

/// Exact spots and the trapezoidal mean on a grid of 2^(level + 1) steps and on every second point of it.
LevelPair asian_pair(double strike, double side, double expiry, const BlackScholes<double>& model, std::size_t level,
                     RandomStream& stream) {
  const std::size_t steps = std::size_t{2} << level;
  const double step = expiry / static_cast<double>(steps);
  const double drift = (model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility) * step;
  const double deviation = model.volatility * std::sqrt(step);
  std::vector<double> normals(steps);
  stream.fill_normal(normals);
  double log_spot = std::log(model.spot);
  double fine = 0.5 * model.spot;
  double coarse = 0.5 * model.spot;
  for (std::size_t i = 1; i <= steps; ++i) {
    log_spot += drift + deviation * normals[i - 1];
    const double spot = (i == steps ? 0.5 : 1.0) * std::exp(log_spot);
    fine += spot;
    if (i % 2 == 0) coarse += spot;
  }
  const auto paid = [&](double sum, std::size_t count) {
    return std::exp(-model.rate * expiry) * std::max(side * (sum / static_cast<double>(count) - strike), 0.0);
  };
  return {paid(fine, steps), level == 0 ? 0.0 : paid(coarse, steps / 2)};
}

}  // namespace

std::optional<Error> find_flaw(const Multilevel& method) {
  if (!(method.target_error > 0.0 && std::isfinite(method.target_error)))
    return Error{ErrorCode::invalid_value, "target_error", text_of(method.target_error), "a finite number > 0",
                 "give the wanted root mean squared error"};
  if (method.threads < 1 || method.threads > 1024)
    return Error{ErrorCode::invalid_value, "threads", std::to_string(method.threads), "1 to 1024",
                 "ask for as many threads as the machine has"};
  if (method.most_levels < 3 || method.most_levels > 20)
    return Error{ErrorCode::invalid_value, "most_levels", std::to_string(method.most_levels), "3 to 20",
                 "ask for a number in this range"};
  return std::nullopt;
}

Result<MultilevelPrice> multilevel_mean(const LevelLadder& ladder, const Multilevel& method) {
  if (auto flaw = find_flaw(method)) return *flaw;
  const double squared = method.target_error * method.target_error;
  std::vector<Level> levels;
  for (std::size_t l = 0; l < first_levels; ++l) levels.emplace_back(l);
  while (true) {
    for (Level& level : levels) level.grow_to(first_samples, ladder, method);
    // The variances are those of the samples so far, so the second round may want some more.
    for (int round = 0; round < 2; ++round) share_out(levels, (1.0 - share_of_bias) * squared, ladder, method);
    const MultilevelPrice found = summed(levels, ladder);
    if (found.bias_bound * found.bias_bound <= share_of_bias * squared &&
        found.standard_error * found.standard_error <= 1.05 * (1.0 - share_of_bias) * squared)
      return found;
    if (levels.size() == static_cast<std::size_t>(method.most_levels))
      return Error{ErrorCode::not_converged, "target_error", text_of(method.target_error),
                   "an error from " + text_of(found.claimed_error) + " on with " + std::to_string(method.most_levels) +
                       " levels",
                   "allow more levels or a larger error"};
    levels.emplace_back(levels.size());
  }
}

Result<MultilevelPrice> multilevel_continuous_asian(OptionType type, double strike, double expiry,
                                                    const BlackScholes<double>& model, const Multilevel& method) {
  if (auto flaw = find_flaw(European{type, strike, expiry})) return *flaw;
  if (auto flaw = find_flaw(model)) return *flaw;
  if (!(model.spot > 0.0 && model.volatility > 0.0 && expiry > 0.0))
    return Error{ErrorCode::unsupported, "volatility", text_of(model.volatility), "something that is left to chance",
                 "value the path that is certain"};
  const LevelLadder ladder{[=](std::size_t level, RandomStream& stream) {
                             return asian_pair(strike, sign(type), expiry, model, level, stream);
                           },
                           2.0, 2.0};
  return multilevel_mean(ladder, method);
}

}  // namespace plimsoll
