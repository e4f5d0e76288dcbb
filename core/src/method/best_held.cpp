#include "plimsoll/method/best_held.hpp"

#include "plimsoll/method/closed_form/black_scholes.hpp"

namespace plimsoll {

bool may_be_below_european(const VanillaCase& option, double price, double european_error) noexcept {
  VanillaCase european = option;
  european.exercise = Exercise::european;
  if (!has_closed_form(european)) return true;
  const double formula = black_scholes_price(option.type, option.strike, option.years, option.model);
  return price <= formula + european_error * (option.model.spot + option.strike);
}

}  // namespace plimsoll
