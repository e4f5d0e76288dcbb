#include "plimsoll/product/lookback.hpp"

#include "flaw.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Lookback& option) {
  if (auto flaw = flaw_of_level("extremum", option.extremum)) return flaw;
  return flaw_of_option(option.strike, option.expiry);
}

}  // namespace plimsoll
