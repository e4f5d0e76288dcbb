#pragma once

#include "plimsoll/base/date.hpp"
#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

/// Into which groups of the calibration a currency falls; "*" stands for every currency that has no row of its own.
struct SimmCurrency {
  std::string currency;
  int rate_group = 0;      ///< 0 regular, 1 low, 2 high volatility of rates: row of the weights; the CRIF bucket less 1
  int rate_threshold = 0;  ///< which threshold of rates holds
  int exchange_group = 0;  ///< 0 regular, 1 high volatility of exchange rates
  int exchange_threshold = 0;  ///< which threshold of exchange rates holds

  friend bool operator==(const SimmCurrency&, const SimmCurrency&) = default;
};

/// Interest rates. Weights are amounts per basis point of sensitivity; thresholds are infinite where concentration is
/// off. Tenors are the twelve of the risk data format, from two weeks to thirty years.
struct SimmRates {
  std::vector<double> weights;  ///< 3 groups x 12 tenors
  double inflation_weight = 0.0;
  double basis_weight = 0.0;
  double vega_weight = 0.0;
  std::vector<double> thresholds;
  std::vector<double> vega_thresholds;
  double historical_volatility_ratio = 1.0;
  std::vector<double> tenor_correlation;  ///< 12 x 12
  double sub_curve_correlation = 1.0;
  double inflation_correlation = 0.0;
  double basis_correlation = 0.0;
  double currency_correlation = 0.0;

  friend bool operator==(const SimmRates&, const SimmRates&) = default;
};

/// One bucket of a risk class; the one called "Residual" is added without offset.
struct SimmBucket {
  std::string name;
  double weight = 0.0;
  double vega_weight = 0.0;
  double threshold = 0.0;
  double vega_threshold = 0.0;
  double same_name = 1.0;  ///< correlation of two factors of one name
  double different_name = 0.0;
  bool curvature = true;  ///< false where the bucket's options carry no curvature margin, as on volatility indices

  friend bool operator==(const SimmBucket&, const SimmBucket&) = default;
};

/// A risk class with buckets: credit, equity, commodity.
struct SimmBuckets {
  std::vector<SimmBucket> buckets;
  std::vector<double>
      between;  ///< correlation of buckets, one row and column for each; what stands at residual is idle
  double historical_volatility_ratio = 1.0;

  friend bool operator==(const SimmBuckets&, const SimmBuckets&) = default;
};

/// Exchange rates against the calculation currency.
struct SimmExchange {
  std::vector<double> weights;      ///< 2 x 2: group of the one currency, of the other
  std::vector<double> correlation;  ///< 2 x 2 x 2: group of the calculation currency, of the first, of the second
  double vega_weight = 0.0;
  double vega_correlation = 0.0;
  double historical_volatility_ratio = 1.0;
  std::vector<double> thresholds;
  std::vector<double> vega_thresholds;  ///< n x n, by the thresholds' groups of the pair

  friend bool operator==(const SimmExchange&, const SimmExchange&) = default;
};

/// A dated calibration of the sensitivity-based margin for one horizon.
struct SimmPack {
  std::string pack_id;
  std::string revision;
  Date in_force_from;
  Date in_force_until;   ///< last day
  std::string currency;  ///< of the thresholds, of what is computed, of every amount in the result
  double confidence = 0.0;
  int horizon_days = 0;  ///< business days
  std::vector<SimmCurrency> currencies;
  SimmRates rates;
  SimmBuckets credit_qualifying;
  SimmBuckets credit_non_qualifying;
  SimmBuckets equity;
  SimmBuckets commodity;
  SimmExchange exchange;
  double base_correlation_weight = 0.0;
  double base_correlation = 0.0;
  std::vector<double> class_correlation;  ///< 6 x 6, in the order of RiskClass

  friend bool operator==(const SimmPack&, const SimmPack&) = default;
};

/// The first number of the pack that no calibration could hold, if there is one.
std::optional<Error> find_flaw(const SimmPack& pack);

/// The correlation matrices of the pack that are not positive semidefinite, by name: with them a margin of zero may
/// hide a negative variance. The run goes on, and says so.
std::vector<std::string> indefinite_correlations(const SimmPack& pack);

/// Groups of a currency; the row "*" where it has none of its own, null where there is no such row either.
const SimmCurrency* groups_of(const SimmPack& pack, std::string_view currency);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::SimmCurrency> {
  static constexpr std::string_view name = "SimmCurrency";
  static constexpr auto list = std::make_tuple(field("currency", &margin::SimmCurrency::currency),
                                               field("rate_group", &margin::SimmCurrency::rate_group),
                                               field("rate_threshold", &margin::SimmCurrency::rate_threshold),
                                               field("exchange_group", &margin::SimmCurrency::exchange_group),
                                               field("exchange_threshold", &margin::SimmCurrency::exchange_threshold));
};

template <>
struct Fields<margin::SimmRates> {
  static constexpr std::string_view name = "SimmRates";
  static constexpr auto list = std::make_tuple(
      field("weights", &margin::SimmRates::weights), field("inflation_weight", &margin::SimmRates::inflation_weight),
      field("basis_weight", &margin::SimmRates::basis_weight), field("vega_weight", &margin::SimmRates::vega_weight),
      field("thresholds", &margin::SimmRates::thresholds),
      field("vega_thresholds", &margin::SimmRates::vega_thresholds),
      field("historical_volatility_ratio", &margin::SimmRates::historical_volatility_ratio),
      field("tenor_correlation", &margin::SimmRates::tenor_correlation),
      field("sub_curve_correlation", &margin::SimmRates::sub_curve_correlation),
      field("inflation_correlation", &margin::SimmRates::inflation_correlation),
      field("basis_correlation", &margin::SimmRates::basis_correlation),
      field("currency_correlation", &margin::SimmRates::currency_correlation));
};

template <>
struct Fields<margin::SimmBucket> {
  static constexpr std::string_view name = "SimmBucket";
  static constexpr auto list = std::make_tuple(
      field("name", &margin::SimmBucket::name), field("weight", &margin::SimmBucket::weight),
      field("vega_weight", &margin::SimmBucket::vega_weight), field("threshold", &margin::SimmBucket::threshold),
      field("vega_threshold", &margin::SimmBucket::vega_threshold), field("same_name", &margin::SimmBucket::same_name),
      field("different_name", &margin::SimmBucket::different_name), field("curvature", &margin::SimmBucket::curvature));
};

template <>
struct Fields<margin::SimmBuckets> {
  static constexpr std::string_view name = "SimmBuckets";
  static constexpr auto list =
      std::make_tuple(field("buckets", &margin::SimmBuckets::buckets), field("between", &margin::SimmBuckets::between),
                      field("historical_volatility_ratio", &margin::SimmBuckets::historical_volatility_ratio));
};

template <>
struct Fields<margin::SimmExchange> {
  static constexpr std::string_view name = "SimmExchange";
  static constexpr auto list = std::make_tuple(
      field("weights", &margin::SimmExchange::weights), field("correlation", &margin::SimmExchange::correlation),
      field("vega_weight", &margin::SimmExchange::vega_weight),
      field("vega_correlation", &margin::SimmExchange::vega_correlation),
      field("historical_volatility_ratio", &margin::SimmExchange::historical_volatility_ratio),
      field("thresholds", &margin::SimmExchange::thresholds),
      field("vega_thresholds", &margin::SimmExchange::vega_thresholds));
};

template <>
struct Fields<margin::SimmPack> {
  static constexpr std::string_view name = "SimmPack";
  static constexpr auto list = std::make_tuple(
      field("pack_id", &margin::SimmPack::pack_id), field("revision", &margin::SimmPack::revision),
      field("in_force_from", &margin::SimmPack::in_force_from),
      field("in_force_until", &margin::SimmPack::in_force_until), field("currency", &margin::SimmPack::currency),
      field("confidence", &margin::SimmPack::confidence), field("horizon_days", &margin::SimmPack::horizon_days),
      field("currencies", &margin::SimmPack::currencies), field("rates", &margin::SimmPack::rates),
      field("credit_qualifying", &margin::SimmPack::credit_qualifying),
      field("credit_non_qualifying", &margin::SimmPack::credit_non_qualifying),
      field("equity", &margin::SimmPack::equity), field("commodity", &margin::SimmPack::commodity),
      field("exchange", &margin::SimmPack::exchange),
      field("base_correlation_weight", &margin::SimmPack::base_correlation_weight),
      field("base_correlation", &margin::SimmPack::base_correlation),
      field("class_correlation", &margin::SimmPack::class_correlation));
};

}  // namespace plimsoll
