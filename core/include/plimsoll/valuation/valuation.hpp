#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/method/greeks.hpp"
#include "plimsoll/product/trade.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

/// What a reader of a result must be told. `flattened_market`: one volatility (that of the strike, level or extremum),
/// rate and yield stand for a skewed surface or a sloping curve in the price of a product that sees more of them.
enum class Flag {
  adjusted_prices,
  assumed_rate,
  assumed_dividends,
  assumed_volatility,
  below_no_arbitrage_bound,
  above_no_arbitrage_bound,
  flattened_market,
  assumed_correlation,
};

/// The flag as it is written, for instance "assumed_rate".
std::string_view name(Flag flag) noexcept;

/// Sensitivities to one underlying of several, the others fixed; units as in `Greeks`, `dividend` per 1.00 of its
/// yield.
struct UnderlyingGreeks {
  std::string underlying;
  double delta = 0.0;
  double gamma = 0.0;
  double vega = 0.0;
  double dividend = 0.0;

  friend bool operator==(const UnderlyingGreeks&, const UnderlyingGreeks&) = default;
};

/// Sensitivities to two underlyings at once: the change of one's delta per 1 of the other's spot, and that of the price
/// per 1.00 of their correlation.
struct PairGreeks {
  std::string first;
  std::string second;
  double cross_gamma = 0.0;
  double correlation = 0.0;

  friend bool operator==(const PairGreeks&, const PairGreeks&) = default;
};

/// The sensitivities of a trade on several underlyings; of one on a single underlying there are none.
struct SeveralGreeks {
  std::vector<UnderlyingGreeks> by_underlying;
  std::vector<PairGreeks> by_pair;

  friend bool operator==(const SeveralGreeks&, const SeveralGreeks&) = default;
};

/// Enough to compute a result again: digests are SHA-256 in hexadecimal. The method's digest leaves its number of
/// threads out, because that cannot change a bit of the result.
struct Evidence {
  std::string trade_digest;
  std::string snapshot_digest;
  std::string method_digest;
  std::string method;
  std::string library_version;
  std::optional<std::uint64_t> seed;
  std::string isa;

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

/// What one unit of a product is worth to its holder, in currency per unit of the underlying; the trade's quantity and
/// multiplier are not applied. Standard errors are there when chance was simulated; an error estimate, in the price's
/// unit, when the method says how far from exact its price may be. For several underlyings `greeks` are those to all
/// spots, and to all volatilities, moved together by the same amount; `several` tells them apart.
struct Valuation {
  double price = 0.0;
  Greeks greeks;
  std::optional<double> standard_error;
  std::optional<Greeks> greek_standard_errors;
  std::optional<double> error_estimate;
  std::vector<Flag> flags;
  Evidence evidence;
  SeveralGreeks several{};
  SeveralGreeks several_standard_errors{};

  friend bool operator==(const Valuation&, const Valuation&) = default;
};

/// The worth and sensitivities of the whole position: the valuation times quantity times multiplier. A future costs
/// nothing to enter, so its worth is the variation since then: (forward price - entry price) times quantity times
/// multiplier, and there is none while the entry price is unknown.
struct Position {
  std::optional<double> value;
  Greeks greeks;
  SeveralGreeks several{};

  friend bool operator==(const Position&, const Position&) = default;
};

/// The position of a trade; `entry_price`, per unit of the underlying, counts for a future alone.
Position position(const Trade& trade, const Valuation& valuation, std::optional<double> entry_price = std::nullopt);

/// The instruction set that this library was compiled for, for instance "x86-64".
std::string_view instruction_set() noexcept;

template <>
struct Fields<Evidence> {
  static constexpr std::string_view name = "Evidence";
  static constexpr auto list = std::make_tuple(
      field("trade_digest", &Evidence::trade_digest), field("snapshot_digest", &Evidence::snapshot_digest),
      field("method_digest", &Evidence::method_digest), field("method", &Evidence::method),
      field("library_version", &Evidence::library_version), field("seed", &Evidence::seed),
      field("isa", &Evidence::isa));
};

template <>
struct Fields<UnderlyingGreeks> {
  static constexpr std::string_view name = "UnderlyingGreeks";
  static constexpr auto list =
      std::make_tuple(field("underlying", &UnderlyingGreeks::underlying), field("delta", &UnderlyingGreeks::delta),
                      field("gamma", &UnderlyingGreeks::gamma), field("vega", &UnderlyingGreeks::vega),
                      field("dividend", &UnderlyingGreeks::dividend));
};

template <>
struct Fields<PairGreeks> {
  static constexpr std::string_view name = "PairGreeks";
  static constexpr auto list =
      std::make_tuple(field("first", &PairGreeks::first), field("second", &PairGreeks::second),
                      field("cross_gamma", &PairGreeks::cross_gamma), field("correlation", &PairGreeks::correlation));
};

template <>
struct Fields<SeveralGreeks> {
  static constexpr std::string_view name = "SeveralGreeks";
  static constexpr auto list =
      std::make_tuple(field("by_underlying", &SeveralGreeks::by_underlying), field("by_pair", &SeveralGreeks::by_pair));
};

template <>
struct Fields<Valuation> {
  static constexpr std::string_view name = "Valuation";
  static constexpr auto list =
      std::make_tuple(field("price", &Valuation::price), field("greeks", &Valuation::greeks),
                      field("standard_error", &Valuation::standard_error),
                      field("greek_standard_errors", &Valuation::greek_standard_errors),
                      field("error_estimate", &Valuation::error_estimate), field("flags", &Valuation::flags),
                      field("evidence", &Valuation::evidence), field("several", &Valuation::several),
                      field("several_standard_errors", &Valuation::several_standard_errors));
};

template <>
struct Fields<Position> {
  static constexpr std::string_view name = "Position";
  static constexpr auto list = std::make_tuple(field("value", &Position::value), field("greeks", &Position::greeks),
                                               field("several", &Position::several));
};

}  // namespace plimsoll
