#include "plimsoll/product/lookback.hpp"

#include "flaw.hpp"
#include "plimsoll/product/partial_lookback.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Lookback& option) {
  if (auto flaw = flaw_of_level("extremum", option.extremum)) return flaw;
  return flaw_of_option(option.strike, option.expiry);
}

std::optional<Error> find_flaw(const PartialLookback& option) {
  if (option.kind == LookbackStrike::fixed) {
    if (auto flaw = flaw_of_level("strike", option.strike)) return flaw;
  } else {
    if (auto flaw = flaw_of_level("extremum", option.extremum)) return flaw;
    if (auto flaw = flaw_of_level("fraction", option.fraction)) return flaw;
  }
  if (auto flaw = flaw_of_expiry(option.expiry)) return flaw;
  return flaw_of_order("window", option.window, "expiry", option.expiry);
}

}  // namespace plimsoll
