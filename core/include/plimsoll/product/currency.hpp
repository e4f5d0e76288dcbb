#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// The duty to buy one unit of a currency at the strike on the expiry, in years from the valuation date.
struct CurrencyForward {
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const CurrencyForward&, const CurrencyForward&) = default;
};

/// The right to buy (call) or sell (put) one unit of a currency at the strike.
struct CurrencyOption {
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  double expiry = 0.0;

  friend bool operator==(const CurrencyOption&, const CurrencyOption&) = default;
};

template <>
struct Fields<CurrencyForward> {
  static constexpr std::string_view name = "CurrencyForward";
  static constexpr auto list =
      std::make_tuple(field("strike", &CurrencyForward::strike), field("expiry", &CurrencyForward::expiry));
};

template <>
struct Fields<CurrencyOption> {
  static constexpr std::string_view name = "CurrencyOption";
  static constexpr auto list =
      std::make_tuple(field("type", &CurrencyOption::type), field("exercise", &CurrencyOption::exercise),
                      field("strike", &CurrencyOption::strike), field("expiry", &CurrencyOption::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const CurrencyForward& forward);
std::optional<Error> find_flaw(const CurrencyOption& option);

}  // namespace plimsoll
