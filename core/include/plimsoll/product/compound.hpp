#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// An option (the mother) to buy or to sell an option (the daughter) at `strike` on `expiry`.
struct Compound {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double expiry = 0.0;
  OptionType daughter_type = OptionType::call;
  double daughter_strike = 0.0;
  double daughter_expiry = 0.0;

  friend bool operator==(const Compound&, const Compound&) = default;
};

template <>
struct Fields<Compound> {
  static constexpr std::string_view name = "Compound";
  static constexpr auto list = std::make_tuple(
      field("type", &Compound::type), field("strike", &Compound::strike), field("expiry", &Compound::expiry),
      field("daughter_type", &Compound::daughter_type), field("daughter_strike", &Compound::daughter_strike),
      field("daughter_expiry", &Compound::daughter_expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Compound& option);

}  // namespace plimsoll
