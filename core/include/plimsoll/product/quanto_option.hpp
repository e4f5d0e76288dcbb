#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// An option on a foreign asset that pays in domestic money at a fixed rate: `conversion` units for each foreign one.
struct QuantoOption {
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  double expiry = 0.0;
  double conversion = 1.0;

  friend bool operator==(const QuantoOption&, const QuantoOption&) = default;
};

/// The same with a barrier on the asset, watched without a gap, and without a rebate.
struct QuantoBarrier {
  OptionType type = OptionType::call;
  double strike = 0.0;
  BarrierSide direction = BarrierSide::down;
  Knock knock = Knock::knock_out;
  double barrier = 0.0;
  double expiry = 0.0;
  double conversion = 1.0;

  friend bool operator==(const QuantoBarrier&, const QuantoBarrier&) = default;
};

template <>
struct Fields<QuantoOption> {
  static constexpr std::string_view name = "QuantoOption";
  static constexpr auto list =
      std::make_tuple(field("type", &QuantoOption::type), field("exercise", &QuantoOption::exercise),
                      field("strike", &QuantoOption::strike), field("expiry", &QuantoOption::expiry),
                      field("conversion", &QuantoOption::conversion));
};

template <>
struct Fields<QuantoBarrier> {
  static constexpr std::string_view name = "QuantoBarrier";
  static constexpr auto list =
      std::make_tuple(field("type", &QuantoBarrier::type), field("strike", &QuantoBarrier::strike),
                      field("direction", &QuantoBarrier::direction), field("knock", &QuantoBarrier::knock),
                      field("barrier", &QuantoBarrier::barrier), field("expiry", &QuantoBarrier::expiry),
                      field("conversion", &QuantoBarrier::conversion));
};

/// The first term that makes no sense, if there is one. A barrier option's strike lies above zero.
std::optional<Error> find_flaw(const QuantoOption& option);
std::optional<Error> find_flaw(const QuantoBarrier& option);

}  // namespace plimsoll
