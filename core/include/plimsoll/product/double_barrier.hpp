#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// An option that begins or ends when the spot touches either of two barriers before expiry, monitored without a gap. A
/// spot that does not lie between the barriers has touched one.
struct DoubleBarrier {
  OptionType type = OptionType::call;
  Payout payout = Payout::difference;
  double strike = 0.0;
  double cash = 0.0;  // of a cash payout
  Knock knock = Knock::knock_out;
  double lower = 0.0;
  double upper = 0.0;
  double expiry = 0.0;

  friend bool operator==(const DoubleBarrier&, const DoubleBarrier&) = default;
};

template <>
struct Fields<DoubleBarrier> {
  static constexpr std::string_view name = "DoubleBarrier";
  static constexpr auto list =
      std::make_tuple(field("type", &DoubleBarrier::type), field("payout", &DoubleBarrier::payout),
                      field("strike", &DoubleBarrier::strike), field("cash", &DoubleBarrier::cash),
                      field("knock", &DoubleBarrier::knock), field("lower", &DoubleBarrier::lower),
                      field("upper", &DoubleBarrier::upper), field("expiry", &DoubleBarrier::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const DoubleBarrier& option);

}  // namespace plimsoll
