#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/span/parameters.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/product/trade.hpp"
#include "plimsoll/valuation/value.hpp"

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin::span {

/// How far the spot and the volatility of an underlying are moved, both absolute: in its currency and in volatility.
struct ScanRange {
  std::string underlying;
  double price = 0.0;
  double volatility = 0.0;

  friend bool operator==(const ScanRange&, const ScanRange&) = default;
};

/// The scenarios that arrays are made for, a number of days ahead.
struct ScanSettings {
  std::vector<ScanPoint> scan_points;
  std::vector<DeltaPoint> delta_points;
  std::vector<ScanRange> ranges;
  std::int32_t look_ahead_days = 1;
  double volatility_floor = 0.01;

  friend bool operator==(const ScanSettings&, const ScanSettings&) = default;
};

/// What a parameter file holds of one contract: its price for one unit of the underlying, its composite delta, and the
/// losses of one long contract.
struct ScannedContract {
  double price = 0.0;
  double delta = 0.0;
  std::vector<double> losses;

  friend bool operator==(const ScannedContract&, const ScannedContract&) = default;
};

/// Risk arrays of contracts, valued in full in every scenario through the door; quantities of the trades are left
/// aside. A scenario's loss is the fall of the price from today to the look-ahead day in the moved market, times the
/// multiplier and the scenario's weight. The surface keeps its shape in log-moneyness; a dividend that goes ex on the
/// way falls off the spot. The composite delta of an option is the weighted sum of its deltas at the delta points, that
/// of a future or share is 1.
/// Refuses settings without sense and a range that takes a spot to 0 (invalid_value); of a contract: an underlying
/// without a range or market (missing_quote), and whatever its valuation refuses.
/// The arrays have the same bits for any number of threads.
Result<std::vector<Result<ScannedContract>>> scan_contracts(std::span<const Trade> contracts, const Snapshot& snapshot,
                                                            const ScanSettings& settings, const Method& method,
                                                            int threads);

}  // namespace plimsoll::margin::span

namespace plimsoll {

template <>
struct Fields<margin::span::ScanRange> {
  using S = margin::span::ScanRange;
  static constexpr std::string_view name = "ScanRange";
  static constexpr auto list = std::make_tuple(field("underlying", &S::underlying), field("price", &S::price),
                                               field("volatility", &S::volatility));
};

template <>
struct Fields<margin::span::ScanSettings> {
  using S = margin::span::ScanSettings;
  static constexpr std::string_view name = "ScanSettings";
  static constexpr auto list = std::make_tuple(
      field("scan_points", &S::scan_points), field("delta_points", &S::delta_points), field("ranges", &S::ranges),
      field("look_ahead_days", &S::look_ahead_days), field("volatility_floor", &S::volatility_floor));
};

template <>
struct Fields<margin::span::ScannedContract> {
  using S = margin::span::ScannedContract;
  static constexpr std::string_view name = "ScannedContract";
  static constexpr auto list =
      std::make_tuple(field("price", &S::price), field("delta", &S::delta), field("losses", &S::losses));
};

}  // namespace plimsoll
