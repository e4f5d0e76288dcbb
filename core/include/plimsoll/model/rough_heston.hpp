#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/carried.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// Heston's spot whose variance remembers: v(t) = variance + the integral of (t - u)^(hurst - 1/2) / Gamma(hurst + 1/2)
/// over mean_reversion (long_variance - v) du + volatility_of_variance sqrt(v) dB. With a hurst of 1/2 it is Heston's.
/// Source: El Euch & Rosenbaum (2019), The characteristic function of rough Heston models, Math. Finance 29, 3-38.
template <Real R>
struct RoughHeston {
  R spot;
  R rate;
  R dividend_yield;
  R variance;
  R mean_reversion;
  R long_variance;
  R volatility_of_variance;
  R correlation;
  R hurst;

  friend bool operator==(const RoughHeston&, const RoughHeston&) = default;
};

template <Real R>
struct Fields<RoughHeston<R>> {
  static constexpr std::string_view name = "RoughHeston";
  static constexpr auto list = std::make_tuple(
      field("spot", &RoughHeston<R>::spot), field("rate", &RoughHeston<R>::rate),
      field("dividend_yield", &RoughHeston<R>::dividend_yield), field("variance", &RoughHeston<R>::variance),
      field("mean_reversion", &RoughHeston<R>::mean_reversion), field("long_variance", &RoughHeston<R>::long_variance),
      field("volatility_of_variance", &RoughHeston<R>::volatility_of_variance),
      field("correlation", &RoughHeston<R>::correlation), field("hurst", &RoughHeston<R>::hurst));
};

/// The first parameter that makes no sense, if there is one: those of Heston, and a hurst outside (0, 1/2].
std::optional<Error> find_flaw(const RoughHeston<double>& model);

}  // namespace plimsoll
