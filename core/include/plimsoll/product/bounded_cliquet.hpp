#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/observed_path.hpp"

#include <optional>
#include <vector>

namespace plimsoll {

/// A sum of periodic returns of one underlying, each held between a local floor and cap, the sum held between a global
/// floor and cap and paid on the last date on a notional. The first period began at `last_fixing`; what past periods
/// brought is `past_sum`.
struct BoundedCliquet {
  double notional = 1.0;
  double last_fixing = 0.0;
  std::vector<double> reset_dates;  // ascending, in years, all to come
  double local_floor = 0.0;
  double local_cap = 0.0;
  double global_floor = 0.0;
  double global_cap = 0.0;
  double past_sum = 0.0;

  friend bool operator==(const BoundedCliquet&, const BoundedCliquet&) = default;
};

template <>
struct Fields<BoundedCliquet> {
  static constexpr std::string_view name = "BoundedCliquet";
  static constexpr auto list = std::make_tuple(
      field("notional", &BoundedCliquet::notional), field("last_fixing", &BoundedCliquet::last_fixing),
      field("reset_dates", &BoundedCliquet::reset_dates), field("local_floor", &BoundedCliquet::local_floor),
      field("local_cap", &BoundedCliquet::local_cap), field("global_floor", &BoundedCliquet::global_floor),
      field("global_cap", &BoundedCliquet::global_cap), field("past_sum", &BoundedCliquet::past_sum));
};

inline Observations observations(const BoundedCliquet& option) { return {1, option.reset_dates}; }

/// The sum of the returns between the local bounds, past periods included.
template <Real R>
R bounded_sum(const BoundedCliquet& option, std::span<const R> spots) {
  R sum{option.past_sum};
  R before{option.last_fixing};
  for (const R& spot : spots) {
    const R change = spot / before - 1.0;
    sum += max(min(change, R{option.local_cap}), R{option.local_floor});
    before = spot;
  }
  return sum;
}

template <Real R>
R present_value(const BoundedCliquet& option, const ObservedPath<R>& path) {
  const R sum = bounded_sum<R>(option, path.spots);
  return option.notional * path.discounts[path.dates() - 1] *
         max(min(sum, R{option.global_cap}), R{option.global_floor});
}

std::optional<Error> find_flaw(const BoundedCliquet& option);

}  // namespace plimsoll
