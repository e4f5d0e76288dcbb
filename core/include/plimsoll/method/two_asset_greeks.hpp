#pragma once

#include "plimsoll/base/fields.hpp"

#include <string_view>
#include <tuple>

namespace plimsoll {

/// Sensitivities of a price to two assets, for the holder of one unit; units as in `Greeks`, `correlation` and dividend
/// yields per 1.00.
struct TwoAssetGreeks {
  double delta1 = 0.0;
  double delta2 = 0.0;
  double gamma1 = 0.0;
  double gamma2 = 0.0;
  double cross_gamma = 0.0;
  double vega1 = 0.0;
  double vega2 = 0.0;
  double correlation = 0.0;
  double theta = 0.0;
  double rho = 0.0;
  double dividend1 = 0.0;
  double dividend2 = 0.0;

  friend bool operator==(const TwoAssetGreeks&, const TwoAssetGreeks&) = default;
};

/// A price with its sensitivities to two assets.
struct PricedTwoAssets {
  double price = 0.0;
  TwoAssetGreeks greeks;

  friend bool operator==(const PricedTwoAssets&, const PricedTwoAssets&) = default;
};

template <>
struct Fields<TwoAssetGreeks> {
  static constexpr std::string_view name = "TwoAssetGreeks";
  static constexpr auto list =
      std::make_tuple(field("delta1", &TwoAssetGreeks::delta1), field("delta2", &TwoAssetGreeks::delta2),
                      field("gamma1", &TwoAssetGreeks::gamma1), field("gamma2", &TwoAssetGreeks::gamma2),
                      field("cross_gamma", &TwoAssetGreeks::cross_gamma), field("vega1", &TwoAssetGreeks::vega1),
                      field("vega2", &TwoAssetGreeks::vega2), field("correlation", &TwoAssetGreeks::correlation),
                      field("theta", &TwoAssetGreeks::theta), field("rho", &TwoAssetGreeks::rho),
                      field("dividend1", &TwoAssetGreeks::dividend1), field("dividend2", &TwoAssetGreeks::dividend2));
};

template <>
struct Fields<PricedTwoAssets> {
  static constexpr std::string_view name = "PricedTwoAssets";
  static constexpr auto list =
      std::make_tuple(field("price", &PricedTwoAssets::price), field("greeks", &PricedTwoAssets::greeks));
};

}  // namespace plimsoll
