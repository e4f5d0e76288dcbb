#pragma once

#include "plimsoll/base/fields.hpp"

#include <string_view>
#include <tuple>

namespace plimsoll {

/// First-order sensitivities (and gamma) of a price, for the holder of one unit.
/// Units: delta per 1 of spot, gamma per 1 of spot squared, vega per 1.00 of volatility, rho per 1.00 of rate, theta
/// per year of calendar time that passes with everything else fixed.
struct Greeks {
  double delta = 0.0;
  double gamma = 0.0;
  double vega = 0.0;
  double theta = 0.0;
  double rho = 0.0;

  friend bool operator==(const Greeks&, const Greeks&) = default;
};

/// A price with its sensitivities.
struct PricedGreeks {
  double price = 0.0;
  Greeks greeks;

  friend bool operator==(const PricedGreeks&, const PricedGreeks&) = default;
};

/// Whether a kernel is asked for the price alone or for the sensitivities as well.
enum class Measures { price_only, with_greeks };

template <>
struct Fields<Greeks> {
  static constexpr std::string_view name = "Greeks";
  static constexpr auto list =
      std::make_tuple(field("delta", &Greeks::delta), field("gamma", &Greeks::gamma), field("vega", &Greeks::vega),
                      field("theta", &Greeks::theta), field("rho", &Greeks::rho));
};

template <>
struct Fields<PricedGreeks> {
  static constexpr std::string_view name = "PricedGreeks";
  static constexpr auto list =
      std::make_tuple(field("price", &PricedGreeks::price), field("greeks", &PricedGreeks::greeks));
};

}  // namespace plimsoll
