#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/lookback.hpp"

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

template <>
struct Fields<LookbackTerms> {
  static constexpr std::string_view name = "LookbackTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &LookbackTerms::underlying), field("type", &LookbackTerms::type),
                      field("strike_kind", &LookbackTerms::strike_kind), field("strike", &LookbackTerms::strike),
                      field("extremum", &LookbackTerms::extremum), field("expiry", &LookbackTerms::expiry));
};

}  // namespace plimsoll
