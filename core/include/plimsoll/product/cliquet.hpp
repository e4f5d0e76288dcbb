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
struct Cliquet {
  double notional = 1.0;
  double last_fixing = 0.0;
  std::vector<double> reset_dates;  // ascending, in years, all to come
  double local_floor = 0.0;
  double local_cap = 0.0;
  double global_floor = 0.0;
  double global_cap = 0.0;
  double past_sum = 0.0;

  friend bool operator==(const Cliquet&, const Cliquet&) = default;
};

template <>
struct Fields<Cliquet> {
  static constexpr std::string_view name = "Cliquet";
  static constexpr auto list =
      std::make_tuple(field("notional", &Cliquet::notional), field("last_fixing", &Cliquet::last_fixing),
                      field("reset_dates", &Cliquet::reset_dates), field("local_floor", &Cliquet::local_floor),
                      field("local_cap", &Cliquet::local_cap), field("global_floor", &Cliquet::global_floor),
                      field("global_cap", &Cliquet::global_cap), field("past_sum", &Cliquet::past_sum));
};

inline Observations observations(const Cliquet& option) { return {1, option.reset_dates}; }

/// The sum of the returns between the local bounds, past periods included.
template <Real R>
R bounded_sum(const Cliquet& option, std::span<const R> spots) {
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
R present_value(const Cliquet& option, const ObservedPath<R>& path) {
  const R sum = bounded_sum<R>(option, path.spots);
  return option.notional * path.discounts[path.dates() - 1] *
         max(min(sum, R{option.global_cap}), R{option.global_floor});
}

std::optional<Error> find_flaw(const Cliquet& option);

}  // namespace plimsoll
