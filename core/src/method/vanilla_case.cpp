#include "plimsoll/method/vanilla_case.hpp"

#include <algorithm>

namespace plimsoll {

bool has_cash_dividends(const VanillaCase& option) noexcept {
  return std::ranges::any_of(option.dividends, [&](const TimedDividend& dividend) {
    return dividend.years > 0.0 && dividend.years <= option.years && dividend.amount > 0.0;
  });
}

bool is_worth_holding(const VanillaCase& option) noexcept {
  if (has_cash_dividends(option)) return false;
  const double gain = sign(option.type) * option.model.rate;
  const double loss = sign(option.type) * option.model.dividend_yield;
  return gain >= 0.0 && loss <= 0.0;
}

EarlyExercise early_exercise(OptionType type, const BlackScholes<double>& model) noexcept {
  const bool is_put = type == OptionType::put;
  const double rate = is_put ? model.rate : model.dividend_yield;
  const double yield = is_put ? model.dividend_yield : model.rate;
  if (rate <= 0.0 && yield >= rate) return EarlyExercise::nowhere;
  return rate < 0.0 ? EarlyExercise::between_boundaries : EarlyExercise::beyond_a_boundary;
}

bool has_closed_form(const VanillaCase& option) noexcept {
  if (option.exercise == Exercise::american) return is_worth_holding(option);
  return !has_cash_dividends(option);
}

}  // namespace plimsoll
