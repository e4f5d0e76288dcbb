#pragma once

#include "plimsoll/method/greeks.hpp"
#include "plimsoll/method/grid_greeks.hpp"
#include "plimsoll/method/vanilla_case.hpp"

#include <algorithm>

namespace plimsoll {

/// Sensitivities of `price(option)` by central differences: 0.1 % of the spot for delta and gamma, 0.1 % of the time to
/// expiry for theta, and those of `bumped_vega` and `bumped_rho`.
/// Accuracy: those of an approximation are those of its price, not of the exact one; truncation 1e-6 relative where the
/// price is smooth. Across the critical spot of an approximation its second derivative jumps, and gamma is a mean.
template <class Price>
Greeks bumped_greeks(const VanillaCase& option, const Price& price) {
  constexpr double share = 1e-3;
  const auto at_spot = [&](double spot) {
    VanillaCase moved = option;
    moved.model.spot = spot;
    return price(moved);
  };
  const auto at_years = [&](double years) {
    VanillaCase moved = option;
    moved.years = years;
    return price(moved);
  };
  const auto in_model = [&](const BlackScholes<double>& model) {
    VanillaCase moved = option;
    moved.model = model;
    return price(moved);
  };
  const double step = share * option.model.spot;
  const double day = share * option.years;
  const double up = at_spot(option.model.spot + step);
  const double down = at_spot(option.model.spot - step);
  const double width = step > 0.0 ? step : 1.0;
  Greeks greeks;
  greeks.delta = (up - down) / (2.0 * width);
  greeks.gamma = (up - 2.0 * price(option) + down) / (width * width);
  greeks.theta = day > 0.0 ? (at_years(option.years - day) - at_years(option.years + day)) / (2.0 * day) : 0.0;
  greeks.vega = bumped_vega(option.model, in_model);
  greeks.rho = bumped_rho(option.model, in_model);
  return greeks;
}

}  // namespace plimsoll
