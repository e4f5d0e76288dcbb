#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/account.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

namespace plimsoll::margin {

using Position = std::variant<StockPosition, OptionPosition, FuturePosition>;

/// A trade at a price per unit of the underlying: stock and options are paid in cash, a future starts its variation. A
/// series that the account holds keeps its mark; stock closes what is held on the other side first.
struct TradeChange {
  Position position;
  double price = 0.0;

  friend bool operator==(const TradeChange&, const TradeChange&) = default;
};

/// The mark of the series of one position, which all its lots take.
struct MarkChange {
  std::string trade_id;
  double mark = 0.0;

  friend bool operator==(const MarkChange&, const MarkChange&) = default;
};

/// A new price of one underlying, with new marks of its options and futures.
struct PriceChange {
  std::string underlying;
  double spot = 0.0;
  std::vector<MarkChange> marks;

  friend bool operator==(const PriceChange&, const PriceChange&) = default;
};

/// Cash paid in (positive) or drawn out.
struct CashChange {
  Money amount;

  friend bool operator==(const CashChange&, const CashChange&) = default;
};

using Change = std::variant<TradeChange, PriceChange, CashChange>;

/// The largest whole quantity of a trade that an account can bear, with the proof on either side.
struct LargestSize {
  std::int64_t quantity = 0;  ///< contracts or shares on the side of the trade
  Money excess;               ///< there, 0 or more
  Money next_excess;          ///< of one more, below 0 unless the limit was reached
  bool reached_limit = false;
  std::int64_t evaluations = 0;

  friend bool operator==(const LargestSize&, const LargestSize&) = default;
};

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::TradeChange> {
  static constexpr std::string_view name = "TradeChange";
  static constexpr auto list =
      std::make_tuple(field("position", &margin::TradeChange::position), field("price", &margin::TradeChange::price));
};

template <>
struct Fields<margin::MarkChange> {
  static constexpr std::string_view name = "MarkChange";
  static constexpr auto list =
      std::make_tuple(field("trade_id", &margin::MarkChange::trade_id), field("mark", &margin::MarkChange::mark));
};

template <>
struct Fields<margin::PriceChange> {
  static constexpr std::string_view name = "PriceChange";
  static constexpr auto list =
      std::make_tuple(field("underlying", &margin::PriceChange::underlying), field("spot", &margin::PriceChange::spot),
                      field("marks", &margin::PriceChange::marks));
};

template <>
struct Fields<margin::CashChange> {
  static constexpr std::string_view name = "CashChange";
  static constexpr auto list = std::make_tuple(field("amount", &margin::CashChange::amount));
};

template <>
struct Fields<margin::LargestSize> {
  static constexpr std::string_view name = "LargestSize";
  static constexpr auto list =
      std::make_tuple(field("quantity", &margin::LargestSize::quantity), field("excess", &margin::LargestSize::excess),
                      field("next_excess", &margin::LargestSize::next_excess),
                      field("reached_limit", &margin::LargestSize::reached_limit),
                      field("evaluations", &margin::LargestSize::evaluations));
};

}  // namespace plimsoll
