#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// A call or put on what the first asset exceeds the second by.
struct Spread {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const Spread&, const Spread&) = default;
};

template <>
struct Fields<Spread> {
  static constexpr std::string_view name = "Spread";
  static constexpr auto list =
      std::make_tuple(field("type", &Spread::type), field("strike", &Spread::strike), field("expiry", &Spread::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Spread& option);

}  // namespace plimsoll
