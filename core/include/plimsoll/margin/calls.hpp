#pragma once

#include "plimsoll/base/fields.hpp"
#include "plimsoll/base/money.hpp"
#include "plimsoll/base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace plimsoll::margin {

enum class CallKind { regulation_t, maintenance, house, intraday };

/// `disregarded`: no more is missing than the rule lets the firm leave uncalled.
enum class CallState { issued, partially_met, met, overdue, escalated, extended, waived, disregarded };

/// A payment brings cash or securities in or closes positions; a relief is a rise of the market.
enum class CallAction { issue, payment, relief, extend, waive };

/// What an account may still do.
enum class Restriction { none, closing_only, freeze };

/// One entry of the record of an account's calls.
struct CallEvent {
  std::string call_id;
  CallAction action = CallAction::issue;
  CallKind kind = CallKind::maintenance;  ///< of an issue
  Date day;
  Money amount;     ///< of an issue, payment or relief
  Date until;       ///< of an extension: the new due day
  std::string who;  ///< of an extension or waiver
  std::string why;  ///< of an extension or waiver

  friend bool operator==(const CallEvent&, const CallEvent&) = default;
};

/// How long a business day's trade takes to settle, from a date on.
struct SettlementCycle {
  Date in_force_from;
  int business_days = 0;

  friend bool operator==(const SettlementCycle&, const SettlementCycle&) = default;
};

/// What one kind of call is given and what follows when it is not met.
struct CallTerms {
  CallKind kind = CallKind::maintenance;
  int due_days = 0;            ///< business days; beyond the settlement cycle for Regulation T
  Money disregard;             ///< a missing amount up to this need not be called
  bool market_relief = false;  ///< whether a rise of the market reduces it
  int escalate_days = 0;       ///< business days after the due day
  Restriction when_overdue = Restriction::none;
  Restriction when_escalated = Restriction::none;

  friend bool operator==(const CallTerms&, const CallTerms&) = default;
};

struct CallRules {
  std::vector<SettlementCycle> settlement;
  std::vector<CallTerms> terms;

  friend bool operator==(const CallRules&, const CallRules&) = default;
};

/// A call at the close of a day.
struct CallStatus {
  std::string call_id;
  CallKind kind = CallKind::maintenance;
  Money amount;
  Money missing;
  Date issued;
  Date due;
  CallState state = CallState::issued;
  Restriction restriction = Restriction::none;
  std::vector<CallEvent> record;  ///< extensions and waivers, with who decided and why

  friend bool operator==(const CallStatus&, const CallStatus&) = default;
};

/// The state of each call at the close of a day, in the order of issue; later entries are not read. A payment on the
/// due day is in time; entries of one day take effect in the order issue, payment, relief, extension, waiver, whatever
/// the listing. A call that was met after its due day is met; one that is waived asks for nothing.
/// `business_days` rises and goes beyond every due day and its escalation.
/// Source: Regulation T 220.2 (payment period), 220.4(c)-(d); FINRA Rule 4210(f)(6).
Result<std::vector<CallStatus>> call_states(std::span<const CallEvent> events, Date as_of,
                                            std::span<const Date> business_days, const CallRules& rules);

}  // namespace plimsoll::margin

namespace plimsoll {

template <>
struct Fields<margin::CallEvent> {
  static constexpr std::string_view name = "CallEvent";
  static constexpr auto list =
      std::make_tuple(field("call_id", &margin::CallEvent::call_id), field("action", &margin::CallEvent::action),
                      field("kind", &margin::CallEvent::kind), field("day", &margin::CallEvent::day),
                      field("amount", &margin::CallEvent::amount), field("until", &margin::CallEvent::until),
                      field("who", &margin::CallEvent::who), field("why", &margin::CallEvent::why));
};

template <>
struct Fields<margin::SettlementCycle> {
  static constexpr std::string_view name = "SettlementCycle";
  static constexpr auto list = std::make_tuple(field("in_force_from", &margin::SettlementCycle::in_force_from),
                                               field("business_days", &margin::SettlementCycle::business_days));
};

template <>
struct Fields<margin::CallTerms> {
  static constexpr std::string_view name = "CallTerms";
  static constexpr auto list = std::make_tuple(
      field("kind", &margin::CallTerms::kind), field("due_days", &margin::CallTerms::due_days),
      field("disregard", &margin::CallTerms::disregard), field("market_relief", &margin::CallTerms::market_relief),
      field("escalate_days", &margin::CallTerms::escalate_days),
      field("when_overdue", &margin::CallTerms::when_overdue),
      field("when_escalated", &margin::CallTerms::when_escalated));
};

template <>
struct Fields<margin::CallRules> {
  static constexpr std::string_view name = "CallRules";
  static constexpr auto list =
      std::make_tuple(field("settlement", &margin::CallRules::settlement), field("terms", &margin::CallRules::terms));
};

template <>
struct Fields<margin::CallStatus> {
  static constexpr std::string_view name = "CallStatus";
  static constexpr auto list = std::make_tuple(
      field("call_id", &margin::CallStatus::call_id), field("kind", &margin::CallStatus::kind),
      field("amount", &margin::CallStatus::amount), field("missing", &margin::CallStatus::missing),
      field("issued", &margin::CallStatus::issued), field("due", &margin::CallStatus::due),
      field("state", &margin::CallStatus::state), field("restriction", &margin::CallStatus::restriction),
      field("record", &margin::CallStatus::record));
};

}  // namespace plimsoll
