#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <optional>

namespace plimsoll {

/// One share.
struct Stock {
  friend bool operator==(const Stock&, const Stock&) = default;
};

template <>
struct Fields<Stock> {
  static constexpr std::string_view name = "Stock";
  static constexpr auto list = std::make_tuple();
};

/// One unit of the underlying delivered or settled at the expiry, in years; its price is the forward of that date.
struct Future {
  double expiry = 0.0;

  friend bool operator==(const Future&, const Future&) = default;
};

template <>
struct Fields<Future> {
  static constexpr std::string_view name = "Future";
  static constexpr auto list = std::make_tuple(field("expiry", &Future::expiry));
};

std::optional<Error> find_flaw(const Stock& stock);
std::optional<Error> find_flaw(const Future& future);

}  // namespace plimsoll
