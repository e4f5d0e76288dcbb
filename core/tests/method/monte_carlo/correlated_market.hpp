#pragma once

#include "plimsoll/model/correlated_black_scholes.hpp"

#include <cstddef>
#include <vector>

namespace plimsoll::testing {

/// Assets that are alike but for their volatilities, each pair correlated alike.
inline CorrelatedBlackScholes<double> alike(double spot, double rate, double yield, std::vector<double> volatilities,
                                            double correlation) {
  const std::size_t n = volatilities.size();
  std::vector<double> matrix(n * n, correlation);
  for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] = 1.0;
  return {std::vector<double>(n, spot), rate, std::vector<double>(n, yield), std::move(volatilities),
          std::move(matrix)};
}

}  // namespace plimsoll::testing
