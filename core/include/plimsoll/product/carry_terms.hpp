#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/product/option_type.hpp"

#include <string>

namespace plimsoll {

/// An option on a future of the underlying, as traded. The option ends on `expiry`, its future on `future_expiry`.
struct FutureOptionTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::american;
  double strike = 0.0;
  Date expiry;
  Date future_expiry;

  friend bool operator==(const FutureOptionTerms&, const FutureOptionTerms&) = default;
};

/// A forward on an exchange rate, as traded. The quantity counts units of `notional_currency`, the rate's foreign
/// money; strike and value are in `price_currency`, its domestic money.
struct CurrencyForwardTerms {
  std::string underlying;
  std::string notional_currency;
  std::string price_currency;
  double strike = 0.0;
  Date expiry;

  friend bool operator==(const CurrencyForwardTerms&, const CurrencyForwardTerms&) = default;
};

/// An option on an exchange rate, as traded; the premium is in `price_currency` too.
struct CurrencyOptionTerms {
  std::string underlying;
  std::string notional_currency;
  std::string price_currency;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  Date expiry;

  friend bool operator==(const CurrencyOptionTerms&, const CurrencyOptionTerms&) = default;
};

template <>
struct Fields<FutureOptionTerms> {
  static constexpr std::string_view name = "FutureOptionTerms";
  static constexpr auto list = std::make_tuple(
      field("underlying", &FutureOptionTerms::underlying), field("type", &FutureOptionTerms::type),
      field("exercise", &FutureOptionTerms::exercise), field("strike", &FutureOptionTerms::strike),
      field("expiry", &FutureOptionTerms::expiry), field("future_expiry", &FutureOptionTerms::future_expiry));
};

template <>
struct Fields<CurrencyForwardTerms> {
  static constexpr std::string_view name = "CurrencyForwardTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &CurrencyForwardTerms::underlying),
                      field("notional_currency", &CurrencyForwardTerms::notional_currency),
                      field("price_currency", &CurrencyForwardTerms::price_currency),
                      field("strike", &CurrencyForwardTerms::strike), field("expiry", &CurrencyForwardTerms::expiry));
};

template <>
struct Fields<CurrencyOptionTerms> {
  static constexpr std::string_view name = "CurrencyOptionTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &CurrencyOptionTerms::underlying),
                      field("notional_currency", &CurrencyOptionTerms::notional_currency),
                      field("price_currency", &CurrencyOptionTerms::price_currency),
                      field("type", &CurrencyOptionTerms::type), field("exercise", &CurrencyOptionTerms::exercise),
                      field("strike", &CurrencyOptionTerms::strike), field("expiry", &CurrencyOptionTerms::expiry));
};

}  // namespace plimsoll
