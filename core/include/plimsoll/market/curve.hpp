#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <vector>

namespace plimsoll {

/// Continuously compounded zero rates by time in years: linear between pillars, flat before the first and after the
/// last. The same shape serves interest rates, dividend yields and borrow costs.
class Curve {
 public:
  /// One rate for every time.
  static Result<Curve> flat(double rate);

  /// Refuses rates that are not finite or beyond +-1e300, an empty or unequal list, and times that do not rise from
  /// zero or later.
  static Result<Curve> from_zero_rates(std::vector<double> years, std::vector<double> rates);

  /// Zero rate to a time >= 0.
  [[nodiscard]] double zero_rate(double years) const noexcept;

  /// Value today of one unit paid at the time; exactly 1 at time zero.
  [[nodiscard]] double discount_factor(double years) const noexcept;

  /// The same curve with every rate moved by `change`.
  [[nodiscard]] Curve shifted(double change) const;

  [[nodiscard]] const std::vector<double>& years() const noexcept { return years_; }
  [[nodiscard]] const std::vector<double>& rates() const noexcept { return rates_; }

  friend bool operator==(const Curve&, const Curve&) = default;

 private:
  friend struct Fields<Curve>;
  Curve(std::vector<double> years, std::vector<double> rates) : years_(std::move(years)), rates_(std::move(rates)) {}
  std::vector<double> years_;
  std::vector<double> rates_;
};

template <>
struct Fields<Curve> {
  static constexpr std::string_view name = "Curve";
  static constexpr auto list = std::make_tuple(field("years", &Curve::years_), field("rates", &Curve::rates_));
};

}  // namespace plimsoll
