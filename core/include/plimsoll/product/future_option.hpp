#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// The right to enter a future that ends at `future_expiry` as if at the strike; the premium is paid at once. Times in
/// years from the valuation date.
struct FutureOption {
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::european;
  double strike = 0.0;
  double expiry = 0.0;
  double future_expiry = 0.0;

  friend bool operator==(const FutureOption&, const FutureOption&) = default;
};

template <>
struct Fields<FutureOption> {
  static constexpr std::string_view name = "FutureOption";
  static constexpr auto list =
      std::make_tuple(field("type", &FutureOption::type), field("exercise", &FutureOption::exercise),
                      field("strike", &FutureOption::strike), field("expiry", &FutureOption::expiry),
                      field("future_expiry", &FutureOption::future_expiry));
};

/// The first term that makes no sense, if there is one. A strike below zero is allowed: a normal model prices it.
std::optional<Error> find_flaw(const FutureOption& option);

}  // namespace plimsoll
