#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// A call or put on the second asset, that pays only if the first ends on the same side of a strike of its own.
struct CorrelationOption {
  OptionType type = OptionType::call;
  double first_strike = 0.0;
  double second_strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const CorrelationOption&, const CorrelationOption&) = default;
};

template <>
struct Fields<CorrelationOption> {
  static constexpr std::string_view name = "CorrelationOption";
  static constexpr auto list = std::make_tuple(
      field("type", &CorrelationOption::type), field("first_strike", &CorrelationOption::first_strike),
      field("second_strike", &CorrelationOption::second_strike), field("expiry", &CorrelationOption::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const CorrelationOption& option);

}  // namespace plimsoll
