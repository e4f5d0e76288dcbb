#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// When a touch pays.
enum class Settlement { at_hit, at_expiry };

/// Pays a fixed amount or the underlying if the spot touches the level before expiry (`Knock::knock_in`, one-touch), or
/// at expiry if it never does (`Knock::knock_out`, no-touch). Monitored without a gap. A spot that lies at the level or
/// beyond it has touched it.
struct Touch {
  Payout payout = Payout::cash;
  double cash = 1.0;
  BarrierSide direction = BarrierSide::up;
  Knock knock = Knock::knock_in;
  Settlement settlement = Settlement::at_expiry;
  double level = 0.0;
  double expiry = 0.0;

  friend bool operator==(const Touch&, const Touch&) = default;
};

template <>
struct Fields<Touch> {
  static constexpr std::string_view name = "Touch";
  static constexpr auto list = std::make_tuple(field("payout", &Touch::payout), field("cash", &Touch::cash),
                                               field("direction", &Touch::direction), field("knock", &Touch::knock),
                                               field("settlement", &Touch::settlement), field("level", &Touch::level),
                                               field("expiry", &Touch::expiry));
};

/// The first term that makes no sense, if there is one: a touch pays cash or the asset, and a no-touch at expiry.
std::optional<Error> find_flaw(const Touch& option);

}  // namespace plimsoll
