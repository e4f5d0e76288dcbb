#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"
#include "plimsoll/real/real.hpp"

#include <array>
#include <optional>

namespace plimsoll {

/// The right to buy (call) or sell (put) one unit at the strike on the expiry, in years from the valuation date.
struct European {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const European&, const European&) = default;
};

template <>
struct Fields<European> {
  static constexpr std::string_view name = "European";
  static constexpr auto list = std::make_tuple(field("type", &European::type), field("strike", &European::strike),
                                               field("expiry", &European::expiry));
};

/// Amount that the holder receives at expiry, per unit.
template <Real R>
R payoff(const European& option, const R& spot_at_expiry) {
  return max(R(sign(option.type) * (spot_at_expiry - option.strike)), R{0.0});
}

/// The first term that makes no sense, if there is one. Zero strike and zero expiry are limits, not flaws.
std::optional<Error> find_flaw(const European& option);

}  // namespace plimsoll
