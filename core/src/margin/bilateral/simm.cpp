#include "plimsoll/margin/bilateral/simm.hpp"

#include "aggregation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr const char* unspecified = "unspecified";

std::optional<Error> flaw_of(const SimmPack& pack, const SimmSettings& settings) {
  if (auto found = find_flaw(pack)) return found;
  if (settings.date < pack.in_force_from || pack.in_force_until < settings.date)
    return Error{ErrorCode::not_in_force, "pack", pack.pack_id + "-" + pack.revision + " on " + settings.date.iso(),
                 pack.in_force_from.iso() + " to " + pack.in_force_until.iso(), "give the pack of that date"};
  const std::string& currency = settings.calculation_currency;
  if (currency.size() != 3 || groups_of(pack, currency) == nullptr)
    return Error{ErrorCode::invalid_value, "calculation_currency", currency,
                 "the code of a currency that the pack knows, such as USD",
                 "correct the code, or add the currency to the pack"};
  for (const CurrencyRate& rate : settings.rates)
    if (!(rate.rate > 0.0 && rate.rate <= 1e12))
      return Error{ErrorCode::invalid_value, "rates[" + rate.currency + "]", text_of(rate.rate), "above 0, up to 1e12",
                   "give what one unit is worth in " + pack.currency};
  return std::nullopt;
}

/// The root over the risk classes of one class of products.
SimmProductMargin product_margin(std::span<const SimmClassMargin> classes, const SimmPack& pack, double multiplier,
                                 SimmMargin& out) {
  double variance = 0.0;
  double size = 0.0;
  double sum = 0.0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    sum += classes[i].amount;
    variance += classes[i].amount * classes[i].amount;
    for (std::size_t j = 0; j < i; ++j) {
      const auto place = static_cast<std::size_t>(classes[i].risk_class) * risk_classes +
                         static_cast<std::size_t>(classes[j].risk_class);
      variance += 2.0 * pack.class_correlation[place] * classes[i].amount * classes[j].amount;
    }
    size = sum * sum;
  }
  const double amount = root_of(variance, size, "risk classes", out);
  return {classes.front().product_class, amount, amount - sum, multiplier};
}

SimmMargin margin_of(const FactorSet& set, const SimmPack& pack, const SimmSettings& settings) {
  SimmMargin out;
  const std::span<const NetFactor> factors = set.factors;
  for (std::size_t i = 0; i < factors.size();) {
    const std::size_t first_class = out.classes.size();
    const ProductClass product = factors[i].product_class;
    while (i < factors.size() && factors[i].product_class == product) {
      std::size_t end = i;
      while (end < factors.size() && factors[end].product_class == product &&
             factors[end].risk_class == factors[i].risk_class)
        ++end;
      out.classes.push_back(margin_of_class(factors.subspan(i, end - i), set, pack, settings, out));
      i = end;
    }
    const auto classes = std::span<const SimmClassMargin>{out.classes}.subspan(first_class);
    out.products.push_back(product_margin(classes, pack, set.multipliers[static_cast<std::size_t>(product)], out));
  }
  for (const SimmProductMargin& own : out.products) {
    out.amount += own.amount;
    out.multiplier_add_on += (own.multiplier - 1.0) * own.amount;
  }
  out.fixed_add_on = set.fixed_add_on;
  out.notional_add_on = set.notional_add_on;
  out.amount += out.multiplier_add_on + out.fixed_add_on + out.notional_add_on;
  return out;
}

using Rows = std::vector<const CrifRow*>;

Result<SimmMargin> margin_of_rows(const Rows& rows, const SimmPack& pack, const SimmSettings& settings) {
  const auto set = factors_of(rows, pack, settings);
  if (!set) return set.error();
  return margin_of(*set, pack, settings);
}

void warn_of(const std::vector<std::string>& indefinite, Result<SimmMargin>& margin) {
  if (!margin) return;
  for (const std::string& name : indefinite)
    margin->warnings.push_back(name + " of the pack is not positive semidefinite");
}

std::set<std::string> listed(const std::string& text) {
  std::set<std::string> out;
  std::string word;
  for (const char c : text + ",") {
    if (c == ',') {
      if (!word.empty()) out.insert(word);
      word.clear();
    } else if (c != ' ' && c != '[' && c != ']') {
      word += c;
    }
  }
  return out;
}

const std::string& regulations_of(const CrifRow& row, MarginSide side) {
  return side == MarginSide::call ? row.collect_regulations : row.post_regulations;
}

bool is_add_on(const CrifRow& row) { return row.risk_type.starts_with("Param_"); }

/// The rows of a netting set under each regulation; parameters without one hold under all.
std::map<std::string, Rows> by_regulation(Rows rows, MarginSide side) {
  std::map<std::string, Rows> out;
  const auto without = [&](const CrifRow* row) { return regulations_of(*row, side).empty(); };
  if (std::ranges::all_of(rows, without)) {
    out.emplace(unspecified, std::move(rows));
    return out;
  }
  Rows everywhere;
  for (const CrifRow* row : rows) {
    if (is_add_on(*row) && without(row)) {
      everywhere.push_back(row);
      continue;
    }
    auto names = listed(regulations_of(*row, side));
    if (names.empty()) names.insert(unspecified);
    for (const std::string& name : names) out[name].push_back(row);
  }
  for (auto& [name, own] : out) own.insert(own.end(), everywhere.begin(), everywhere.end());
  return out;
}

}  // namespace

Result<SimmMargin> simm(std::span<const CrifRow> rows, const SimmPack& pack, const SimmSettings& settings) {
  if (auto found = flaw_of(pack, settings)) return *found;
  Rows own;
  own.reserve(rows.size());
  for (const CrifRow& row : rows) own.push_back(&row);
  auto margin = margin_of_rows(own, pack, settings);
  warn_of(indefinite_correlations(pack), margin);
  return margin;
}

std::vector<NettingSetMargin> simm_of_netting_sets(const std::vector<CrifRow>& rows, const SimmPack& pack,
                                                   const SimmSettings& settings) {
  const auto flaw = flaw_of(pack, settings);
  const auto indefinite = flaw ? std::vector<std::string>{} : indefinite_correlations(pack);
  std::map<std::string, Rows> sets;
  for (const CrifRow& row : rows)
    if (row.im_model != "Schedule") sets[row.portfolio_id].push_back(&row);
  std::vector<NettingSetMargin> out;
  for (auto& [portfolio, own] : sets)
    for (const auto& [regulation, part] : by_regulation(std::move(own), settings.side)) {
      auto margin = flaw ? Result<SimmMargin>{*flaw} : margin_of_rows(part, pack, settings);
      warn_of(indefinite, margin);
      out.push_back({portfolio, regulation, static_cast<int>(part.size()), std::move(margin)});
    }
  return out;
}

}  // namespace plimsoll::margin
