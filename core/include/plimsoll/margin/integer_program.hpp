#pragma once

#include "plimsoll/base/fields.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// Maximise gain . v subject to rows . v <= limits, v >= 0, some entries of v whole numbers; every limit is >= 0, so
/// that v = 0 is a feasible start.
struct IntegerProgram {
  std::size_t variables = 0;
  std::vector<double> gain;          ///< one per variable
  std::vector<unsigned char> whole;  ///< one per variable: 1 when it must be a whole number
  std::vector<std::vector<double>> rows;
  std::vector<double> limits;
};

/// The best vector found and a proven upper bound on what any vector could gain.
struct IntegerSolution {
  std::vector<double> values;
  double gain = 0.0;
  double bound = 0.0;       ///< equal to gain when the search was finished
  double relaxation = 0.0;  ///< gain of the linear relaxation
  std::int64_t nodes = 0;
  std::int64_t pivots = 0;
};

/// How long the search may run before it answers with a gap instead of a proof.
struct SearchLimits {
  std::int64_t nodes = 5'000;
  std::int64_t pivots = 2'000'000;

  friend bool operator==(const SearchLimits&, const SearchLimits&) = default;
};

/// Solves by the primal simplex method, then branch and bound with dual simplex steps; the same bits on every run.
/// Source: Chvatal (1983), Linear Programming, ch. 3 and 10; Land and Doig (1960), Econometrica 28, 497-520.
/// Accuracy: whole-number entries are exact; gains agree with exact arithmetic to about 1e-9 of the largest gain.
/// Limits: dense tableau, meant for tens of rows; a search cut short reports bound > gain.
IntegerSolution maximise(const IntegerProgram& program, const SearchLimits& limits);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::SearchLimits> {
  static constexpr std::string_view name = "SearchLimits";
  static constexpr auto list =
      std::make_tuple(field("nodes", &margin::SearchLimits::nodes), field("pivots", &margin::SearchLimits::pivots));
};

}  // namespace plimsoll
