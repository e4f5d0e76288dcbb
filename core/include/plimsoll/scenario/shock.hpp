#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/market/snapshot.hpp"

#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll {

/// How the market of one underlying moves at once, with the valuation date as it is. Relative moves are fractions of
/// the present level: -0.2 takes a fifth away, 0 leaves it. The surface keeps its shape in log-moneyness, so that the
/// at-the-money volatility travels with the spot.
struct UnderlyingShock {
  std::string underlying;
  double spot_relative = 0.0;
  double volatility_relative = 0.0;  ///< of the at-the-money volatility, before the shift
  double volatility_shift = 0.0;     ///< then added: 0.1 is ten points of volatility
  double skew_shift = 0.0;           ///< added to the slope of relative volatility in log-moneyness
  double rate_bp = 0.0;              ///< basis points added to every zero rate
  double dividend_yield_bp = 0.0;    ///< basis points added to every yield; borrow costs are yields too
  double dividends_relative = 0.0;   ///< of every cash dividend to come

  friend bool operator==(const UnderlyingShock&, const UnderlyingShock&) = default;
};

/// A change of the market as a value: a move for each underlying that it names, none for the others. A fall of
/// volatility ends at the floor, or at the level itself where that lay lower already.
struct Shock {
  std::vector<UnderlyingShock> moves;
  double volatility_floor = 0.01;

  friend bool operator==(const Shock&, const Shock&) = default;
};

/// The market after the shock, as a new snapshot that shares every underlying that does not move; the same digest if
/// none does. A moved volatility, rate or dividend is assumed from then on.
/// Refuses numbers that are not finite, a fall of more than all there is, a negative floor, one underlying named twice
/// (invalid_value), and an underlying that the snapshot lacks (missing_quote).
Result<Snapshot> apply(const Shock& shock, const Snapshot& snapshot);

/// A shock that moves the spot of every underlying of the snapshot by the same fraction, and nothing else.
Shock parallel_spot_shock(const Snapshot& snapshot, double spot_relative);

template <>
struct Fields<UnderlyingShock> {
  static constexpr std::string_view name = "UnderlyingShock";
  static constexpr auto list = std::make_tuple(
      field("underlying", &UnderlyingShock::underlying), field("spot_relative", &UnderlyingShock::spot_relative),
      field("volatility_relative", &UnderlyingShock::volatility_relative),
      field("volatility_shift", &UnderlyingShock::volatility_shift), field("skew_shift", &UnderlyingShock::skew_shift),
      field("rate_bp", &UnderlyingShock::rate_bp), field("dividend_yield_bp", &UnderlyingShock::dividend_yield_bp),
      field("dividends_relative", &UnderlyingShock::dividends_relative));
};

template <>
struct Fields<Shock> {
  static constexpr std::string_view name = "Shock";
  static constexpr auto list =
      std::make_tuple(field("moves", &Shock::moves), field("volatility_floor", &Shock::volatility_floor));
};

}  // namespace plimsoll
