#include "plimsoll/margin/leveraged/waterfall.hpp"

#include "holding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

namespace plimsoll::margin {

namespace {

/// A balance with what stands on it, while the waterfall runs; profit since entry is not in the balance.
struct LivePool {
  std::size_t account = 0;
  Money balance;
  Money order_hold;
  std::vector<Holding> holdings;
  bool isolated = false;
  bool done = false;  ///< taken over

  [[nodiscard]] Money equity() const {
    Money total = balance;
    for (const Holding& holding : holdings) total += holding.booked_profit();
    return total;
  }
  [[nodiscard]] Money excess() const {
    Money total = equity() - order_hold;
    for (const Holding& holding : holdings) total -= holding.booked_maintenance();
    return total;
  }
};

/// An opposite position that may be closed against.
struct Candidate {
  std::size_t pool = 0;
  std::size_t holding = 0;
  double score = 0.0;
};

/// Profit over entry value times effective leverage, over it for losses; an entry or a mark of zero is a limit of
/// these.
double score_of(const Holding& holding, double equity) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  const double profit = holding.profit();
  const double paid = std::fabs(holding.size() * holding.entry());
  if (profit == 0.0) return 0.0;
  if (paid == 0.0) return std::copysign(infinite, profit);
  const double rate = profit / paid;
  const double leverage = holding.notional() == 0.0 ? 0.0 : holding.notional() / equity;
  if (rate > 0.0) return rate * leverage;
  return leverage == 0.0 ? -infinite : rate / leverage;
}

/// Changes the quantity of a holding by a trade whose result against the mark is `result`, booked to the balance.
void trade(LivePool& pool, Holding& holding, double quantity, Money result) {
  const Money before = holding.booked_profit();
  holding.position.quantity = quantity;
  pool.balance += before - holding.booked_profit() + result;
}

class Waterfall {
 public:
  Waterfall(std::vector<LivePool> pools, std::vector<std::string> names, const InsuranceFund& fund)
      : pools_(std::move(pools)),
        names_(std::move(names)),
        ledger_{fund.settlement, fund.decimals},
        fund_(fund.amount) {
    for (const LivePool& pool : pools_) excess_.push_back(pool.excess());
  }

  void run() {
    while (true) {
      std::size_t worst = pools_.size();
      for (std::size_t i = 0; i < pools_.size(); ++i)
        if (!pools_[i].done && excess_[i] < Money{} && (worst == pools_.size() || is_worse(i, worst))) worst = i;
      if (worst == pools_.size()) return;
      liquidate(worst);
      excess_[worst] = pools_[worst].excess();
    }
  }

  [[nodiscard]] const std::vector<LivePool>& pools() const { return pools_; }
  [[nodiscard]] Money fund() const { return fund_; }
  [[nodiscard]] Money market() const { return market_; }
  [[nodiscard]] Money uncovered() const { return uncovered_; }
  std::vector<LiquidationStep> take_steps() { return std::move(steps_); }

 private:
  /// By the deficit, then by the name, so that the order of the accounts leaves no trace.
  [[nodiscard]] bool is_worse(std::size_t a, std::size_t b) const {
    return std::tuple(excess_[a], names_[pools_[a].account], pools_[a].isolated, trade_of(a)) <
           std::tuple(excess_[b], names_[pools_[b].account], pools_[b].isolated, trade_of(b));
  }

  [[nodiscard]] std::string trade_of(std::size_t i) const {
    return pools_[i].isolated ? pools_[i].holdings.front().position.trade_id : std::string();
  }

  LiquidationStep step(LiquidationStage stage, const LivePool& pool, const std::string& trade_id) const {
    LiquidationStep made;
    made.stage = stage;
    made.account_id = names_[pool.account];
    made.trade_id = trade_id;
    return made;
  }

  void liquidate(std::size_t index) {
    LivePool& pool = pools_[index];
    if (pool.order_hold > Money{}) {
      pool.order_hold = {};
      steps_.push_back(step(LiquidationStage::orders_cancelled, pool, ""));
      if (pool.excess() >= Money{}) return;
    }
    while (pool.equity() > Money{} && reduce(pool))
      if (pool.excess() >= Money{}) return;
    take_over(index);
  }

  /// Brings the position with the largest requirement above the lowest bracket into the one below; false if none is.
  bool reduce(LivePool& pool) {
    Holding* chosen = nullptr;
    for (Holding& holding : pool.holdings) {
      if (tier_of(holding.margin_notional(), holding.contract->tiers) == 0) continue;
      if (chosen == nullptr || holding.booked_maintenance() > chosen->booked_maintenance()) chosen = &holding;
    }
    if (chosen == nullptr) return false;
    const PerpetualContract& contract = *chosen->contract;
    const double quantity = chosen->position.quantity;
    const double notional = chosen->margin_notional();
    const double bound = contract.tiers[tier_of(notional, contract.tiers) - 1].up_to;
    double lots = std::floor(std::fabs(quantity) * (bound / notional) / contract.lot);
    if (lots * contract.lot >= std::fabs(quantity)) lots = std::max(0.0, lots - 1.0);  // by rounding: a lot goes
    const double left = std::copysign(lots * contract.lot, quantity);
    LiquidationStep made = step(LiquidationStage::reduced, pool, chosen->position.trade_id);
    made.quantity = left - quantity;
    made.price = chosen->fill_price();
    const double closed = std::fabs(made.quantity) * contract.multiplier;
    made.market = chosen->slippage_cost(made.quantity);
    made.fund = ledger_.booked(closed * std::fabs(chosen->now()) * contract.liquidation_fee);
    made.account = -(made.market + made.fund);
    trade(pool, *chosen, left, made.account);
    book(made);
    return true;
  }

  void book(LiquidationStep made) {
    fund_ += made.fund;
    market_ += made.market;
    steps_.push_back(std::move(made));
  }

  void take_over(std::size_t index) {
    LivePool& pool = pools_[index];
    const Money equity = pool.equity();
    Money cost;
    for (const Holding& holding : pool.holdings) cost += holding.slippage_cost(holding.position.quantity);
    pool.done = true;
    const bool absorbed = fund_ + equity - cost >= Money{};
    close_all(pool, -equity, absorbed);
    pool.balance = {};
    for (Holding& holding : pool.holdings) holding.position.quantity = 0.0;
  }

  /// Closes every position at its bankruptcy price: the deficit is shared by notional, the last takes the rest.
  void close_all(LivePool& pool, Money deficit, bool absorbed) {
    double all = 0.0;
    for (const Holding& holding : pool.holdings) all += holding.notional();
    if (all == 0.0) {
      settle_empty(pool, deficit);
      return;
    }
    Money shared;
    double so_far = 0.0;
    for (Holding& holding : pool.holdings) {
      so_far += holding.notional();
      const Money until = so_far == all ? deficit : ledger_.booked(ledger_.amount(deficit) * (so_far / all));
      const Money share = until - shared;
      shared = until;
      if (holding.position.quantity == 0.0) continue;  // no notional, so no share
      if (absorbed) {
        absorb(pool, holding, share);
      } else {
        deleverage(pool, holding, share);
      }
    }
  }

  /// A balance below zero on which nothing stands.
  void settle_empty(const LivePool& pool, Money deficit) {
    LiquidationStep made = step(LiquidationStage::taken_over, pool, "");
    made.account = deficit;
    made.fund = -std::min(deficit, std::max(fund_, Money{}));
    made.other = -deficit - made.fund;
    uncovered_ -= made.other;
    book(std::move(made));
  }

  [[nodiscard]] std::optional<double> bankruptcy_price(const Holding& holding, Money share) const {
    return price_at(holding.contract->kind, holding.now() + ledger_.amount(share) / holding.size());
  }

  /// The fund takes a position over at the bankruptcy price and sells it in the market.
  void absorb(const LivePool& pool, const Holding& holding, Money share) {
    LiquidationStep made = step(LiquidationStage::taken_over, pool, holding.position.trade_id);
    made.quantity = -holding.position.quantity;
    made.price = bankruptcy_price(holding, share);
    made.account = share;
    made.market = holding.slippage_cost(made.quantity);
    made.fund = -(share + made.market);
    book(std::move(made));
  }

  [[nodiscard]] std::vector<Candidate> queue_against(const Holding& holding) const {
    std::vector<Candidate> queue;
    for (std::size_t i = 0; i < pools_.size(); ++i) {
      const LivePool& pool = pools_[i];
      if (pool.done || excess_[i] < Money{}) continue;
      const double equity = ledger_.amount(pool.equity());
      for (std::size_t k = 0; k < pool.holdings.size(); ++k) {
        const Holding& other = pool.holdings[k];
        if (other.contract != holding.contract || other.position.quantity * holding.position.quantity >= 0.0) continue;
        queue.push_back({i, k, score_of(other, equity)});
      }
    }
    std::ranges::sort(queue, [&](const Candidate& a, const Candidate& b) {
      const auto id = [&](const Candidate& c) { return pools_[c.pool].holdings[c.holding].position.trade_id; };
      return std::tuple(-a.score, names_[pools_[a.pool].account], id(a)) <
             std::tuple(-b.score, names_[pools_[b.pool].account], id(b));
    });
    return queue;
  }

  /// Closes a position at its bankruptcy price against the queue of opposite ones, which bear the deficit by quantity.
  void deleverage(const LivePool& pool, const Holding& holding, Money share) {
    const double all = std::fabs(holding.position.quantity);
    double open = all;
    Money borne;
    for (const Candidate& next : queue_against(holding)) {
      if (open == 0.0) break;
      LivePool& other_pool = pools_[next.pool];
      Holding& other = other_pool.holdings[next.holding];
      const double closed = std::min(open, std::fabs(other.position.quantity));
      open = closed == open ? 0.0 : open - closed;
      const Money until = open == 0.0 ? share : ledger_.booked(ledger_.amount(share) * ((all - open) / all));
      LiquidationStep made = step(LiquidationStage::deleveraged, pool, holding.position.trade_id);
      made.counterparty = names_[other_pool.account];
      made.quantity = std::copysign(closed, -holding.position.quantity);
      made.price = bankruptcy_price(holding, share);
      made.account = until - borne;
      made.other = -made.account;
      borne = until;
      const double left = other.position.quantity + std::copysign(closed, holding.position.quantity);
      trade(other_pool, other, left, made.other);
      excess_[next.pool] = other_pool.excess();
      book(std::move(made));
    }
    if (open != 0.0) sell_uncovered(pool, holding, std::copysign(open, -holding.position.quantity), share - borne);
  }

  /// What no position stands against is sold in the market, at the expense of the fund as far as it reaches.
  void sell_uncovered(const LivePool& pool, const Holding& holding, double change, Money share) {
    LiquidationStep made = step(LiquidationStage::uncovered, pool, holding.position.trade_id);
    made.quantity = change;
    made.price = holding.fill_price();
    made.account = share;
    made.market = holding.slippage_cost(change);
    const Money lost = share + made.market;
    made.fund = -std::min(lost, std::max(fund_, Money{}));
    made.other = -lost - made.fund;
    uncovered_ -= made.other;
    book(std::move(made));
  }

  std::vector<LivePool> pools_;
  std::vector<std::string> names_;
  std::vector<Money> excess_;
  Ledger ledger_;
  Money fund_;
  Money market_;
  Money uncovered_;
  std::vector<LiquidationStep> steps_;
};

/// The balances of an account with funding and fees booked, cross first.
std::vector<LivePool> live_pools(std::size_t index, const PerpetualAccount& account, std::vector<Holding> holdings) {
  std::vector<LivePool> pools{{index, account.wallet, account.order_hold, {}, false, false}};
  for (Holding& holding : holdings) {
    const bool alone = holding.position.isolated;
    if (alone) pools.push_back({index, holding.position.isolated_margin, {}, {}, true, false});
    LivePool& pool = alone ? pools.back() : pools.front();
    pool.balance += holding.funding + holding.fee;
    pool.holdings.push_back(std::move(holding));
  }
  return pools;
}

Result<std::vector<Holding>> taken_in(const PerpetualAccount& account, const PerpetualMarket& market,
                                      const PerpetualRules& rules, const InsuranceFund& fund) {
  if (account.settlement != fund.settlement || account.decimals != fund.decimals)
    return Error{
        ErrorCode::unsupported, "accounts[" + account.account_id + "].settlement",
        account.settlement + " with " + std::to_string(account.decimals) + " decimals",
        "the ledger of the insurance fund, " + fund.settlement + " with " + std::to_string(fund.decimals) + " decimals",
        "run accounts of one ledger together"};
  return holdings_of(account, market, rules);
}

/// The account as it is after the waterfall, from its pools.
void write_back(AccountAfter& after, const LivePool& pool, std::int64_t now) {
  after.equity_after += pool.equity();
  after.liquidated = after.liquidated || pool.done;
  if (!pool.isolated) {
    after.account.wallet = pool.balance;
    after.account.order_hold = pool.order_hold;
  }
  for (const Holding& holding : pool.holdings) {
    PerpetualPosition position = holding.position;
    position.opened = now;
    position.unpaid_fee = 0.0;
    if (pool.isolated) position.isolated_margin = pool.balance;
    const bool holds_margin = pool.isolated && pool.balance != Money{};
    if (position.quantity != 0.0 || holds_margin) after.account.positions.push_back(std::move(position));
  }
}

}  // namespace

WaterfallResult liquidate(std::span<const PerpetualAccount> accounts, const PerpetualMarket& market,
                          const PerpetualRules& rules, const InsuranceFund& fund) {
  WaterfallResult result;
  const auto checked = checked_rules(rules, market.date);
  std::vector<LivePool> pools;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    names.push_back(accounts[i].account_id);
    auto holdings = checked ? taken_in(accounts[i], market, *checked, fund) : checked.error();
    if (!holdings) {
      result.accounts.emplace_back(holdings.error());
      continue;
    }
    AccountAfter after;
    after.account = accounts[i];
    after.account.positions.clear();
    for (LivePool& pool : live_pools(i, accounts[i], std::move(*holdings))) {
      after.equity_before += pool.equity();
      pools.push_back(std::move(pool));
    }
    result.accounts.emplace_back(std::move(after));
  }
  Waterfall waterfall(std::move(pools), std::move(names), fund);
  waterfall.run();
  for (const LivePool& pool : waterfall.pools()) write_back(*result.accounts[pool.account], pool, market.time);
  result.steps = waterfall.take_steps();
  result.fund = waterfall.fund();
  result.market = waterfall.market();
  result.uncovered = waterfall.uncovered();
  return result;
}

Result<PerpetualMarket> moved(PerpetualMarket market, std::span<const double> moves) {
  if (moves.size() != market.marks.size())
    return Error{ErrorCode::invalid_value, "moves", std::to_string(moves.size()),
                 std::to_string(market.marks.size()) + ", one for each mark", "give a move for each contract"};
  for (std::size_t i = 0; i < moves.size(); ++i) {
    PerpetualMark& mark = market.marks[i];
    if (!std::isfinite(moves[i]))
      return Error{ErrorCode::invalid_value, "moves[" + mark.contract + "]", text_of(moves[i]), "a finite fraction",
                   "give the move as a fraction of the mark, such as -0.1"};
    mark.mark *= 1.0 + moves[i];
  }
  return market;
}

}  // namespace plimsoll::margin
