#include "plimsoll/method/fourier/fourier.hpp"

#include "plimsoll/product/european.hpp"

namespace plimsoll {

std::optional<Error> find_flaw(const StrikeLadder& ladder) {
  for (const double strike : ladder.strikes)
    if (auto flaw = find_flaw(European{ladder.type, strike, ladder.expiry})) return flaw;
  return find_flaw(European{ladder.type, 0.0, ladder.expiry});
}

}  // namespace plimsoll
