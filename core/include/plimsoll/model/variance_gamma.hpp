#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/carried.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// A spot whose logarithm is a Brownian motion of `volatility` and `drift` at a random time that grows as a gamma
/// process of mean rate one and variance rate `variance_rate`; compensated so that the forward is that of the carry.
/// Source: Madan, Carr & Chang (1998), The variance gamma process and option pricing, Eur. Fin. Rev. 2, 79-105.
template <Real R>
struct VarianceGamma {
  R spot;
  R rate;
  R dividend_yield;
  R volatility;
  R variance_rate;
  R drift;

  friend bool operator==(const VarianceGamma&, const VarianceGamma&) = default;
};

template <Real R>
struct Fields<VarianceGamma<R>> {
  static constexpr std::string_view name = "VarianceGamma";
  static constexpr auto list = std::make_tuple(
      field("spot", &VarianceGamma<R>::spot), field("rate", &VarianceGamma<R>::rate),
      field("dividend_yield", &VarianceGamma<R>::dividend_yield), field("volatility", &VarianceGamma<R>::volatility),
      field("variance_rate", &VarianceGamma<R>::variance_rate), field("drift", &VarianceGamma<R>::drift));
};

/// The first parameter that makes no sense, if there is one: with a drift or a volatility so large that
/// variance_rate (drift + volatility^2 / 2) >= 1 the spot has no expectation. Zeros are limits, not flaws.
std::optional<Error> find_flaw(const VarianceGamma<double>& model);

}  // namespace plimsoll
