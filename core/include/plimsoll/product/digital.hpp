#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/payout.hpp"

#include <optional>

namespace plimsoll {

/// Pays a fixed amount or the underlying at expiry if the spot ends above (call) or below (put) the strike. With the
/// difference as payout it is a gap option: it pays spot minus `paid_strike` (a call) where the spot passes the strike,
/// which may be less than nothing. Times in years from the valuation date.
struct Digital {
  OptionType type = OptionType::call;
  Payout payout = Payout::cash;
  double strike = 0.0;
  double cash = 1.0;         // of a cash payout
  double paid_strike = 0.0;  // of a difference
  double expiry = 0.0;

  friend bool operator==(const Digital&, const Digital&) = default;
};

template <>
struct Fields<Digital> {
  static constexpr std::string_view name = "Digital";
  static constexpr auto list = std::make_tuple(
      field("type", &Digital::type), field("payout", &Digital::payout), field("strike", &Digital::strike),
      field("cash", &Digital::cash), field("paid_strike", &Digital::paid_strike), field("expiry", &Digital::expiry));
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const Digital& option);

}  // namespace plimsoll
