#include "plimsoll/margin/leveraged/perpetual.hpp"

#include "excess_curve.hpp"
#include "holding.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace plimsoll::margin {

namespace {

/// Constant and slope of a curve on one piece.
struct Line {
  double constant = 0.0;
  double slope = 0.0;
};

std::vector<double> edges_of(const ExcessCurve& curve) {
  std::vector<double> edges{curve.low, curve.high};
  const auto add = [&](double edge) {
    if (edge > curve.low && edge < curve.high) edges.push_back(edge);
  };
  if (!curve.sizes.empty()) add(0.0);
  for (const double size : curve.sizes)
    for (std::size_t k = 0; k + 1 < curve.tiers.size(); ++k) {
      add(curve.tiers[k].up_to / size);
      add(-curve.tiers[k].up_to / size);
    }
  std::ranges::sort(edges);
  const auto [first, last] = std::ranges::unique(edges);
  edges.erase(first, last);
  return edges;
}

double between(double left, double right) {
  if (std::isinf(left) && std::isinf(right)) return 0.0;
  if (std::isinf(left)) return right - std::max(1.0, std::fabs(right));
  if (std::isinf(right)) return left + std::max(1.0, std::fabs(left));
  return 0.5 * (left + right);
}

Line line_at(const ExcessCurve& curve, double inside) {
  Line line{curve.constant, curve.slope};
  for (const double size : curve.sizes) {
    const MaintenanceTier& tier = curve.tiers[tier_of(size * std::fabs(inside), curve.tiers)];
    line.constant += tier.amount;
    line.slope -= std::copysign(tier.rate * size, inside);
  }
  return line;
}

/// Whether the line is below zero at an edge; towards infinity its slope decides.
bool is_short(const Line& line, double edge) {
  if (line.slope == 0.0) return line.constant < 0.0;
  return std::isinf(edge) ? line.slope * edge < 0.0 : line.constant + line.slope * edge < 0.0;
}

}  // namespace

ExcessRoots roots(const ExcessCurve& curve) {
  ExcessRoots found;
  const std::vector<double> edges = edges_of(curve);
  bool left_short = false;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    const Line line = line_at(curve, between(edges[i], edges[i + 1]));
    if (i == 0) left_short = is_short(line, edges[i]);
    const bool right_short = is_short(line, edges[i + 1]);
    if (left_short != right_short && line.slope != 0.0)
      (left_short ? found.rises : found.falls) = std::clamp(-line.constant / line.slope, edges[i], edges[i + 1]);
    left_short = right_short;
  }
  return found;
}

namespace {

/// The positions that stand on one balance.
struct Pool {
  std::string name;
  Money balance;
  Money order_hold;
  std::vector<const Holding*> holdings;
};

std::vector<Pool> pools_of(const PerpetualAccount& account, const std::vector<Holding>& holdings) {
  std::vector<Pool> pools{{"cross", account.wallet, account.order_hold, {}}};
  for (const Holding& holding : holdings)
    if (!holding.position.isolated) pools.front().holdings.push_back(&holding);
  for (const Holding& holding : holdings)
    if (holding.position.isolated)
      pools.push_back({holding.position.trade_id, holding.position.isolated_margin, {}, {&holding}});
  return pools;
}

/// Equity and requirement of a pool as a function of the coordinate of one contract, all others as they are.
ExcessCurve curve_of(const Pool& pool, const PerpetualContract& moving, bool with_requirement) {
  ExcessCurve curve;
  curve.tiers = moving.tiers;
  if (!moving.negative_prices) (moving.kind == PerpetualKind::inverse ? curve.high : curve.low) = 0.0;
  for (const Holding* holding : pool.holdings) {
    curve.constant += holding->ledger.amount(holding->funding + holding->fee);
    const bool moves = holding->contract == &moving;
    curve.constant += moves ? -holding->size() * holding->entry() : holding->profit();
    if (moves) curve.slope += holding->size();
    if (!with_requirement || holding->position.quantity == 0.0) continue;
    if (moves && moving.margin_price == MarginPrice::mark)
      curve.sizes.push_back(std::fabs(holding->size()));
    else
      curve.constant -= maintenance_of(holding->margin_notional(), holding->contract->tiers);
  }
  curve.constant += pool.holdings.front()->ledger.amount(pool.balance);
  return curve;
}

std::optional<double> price_of(const PerpetualContract& contract, std::optional<double> coordinate) {
  return coordinate ? price_at(contract.kind, *coordinate) : std::nullopt;
}

double allowed_leverage(const Holding& holding) {
  const MaintenanceTier& tier = holding.contract->tiers[tier_of(holding.margin_notional(), holding.contract->tiers)];
  return std::min(holding.position.leverage, tier.maximum_leverage);
}

PerpetualLine line_of(const Holding& holding, const Pool& pool, Money pool_equity) {
  const PerpetualContract& contract = *holding.contract;
  PerpetualLine line;
  line.trade_id = holding.position.trade_id;
  line.contract = contract.name;
  line.notional = holding.notional();
  line.tier = static_cast<int>(tier_of(holding.margin_notional(), contract.tiers)) + 1;
  line.leverage = allowed_leverage(holding);
  if (pool_equity > Money{}) line.effective_leverage = line.notional / holding.ledger.amount(pool_equity);
  line.profit = holding.booked_profit();
  line.funding = holding.funding;
  line.fee = holding.fee;
  line.initial = holding.ledger.booked(holding.margin_notional() / line.leverage);
  line.maintenance = holding.booked_maintenance();
  if (holding.position.quantity == 0.0) return line;
  const ExcessRoots liquidation = roots(curve_of(pool, contract, true));
  line.liquidation_below = price_of(contract, liquidation.rises);
  line.liquidation_above = price_of(contract, liquidation.falls);
  const ExcessRoots bankruptcy = roots(curve_of(pool, contract, false));
  line.bankruptcy_price = price_of(contract, bankruptcy.rises ? bankruptcy.rises : bankruptcy.falls);
  return line;
}

Component leaf(ComponentKind kind, const Holding& holding, std::string name, std::string rule,
               std::vector<Input> inputs, Money amount) {
  inputs.insert(inputs.begin(), {"contracts", holding.position.quantity});
  return {kind, std::move(name), std::move(rule), std::move(inputs), amount, {}};
}

Component equity_of(const Pool& pool) {
  std::vector<Component> parts{{ComponentKind::holding, "balance", "", {}, pool.balance, {}}};
  for (const Holding* own : pool.holdings) {
    const std::string of = " of " + own->position.trade_id;
    parts.push_back(leaf(ComponentKind::holding, *own, "profit" + of, "contract " + own->contract->name,
                         {{"multiplier", own->contract->multiplier},
                          {"entry price", own->position.entry_price},
                          {"mark", own->mark->mark}},
                         own->booked_profit()));
    if (!own->mark->funding.empty())
      parts.push_back(
          leaf(ComponentKind::holding, *own, "funding" + of, "contract " + own->contract->name, {}, own->funding));
    if (own->position.unpaid_fee != 0.0)
      parts.push_back(leaf(ComponentKind::holding, *own, "opening fee" + of, "contract " + own->contract->name,
                           {{"rate", own->position.unpaid_fee}}, own->fee));
  }
  return sum_of("equity", "", std::move(parts));
}

/// The requirement trees of a pool: initial first, then maintenance.
std::pair<Component, Component> requirements_of(const Pool& pool, const std::string& pack_id) {
  std::vector<Component> initial;
  std::vector<Component> maintenance;
  for (const Holding* own : pool.holdings) {
    if (own->position.quantity == 0.0) continue;
    const double notional = own->margin_notional();
    const std::size_t k = tier_of(notional, own->contract->tiers);
    const MaintenanceTier& tier = own->contract->tiers[k];
    const std::string rule = "pack " + pack_id + ", " + own->contract->name + " bracket " + std::to_string(k + 1);
    const double leverage = allowed_leverage(*own);
    initial.push_back(leaf(ComponentKind::requirement, *own, own->position.trade_id, rule,
                           {{"notional", notional}, {"leverage", leverage}}, own->ledger.booked(notional / leverage)));
    maintenance.push_back(leaf(ComponentKind::requirement, *own, own->position.trade_id, rule,
                               {{"notional", notional}, {"rate", tier.rate}, {"amount", tier.amount}},
                               own->booked_maintenance()));
  }
  return {sum_of("initial", "", std::move(initial)), sum_of("maintenance", "", std::move(maintenance))};
}

void warn_of(std::vector<Warning>& warnings, const Holding& holding) {
  const double notional = holding.margin_notional();
  const auto& tiers = holding.contract->tiers;
  if (notional > tiers.back().up_to)
    warnings.push_back({"beyond_last_bracket", holding.contract->name,
                        "the notional " + text_of(notional) + " of " + holding.position.trade_id +
                            " is beyond the last bracket, which ends at " + text_of(tiers.back().up_to) +
                            "; its rate goes on"});
  if (allowed_leverage(holding) < holding.position.leverage)
    warnings.push_back({"leverage_above_bracket", holding.contract->name,
                        "the leverage " + text_of(holding.position.leverage) + " of " + holding.position.trade_id +
                            " is above that of its bracket, " + text_of(allowed_leverage(holding)) +
                            ", which the initial margin is taken by"});
}

PerpetualPool pool_result(const Pool& pool, const std::string& pack_id, const Ledger& ledger) {
  PerpetualPool result;
  result.name = pool.name;
  result.equity = equity_of(pool);
  std::tie(result.initial, result.maintenance) = requirements_of(pool, pack_id);
  result.order_hold = pool.order_hold;
  result.excess = result.equity.amount - result.maintenance.amount - pool.order_hold;
  if (result.equity.amount > Money{})
    result.margin_ratio = ledger.amount(result.maintenance.amount) / ledger.amount(result.equity.amount);
  result.liquidated = result.excess < Money{};
  return result;
}

}  // namespace

Result<PerpetualResult> perpetual_margin(const PerpetualAccount& account, const PerpetualMarket& market,
                                         const PerpetualRules& rules) {
  const auto checked = checked_rules(rules, market.date);
  if (!checked) return checked.error();
  const auto holdings = holdings_of(account, market, *checked);
  if (!holdings) return holdings.error();
  PerpetualResult result;
  result.account_id = account.account_id;
  result.settlement = account.settlement;
  result.decimals = account.decimals;
  for (const Pool& pool : pools_of(account, *holdings)) {
    result.pools.push_back(pool_result(pool, rules.pack_id, {account.settlement, account.decimals}));
    const PerpetualPool& own = result.pools.back();
    for (const Holding* holding : pool.holdings) result.lines.push_back(line_of(*holding, pool, own.equity.amount));
    result.equity += own.equity.amount;
    result.initial += own.initial.amount;
    result.maintenance += own.maintenance.amount;
  }
  std::ranges::sort(result.lines, {}, &PerpetualLine::trade_id);
  for (const Holding& holding : *holdings) warn_of(result.warnings, holding);
  return result;
}

}  // namespace plimsoll::margin
