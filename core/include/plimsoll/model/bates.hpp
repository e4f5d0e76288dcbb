#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/carried.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// Heston's spot with Merton's jumps, independent of each other.
/// Source: Bates (1996), Jumps and stochastic volatility, RFS 9, 69-107.
template <Real R>
struct Bates {
  R spot;
  R rate;
  R dividend_yield;
  R variance;
  R mean_reversion;
  R long_variance;
  R volatility_of_variance;
  R correlation;
  R jump_intensity;
  R mean_log_jump;
  R log_jump_deviation;

  friend bool operator==(const Bates&, const Bates&) = default;
};

template <Real R>
struct Fields<Bates<R>> {
  static constexpr std::string_view name = "Bates";
  static constexpr auto list = std::make_tuple(
      field("spot", &Bates<R>::spot), field("rate", &Bates<R>::rate),
      field("dividend_yield", &Bates<R>::dividend_yield), field("variance", &Bates<R>::variance),
      field("mean_reversion", &Bates<R>::mean_reversion), field("long_variance", &Bates<R>::long_variance),
      field("volatility_of_variance", &Bates<R>::volatility_of_variance), field("correlation", &Bates<R>::correlation),
      field("jump_intensity", &Bates<R>::jump_intensity), field("mean_log_jump", &Bates<R>::mean_log_jump),
      field("log_jump_deviation", &Bates<R>::log_jump_deviation));
};

/// The first parameter that makes no sense, if there is one. Zeros are limits, not flaws.
std::optional<Error> find_flaw(const Bates<double>& model);

}  // namespace plimsoll
