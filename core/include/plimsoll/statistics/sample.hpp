#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// What a sample says about the law that it comes from, each estimate free of bias under the normal law.
struct SampleStatistics {
  std::int64_t count = 0;
  double mean = 0.0;
  double variance = 0.0;  // divided by count - 1
  double deviation = 0.0;
  double skewness = 0.0;         // zero below three values
  double excess_kurtosis = 0.0;  // zero below four values
  double smallest = 0.0;
  double largest = 0.0;

  friend bool operator==(const SampleStatistics&, const SampleStatistics&) = default;
};

template <>
struct Fields<SampleStatistics> {
  static constexpr std::string_view name = "SampleStatistics";
  static constexpr auto list = std::make_tuple(
      field("count", &SampleStatistics::count), field("mean", &SampleStatistics::mean),
      field("variance", &SampleStatistics::variance), field("deviation", &SampleStatistics::deviation),
      field("skewness", &SampleStatistics::skewness), field("excess_kurtosis", &SampleStatistics::excess_kurtosis),
      field("smallest", &SampleStatistics::smallest), field("largest", &SampleStatistics::largest));
};

/// Source: Joanes & Gill (1998), Comparing measures of sample skewness and kurtosis, The Statistician 47, 183-189
/// (G1 and G2), two passes.
/// Limits: refuses fewer than two values and values that are not finite.
Result<SampleStatistics> sample_statistics(std::span<const double> values);

}  // namespace plimsoll
