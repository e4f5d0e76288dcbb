#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/product/barrier_terms.hpp"
#include "plimsoll/product/carry_terms.hpp"
#include "plimsoll/product/digital_terms.hpp"
#include "plimsoll/product/lookback_terms.hpp"
#include "plimsoll/product/option_on_dates_terms.hpp"
#include "plimsoll/product/product.hpp"
#include "plimsoll/product/quanto_terms.hpp"
#include "plimsoll/product/two_asset_terms.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace plimsoll {

/// An option as traded: by underlying and calendar dates.
struct OptionTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  Exercise exercise = Exercise::american;
  double strike = 0.0;
  Date expiry;

  friend bool operator==(const OptionTerms&, const OptionTerms&) = default;
};

/// An average-price option as traded; `fixed` holds one value for each fixing before the valuation date.
struct AsianTerms {
  std::string underlying;
  OptionType type = OptionType::call;
  double strike = 0.0;
  std::vector<Date> fixings;
  std::vector<double> fixed;
  Date expiry;

  friend bool operator==(const AsianTerms&, const AsianTerms&) = default;
};

struct StockTerms {
  std::string underlying;

  friend bool operator==(const StockTerms&, const StockTerms&) = default;
};

struct FutureTerms {
  std::string underlying;
  Date expiry;

  friend bool operator==(const FutureTerms&, const FutureTerms&) = default;
};

using Terms =
    std::variant<OptionTerms, AsianTerms, StockTerms, FutureTerms, DigitalTerms, TouchTerms, BarrierTerms,
                 DoubleBarrierTerms, SoftBarrierTerms, LookbackTerms, DoubleTouchTerms, ForwardStartTerms, ChooserTerms,
                 CompoundTerms, ExtendibleTerms, ExchangeTerms, SpreadTerms, BasketTerms, ExtremeTerms,
                 CorrelationTerms, FutureOptionTerms, CurrencyForwardTerms, CurrencyOptionTerms, QuantoTerms,
                 QuantoBarrierTerms, TwoAssetBarrierTerms, PartialTimeBarrierTerms, PartialLookbackTerms>;

/// A position in one contract. The quantity is signed from the account's side: positive is long. The multiplier is the
/// number of units of the underlying in one contract.
struct Trade {
  std::string id;
  double quantity = 1.0;
  double multiplier = 1.0;
  Terms terms;

  friend bool operator==(const Trade&, const Trade&) = default;
};

template <>
struct Fields<OptionTerms> {
  static constexpr std::string_view name = "OptionTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &OptionTerms::underlying), field("type", &OptionTerms::type),
                      field("exercise", &OptionTerms::exercise), field("strike", &OptionTerms::strike),
                      field("expiry", &OptionTerms::expiry));
};

template <>
struct Fields<AsianTerms> {
  static constexpr std::string_view name = "AsianTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &AsianTerms::underlying), field("type", &AsianTerms::type),
                      field("strike", &AsianTerms::strike), field("fixings", &AsianTerms::fixings),
                      field("fixed", &AsianTerms::fixed), field("expiry", &AsianTerms::expiry));
};

template <>
struct Fields<StockTerms> {
  static constexpr std::string_view name = "StockTerms";
  static constexpr auto list = std::make_tuple(field("underlying", &StockTerms::underlying));
};

template <>
struct Fields<FutureTerms> {
  static constexpr std::string_view name = "FutureTerms";
  static constexpr auto list =
      std::make_tuple(field("underlying", &FutureTerms::underlying), field("expiry", &FutureTerms::expiry));
};

template <>
struct Fields<Trade> {
  static constexpr std::string_view name = "Trade";
  static constexpr auto list = std::make_tuple(field("id", &Trade::id), field("quantity", &Trade::quantity),
                                               field("multiplier", &Trade::multiplier), field("terms", &Trade::terms));
};

/// The name of the underlying that the trade is on; of one on several, the first.
const std::string& underlying_of(const Trade& trade);

/// The names of all underlyings that the trade is on, in the order of its terms.
std::vector<std::string> underlyings_of(const Trade& trade);

/// The product in years from the valuation date (Act/365F). Refuses an expiry before that date (expired_product; on the
/// date itself the product is at expiry and worth its payoff), an Asian that lacks a past fixing or holds one too many,
/// a knocked barrier without its day or with one to come, a knock-out that ends before it can ever pay, dates out of
/// order, a start or a choice that is over without its outcome or to come with one, a knock outside the window in which
/// a barrier is watched, and whatever find_flaw refuses. A knocked trade is what is left of it, an option or a Payment;
/// a forward start that has begun and a choice that has been made are European options, a window that is over or to the
/// expiry leaves the option that the spot now decides.
Result<Product> resolve(const Trade& trade, Date valuation_date);

}  // namespace plimsoll
