#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/carried.hpp"
#include "plimsoll/real/real.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// A spot that moves once a day, under the pricing measure: the log return of a day is its carry - h / 2 + sqrt(h) z,
/// and with u = z - risk_premium the variance of the next day is
/// constant + h (persistence + reaction u^2 + leverage u^2 where u < 0). The literature calls the five parameters
/// omega, beta, alpha, gamma and lambda. Variances are of a day, rates of a year. Source: Glosten, Jagannathan & Runkle
/// (1993), J. Finance 48, 1779-1801; Duan (1995), The GARCH option pricing model, Math. Finance 5, 13-32 (the pricing
/// measure).
template <Real R>
struct GjrGarch {
  R spot;
  R rate;
  R dividend_yield;
  R variance;  // of the first day
  R constant;
  R reaction;
  R persistence;
  R leverage;
  R risk_premium;
  double days_per_year = 365.0;

  friend bool operator==(const GjrGarch&, const GjrGarch&) = default;
};

template <Real R>
struct Fields<GjrGarch<R>> {
  static constexpr std::string_view name = "GjrGarch";
  static constexpr auto list = std::make_tuple(
      field("spot", &GjrGarch<R>::spot), field("rate", &GjrGarch<R>::rate),
      field("dividend_yield", &GjrGarch<R>::dividend_yield), field("variance", &GjrGarch<R>::variance),
      field("constant", &GjrGarch<R>::constant), field("reaction", &GjrGarch<R>::reaction),
      field("persistence", &GjrGarch<R>::persistence), field("leverage", &GjrGarch<R>::leverage),
      field("risk_premium", &GjrGarch<R>::risk_premium), field("days_per_year", &GjrGarch<R>::days_per_year));
};

/// What a day multiplies the expected variance by, before the constant is added.
template <Real R>
R variance_growth(const GjrGarch<R>& model) {
  const R& premium = model.risk_premium;
  const R square = 1.0 + premium * premium;
  return model.persistence + model.reaction * square +
         model.leverage * (square * normal_cdf(premium) + premium * normal_pdf(premium));
}

/// The variance that is expected to stay; refused where the growth is not below one, so that there is none.
Result<double> stationary_variance(const GjrGarch<double>& model);

/// The model's days until a time in years.
/// Limits: refuses a time that is not the end of a day, to 1e-6 of one, and more than 3,650 days.
Result<std::int64_t> days_until(double years, const GjrGarch<double>& model);

/// The first parameter that makes no sense, if there is one: a spot or variance that is not above zero, and what could
/// make a variance negative, are refused.
std::optional<Error> find_flaw(const GjrGarch<double>& model);

}  // namespace plimsoll
