#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/lookback.hpp"

#include <optional>

namespace plimsoll {

/// An option on the extremum of the spot over part of its life, watched without a gap. Floating: watched from today to
/// `window`; a call pays what the last spot exceeds `fraction` times the minimum by, a put what `fraction` times the
/// maximum exceeds the last spot by. Fixed: watched from `window` to expiry; a call pays the maximum above the strike,
/// a put the minimum below it, and nothing is watched yet.
struct PartialLookback {
  OptionType type = OptionType::call;
  LookbackStrike kind = LookbackStrike::floating;
  double strike = 0.0;    // of a fixed one
  double fraction = 1.0;  // of a floating one
  double extremum = 0.0;  // so far, of a floating one
  double window = 0.0;    // in years
  double expiry = 0.0;

  friend bool operator==(const PartialLookback&, const PartialLookback&) = default;
};

template <>
struct Fields<PartialLookback> {
  static constexpr std::string_view name = "PartialLookback";
  static constexpr auto list =
      std::make_tuple(field("type", &PartialLookback::type), field("kind", &PartialLookback::kind),
                      field("strike", &PartialLookback::strike), field("fraction", &PartialLookback::fraction),
                      field("extremum", &PartialLookback::extremum), field("window", &PartialLookback::window),
                      field("expiry", &PartialLookback::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const PartialLookback& option);

}  // namespace plimsoll
