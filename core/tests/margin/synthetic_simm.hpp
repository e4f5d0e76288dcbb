#pragma once

#include "plimsoll/margin/bilateral/simm.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

/// A calibration of invented numbers: round, and like no published one. Tests and benchmarks share it.
namespace plimsoll::margin {

inline std::vector<double> constant_square(std::size_t size, double off_diagonal) {
  std::vector<double> out(size * size, off_diagonal);
  for (std::size_t i = 0; i < size; ++i) out[i * size + i] = 1.0;
  return out;
}

inline SimmBuckets synthetic_buckets(int count, double weight, double same, double different, double between) {
  SimmBuckets out;
  for (int i = 1; i <= count; ++i)
    out.buckets.push_back(
        {std::to_string(i), weight + i, 0.1 * i, 1000.0 * i, 2000.0 * i, same, different, i != count});
  out.buckets.push_back({"Residual", 2.0 * weight, 0.5, 500.0, 800.0, 0.6, 0.6, true});
  out.between = constant_square(out.buckets.size(), between);
  return out;
}

inline SimmPack synthetic_pack() {
  SimmPack p;
  p.pack_id = "synthetic";
  p.revision = "1";
  p.in_force_from = *Date::parse("2026-01-01");
  p.in_force_until = *Date::parse("2026-12-31");
  p.currency = "USD";
  p.confidence = 0.975;
  p.horizon_days = 20;
  p.currencies = {{"USD", 0, 0, 0, 0}, {"EUR", 0, 0, 0, 0}, {"CHF", 1, 1, 0, 1}, {"*", 2, 2, 1, 2}};
  for (int group = 1; group <= 3; ++group)
    for (int tenor = 1; tenor <= 12; ++tenor) p.rates.weights.push_back(10.0 * group + tenor);
  p.rates.inflation_weight = 15.0;
  p.rates.basis_weight = 7.0;
  p.rates.vega_weight = 0.25;
  p.rates.thresholds = {10000.0, 5000.0, 2500.0};
  p.rates.vega_thresholds = {4000.0, 3000.0, 2000.0};
  p.rates.historical_volatility_ratio = 0.8;
  p.rates.tenor_correlation = constant_square(12, 0.75);
  p.rates.sub_curve_correlation = 0.9;
  p.rates.inflation_correlation = 0.4;
  p.rates.basis_correlation = -0.1;
  p.rates.currency_correlation = 0.3;
  p.credit_qualifying = synthetic_buckets(3, 40.0, 0.8, 0.35, 0.25);
  p.credit_non_qualifying = synthetic_buckets(2, 200.0, 0.7, 0.45, 0.55);
  p.equity = synthetic_buckets(4, 20.0, 1.0, 0.15, 0.2);
  p.equity.historical_volatility_ratio = 0.65;
  p.commodity = synthetic_buckets(5, 12.0, 1.0, 0.55, 0.1);
  p.commodity.historical_volatility_ratio = 0.85;
  p.exchange.weights = {6.0, 9.0, 9.0, 12.0};
  p.exchange.correlation = {0.5, 0.25, 0.25, 0.4, 0.7, 0.6, 0.6, 0.5};
  p.exchange.vega_weight = 0.45;
  p.exchange.vega_correlation = 0.55;
  p.exchange.historical_volatility_ratio = 0.95;
  p.exchange.thresholds = {9000.0, 6000.0, 3000.0};
  p.exchange.vega_thresholds = {900.0, 800.0, 700.0, 800.0, 600.0, 500.0, 700.0, 500.0, 400.0};
  p.base_correlation_weight = 11.0;
  p.base_correlation = 0.2;
  p.class_correlation = constant_square(6, 0.185);
  return p;
}

inline SimmSettings synthetic_settings() {
  SimmSettings s;
  s.date = *Date::parse("2026-06-30");
  s.calculation_currency = "USD";
  return s;
}

inline CrifRow crif_row(std::string product_class, std::string risk_type, std::string qualifier, std::string bucket,
                        std::string label1, std::string label2, double amount) {
  CrifRow row;
  row.line = 2;
  row.trade_id = "T1";
  row.portfolio_id = "N1";
  row.product_class = std::move(product_class);
  row.risk_type = std::move(risk_type);
  row.qualifier = std::move(qualifier);
  row.bucket = std::move(bucket);
  row.label1 = std::move(label1);
  row.label2 = std::move(label2);
  row.amount_currency = "USD";
  row.amount = amount;
  return row;
}

}  // namespace plimsoll::margin
