#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/real/real.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// A log-normal spot whose rate, dividend yield and volatility are constant between pillars. The values of a pillar
/// hold from the pillar before up to it, those of the last one for ever. Pillars are in years, ascending. Source:
/// Merton (1973), Theory of rational option pricing, sec. 6, for parameters that are known functions of time.
template <Real R>
struct TermStructureBlackScholes {
  R spot;
  std::vector<double> pillars;
  std::vector<R> rates, dividend_yields, volatilities;

  friend bool operator==(const TermStructureBlackScholes&, const TermStructureBlackScholes&) = default;
};

template <Real R>
struct Fields<TermStructureBlackScholes<R>> {
  using Model = TermStructureBlackScholes<R>;
  static constexpr std::string_view name = "TermStructureBlackScholes";
  static constexpr auto list =
      std::make_tuple(field("spot", &Model::spot), field("pillars", &Model::pillars), field("rates", &Model::rates),
                      field("dividend_yields", &Model::dividend_yields), field("volatilities", &Model::volatilities));
};

/// The first parameter that makes no sense, if there is one.
std::optional<Error> find_flaw(const TermStructureBlackScholes<double>& model);

/// Years between two times in which the values of a pillar hold.
inline double years_under(std::span<const double> pillars, std::size_t pillar, double from, double to) noexcept {
  const double begin = pillar == 0 ? from : std::max(from, pillars[pillar - 1]);
  const double end = pillar + 1 == pillars.size() ? to : std::min(to, pillars[pillar]);
  return std::max(end - begin, 0.0);
}

/// What the log of the spot gains for certain in a step, and the standard deviation of the rest.
template <Real R>
struct LogStep {
  R drift, deviation;
};

/// The exact step between two times. `elapsed` is the time since the valuation date: zero, but a variable when theta is
/// wanted; it shortens the step that starts today.
/// Limits: the step has a length, and some volatility.
template <Real R>
LogStep<R> log_step(const TermStructureBlackScholes<R>& model, double from, double to, const R& elapsed) {
  R drift{0.0};
  R variance{0.0};
  for (std::size_t j = 0; j < model.pillars.size(); ++j) {
    const double passive_years = years_under(model.pillars, j, from, to);
    if (passive_years == 0.0) continue;
    const R years = from == 0.0 && j == 0 ? R(passive_years - elapsed) : R{passive_years};
    const R part = years * model.volatilities[j] * model.volatilities[j];
    drift = drift + years * (model.rates[j] - model.dividend_yields[j]) - 0.5 * part;
    variance = variance + part;
  }
  return {drift, sqrt(variance)};
}

/// Value today of one unit paid after `years`.
template <Real R>
R discount_factor(const TermStructureBlackScholes<R>& model, double years, const R& elapsed) {
  R total{0.0};
  for (std::size_t j = 0; j < model.pillars.size(); ++j) {
    const double passive_years = years_under(model.pillars, j, 0.0, years);
    if (passive_years == 0.0) continue;
    total = total + model.rates[j] * (j == 0 ? R(passive_years - elapsed) : R{passive_years});
  }
  return exp(-total);
}

}  // namespace plimsoll
