#include "aggregation.hpp"

#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr std::size_t tenor_count = simm_tenors.size();
constexpr std::array<std::string_view, risk_classes> class_names{
    "interest rate", "credit qualifying", "credit non-qualifying", "equity", "commodity", "exchange rate"};
constexpr std::array<std::string_view, 4> measure_names{"delta", "vega", "curvature", "base correlation"};

/// What a bucket hands to the aggregation over buckets.
struct Bucket {
  double amount = 0.0;      // K
  double offset_sum = 0.0;  // S
  double concentration = 1.0;
  std::size_t place = 0;  // row of the correlation between buckets
  bool residual = false;
  double sum = 0.0;  // of the weighted sensitivities, and of their sizes
  double absolute = 0.0;
};

/// The weighted sensitivities of one name and family, which share one concentration.
struct Node {
  double value = 0.0;
  double squares = 0.0;
  double concentration = 1.0;
  std::uint32_t family = 0;
  std::size_t group = 0;
};

/// Twice the sum over pairs of nodes of correlation x min(C)/max(C) x value x value: in order of concentration each
/// node needs only the sum over those before it, so the work is linear.
class PairSum {
 public:
  explicit PairSum(const std::array<double, 4>& correlation) : correlation_(correlation) {}
  void add(const Node& node) {
    const std::size_t row = 2 * node.group;
    const double before = correlation_[row] * sums_[0] + correlation_[row + 1] * sums_[1];
    total_ += node.value / node.concentration * before;
    sums_[node.group] += node.concentration * node.value;
  }
  [[nodiscard]] double twice() const { return 2.0 * total_; }

 private:
  const std::array<double, 4>& correlation_;
  std::array<double, 2> sums_{};
  double total_ = 0.0;
};

/// The pairs within each family correlate by `excess` more than the pairs of different families.
double family_excess(std::vector<Node> nodes, double excess) {
  std::ranges::stable_sort(nodes, [](const Node& a, const Node& b) {
    return std::pair(a.family, a.concentration) < std::pair(b.family, b.concentration);
  });
  const std::array<double, 4> same{excess, excess, excess, excess};
  double total = 0.0;
  for (std::size_t i = 0; i < nodes.size();) {
    PairSum pairs(same);
    const std::uint32_t family = nodes[i].family;
    for (; i < nodes.size() && nodes[i].family == family; ++i) pairs.add(nodes[i]);
    total += pairs.twice();
  }
  return total;
}

/// Sum over all pairs of factors of a bucket whose correlation depends on the name alone.
/// `different` is by the groups of the two names; `families` tells whether several names may make one family.
double variance_of(std::vector<Node>& nodes, double same, const std::array<double, 4>& different, bool families) {
  double total = 0.0;
  for (const Node& node : nodes) total += (1.0 - same) * node.squares + same * node.value * node.value;
  std::ranges::stable_sort(nodes, {}, &Node::concentration);
  PairSum pairs(different);
  for (const Node& node : nodes) pairs.add(node);
  total += pairs.twice();
  return families ? total + family_excess(nodes, same - different[0]) : total;
}

double squared(double x) { return x * x; }

/// Margin of one risk class, measure by measure.
class ClassMargin {
 public:
  ClassMargin(const FactorSet& set, const SimmPack& pack, const SimmSettings& settings, const NetFactor& first,
              SimmMargin& out)
      : set_(set),
        pack_(pack),
        settings_(settings),
        product_(first.product_class),
        risk_class_(first.risk_class),
        table_(buckets_of(pack, first.risk_class)),
        out_(out) {}

  double of_measure(std::span<const NetFactor> factors);

 private:
  [[nodiscard]] bool rates() const { return risk_class_ == RiskClass::interest_rate; }
  [[nodiscard]] bool curvature() const { return measure_ == RiskMeasure::curvature; }
  /// Curvature sums products of correlations squared.
  [[nodiscard]] double powered(double correlation) const { return curvature() ? squared(correlation) : correlation; }

  [[nodiscard]] const SimmCurrency& groups(const NetFactor& factor) const {
    return *groups_of(pack_, set_.names[factor.qualifier]);
  }
  [[nodiscard]] double weight(const NetFactor& factor) const;
  [[nodiscard]] double exchange_weight(const NetFactor& factor) const;
  [[nodiscard]] double threshold(const NetFactor& factor) const;
  [[nodiscard]] double exchange_threshold(const NetFactor& factor) const;
  [[nodiscard]] double concentration(double total, const NetFactor& factor) const {
    return curvature() ? 1.0 : std::max(1.0, std::sqrt(std::abs(total) / threshold(factor)));
  }
  [[nodiscard]] std::array<double, 4> different_names(const NetFactor& factor) const;
  [[nodiscard]] double same_name(const NetFactor& factor) const;
  [[nodiscard]] double between(const Bucket& one, const Bucket& other) const;
  [[nodiscard]] std::string bucket_name(const NetFactor& factor) const;

  Bucket bucket_of_names(std::span<const NetFactor> factors);
  Bucket bucket_of_rates(std::span<const NetFactor> factors);
  double rates_variance(std::span<const NetFactor> factors, std::span<const double> weighted) const;
  void close(Bucket& bucket, double variance, std::span<const NetFactor> factors);
  double weighted(const NetFactor& factor, double concentration, Bucket& bucket);
  double over_buckets(std::span<const Bucket> buckets, bool residual);
  double curvature_of(std::span<const Bucket> buckets, bool residual);
  [[nodiscard]] std::string place(std::string_view bucket) const;

  const FactorSet& set_;
  const SimmPack& pack_;
  const SimmSettings& settings_;
  ProductClass product_;
  RiskClass risk_class_;
  RiskMeasure measure_ = RiskMeasure::delta;
  const SimmBuckets* table_;
  SimmMargin& out_;
};

double ClassMargin::exchange_weight(const NetFactor& factor) const {
  const auto own = static_cast<std::size_t>(groups_of(pack_, settings_.calculation_currency)->exchange_group);
  return pack_.exchange.weights[2 * own + static_cast<std::size_t>(groups(factor).exchange_group)];
}

double ClassMargin::weight(const NetFactor& factor) const {
  const bool vega = measure_ == RiskMeasure::vega;
  if (curvature()) return 1.0;
  if (measure_ == RiskMeasure::base_correlation) return pack_.base_correlation_weight;
  if (table_ != nullptr) {
    const SimmBucket& bucket = table_->buckets[factor.bucket];
    return vega ? bucket.vega_weight : bucket.weight;
  }
  if (!rates()) return vega ? pack_.exchange.vega_weight : exchange_weight(factor);
  if (vega) return pack_.rates.vega_weight;
  if (factor.kind == FactorKind::inflation) return pack_.rates.inflation_weight;
  if (factor.kind == FactorKind::basis) return pack_.rates.basis_weight;
  return pack_.rates.weights[static_cast<std::size_t>(groups(factor).rate_group) * tenor_count + factor.tenor];
}

double ClassMargin::exchange_threshold(const NetFactor& factor) const {
  const auto group = [&](const std::string& currency) {
    return static_cast<std::size_t>(groups_of(pack_, currency)->exchange_threshold);
  };
  const std::string& name = set_.names[factor.qualifier];
  if (measure_ == RiskMeasure::delta) return pack_.exchange.thresholds[group(name)];
  return pack_.exchange
      .vega_thresholds[group(name.substr(0, 3)) * pack_.exchange.thresholds.size() + group(name.substr(3))];
}

double ClassMargin::threshold(const NetFactor& factor) const {
  const bool vega = measure_ == RiskMeasure::vega;
  if (measure_ == RiskMeasure::base_correlation) return infinite;
  if (table_ != nullptr) {
    const SimmBucket& bucket = table_->buckets[factor.bucket];
    return vega ? bucket.vega_threshold : bucket.threshold;
  }
  if (!rates()) return exchange_threshold(factor);
  return (vega ? pack_.rates.vega_thresholds
               : pack_.rates.thresholds)[static_cast<std::size_t>(groups(factor).rate_threshold)];
}

double ClassMargin::same_name(const NetFactor& factor) const {
  const bool named = table_ != nullptr && measure_ != RiskMeasure::base_correlation;
  return named ? powered(table_->buckets[factor.bucket].same_name) : 1.0;
}

std::array<double, 4> ClassMargin::different_names(const NetFactor& factor) const {
  const auto all = [](double x) { return std::array<double, 4>{x, x, x, x}; };
  if (measure_ == RiskMeasure::base_correlation) return all(pack_.base_correlation);
  if (table_ != nullptr) return all(powered(table_->buckets[factor.bucket].different_name));
  if (measure_ != RiskMeasure::delta) return all(powered(pack_.exchange.vega_correlation));
  const auto own = static_cast<std::size_t>(groups_of(pack_, settings_.calculation_currency)->exchange_group);
  std::array<double, 4> out{};
  std::copy_n(pack_.exchange.correlation.begin() + static_cast<std::ptrdiff_t>(4 * own), 4, out.begin());
  return out;
}

double ClassMargin::between(const Bucket& one, const Bucket& other) const {
  if (rates()) {
    const double larger = std::max(one.concentration, other.concentration);
    const double smaller = std::min(one.concentration, other.concentration);
    return powered(pack_.rates.currency_correlation) * (smaller / larger);
  }
  return powered(table_->between[one.place * table_->buckets.size() + other.place]);
}

std::string ClassMargin::bucket_name(const NetFactor& factor) const {
  if (rates()) return set_.names[factor.qualifier];
  if (measure_ == RiskMeasure::base_correlation) return "base correlation";
  return table_ == nullptr ? "FX" : table_->buckets[factor.bucket].name;
}

std::string ClassMargin::place(std::string_view bucket) const {
  std::string text{class_names[static_cast<std::size_t>(risk_class_)]};
  text += ' ';
  text += measure_names[static_cast<std::size_t>(measure_)];
  if (!bucket.empty()) text += ", bucket " + std::string{bucket};
  return text;
}

double ClassMargin::weighted(const NetFactor& factor, double concentration, Bucket& bucket) {
  const double own_weight = weight(factor);
  const double value = own_weight * factor.value * concentration;
  bucket.sum += value;
  bucket.absolute += std::abs(value);
  if (settings_.factors)
    out_.factors.push_back({product_, risk_class_, measure_, bucket_name(factor),
                            risk_type_of(risk_class_, measure_, factor.kind), set_.names[factor.qualifier],
                            factor.tenor == no_tenor ? "" : std::string{simm_tenors[factor.tenor]},
                            set_.names[factor.label], factor.value, own_weight, concentration, value});
  return value;
}

void ClassMargin::close(Bucket& bucket, double variance, std::span<const NetFactor> factors) {
  const NetFactor& first = factors.front();
  bucket.amount = root_of(variance, squared(bucket.absolute), place(bucket_name(first)), out_);
  bucket.offset_sum = std::clamp(bucket.sum, -bucket.amount, bucket.amount);
  bucket.place = first.bucket;
  bucket.residual = table_ != nullptr && measure_ != RiskMeasure::base_correlation &&
                    table_->buckets[first.bucket].name == "Residual";
  out_.buckets.push_back({product_, risk_class_, measure_, bucket_name(first), bucket.amount, bucket.offset_sum,
                          bucket.concentration, static_cast<int>(factors.size())});
}

Bucket ClassMargin::bucket_of_names(std::span<const NetFactor> factors) {
  const bool families = risk_class_ == RiskClass::credit_non_qualifying;
  Bucket bucket;
  std::vector<Node> nodes;
  for (std::size_t i = 0; i < factors.size();) {
    const NetFactor& first = factors[i];
    std::size_t end = i;
    double total = 0.0;
    for (; end < factors.size() && factors[end].qualifier == first.qualifier; ++end) total += factors[end].value;
    const double level = concentration(total, first);
    bucket.concentration = std::max(bucket.concentration, level);
    const bool grouped = risk_class_ == RiskClass::exchange_rate && measure_ == RiskMeasure::delta;
    const auto group = grouped ? static_cast<std::size_t>(groups(first).exchange_group) : std::size_t{0};
    for (; i < end; ++i) {
      // The names of securitisations make families by their group name, all others stand for themselves.
      const std::uint32_t family = families ? factors[i].label : factors[i].qualifier;
      if (nodes.empty() || factors[i].qualifier != factors[i - 1].qualifier || nodes.back().family != family)
        nodes.push_back({0.0, 0.0, level, family, group});
      const double value = weighted(factors[i], level, bucket);
      nodes.back().value += value;
      nodes.back().squares += value * value;
    }
  }
  const double variance = variance_of(nodes, same_name(factors.front()), different_names(factors.front()), families);
  close(bucket, variance, factors);
  return bucket;
}

double ClassMargin::rates_variance(std::span<const NetFactor> factors, std::span<const double> weighted) const {
  const SimmRates& rates = pack_.rates;
  std::array<double, tenor_count> all{};    // over sub-curves
  std::array<double, tenor_count> curve{};  // of one sub-curve
  double inflation = 0.0;
  double basis = 0.0;
  double same_curve = 0.0;
  const auto quadratic = [&](const std::array<double, tenor_count>& x) {
    double sum = 0.0;
    for (std::size_t i = 0; i < tenor_count; ++i)
      for (std::size_t j = 0; j < tenor_count; ++j)
        sum += (i == j ? 1.0 : powered(rates.tenor_correlation[i * tenor_count + j])) * x[i] * x[j];
    return sum;
  };
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (factors[i].kind == FactorKind::basis) {
      basis += weighted[i];
    } else if (factors[i].tenor == no_tenor) {
      inflation += weighted[i];
    } else {
      curve[factors[i].tenor] += weighted[i];
      all[factors[i].tenor] += weighted[i];
      const bool last =
          i + 1 == factors.size() || factors[i + 1].label != factors[i].label || factors[i + 1].kind != factors[i].kind;
      if (last) {
        same_curve += quadratic(curve);
        curve = {};
      }
    }
  }
  double sum = 0.0;
  for (const double value : all) sum += value;
  const double across = powered(rates.sub_curve_correlation);
  return across * quadratic(all) + (1.0 - across) * same_curve + inflation * inflation + basis * basis +
         2.0 * powered(rates.inflation_correlation) * inflation * sum +
         2.0 * powered(rates.basis_correlation) * basis * (sum + inflation);
}

Bucket ClassMargin::bucket_of_rates(std::span<const NetFactor> factors) {
  Bucket bucket;
  double total = 0.0;
  for (const NetFactor& factor : factors)
    if (factor.kind != FactorKind::basis) total += factor.value;
  bucket.concentration = concentration(total, factors.front());
  std::vector<double> values;
  values.reserve(factors.size());
  for (const NetFactor& factor : factors)
    values.push_back(weighted(factor, factor.kind == FactorKind::basis ? 1.0 : bucket.concentration, bucket));
  close(bucket, rates_variance(factors, values), factors);
  return bucket;
}

double ClassMargin::over_buckets(std::span<const Bucket> buckets, bool residual) {
  double total = 0.0;
  double size = 0.0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i].residual != residual) continue;
    total += squared(buckets[i].amount);
    size += squared(buckets[i].amount);
    for (std::size_t j = 0; j < i; ++j) {
      if (buckets[j].residual != residual) continue;
      const double product = 2.0 * between(buckets[i], buckets[j]) * buckets[i].offset_sum * buckets[j].offset_sum;
      total += product;
      size += std::abs(product);
    }
  }
  return root_of(total, size, place(""), out_);
}

double ClassMargin::curvature_of(std::span<const Bucket> buckets, bool residual) {
  double sum = 0.0;
  double absolute = 0.0;
  for (const Bucket& bucket : buckets) {
    if (bucket.residual != residual) continue;
    sum += bucket.sum;
    absolute += bucket.absolute;
  }
  if (absolute == 0.0) return 0.0;
  // Two-sided quantile of the confidence level: curvature is the mean and the tail of a squared normal move.
  const double quantile = normal_quantile((1.0 + pack_.confidence) / 2.0);
  const double theta = std::min(sum / absolute, 0.0);
  const double lambda = (quantile * quantile - 1.0) * (1.0 + theta) - theta;
  return std::max(sum + lambda * over_buckets(buckets, residual), 0.0);
}

double ClassMargin::of_measure(std::span<const NetFactor> factors) {
  if (factors.empty()) return 0.0;
  measure_ = factors.front().measure;
  std::vector<Bucket> buckets;
  for (std::size_t i = 0; i < factors.size();) {
    std::size_t end = i;
    const auto same = [&](const NetFactor& f) {
      return rates() ? f.qualifier == factors[i].qualifier : f.bucket == factors[i].bucket;
    };
    while (end < factors.size() && same(factors[end])) ++end;
    const auto own = factors.subspan(i, end - i);
    buckets.push_back(rates() ? bucket_of_rates(own) : bucket_of_names(own));
    i = end;
  }
  if (!curvature()) return over_buckets(buckets, false) + over_buckets(buckets, true);
  const double total = curvature_of(buckets, false) + curvature_of(buckets, true);
  return rates() ? total / squared(pack_.rates.historical_volatility_ratio) : total;
}

}  // namespace

double root_of(double variance, double size, const std::string& place, SimmMargin& out) {
  // A sum of n terms is exact to n roundings of its size; a thousand million of them stay below this.
  constexpr double rounding = 1e-9;
  if (variance < -rounding * size)
    out.warnings.push_back(place + ": correlations make the variance negative, it counts as zero");
  return std::sqrt(std::max(variance, 0.0));
}

SimmClassMargin margin_of_class(std::span<const NetFactor> factors, const FactorSet& set, const SimmPack& pack,
                                const SimmSettings& settings, SimmMargin& out) {
  const NetFactor& first = factors.front();
  ClassMargin margin(set, pack, settings, first, out);
  SimmClassMargin line{first.product_class, first.risk_class};
  const std::array<double SimmClassMargin::*, 4> parts{&SimmClassMargin::delta, &SimmClassMargin::vega,
                                                       &SimmClassMargin::curvature, &SimmClassMargin::base_correlation};
  for (std::size_t i = 0; i < factors.size();) {
    std::size_t end = i;
    while (end < factors.size() && factors[end].measure == factors[i].measure) ++end;
    const double amount = margin.of_measure(factors.subspan(i, end - i));
    line.*parts[static_cast<std::size_t>(factors[i].measure)] = amount;
    line.amount += amount;
    i = end;
  }
  return line;
}

}  // namespace plimsoll::margin
