#include "plimsoll/market/volatility_surface.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

Result<VolatilitySurface> VolatilitySurface::flat(double volatility) { return skewed(volatility, 0.0); }

Result<VolatilitySurface> VolatilitySurface::skewed(double atm, double skew) {
  if (!(atm >= 0.0 && std::isfinite(atm)))
    return Error{ErrorCode::invalid_value, "volatility", text_of(atm), "a finite number >= 0",
                 "give the annualised volatility as a decimal, 0.2 for 20 %"};
  if (!std::isfinite(skew))
    return Error{ErrorCode::invalid_value, "skew", text_of(skew), "a finite number",
                 "give the slope of relative volatility in log-moneyness over the square root of time, 0 for none"};
  return VolatilitySurface{atm, skew};
}

double VolatilitySurface::volatility(double strike, double forward, double years) const noexcept {
  constexpr double one_month = 1.0 / 12.0;
  constexpr double lowest = 0.5;
  constexpr double highest = 2.0;
  if (skew_ == 0.0) return atm_;
  if (strike == forward) return atm_;  // also when both are zero, where the logarithm has no value
  const double slope = skew_ / std::sqrt(std::max(years, one_month));
  if (slope == 0.0) return atm_;  // too small for a double, where an infinite logarithm would make it no number
  return atm_ * std::clamp(1.0 + slope * std::log(strike / forward), lowest, highest);
}

VolatilitySurface VolatilitySurface::shifted(double change) const noexcept {
  return VolatilitySurface{std::max(atm_ + change, 0.0), skew_};
}

}  // namespace plimsoll
