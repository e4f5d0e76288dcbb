#include "plimsoll/method/vanilla_case.hpp"

#include <algorithm>

namespace plimsoll {

namespace {

bool has_dividends(const VanillaCase& option) noexcept {
  return std::ranges::any_of(option.dividends, [&](const TimedDividend& dividend) {
    return dividend.years > 0.0 && dividend.years <= option.years && dividend.amount > 0.0;
  });
}

}  // namespace

bool is_worth_holding(const VanillaCase& option) noexcept {
  if (has_dividends(option)) return false;
  const double gain = sign(option.type) * option.model.rate;
  const double loss = sign(option.type) * option.model.dividend_yield;
  return gain >= 0.0 && loss <= 0.0;
}

bool has_closed_form(const VanillaCase& option) noexcept {
  if (option.exercise == Exercise::american) return is_worth_holding(option);
  return !has_dividends(option);
}

}  // namespace plimsoll
