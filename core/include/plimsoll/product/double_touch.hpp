#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// What must be touched for a double touch to pay: neither level or either, paid at expiry; or one of them before the
/// other, paid at that hit.
enum class TouchOrder { neither, either, lower_first, upper_first };

/// Cash that hangs on which of two levels the spot touches before expiry, watched without a gap. A spot that does not
/// lie between the levels has touched one.
struct DoubleTouch {
  TouchOrder order = TouchOrder::neither;
  double cash = 0.0;
  double lower = 0.0;
  double upper = 0.0;
  double expiry = 0.0;

  friend bool operator==(const DoubleTouch&, const DoubleTouch&) = default;
};

template <>
struct Fields<DoubleTouch> {
  static constexpr std::string_view name = "DoubleTouch";
  static constexpr auto list = std::make_tuple(field("order", &DoubleTouch::order), field("cash", &DoubleTouch::cash),
                                               field("lower", &DoubleTouch::lower), field("upper", &DoubleTouch::upper),
                                               field("expiry", &DoubleTouch::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const DoubleTouch& option);

}  // namespace plimsoll
