#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <span>
#include <tuple>
#include <vector>

namespace plimsoll {

/// Fixed thresholds of the unconditional expected-shortfall test for 250 days at 2.5 %: about 5 % and 0.01 % of
/// right models fall below. Source: Acerbi and Szekely (2014), Backtesting expected shortfall, sec. 4.
inline constexpr double acerbi_szekely_z2_amber = -0.70;
inline constexpr double acerbi_szekely_z2_red = -1.80;

/// What the statistic is simulated under: standard normal profits, or Student-t profits when the degrees of freedom
/// are finite. The statistic is free of scale, so only the shape matters.
struct Z2Null {
  double tail_probability = 0.025;
  std::int64_t observations = 250;
  double degrees_of_freedom = 0.0;  // 0 stands for the normal distribution
  std::int64_t simulations = 20'000;
  std::uint64_t seed = 1;

  friend bool operator==(const Z2Null&, const Z2Null&) = default;
};

template <>
struct Fields<Z2Null> {
  static constexpr std::string_view name = "Z2Null";
  static constexpr auto list = std::make_tuple(
      field("tail_probability", &Z2Null::tail_probability), field("observations", &Z2Null::observations),
      field("degrees_of_freedom", &Z2Null::degrees_of_freedom), field("simulations", &Z2Null::simulations),
      field("seed", &Z2Null::seed));
};

/// The unconditional expected-shortfall statistic: 0 on average when the model is right, negative when losses beyond
/// value at risk are more or deeper than it says. `profit`, `value_at_risk` and `expected_shortfall` hold one entry
/// a day, the last two positive for a loss; a day counts when its loss exceeds the value at risk.
/// Source: Acerbi and Szekely (2014), eq. 6: Z2 = sum(profit * hit) / (T * tail * ES) + 1.
/// Limits: every expected shortfall above zero.
Result<double> acerbi_szekely_z2(std::span<const double> profit, std::span<const double> value_at_risk,
                                 std::span<const double> expected_shortfall, double tail_probability);

/// Simulated values of the statistic under the null, ascending. Simulation i is drawn from stream i of the seed, so
/// any number of threads gives the same bits.
Result<std::vector<double>> acerbi_szekely_z2_null(const Z2Null& null, int threads);

/// The value that this share of the ascending simulations lies below: a critical value at that significance.
/// Limits: at least 1 / significance simulations.
Result<double> critical_value(std::span<const double> ascending, double significance);

/// Share of the ascending simulations at or below the statistic, counting the statistic itself, so never zero.
/// Source: Davison and Hinkley (1997), Bootstrap methods and their application, eq. 4.11.
Result<double> simulated_p_value(std::span<const double> ascending, double statistic);

}  // namespace plimsoll
