#include "plimsoll/margin/intraday.hpp"

#include "intraday_plan.hpp"
#include "plimsoll/margin/margin.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace plimsoll::margin {

namespace {

/// An account and its prices at one moment.
struct Moment {
  Account account;
  MarketView market;
  std::map<SeriesKey, double> marks;
};

struct Level {
  Money level;
  Money equity;
};

/// Takes a purchase off short shares and a sale off long ones; the rest opens a position. Changes that are taken one
/// after the other give the same holdings in any order.
void trade_shares(std::vector<StockPosition>& held, StockPosition change) {
  for (StockPosition& position : held) {
    if (position.underlying != change.underlying || position.quantity * change.quantity >= 0.0) continue;
    const double closed = std::min(std::fabs(position.quantity), std::fabs(change.quantity));
    position.quantity += std::copysign(closed, change.quantity);
    change.quantity -= std::copysign(closed, change.quantity);
  }
  if (change.quantity != 0.0) held.push_back(std::move(change));
}

void apply(const Step& step, const DayPlan& plan, Moment& moment) {
  for (const LedgerEvent* event : step.entries) {
    Account& account = moment.account;
    account.cash += event->cash;
    for (const StockPosition& change : event->stocks) trade_shares(account.stocks, change);
    account.options.insert(account.options.end(), event->options.begin(), event->options.end());
    account.futures.insert(account.futures.end(), event->futures.begin(), event->futures.end());
    for (const PriceMark& price : event->spots)
      std::ranges::find(moment.market.underlyings, price.of, &UnderlyingView::name)->spot = price.price;
    for (const PriceMark& price : event->marks) moment.marks[plan.of_id.at(price.of)] = price.price;
  }
}

/// Walks over every account that some order of the day passes through.
class Search {
 public:
  Search(const DayPlan& plan, const RulePack& pack, const SearchLimits& limits)
      : plan_(plan), pack_(pack), limits_(limits) {}

  /// The lowest level after a transaction that lowered it.
  struct Worst {
    Level at;
    std::vector<std::string> order;
  };

  std::optional<Error> walk(Moment start) {
    auto first = level_of(start);
    if (!first) return first.error();
    start_ = *first;
    Level before = *first;
    for (const Step& step : plan_.at_start) {
      apply(step, plan_, start);
      const auto after = level_of(start);
      if (!after) return after.error();
      look(before, *after, {}, {&step});
      note(step);
      before = *after;
    }
    std::vector<Level> levels(std::size_t{1} << plan_.untimed.size());
    if (auto flaw = fill(start, {}, 1, levels, before)) return flaw;
    for (const auto& steps : plan_.timed)
      if (auto flaw = pass(start, steps, levels)) return flaw;
    end_ = levels.back();
    return std::nullopt;
  }

  [[nodiscard]] const std::optional<Worst>& worst() const { return worst_; }
  [[nodiscard]] Level start() const { return start_; }
  [[nodiscard]] Level end() const { return end_; }
  [[nodiscard]] std::int64_t states() const { return states_; }

 private:
  Result<Level> level_of(Moment moment) {
    for (OptionPosition& p : moment.account.options) p.mark = moment.marks.at(series_of(p));
    for (FuturePosition& p : moment.account.futures) p.mark = moment.marks.at(series_of(p));
    ++states_;
    const auto found = margin(moment.account, moment.market, pack_, limits_);
    if (!found) return found.error();
    return Level{found->maintenance.excess, found->equity};
  }

  /// Goes through one moment: `levels` holds those of the accounts before it by the untimed steps taken, then after it.
  std::optional<Error> pass(Moment& base, const std::vector<Step>& steps, std::vector<Level>& levels) {
    const std::size_t before = levels.size();
    std::vector<Level> all(before << steps.size());
    std::ranges::copy(levels, all.begin());
    if (auto flaw = fill(base, steps, before, all, levels.front())) return flaw;
    std::copy(all.end() - static_cast<std::ptrdiff_t>(before), all.end(), levels.begin());
    for (const Step& step : steps) {
      apply(step, plan_, base);
      note(step);
    }
    return std::nullopt;
  }

  /// Margins the account of each set of steps from `known` on and looks at each step that leads to it. Bits of a set:
  /// untimed steps, then those of the moment.
  std::optional<Error> fill(const Moment& base, const std::vector<Step>& of_moment, std::size_t known,
                            std::vector<Level>& all, Level first) {
    std::vector<const Step*> steps;
    for (const Step& step : plan_.untimed) steps.push_back(&step);
    for (const Step& step : of_moment) steps.push_back(&step);
    all.front() = first;
    for (std::size_t set = known; set < all.size(); ++set) {
      Moment moment = base;
      std::vector<const Step*> taken;
      for (std::size_t bit = 0; bit < steps.size(); ++bit)
        if ((set >> bit & 1U) != 0) taken.push_back(steps[bit]);
      for (const Step* step : taken) apply(*step, plan_, moment);
      const auto level = level_of(std::move(moment));
      if (!level) return level.error();
      all[set] = *level;
      for (std::size_t bit = 0; bit < steps.size(); ++bit) {
        if ((set >> bit & 1U) == 0 || !steps[bit]->transaction) continue;
        auto order = taken;
        std::erase(order, steps[bit]);
        order.push_back(steps[bit]);
        look(all[set ^ (std::size_t{1} << bit)], *level, done_, order);
      }
    }
    return std::nullopt;
  }

  void look(Level before, Level after, const std::vector<std::string>& done, const std::vector<const Step*>& then) {
    if (after.level >= before.level || (worst_ && after.level >= worst_->at.level)) return;
    worst_ = Worst{after, done};
    for (const Step* step : then)
      for (const LedgerEvent* event : step->entries) worst_->order.push_back(event->event_id);
  }

  void note(const Step& step) {
    for (const LedgerEvent* event : step.entries) done_.push_back(event->event_id);
  }

  const DayPlan& plan_;
  const RulePack& pack_;
  const SearchLimits& limits_;
  std::optional<Worst> worst_;
  std::vector<std::string> done_;
  Level start_;
  Level end_;
  std::int64_t states_ = 0;
};

/// Refuses a day whose orders are more than the search may try.
std::optional<Error> flaw_of_size(const DayPlan& plan, const IntradayChoices& choices) {
  const char* fix = "give the times at which the transactions took place";
  const std::size_t untimed = plan.untimed.size();
  std::size_t most = untimed;
  for (const auto& steps : plan.timed) most = std::max(most, untimed + (steps.size() > 1 ? steps.size() : 0));
  if (std::cmp_greater(most, choices.most_unordered))
    return Error{ErrorCode::missing_field, "events.time", std::to_string(most) + " of unknown order at one moment",
                 "at most " + std::to_string(choices.most_unordered), fix};
  std::size_t states = std::size_t{1} << untimed;
  for (const auto& steps : plan.timed) states += ((std::size_t{1} << steps.size()) - 1) << untimed;
  if (std::cmp_greater(states, choices.most_states))
    return Error{ErrorCode::missing_field, "events.time", std::to_string(states) + " accounts to margin",
                 "at most " + std::to_string(choices.most_states), fix};
  return std::nullopt;
}

}  // namespace

Result<DayDeficit> intraday_deficit(const DayLedger& ledger, const RulePack& pack, const IntradayChoices& choices,
                                    const SearchLimits& limits) {
  const auto plan = plan_of(ledger, choices);
  if (!plan) return plan.error();
  if (auto flaw = flaw_of_size(*plan, choices)) return *flaw;
  Search search(*plan, pack, limits);
  if (auto flaw = search.walk({ledger.start, ledger.market, plan->marks})) return *flaw;

  DayDeficit day{ledger.market.valuation_date,
                 {},
                 search.end().equity,
                 search.start().level,
                 search.end().level,
                 {},
                 {},
                 search.states()};
  for (const LedgerEvent& event : ledger.events)
    if (event.kind == LedgerKind::deposit || event.kind == LedgerKind::withdrawal) day.net_deposits += event.cash;
  // Whichever calculation is chosen, a day without a transaction that lowers the level has no deficit.
  const auto& worst = search.worst();
  if (!worst) return day;
  if (choices.end_of_day_only) {
    day.deficit = std::max(Money{}, -day.end_level);
  } else if (worst->at.level < Money{}) {
    day.deficit = -worst->at.level;
    day.equity = worst->at.equity;
    day.order = worst->order;
  }
  return day;
}

}  // namespace plimsoll::margin
