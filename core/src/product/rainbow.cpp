#include "plimsoll/product/rainbow.hpp"

#include "flaw.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Rainbow& option) {
  if (auto flaw = flaw_of_amount("quantity_one", option.quantity_one, "give the units of the first asset, >= 0"))
    return flaw;
  if (auto flaw = flaw_of_amount("quantity_two", option.quantity_two, "give the units of the second asset, >= 0"))
    return flaw;
  if (option.exercise_dates < 0 || option.exercise_dates > 1000)
    return Error{ErrorCode::invalid_value, "exercise_dates", std::to_string(option.exercise_dates),
                 "an integer from 0 (at any time) to 1000", "count the dates up to expiry, expiry among them"};
  return flaw_of_option(option.strike, option.expiry);
}

}  // namespace plimsoll
