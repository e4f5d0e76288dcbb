#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/model/carried.hpp"
#include "plimsoll/real/real.hpp"

#include <optional>
#include <string_view>
#include <tuple>

namespace plimsoll {

/// A log-normal spot that also jumps: `jump_intensity` times a year its logarithm moves by a normal number of mean
/// `mean_log_jump` and deviation `log_jump_deviation`; the drift is lowered so that the forward stays that of the
/// carry. Source: Merton (1976), Option pricing when underlying stock returns are discontinuous, J. Fin. Econ. 3,
/// 125-144.
template <Real R>
struct Merton {
  R spot;
  R rate;
  R dividend_yield;
  R volatility;
  R jump_intensity;
  R mean_log_jump;
  R log_jump_deviation;

  friend bool operator==(const Merton&, const Merton&) = default;
};

template <Real R>
struct Fields<Merton<R>> {
  static constexpr std::string_view name = "Merton";
  static constexpr auto list = std::make_tuple(
      field("spot", &Merton<R>::spot), field("rate", &Merton<R>::rate),
      field("dividend_yield", &Merton<R>::dividend_yield), field("volatility", &Merton<R>::volatility),
      field("jump_intensity", &Merton<R>::jump_intensity), field("mean_log_jump", &Merton<R>::mean_log_jump),
      field("log_jump_deviation", &Merton<R>::log_jump_deviation));
};

/// The first parameter that makes no sense, if there is one. Zeros are limits, not flaws.
std::optional<Error> find_flaw(const Merton<double>& model);

}  // namespace plimsoll
