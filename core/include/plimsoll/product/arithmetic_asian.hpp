#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"
#include "plimsoll/real/real.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace plimsoll {

/// An average-price option on the arithmetic mean of the spot on its fixing dates, paid at expiry. Fixings that have
/// been made are known by their count and sum; those to come are in years from the valuation date, ascending; a fixing
/// at zero is today's spot.
struct ArithmeticAsian {
  OptionType type = OptionType::call;
  double strike = 0.0;
  std::vector<double> fixings;
  double expiry = 0.0;
  std::int64_t past_count = 0;
  double past_sum = 0.0;

  friend bool operator==(const ArithmeticAsian&, const ArithmeticAsian&) = default;
};

template <>
struct Fields<ArithmeticAsian> {
  static constexpr std::string_view name = "ArithmeticAsian";
  static constexpr auto list =
      std::make_tuple(field("type", &ArithmeticAsian::type), field("strike", &ArithmeticAsian::strike),
                      field("fixings", &ArithmeticAsian::fixings), field("expiry", &ArithmeticAsian::expiry),
                      field("past_count", &ArithmeticAsian::past_count), field("past_sum", &ArithmeticAsian::past_sum));
};

/// Number of fixings in the average, made and to come.
inline double fixing_count(const ArithmeticAsian& option) {
  return static_cast<double>(option.past_count) + static_cast<double>(option.fixings.size());
}

/// Amount that the holder receives at expiry, per unit; `path` is the spot on each fixing to come.
template <Real R>
R payoff(const ArithmeticAsian& option, std::span<const R> path) {
  R sum{option.past_sum};
  for (const R& spot : path) sum = sum + spot;
  return max(R(sign(option.type) * (sum / fixing_count(option) - option.strike)), R{0.0});
}

std::optional<Error> find_flaw(const ArithmeticAsian& option);

}  // namespace plimsoll
