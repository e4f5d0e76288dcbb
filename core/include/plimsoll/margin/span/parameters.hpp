#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

/// SPAN: what a clearing house publishes for a day, as the reader of its file or the generator gives it. A period is a
/// contract month YYYYMMDD; a month without a day has day 00, and the end of a range day 99. Rates are in the currency
/// of the commodity and for one unit of composite delta unless said otherwise.
namespace plimsoll::margin::span {

/// How many scenarios a risk array has.
inline constexpr std::size_t scenario_count = 16;
inline constexpr std::int32_t last_period = 99'999'999;

enum class ContractKind { physical, future, call, put };
/// Whether short calls and puts both count towards the short option minimum, or only the larger of the two sides.
enum class OptionMinimum { gross, larger_side };
/// The price risk of one unit of delta: as computed, not above the price scan range, or that range itself.
enum class PriceRisk { normal, capped, scan_range };
/// An amount for each unit of delta, or a fraction of the weighted futures price risk.
enum class SpreadRate { flat, weighted };
/// Legs of one side are on the same side of the market, legs of different sides on opposite ones.
enum class Side { a, b };
enum class AccountClass { member, hedger, speculator };

/// A move of the market: fractions of the price and volatility scan ranges, the part of the loss that is covered, and
/// the index of the scenario with the same price move and the opposite move of volatility.
struct ScanPoint {
  double price = 0.0;
  double volatility = 0.0;
  double weight = 1.0;
  std::int32_t paired = 0;

  friend bool operator==(const ScanPoint&, const ScanPoint&) = default;
};

/// A price move at which the delta is taken, with its weight in the composite delta.
struct DeltaPoint {
  double price = 0.0;
  double weight = 0.0;

  friend bool operator==(const DeltaPoint&, const DeltaPoint&) = default;
};

/// What is published for one contract, always seen from one long position.
struct Contract {
  std::string id;
  std::string commodity;
  ContractKind kind = ContractKind::future;
  double strike = 0.0;
  std::int32_t period = 0;
  std::optional<Date> expiry;
  double multiplier = 1.0;  ///< units of the price in one contract
  double price = 0.0;
  double delta = 1.0;          ///< composite
  double scale = 1.0;          ///< size of the contract in the commodity's units of delta
  bool premium_style = false;  ///< the price is paid at once: its value may offset risk
  /// Loss in the currency by scenario, positive when money is lost. The extreme scenarios hold the covered part alone:
  /// the weight of their points is in them already.
  std::vector<double> losses;

  friend bool operator==(const Contract&, const Contract&) = default;
};

/// A range of periods, both ends in it; the rate is that of a short option and stands in such tiers alone.
struct Tier {
  std::int32_t number = 0;
  std::int32_t first = 0;
  std::int32_t last = last_period;
  double rate = 0.0;

  friend bool operator==(const Tier&, const Tier&) = default;
};

/// One leg of a spread: a tier, 0 for the whole commodity, or a single period.
struct SpreadLeg {
  std::string commodity;
  std::int32_t tier = 0;
  std::int32_t period = 0;  ///< 0: the leg is a tier
  Side side = Side::a;
  double ratio = 1.0;          ///< delta for one spread
  std::optional<double> rate;  ///< in place of the spread's own

  friend bool operator==(const SpreadLeg&, const SpreadLeg&) = default;
};

struct Spread {
  std::int32_t priority = 0;
  SpreadRate method = SpreadRate::flat;
  double rate = 0.0;  ///< of a charge for one spread; of a credit for one unit of delta, or a fraction
  std::vector<SpreadLeg> legs;

  friend bool operator==(const Spread&, const Spread&) = default;
};

/// Charges in a period that is being delivered, for delta inside spreads and for delta left outside.
struct DeliveryRate {
  std::int32_t period = 0;
  double in_spreads = 0.0;
  double outright = 0.0;

  friend bool operator==(const DeliveryRate&, const DeliveryRate&) = default;
};

/// By how much the risk is multiplied for a class of accounts.
struct ClassRatio {
  AccountClass account_class = AccountClass::member;
  double maintenance = 1.0;
  double initial = 1.0;

  friend bool operator==(const ClassRatio&, const ClassRatio&) = default;
};

/// All that is margined as one: futures and options on the same thing.
struct Commodity {
  std::string code;
  std::string currency;
  OptionMinimum option_minimum = OptionMinimum::gross;
  PriceRisk price_risk = PriceRisk::normal;
  double price_scan_range = 0.0;   ///< in currency for one unit of delta
  bool caps_option_value = false;  ///< option value beyond the commodity's own risk offsets nothing
  std::vector<Tier> scan_tiers;
  std::vector<Tier> spread_tiers;
  std::vector<Tier> credit_tiers;
  std::vector<Tier> option_tiers;
  std::vector<Spread> spreads;
  std::vector<DeliveryRate> delivery;
  std::vector<ClassRatio> ratios;
  std::string unsupported;  ///< why this commodity cannot be margined; empty if it can

  friend bool operator==(const Commodity&, const Commodity&) = default;
};

/// The parameters of one clearing house on one day.
struct ParameterSet {
  std::string set_id;
  Date date;
  std::vector<ScanPoint> scan_points;
  std::vector<DeltaPoint> delta_points;
  std::vector<Commodity> commodities;
  std::vector<Contract> contracts;
  std::vector<Spread> super_spreads;  ///< credits that go before the charges inside commodities
  std::vector<Spread> inter_spreads;

  friend bool operator==(const ParameterSet&, const ParameterSet&) = default;
};

/// The first entry of the set that no calculation could stand on, if there is one.
std::optional<Error> find_flaw(const ParameterSet& set);

/// Whether the tier holds the period.
constexpr bool holds(const Tier& tier, std::int32_t period) noexcept {
  return tier.first <= period && period <= tier.last;
}

}  // namespace plimsoll::margin::span

namespace plimsoll {

template <>
struct Fields<margin::span::ScanPoint> {
  using S = margin::span::ScanPoint;
  static constexpr std::string_view name = "ScanPoint";
  static constexpr auto list = std::make_tuple(field("price", &S::price), field("volatility", &S::volatility),
                                               field("weight", &S::weight), field("paired", &S::paired));
};

template <>
struct Fields<margin::span::DeltaPoint> {
  using S = margin::span::DeltaPoint;
  static constexpr std::string_view name = "DeltaPoint";
  static constexpr auto list = std::make_tuple(field("price", &S::price), field("weight", &S::weight));
};

template <>
struct Fields<margin::span::Contract> {
  using S = margin::span::Contract;
  static constexpr std::string_view name = "Contract";
  static constexpr auto list = std::make_tuple(
      field("id", &S::id), field("commodity", &S::commodity), field("kind", &S::kind), field("strike", &S::strike),
      field("period", &S::period), field("expiry", &S::expiry), field("multiplier", &S::multiplier),
      field("price", &S::price), field("delta", &S::delta), field("scale", &S::scale),
      field("premium_style", &S::premium_style), field("losses", &S::losses));
};

template <>
struct Fields<margin::span::Tier> {
  using S = margin::span::Tier;
  static constexpr std::string_view name = "Tier";
  static constexpr auto list = std::make_tuple(field("number", &S::number), field("first", &S::first),
                                               field("last", &S::last), field("rate", &S::rate));
};

template <>
struct Fields<margin::span::SpreadLeg> {
  using S = margin::span::SpreadLeg;
  static constexpr std::string_view name = "SpreadLeg";
  static constexpr auto list =
      std::make_tuple(field("commodity", &S::commodity), field("tier", &S::tier), field("period", &S::period),
                      field("side", &S::side), field("ratio", &S::ratio), field("rate", &S::rate));
};

template <>
struct Fields<margin::span::Spread> {
  using S = margin::span::Spread;
  static constexpr std::string_view name = "Spread";
  static constexpr auto list = std::make_tuple(field("priority", &S::priority), field("method", &S::method),
                                               field("rate", &S::rate), field("legs", &S::legs));
};

template <>
struct Fields<margin::span::DeliveryRate> {
  using S = margin::span::DeliveryRate;
  static constexpr std::string_view name = "DeliveryRate";
  static constexpr auto list = std::make_tuple(field("period", &S::period), field("in_spreads", &S::in_spreads),
                                               field("outright", &S::outright));
};

template <>
struct Fields<margin::span::ClassRatio> {
  using S = margin::span::ClassRatio;
  static constexpr std::string_view name = "ClassRatio";
  static constexpr auto list = std::make_tuple(field("account_class", &S::account_class),
                                               field("maintenance", &S::maintenance), field("initial", &S::initial));
};

template <>
struct Fields<margin::span::Commodity> {
  using S = margin::span::Commodity;
  static constexpr std::string_view name = "Commodity";
  static constexpr auto list = std::make_tuple(
      field("code", &S::code), field("currency", &S::currency), field("option_minimum", &S::option_minimum),
      field("price_risk", &S::price_risk), field("price_scan_range", &S::price_scan_range),
      field("caps_option_value", &S::caps_option_value), field("scan_tiers", &S::scan_tiers),
      field("spread_tiers", &S::spread_tiers), field("credit_tiers", &S::credit_tiers),
      field("option_tiers", &S::option_tiers), field("spreads", &S::spreads), field("delivery", &S::delivery),
      field("ratios", &S::ratios), field("unsupported", &S::unsupported));
};

template <>
struct Fields<margin::span::ParameterSet> {
  using S = margin::span::ParameterSet;
  static constexpr std::string_view name = "ParameterSet";
  static constexpr auto list = std::make_tuple(
      field("set_id", &S::set_id), field("date", &S::date), field("scan_points", &S::scan_points),
      field("delta_points", &S::delta_points), field("commodities", &S::commodities), field("contracts", &S::contracts),
      field("super_spreads", &S::super_spreads), field("inter_spreads", &S::inter_spreads));
};

}  // namespace plimsoll
