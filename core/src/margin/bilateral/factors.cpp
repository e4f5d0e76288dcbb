#include "factors.hpp"

#include "plimsoll/numerics/normal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr double days_per_year = 365.0;
constexpr double largest_amount = 1e18;

struct RiskType {
  std::string_view name;
  RiskClass risk_class;
  RiskMeasure measure;
  FactorKind kind;
};

constexpr std::array<RiskType, 16> risk_types{{
    {"Risk_IRCurve", RiskClass::interest_rate, RiskMeasure::delta, FactorKind::curve},
    {"Risk_IRVol", RiskClass::interest_rate, RiskMeasure::vega, FactorKind::volatility},
    {"Risk_Inflation", RiskClass::interest_rate, RiskMeasure::delta, FactorKind::inflation},
    {"Risk_InflationVol", RiskClass::interest_rate, RiskMeasure::vega, FactorKind::inflation_volatility},
    {"Risk_XCcyBasis", RiskClass::interest_rate, RiskMeasure::delta, FactorKind::basis},
    {"Risk_CreditQ", RiskClass::credit_qualifying, RiskMeasure::delta, FactorKind::name},
    {"Risk_CreditVol", RiskClass::credit_qualifying, RiskMeasure::vega, FactorKind::name},
    {"Risk_BaseCorr", RiskClass::credit_qualifying, RiskMeasure::base_correlation, FactorKind::name},
    {"Risk_CreditNonQ", RiskClass::credit_non_qualifying, RiskMeasure::delta, FactorKind::name},
    {"Risk_CreditVolNonQ", RiskClass::credit_non_qualifying, RiskMeasure::vega, FactorKind::name},
    {"Risk_Equity", RiskClass::equity, RiskMeasure::delta, FactorKind::name},
    {"Risk_EquityVol", RiskClass::equity, RiskMeasure::vega, FactorKind::name},
    {"Risk_Commodity", RiskClass::commodity, RiskMeasure::delta, FactorKind::name},
    {"Risk_CommodityVol", RiskClass::commodity, RiskMeasure::vega, FactorKind::name},
    {"Risk_FX", RiskClass::exchange_rate, RiskMeasure::delta, FactorKind::name},
    {"Risk_FXVol", RiskClass::exchange_rate, RiskMeasure::vega, FactorKind::name},
}};

constexpr std::array<std::string_view, 7> sub_curves{"OIS",      "Libor1m", "Libor3m",  "Libor6m",
                                                     "Libor12m", "Prime",   "Municipal"};
constexpr std::array<std::string_view, product_classes> product_names{"RatesFX", "Credit", "Equity", "Commodity"};
// Older files split the model's rows into those to receive and those to pay.
constexpr std::array<std::string_view, 3> models{"SIMM", "SIMM-P", "SIMM-R"};
// Credit is quoted at five of the tenors: one, two, three, five and ten years.
constexpr std::array<std::uint8_t, 5> credit_tenors{4, 5, 6, 7, 8};
constexpr std::array<double, simm_tenors.size()> tenor_days{
    14.0,
    days_per_year / 12.0,
    days_per_year / 4.0,
    days_per_year / 2.0,
    days_per_year,
    2.0 * days_per_year,
    3.0 * days_per_year,
    5.0 * days_per_year,
    10.0 * days_per_year,
    15.0 * days_per_year,
    20.0 * days_per_year,
    30.0 * days_per_year,
};

template <class Names>
std::string joined(const Names& names) {
  std::string text;
  for (const auto& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

Error invalid(const CrifRow& row, std::string_view field, const std::string& value, std::string allowed,
              std::string fix) {
  if (value.empty())
    return refused_row(ErrorCode::missing_field, row, field, "nothing", std::move(allowed), "fill the column in");
  return refused_row(ErrorCode::invalid_value, row, field, value, std::move(allowed), std::move(fix));
}

Result<ProductClass> product_of(const CrifRow& row, std::string_view field, const std::string& text) {
  for (std::size_t i = 0; i < product_names.size(); ++i)
    if (product_names[i] == text) return static_cast<ProductClass>(i);
  if (text == "Rates" || text == "FX") return ProductClass::rates_and_exchange;
  return invalid(row, field, text, joined(product_names) + ", Rates, FX", "name one of these");
}

std::optional<Error> tenor_of(const CrifRow& row, NetFactor& factor) {
  const auto* const found = std::ranges::find(simm_tenors, row.label1);
  const auto place = static_cast<std::uint8_t>(found - simm_tenors.begin());
  const bool credit =
      factor.risk_class == RiskClass::credit_qualifying || factor.risk_class == RiskClass::credit_non_qualifying;
  if (found == simm_tenors.end() || (credit && std::ranges::find(credit_tenors, place) == credit_tenors.end()))
    return invalid(row, "label1", row.label1, credit ? "1y, 2y, 3y, 5y, 10y" : joined(simm_tenors),
                   "map the sensitivity to these tenors");
  factor.tenor = place;
  return std::nullopt;
}

/// Numbers the distinct names of a netting set; from ranked() on the numbers are in the order of the names.
class NameTable {
 public:
  std::uint32_t number(const std::string& name) {
    return numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }

  /// The names in order, and for each number so far its place there.
  std::pair<std::vector<std::string>, std::vector<std::uint32_t>> ranked() const {
    std::vector<std::pair<std::string, std::uint32_t>> sorted(numbers_.begin(), numbers_.end());
    std::ranges::sort(sorted);
    std::vector<std::string> names;
    names.reserve(sorted.size());
    std::vector<std::uint32_t> places(sorted.size());
    for (auto& [name, number] : sorted) {
      places[number] = static_cast<std::uint32_t>(names.size());
      names.push_back(std::move(name));
    }
    return {std::move(names), std::move(places)};
  }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// An amount and everything that says of which factor, as one number that sorts as FactorSet does.
struct Entry {
  std::uint64_t key;
  double value;
  friend auto operator<=>(const Entry&, const Entry&) = default;
};

constexpr unsigned tenor_bits = 4U;
constexpr unsigned name_bits = 20U;
constexpr unsigned kind_bits = 3U;
constexpr unsigned bucket_bits = 8U;
constexpr unsigned measure_bits = 2U;
constexpr unsigned class_bits = 3U;
constexpr std::uint64_t most_names = std::uint64_t{1} << name_bits;

std::uint64_t key_of(const NetFactor& f) {
  std::uint64_t key = static_cast<std::uint64_t>(f.product_class);
  key = key << class_bits | static_cast<std::uint64_t>(f.risk_class);
  key = key << measure_bits | static_cast<std::uint64_t>(f.measure);
  key = key << bucket_bits | f.bucket;
  key = key << name_bits | f.qualifier;
  key = key << kind_bits | static_cast<std::uint64_t>(f.kind);
  key = key << name_bits | f.label;
  return key << tenor_bits | f.tenor;
}

class KeyReader {
 public:
  explicit KeyReader(std::uint64_t key) : rest_(key) {}
  std::uint64_t next(unsigned bits) {
    const std::uint64_t part = rest_ & ((std::uint64_t{1} << bits) - 1);
    rest_ >>= bits;
    return part;
  }

 private:
  std::uint64_t rest_;
};

NetFactor factor_of(const Entry& entry) {
  KeyReader key(entry.key);
  NetFactor f{};
  f.tenor = static_cast<std::uint8_t>(key.next(tenor_bits));
  f.label = static_cast<std::uint32_t>(key.next(name_bits));
  f.kind = static_cast<FactorKind>(key.next(kind_bits));
  f.qualifier = static_cast<std::uint32_t>(key.next(name_bits));
  f.bucket = static_cast<std::uint8_t>(key.next(bucket_bits));
  f.measure = static_cast<RiskMeasure>(key.next(measure_bits));
  f.risk_class = static_cast<RiskClass>(key.next(class_bits));
  f.product_class = static_cast<ProductClass>(key.next(measure_bits));
  f.value = entry.value;
  return f;
}

/// Reads rows one after the other and keeps what they add up to.
class Reader {
 public:
  Reader(const SimmPack& pack, const SimmSettings& settings)
      : pack_(pack),
        settings_(settings),
        days_(calendar_days(pack.horizon_days)),
        volatility_scale_(std::sqrt(days_per_year / days_) / normal_quantile(pack.confidence)),
        curvature_sign_(settings.side == MarginSide::call ? 1.0 : -1.0),
        nothing_(names_.number("")) {}

  std::optional<Error> read(const CrifRow& row);
  Result<FactorSet> finish();

 private:
  struct Place {
    std::uint8_t bucket = 0;
    double weight = 0.0;      ///< of the delta, from which volatility is implied
    double vega_ratio = 1.0;  ///< historical volatility ratio
    bool curvature = true;
  };

  std::optional<Error> read_parameter(const CrifRow& row, double amount);
  std::optional<Error> read_risk(const CrifRow& row, const RiskType& type, double amount);
  std::optional<Error> name_factor(const CrifRow& row, const RiskType& type, NetFactor& factor, Place& place);
  std::optional<Error> place_of(const CrifRow& row, const RiskType& type, NetFactor& factor, Place& place);
  std::optional<Error> rate_factor(const CrifRow& row, NetFactor& factor);
  std::optional<Error> exchange_factor(const CrifRow& row, NetFactor& factor, Place& place);
  Result<const SimmCurrency*> groups(const CrifRow& row, const std::string& currency) const;
  void add(NetFactor factor, double value) {
    factor.value = value;
    entries_.push_back(factor);
  }

  const SimmPack& pack_;
  const SimmSettings& settings_;
  double days_;
  double volatility_scale_;
  double curvature_sign_;
  NameTable names_;
  std::uint32_t nothing_;
  std::vector<NetFactor> entries_;
  std::array<std::optional<double>, product_classes> multipliers_;  // by product class
  std::map<std::string, double> notional_factors_;
  std::map<std::string, std::vector<double>> notionals_;
  std::vector<double> fixed_;
};

Result<const SimmCurrency*> Reader::groups(const CrifRow& row, const std::string& currency) const {
  const SimmCurrency* found = is_currency(currency) ? groups_of(pack_, currency) : nullptr;
  if (found == nullptr)
    return invalid(row, "qualifier", row.qualifier, "the code of a currency that the pack knows, such as USD",
                   "correct the code, or add the currency to the pack");
  return found;
}

std::optional<Error> Reader::rate_factor(const CrifRow& row, NetFactor& factor) {
  const auto found = groups(row, row.qualifier);
  if (!found) return found.error();
  factor.qualifier = names_.number(row.qualifier);
  if (factor.kind == FactorKind::inflation || factor.kind == FactorKind::basis) return std::nullopt;
  if (auto refusal = tenor_of(row, factor)) return refusal;
  if (factor.kind != FactorKind::curve) return std::nullopt;
  const std::string bucket = std::to_string((*found)->rate_group + 1);
  if (!row.bucket.empty() && row.bucket != bucket)
    return invalid(row, "bucket", row.bucket, bucket + ", the pack's group of " + row.qualifier + ", or nothing",
                   "correct the bucket, or use the pack that the file was made with");
  if (std::ranges::find(sub_curves, row.label2) == sub_curves.end())
    return invalid(row, "label2", row.label2, joined(sub_curves), "name one of these sub-curves");
  factor.label = names_.number(row.label2);
  return std::nullopt;
}

std::optional<Error> Reader::exchange_factor(const CrifRow& row, NetFactor& factor, Place& place) {
  place.vega_ratio = pack_.exchange.historical_volatility_ratio;
  if (factor.measure == RiskMeasure::delta) {
    const auto found = groups(row, row.qualifier);
    if (!found) return found.error();
    factor.qualifier = names_.number(row.qualifier);
    return std::nullopt;
  }
  if (auto refusal = tenor_of(row, factor)) return refusal;
  factor.tenor = no_tenor;
  std::string one = row.qualifier.substr(0, 3);
  std::string other = row.qualifier.size() > 3 ? row.qualifier.substr(3) : "";
  if (other < one) std::swap(one, other);
  const auto first = groups(row, one);
  if (!first) return first.error();
  const auto second = groups(row, other);
  if (!second) return second.error();
  place.weight = pack_.exchange.weights[2 * static_cast<std::size_t>((*first)->exchange_group) +
                                        static_cast<std::size_t>((*second)->exchange_group)];
  if (one == other)
    return invalid(row, "qualifier", row.qualifier, "the codes of two different currencies, such as EURUSD",
                   "correct the pair");
  factor.qualifier = names_.number(one + other);
  return std::nullopt;
}

std::optional<Error> Reader::place_of(const CrifRow& row, const RiskType& type, NetFactor& factor, Place& place) {
  const SimmBuckets& table = *buckets_of(pack_, type.risk_class);
  const auto found = std::ranges::find(table.buckets, row.bucket, &SimmBucket::name);
  if (found == table.buckets.end()) {
    std::vector<std::string> names;
    for (const SimmBucket& bucket : table.buckets) names.push_back(bucket.name);
    return invalid(row, "bucket", row.bucket, joined(names), "name one of these");
  }
  place = {static_cast<std::uint8_t>(found - table.buckets.begin()), found->weight, table.historical_volatility_ratio,
           found->curvature};
  factor.bucket = place.bucket;
  return std::nullopt;
}

std::optional<Error> Reader::name_factor(const CrifRow& row, const RiskType& type, NetFactor& factor, Place& place) {
  if (row.qualifier.empty())
    return invalid(row, "qualifier", row.qualifier, "the name of the issuer, index or product", "");
  factor.qualifier = names_.number(row.qualifier);
  if (type.measure == RiskMeasure::base_correlation) return std::nullopt;
  if (auto refusal = place_of(row, type, factor, place)) return refusal;
  const bool credit = type.risk_class != RiskClass::equity && type.risk_class != RiskClass::commodity;
  if (credit || type.measure == RiskMeasure::vega)
    if (auto refusal = tenor_of(row, factor)) return refusal;
  if (credit) factor.label = names_.number(row.label2);
  return std::nullopt;
}

std::optional<Error> Reader::read_risk(const CrifRow& row, const RiskType& type, double amount) {
  const auto product = product_of(row, "product_class", row.product_class);
  if (!product) return product.error();
  NetFactor factor{*product, type.risk_class, type.measure, 0, 0, type.kind, nothing_, no_tenor, 0.0};
  Place place;
  auto refusal = type.risk_class == RiskClass::interest_rate   ? rate_factor(row, factor)
                 : type.risk_class == RiskClass::exchange_rate ? exchange_factor(row, factor, place)
                                                               : name_factor(row, type, factor, place);
  if (refusal) return refusal;
  if (type.measure != RiskMeasure::vega) {
    // The rate of the calculation currency against itself does not move.
    if (type.risk_class != RiskClass::exchange_rate || row.qualifier != settings_.calculation_currency)
      add(factor, amount);
    return std::nullopt;
  }
  // Rates and credit come as volatility times vega; the others as vega, and the volatility is implied by the weight.
  const bool implied = type.risk_class == RiskClass::equity || type.risk_class == RiskClass::commodity ||
                       type.risk_class == RiskClass::exchange_rate;
  const double scaled = implied ? amount * place.weight * volatility_scale_ : amount;
  const auto tenor = static_cast<std::size_t>(std::ranges::find(simm_tenors, row.label1) - simm_tenors.begin());
  const double time_scale = 0.5 * std::min(1.0, days_ / tenor_days[tenor]);
  // Volatilities of inflation are one factor of a currency, and all expiries of a name outside rates and credit too.
  if (implied || type.kind == FactorKind::inflation_volatility) factor.tenor = no_tenor;
  add(factor, implied ? place.vega_ratio * scaled : scaled);
  factor.measure = RiskMeasure::curvature;
  if (place.curvature) add(factor, curvature_sign_ * time_scale * scaled);
  return std::nullopt;
}

std::optional<Error> Reader::read_parameter(const CrifRow& row, double amount) {
  const auto conflict = [&](double other) {
    return refused_row(ErrorCode::invalid_value, row, "amount", text_of(amount),
                       text_of(other) + ", as another row of the netting set says", "keep one of the two rows");
  };
  if (row.risk_type == "Param_AddOnFixedAmount") {
    fixed_.push_back(amount);
    return std::nullopt;
  }
  if (row.risk_type == "Param_ProductClassMultiplier") {
    const auto product = product_of(row, "qualifier", row.qualifier);
    if (!product) return product.error();
    std::optional<double>& kept = multipliers_[static_cast<std::size_t>(*product)];
    if (kept && *kept != amount) return conflict(*kept);
    kept = amount;
    return std::nullopt;
  }
  if (row.qualifier.empty()) return invalid(row, "qualifier", row.qualifier, "the name of the product", "");
  if (row.risk_type == "Notional") {
    notionals_[row.qualifier].push_back(amount);
    return std::nullopt;
  }
  const auto [kept, added] = notional_factors_.emplace(row.qualifier, amount);
  if (kept->second != amount) return conflict(kept->second);
  return std::nullopt;
}

std::optional<Error> Reader::read(const CrifRow& row) {
  if (row.im_model == "Schedule") return std::nullopt;
  if (!row.im_model.empty() && std::ranges::find(models, row.im_model) == models.end())
    return refused_row(ErrorCode::invalid_value, row, "im_model", row.im_model,
                       joined(models) + ", Schedule, or nothing for SIMM", "name the model that the row belongs to");
  const auto* const type = std::ranges::find(risk_types, row.risk_type, &RiskType::name);
  const bool pure = row.risk_type == "Param_ProductClassMultiplier" || row.risk_type == "Param_AddOnNotionalFactor";
  const bool money = row.risk_type == "Param_AddOnFixedAmount" || row.risk_type == "Notional";
  if (type == risk_types.end() && !pure && !money) {
    std::vector<std::string_view> names;
    for (const RiskType& known : risk_types) names.push_back(known.name);
    return invalid(
        row, "risk_type", row.risk_type,
        joined(names) + ", Param_ProductClassMultiplier, Param_AddOnNotionalFactor, Param_AddOnFixedAmount, Notional",
        "name one of these; present values belong to im_model Schedule");
  }
  if (pure && !row.amount)
    return refused_row(ErrorCode::missing_field, row, "amount", "nothing", "a number", "fill the column in");
  const auto amount = pure ? Result<double>{*row.amount} : amount_in(row, pack_.currency, settings_.rates);
  if (!amount) return amount.error();
  const double least = type != risk_types.end()                          ? -largest_amount
                       : row.risk_type == "Param_ProductClassMultiplier" ? 1.0
                                                                         : 0.0;
  if (!(*amount >= least && *amount <= largest_amount))
    return refused_row(ErrorCode::invalid_value, row, "amount", text_of(*amount),
                       text_of(least) + " to " + text_of(largest_amount), "correct the amount");
  return type != risk_types.end() ? read_risk(row, *type, *amount) : read_parameter(row, *amount);
}

double sum_in_order_of_size(std::vector<double>& values) {
  std::ranges::sort(values);
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum;
}

Result<FactorSet> Reader::finish() {
  FactorSet set;
  auto [names, places] = names_.ranked();
  if (names.size() > most_names)
    return Error{ErrorCode::unsupported, "crif", std::to_string(names.size()) + " names",
                 "at most " + std::to_string(most_names) + " names in a netting set", "split the netting set"};
  std::vector<Entry> entries;
  entries.reserve(entries_.size());
  for (NetFactor& factor : entries_) {
    factor.qualifier = places[factor.qualifier];
    factor.label = places[factor.label];
    entries.push_back({key_of(factor), factor.value});
  }
  // By size within a factor too: the order of the rows must not change a bit of the sum.
  std::ranges::sort(entries);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0 && entries[i].key == entries[i - 1].key)
      set.factors.back().value += entries[i].value;
    else
      set.factors.push_back(factor_of(entries[i]));
  }
  set.names = std::move(names);
  for (std::size_t product = 0; product < multipliers_.size(); ++product)
    set.multipliers[product] = multipliers_[product].value_or(set.multipliers[product]);
  set.fixed_add_on = sum_in_order_of_size(fixed_);
  for (const auto& [product, percent] : notional_factors_)
    set.notional_add_on += percent / 100.0 * sum_in_order_of_size(notionals_[product]);
  return set;
}

}  // namespace

Result<FactorSet> factors_of(std::span<const CrifRow* const> rows, const SimmPack& pack, const SimmSettings& settings) {
  Reader reader(pack, settings);
  for (const CrifRow* row : rows)
    if (auto refusal = reader.read(*row)) return *refusal;
  return reader.finish();
}

const SimmBuckets* buckets_of(const SimmPack& pack, RiskClass risk_class) {
  switch (risk_class) {
    case RiskClass::credit_qualifying:
      return &pack.credit_qualifying;
    case RiskClass::credit_non_qualifying:
      return &pack.credit_non_qualifying;
    case RiskClass::equity:
      return &pack.equity;
    case RiskClass::commodity:
      return &pack.commodity;
    default:
      return nullptr;
  }
}

double calendar_days(int business_days) { return 7.0 * business_days / 5.0; }

std::string risk_type_of(RiskClass risk_class, RiskMeasure measure, FactorKind kind) {
  const RiskMeasure reported = measure == RiskMeasure::curvature ? RiskMeasure::vega : measure;
  const auto* const found = std::ranges::find_if(risk_types, [&](const RiskType& type) {
    return type.risk_class == risk_class && type.measure == reported && type.kind == kind;
  });
  return std::string{found->name};
}

Error refused_row(ErrorCode code, const CrifRow& row, std::string_view field, std::string value, std::string allowed,
                  std::string fix) {
  return {code, "crif[" + std::to_string(row.line) + "]." + std::string{field}, std::move(value), std::move(allowed),
          std::move(fix)};
}

Result<double> amount_in(const CrifRow& row, std::string_view currency, const std::vector<CurrencyRate>& rates) {
  const bool dollars = currency == "USD" && row.amount_usd;
  const auto& given = dollars ? row.amount_usd : row.amount;
  if (!given) return refused_row(ErrorCode::missing_field, row, "amount", "nothing", "a number", "fill the column in");
  if (!std::isfinite(*given))
    return refused_row(ErrorCode::invalid_value, row, "amount", text_of(*given), "a finite number",
                       "correct the amount");
  if (dollars || row.amount_currency == currency) return *given;
  if (row.amount_currency.empty())
    return refused_row(ErrorCode::missing_field, row, "amount_currency", "nothing", "the currency of the amount",
                       "fill the column in");
  const auto rate = std::ranges::find(rates, row.amount_currency, &CurrencyRate::currency);
  if (rate == rates.end())
    return refused_row(ErrorCode::missing_quote, row, "amount_currency", row.amount_currency,
                       std::string{currency} + ", or a currency with a rate", "give the rate of the currency");
  return *given * rate->rate;
}

Result<std::vector<CrifRow>> netted(const std::vector<CrifRow>& rows) {
  // The schedule is of trades, which netting would lose.
  const std::string nothing;
  const auto key = [&](const CrifRow& row) {
    return std::tie(row.im_model == "Schedule" ? row.trade_id : nothing, row.portfolio_id, row.product_class,
                    row.risk_type, row.qualifier, row.bucket, row.label1, row.label2, row.amount_currency, row.im_model,
                    row.collect_regulations, row.post_regulations, row.end_date);
  };
  for (const CrifRow& row : rows) {
    if (!row.amount)
      return refused_row(ErrorCode::missing_field, row, "amount", "nothing", "a number", "fill the column in");
    for (const auto& [field, amount] : {std::pair{"amount", row.amount}, {"amount_usd", row.amount_usd}})
      if (amount && !std::isfinite(*amount))
        return refused_row(ErrorCode::invalid_value, row, field, text_of(*amount), "a finite number",
                           "correct the amount");
  }
  std::vector<CrifRow> sorted = rows;
  std::ranges::sort(sorted, [&](const CrifRow& a, const CrifRow& b) {
    return std::tuple(key(a), a.amount, a.amount_usd) < std::tuple(key(b), b.amount, b.amount_usd);
  });
  std::vector<CrifRow> out;
  for (CrifRow& row : sorted) {
    // Multipliers and factors say the same of all trades: they are repeated, not added up.
    const bool parameter =
        row.risk_type == "Param_ProductClassMultiplier" || row.risk_type == "Param_AddOnNotionalFactor";
    if (out.empty() || key(out.back()) != key(row) || (parameter && out.back().amount != row.amount)) {
      if (row.im_model != "Schedule") row.trade_id.clear();
      out.push_back(std::move(row));
      out.back().line = static_cast<int>(out.size()) + 1;
    } else if (!parameter) {
      CrifRow& kept = out.back();
      kept.amount = kept.amount.value_or(0.0) + row.amount.value_or(0.0);
      if (kept.amount_usd && row.amount_usd)
        kept.amount_usd = *kept.amount_usd + *row.amount_usd;
      else
        kept.amount_usd.reset();
    }
  }
  return out;
}

}  // namespace plimsoll::margin
