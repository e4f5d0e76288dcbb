#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/reverse_stress.hpp"
#include "plimsoll/margin/stress.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// What leverage looks at in an underlying beside its price: its own beta to the index (that of a threefold fund is
/// about three) and the multiple of its index that a fund is reset to, negative for an inverse fund.
struct LeverageFactor {
  std::string underlying;
  double beta = 1.0;
  double multiple = 1.0;

  friend bool operator==(const LeverageFactor&, const LeverageFactor&) = default;
};

/// What is asked for: factors (1 and 1 where none is given), the move of the index that leverage is stressed by, and
/// the search for the distance to a call, by the index and, if asked, by each name.
struct LeverageSettings {
  std::vector<LeverageFactor> factors;
  double stressed_move = -0.2;
  SpotSearch search;
  bool by_name = false;

  friend bool operator==(const LeverageSettings&, const LeverageSettings&) = default;
};

/// Exposures of one underlying in currency. `value` is signed market value of stock and options and notional of
/// futures; `delta` what a move of 100 % would make at the present slope.
struct Exposure {
  std::string underlying;
  double value = 0.0;
  double gross_value = 0.0;  ///< sizes of positions summed
  double delta = 0.0;
  double gross_delta = 0.0;
  double beta_delta = 0.0;    ///< delta times beta
  double look_through = 0.0;  ///< delta times the fund's multiple

  friend bool operator==(const Exposure&, const Exposure&) = default;
};

/// Exposures over equity; positive net is long the market.
struct LeverageRatios {
  double gross = 0.0;
  double net = 0.0;
  double delta_gross = 0.0;
  double delta_net = 0.0;
  double beta_net = 0.0;
  double look_through_gross = 0.0;
  double look_through_net = 0.0;

  friend bool operator==(const LeverageRatios&, const LeverageRatios&) = default;
};

/// How far a name alone is from a call.
struct NameLimits {
  std::string underlying;
  SpotLimits limits;

  friend bool operator==(const NameLimits&, const NameLimits&) = default;
};

/// Leverage of one account. Ratios are none without equity, or without what they are divided by.
struct Leverage {
  std::string account_id;
  Money equity;
  Money initial;      ///< requirement
  Money maintenance;  ///< requirement
  std::vector<Exposure> exposures;
  std::optional<LeverageRatios> ratios;
  std::optional<double> equity_over_gross;
  std::optional<double> utilisation;      ///< maintenance over equity with loan value
  std::optional<double> regime_leverage;  ///< gross value over the initial requirement: what the rules allow
  std::optional<double> implied_haircut;  ///< maintenance over gross value
  Money stressed_equity;
  std::optional<LeverageRatios> stressed;
  SpotLimits index;  ///< moves of the index, each underlying by its beta, that leave no excess
  std::vector<NameLimits> names;

  friend bool operator==(const Leverage&, const Leverage&) = default;
};

/// Leverage of every account of a book, valued in full at the snapshot and after the stressed move, and its distance to
/// a call by revaluing and margining it along the way. An account is refused for the first position without a price.
/// Source: section 5.2 of the margin specification; FINRA 4210 for requirement and equity.
/// Accuracy: distances are within the tolerance of the search. Limits: as spot_limits; deltas are those of the method.
/// The results have the same bits for any number of threads.
Result<std::vector<Result<Leverage>>> leverage(const StressBook& book, const Snapshot& snapshot, const Method& method,
                                               const MarginSettings& settings, const LeverageSettings& asked,
                                               int threads);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::LeverageFactor> {
  static constexpr std::string_view name = "LeverageFactor";
  static constexpr auto list = std::make_tuple(field("underlying", &margin::LeverageFactor::underlying),
                                               field("beta", &margin::LeverageFactor::beta),
                                               field("multiple", &margin::LeverageFactor::multiple));
};

template <>
struct Fields<margin::LeverageSettings> {
  static constexpr std::string_view name = "LeverageSettings";
  static constexpr auto list = std::make_tuple(field("factors", &margin::LeverageSettings::factors),
                                               field("stressed_move", &margin::LeverageSettings::stressed_move),
                                               field("search", &margin::LeverageSettings::search),
                                               field("by_name", &margin::LeverageSettings::by_name));
};

template <>
struct Fields<margin::Exposure> {
  static constexpr std::string_view name = "Exposure";
  static constexpr auto list = std::make_tuple(
      field("underlying", &margin::Exposure::underlying), field("value", &margin::Exposure::value),
      field("gross_value", &margin::Exposure::gross_value), field("delta", &margin::Exposure::delta),
      field("gross_delta", &margin::Exposure::gross_delta), field("beta_delta", &margin::Exposure::beta_delta),
      field("look_through", &margin::Exposure::look_through));
};

template <>
struct Fields<margin::LeverageRatios> {
  static constexpr std::string_view name = "LeverageRatios";
  static constexpr auto list = std::make_tuple(
      field("gross", &margin::LeverageRatios::gross), field("net", &margin::LeverageRatios::net),
      field("delta_gross", &margin::LeverageRatios::delta_gross),
      field("delta_net", &margin::LeverageRatios::delta_net), field("beta_net", &margin::LeverageRatios::beta_net),
      field("look_through_gross", &margin::LeverageRatios::look_through_gross),
      field("look_through_net", &margin::LeverageRatios::look_through_net));
};

template <>
struct Fields<margin::NameLimits> {
  static constexpr std::string_view name = "NameLimits";
  static constexpr auto list = std::make_tuple(field("underlying", &margin::NameLimits::underlying),
                                               field("limits", &margin::NameLimits::limits));
};

template <>
struct Fields<margin::Leverage> {
  static constexpr std::string_view name = "Leverage";
  static constexpr auto list = std::make_tuple(
      field("account_id", &margin::Leverage::account_id), field("equity", &margin::Leverage::equity),
      field("initial", &margin::Leverage::initial), field("maintenance", &margin::Leverage::maintenance),
      field("exposures", &margin::Leverage::exposures), field("ratios", &margin::Leverage::ratios),
      field("equity_over_gross", &margin::Leverage::equity_over_gross),
      field("utilisation", &margin::Leverage::utilisation),
      field("regime_leverage", &margin::Leverage::regime_leverage),
      field("implied_haircut", &margin::Leverage::implied_haircut),
      field("stressed_equity", &margin::Leverage::stressed_equity), field("stressed", &margin::Leverage::stressed),
      field("index", &margin::Leverage::index), field("names", &margin::Leverage::names));
};

}  // namespace plimsoll
