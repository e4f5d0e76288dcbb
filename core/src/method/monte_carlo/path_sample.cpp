#include "plimsoll/method/monte_carlo/path_sample.hpp"

namespace plimsoll {

namespace {

MonteCarloResult from_estimates(const std::array<Estimate, 6>& e) noexcept {
  return {e[0].mean,
          e[0].standard_error,
          {e[1].mean, e[2].mean, e[3].mean, e[4].mean, e[5].mean},
          {e[1].standard_error, e[2].standard_error, e[3].standard_error, e[4].standard_error, e[5].standard_error},
          1.0};
}

}  // namespace

void BlockSums::merge(const BlockSums& other) noexcept {
  for (std::size_t i = 0; i < measures_.size(); ++i) measures_[i].merge(other.measures_[i]);
}

MonteCarloResult BlockSums::result() const noexcept {
  std::array<Estimate, 6> estimates;
  for (std::size_t i = 0; i < measures_.size(); ++i) estimates[i] = plain_estimate(measures_[i]);
  return from_estimates(estimates);
}

MonteCarloResult BlockSums::result(const PricedGreeks& control) const noexcept {
  const Greeks& g = control.greeks;
  const std::array<double, 6> exact{control.price, g.delta, g.gamma, g.vega, g.theta, g.rho};
  std::array<Estimate, 6> estimates;
  for (std::size_t i = 0; i < measures_.size(); ++i) estimates[i] = controlled_estimate(measures_[i], exact[i]);
  MonteCarloResult result = from_estimates(estimates);
  const double plain = plain_estimate(measures_[0]).standard_error;
  if (result.standard_error > 0.0) result.variance_gain = std::pow(plain / result.standard_error, 2);
  return result;
}

}  // namespace plimsoll
