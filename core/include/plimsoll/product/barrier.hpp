#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// An option that begins (`Knock::knock_in`) or ends (`Knock::knock_out`) when the spot touches one barrier before
/// expiry, monitored without a gap. The rebate is paid when a knock-out is knocked out, and at expiry if a knock-in
/// never began. A spot that lies at the barrier or beyond it has touched it.
struct Barrier {
  OptionType type = OptionType::call;
  Payout payout = Payout::difference;
  double strike = 0.0;
  double cash = 0.0;  // of a cash payout
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double barrier = 0.0;
  double rebate = 0.0;
  double expiry = 0.0;

  friend bool operator==(const Barrier&, const Barrier&) = default;
};

template <>
struct Fields<Barrier> {
  static constexpr std::string_view name = "Barrier";
  static constexpr auto list = std::make_tuple(
      field("type", &Barrier::type), field("payout", &Barrier::payout), field("strike", &Barrier::strike),
      field("cash", &Barrier::cash), field("direction", &Barrier::direction), field("knock", &Barrier::knock),
      field("barrier", &Barrier::barrier), field("rebate", &Barrier::rebate), field("expiry", &Barrier::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Barrier& option);

}  // namespace plimsoll
