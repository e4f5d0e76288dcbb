#include "plimsoll/risk/volatility_filter.hpp"

#include "plimsoll/statistics/check.hpp"

#include <cmath>

namespace plimsoll {

Result<std::vector<double>> log_returns(std::span<const double> closes) {
  if (auto flaw = check::at_least(closes.size(), 2, "closes")) return *flaw;
  for (std::size_t i = 0; i < closes.size(); ++i)
    if (auto flaw = check::positive(closes[i], "closes")) {
      flaw->field += "[" + std::to_string(i) + "]";
      return *flaw;
    }
  std::vector<double> returns(closes.size() - 1);
  for (std::size_t i = 0; i < returns.size(); ++i) returns[i] = std::log(closes[i + 1] / closes[i]);
  return returns;
}

Result<double> seed_volatility(std::span<const double> returns) {
  if (auto flaw = check::at_least(returns.size(), 1, "returns")) return *flaw;
  if (auto flaw = check::finite(returns, "returns")) return *flaw;
  double square = 0.0;
  for (const double value : returns) square += value * value;
  const double volatility = std::sqrt(square / static_cast<double>(returns.size()));
  if (auto flaw = check::refuse_unless(volatility > 0.0, "returns", "all zero", "returns that are not all zero",
                                       "a filter cannot start from no movement; seed it from another span"))
    return *flaw;
  return volatility;
}

double next_ewma_volatility(double volatility, double value, double decay) noexcept {
  return std::sqrt(decay * volatility * volatility + (1.0 - decay) * value * value);
}

Result<std::vector<double>> ewma_volatility(std::span<const double> returns, double decay, double initial) {
  if (auto flaw = check::open_probability(decay, "decay")) return *flaw;
  if (auto flaw = check::positive(initial, "initial")) return *flaw;
  if (auto flaw = check::finite(returns, "returns")) return *flaw;
  std::vector<double> volatility;
  volatility.reserve(returns.size() + 1);
  volatility.push_back(initial);
  for (const double value : returns) volatility.push_back(next_ewma_volatility(volatility.back(), value, decay));
  return volatility;
}

Result<std::vector<double>> filtered_returns(std::span<const double> returns, std::span<const double> volatility,
                                             double current) {
  if (auto flaw = check::sized(volatility.size(), returns.size(), "volatility")) return *flaw;
  if (auto flaw = check::positive(current, "current")) return *flaw;
  if (auto flaw = check::finite(returns, "returns")) return *flaw;
  std::vector<double> filtered(returns.size());
  for (std::size_t i = 0; i < returns.size(); ++i) {
    if (auto flaw = check::positive(volatility[i], "volatility")) {
      flaw->field += "[" + std::to_string(i) + "]";
      return *flaw;
    }
    filtered[i] = returns[i] / volatility[i] * current;
  }
  return filtered;
}

}  // namespace plimsoll
