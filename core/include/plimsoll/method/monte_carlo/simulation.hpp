#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/product/observed_path.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plimsoll {

/// Where the draws come from: Philox streams, or Sobol points under as many independent Owen scramblings as there are
/// `scramblings`, through a Brownian bridge.
enum class Sequence { philox, sobol };

/// Whether each path is followed by that of the opposite draws.
enum class Antithetic { no, yes };

/// Whether the product's control variates are tried on a pilot and those that help used.
enum class Control { none, best };

/// How a mean along paths is simulated. With a target error the simulation ends when the standard error is there.
struct Simulation {
  std::int64_t paths = 65536;  // the most that may be run
  std::uint64_t seed = 1;
  std::int64_t threads = 1;
  Sequence sequence = Sequence::philox;
  Antithetic antithetic = Antithetic::no;
  Control control = Control::best;
  double target_error = 0.0;  // none where zero

  friend bool operator==(const Simulation&, const Simulation&) = default;
};

template <>
struct Fields<Simulation> {
  static constexpr std::string_view name = "Simulation";
  static constexpr auto list = std::make_tuple(
      field("paths", &Simulation::paths), field("seed", &Simulation::seed), field("threads", &Simulation::threads),
      field("sequence", &Simulation::sequence), field("antithetic", &Simulation::antithetic),
      field("control", &Simulation::control), field("target_error", &Simulation::target_error));
};

/// The first setting that makes no sense, if there is one.
std::optional<Error> find_flaw(const Simulation& method);

/// How a simulation ended.
enum class SimulationEnd { all_paths, target_met, stopped };

/// A simulated price for the holder of one unit, how it was come by, and how far the simulation came.
struct SimulatedPrice {
  double price = 0.0;
  double standard_error = 0.0;
  std::int64_t paths = 0;      // that were run; of an antithetic pair both count
  std::string control;         // the control variates in use, empty where none helps
  double variance_gain = 1.0;  // variance without the control over that with it, on the pilot
  SimulationEnd end = SimulationEnd::all_paths;
  double importance_gain = 1.0;  // variance without a shift of the draws over that with it, on a pilot

  friend bool operator==(const SimulatedPrice&, const SimulatedPrice&) = default;
};

template <>
struct Fields<SimulatedPrice> {
  static constexpr std::string_view name = "SimulatedPrice";
  static constexpr auto list =
      std::make_tuple(field("price", &SimulatedPrice::price), field("standard_error", &SimulatedPrice::standard_error),
                      field("paths", &SimulatedPrice::paths), field("control", &SimulatedPrice::control),
                      field("variance_gain", &SimulatedPrice::variance_gain), field("end", &SimulatedPrice::end),
                      field("importance_gain", &SimulatedPrice::importance_gain));
};

/// What a listener hears after each round, and what it may answer.
struct SimulationProgress {
  std::int64_t paths = 0;
  std::int64_t most_paths = 0;
  double price = 0.0;
  double standard_error = 0.0;
};
enum class Onward { go_on, stop };
using Listener = std::function<Onward(const SimulationProgress&)>;

/// A model as the source of paths: from `factors` standard normal draws for each of `draw_times` it fills the spots of
/// the assets on the dates that the product must see. A scheme with rejections takes from the stream itself, by `draw`.
struct PathSource {
  std::size_t assets = 1;
  std::size_t factors = 1;
  std::vector<double> draw_times;
  std::vector<double> discounts;  // on each date of the product
  std::function<void(std::span<const double> normals, std::span<double> spots)> fill;
  std::function<void(RandomStream& stream, std::span<double> spots)> draw;  // in place of the three above
};

/// The present value of a product along one path.
using PathValue = std::function<double(const ObservedPath<double>&)>;

/// An amount along a path whose mean is known.
struct PathControl {
  std::string name;
  double mean = 0.0;
  PathValue value;
};

/// Paths of one round: enough to hear of progress often, too many to feel it.
inline constexpr std::int64_t paths_per_round = 16384;
/// Independent scramblings of Sobol points: their means are the sample that the standard error is taken from.
inline constexpr std::size_t scramblings = 32;

/// The mean of `value` over paths of the source. The control is the one that explains most of the variance on a pilot
/// of 4,096 paths with draws of their own, and its coefficient is fitted there, so neither biases the mean. The same
/// bits for any number of threads.
/// Source: Glasserman (2003), sec. 4.1 and 4.2, 5.4 (randomised quasi-Monte Carlo).
/// Accuracy: the standard error; with Sobol points it comes from 32 means, so it is itself good to 13 %.
/// Limits: refuses settings that make no sense, Sobol points and antithetic draws with a scheme that rejects, more than
/// 2,560 draws a path with Sobol points, and a target error that `paths` do not reach: then the error tells how many
/// would. A stop at a target is taken after whole rounds, with Sobol points after powers of two of them. A listener
/// that stops gets what there is.
Result<SimulatedPrice> simulate_mean(const PathSource& source, const PathValue& value,
                                     std::span<const PathControl> controls, const Simulation& method,
                                     const Listener& listener = {});

}  // namespace plimsoll
