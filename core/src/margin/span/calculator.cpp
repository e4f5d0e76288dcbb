#include "calculator.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace plimsoll::margin::span {

namespace {

constexpr std::array<const char*, part_count> part_names{"scan risk", "charge for spreads between months",
                                                         "delivery charge", "credit for spreads between commodities"};

std::string text_of_period(std::int32_t period) {
  const bool month = period % 100 == 0;
  return std::to_string(month ? period / 100 : period);
}

Scan scan_of(const Losses& losses, const Prepared& layout) {
  const auto* const worst = std::ranges::max_element(losses);
  if (!(*worst > 0.0)) return {};
  const auto active = static_cast<std::int32_t>(worst - losses.begin());
  const auto paired = static_cast<std::size_t>(layout.set.scan_points[static_cast<std::size_t>(active)].paired);
  double time_risk = 0.0;
  for (const std::uint32_t point : layout.time_points) time_risk += losses[point];
  time_risk /= static_cast<double>(layout.time_points.size());
  return {*worst, active, std::max(0.0, 0.5 * (*worst + losses[paired]) - time_risk)};
}

void add_to(Losses& total, const Losses& losses, double quantity) {
  for (std::size_t s = 0; s < scenario_count; ++s) total[s] += quantity * losses[s];
}

std::string legs_of(const Spread& spread) {
  std::string text;
  for (const SpreadLeg& leg : spread.legs) {
    if (!text.empty()) text += leg.side == spread.legs.front().side ? " with " : " against ";
    text += leg.commodity;
    if (leg.period != 0) text += " " + text_of_period(leg.period);
    if (leg.tier != 0) text += " tier " + std::to_string(leg.tier);
  }
  return text;
}

}  // namespace

template <bool explained>
bool Calculator<explained>::run(std::vector<Holding>& holdings, AccountClass account_class) {
  in_range_ = true;
  gather(holdings);
  for (Share& share : shares_) scan(share);
  for (const PreparedSpread& spread : layout_.super_spreads) form(spread, false);
  for (const Share& share : shares_)
    for (const PreparedSpread& spread : layout_.commodities[share.commodity].spreads) form(spread, true);
  for (Share& share : shares_) charge_delivery(share);
  for (const PreparedSpread& spread : layout_.inter_spreads) form(spread, false);
  for (Share& share : shares_) look_at_options(share);
  add_up(account_class);
  for (const Share& share : shares_) share_of_[share.commodity] = -1;
  return in_range_;
}

/// Nets the lots and cuts them by commodity, in the set's own order.
template <bool explained>
void Calculator<explained>::gather(std::vector<Holding>& holdings) {
  std::ranges::sort(holdings, {}, &Holding::contract);
  held_.clear();
  for (const Holding& lot : holdings) {
    if (!held_.empty() && held_.back().contract == lot.contract)
      held_.back().quantity += lot.quantity;
    else
      held_.push_back(lot);
  }
  std::erase_if(held_, [](const Holding& holding) { return holding.quantity == 0; });
  shares_.clear();
  delta_.clear();
  credit_scans_.clear();
  credit_deltas_.clear();
  for (std::size_t i = 0; i < held_.size(); ++i) {
    const std::uint32_t commodity = layout_.contracts[held_[i].contract].commodity;
    if (shares_.empty() || shares_.back().commodity != commodity) {
      share_of_[commodity] = static_cast<std::int32_t>(shares_.size());
      Share share;
      share.commodity = commodity;
      share.begin = i;
      share.slots = delta_.size();
      share.credit_scans = credit_scans_.size();
      shares_.push_back(share);
      const PreparedCommodity& home = layout_.commodities[commodity];
      delta_.resize(delta_.size() + home.periods.size());
      credit_scans_.resize(credit_scans_.size() + home.credit_tiers + 1);
      credit_deltas_.resize(credit_scans_.size());
    }
    shares_.back().end = i + 1;
  }
  consumed_.assign(delta_.size(), 0.0);
  std::ranges::fill(delta_, 0.0);
  std::ranges::fill(credit_scans_, Scan{});
  std::ranges::fill(credit_deltas_, 0.0);
  if constexpr (explained) leaves_.assign(shares_.size(), {});
}

/// Scan risk by scan tier, net delta by period, and the price risk of the commodity and of each credit tier.
template <bool explained>
void Calculator<explained>::scan(Share& share) {
  const PreparedCommodity& home = layout_.commodities[share.commodity];
  losses_.assign(home.scan_tiers + home.credit_tiers, Losses{});
  for (std::size_t i = share.begin; i < share.end; ++i) {
    const PreparedContract& contract = layout_.contracts[held_[i].contract];
    const Losses& losses = layout_.losses[held_[i].contract];
    const auto quantity = static_cast<double>(held_[i].quantity);
    add_to(losses_[contract.scan_tier], losses, quantity);
    const double delta = quantity * contract.delta;
    delta_[share.slots + contract.slot] += delta;
    credit_deltas_[share.credit_scans] += delta;
    if (contract.credit_tier != 0) {
      add_to(losses_[home.scan_tiers + contract.credit_tier - 1], losses, quantity);
      credit_deltas_[share.credit_scans + contract.credit_tier] += delta;
    }
  }
  share.net_delta = credit_deltas_[share.credit_scans];
  for (std::uint32_t tier = 0; tier < home.scan_tiers; ++tier) scan_tier(share, tier);
  for (std::uint32_t tier = 0; tier < home.credit_tiers; ++tier)
    credit_scans_[share.credit_scans + tier + 1] = scan_of(losses_[home.scan_tiers + tier], layout_);
}

template <bool explained>
void Calculator<explained>::scan_tier(Share& share, std::uint32_t tier) {
  const Scan found = scan_of(losses_[tier], layout_);
  if (share.active < 0) share.active = found.active;
  Scan& overall = credit_scans_[share.credit_scans];
  overall.risk += found.risk;
  overall.price_risk += found.price_risk;
  if (found.risk == 0.0) return;
  add(share, scanning, found.risk, [&] {
    const auto& tiers = layout_.commodities[share.commodity].source->scan_tiers;
    std::string name = "scenario " + std::to_string(found.active + 1);
    if (tier < tiers.size()) name += " in tier " + std::to_string(tiers[tier].number);
    const auto paired = layout_.set.scan_points[static_cast<std::size_t>(found.active)].paired;
    return Component{ComponentKind::requirement,
                     std::move(name),
                     "SPAN scan risk",
                     {{"scenario", found.active + 1.0},
                      {"paired scenario", paired + 1.0},
                      {"loss of the paired scenario", losses_[tier][static_cast<std::size_t>(paired)]},
                      {"futures price risk", found.price_risk}},
                     {},
                     {}};
  });
}

/// Delta of one side of the market: inside a commodity that of its periods, between commodities what is left net.
template <bool explained>
double Calculator<explained>::available(const Pool& pool, double side, bool inside) const {
  const Share& share = shares_[static_cast<std::size_t>(share_of_[pool.commodity])];
  double sum = 0.0;
  for (std::uint32_t slot = pool.begin; slot < pool.end; ++slot) {
    const double delta = side * delta_[share.slots + slot];
    sum += inside ? std::max(0.0, delta) : delta;
  }
  return std::max(0.0, sum);
}

template <bool explained>
double Calculator<explained>::spreads_available(const PreparedSpread& spread, double side, bool inside) const {
  double spreads = HUGE_VAL;
  for (const Pool& pool : spread.pools) {
    spreads = std::min(spreads, available(pool, side * pool.side, inside) / pool.ratio);
    if (spreads == 0.0) break;
  }
  return spreads;
}

/// Takes delta of one side from the nearest period on.
template <bool explained>
void Calculator<explained>::consume(const Pool& pool, double side, double amount) {
  const Share& share = shares_[static_cast<std::size_t>(share_of_[pool.commodity])];
  for (std::uint32_t slot = pool.begin; slot < pool.end && amount > 0.0; ++slot) {
    double& delta = delta_[share.slots + slot];
    const double taken = std::min(amount, std::max(0.0, side * delta));
    delta -= side * taken;
    consumed_[share.slots + slot] += taken;
    amount -= taken;
  }
}

/// Forms as many spreads as the delta allows, first with side A long, then with side A short.
template <bool explained>
void Calculator<explained>::form(const PreparedSpread& spread, bool inside) {
  for (const Pool& pool : spread.pools)
    if (share_of_[pool.commodity] < 0) return;
  for (const double side : {1.0, -1.0}) {
    const double spreads = spreads_available(spread, side, inside);
    if (!(spreads > 0.0)) continue;
    for (const Pool& pool : spread.pools) consume(pool, side * pool.side, spreads * pool.ratio);
    if (!inside) {
      give_credit(spread, spreads);
      continue;
    }
    Share& share = shares_[static_cast<std::size_t>(share_of_[spread.pools.front().commodity])];
    add(share, between_months, spreads * spread.source->rate, [&] {
      return Component{ComponentKind::requirement,
                       legs_of(*spread.source),
                       "SPAN intra-commodity spread charge",
                       {{"priority", static_cast<double>(spread.source->priority)},
                        {"spreads", spreads},
                        {"rate", spread.source->rate}},
                       {},
                       {}};
    });
  }
}

/// The weighted futures price risk of what a leg draws from.
template <bool explained>
double Calculator<explained>::price_risk_per_delta(const Pool& pool) const {
  const Share& share = shares_[static_cast<std::size_t>(share_of_[pool.commodity])];
  const Commodity& commodity = *layout_.commodities[pool.commodity].source;
  const std::size_t place = share.credit_scans + pool.credit_tier;
  const double delta = std::fabs(credit_deltas_[place]);
  if (commodity.price_risk == PriceRisk::scan_range) return commodity.price_scan_range;
  if (delta == 0.0) return 0.0;
  const double weighted = credit_scans_[place].price_risk / delta;
  return commodity.price_risk == PriceRisk::capped ? std::min(weighted, commodity.price_scan_range) : weighted;
}

template <bool explained>
void Calculator<explained>::give_credit(const PreparedSpread& spread, double spreads) {
  const bool weighted = spread.source->method == SpreadRate::weighted;
  for (const CreditLeg& leg : spread.legs) {
    const Pool& pool = spread.pools[leg.pool];
    Share& share = shares_[static_cast<std::size_t>(share_of_[pool.commodity])];
    const double per_delta = weighted ? price_risk_per_delta(pool) : 1.0;
    add(share, credit_given, -(spreads * leg.ratio * per_delta * leg.rate), [&] {
      std::vector<Input> inputs{{"priority", static_cast<double>(spread.source->priority)},
                                {"spreads", spreads},
                                {"delta per spread", leg.ratio},
                                {"rate", leg.rate}};
      if (weighted) inputs.push_back({"weighted futures price risk", per_delta});
      return Component{ComponentKind::requirement,
                       legs_of(*spread.source),
                       "SPAN inter-commodity spread credit",
                       std::move(inputs),
                       {},
                       {}};
    });
  }
}

template <bool explained>
void Calculator<explained>::charge_delivery(Share& share) {
  const PreparedCommodity& home = layout_.commodities[share.commodity];
  for (std::size_t slot = 0; slot < home.periods.size(); ++slot) {
    const DeliveryRate* rate = home.delivery[slot];
    if (rate == nullptr) continue;
    const double inside = consumed_[share.slots + slot];
    const double outside = std::fabs(delta_[share.slots + slot]);
    const double charge = inside * rate->in_spreads + outside * rate->outright;
    if (charge == 0.0) continue;
    add(share, at_delivery, charge, [&] {
      return Component{ComponentKind::requirement,
                       "delivery in " + text_of_period(rate->period),
                       "SPAN delivery (spot) charge",
                       {{"delta in spreads", inside},
                        {"rate in spreads", rate->in_spreads},
                        {"delta outright", outside},
                        {"rate outright", rate->outright}},
                       {},
                       {}};
    });
  }
}

/// Short option minimum by tier, and the value of premium-style options.
template <bool explained>
void Calculator<explained>::look_at_options(Share& share) {
  const Commodity& commodity = *layout_.commodities[share.commodity].source;
  short_options_.assign(2 * (commodity.option_tiers.size() + 1), 0.0);
  for (std::size_t i = share.begin; i < share.end; ++i) {
    const PreparedContract& contract = layout_.contracts[held_[i].contract];
    const auto quantity = static_cast<double>(held_[i].quantity);
    share.option_value += quantity * contract.value;
    if (quantity < 0.0 && (contract.call || contract.put))
      short_options_[2 * std::size_t{contract.option_tier} + (contract.put ? 1 : 0)] -= quantity * contract.scale;
  }
  for (std::size_t tier = 0; tier < commodity.option_tiers.size(); ++tier) {
    const double calls = short_options_[2 * tier];
    const double puts = short_options_[2 * tier + 1];
    const double counted = commodity.option_minimum == OptionMinimum::gross ? calls + puts : std::max(calls, puts);
    share.option_minimum += counted * commodity.option_tiers[tier].rate;
  }
}

template <bool explained>
void Calculator<explained>::add_up(AccountClass account_class) {
  totals_.maintenance = phase(&ClassRatio::maintenance, account_class, maintenance_, "maintenance");
  totals_.initial = phase(&ClassRatio::initial, account_class, initial_, "initial");
}

/// The requirement at one of the two ratios: risk not below the short option minimum, times the ratio, less the value
/// of options; a surplus of value is not paid out.
template <bool explained>
Money Calculator<explained>::phase(double ClassRatio::* ratio, AccountClass account_class, Component& tree,
                                   std::string name) {
  Money total;
  std::vector<Component> commodities;
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    const Share& share = shares_[i];
    const PreparedCommodity& home = layout_.commodities[share.commodity];
    const Money lifted = std::max(Money{}, cents(share.option_minimum) - share.rounded);
    const double factor = home.ratios[static_cast<std::size_t>(account_class)].*ratio;
    const Money before = share.rounded + lifted;
    const Money scaled = cents(before.dollars() * (factor - 1.0));
    const Money risk = before + scaled;
    const Money value = cents(share.option_value);
    const Money unused = home.source->caps_option_value ? std::max(Money{}, value - risk) : Money{};
    total += risk - value + unused;
    if constexpr (explained) {
      std::vector<Component> parts;
      for (std::size_t part = 0; part < part_count; ++part)
        if (!leaves_[i][part].empty()) parts.push_back(sum_of(part_names[part], "SPAN", leaves_[i][part]));
      const auto leaf = [&parts](ComponentKind kind, std::string text, std::string rule, std::vector<Input> inputs,
                                 Money amount) {
        if (amount != Money{}) parts.push_back({kind, std::move(text), std::move(rule), std::move(inputs), amount, {}});
      };
      leaf(ComponentKind::requirement, "up to the short option minimum", "SPAN short option minimum",
           {{"short option minimum", share.option_minimum}}, lifted);
      leaf(ComponentKind::requirement, "ratio of the account's class", "SPAN risk adjustment factor",
           {{"ratio", factor}}, scaled);
      leaf(ComponentKind::valuation, "net option value", "SPAN net option value",
           {{"net option value", share.option_value}}, -value);
      leaf(ComponentKind::valuation, "option value beyond the risk", "SPAN available net option value", {}, unused);
      commodities.push_back(sum_of(home.source->code, "SPAN", std::move(parts)));
    }
  }
  const Money unpaid = std::max(Money{}, -total);
  if constexpr (explained) {
    if (unpaid != Money{})
      commodities.push_back({ComponentKind::valuation,
                             "option value that is not paid out",
                             "SPAN excess long option value",
                             {},
                             unpaid,
                             {}});
    tree = sum_of(std::move(name), "SPAN", std::move(commodities));
  }
  return total + unpaid;
}

template class Calculator<true>;
template class Calculator<false>;

}  // namespace plimsoll::margin::span
