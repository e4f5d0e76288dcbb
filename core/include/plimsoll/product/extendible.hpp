#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// Who extends the option.
enum class ExtendedBy { holder, writer };

/// An option that may last until `extended_expiry`, at `extended_strike`. By the writer: it does where it ends out of
/// the money, and costs nothing. By the holder: where the holder pays `premium` on the first expiry for it, instead of
/// exercising or letting go.
struct Extendible {
  OptionType type = OptionType::call;
  ExtendedBy by = ExtendedBy::holder;
  double strike = 0.0;
  double expiry = 0.0;
  double extended_strike = 0.0;
  double extended_expiry = 0.0;
  double premium = 0.0;  // of the holder's

  friend bool operator==(const Extendible&, const Extendible&) = default;
};

template <>
struct Fields<Extendible> {
  static constexpr std::string_view name = "Extendible";
  static constexpr auto list = std::make_tuple(
      field("type", &Extendible::type), field("by", &Extendible::by), field("strike", &Extendible::strike),
      field("expiry", &Extendible::expiry), field("extended_strike", &Extendible::extended_strike),
      field("extended_expiry", &Extendible::extended_expiry), field("premium", &Extendible::premium));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Extendible& option);

}  // namespace plimsoll
