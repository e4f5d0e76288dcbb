#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// When a partial-time barrier is watched, and from which side.
enum class BarrierWindow {
  start,          // from today to the cover date, from today's side (type A)
  end_any_side,   // from the cover date to expiry, from whichever side the spot is on then (type B1)
  end_from_side,  // from the cover date to expiry, and a spot beyond the barrier then has touched it (type B2)
};

/// A call or put that begins or ends when the spot touches a barrier while it is watched without a gap. `direction` is
/// the side on which the barrier lies; the type B1 has none.
struct PartialTimeBarrier {
  OptionType type = OptionType::call;
  double strike = 0.0;
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  BarrierWindow window = BarrierWindow::start;
  double barrier = 0.0;
  double cover = 0.0;  // the date at which the window ends or begins, in years
  double expiry = 0.0;

  friend bool operator==(const PartialTimeBarrier&, const PartialTimeBarrier&) = default;
};

template <>
struct Fields<PartialTimeBarrier> {
  static constexpr std::string_view name = "PartialTimeBarrier";
  static constexpr auto list =
      std::make_tuple(field("type", &PartialTimeBarrier::type), field("strike", &PartialTimeBarrier::strike),
                      field("direction", &PartialTimeBarrier::direction), field("knock", &PartialTimeBarrier::knock),
                      field("window", &PartialTimeBarrier::window), field("barrier", &PartialTimeBarrier::barrier),
                      field("cover", &PartialTimeBarrier::cover), field("expiry", &PartialTimeBarrier::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const PartialTimeBarrier& option);

}  // namespace plimsoll
