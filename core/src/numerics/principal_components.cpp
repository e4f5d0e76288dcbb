#include "plimsoll/numerics/principal_components.hpp"

#include "plimsoll/numerics/brownian_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace plimsoll {

Result<PrincipalComponents> PrincipalComponents::of(const Matrix& covariance) {
  auto eigen = symmetric_eigen(covariance);
  if (!eigen) return eigen.error();
  const double least = -1e-12 * std::abs(eigen->values.front());
  for (double& value : eigen->values) {
    if (value < least)
      return Error{ErrorCode::invalid_value, "covariance", "eigenvalue " + text_of(value), "no eigenvalue below zero",
                   "repair the matrix, for instance to the nearest correlation matrix"};
    value = std::max(value, 0.0);
  }
  Matrix factor = std::move(eigen->vectors);
  for (std::size_t i = 0; i < factor.rows(); ++i)
    for (std::size_t k = 0; k < factor.columns(); ++k) factor(i, k) *= std::sqrt(eigen->values[k]);
  return PrincipalComponents(std::move(eigen->values), std::move(factor));
}

Result<PrincipalComponents> PrincipalComponents::of_brownian_motion(std::span<const double> times) {
  if (const auto checked = BrownianBridge::on(times); !checked) return checked.error();
  Matrix covariance(times.size(), times.size());
  for (std::size_t i = 0; i < times.size(); ++i)
    for (std::size_t j = 0; j < times.size(); ++j) covariance(i, j) = times[std::min(i, j)];
  return of(covariance);
}

void PrincipalComponents::build(std::span<const double> normals, std::span<double> numbers) const noexcept {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto row = factor_.row(i);
    numbers[i] = std::inner_product(row.begin(), row.end(), normals.begin(), 0.0);
  }
}

std::size_t PrincipalComponents::effective_dimension(double share) const noexcept {
  const double wanted = share * std::accumulate(variances_.begin(), variances_.end(), 0.0);
  double carried = 0.0;
  std::size_t count = 0;
  while (count < size() && carried < wanted) carried += variances_[count++];
  return count;
}

}  // namespace plimsoll
