#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// The right to choose, on the date `choice`, between a call and a put. A simple chooser gives both the same strike and
/// expiry.
struct Chooser {
  double choice = 0.0;
  double call_strike = 0.0;
  double call_expiry = 0.0;
  double put_strike = 0.0;
  double put_expiry = 0.0;

  friend bool operator==(const Chooser&, const Chooser&) = default;
};

template <>
struct Fields<Chooser> {
  static constexpr std::string_view name = "Chooser";
  static constexpr auto list =
      std::make_tuple(field("choice", &Chooser::choice), field("call_strike", &Chooser::call_strike),
                      field("call_expiry", &Chooser::call_expiry), field("put_strike", &Chooser::put_strike),
                      field("put_expiry", &Chooser::put_expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Chooser& option);

}  // namespace plimsoll
