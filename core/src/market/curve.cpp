#include "plimsoll/market/curve.hpp"

#include <algorithm>
#include <cmath>

namespace plimsoll {

namespace {

constexpr double largest_rate = 1e300;  // so that the difference of two rates is a number

}  // namespace

Result<Curve> Curve::flat(double rate) { return from_zero_rates({0.0}, {rate}); }

Result<Curve> Curve::from_zero_rates(std::vector<double> years, std::vector<double> rates) {
  if (years.empty() || years.size() != rates.size())
    return Error{ErrorCode::invalid_value, "years",
                 std::to_string(years.size()) + " times and " + std::to_string(rates.size()) + " rates",
                 "as many times as rates, at least one", "give one zero rate for each time"};
  for (std::size_t i = 0; i < years.size(); ++i) {
    if (!(std::fabs(rates[i]) <= largest_rate))
      return Error{ErrorCode::invalid_value, "rates", text_of(rates[i]), "finite numbers within +-1e300",
                   "give continuously compounded rates as decimals, 0.03 for 3 %"};
    const double least = i == 0 ? 0.0 : std::nextafter(years[i - 1], HUGE_VAL);
    if (!(years[i] >= least && std::isfinite(years[i])))
      return Error{ErrorCode::invalid_value, "years", text_of(years[i]), "finite times >= 0, strictly rising",
                   "sort the pillars and remove double ones"};
  }
  return Curve{std::move(years), std::move(rates)};
}

double Curve::zero_rate(double years) const noexcept {
  const auto after = std::ranges::upper_bound(years_, years);
  if (after == years_.begin()) return rates_.front();
  if (after == years_.end()) return rates_.back();
  const auto i = static_cast<std::size_t>(after - years_.begin());
  const double weight = (years - years_[i - 1]) / (years_[i] - years_[i - 1]);
  return rates_[i - 1] + weight * (rates_[i] - rates_[i - 1]);
}

double Curve::discount_factor(double years) const noexcept { return std::exp(-zero_rate(years) * years); }

Curve Curve::shifted(double change) const {
  Curve moved = *this;
  for (double& rate : moved.rates_) rate += change;
  return moved;
}

}  // namespace plimsoll
