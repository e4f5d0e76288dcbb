#pragma once

#include "plimsoll/margin/bilateral/simm.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace plimsoll::margin {

enum class FactorKind : std::uint8_t { name, curve, inflation, basis, volatility, inflation_volatility };

inline constexpr std::uint8_t no_tenor = 15;
inline constexpr int product_classes = 4;
inline constexpr int risk_classes = 6;

/// One risk factor of a netting set; names are places in FactorSet::names.
struct NetFactor {
  ProductClass product_class;
  RiskClass risk_class;
  RiskMeasure measure;
  std::uint8_t bucket;  ///< place in the pack's table; 0 where the class has none
  std::uint32_t qualifier;
  FactorKind kind;
  std::uint32_t label;  ///< sub-curve, payment currency or group name
  std::uint8_t tenor;
  double value;
};

/// A netting set as numbers: sorted by class of products, risk class, measure, bucket, qualifier, kind, label, tenor.
struct FactorSet {
  std::vector<std::string> names;
  std::vector<NetFactor> factors;
  std::array<double, product_classes> multipliers{1.0, 1.0, 1.0, 1.0};
  double fixed_add_on = 0.0;
  double notional_add_on = 0.0;
};

/// Reads, checks, converts and nets the rows of a netting set.
Result<FactorSet> factors_of(std::span<const CrifRow* const> rows, const SimmPack& pack, const SimmSettings& settings);

/// The pack's table of a class that has buckets; null for rates and exchange rates.
const SimmBuckets* buckets_of(const SimmPack& pack, RiskClass risk_class);

/// Calendar days of a horizon in business days.
double calendar_days(int business_days);

/// The name of a risk type in the interchange format.
std::string risk_type_of(RiskClass risk_class, RiskMeasure measure, FactorKind kind);

}  // namespace plimsoll::margin
