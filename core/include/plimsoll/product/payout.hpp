#pragma once

#include "plimsoll/product/option_type.hpp"

#include <limits>

namespace plimsoll {

/// What an option that ends in the money pays, per unit: the difference of spot and strike, a fixed amount, or the
/// underlying itself.
enum class Payout { difference, cash, asset };

/// The side of today's spot on which a barrier lies.
enum class BarrierSide { down, up };

/// Whether touching the barrier begins the contract or ends it.
enum class Knock { knock_in, knock_out };

/// A payoff that is linear in the spot between two levels and zero elsewhere: per_asset * spot + per_cash.
struct LinearPayoff {
  double per_asset = 0.0;
  double per_cash = 0.0;
  double low = 0.0;
  double high = std::numeric_limits<double>::infinity();
};

/// The payoff of a call or put at its strike; `cash` is the amount that a cash payout pays.
inline LinearPayoff linear_payoff(OptionType type, Payout payout, double strike, double cash) {
  LinearPayoff payoff;
  (type == OptionType::call ? payoff.low : payoff.high) = strike;
  if (payout == Payout::cash) {
    payoff.per_cash = cash;
  } else if (payout == Payout::asset) {
    payoff.per_asset = 1.0;
  } else {
    payoff.per_asset = sign(type);
    payoff.per_cash = -sign(type) * strike;
  }
  return payoff;
}

}  // namespace plimsoll
