#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <optional>

namespace plimsoll {

/// The right to receive `received` units of the first asset for `delivered` units of the second.
struct ExchangeOption {
  double received = 1.0;
  double delivered = 1.0;
  double expiry = 0.0;

  friend bool operator==(const ExchangeOption&, const ExchangeOption&) = default;
};

template <>
struct Fields<ExchangeOption> {
  static constexpr std::string_view name = "ExchangeOption";
  static constexpr auto list =
      std::make_tuple(field("received", &ExchangeOption::received), field("delivered", &ExchangeOption::delivered),
                      field("expiry", &ExchangeOption::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const ExchangeOption& option);

}  // namespace plimsoll
