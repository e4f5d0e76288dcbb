#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/market/snapshot.hpp"
#include "plimsoll/product/option_type.hpp"

#include <string>
#include <string_view>
#include <tuple>
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

  friend bool operator==(const UnderlyingView&, const UnderlyingView&) = default;
};

/// The prices that an account is margined at; option and future marks travel with the positions.
struct MarketView {
  Date valuation_date;
  std::vector<UnderlyingView> underlyings;

  friend bool operator==(const MarketView&, const MarketView&) = default;
};

/// Shares held (positive) or sold short (negative).
struct StockPosition {
  std::string trade_id;
  std::string underlying;
  double quantity = 0.0;

  friend bool operator==(const StockPosition&, const StockPosition&) = default;
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

  friend bool operator==(const OptionPosition&, const OptionPosition&) = default;
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

  friend bool operator==(const FuturePosition&, const FuturePosition&) = default;
};

/// A margin account of one customer in one currency.
struct Account {
  std::string account_id;
  Money cash;  ///< settled balance; negative is a debit
  std::vector<StockPosition> stocks;
  std::vector<OptionPosition> options;
  std::vector<FuturePosition> futures;

  friend bool operator==(const Account&, const Account&) = default;
};

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::UnderlyingView> {
  static constexpr std::string_view name = "UnderlyingView";
  static constexpr auto list = std::make_tuple(
      field("name", &margin::UnderlyingView::name), field("kind", &margin::UnderlyingView::kind),
      field("spot", &margin::UnderlyingView::spot), field("leverage", &margin::UnderlyingView::leverage),
      field("price_basis", &margin::UnderlyingView::price_basis));
};

template <>
struct Fields<margin::MarketView> {
  static constexpr std::string_view name = "MarketView";
  static constexpr auto list = std::make_tuple(field("valuation_date", &margin::MarketView::valuation_date),
                                               field("underlyings", &margin::MarketView::underlyings));
};

template <>
struct Fields<margin::StockPosition> {
  static constexpr std::string_view name = "StockPosition";
  static constexpr auto list = std::make_tuple(field("trade_id", &margin::StockPosition::trade_id),
                                               field("underlying", &margin::StockPosition::underlying),
                                               field("quantity", &margin::StockPosition::quantity));
};

template <>
struct Fields<margin::OptionPosition> {
  static constexpr std::string_view name = "OptionPosition";
  static constexpr auto list = std::make_tuple(
      field("trade_id", &margin::OptionPosition::trade_id), field("underlying", &margin::OptionPosition::underlying),
      field("type", &margin::OptionPosition::type), field("exercise", &margin::OptionPosition::exercise),
      field("strike", &margin::OptionPosition::strike), field("expiry", &margin::OptionPosition::expiry),
      field("quantity", &margin::OptionPosition::quantity), field("multiplier", &margin::OptionPosition::multiplier),
      field("mark", &margin::OptionPosition::mark));
};

template <>
struct Fields<margin::FuturePosition> {
  static constexpr std::string_view name = "FuturePosition";
  static constexpr auto list = std::make_tuple(
      field("trade_id", &margin::FuturePosition::trade_id), field("underlying", &margin::FuturePosition::underlying),
      field("expiry", &margin::FuturePosition::expiry), field("quantity", &margin::FuturePosition::quantity),
      field("multiplier", &margin::FuturePosition::multiplier),
      field("entry_price", &margin::FuturePosition::entry_price), field("mark", &margin::FuturePosition::mark));
};

template <>
struct Fields<margin::Account> {
  static constexpr std::string_view name = "Account";
  static constexpr auto list =
      std::make_tuple(field("account_id", &margin::Account::account_id), field("cash", &margin::Account::cash),
                      field("stocks", &margin::Account::stocks), field("options", &margin::Account::options),
                      field("futures", &margin::Account::futures));
};

}  // namespace plimsoll
