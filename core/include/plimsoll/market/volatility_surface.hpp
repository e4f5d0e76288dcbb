#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

namespace plimsoll {

/// Black-Scholes volatility by strike and time, as a plain parametric surface.
/// atm * clamp(1 + skew * log(K / F) / sqrt(max(T, 1/12)), 1/2, 2): flat when the skew is zero; a negative skew lifts
/// low strikes. Limits: a working assumption for books without option quotes; not free of arbitrage for large skews.
class VolatilitySurface {
 public:
  static Result<VolatilitySurface> flat(double volatility);
  static Result<VolatilitySurface> skewed(double atm, double skew);

  /// Annualised volatility for a strike and forward in the same unit and a time in years. At zero strike or forward the
  /// bound that the skew leads to.
  [[nodiscard]] double volatility(double strike, double forward, double years) const noexcept;

  /// The same surface with the at-the-money level moved by `change`, not below zero.
  [[nodiscard]] VolatilitySurface shifted(double change) const noexcept;

  [[nodiscard]] double atm() const noexcept { return atm_; }
  [[nodiscard]] double skew() const noexcept { return skew_; }

  friend bool operator==(const VolatilitySurface&, const VolatilitySurface&) = default;

 private:
  friend struct Fields<VolatilitySurface>;
  VolatilitySurface(double atm, double skew) noexcept : atm_(atm), skew_(skew) {}
  double atm_;
  double skew_;
};

template <>
struct Fields<VolatilitySurface> {
  static constexpr std::string_view name = "VolatilitySurface";
  static constexpr auto list =
      std::make_tuple(field("atm", &VolatilitySurface::atm_), field("skew", &VolatilitySurface::skew_));
};

}  // namespace plimsoll
