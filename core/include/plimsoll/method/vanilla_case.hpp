#pragma once

#include "plimsoll/method/timed_dividend.hpp"
#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/option_type.hpp"

#include <span>

namespace plimsoll {

/// One European or American option with its market resolved to constants over its life; times in years.
struct VanillaCase {
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  double years = 0.0;
  BlackScholes<double> model{};
  std::span<const TimedDividend> dividends;
};

/// Whether a cash dividend falls in the life of the option.
bool has_cash_dividends(const VanillaCase& option) noexcept;

/// Whether it is never better to exercise before expiry, so that the American option is the European one: no cash
/// dividend falls in its life, and waiting costs neither interest nor yield.
/// Source: Merton (1973), Theory of rational option pricing, theorem 2.
bool is_worth_holding(const VanillaCase& option) noexcept;

/// Where an American option without cash dividends is exercised before expiry: at no spot, on the far side of one
/// boundary, or between two boundaries (a negative rate that the yield lies below, for a put).
/// Source: Battauz, De Donno & Sbuelz (2015), Real options and American derivatives: the double continuation region,
/// Management Science 61, sec. 2.
enum class EarlyExercise { nowhere, beyond_a_boundary, between_boundaries };
EarlyExercise early_exercise(OptionType type, const BlackScholes<double>& model) noexcept;

/// Whether the formula applies: no cash dividends, and European or worth holding to expiry.
bool has_closed_form(const VanillaCase& option) noexcept;

}  // namespace plimsoll
