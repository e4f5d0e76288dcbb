#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// What is left of a trade whose payoff no longer depends on chance: an amount of cash, or a number of units of the
/// underlying, that is paid in `expiry` years from the valuation date. An amount of zero is a trade that is over.
struct Payment {
  Payout payout = Payout::cash;
  double amount = 0.0;
  double expiry = 0.0;

  friend bool operator==(const Payment&, const Payment&) = default;
};

template <>
struct Fields<Payment> {
  static constexpr std::string_view name = "Payment";
  static constexpr auto list = std::make_tuple(field("payout", &Payment::payout), field("amount", &Payment::amount),
                                               field("expiry", &Payment::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Payment& payment);

}  // namespace plimsoll
