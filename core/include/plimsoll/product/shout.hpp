#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// An option whose holder may once, before expiry, shout: expiry then pays what the option was in the money by at the
/// shout, and the rise (of a put: the fall) of the spot since then if there is one.
struct Shout {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const Shout&, const Shout&) = default;
};

template <>
struct Fields<Shout> {
  static constexpr std::string_view name = "Shout";
  static constexpr auto list =
      std::make_tuple(field("type", &Shout::type), field("strike", &Shout::strike), field("expiry", &Shout::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Shout& option);

}  // namespace plimsoll
