#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// An option whose strike is set on `start`, at `moneyness` times the spot of that date.
struct ForwardStart {
  OptionType type = OptionType::call;
  double moneyness = 1.0;
  double start = 0.0;
  double expiry = 0.0;

  friend bool operator==(const ForwardStart&, const ForwardStart&) = default;
};

template <>
struct Fields<ForwardStart> {
  static constexpr std::string_view name = "ForwardStart";
  static constexpr auto list =
      std::make_tuple(field("type", &ForwardStart::type), field("moneyness", &ForwardStart::moneyness),
                      field("start", &ForwardStart::start), field("expiry", &ForwardStart::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const ForwardStart& option);

}  // namespace plimsoll
