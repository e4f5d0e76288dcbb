#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/option_type.hpp"

#include <optional>
#include <vector>

namespace plimsoll {

/// Options one after the other: each begins on a date, at `moneyness` times the spot of that date, and pays on the
/// next. Dates in years, rising; the first is still to come or today.
struct Cliquet {
  OptionType type = OptionType::call;
  double moneyness = 1.0;
  std::vector<double> dates;

  friend bool operator==(const Cliquet&, const Cliquet&) = default;
};

template <>
struct Fields<Cliquet> {
  static constexpr std::string_view name = "Cliquet";
  static constexpr auto list = std::make_tuple(field("type", &Cliquet::type), field("moneyness", &Cliquet::moneyness),
                                               field("dates", &Cliquet::dates));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Cliquet& option);

}  // namespace plimsoll
