#include "plimsoll/statistics/sample.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace plimsoll {

Result<SampleStatistics> sample_statistics(std::span<const double> values) {
  const auto flaw = [](std::string value) {
    return Error{ErrorCode::invalid_value, "values", std::move(value), "at least two finite numbers",
                 "leave out what is missing"};
  };
  if (values.size() < 2) return flaw(std::to_string(values.size()) + " values");
  const double n = static_cast<double>(values.size());
  SampleStatistics s;
  s.count = static_cast<std::int64_t>(values.size());
  for (const double value : values) {
    if (!std::isfinite(value)) return flaw(text_of(value));
    s.mean += value / n;
  }
  double second = 0.0;
  double third = 0.0;
  double fourth = 0.0;
  for (const double value : values) {
    const double distance = value - s.mean;
    const double square = distance * distance;
    second += square;
    third += square * distance;
    fourth += square * square;
  }
  s.variance = second / (n - 1.0);
  s.deviation = std::sqrt(s.variance);
  s.smallest = *std::ranges::min_element(values);
  s.largest = *std::ranges::max_element(values);
  if (second == 0.0) return s;
  if (n >= 3.0) s.skewness = n / ((n - 1.0) * (n - 2.0)) * third / (s.variance * s.deviation);
  if (n >= 4.0)
    s.excess_kurtosis = (n + 1.0) * n / ((n - 1.0) * (n - 2.0) * (n - 3.0)) * fourth / (s.variance * s.variance) -
                        3.0 * (n - 1.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0));
  return s;
}

}  // namespace plimsoll
