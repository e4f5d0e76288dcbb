#include "intraday_plan.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr std::int64_t micros_per_day = 86'400'000'000;
constexpr std::int64_t largest_cash_cents = 1'000'000'000'000'000;  // 1e13 dollars: thousands of entries add up safely
constexpr int most_unordered_ever = 20;                             // a million accounts at one moment

Error bad(const LedgerEvent& event, const std::string& field, std::string value, std::string allowed, std::string fix) {
  return {ErrorCode::invalid_value, "events[" + event.event_id + "]." + field, std::move(value), std::move(allowed),
          std::move(fix)};
}

std::string text_of_time(std::optional<std::int64_t> micros) {
  return micros ? std::to_string(*micros) + " microseconds" : "none";
}

/// The first change whose sign the kind does not allow.
std::optional<Error> flaw_of_transfer(const LedgerEvent& event) {
  if (event.kind != LedgerKind::deposit && event.kind != LedgerKind::withdrawal) return std::nullopt;
  const bool in = event.kind == LedgerKind::deposit;
  const char* allowed = in ? "0 or more in a deposit" : "0 or less in a withdrawal";
  const char* fix = "write what comes in as a deposit and what goes out as a withdrawal";
  if (in ? event.cash < Money{} : event.cash > Money{}) return bad(event, "cash", event.cash.text(), allowed, fix);
  std::optional<Error> found;
  const auto look = [&](const auto& positions) {
    for (const auto& p : positions)
      if (!found && (in ? p.quantity < 0.0 : p.quantity > 0.0))
        found = bad(event, "positions[" + p.trade_id + "].quantity", text_of(p.quantity), allowed, fix);
  };
  look(event.stocks);
  look(event.options);
  look(event.futures);
  return found;
}

std::optional<Error> flaw_of_mark(const LedgerEvent& event) {
  if (event.kind != LedgerKind::mark) {
    if (event.spots.empty() && event.marks.empty()) return std::nullopt;
    return bad(event, "spots", std::to_string(event.spots.size() + event.marks.size()) + " prices",
               "none in a transaction", "give new prices in an entry of their own");
  }
  if (!event.time)
    return bad(event, "time", "none", "a time for every new price", "give the time from which the price holds");
  if (event.cash != Money{} || !event.stocks.empty() || !event.options.empty() || !event.futures.empty())
    return bad(event, "kind", "mark", "prices alone in a mark", "give the transaction in an entry of its own");
  return std::nullopt;
}

std::optional<Error> flaw_of(const LedgerEvent& event) {
  if (event.time && (*event.time < 0 || *event.time >= micros_per_day))
    return bad(event, "time", text_of_time(event.time), "from 0 to 24 hours after midnight", "correct the time");
  if (event.cash.cents() > largest_cash_cents || event.cash.cents() < -largest_cash_cents)
    return bad(event, "cash", event.cash.text(), "an amount within +-1e13 dollars", "correct the amount");
  if (auto flaw = flaw_of_mark(event)) return flaw;
  return flaw_of_transfer(event);
}

std::optional<Error> flaw_of(const IntradayChoices& choices) {
  const auto flaw = [](const char* field, std::int64_t value, std::string allowed) {
    return Error{ErrorCode::invalid_value, std::string("pack.intraday.") + field, std::to_string(value),
                 std::move(allowed), "correct the pack of the call rules"};
  };
  if (choices.most_unordered < 0 || choices.most_unordered > most_unordered_ever)
    return flaw("most_unordered", choices.most_unordered, "from 0 to 20");
  if (choices.most_states < 1) return flaw("most_states", choices.most_states, "1 or more");
  if (choices.together_within < 0) return flaw("together_within", choices.together_within, "0 or more");
  return std::nullopt;
}

/// Notes the mark of the series that a position is in; all positions of a series have one mark at the start.
template <class Position>
std::optional<Error> note_marks(const std::vector<Position>& positions, DayPlan& plan) {
  for (const Position& p : positions) {
    const SeriesKey key = series_of(p);
    plan.of_id.emplace(p.trade_id, key);
    const auto [known, fresh] = plan.marks.emplace(key, p.mark);
    if (!fresh && known->second != p.mark)
      return Error{ErrorCode::invalid_value, "positions[" + p.trade_id + "].mark", text_of(p.mark),
                   "the mark of the series at the start of the day, here " + text_of(known->second),
                   "give later prices as entries of kind mark"};
  }
  return std::nullopt;
}

/// How much of each holding the account started with, and how much of it the day's trades take off.
class Closings {
 public:
  explicit Closings(const Account& start) {
    for (const auto& p : start.stocks) held_[key_of(p)] += p.quantity;
    for (const auto& p : start.options) held_[key_of(p)] += p.quantity;
    for (const auto& p : start.futures) held_[key_of(p)] += p.quantity;
  }

  void note(const LedgerEvent& event) {
    if (event.kind != LedgerKind::trade) return;
    each_change(event, [&](const SeriesKey& key, double change) {
      if (against(key, change)) taken_[key] += std::fabs(change);
    });
  }

  /// Whether the entry only takes off what was held at the start; when the trades of a holding take off more than was
  /// held, which of them closed it is not known and none counts.
  [[nodiscard]] bool closes(const LedgerEvent& event) const {
    if (event.kind != LedgerKind::trade) return false;
    bool all = true;
    bool any = false;
    each_change(event, [&](const SeriesKey& key, double change) {
      any = true;
      all = all && against(key, change) && taken_.at(key) <= std::fabs(held_.at(key));
    });
    return any && all;
  }

 private:
  static SeriesKey key_of(const StockPosition& p) { return {p.underlying, Date{}, 1.0, -2, 0.0, -2}; }
  static SeriesKey key_of(const OptionPosition& p) { return series_of(p); }
  static SeriesKey key_of(const FuturePosition& p) { return series_of(p); }

  template <class Visit>
  static void each_change(const LedgerEvent& event, const Visit& visit) {
    for (const auto& p : event.stocks) visit(key_of(p), p.quantity);
    for (const auto& p : event.options) visit(key_of(p), p.quantity);
    for (const auto& p : event.futures) visit(key_of(p), p.quantity);
  }

  [[nodiscard]] bool against(const SeriesKey& key, double change) const {
    const auto held = held_.find(key);
    return held != held_.end() && held->second * change < 0.0;
  }

  std::map<SeriesKey, double> held_;
  std::map<SeriesKey, double> taken_;
};

bool is_transfer(const LedgerEvent& event) {
  return event.kind == LedgerKind::deposit || event.kind == LedgerKind::withdrawal;
}

struct TimedStep {
  Step step;
  std::optional<std::int64_t> time;
};

/// Joins entries that count as one; the time of a joined step is that of its last entry.
Result<std::vector<TimedStep>> steps_of(const std::vector<const LedgerEvent*>& sorted, const IntradayChoices& choices) {
  std::vector<TimedStep> steps;
  std::map<std::string, std::size_t> place;
  for (const LedgerEvent* event : sorted) {
    if (!choices.together_as_one || event->together_with.empty()) {
      steps.push_back({{{event}, event->kind != LedgerKind::mark}, event->time});
      continue;
    }
    if (event->kind == LedgerKind::mark)
      return bad(*event, "together_with", event->together_with, "none for a new price", "take the name away");
    const auto [known, fresh] = place.emplace(event->together_with, steps.size());
    if (fresh) {
      steps.push_back({{{event}, true}, event->time});
      continue;
    }
    TimedStep& joined = steps[known->second];
    if (joined.time.has_value() != event->time.has_value())
      return bad(*event, "time", text_of_time(event->time),
                 "times for all or none of the entries of " + event->together_with, "complete the times");
    if (const auto time = event->time) {
      for (const LedgerEvent* other : joined.step.entries)
        if (std::abs(*time - other->time.value_or(*time)) > choices.together_within)
          return bad(*event, "time", text_of_time(time),
                     "within " + text_of_time(choices.together_within) + " of " + other->event_id,
                     "give entries that are further apart names of their own");
      joined.time = std::max(joined.time, time);
    }
    joined.step.entries.push_back(event);
  }
  return steps;
}

/// Refuses two new prices of one thing at one moment: which one holds is not known.
std::optional<Error> flaw_of_moment(const std::vector<Step>& steps) {
  std::set<std::string> seen;
  for (const Step& step : steps)
    for (const LedgerEvent* event : step.entries)
      for (const auto* prices : {&event->spots, &event->marks})
        for (const PriceMark& price : *prices)
          if (!seen.insert((prices == &event->spots ? "spots." : "marks.") + price.of).second)
            return bad(*event, "time", text_of_time(event->time), "one new price of " + price.of + " at one moment",
                       "give the later price a later time");
  return std::nullopt;
}

/// Refuses a new price whose name stands for nothing that is held or traded.
std::optional<Error> flaw_of_names(const LedgerEvent& event, const DayLedger& ledger, const DayPlan& plan) {
  for (const PriceMark& price : event.spots)
    if (std::ranges::find(ledger.market.underlyings, price.of, &UnderlyingView::name) ==
        ledger.market.underlyings.end())
      return bad(event, "spots", price.of, "an underlying of the day's market", "correct the name");
  for (const PriceMark& price : event.marks)
    if (!plan.of_id.contains(price.of))
      return bad(event, "marks", price.of, "the id of an option or future that is held or traded on the day",
                 "correct the id");
  return std::nullopt;
}

Result<std::vector<const LedgerEvent*>> sorted_entries(const DayLedger& ledger) {
  std::vector<const LedgerEvent*> sorted;
  for (const LedgerEvent& event : ledger.events) {
    if (auto flaw = flaw_of(event)) return *flaw;
    sorted.push_back(&event);
  }
  std::ranges::sort(sorted, {}, [](const LedgerEvent* event) { return event->event_id; });
  const auto twin = std::ranges::adjacent_find(sorted, {}, [](const LedgerEvent* event) { return event->event_id; });
  if (twin != sorted.end() || (!sorted.empty() && sorted.front()->event_id.empty()))
    return Error{ErrorCode::invalid_value, "events.event_id", twin != sorted.end() ? (*twin)->event_id : "",
                 "an id that no other entry of the day has", "give each entry an id of its own"};
  return sorted;
}

}  // namespace

SeriesKey series_of(const OptionPosition& p) {
  return {p.underlying, p.expiry, p.multiplier, static_cast<int>(p.type), p.strike, static_cast<int>(p.exercise)};
}

SeriesKey series_of(const FuturePosition& p) { return {p.underlying, p.expiry, p.multiplier, -1, 0.0, -1}; }

Result<DayPlan> plan_of(const DayLedger& ledger, const IntradayChoices& choices) {
  if (auto flaw = flaw_of(choices)) return *flaw;
  const auto sorted = sorted_entries(ledger);
  if (!sorted) return sorted.error();

  DayPlan plan;
  if (auto flaw = note_marks(ledger.start.options, plan)) return *flaw;
  if (auto flaw = note_marks(ledger.start.futures, plan)) return *flaw;
  Closings closings(ledger.start);
  for (const LedgerEvent* event : *sorted) {
    if (auto flaw = note_marks(event->options, plan)) return *flaw;
    if (auto flaw = note_marks(event->futures, plan)) return *flaw;
    closings.note(*event);
  }
  for (const LedgerEvent* event : *sorted)
    if (auto flaw = flaw_of_names(*event, ledger, plan)) return *flaw;

  auto steps = steps_of(*sorted, choices);
  if (!steps) return steps.error();
  Step at_start;
  std::map<std::int64_t, std::vector<Step>> moments;
  for (TimedStep& timed : *steps) {
    const bool first = choices.transfers_at_start && std::ranges::all_of(timed.step.entries, [&](const auto* event) {
                         return is_transfer(*event) || closings.closes(*event);
                       });
    if (first)
      at_start.entries.insert(at_start.entries.end(), timed.step.entries.begin(), timed.step.entries.end());
    else if (timed.time)
      moments[*timed.time].push_back(std::move(timed.step));
    else
      plan.untimed.push_back(std::move(timed.step));
  }
  if (!at_start.entries.empty()) plan.at_start.push_back(std::move(at_start));
  for (auto& [time, moment] : moments) {
    if (auto flaw = flaw_of_moment(moment)) return *flaw;
    plan.timed.push_back(std::move(moment));
  }
  return plan;
}

}  // namespace plimsoll::margin
