#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// Whether the extremum takes the place of the strike (floating) or of the spot (fixed).
enum class LookbackStrike { floating, fixed };

/// An option on the extremum of the spot over its life, monitored without a gap. Floating: a call pays the last spot
/// less the minimum, a put the maximum less the last spot. Fixed: a call pays the maximum above the strike, a put the
/// minimum below it. `extremum` is the maximum or minimum so far; today's spot counts too.
struct Lookback {
  OptionType type = OptionType::call;
  LookbackStrike kind = LookbackStrike::floating;
  double strike = 0.0;  // of a fixed one
  double extremum = 0.0;
  double expiry = 0.0;

  friend bool operator==(const Lookback&, const Lookback&) = default;
};

template <>
struct Fields<Lookback> {
  static constexpr std::string_view name = "Lookback";
  static constexpr auto list = std::make_tuple(
      field("type", &Lookback::type), field("kind", &Lookback::kind), field("strike", &Lookback::strike),
      field("extremum", &Lookback::extremum), field("expiry", &Lookback::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Lookback& option);

}  // namespace plimsoll
