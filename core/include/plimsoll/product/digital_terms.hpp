#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/barrier_state.hpp"
#include "plimsoll/product/digital.hpp"
#include "plimsoll/product/double_touch.hpp"
#include "plimsoll/product/touch.hpp"

#include <optional>
#include <string>

namespace plimsoll {

/// A digital or gap option as traded; the terms are those of Digital, by underlying and calendar date.
struct DigitalTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  Payout payout = Payout::cash;
  double strike = 0.0;
  double amount = 0.0;       // of a cash payout
  double paid_strike = 0.0;  // of a difference
  Date expiry;

  friend bool operator==(const DigitalTerms&, const DigitalTerms&) = default;
};

/// A one-touch or no-touch as traded; the terms are those of Touch. A touched level has the state `knocked` and its
/// day.
struct TouchTerms {
  std::string underlying;
  Payout payout = Payout::cash;
  double amount = 0.0;  // of a cash payout
  BarrierSide direction = BarrierSide::up;
  Knock knock = Knock::knock_in;
  Settlement settlement = Settlement::at_expiry;
  double level = 0.0;
  Date expiry;
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;

  friend bool operator==(const TouchTerms&, const TouchTerms&) = default;
};

/// Cash that is paid at expiry if the spot touches either of two levels (knock-in, a double one-touch) or neither
/// (knock-out, a double no-touch), as traded. A touched level has the state `knocked` and its day.
struct DoubleTouchTerms {
  std::string underlying;
  double amount = 0.0;
  Knock knock = Knock::knock_in;
  double lower = 0.0;
  double upper = 0.0;
  Date expiry;
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;

  friend bool operator==(const DoubleTouchTerms&, const DoubleTouchTerms&) = default;
};

template <>
struct Fields<DigitalTerms> {
  static constexpr std::string_view name = "DigitalTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &DigitalTerms::underlying), field("type", &DigitalTerms::type),
                      field("payout", &DigitalTerms::payout), field("strike", &DigitalTerms::strike),
                      field("amount", &DigitalTerms::amount), field("paid_strike", &DigitalTerms::paid_strike),
                      field("expiry", &DigitalTerms::expiry));
};

template <>
struct Fields<TouchTerms> {
  static constexpr std::string_view name = "TouchTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &TouchTerms::underlying), field("payout", &TouchTerms::payout),
                      field("amount", &TouchTerms::amount), field("direction", &TouchTerms::direction),
                      field("knock", &TouchTerms::knock), field("settlement", &TouchTerms::settlement),
                      field("level", &TouchTerms::level), field("expiry", &TouchTerms::expiry),
                      field("state", &TouchTerms::state), field("knocked_on", &TouchTerms::knocked_on));
};

template <>
struct Fields<DoubleTouchTerms> {
  static constexpr std::string_view name = "DoubleTouchTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &DoubleTouchTerms::underlying), field("amount", &DoubleTouchTerms::amount),
                      field("knock", &DoubleTouchTerms::knock), field("lower", &DoubleTouchTerms::lower),
                      field("upper", &DoubleTouchTerms::upper), field("expiry", &DoubleTouchTerms::expiry),
                      field("state", &DoubleTouchTerms::state), field("knocked_on", &DoubleTouchTerms::knocked_on));
};

}  // namespace plimsoll
