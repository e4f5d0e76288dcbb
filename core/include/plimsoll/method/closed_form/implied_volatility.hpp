#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace plimsoll {

/// A price of a European option with what it is quoted on.
struct QuotedOption {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double years = 0.0;
  double forward = 0.0;
  double discount = 1.0;
  double price = 0.0;
};

/// The volatility for which Black's formula gives the price; zero for a price that is the payoff of the forward.
/// Source: Halley's steps on the logarithm of the time value, from its limits at small and at large volatility, or on
/// that of what is left to the upper bound; the aim of Jaeckel (2015), Let's be rational, Wilmott; the method is ours.
/// Accuracy: what the price determines: a relative change of the price by one rounding, or of the time value that is
/// left after the payoff where the option is in the money, moves the volatility by more than the method errs.
/// Limits: refuses a price below the payoff of the forward or not below the forward (call) or the strike (put), terms
/// that are not above zero, and what is not finite.
Result<double> implied_volatility(const QuotedOption& quote);

/// The volatility for which Bachelier's formula gives the price; forward and strike may have any sign.
/// Source: the same on the logarithm of the time value over the distance of the strike; Choi, Kim & Kwak (2009) for the
/// problem. Accuracy: as `implied_volatility`. Limits: refuses a price below the payoff of the forward.
Result<double> implied_normal_volatility(const QuotedOption& quote);

/// How the inversion of one row of a table ended.
enum class ImpliedEnd : std::uint8_t { found, below_payoff, above_bound, invalid };

/// Columns of equal length; `volatilities` of rows that are not `found` are NaN.
struct QuotedColumns {
  std::span<const std::uint8_t> types;  // 0 call, 1 put
  std::span<const double> strikes;
  std::span<const double> years;
  std::span<const double> forwards;
  std::span<const double> discounts;
  std::span<const double> prices;
};

/// Inverts every row; a bad row spoils no other.
void implied_volatilities(const QuotedColumns& quotes, bool normal, std::span<double> volatilities,
                          std::span<std::uint8_t> ends) noexcept;

/// Black's price of the option out of the money, over the root of forward times strike, by the distance of their
/// logarithms and the deviation: relative to 1e-14 however small it is.
double black_time_value(double log_distance, double deviation) noexcept;

}  // namespace plimsoll
