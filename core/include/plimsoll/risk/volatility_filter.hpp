#pragma once

#include "plimsoll/base/result.hpp"

#include <span>
#include <vector>

namespace plimsoll {

/// Logarithms of the ratio of each close to the one before: one fewer than closes.
Result<std::vector<double>> log_returns(std::span<const double> closes);

/// Root of the mean square of the returns: what a volatility filter starts from. Returns that it was made of are not to
/// be forecast by the filter, or the forecast would have seen them.
Result<double> seed_volatility(std::span<const double> returns);

/// Exponentially weighted volatility per period: entry i is the forecast for return i from the returns before it, the
/// last entry the forecast for the return after all. One more entry than returns; the first is `initial`.
/// v[i+1]^2 = decay * v[i]^2 + (1 - decay) * r[i]^2.
/// Source: RiskMetrics (1996), Technical document, eq. 5.3.
Result<std::vector<double>> ewma_volatility(std::span<const double> returns, double decay, double initial);

/// One step of the same filter.
double next_ewma_volatility(double volatility, double value, double decay) noexcept;

/// Past returns as they would have been at another volatility: each divided by its own forecast, times `current`.
/// Source: Barone-Adesi, Giannopoulos and Vosper (1999), VaR without correlations for portfolios of derivative
/// securities, eq. 4, without resampling: the window's returns are the scenarios.
Result<std::vector<double>> filtered_returns(std::span<const double> returns, std::span<const double> volatility,
                                             double current);

}  // namespace plimsoll
