#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/lookback.hpp"
#include "plimsoll/product/partial_lookback.hpp"

#include <optional>
#include <string>

namespace plimsoll {

/// A lookback option as traded; the terms are those of Lookback. `extremum` is the maximum or minimum of the spot since
/// the trade began, up to the day before the valuation date or that day itself.
struct LookbackTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  LookbackStrike strike_kind = LookbackStrike::floating;
  double strike = 0.0;  // of a fixed one
  double extremum = 0.0;
  Date expiry;

  friend bool operator==(const LookbackTerms&, const LookbackTerms&) = default;
};

/// A lookback whose extremum is taken over part of its life as traded; the terms are those of PartialLookback.
/// `extremum` is the maximum or minimum so far of what is watched: none before the window of a fixed one begins.
struct PartialLookbackTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  LookbackStrike strike_kind = LookbackStrike::floating;
  double strike = 0.0;    // of a fixed one
  double fraction = 1.0;  // of a floating one
  std::optional<double> extremum;
  Date cover;  // the last day of the window of a floating one, the first of a fixed one
  Date expiry;

  friend bool operator==(const PartialLookbackTerms&, const PartialLookbackTerms&) = default;
};

template <>
struct Fields<LookbackTerms> {
  static constexpr std::string_view name = "LookbackTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &LookbackTerms::underlying), field("type", &LookbackTerms::type),
                      field("strike_kind", &LookbackTerms::strike_kind), field("strike", &LookbackTerms::strike),
                      field("extremum", &LookbackTerms::extremum), field("expiry", &LookbackTerms::expiry));
};

template <>
struct Fields<PartialLookbackTerms> {
  static constexpr std::string_view name = "PartialLookbackTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &PartialLookbackTerms::underlying), field("type", &PartialLookbackTerms::type),
      field("strike_kind", &PartialLookbackTerms::strike_kind), field("strike", &PartialLookbackTerms::strike),
      field("fraction", &PartialLookbackTerms::fraction), field("extremum", &PartialLookbackTerms::extremum),
      field("cover", &PartialLookbackTerms::cover), field("expiry", &PartialLookbackTerms::expiry));
};

}  // namespace plimsoll
