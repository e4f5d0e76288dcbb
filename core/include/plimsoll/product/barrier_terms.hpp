#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/barrier_state.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/partial_time_barrier.hpp"
#include "plimsoll/product/soft_barrier.hpp"

#include <optional>
#include <string>

namespace plimsoll {

/// An option with one barrier as traded; the terms are those of Barrier, by underlying and calendar date. A barrier
/// that has been touched has the state `knocked` and the day of its touch.
struct BarrierTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  Payout payout = Payout::difference;
  double strike = 0.0;
  double amount = 0.0;  // of a cash payout
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double barrier = 0.0;
  double rebate = 0.0;
  Date expiry;
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;

  friend bool operator==(const BarrierTerms&, const BarrierTerms&) = default;
};

/// An option between two barriers as traded; the terms are those of DoubleBarrier.
struct DoubleBarrierTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  Payout payout = Payout::difference;
  double strike = 0.0;
  double amount = 0.0;  // of a cash payout
  Knock knock = Knock::knock_out;
  double lower = 0.0;
  double upper = 0.0;
  Date expiry;
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;

  friend bool operator==(const DoubleBarrierTerms&, const DoubleBarrierTerms&) = default;
};

/// An option with a soft barrier as traded; the terms are those of SoftBarrier. `extremum` is the lowest spot since the
/// trade began (a barrier below) or the highest (one above): it says what share of the option has been knocked.
struct SoftBarrierTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  double strike = 0.0;
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double lower = 0.0;
  double upper = 0.0;
  Date expiry;
  double extremum = 0.0;

  friend bool operator==(const SoftBarrierTerms&, const SoftBarrierTerms&) = default;
};

/// An option whose barrier is watched over part of its life as traded; the terms are those of PartialTimeBarrier. The
/// direction of a window `end_any_side` is the side on which the barrier lay on the cover date: none before that date.
struct PartialTimeBarrierTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  double strike = 0.0;
  std::optional<BarrierSide> direction;
  Knock knock = Knock::knock_out;
  BarrierWindow window = BarrierWindow::start;
  double barrier = 0.0;
  Date cover;
  Date expiry;
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;

  friend bool operator==(const PartialTimeBarrierTerms&, const PartialTimeBarrierTerms&) = default;
};

template <>
struct Fields<BarrierTerms> {
  static constexpr std::string_view name = "BarrierTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &BarrierTerms::underlying), field("type", &BarrierTerms::type),
                      field("payout", &BarrierTerms::payout), field("strike", &BarrierTerms::strike),
                      field("amount", &BarrierTerms::amount), field("direction", &BarrierTerms::direction),
                      field("knock", &BarrierTerms::knock), field("barrier", &BarrierTerms::barrier),
                      field("rebate", &BarrierTerms::rebate), field("expiry", &BarrierTerms::expiry),
                      field("state", &BarrierTerms::state), field("knocked_on", &BarrierTerms::knocked_on));
};

template <>
struct Fields<DoubleBarrierTerms> {
  static constexpr std::string_view name = "DoubleBarrierTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &DoubleBarrierTerms::underlying), field("type", &DoubleBarrierTerms::type),
                      field("payout", &DoubleBarrierTerms::payout), field("strike", &DoubleBarrierTerms::strike),
                      field("amount", &DoubleBarrierTerms::amount), field("knock", &DoubleBarrierTerms::knock),
                      field("lower", &DoubleBarrierTerms::lower), field("upper", &DoubleBarrierTerms::upper),
                      field("expiry", &DoubleBarrierTerms::expiry), field("state", &DoubleBarrierTerms::state),
                      field("knocked_on", &DoubleBarrierTerms::knocked_on));
};

template <>
struct Fields<SoftBarrierTerms> {
  static constexpr std::string_view name = "SoftBarrierTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &SoftBarrierTerms::underlying), field("type", &SoftBarrierTerms::type),
                      field("strike", &SoftBarrierTerms::strike), field("direction", &SoftBarrierTerms::direction),
                      field("knock", &SoftBarrierTerms::knock), field("lower", &SoftBarrierTerms::lower),
                      field("upper", &SoftBarrierTerms::upper), field("expiry", &SoftBarrierTerms::expiry),
                      field("extremum", &SoftBarrierTerms::extremum));
};

template <>
struct Fields<PartialTimeBarrierTerms> {
  static constexpr std::string_view name = "PartialTimeBarrierTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &PartialTimeBarrierTerms::underlying), field("type", &PartialTimeBarrierTerms::type),
      field("strike", &PartialTimeBarrierTerms::strike), field("direction", &PartialTimeBarrierTerms::direction),
      field("knock", &PartialTimeBarrierTerms::knock), field("window", &PartialTimeBarrierTerms::window),
      field("barrier", &PartialTimeBarrierTerms::barrier), field("cover", &PartialTimeBarrierTerms::cover),
      field("expiry", &PartialTimeBarrierTerms::expiry), field("state", &PartialTimeBarrierTerms::state),
      field("knocked_on", &PartialTimeBarrierTerms::knocked_on));
};

}  // namespace plimsoll
