#include "plimsoll/margin/span/parameters.hpp"

#include "prepared.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace plimsoll::margin::span {

namespace {

constexpr double largest_amount = 1e12;
constexpr double largest_factor = 1e6;

Error flaw(std::string field, std::string value, std::string allowed) {
  return {ErrorCode::invalid_value, "parameters." + std::move(field), std::move(value), std::move(allowed),
          "take the file of the clearing house as it was published, or correct what the generator was given"};
}

Error flaw(std::string field, double value, std::string allowed) {
  return flaw(std::move(field), text_of(value), std::move(allowed));
}

bool within(double value, double low, double high) { return value >= low && value <= high; }

std::optional<Error> flaw_of_points(const ParameterSet& set) {
  if (set.scan_points.size() != scenario_count)
    return flaw("scan_points", static_cast<double>(set.scan_points.size()), "16 scenarios");
  for (const ScanPoint& point : set.scan_points) {
    if (!within(point.price, -1e3, 1e3) || !within(point.volatility, -1e3, 1e3))
      return flaw("scan_points", text_of(point.price) + " and " + text_of(point.volatility),
                  "fractions of the scan ranges, -1000 to 1000");
    if (!within(point.weight, 0.0, 1.0)) return flaw("scan_points.weight", point.weight, "0 to 1");
    if (std::cmp_less(point.paired, 0) || std::cmp_greater_equal(point.paired, scenario_count))
      return flaw("scan_points.paired", point.paired, "the index of a scenario, 0 to 15");
  }
  if (std::ranges::none_of(set.scan_points, [](const ScanPoint& point) { return point.price == 0.0; }))
    return flaw("scan_points.price", set.scan_points.front().price,
                "at least one scenario without a move of the price");
  for (const DeltaPoint& point : set.delta_points)
    if (!within(point.price, -1e3, 1e3) || !within(point.weight, 0.0, 1.0))
      return flaw("delta_points", text_of(point.price) + " and " + text_of(point.weight),
                  "a fraction of the scan range, -1000 to 1000, and a weight, 0 to 1");
  return std::nullopt;
}

std::optional<Error> flaw_of_tiers(const std::vector<Tier>& tiers, const std::string& field) {
  for (const Tier& tier : tiers) {
    if (tier.first > tier.last)
      return flaw(field, std::to_string(tier.first) + " to " + std::to_string(tier.last),
                  "a first period up to the last");
    if (!within(tier.rate, 0.0, largest_amount)) return flaw(field + ".rate", tier.rate, "0 to 1e12");
    for (const Tier& other : tiers)
      if (&other != &tier && (other.number == tier.number || (other.first <= tier.last && tier.first <= other.last)))
        return flaw(field, std::to_string(tier.number) + " and " + std::to_string(other.number),
                    "each number once and no period in two tiers");
  }
  return std::nullopt;
}

/// Two legs of one side must draw from the same periods or share none, or both would count the same delta.
bool share_a_part(const Tier& a, const Tier& b) {
  const bool overlap = a.first <= b.last && b.first <= a.last;
  return overlap && (a.first != b.first || a.last != b.last);
}

using Commodities = std::map<std::string, const Commodity*, std::less<>>;

std::optional<Error> flaw_of_legs(const Spread& spread, const Commodities& commodities, bool inside,
                                  const std::string& field) {
  std::vector<std::pair<const SpreadLeg*, Tier>> ranges;
  for (const SpreadLeg& leg : spread.legs) {
    const auto found = commodities.find(leg.commodity);
    if (found == commodities.end()) return flaw(field + ".commodity", leg.commodity, "a commodity of the set");
    if (!within(leg.ratio, 1e-9, largest_factor)) return flaw(field + ".ratio", leg.ratio, "above 0, up to 1e6");
    const double highest = spread.method == SpreadRate::weighted ? 1.0 : largest_amount;
    const double rate = leg.rate.value_or(spread.rate);
    if (!within(rate, 0.0, highest))
      return flaw(field + ".rate", rate,
                  spread.method == SpreadRate::weighted ? "a fraction, 0 to 1" : "an amount, 0 to 1e12");
    const auto range = range_of(leg, inside ? found->second->spread_tiers : found->second->credit_tiers);
    if (!range) return flaw(field + ".tier", leg.tier, "0 or a tier of " + leg.commodity);
    ranges.emplace_back(&leg, *range);
  }
  for (const auto& [leg, range] : ranges)
    for (const auto& [other, beside] : ranges)
      if (leg->commodity == other->commodity && (!inside || leg->side == other->side) && share_a_part(range, beside))
        return flaw(field + ".tier", std::to_string(leg->tier) + " and " + std::to_string(other->tier),
                    "legs of one commodity in the same tier or in tiers without a common period");
  return std::nullopt;
}

std::optional<Error> flaw_of_spreads(const std::vector<Spread>& spreads, const Commodities& commodities, bool inside,
                                     const std::string& place) {
  for (const Spread& spread : spreads) {
    const std::string field = place + "[" + std::to_string(spread.priority) + "]";
    if (spread.legs.size() < 2)
      return flaw(field + ".legs", static_cast<double>(spread.legs.size()), "at least 2 legs");
    if (inside && spread.method != SpreadRate::flat)
      return flaw(field + ".method", "weighted", "flat: a charge between months is an amount");
    const auto on_side = [&](Side side) {
      return std::ranges::any_of(spread.legs, [side](const SpreadLeg& leg) { return leg.side == side; });
    };
    if (inside && !(on_side(Side::a) && on_side(Side::b)))
      return flaw(field + ".side", on_side(Side::a) ? "a alone" : "b alone", "legs on both sides of the market");
    if (auto found = flaw_of_legs(spread, commodities, inside, field)) return found;
  }
  return std::nullopt;
}

std::optional<Error> flaw_of(const Commodity& commodity, const Commodities& commodities) {
  const std::string at = "commodities[" + commodity.code + "].";
  if (!within(commodity.price_scan_range, 0.0, largest_amount))
    return flaw(at + "price_scan_range", commodity.price_scan_range, "0 to 1e12");
  const std::array<std::pair<const std::vector<Tier>*, const char*>, 4> tiers{
      {{&commodity.scan_tiers, "scan_tiers"},
       {&commodity.spread_tiers, "spread_tiers"},
       {&commodity.credit_tiers, "credit_tiers"},
       {&commodity.option_tiers, "option_tiers"}}};
  for (const auto& [list, name] : tiers)
    if (auto found = flaw_of_tiers(*list, at + name)) return found;
  for (const DeliveryRate& rate : commodity.delivery)
    if (!within(rate.in_spreads, 0.0, largest_amount) || !within(rate.outright, 0.0, largest_amount))
      return flaw(at + "delivery", text_of(rate.in_spreads) + " and " + text_of(rate.outright), "0 to 1e12");
  for (const ClassRatio& ratio : commodity.ratios)
    if (!within(ratio.maintenance, 1e-3, 1e3) || !within(ratio.initial, ratio.maintenance, 1e3))
      return flaw(at + "ratios", text_of(ratio.maintenance) + " and " + text_of(ratio.initial),
                  "0.001 to 1000, the initial one not below the other");
  return flaw_of_spreads(commodity.spreads, commodities, true, at + "spreads");
}

std::optional<Error> flaw_of(const Contract& contract, const Commodities& commodities) {
  const std::string at = "contracts[" + contract.id + "].";
  const auto home = commodities.find(contract.commodity);
  if (home == commodities.end()) return flaw(at + "commodity", contract.commodity, "a commodity of the set");
  if (contract.losses.size() != scenario_count)
    return flaw(at + "losses", static_cast<double>(contract.losses.size()), "16 losses");
  for (const double loss : contract.losses)
    if (!within(loss, -largest_amount, largest_amount)) return flaw(at + "losses", loss, "-1e12 to 1e12");
  const std::array<std::pair<double, const char*>, 3> signed_amounts{
      {{contract.price, "price"}, {contract.strike, "strike"}, {contract.delta, "delta"}}};
  for (const auto& [value, name] : signed_amounts)
    if (!within(value, -largest_amount, largest_amount)) return flaw(at + name, value, "-1e12 to 1e12");
  if (!within(contract.multiplier, 1e-9, 1e9))
    return flaw(at + "multiplier", contract.multiplier, "above 0, up to 1e9");
  if (!within(contract.scale, 1e-9, largest_factor)) return flaw(at + "scale", contract.scale, "above 0, up to 1e6");
  const bool option = contract.kind == ContractKind::call || contract.kind == ContractKind::put;
  const auto& minima = home->second->option_tiers;
  if (option && !minima.empty() &&
      std::ranges::none_of(minima, [&](const Tier& tier) { return holds(tier, contract.period); }))
    return flaw(at + "period", contract.period, "a period of an option tier of " + contract.commodity);
  return std::nullopt;
}

}  // namespace

std::optional<Tier> range_of(const SpreadLeg& leg, const std::vector<Tier>& tiers) {
  if (leg.period != 0) return Tier{0, leg.period, leg.period, 0.0};
  const auto found = std::ranges::find(tiers, leg.tier, &Tier::number);
  if (found != tiers.end()) return *found;
  if (leg.tier == 0) return Tier{};
  return std::nullopt;
}

std::optional<Error> find_flaw(const ParameterSet& set) {
  if (auto found = flaw_of_points(set)) return found;
  Commodities commodities;
  for (const Commodity& commodity : set.commodities)
    if (!commodities.emplace(commodity.code, &commodity).second)
      return flaw("commodities.code", commodity.code, "each commodity once");
  for (const Commodity& commodity : set.commodities)
    if (auto found = flaw_of(commodity, commodities)) return found;
  std::set<std::string, std::less<>> ids;
  for (const Contract& contract : set.contracts) {
    if (!ids.insert(contract.id).second) return flaw("contracts.id", contract.id, "each contract once");
    if (auto found = flaw_of(contract, commodities)) return found;
  }
  if (auto found = flaw_of_spreads(set.super_spreads, commodities, false, "super_spreads")) return found;
  return flaw_of_spreads(set.inter_spreads, commodities, false, "inter_spreads");
}

}  // namespace plimsoll::margin::span
