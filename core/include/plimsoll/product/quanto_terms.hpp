#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/barrier_state.hpp"
#include "plimsoll/product/option_type.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>
#include <string>

namespace plimsoll {

/// An option on a foreign asset that pays in domestic money, as traded: `other` is the exchange rate, of which
/// `conversion` stands in the contract.
struct QuantoTerms {
  std::string underlying;
  std::string other;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  double conversion = 1.0;
  Date expiry;

  friend bool operator==(const QuantoTerms&, const QuantoTerms&) = default;
};

/// The same with a barrier on the asset, as traded; exercised at its expiry alone, and without a rebate.
struct QuantoBarrierTerms {
  std::string underlying;
  std::string other;
  OptionType type = OptionType::call;
  double strike = 0.0;
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double barrier = 0.0;
  double conversion = 1.0;
  Date expiry;
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;

  friend bool operator==(const QuantoBarrierTerms&, const QuantoBarrierTerms&) = default;
};

/// An option on the underlying that a barrier on the other begins or ends, as traded.
struct TwoAssetBarrierTerms {
  std::string underlying;
  std::string other;
  OptionType type = OptionType::call;
  double strike = 0.0;
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double barrier = 0.0;
  Date expiry;
  BarrierState state = BarrierState::alive;
  std::optional<Date> knocked_on;

  friend bool operator==(const TwoAssetBarrierTerms&, const TwoAssetBarrierTerms&) = default;
};

template <>
struct Fields<QuantoTerms> {
  static constexpr std::string_view name = "QuantoTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &QuantoTerms::underlying), field("other", &QuantoTerms::other),
                      field("type", &QuantoTerms::type), field("exercise", &QuantoTerms::exercise),
                      field("strike", &QuantoTerms::strike), field("conversion", &QuantoTerms::conversion),
                      field("expiry", &QuantoTerms::expiry));
};

template <>
struct Fields<QuantoBarrierTerms> {
  static constexpr std::string_view name = "QuantoBarrierTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &QuantoBarrierTerms::underlying), field("other", &QuantoBarrierTerms::other),
      field("type", &QuantoBarrierTerms::type), field("strike", &QuantoBarrierTerms::strike),
      field("direction", &QuantoBarrierTerms::direction), field("knock", &QuantoBarrierTerms::knock),
      field("barrier", &QuantoBarrierTerms::barrier), field("conversion", &QuantoBarrierTerms::conversion),
      field("expiry", &QuantoBarrierTerms::expiry), field("state", &QuantoBarrierTerms::state),
      field("knocked_on", &QuantoBarrierTerms::knocked_on));
};

template <>
struct Fields<TwoAssetBarrierTerms> {
  static constexpr std::string_view name = "TwoAssetBarrierTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &TwoAssetBarrierTerms::underlying), field("other", &TwoAssetBarrierTerms::other),
      field("type", &TwoAssetBarrierTerms::type), field("strike", &TwoAssetBarrierTerms::strike),
      field("direction", &TwoAssetBarrierTerms::direction), field("knock", &TwoAssetBarrierTerms::knock),
      field("barrier", &TwoAssetBarrierTerms::barrier), field("expiry", &TwoAssetBarrierTerms::expiry),
      field("state", &TwoAssetBarrierTerms::state), field("knocked_on", &TwoAssetBarrierTerms::knocked_on));
};

}  // namespace plimsoll
