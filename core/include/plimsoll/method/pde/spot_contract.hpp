#pragma once

#include "plimsoll/base/result.hpp"
#include "plimsoll/product/american.hpp"
#include "plimsoll/product/barrier.hpp"
#include "plimsoll/product/double_barrier.hpp"
#include "plimsoll/product/european.hpp"

#include <limits>
#include <optional>
#include <vector>

namespace plimsoll {

/// A dividend `years` from the valuation date: the spot falls by the fraction of itself and then by the amount, but not
/// below zero.
struct SpotDividend {
  double years = 0.0;
  double amount = 0.0;
  double fraction = 0.0;

  friend bool operator==(const SpotDividend&, const SpotDividend&) = default;
};

/// A contract on one underlying as a grid in the spot values it: a payoff, the right to exercise, and levels whose
/// touch begins or ends it. The rebate is paid when a knock-out is knocked out, and at expiry if a knock-in never
/// began. A knock-in without a rebate, exercised at expiry, may have its level watched over a part of its life alone.
struct SpotContract {
  OptionType type = OptionType::call;
  Payout payout = Payout::difference;
  double strike = 0.0;
  double cash = 0.0;  // of a cash payout
  Exercise exercise = Exercise::european;
  double years = 0.0;
  Knock knock = Knock::knock_out;
  double lower = 0.0;                                      // zero: none
  double upper = std::numeric_limits<double>::infinity();  // infinite: none
  double rebate = 0.0;
  std::vector<double> monitoring;  // years, rising; empty: monitored without a gap
  double watched_from = 0.0;       // years; where one of these two is set, without a gap in between
  double watched_to = std::numeric_limits<double>::infinity();
  std::vector<SpotDividend> dividends;  // in rising order; on a day of monitoring the dividend comes first

  [[nodiscard]] bool has_window() const noexcept { return watched_from > 0.0 || watched_to < years; }
  [[nodiscard]] bool has_lower() const noexcept { return lower > 0.0; }
  [[nodiscard]] bool has_upper() const noexcept { return upper < std::numeric_limits<double>::infinity(); }
  [[nodiscard]] bool has_barrier() const noexcept { return has_lower() || has_upper(); }
};

/// The first term that makes no sense, if there is one.
std::optional<Error> find_flaw(const SpotContract& contract);

/// A product as such a contract, to which exercise, monitoring and dividends can be added.
SpotContract spot_contract(const European& option);
SpotContract spot_contract(const American& option);
SpotContract spot_contract(const Barrier& option);
SpotContract spot_contract(const DoubleBarrier& option);

}  // namespace plimsoll
