#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/stress.hpp"
#include "plimsoll/scenario/shock.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// Where a search for a spot move looks: from no move outward in steps, down to `lowest` and up to `highest`, then by
/// halving until the bracket is no wider than the tolerance. All are fractions of the spot.
struct SpotSearch {
  double lowest = -0.95;
  double highest = 1.0;
  double step = 0.025;
  double tolerance = 1e-4;

  friend bool operator==(const SpotSearch&, const SpotSearch&) = default;
};

/// How much of a move one underlying takes; what a direction does not name stays where it is.
struct SpotWeight {
  std::string underlying;
  double weight = 1.0;

  friend bool operator==(const SpotWeight&, const SpotWeight&) = default;
};

/// Two moves no further apart than the tolerance between which an account runs out of excess: at `inside` it has some
/// or none too much, at `beyond` it is called.
struct SpotLimit {
  double inside = 0.0;
  double beyond = 0.0;
  Money excess_inside;
  Money excess_beyond;

  friend bool operator==(const SpotLimit&, const SpotLimit&) = default;
};

/// The nearest limits of an account below and above the present spots; none where the search found none, and none to
/// look for where the excess is below zero already.
struct SpotLimits {
  Money excess;
  std::optional<SpotLimit> down;
  std::optional<SpotLimit> up;

  friend bool operator==(const SpotLimits&, const SpotLimits&) = default;
};

/// For each account the smallest move of all spots together, down and up, at which it has no excess left; every trial
/// values all its positions in full and margins the account anew. Excess need not be monotone: the first change of sign
/// on the way outward is the one that is found.
/// Accuracy: the bracket's width. Limits: a dip below zero that begins and ends within one step is not seen;
/// volatilities, rates and dividends stay as they are.
/// The results have the same bits for any number of threads.
Result<std::vector<Result<SpotLimits>>> spot_limits(const StressBook& book, const Snapshot& snapshot,
                                                    const Method& method, const MarginSettings& settings,
                                                    const SpotSearch& search, int threads);

/// The same along a direction, for instance each name by its beta to an index, or one name alone: spots move by their
/// weight times the move, and never fall by more than 99 %.
/// Refuses weights that are not finite.
Result<std::vector<Result<SpotLimits>>> spot_limits_along(const std::vector<SpotWeight>& direction,
                                                          const StressBook& book, const Snapshot& snapshot,
                                                          const Method& method, const MarginSettings& settings,
                                                          const SpotSearch& search, int threads);

/// The shock of a move along a direction.
Shock spot_shock_along(const std::vector<SpotWeight>& direction, double move);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::SpotSearch> {
  static constexpr std::string_view name = "SpotSearch";
  static constexpr auto list =
      std::make_tuple(field("lowest", &margin::SpotSearch::lowest), field("highest", &margin::SpotSearch::highest),
                      field("step", &margin::SpotSearch::step), field("tolerance", &margin::SpotSearch::tolerance));
};

template <>
struct Fields<margin::SpotLimit> {
  static constexpr std::string_view name = "SpotLimit";
  static constexpr auto list =
      std::make_tuple(field("inside", &margin::SpotLimit::inside), field("beyond", &margin::SpotLimit::beyond),
                      field("excess_inside", &margin::SpotLimit::excess_inside),
                      field("excess_beyond", &margin::SpotLimit::excess_beyond));
};

template <>
struct Fields<margin::SpotLimits> {
  static constexpr std::string_view name = "SpotLimits";
  static constexpr auto list =
      std::make_tuple(field("excess", &margin::SpotLimits::excess), field("down", &margin::SpotLimits::down),
                      field("up", &margin::SpotLimits::up));
};

}  // namespace plimsoll
