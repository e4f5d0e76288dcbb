#include "plimsoll/margin/bilateral/simm_pack.hpp"

#include "plimsoll/numerics/correlation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr std::size_t tenor_count = 12;
constexpr std::size_t class_count = 6;
constexpr std::size_t rate_groups = 3;
constexpr std::size_t exchange_groups = 2;
constexpr double infinite = std::numeric_limits<double>::infinity();

Error flaw(std::string field, std::string value, std::string allowed) {
  return {ErrorCode::invalid_value, "pack." + std::move(field), std::move(value), std::move(allowed),
          "correct the parameter pack"};
}

/// What a list of numbers has to be: how many, and between which.
struct Range {
  double least;
  double most;
  const char* words;
};

constexpr Range weight_range{0.0, 1e9, "0 to 1e9"};
constexpr Range threshold_range{1e-9, infinite, "above 0, or infinite"};
constexpr Range correlation_range{-1.0, 1.0, "-1 to 1"};
constexpr Range ratio_range{1e-3, 1e3, "0.001 to 1000"};

std::optional<Error> flaw_of(const std::string& field, double value, const Range& range) {
  if (value >= range.least && value <= range.most) return std::nullopt;
  return flaw(field, text_of(value), range.words);
}

std::optional<Error> flaw_of(const std::string& field, std::span<const double> values, std::size_t count,
                             const Range& range) {
  if (values.size() != count)
    return flaw(field, std::to_string(values.size()) + " numbers", std::to_string(count) + " numbers");
  for (const double value : values)
    if (auto found = flaw_of(field, value, range)) return found;
  return std::nullopt;
}

/// A matrix of correlations, stored row after row: symmetric; its diagonal is not looked at.
std::optional<Error> flaw_of_square(const std::string& field, std::span<const double> values, std::size_t size) {
  if (auto found = flaw_of(field, values, size * size, correlation_range)) return found;
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (values[i * size + j] != values[j * size + i])
        return flaw(field, text_of(values[i * size + j]) + " and " + text_of(values[j * size + i]),
                    "the same number in row " + std::to_string(i + 1) + ", column " + std::to_string(j + 1) +
                        " as the other way round");
  return std::nullopt;
}

std::optional<Error> flaw_of_buckets(const std::string& field, const SimmBuckets& table) {
  if (table.buckets.empty() || table.buckets.size() > 200)
    return flaw(field + ".buckets", std::to_string(table.buckets.size()) + " buckets", "1 to 200 buckets");
  for (const SimmBucket& bucket : table.buckets) {
    const std::string place = field + ".buckets[" + bucket.name + "].";
    if (std::ranges::count(table.buckets, bucket.name, &SimmBucket::name) > 1 || bucket.name.empty())
      return flaw(field + ".buckets", bucket.name, "a name, and each name once");
    const std::pair<const char*, std::pair<double, Range>> numbers[] = {
        {"weight", {bucket.weight, weight_range}},
        {"vega_weight", {bucket.vega_weight, weight_range}},
        {"threshold", {bucket.threshold, threshold_range}},
        {"vega_threshold", {bucket.vega_threshold, threshold_range}},
        {"same_name", {bucket.same_name, correlation_range}},
        {"different_name", {bucket.different_name, correlation_range}}};
    for (const auto& [name, entry] : numbers)
      if (auto found = flaw_of(place + name, entry.first, entry.second)) return found;
  }
  if (auto found = flaw_of(field + ".historical_volatility_ratio", table.historical_volatility_ratio, ratio_range))
    return found;
  return flaw_of_square(field + ".between", table.between, table.buckets.size());
}

std::optional<Error> flaw_of_rates(const SimmRates& rates) {
  const std::pair<const char*, std::pair<double, Range>> numbers[] = {
      {"inflation_weight", {rates.inflation_weight, weight_range}},
      {"basis_weight", {rates.basis_weight, weight_range}},
      {"vega_weight", {rates.vega_weight, weight_range}},
      {"historical_volatility_ratio", {rates.historical_volatility_ratio, ratio_range}},
      {"sub_curve_correlation", {rates.sub_curve_correlation, correlation_range}},
      {"inflation_correlation", {rates.inflation_correlation, correlation_range}},
      {"basis_correlation", {rates.basis_correlation, correlation_range}},
      {"currency_correlation", {rates.currency_correlation, correlation_range}}};
  for (const auto& [name, entry] : numbers)
    if (auto found = flaw_of(std::string{"rates."} + name, entry.first, entry.second)) return found;
  if (auto found = flaw_of("rates.weights", rates.weights, rate_groups * tenor_count, weight_range)) return found;
  if (auto found = flaw_of("rates.thresholds", rates.thresholds, rates.vega_thresholds.size(), threshold_range))
    return found;
  if (auto found = flaw_of("rates.vega_thresholds", rates.vega_thresholds, rates.thresholds.size(), threshold_range))
    return found;
  return flaw_of_square("rates.tenor_correlation", rates.tenor_correlation, tenor_count);
}

std::optional<Error> flaw_of_exchange(const SimmExchange& exchange) {
  const std::size_t groups = exchange.thresholds.size();
  if (auto found = flaw_of("exchange.weights", exchange.weights, exchange_groups * exchange_groups, weight_range))
    return found;
  if (auto found = flaw_of("exchange.correlation", exchange.correlation, 8, correlation_range)) return found;
  if (auto found = flaw_of("exchange.vega_weight", exchange.vega_weight, weight_range)) return found;
  if (auto found = flaw_of("exchange.vega_correlation", exchange.vega_correlation, correlation_range)) return found;
  if (auto found = flaw_of("exchange.historical_volatility_ratio", exchange.historical_volatility_ratio, ratio_range))
    return found;
  if (auto found = flaw_of("exchange.thresholds", exchange.thresholds, groups, threshold_range)) return found;
  return flaw_of("exchange.vega_thresholds", exchange.vega_thresholds, groups * groups, threshold_range);
}

std::optional<Error> flaw_of_currencies(const SimmPack& pack) {
  const auto within = [](int index, std::size_t size) { return index >= 0 && std::cmp_less(index, size); };
  for (const SimmCurrency& row : pack.currencies) {
    const std::string place = "currencies[" + row.currency + "].";
    if (std::ranges::count(pack.currencies, row.currency, &SimmCurrency::currency) > 1)
      return flaw("currencies", row.currency, "each currency once");
    if (!within(row.rate_group, rate_groups))
      return flaw(place + "rate_group", std::to_string(row.rate_group), "0 to 2");
    if (!within(row.exchange_group, exchange_groups))
      return flaw(place + "exchange_group", std::to_string(row.exchange_group), "0 or 1");
    if (!within(row.rate_threshold, pack.rates.thresholds.size()))
      return flaw(place + "rate_threshold", std::to_string(row.rate_threshold), "a place in rates.thresholds");
    if (!within(row.exchange_threshold, pack.exchange.thresholds.size()))
      return flaw(place + "exchange_threshold", std::to_string(row.exchange_threshold),
                  "a place in exchange.thresholds");
  }
  return std::nullopt;
}

Matrix with_unit_diagonal(std::span<const double> values, std::size_t size, std::size_t kept) {
  Matrix matrix(kept, kept);
  for (std::size_t i = 0; i < kept; ++i)
    for (std::size_t j = 0; j < kept; ++j) matrix(i, j) = i == j ? 1.0 : values[i * size + j];
  return matrix;
}

/// The buckets that offset each other; "Residual" stands last in every table that has it.
std::size_t offsetting(const SimmBuckets& table) {
  return table.buckets.size() - static_cast<std::size_t>(table.buckets.back().name == "Residual");
}

}  // namespace

std::optional<Error> find_flaw(const SimmPack& pack) {
  if (!(pack.confidence > 0.5 && pack.confidence < 1.0))
    return flaw("confidence", text_of(pack.confidence), "above 0.5 and below 1");
  if (pack.horizon_days < 1 || pack.horizon_days > 250)
    return flaw("horizon_days", std::to_string(pack.horizon_days), "1 to 250 business days");
  if (auto found = flaw_of_rates(pack.rates)) return found;
  if (auto found = flaw_of_exchange(pack.exchange)) return found;
  const std::pair<const char*, std::reference_wrapper<const SimmBuckets>> tables[] = {
      {"credit_qualifying", pack.credit_qualifying},
      {"credit_non_qualifying", pack.credit_non_qualifying},
      {"equity", pack.equity},
      {"commodity", pack.commodity}};
  for (const auto& [name, table] : tables) {
    if (auto found = flaw_of_buckets(name, table)) return found;
    for (std::size_t i = 0; i + 1 < table.get().buckets.size(); ++i)
      if (table.get().buckets[i].name == "Residual")
        return flaw(std::string{name} + ".buckets", "Residual", "the last bucket to be the residual one");
  }
  if (auto found = flaw_of_currencies(pack)) return found;
  if (auto found = flaw_of("base_correlation_weight", pack.base_correlation_weight, weight_range)) return found;
  if (auto found = flaw_of("base_correlation", pack.base_correlation, correlation_range)) return found;
  return flaw_of_square("class_correlation", pack.class_correlation, class_count);
}

std::vector<std::string> indefinite_correlations(const SimmPack& pack) {
  std::vector<std::string> found;
  const auto look = [&](const char* name, std::span<const double> values, std::size_t size, std::size_t kept) {
    if (flaw_of_correlation(with_unit_diagonal(values, size, kept))) found.emplace_back(name);
  };
  look("rates.tenor_correlation", pack.rates.tenor_correlation, tenor_count, tenor_count);
  look("class_correlation", pack.class_correlation, class_count, class_count);
  const std::pair<const char*, std::reference_wrapper<const SimmBuckets>> tables[] = {
      {"credit_qualifying.between", pack.credit_qualifying},
      {"credit_non_qualifying.between", pack.credit_non_qualifying},
      {"equity.between", pack.equity},
      {"commodity.between", pack.commodity}};
  for (const auto& [name, table] : tables)
    look(name, table.get().between, table.get().buckets.size(), offsetting(table));
  return found;
}

const SimmCurrency* groups_of(const SimmPack& pack, std::string_view currency) {
  const SimmCurrency* fallback = nullptr;
  for (const SimmCurrency& row : pack.currencies) {
    if (row.currency == currency) return &row;
    if (row.currency == "*") fallback = &row;
  }
  return fallback;
}

}  // namespace plimsoll::margin
