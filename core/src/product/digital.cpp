#include "plimsoll/product/digital.hpp"

#include "flaw.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Digital& option) {
  if (auto flaw = flaw_of_amount("cash", option.cash, "give the amount paid, >= 0")) return flaw;
  if (auto flaw = flaw_of_amount("paid_strike", option.paid_strike, "give the strike that is paid, >= 0")) return flaw;
  return flaw_of_option(option.strike, option.expiry);
}

}  // namespace plimsoll
