#pragma once

#include "plimsoll/product/option_type.hpp"

#include <cstdint>
#include <span>

namespace plimsoll::margin {

/// Option contracts of one series inside a group; the quantity is signed, + for the holder.
struct PayoffLeg {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double units = 0.0;  ///< signed contracts x multiplier
};

/// The greatest loss and the underlying price at which it arises.
struct MaximumLoss {
  double loss = 0.0;
  double at_price = 0.0;
};

/// Greatest loss in dollars of the netted intrinsic values over the exercise prices of the legs, never below 0.
/// Source: FINRA Regulatory Notice 12-44 (2012), amending 4210(f)(2)(H).
/// Limits: exact over all prices only when calls and puts each balance; then the payoff is flat beyond the strikes.
MaximumLoss maximum_loss(std::span<const PayoffLeg> legs) noexcept;

}  // namespace plimsoll::margin
