#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// A log-normal spot whose rate, continuous dividend yield and volatility are constant over the life of the product.
/// Source: Black & Scholes (1973); Merton (1973) for the yield.
template <Real R>
struct BlackScholes {
  R spot;
  R rate;
  R dividend_yield;
  R volatility;

  friend bool operator==(const BlackScholes&, const BlackScholes&) = default;
};

template <Real R>
struct Fields<BlackScholes<R>> {
  static constexpr std::string_view name = "BlackScholes";
  static constexpr auto list = std::make_tuple(
      field("spot", &BlackScholes<R>::spot), field("rate", &BlackScholes<R>::rate),
      field("dividend_yield", &BlackScholes<R>::dividend_yield), field("volatility", &BlackScholes<R>::volatility));
};

/// The first parameter that makes no sense, if there is one. Zero spot and zero volatility are limits, not flaws.
std::optional<Error> find_flaw(const BlackScholes<double>& model);

/// Value today of one unit paid after `years`, which may differ from lane to lane.
template <Real R>
R discount_factor(const BlackScholes<R>& model, const Passive<R>& years) {
  return exp(model.rate * -years);
}

/// Value today of one share delivered after `years`, its dividends kept by the seller.
template <Real R>
R prepaid_forward(const BlackScholes<R>& model, const Passive<R>& years) {
  return model.spot * exp(model.dividend_yield * -years);
}

/// Expected spot after `years` under the pricing measure.
template <Real R>
R forward(const BlackScholes<R>& model, double years) {
  return model.spot * exp((model.rate - model.dividend_yield) * years);
}

/// Spot on each date, in years ascending and after `elapsed`, from one normal draw a date: exact steps, so no bias of
/// discretisation. `elapsed` is the time since the valuation date: zero, but a variable when theta is wanted.
/// Source: Glasserman (2003), Monte Carlo Methods in Financial Engineering, sec. 3.2.
template <Real R>
void simulate(const BlackScholes<R>& model, const R& elapsed, std::span<const double> dates,
              std::span<const Passive<R>> normals, std::span<R> path) {
  const R drift = model.rate - model.dividend_yield - 0.5 * model.volatility * model.volatility;
  R spot = model.spot;
  R now = elapsed;
  for (std::size_t i = 0; i < dates.size(); ++i) {
    const R step = dates[i] - now;
    spot *= exp(drift * step + model.volatility * sqrt(step) * normals[i]);
    path[i] = spot;
    now = R{dates[i]};
  }
}

}  // namespace plimsoll
