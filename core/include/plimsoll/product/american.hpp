#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>

namespace plimsoll {

/// The right to buy (call) or sell (put) one unit at the strike on any day up to the expiry, in years from the
/// valuation date.
struct American {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const American&, const American&) = default;
};

template <>
struct Fields<American> {
  static constexpr std::string_view name = "American";
  static constexpr auto list = std::make_tuple(field("type", &American::type), field("strike", &American::strike),
                                               field("expiry", &American::expiry));
};

/// Amount that the holder receives on exercising now, per unit.
template <Real R>
R payoff(const American& option, const R& spot) {
  return max(R(sign(option.type) * (spot - option.strike)), R{0.0});
}

std::optional<Error> find_flaw(const American& option);

}  // namespace plimsoll
