"""Margin calls: issued, reduced, met, overdue."""

from datetime import date
from decimal import Decimal

from plimsoll.engine.margin_pack import CallPolicy
from plimsoll.models.margin.calls import Call, deposit_due, due_date, outstanding, overdue, update

MONDAY, TUESDAY, WEDNESDAY = date(2008, 9, 8), date(2008, 9, 9), date(2008, 9, 10)


def kinds(events: list[object]) -> list[str]:
    return [getattr(event, "kind", "") for event in events]


def test_a_call_is_issued_for_what_is_missing_beyond_open_calls() -> None:
    first, events = update((), Decimal(100), "A", MONDAY, WEDNESDAY)
    assert kinds(list(events)) == ["call_issued"]
    both, events = update(first, Decimal(130), "A", TUESDAY, None)
    assert [call.amount for call in both] == [Decimal(100), Decimal(30)]
    assert events[0].amount == Decimal(30)
    assert outstanding(both) == Decimal(130)


def test_the_market_reduces_and_meets_the_oldest_call_first() -> None:
    calls = (Call(Decimal(100), MONDAY, WEDNESDAY), Call(Decimal(30), TUESDAY, None))
    left, events = update(calls, Decimal(20), "A", TUESDAY, None)
    assert kinds(list(events)) == ["call_met", "call_reduced"]
    assert left == (Call(Decimal(20), TUESDAY, None),)
    none, events = update(left, Decimal(0), "A", WEDNESDAY, None)
    assert none == ()
    assert kinds(list(events)) == ["call_met"]


def test_a_call_is_overdue_once_from_its_due_date_on() -> None:
    calls = (Call(Decimal(100), MONDAY, TUESDAY),)
    late, events = update(calls, Decimal(100), "A", TUESDAY, None)
    assert kinds(list(events)) == ["call_overdue"]
    assert overdue(late) == Decimal(100)
    later, events = update(late, Decimal(100), "A", WEDNESDAY, None)
    assert (later, events) == (late, [])


def test_nothing_needed_and_nothing_open_is_nothing_done() -> None:
    assert update((), Decimal(0), "A", MONDAY, None) == ((), [])


def test_due_dates_count_sessions_and_end_with_the_replay() -> None:
    sessions = [MONDAY, TUESDAY, WEDNESDAY]
    assert due_date(sessions, MONDAY, 2) == WEDNESDAY
    assert due_date(sessions, TUESDAY, 2) is None


def test_customers_pay_on_the_due_date_when_the_policy_says_so() -> None:
    calls = (Call(Decimal(100), MONDAY, TUESDAY), Call(Decimal(7), MONDAY, WEDNESDAY))
    assert deposit_due(calls, CallPolicy(1, "on_due_date"), TUESDAY) == Decimal(100)
    assert deposit_due(calls, CallPolicy(1, "never"), TUESDAY) == Decimal(0)
