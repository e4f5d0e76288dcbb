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
};

/// The flag as it is written, for instance "assumed_rate".
std::string_view name(Flag flag) noexcept;

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
/// unit, when the method says how far from exact its price may be.
struct Valuation {
  double price = 0.0;
  Greeks greeks;
  std::optional<double> standard_error;
  std::optional<Greeks> greek_standard_errors;
  std::optional<double> error_estimate;
  std::vector<Flag> flags;
  Evidence evidence;

  friend bool operator==(const Valuation&, const Valuation&) = default;
};

/// The worth and sensitivities of the whole position: the valuation times quantity times multiplier. A future costs
/// nothing to enter, so its worth is the variation since then: (forward price - entry price) times quantity times
/// multiplier, and there is none while the entry price is unknown.
struct Position {
  std::optional<double> value;
  Greeks greeks;

  friend bool operator==(const Position&, const Position&) = default;
};

/// The position of a trade; `entry_price`, per unit of the underlying, counts for a future alone.
Position position(const Trade& trade, const Valuation& valuation,
                  std::optional<double> entry_price = std::nullopt) noexcept;

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
struct Fields<Valuation> {
  static constexpr std::string_view name = "Valuation";
  static constexpr auto list =
      std::make_tuple(field("price", &Valuation::price), field("greeks", &Valuation::greeks),
                      field("standard_error", &Valuation::standard_error),
                      field("greek_standard_errors", &Valuation::greek_standard_errors),
                      field("error_estimate", &Valuation::error_estimate), field("flags", &Valuation::flags),
                      field("evidence", &Valuation::evidence));
};

template <>
struct Fields<Position> {
  static constexpr std::string_view name = "Position";
  static constexpr auto list = std::make_tuple(field("value", &Position::value), field("greeks", &Position::greeks));
};

}  // namespace plimsoll
