#include "plimsoll/product/touch.hpp"

#include "flaw.hpp"
#include "plimsoll/product/double_touch.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Touch& option) {
  if (option.payout == Payout::difference)
    return Error{ErrorCode::invalid_value, "payout", "difference", "cash, asset", "say what the touch pays"};
  if (option.knock == Knock::knock_out && option.settlement == Settlement::at_hit)
    return Error{ErrorCode::invalid_value, "settlement", "at_hit", "at_expiry for a no-touch",
                 "a level that is never touched has no time of its hit"};
  if (auto flaw = flaw_of_amount("cash", option.cash, "give the amount paid, >= 0")) return flaw;
  if (auto flaw = flaw_of_level("level", option.level)) return flaw;
  return flaw_of_expiry(option.expiry);
}

std::optional<Error> find_flaw(const DoubleTouch& option) {
  if (auto flaw = flaw_of_range(option.lower, option.upper, false)) return flaw;
  if (auto flaw = flaw_of_amount("cash", option.cash, "give the amount paid, >= 0")) return flaw;
  return flaw_of_expiry(option.expiry);
}

}  // namespace plimsoll
