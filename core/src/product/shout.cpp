#include "plimsoll/product/shout.hpp"

#include "flaw.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const Shout& option) { return flaw_of_option(option.strike, option.expiry); }

}  // namespace plimsoll
