#include "prepared.hpp"

#include "plimsoll/margin/span/requirement.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace plimsoll::margin::span {

namespace {

using Places = std::map<std::string, std::uint32_t, std::less<>>;

/// The number of the tier that holds the period, from 0; their count if none does.
std::uint32_t place_of(const std::vector<Tier>& tiers, std::int32_t period) {
  const auto found = std::ranges::find_if(tiers, [&](const Tier& tier) { return holds(tier, period); });
  return static_cast<std::uint32_t>(found - tiers.begin());
}

void put_in_order(ParameterSet& set) {
  std::ranges::sort(set.commodities, {}, &Commodity::code);
  std::ranges::sort(set.contracts, {}, [](const Contract& contract) {
    return std::tie(contract.commodity, contract.period, contract.kind, contract.strike, contract.id);
  });
  const auto by_priority = [](std::vector<Spread>& spreads) {
    std::ranges::stable_sort(spreads, {}, &Spread::priority);
  };
  by_priority(set.super_spreads);
  by_priority(set.inter_spreads);
  for (Commodity& commodity : set.commodities) by_priority(commodity.spreads);
}

void add_commodities(Prepared& layout) {
  for (const Commodity& source : layout.set.commodities) {
    PreparedCommodity commodity;
    commodity.source = &source;
    commodity.scan_tiers = static_cast<std::uint32_t>(source.scan_tiers.size()) + 1;
    commodity.credit_tiers = static_cast<std::uint32_t>(source.credit_tiers.size());
    for (const ClassRatio& ratio : source.ratios)
      commodity.ratios[static_cast<std::size_t>(ratio.account_class)] = ratio;
    layout.commodities.push_back(std::move(commodity));
  }
}

void add_contracts(Prepared& layout, const Places& places) {
  for (const Contract& source : layout.set.contracts) {
    PreparedContract contract;
    contract.commodity = places.find(source.commodity)->second;
    PreparedCommodity& home = layout.commodities[contract.commodity];
    if (home.periods.empty() || home.periods.back() != source.period) home.periods.push_back(source.period);
    contract.slot = static_cast<std::uint32_t>(home.periods.size()) - 1;
    contract.scan_tier = place_of(home.source->scan_tiers, source.period);
    const std::uint32_t credit_tier = place_of(home.source->credit_tiers, source.period);
    contract.credit_tier = credit_tier == home.credit_tiers ? 0 : credit_tier + 1;
    contract.option_tier = place_of(home.source->option_tiers, source.period);
    contract.call = source.kind == ContractKind::call;
    contract.put = source.kind == ContractKind::put;
    contract.delta = source.delta * source.scale;
    contract.scale = source.scale;
    contract.value = source.premium_style ? source.price * source.multiplier : 0.0;
    layout.contracts.push_back(contract);
    Losses losses{};
    std::ranges::copy(source.losses, losses.begin());
    layout.losses.push_back(losses);
  }
}

void add_delivery(PreparedCommodity& commodity) {
  for (const std::int32_t period : commodity.periods) {
    const auto& rates = commodity.source->delivery;
    const auto found = std::ranges::find(rates, period, &DeliveryRate::period);
    commodity.delivery.push_back(found == rates.end() ? nullptr : &*found);
  }
}

PreparedSpread laid_out(const Spread& source, const Prepared& layout, const Places& places, bool inside) {
  PreparedSpread spread;
  spread.source = &source;
  for (const SpreadLeg& leg : source.legs) {
    const std::uint32_t place = places.find(leg.commodity)->second;
    const PreparedCommodity& commodity = layout.commodities[place];
    const auto& tiers = inside ? commodity.source->spread_tiers : commodity.source->credit_tiers;
    const Tier range = range_of(leg, tiers).value_or(Tier{});
    const auto first = std::ranges::lower_bound(commodity.periods, range.first);
    const auto last = std::ranges::upper_bound(commodity.periods, range.last);
    Pool pool{place,
              static_cast<std::uint32_t>(first - commodity.periods.begin()),
              static_cast<std::uint32_t>(last - commodity.periods.begin()),
              0,
              leg.side == Side::a ? 1.0 : -1.0,
              0.0};
    // A single period is priced by the tier that holds it, and so is a tier.
    if (!inside && (leg.tier != 0 || leg.period != 0)) {
      const std::uint32_t tier = place_of(tiers, range.first);
      pool.credit_tier = tier == commodity.credit_tiers ? 0 : tier + 1;
    }
    auto found = std::ranges::find_if(spread.pools, [&](const Pool& other) {
      return other.commodity == pool.commodity && other.begin == pool.begin && other.end == pool.end &&
             other.side == pool.side;
    });
    if (found == spread.pools.end()) found = spread.pools.insert(found, pool);
    found->ratio += leg.ratio;
    spread.legs.push_back(
        {static_cast<std::uint32_t>(found - spread.pools.begin()), leg.ratio, leg.rate.value_or(source.rate)});
  }
  return spread;
}

void add_spreads(Prepared& layout, const Places& places) {
  for (PreparedCommodity& commodity : layout.commodities) {
    add_delivery(commodity);
    for (const Spread& spread : commodity.source->spreads)
      commodity.spreads.push_back(laid_out(spread, layout, places, true));
  }
  for (const Spread& spread : layout.set.super_spreads)
    layout.super_spreads.push_back(laid_out(spread, layout, places, false));
  for (const Spread& spread : layout.set.inter_spreads)
    layout.inter_spreads.push_back(laid_out(spread, layout, places, false));
}

}  // namespace

Result<PreparedSet> PreparedSet::prepare(ParameterSet set) {
  if (auto found = find_flaw(set)) return *found;
  auto layout = std::make_shared<Prepared>();
  layout->set = std::move(set);
  put_in_order(layout->set);
  Places places;
  for (const Commodity& commodity : layout->set.commodities)
    places.emplace(commodity.code, static_cast<std::uint32_t>(places.size()));
  add_commodities(*layout);
  add_contracts(*layout, places);
  add_spreads(*layout, places);
  for (std::uint32_t point = 0; point < scenario_count; ++point)
    if (layout->set.scan_points[point].price == 0.0) layout->time_points.push_back(point);
  layout->by_id.resize(layout->contracts.size());
  std::iota(layout->by_id.begin(), layout->by_id.end(), 0U);
  std::ranges::sort(layout->by_id, {},
                    [&](std::uint32_t i) -> const std::string& { return layout->set.contracts[i].id; });
  return PreparedSet{std::shared_ptr<const Prepared>{std::move(layout)}};
}

const ParameterSet& PreparedSet::parameters() const noexcept { return layout_->set; }

std::optional<std::uint32_t> PreparedSet::index_of(std::string_view contract) const {
  const auto id_of = [this](std::uint32_t i) -> std::string_view { return layout_->set.contracts[i].id; };
  const auto found = std::ranges::lower_bound(layout_->by_id, contract, {}, id_of);
  if (found == layout_->by_id.end() || id_of(*found) != contract) return std::nullopt;
  return *found;
}

}  // namespace plimsoll::margin::span
