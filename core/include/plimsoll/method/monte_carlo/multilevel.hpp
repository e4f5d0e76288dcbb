#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/numerics/philox.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// A mean wanted to a root mean squared error, from paths on finer and finer grids of time.
struct Multilevel {
  double target_error = 0.01;
  std::uint64_t seed = 1;
  std::int64_t threads = 1;
  std::int64_t most_levels = 12;

  friend bool operator==(const Multilevel&, const Multilevel&) = default;
};

template <>
struct Fields<Multilevel> {
  static constexpr std::string_view name = "Multilevel";
  static constexpr auto list =
      std::make_tuple(field("target_error", &Multilevel::target_error), field("seed", &Multilevel::seed),
                      field("threads", &Multilevel::threads), field("most_levels", &Multilevel::most_levels));
};

std::optional<Error> find_flaw(const Multilevel& method);

/// What one level brought: samples, mean and variance of the difference to the level below.
struct LevelReport {
  std::int64_t samples = 0;
  double mean = 0.0;
  double variance = 0.0;

  friend bool operator==(const LevelReport&, const LevelReport&) = default;
};

template <>
struct Fields<LevelReport> {
  static constexpr std::string_view name = "LevelReport";
  static constexpr auto list =
      std::make_tuple(field("samples", &LevelReport::samples), field("mean", &LevelReport::mean),
                      field("variance", &LevelReport::variance));
};

/// The mean, what it claims of its error, and the levels that it is the sum of. `claimed_error` is the root of the
/// squared standard error and the squared bound of the bias: the root mean squared error stays below it.
struct MultilevelPrice {
  double price = 0.0;
  double claimed_error = 0.0;
  double standard_error = 0.0;
  double bias_bound = 0.0;
  double work = 0.0;  // steps, over those of single paths on the finest grid for the same standard error
  std::vector<LevelReport> levels;

  friend bool operator==(const MultilevelPrice&, const MultilevelPrice&) = default;
};

template <>
struct Fields<MultilevelPrice> {
  static constexpr std::string_view name = "MultilevelPrice";
  static constexpr auto list = std::make_tuple(
      field("price", &MultilevelPrice::price), field("claimed_error", &MultilevelPrice::claimed_error),
      field("standard_error", &MultilevelPrice::standard_error), field("bias_bound", &MultilevelPrice::bias_bound),
      field("work", &MultilevelPrice::work), field("levels", &MultilevelPrice::levels));
};

/// One draw of a level: the value on its grid and on the grid below along the same path; on level zero the second is 0.
struct LevelPair {
  double fine = 0.0;
  double coarse = 0.0;
};

/// A quantity on a ladder of grids, each of `ratio` times the steps of the one below. Its bias falls with the power
/// `weak_order` of the step.
struct LevelLadder {
  std::function<LevelPair(std::size_t level, RandomStream& stream)> draw;
  double ratio = 2.0;
  double weak_order = 1.0;
};

/// The limit of the ladder. Samples are split over the levels for the least work; a level is added until what is left,
/// as the weak order foretells it from the last three levels, is below the share of the error that the bias may take.
/// The same bits for any number of threads.
/// Source: Giles (2008), Multilevel Monte Carlo path simulation, Operations Research 56, 607-617, sec. 5 (the test of
/// convergence on more than one level).
/// Limits: refuses flaws, and a target that the levels allowed do not reach.
Result<MultilevelPrice> multilevel_mean(const LevelLadder& ladder, const Multilevel& method);

/// Price for the holder of one unit of an option on the mean of the spot from today to expiry, taken without a gap:
/// exact spots on each grid, the mean by the trapezoidal rule, coarse and fine along one Brownian motion.
/// Source: Lapeyre & Temam (2001), Competitive Monte Carlo methods for the pricing of Asian options, J. Computational
/// Finance 5 (the rule and its error of the square of the step).
/// Limits: refuses flaws, and a spot, volatility or expiry of zero.
Result<MultilevelPrice> multilevel_continuous_asian(OptionType type, double strike, double expiry,
                                                    const BlackScholes<double>& model, const Multilevel& method);

}  // namespace plimsoll
