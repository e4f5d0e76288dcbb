#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/product/option_type.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plimsoll::margin {

/// Which column of the option table of FINRA 4210(f)(2)(E) an underlying falls under.
enum class UnderlyingClass { equity, narrow_index, broad_index };

/// What the rules look at in an underlying on the valuation date.
struct UnderlyingView {
  std::string name;
  UnderlyingClass kind = UnderlyingClass::equity;
  double spot = 0.0;
  double leverage = 1.0;  ///< stated multiple of a leveraged or inverse fund, by its size; 1 for all others
  PriceBasis price_basis = PriceBasis::raw;
};

/// The prices that an account is margined at; option and future marks travel with the positions.
struct MarketView {
  Date valuation_date;
  std::vector<UnderlyingView> underlyings;
};

/// Shares held (positive) or sold short (negative).
struct StockPosition {
  std::string trade_id;
  std::string underlying;
  double quantity = 0.0;
};

/// Listed option contracts held (positive) or written (negative), with the mark of one unit of the underlying.
struct OptionPosition {
  std::string trade_id;
  std::string underlying;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::american;
  double strike = 0.0;
  Date expiry;
  double quantity = 0.0;    ///< whole contracts
  double multiplier = 100;  ///< whole units of the underlying per contract
  double mark = 0.0;
};

/// Futures contracts bought (positive) or sold (negative); variation runs from the entry price to the mark.
struct FuturePosition {
  std::string trade_id;
  std::string underlying;
  Date expiry;
  double quantity = 0.0;  ///< whole contracts
  double multiplier = 1.0;
  double entry_price = 0.0;
  double mark = 0.0;
};

/// A margin account of one customer in one currency.
struct Account {
  std::string account_id;
  Money cash;  ///< settled balance; negative is a debit
  std::vector<StockPosition> stocks;
  std::vector<OptionPosition> options;
  std::vector<FuturePosition> futures;
};

}  // namespace plimsoll::margin
