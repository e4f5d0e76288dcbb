#include "plimsoll/method/monte_carlo/simulation.hpp"

#include "path_draws.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/numerics/philox.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string>
#include <utility>

namespace plimsoll {

namespace {

constexpr std::int64_t unit_paths = 512;  // that one thread takes at a time
constexpr std::int64_t pilot_paths = 4096;
constexpr std::uint64_t pilot_streams = 0x50494C4F00000000U;
constexpr std::int64_t most_paths = std::int64_t{1} << 40U;

/// A control with the coefficient that the pilot suggests.
struct Chosen {
  const PathControl* control = nullptr;
  double coefficient = 0.0;
  double gain = 1.0;
};

/// One path and what it is worth: working memory of one thread.
class Follower {
 public:
  Follower(const PathSource& source, const PathValue& value, Antithetic antithetic)
      : source_(source), value_(value), antithetic_(antithetic), spots_(source.discounts.size() * source.assets) {}

  /// The same along the next path of the stream, `normals` being working memory.
  std::pair<double, double> follow(RandomStream& stream, std::span<double> normals, const PathControl* control) {
    if (!source_.draw) {
      stream.fill_normal(normals);
      return follow(normals, control);
    }
    source_.draw(stream, spots_);
    return valued(control);
  }

  /// The value and that of the control along the path of these draws, or the means of both along the pair.
  std::pair<double, double> follow(std::span<const double> normals, const PathControl* control) {
    const auto first = along(normals, control);
    if (antithetic_ == Antithetic::no) return first;
    opposite_.assign(normals.begin(), normals.end());
    for (double& draw : opposite_) draw = -draw;
    const auto second = along(opposite_, control);
    return {0.5 * (first.first + second.first), 0.5 * (first.second + second.second)};
  }

 private:
  std::pair<double, double> along(std::span<const double> normals, const PathControl* control) {
    source_.fill(normals, spots_);
    return valued(control);
  }

  std::pair<double, double> valued(const PathControl* control) const {
    const ObservedPath<double> path{spots_, source_.discounts, source_.assets};
    return {value_(path), control == nullptr ? 0.0 : control->value(path)};
  }

  const PathSource& source_;
  const PathValue& value_;
  Antithetic antithetic_;
  std::vector<double> spots_;
  std::vector<double> opposite_;
};

std::size_t draws_of(const PathSource& source) { return source.draw_times.size() * source.factors; }

/// The control that leaves the least variance on the pilot, none where none leaves less than all.
Chosen choose(const PathSource& source, const PathValue& value, std::span<const PathControl> controls,
              const Simulation& method) {
  Chosen best;
  if (method.control == Control::none) return best;
  for (const PathControl& control : controls) {
    CoMoments moments;
    Follower follower(source, value, method.antithetic);
    std::vector<double> normals(draws_of(source));
    RandomStream stream(method.seed, pilot_streams);
    for (std::int64_t i = 0; i < pilot_paths; ++i) {
      const auto [x, y] = follower.follow(stream, normals, &control);
      moments.add(x, y);
    }
    const double explained = moments.yy > 0.0 ? moments.xy * moments.xy / moments.yy : 0.0;
    if (!(explained > 0.01 * moments.xx)) continue;
    const double gain = moments.xx / std::max(moments.xx - explained, 1e-15 * moments.xx);
    if (gain > best.gain) best = {&control, moments.xy / moments.yy, gain};
  }
  return best;
}

/// What the sample consists of so far: single paths, or the mean under each scrambling.
class Sample {
 public:
  Sample(const PathSource& source, const PathValue& value, const Chosen& chosen, const Simulation& method,
         const SobolDraws* sobol)
      : source_(source), value_(value), chosen_(chosen), method_(method), sobol_(sobol), means_(scramblings) {}

  /// Runs so many units more, a unit of Sobol points for each scrambling in turn.
  void run(std::int64_t first_unit, std::int64_t units, std::int64_t samples_of_last) {
    std::vector<CoMoments> parts(static_cast<std::size_t>(units));
    parallel_blocks(parts.size(), 1, method_.threads, [&](std::size_t i, std::size_t) {
      const bool last = i + 1 == parts.size();
      parts[i] = run_unit(static_cast<std::uint64_t>(first_unit) + i, last ? samples_of_last : unit_paths);
    });
    for (std::size_t i = 0; i < parts.size(); ++i)
      (sobol_ == nullptr ? all_ : means_[(static_cast<std::size_t>(first_unit) + i) % scramblings]).merge(parts[i]);
  }

  [[nodiscard]] Estimate estimate() const {
    if (sobol_ == nullptr) return plain_estimate(all_);
    CoMoments over;
    for (const CoMoments& mean : means_)
      if (mean.count > 0.0) over.add(mean.mean_x, 0.0);
    return plain_estimate(over);
  }

 private:
  CoMoments run_unit(std::uint64_t unit, std::int64_t samples) const {
    CoMoments moments;
    Follower follower(source_, value_, method_.antithetic);
    const double known = chosen_.control == nullptr ? 0.0 : chosen_.control->mean;
    const std::size_t size = draws_of(source_);
    const auto add = [&](const std::pair<double, double>& pair) {
      moments.add(pair.first - chosen_.coefficient * (pair.second - known), 0.0);
    };
    std::vector<double> normals(size);
    if (sobol_ == nullptr) {
      RandomStream stream(method_.seed, unit);
      for (std::int64_t i = 0; i < samples; ++i) {
        add(follower.follow(stream, normals, chosen_.control));
      }
      return moments;
    }
    constexpr std::size_t at_once = 64;
    const std::uint64_t first = unit / scramblings * unit_paths;
    for (std::uint64_t done = 0; done < static_cast<std::uint64_t>(samples); done += at_once) {
      const auto count = std::min<std::size_t>(at_once, static_cast<std::size_t>(samples) - done);
      sobol_->fill(unit % scramblings, first + done, count, normals);
      for (std::size_t i = 0; i < count; ++i)
        add(follower.follow(std::span<const double>(normals).subspan(i * size, size), chosen_.control));
    }
    return moments;
  }

  const PathSource& source_;
  const PathValue& value_;
  const Chosen& chosen_;
  const Simulation& method_;
  const SobolDraws* sobol_;
  CoMoments all_;
  std::vector<CoMoments> means_;
};

Error too_few_paths(const Simulation& method, const Estimate& reached) {
  const double share = reached.standard_error / method.target_error;
  const double wanted = static_cast<double>(method.paths) * share * share;
  return {ErrorCode::not_converged, "paths",
          std::to_string(method.paths) + " with a standard error of " + text_of(reached.standard_error),
          "about " + text_of(std::ceil(1.1 * wanted)) + " for the asked error " + text_of(method.target_error),
          "allow more paths or a larger error"};
}

/// The samples of a simulation and the rounds that they are taken in.
struct Rounds {
  std::int64_t samples;    // all that may be taken
  std::int64_t per_round;  // a multiple of the unit
  std::int64_t paths_of_sample;

  Rounds(const Simulation& method)
      : samples(method.antithetic == Antithetic::yes ? method.paths / 2 : method.paths),
        per_round(paths_per_round),
        paths_of_sample(method.antithetic == Antithetic::yes ? 2 : 1) {
    // Whole runs of points under every scrambling.
    const auto whole = static_cast<std::int64_t>(scramblings) * unit_paths;
    static_assert(static_cast<std::int64_t>(scramblings) * unit_paths == paths_per_round);
    if (method.sequence == Sequence::sobol) samples = samples / whole * whole;
  }
};

}  // namespace

std::optional<Error> find_flaw(const Simulation& method) {
  const auto least = method.sequence == Sequence::sobol ? static_cast<std::int64_t>(scramblings) * unit_paths *
                                                              (method.antithetic == Antithetic::yes ? 2 : 1)
                                                        : 4;
  if (method.paths < least || method.paths > most_paths)
    return Error{ErrorCode::invalid_value, "paths", std::to_string(method.paths),
                 std::to_string(least) + " to " + std::to_string(most_paths),
                 "ask for a number of paths in this range"};
  if (method.threads < 1 || method.threads > 1024)
    return Error{ErrorCode::invalid_value, "threads", std::to_string(method.threads), "1 to 1024",
                 "ask for as many threads as the machine has"};
  if (!(method.target_error >= 0.0 && std::isfinite(method.target_error)))
    return Error{ErrorCode::invalid_value, "target_error", text_of(method.target_error), "a finite number >= 0",
                 "give the wanted standard error, or zero to run all paths"};
  return std::nullopt;
}

Result<SimulatedPrice> simulate_mean(const PathSource& source, const PathValue& value,
                                     std::span<const PathControl> controls, const Simulation& method,
                                     const Listener& listener) {
  if (auto flaw = find_flaw(method)) return *flaw;
  if (source.draw && (method.sequence == Sequence::sobol || method.antithetic == Antithetic::yes))
    return Error{ErrorCode::unsupported, method.sequence == Sequence::sobol ? "sequence" : "antithetic",
                 "with rejections", "plain Philox draws for a scheme that rejects",
                 "use a scheme with a fixed number of draws"};
  std::optional<SobolDraws> sobol;
  if (method.sequence == Sequence::sobol) {
    auto draws = SobolDraws::of(method.seed, source.draw_times, source.factors);
    if (!draws) return draws.error();
    sobol = *std::move(draws);
  }
  const Chosen chosen = choose(source, value, controls, method);
  const Rounds rounds(method);
  Sample sample(source, value, chosen, method, sobol ? &*sobol : nullptr);
  SimulatedPrice found;
  found.control = chosen.control == nullptr ? "" : chosen.control->name;
  found.variance_gain = chosen.gain;
  Estimate reached;
  for (std::int64_t done = 0, round = 1; done < rounds.samples; ++round) {
    const std::int64_t count = std::min(rounds.per_round, rounds.samples - done);
    const std::int64_t units = (count + unit_paths - 1) / unit_paths;
    sample.run(done / unit_paths, units, count - (units - 1) * unit_paths);
    done += count;
    reached = sample.estimate();
    found.price = reached.mean;
    found.standard_error = reached.standard_error;
    found.paths = done * rounds.paths_of_sample;
    const bool may_end = !sobol || std::has_single_bit(static_cast<std::uint64_t>(round));
    if (method.target_error > 0.0 && may_end && reached.standard_error <= method.target_error) {
      found.end = SimulationEnd::target_met;
      return found;
    }
    if (listener && listener({found.paths, method.paths, found.price, found.standard_error}) == Onward::stop) {
      found.end = SimulationEnd::stopped;
      return found;
    }
  }
  if (method.target_error > 0.0 && reached.standard_error > method.target_error) return too_few_paths(method, reached);
  return found;
}

}  // namespace plimsoll
