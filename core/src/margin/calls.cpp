#include "plimsoll/margin/calls.hpp"

#include "call_calendar.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace plimsoll::margin {

namespace {

constexpr std::int64_t largest_amount_cents = 1'000'000'000'000'000;  // 1e13 dollars

Error bad(const CallEvent& event, const char* field, std::string value, std::string allowed, std::string fix) {
  return {ErrorCode::invalid_value, "calls[" + event.call_id + "]." + field, std::move(value), std::move(allowed),
          std::move(fix)};
}

Error bad_rule(const char* field, int value) {
  return {ErrorCode::invalid_value, std::string("pack.calls.") + field, std::to_string(value), "from 0 to 366",
          "correct the pack of the call rules"};
}

std::optional<Error> flaw_of(const CallRules& rules) {
  const auto fits = [](int days) { return days >= 0 && days <= 366; };
  for (const SettlementCycle& cycle : rules.settlement)
    if (!fits(cycle.business_days)) return bad_rule("settlement.business_days", cycle.business_days);
  for (const CallTerms& terms : rules.terms) {
    if (!fits(terms.due_days)) return bad_rule("terms.due_days", terms.due_days);
    if (!fits(terms.escalate_days)) return bad_rule("terms.escalate_days", terms.escalate_days);
  }
  return std::nullopt;
}

std::optional<Error> flaw_of(const CallEvent& event) {
  const bool decided = event.action == CallAction::extend || event.action == CallAction::waive;
  if (decided && event.who.empty())
    return bad(event, "who", "none", "who extends or waives the call", "name who decided");
  if (decided && event.why.empty())
    return bad(event, "why", "none", "why the call is extended or waived", "give the reason");
  if (!decided && (event.amount <= Money{} || event.amount.cents() > largest_amount_cents))
    return bad(event, "amount", event.amount.text(), "above 0 and up to 1e13 dollars", "correct the amount");
  return std::nullopt;
}

Result<Date> due_of(const CallEvent& issue, const CallTerms& terms, std::span<const Date> business_days,
                    const CallRules& rules) {
  int days = terms.due_days;
  if (issue.kind == CallKind::regulation_t) {
    const SettlementCycle* cycle = nullptr;
    for (const SettlementCycle& row : rules.settlement)
      if (row.in_force_from <= issue.day && (cycle == nullptr || cycle->in_force_from < row.in_force_from))
        cycle = &row;
    if (cycle == nullptr)
      return Error{ErrorCode::not_in_force, "pack.calls.settlement", issue.day.iso(),
                   "a day on which a settlement cycle is in force", "add the cycle of that date to the pack"};
    days += cycle->business_days;
  }
  return days == 0 ? Result<Date>(issue.day) : business_day_after(business_days, issue.day, days);
}

struct OpenCall {
  CallStatus status;
  const CallTerms* terms = nullptr;
  bool extended = false;
  bool waived = false;
};

Result<OpenCall> opened(const CallEvent& issue, std::span<const Date> business_days, const CallRules& rules) {
  const auto terms = std::ranges::find(rules.terms, issue.kind, &CallTerms::kind);
  if (terms == rules.terms.end())
    return bad(issue, "kind", "of this kind", "a kind that the pack has terms for", "add the terms to the pack");
  const auto due = due_of(issue, *terms, business_days, rules);
  if (!due) return due.error();
  OpenCall call;
  call.status = {issue.call_id,     issue.kind, issue.amount, issue.amount, issue.day, *due, CallState::issued,
                 Restriction::none, {}};
  call.terms = &*terms;
  return call;
}

std::optional<Error> apply(const CallEvent& event, OpenCall& call) {
  if (call.waived) return bad(event, "day", event.day.iso(), "nothing after a waiver", "issue a new call");
  switch (event.action) {
    case CallAction::issue:
      return bad(event, "call_id", event.call_id, "an id that no other call has", "give the call an id of its own");
    case CallAction::relief:
      if (!call.terms->market_relief)
        return bad(event, "action", "relief", "a payment: no rise of the market meets a call of this kind",
                   "record what was paid in or sold");
      [[fallthrough]];
    case CallAction::payment:
      call.status.missing = std::max(Money{}, call.status.missing - event.amount);
      return std::nullopt;
    case CallAction::extend:
      if (event.until <= call.status.due || event.until < event.day)
        return bad(event, "until", event.until.iso(),
                   "a day after the due day " + call.status.due.iso() + " and not before the extension",
                   "give the day until which the call is extended");
      call.status.due = event.until;
      call.extended = true;
      break;
    case CallAction::waive:
      call.waived = true;
      break;
  }
  call.status.record.push_back(event);
  return std::nullopt;
}

/// The state at the close of the day, and what it forbids.
std::optional<Error> settle(OpenCall& call, Date as_of, std::span<const Date> business_days) {
  CallStatus& status = call.status;
  if (call.waived) {
    status.state = CallState::waived;
  } else if (status.missing == Money{}) {
    status.state = CallState::met;
  } else if (status.missing <= call.terms->disregard) {
    status.state = CallState::disregarded;
  } else if (as_of < status.due) {
    status.state = call.extended                    ? CallState::extended
                   : status.missing < status.amount ? CallState::partially_met
                                                    : CallState::issued;
  } else {
    const int days = call.terms->escalate_days;
    const auto escalates = days == 0 ? Result<Date>(status.due) : business_day_after(business_days, status.due, days);
    if (!escalates) return escalates.error();
    const bool escalated = as_of >= *escalates;
    status.state = escalated ? CallState::escalated : CallState::overdue;
    status.restriction = escalated ? call.terms->when_escalated : call.terms->when_overdue;
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<CallStatus>> call_states(std::span<const CallEvent> events, Date as_of,
                                            std::span<const Date> business_days, const CallRules& rules) {
  if (auto flaw = flaw_of(rules)) return *flaw;
  if (auto flaw = flaw_of_calendar(business_days)) return *flaw;
  std::vector<const CallEvent*> sorted;
  for (const CallEvent& event : events) {
    if (auto flaw = flaw_of(event)) return *flaw;
    if (event.day <= as_of) sorted.push_back(&event);
  }
  std::ranges::sort(sorted, {}, [](const CallEvent* e) {
    return std::tuple(e->day, e->action, e->call_id, e->amount, e->until, e->who, e->why);
  });
  std::map<std::string, OpenCall> calls;
  for (const CallEvent* event : sorted) {
    const auto known = calls.find(event->call_id);
    if (known != calls.end()) {
      if (auto flaw = apply(*event, known->second)) return *flaw;
      continue;
    }
    if (event->action != CallAction::issue)
      return bad(*event, "call_id", event->call_id, "a call that was issued on or before " + event->day.iso(),
                 "record the issue of the call");
    auto call = opened(*event, business_days, rules);
    if (!call) return call.error();
    calls.emplace(event->call_id, *std::move(call));
  }
  std::vector<CallStatus> found;
  for (auto& [call_id, call] : calls) {
    if (auto flaw = settle(call, as_of, business_days)) return *flaw;
    found.push_back(std::move(call.status));
  }
  std::ranges::stable_sort(found, {}, &CallStatus::issued);
  return found;
}

}  // namespace plimsoll::margin
