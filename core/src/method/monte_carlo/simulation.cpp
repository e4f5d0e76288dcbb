#include "plimsoll/method/monte_carlo/simulation.hpp"

#include "path_draws.hpp"
#include "plimsoll/base/parallel.hpp"
#include "plimsoll/method/monte_carlo/co_moments.hpp"
#include "plimsoll/numerics/linear_algebra.hpp"
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
constexpr std::int64_t most_paths = 1'099'511'627'776;

/// Controls with the coefficients that the pilot suggests.
struct Chosen {
  std::vector<const PathControl*> controls;
  std::vector<double> coefficients;
  double gain = 1.0;

  [[nodiscard]] std::string name() const {
    std::string text;
    for (const PathControl* control : controls) text += (text.empty() ? "" : " + ") + control->name;
    return text;
  }
};

/// One path and what it is worth: working memory of one thread.
class Follower {
 public:
  Follower(const PathSource& source, const PathValue& value, std::vector<const PathControl*> controls,
           Antithetic antithetic)
      : source_(source),
        value_(value),
        controls_(std::move(controls)),
        antithetic_(antithetic),
        spots_(source.discounts.size() * source.assets),
        seen_(controls_.size() + 1) {}

  /// The value and that of each control along the next path of the stream, `normals` being working memory.
  std::span<const double> follow(RandomStream& stream, std::span<double> normals) {
    if (!source_.draw) {
      stream.fill_normal(normals);
      return follow(normals);
    }
    source_.draw(stream, spots_);
    std::ranges::fill(seen_, 0.0);
    look(1.0);
    return seen_;
  }

  /// The same along the path of these draws, or the means over the pair.
  std::span<const double> follow(std::span<const double> normals) {
    std::ranges::fill(seen_, 0.0);
    const bool pairs = antithetic_ == Antithetic::yes;
    source_.fill(normals, spots_);
    look(pairs ? 0.5 : 1.0);
    if (!pairs) return seen_;
    opposite_.assign(normals.begin(), normals.end());
    for (double& draw : opposite_) draw = -draw;
    source_.fill(opposite_, spots_);
    look(0.5);
    return seen_;
  }

 private:
  void look(double weight) {
    const ObservedPath<double> path{spots_, source_.discounts, source_.assets};
    seen_[0] += weight * value_(path);
    for (std::size_t k = 0; k < controls_.size(); ++k) seen_[k + 1] += weight * controls_[k]->value(path);
  }

  const PathSource& source_;
  const PathValue& value_;
  std::vector<const PathControl*> controls_;
  Antithetic antithetic_;
  std::vector<double> spots_;
  std::vector<double> opposite_;
  std::vector<double> seen_;
};

std::size_t draws_of(const PathSource& source) { return source.draw_times.size() * source.factors; }

/// Covariances of the value, first, and of the controls on the pilot.
Matrix pilot_covariances(Follower& follower, std::size_t seen, std::size_t draws, std::uint64_t seed) {
  Matrix covariances(seen, seen);
  std::vector<double> means(seen, 0.0);
  std::vector<double> normals(draws);
  RandomStream stream(seed, pilot_streams);
  for (std::int64_t i = 0; i < pilot_paths; ++i) {
    const auto now = follower.follow(stream, normals);
    const double weight = 1.0 / static_cast<double>(i + 1);
    for (std::size_t a = 0; a < seen; ++a)
      for (std::size_t b = 0; b <= a; ++b)
        covariances(a, b) += (now[a] - means[a]) * (now[b] - means[b]) * (1.0 - weight);
    for (std::size_t a = 0; a < seen; ++a) means[a] += (now[a] - means[a]) * weight;
  }
  for (std::size_t a = 0; a < seen; ++a)
    for (std::size_t b = 0; b < a; ++b) covariances(b, a) = covariances(a, b);
  return covariances;
}

/// The coefficients of some controls, and the share of the variance that they leave; none where they depend on each
/// other.
struct Fit {
  std::vector<double> coefficients;
  double left = 1.0;
};

Fit fitted(const Matrix& covariances, std::span<const std::size_t> controls) {
  Matrix among(controls.size(), controls.size());
  std::vector<double> with_value(controls.size());
  for (std::size_t i = 0; i < controls.size(); ++i) {
    with_value[i] = covariances(0, controls[i]);
    for (std::size_t j = 0; j < controls.size(); ++j) among(i, j) = covariances(controls[i], controls[j]);
  }
  const auto factor = Cholesky::of(among);
  if (!factor) return {};
  Fit fit{factor->solve(with_value), 1.0};
  for (std::size_t i = 0; i < controls.size(); ++i) fit.left -= fit.coefficients[i] * with_value[i] / covariances(0, 0);
  fit.left = std::max(fit.left, 1e-15);
  return fit;
}

/// Takes controls one after the other, each time the one that leaves the least variance on the pilot, as long as it
/// takes away a twentieth of what was left.
Chosen choose(const PathSource& source, const PathValue& value, std::span<const PathControl> controls,
              const Simulation& method) {
  Chosen best;
  if (method.control == Control::none || controls.empty()) return best;
  std::vector<const PathControl*> all;
  for (const PathControl& control : controls) all.push_back(&control);
  Follower follower(source, value, all, method.antithetic);
  const Matrix covariances = pilot_covariances(follower, all.size() + 1, draws_of(source), method.seed);
  if (!(covariances(0, 0) > 0.0)) return best;
  std::vector<std::size_t> taken;
  double left = 1.0;
  for (std::size_t round = 0; round < all.size(); ++round) {
    Fit least;
    std::size_t which = 0;
    for (std::size_t k = 1; k <= all.size(); ++k) {
      if (std::ranges::find(taken, k) != taken.end()) continue;
      taken.push_back(k);
      Fit fit = fitted(covariances, taken);
      taken.pop_back();
      if (fit.left < least.left) {
        least = std::move(fit);
        which = k;
      }
    }
    if (which == 0 || least.left > 0.95 * left) break;
    taken.push_back(which);
    best.controls.push_back(all[which - 1]);
    best.coefficients = least.coefficients;
    left = least.left;
  }
  best.gain = 1.0 / left;
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
    Follower follower(source_, value_, chosen_.controls, method_.antithetic);
    const std::size_t size = draws_of(source_);
    const auto add = [&](std::span<const double> seen) {
      double sample = seen[0];
      for (std::size_t k = 0; k < chosen_.controls.size(); ++k)
        sample -= chosen_.coefficients[k] * (seen[k + 1] - chosen_.controls[k]->mean);
      moments.add(sample, 0.0);
    };
    std::vector<double> normals(size);
    if (sobol_ == nullptr) {
      RandomStream stream(method_.seed, unit);
      for (std::int64_t i = 0; i < samples; ++i) {
        add(follower.follow(stream, normals));
      }
      return moments;
    }
    constexpr std::size_t at_once = 64;
    const std::uint64_t first = unit / scramblings * unit_paths;
    const auto wanted = static_cast<std::size_t>(samples);
    for (std::size_t done = 0; done < wanted; done += at_once) {
      const std::size_t count = std::min(at_once, wanted - done);
      sobol_->fill(unit % scramblings, first + done, count, normals);
      for (std::size_t i = 0; i < count; ++i)
        add(follower.follow(std::span<const double>(normals).subspan(i * size, size)));
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
  std::int64_t samples;                      // all that may be taken
  std::int64_t per_round = paths_per_round;  // a multiple of the unit
  std::int64_t paths_of_sample;

  explicit Rounds(const Simulation& method)
      : samples(method.antithetic == Antithetic::yes ? method.paths / 2 : method.paths),
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
  found.control = chosen.name();
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
