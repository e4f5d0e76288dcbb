#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// A call or put on the first asset that begins or ends when the second touches a barrier before expiry, watched
/// without a gap.
struct TwoAssetBarrier {
  OptionType type = OptionType::call;
  double strike = 0.0;
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double barrier = 0.0;
  double expiry = 0.0;

  friend bool operator==(const TwoAssetBarrier&, const TwoAssetBarrier&) = default;
};

template <>
struct Fields<TwoAssetBarrier> {
  static constexpr std::string_view name = "TwoAssetBarrier";
  static constexpr auto list =
      std::make_tuple(field("type", &TwoAssetBarrier::type), field("strike", &TwoAssetBarrier::strike),
                      field("direction", &TwoAssetBarrier::direction), field("knock", &TwoAssetBarrier::knock),
                      field("barrier", &TwoAssetBarrier::barrier), field("expiry", &TwoAssetBarrier::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const TwoAssetBarrier& option);

}  // namespace plimsoll
