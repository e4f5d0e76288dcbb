#pragma once

#include "plimsoll/model/black_scholes.hpp"
#include "plimsoll/product/arithmetic_asian.hpp"
#include "reference_table.hpp"

namespace plimsoll::testing {

inline OptionType type_of(const ReferenceRow& row) {
  return row.text("option_type") == "call" ? OptionType::call : OptionType::put;
}

/// The option of a row of asian_discrete.csv: fixings equally spaced, both ends included.
inline ArithmeticAsian asian_of(const ReferenceRow& row) {
  ArithmeticAsian option;
  option.type = type_of(row);
  option.strike = row.number("strike");
  option.expiry = row.number("maturity_years");
  const double first = row.number("first_fixing_years");
  const double last = row.number("last_fixing_years");
  const auto count = static_cast<int>(row.number("n_fixings"));
  for (int i = 0; i < count; ++i) option.fixings.push_back(first + (last - first) * i / (count - 1));
  return option;
}

inline BlackScholes<double> model_of(const ReferenceRow& row) {
  return {row.number("spot"), row.number("rate"), row.number("dividend_yield"), row.number("vol")};
}

}  // namespace plimsoll::testing
