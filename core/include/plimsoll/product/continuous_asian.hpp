#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>

namespace plimsoll {

/// An option on the arithmetic mean of the spot over a period that ends at expiry, taken without a gap. `elapsed` years
/// of the period are over, with the mean `average` so far.
struct ContinuousAsian {
  OptionType type = OptionType::call;
  double strike = 0.0;
  double expiry = 0.0;
  double elapsed = 0.0;
  double average = 0.0;  // where elapsed is not zero

  friend bool operator==(const ContinuousAsian&, const ContinuousAsian&) = default;
};

template <>
struct Fields<ContinuousAsian> {
  static constexpr std::string_view name = "ContinuousAsian";
  static constexpr auto list =
      std::make_tuple(field("type", &ContinuousAsian::type), field("strike", &ContinuousAsian::strike),
                      field("expiry", &ContinuousAsian::expiry), field("elapsed", &ContinuousAsian::elapsed),
                      field("average", &ContinuousAsian::average));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const ContinuousAsian& option);

}  // namespace plimsoll
