#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/method/greeks.hpp"

#include <string_view>
#include <tuple>

namespace plimsoll {

/// A simulated price with its sensitivities, for the holder of one unit, and the standard error of each.
struct MonteCarloResult {
  double price = 0.0;
  double standard_error = 0.0;
  Greeks greeks;
  Greeks greek_errors;
  double variance_gain = 1.0;  // variance of the price without the control over that with it; 1 without control

  friend bool operator==(const MonteCarloResult&, const MonteCarloResult&) = default;
};

template <>
struct Fields<MonteCarloResult> {
  static constexpr std::string_view name = "MonteCarloResult";
  static constexpr auto list = std::make_tuple(
      field("price", &MonteCarloResult::price), field("standard_error", &MonteCarloResult::standard_error),
      field("greeks", &MonteCarloResult::greeks), field("greek_errors", &MonteCarloResult::greek_errors),
      field("variance_gain", &MonteCarloResult::variance_gain));
};

}  // namespace plimsoll
