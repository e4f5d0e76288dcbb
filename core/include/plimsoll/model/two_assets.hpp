#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/black_scholes.hpp"

#include <optional>

namespace plimsoll {

/// Two log-normal spots whose rate, dividend yields, volatilities and correlation are constant.
/// Source: Margrabe (1978), The value of an option to exchange one asset for another, J. Finance 33, 177-186.
template <Real R>
struct TwoAssets {
  R spot1;
  R spot2;
  R dividend_yield1;
  R dividend_yield2;
  R volatility1;
  R volatility2;
  R correlation;
  R rate;

  friend bool operator==(const TwoAssets&, const TwoAssets&) = default;
};

template <Real R>
struct Fields<TwoAssets<R>> {
  static constexpr std::string_view name = "TwoAssets";
  static constexpr auto list = std::make_tuple(
      field("spot1", &TwoAssets<R>::spot1), field("spot2", &TwoAssets<R>::spot2),
      field("dividend_yield1", &TwoAssets<R>::dividend_yield1),
      field("dividend_yield2", &TwoAssets<R>::dividend_yield2), field("volatility1", &TwoAssets<R>::volatility1),
      field("volatility2", &TwoAssets<R>::volatility2), field("correlation", &TwoAssets<R>::correlation),
      field("rate", &TwoAssets<R>::rate));
};

/// The first parameter that makes no sense, if there is one. Zero spots and volatilities are limits, not flaws.
std::optional<Error> find_flaw(const TwoAssets<double>& model);

/// One of the two assets alone.
template <Real R>
BlackScholes<R> first_asset(const TwoAssets<R>& model) {
  return {model.spot1, model.rate, model.dividend_yield1, model.volatility1};
}
template <Real R>
BlackScholes<R> second_asset(const TwoAssets<R>& model) {
  return {model.spot2, model.rate, model.dividend_yield2, model.volatility2};
}

}  // namespace plimsoll
