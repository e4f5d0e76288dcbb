#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// Two log-normal spots with constant parameters whose logarithms are correlated.
/// Source: Margrabe (1978), The value of an option to exchange one asset for another, J. Finance 33.
template <Real R>
struct TwoAssetBlackScholes {
  R spot_one, spot_two;
  R yield_one, yield_two;
  R volatility_one, volatility_two;
  R correlation;
  R rate;

  friend bool operator==(const TwoAssetBlackScholes&, const TwoAssetBlackScholes&) = default;
};

template <Real R>
struct Fields<TwoAssetBlackScholes<R>> {
  using Model = TwoAssetBlackScholes<R>;
  static constexpr std::string_view name = "TwoAssetBlackScholes";
  static constexpr auto list =
      std::make_tuple(field("spot_one", &Model::spot_one), field("spot_two", &Model::spot_two),
                      field("yield_one", &Model::yield_one), field("yield_two", &Model::yield_two),
                      field("volatility_one", &Model::volatility_one), field("volatility_two", &Model::volatility_two),
                      field("correlation", &Model::correlation), field("rate", &Model::rate));
};

/// The first parameter that makes no sense, if there is one.
std::optional<Error> find_flaw(const TwoAssetBlackScholes<double>& model);

}  // namespace plimsoll
