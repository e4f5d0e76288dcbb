#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"
#include "plimsoll/margin/bilateral/crif.hpp"
#include "plimsoll/margin/bilateral/simm_pack.hpp"

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// Margin is computed for each class of products alone and added up.
enum class ProductClass { rates_and_exchange, credit, equity, commodity };

/// The six risk classes; the order is that of SimmPack::class_correlation.
enum class RiskClass { interest_rate, credit_qualifying, credit_non_qualifying, equity, commodity, exchange_rate };

enum class RiskMeasure { delta, vega, curvature, base_correlation };

/// Whose margin it is: what the holder of the file calls, or what it has to post, which is the call of the mirrored
/// sensitivities.
enum class MarginSide { call, post };

/// What a margin is computed with beside the pack.
struct SimmSettings {
  Date date;  ///< the pack has to be in force on it
  MarginSide side = MarginSide::call;
  std::string calculation_currency;  ///< its own exchange rate bears no risk
  std::vector<CurrencyRate> rates;   ///< into the pack's currency
  bool factors = false;              ///< whether the result lists every factor

  friend bool operator==(const SimmSettings&, const SimmSettings&) = default;
};

/// One risk factor after netting. `sensitivity` is of the CRIF for delta and base correlation, scaled by volatility for
/// vega, by volatility and time for curvature; `weighted` is what enters the bucket.
struct SimmFactor {
  ProductClass product_class = ProductClass::rates_and_exchange;
  RiskClass risk_class = RiskClass::interest_rate;
  RiskMeasure measure = RiskMeasure::delta;
  std::string bucket;
  std::string risk_type;
  std::string qualifier;
  std::string label1;
  std::string label2;
  double sensitivity = 0.0;
  double weight = 1.0;
  double concentration = 1.0;
  double weighted = 0.0;

  friend bool operator==(const SimmFactor&, const SimmFactor&) = default;
};

/// One bucket of one measure: K and the sum S of weighted sensitivities, held between -K and K, that offsets others.
struct SimmBucketMargin {
  ProductClass product_class = ProductClass::rates_and_exchange;
  RiskClass risk_class = RiskClass::interest_rate;
  RiskMeasure measure = RiskMeasure::delta;
  std::string bucket;
  double amount = 0.0;
  double offset_sum = 0.0;
  double concentration = 1.0;
  int factors = 0;

  friend bool operator==(const SimmBucketMargin&, const SimmBucketMargin&) = default;
};

/// Margin of one risk class by measure.
struct SimmClassMargin {
  ProductClass product_class = ProductClass::rates_and_exchange;
  RiskClass risk_class = RiskClass::interest_rate;
  double delta = 0.0;
  double vega = 0.0;
  double curvature = 0.0;
  double base_correlation = 0.0;
  double amount = 0.0;  ///< the sum of the four

  friend bool operator==(const SimmClassMargin&, const SimmClassMargin&) = default;
};

/// Margin of one class of products: the root of its risk classes' squares and correlations.
struct SimmProductMargin {
  ProductClass product_class = ProductClass::rates_and_exchange;
  double amount = 0.0;
  double diversification = 0.0;  ///< amount less the sum of the risk classes: zero or below
  double multiplier = 1.0;

  friend bool operator==(const SimmProductMargin&, const SimmProductMargin&) = default;
};

/// Initial margin of one netting set in the pack's currency, with everything that it is made of.
struct SimmMargin {
  double amount = 0.0;  ///< the products' amounts and the three add-ons
  double multiplier_add_on = 0.0;
  double fixed_add_on = 0.0;
  double notional_add_on = 0.0;
  std::vector<SimmProductMargin> products;
  std::vector<SimmClassMargin> classes;
  std::vector<SimmBucketMargin> buckets;
  std::vector<SimmFactor> factors;
  std::vector<std::string> warnings;

  friend bool operator==(const SimmMargin&, const SimmMargin&) = default;
};

/// Margin of one netting set by sensitivities.
/// Source: the published SIMM methodology (ISDA); its numbers are the pack's, none is here.
/// Accuracy: sums are exact to some roundings of their largest term; the order of the rows changes no bit.
/// Limits: the pack has to be without flaw; rows of im_model "Schedule" are left out.
Result<SimmMargin> simm(std::span<const CrifRow> rows, const SimmPack& pack, const SimmSettings& settings);

/// A netting set under one regulation; "unspecified" where the rows name none for this side.
struct NettingSetMargin {
  std::string portfolio_id;
  std::string regulation;
  int rows = 0;
  Result<SimmMargin> margin;
};

/// Margin of every netting set of a file under every regulation that its rows name for the side; sorted. A flaw of a
/// row refuses the runs that the row belongs to and no other; a flaw of the pack, or one that is not in force, all.
std::vector<NettingSetMargin> simm_of_netting_sets(const std::vector<CrifRow>& rows, const SimmPack& pack,
                                                   const SimmSettings& settings);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::SimmSettings> {
  static constexpr std::string_view name = "SimmSettings";
  static constexpr auto list =
      std::make_tuple(field("date", &margin::SimmSettings::date), field("side", &margin::SimmSettings::side),
                      field("calculation_currency", &margin::SimmSettings::calculation_currency),
                      field("rates", &margin::SimmSettings::rates), field("factors", &margin::SimmSettings::factors));
};

template <>
struct Fields<margin::SimmFactor> {
  static constexpr std::string_view name = "SimmFactor";
  static constexpr auto list = std::make_tuple(
      field("product_class", &margin::SimmFactor::product_class), field("risk_class", &margin::SimmFactor::risk_class),
      field("measure", &margin::SimmFactor::measure), field("bucket", &margin::SimmFactor::bucket),
      field("risk_type", &margin::SimmFactor::risk_type), field("qualifier", &margin::SimmFactor::qualifier),
      field("label1", &margin::SimmFactor::label1), field("label2", &margin::SimmFactor::label2),
      field("sensitivity", &margin::SimmFactor::sensitivity), field("weight", &margin::SimmFactor::weight),
      field("concentration", &margin::SimmFactor::concentration), field("weighted", &margin::SimmFactor::weighted));
};

template <>
struct Fields<margin::SimmBucketMargin> {
  static constexpr std::string_view name = "SimmBucketMargin";
  static constexpr auto list = std::make_tuple(
      field("product_class", &margin::SimmBucketMargin::product_class),
      field("risk_class", &margin::SimmBucketMargin::risk_class), field("measure", &margin::SimmBucketMargin::measure),
      field("bucket", &margin::SimmBucketMargin::bucket), field("amount", &margin::SimmBucketMargin::amount),
      field("offset_sum", &margin::SimmBucketMargin::offset_sum),
      field("concentration", &margin::SimmBucketMargin::concentration),
      field("factors", &margin::SimmBucketMargin::factors));
};

template <>
struct Fields<margin::SimmClassMargin> {
  static constexpr std::string_view name = "SimmClassMargin";
  static constexpr auto list = std::make_tuple(
      field("product_class", &margin::SimmClassMargin::product_class),
      field("risk_class", &margin::SimmClassMargin::risk_class), field("delta", &margin::SimmClassMargin::delta),
      field("vega", &margin::SimmClassMargin::vega), field("curvature", &margin::SimmClassMargin::curvature),
      field("base_correlation", &margin::SimmClassMargin::base_correlation),
      field("amount", &margin::SimmClassMargin::amount));
};

template <>
struct Fields<margin::SimmProductMargin> {
  static constexpr std::string_view name = "SimmProductMargin";
  static constexpr auto list = std::make_tuple(field("product_class", &margin::SimmProductMargin::product_class),
                                               field("amount", &margin::SimmProductMargin::amount),
                                               field("diversification", &margin::SimmProductMargin::diversification),
                                               field("multiplier", &margin::SimmProductMargin::multiplier));
};

template <>
struct Fields<margin::SimmMargin> {
  static constexpr std::string_view name = "SimmMargin";
  static constexpr auto list = std::make_tuple(
      field("amount", &margin::SimmMargin::amount), field("multiplier_add_on", &margin::SimmMargin::multiplier_add_on),
      field("fixed_add_on", &margin::SimmMargin::fixed_add_on),
      field("notional_add_on", &margin::SimmMargin::notional_add_on), field("products", &margin::SimmMargin::products),
      field("classes", &margin::SimmMargin::classes), field("buckets", &margin::SimmMargin::buckets),
      field("factors", &margin::SimmMargin::factors), field("warnings", &margin::SimmMargin::warnings));
};

}  // namespace plimsoll
